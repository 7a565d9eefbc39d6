"""Jupyter's contents manager for the workbook: it runs each page before it is first read.

So the widgets of a page work when it opens, however it is opened, and a page never changes while
somebody reads it. `prepkit.workbook.server` tells JupyterLab to use this class.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output

from prepkit.files import make_private
from prepkit.workbook.copies import cells_as_shipped, load_copies

PAGE = re.compile(r"\d\d-[^/]*\.ipynb")
"""The pages of the workbook are the numbered notebooks; others, such as handout, are tools."""

_CELL_SECONDS = 120
_KERNEL_SECONDS = 60


class WorkbookContents(AsyncLargeFileManager):
    """Jupyter's contents manager for files, which runs each page once, when it is first read.

    It runs only the cells that shipped with prepkit, and only if all of them are still there. Code
    cells that the user added are never run, and a page with changed code isn't run at all. Running
    a page changes only its outputs and execution counts.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._runs: dict[str, asyncio.Task[None]] = {}

    @property
    def _server(self) -> Any:
        """The server application, which owns this manager, the kernels and the sessions."""
        return self.parent

    async def get(
        self,
        path: str,
        content: bool = True,
        type: str | None = None,
        format: str | None = None,
        require_hash: bool = False,
    ) -> dict[str, Any]:
        """Return the model of a file; for a page, after the page has been run."""
        name = path.strip("/")
        if content and type in (None, "notebook") and PAGE.fullmatch(name):
            if name not in self._runs:
                self._runs[name] = asyncio.ensure_future(self._run(name))
            # Shielded: a request that is cancelled must not stop the run for other readers.
            await asyncio.shield(self._runs[name])
        return await self._read(path, content, type, format, require_hash)

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Save a file; a notebook can then be read by the user alone, and so can its checkpoint."""
        saved: dict[str, Any] = await super().save(model, path)
        _keep_private(self._get_os_path(path))  # a large upload comes here in parts
        return saved

    @contextmanager
    def atomic_writing(self, os_path: str, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Write a file; a notebook is private before there is anything in it."""
        _keep_private(os_path)  # Jupyter copies its mode to the copy that it keeps meanwhile
        with super().atomic_writing(os_path, *args, **kwargs) as file:
            _keep_private(os_path)
            yield file

    async def _read(self, path: str, *args: Any) -> dict[str, Any]:
        model: dict[str, Any] = await super().get(path, *args)
        return model

    async def _run(self, name: str) -> None:
        # Whatever goes wrong here, the page has to open; `prepkit lab` tells the user.
        try:
            copy = load_copies(Path(self.root_dir)).get(name)
            model = await self._read(name, True, "notebook") if copy and self.exists(name) else None
            if copy is None or model is None:
                return
            nb = model["content"]
            positions = cells_as_shipped(copy, nb.cells)
            if not positions or await self._server.session_manager.session_exists(path=name):
                return
            if await self._run_cells(name, nb, positions):
                await self.save(model, name)
        except Exception:
            self.log.exception("%s was not run", name)

    async def _name_kernel(self, nb: nbformat.NotebookNode, name: str, kernel: Any) -> None:
        """Write what JupyterLab would: else it calls a page unsaved that was only opened."""
        spec = self._server.kernel_spec_manager.get_kernel_spec(name)
        info = await kernel.kernel_info(reply=True, timeout=_KERNEL_SECONDS)
        nb.metadata["kernelspec"] = {
            "name": name,
            "display_name": spec.display_name,
            "language": spec.language,
        }
        nb.metadata["language_info"] = info["content"]["language_info"]

    async def _run_cells(
        self, name: str, nb: nbformat.NotebookNode, positions: tuple[int, ...]
    ) -> bool:
        """Run cells of a notebook; return False if its kernel was ended before all had run."""
        for position in positions:
            nb.cells[position].update(outputs=[], execution_count=None)
            # Trusted, so that outputs of prepkit's own code can use JavaScript. The trust of
            # other cells isn't changed.
            nb.cells[position].metadata["trusted"] = True
        session = await self._server.session_manager.create_session(
            path=name, name=name, type="notebook", kernel_name="python3"
        )
        manager = self._server.kernel_manager.get_kernel(session["kernel"]["id"])
        client = NotebookClient(
            nb,
            km=manager,
            timeout=_CELL_SECONDS,
            # With the usual 4 seconds, a busy computer's page would open with outputs missing.
            iopub_timeout=_CELL_SECONDS,
            startup_timeout=_KERNEL_SECONDS,
            record_timing=False,
        )
        kernel = await client.async_start_new_kernel_client()
        try:
            await self._name_kernel(nb, session["kernel"]["name"], kernel)
            for position in positions:
                await client.async_execute_cell(nb.cells[position], position)
        except CellExecutionError:
            self.log.warning("A cell of %s failed", name)  # its output says how
        except (CellTimeoutError, DeadKernelError) as error:
            reason = (
                f"still running after {_CELL_SECONDS} seconds"
                if isinstance(error, CellTimeoutError)
                else "its kernel died"
            )
            traceback = [f"Stopped: {reason}"]
            nb.cells[position].outputs.append(
                new_output("error", ename="Stopped", evalue=reason, traceback=traceback)
            )
        finally:
            kernel.stop_channels()
        # As when the workbook is closed meanwhile: what its cells say then is no news.
        return not manager.shutting_down


def _keep_private(os_path: str) -> None:
    """Let only the user read a notebook: its outputs may hold an answer. Other files stay."""
    path = Path(os_path)
    if path.suffix == ".ipynb":
        make_private(path)
