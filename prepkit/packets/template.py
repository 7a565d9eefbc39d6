"""A template: a notebook with a cell tagged ``parameters``, and the types of its parameters."""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import prepkit
from prepkit.engine.private import GRAMMARS, without_module
from prepkit.errors import PrepkitError
from prepkit.files import UnreadableError, read_text
from prepkit.notebook.pictures import clean_pictures
from prepkit.packets.parameters import parameters_in, without_magics

with without_module(GRAMMARS):
    import nbformat

_OF_A_RUN = ("injected-parameters", "papermill-error-cell-tag")
"""The tags of the cells that papermill adds to a notebook when it runs it."""

_PICTURE = re.compile(r"(!\[[^\]]*\]\(\s*)([^)\s\"'<>:]+)")
_PICTURES = {".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".png": "image/png"}
"""The kinds of pictures that JupyterLab shows when they are stored in a notebook."""


@dataclass(frozen=True, slots=True)
class Template:
    """A notebook to be run for each student."""

    path: Path
    content: bytes
    """The notebook as JSON, with the pictures in its text, and without what a run left in it."""
    parameters: Mapping[str, str]
    """The types of its parameters by name: ``str``, ``list`` …, or ``None`` if not known."""

    @property
    def modules(self) -> tuple[str, ...]:
        """The names of the modules that its code imports, each once, in order.

        Cells with a magic don't count, because it may change what an import does.
        """
        trees = _parsed(self._sources())
        return tuple(dict.fromkeys(name for tree in trees for name in _imported(tree)))

    @property
    def used(self) -> tuple[str, ...]:
        """The names of prepkit's modules that its code may use, also through ``prepkit.name``."""
        trees = list(_parsed(map(without_magics, self._sources())))
        imported = {"prepkit", *(name for tree in trees for name in _imported(tree))}
        names = {name for tree in trees for name in _names(tree)}
        homes = {home for name, home in prepkit.HOMES.items() if name in names}
        # Such as tables in ``from prepkit.widgets import tables``.
        inner = {f"{module}.{name}" for module in imported for name in names}
        return tuple(sorted(homes | set(filter(_is_ours, imported | inner))))

    def _sources(self) -> list[str]:
        cells = nbformat.reader.reads(self.content.decode()).cells
        return [cell.source for cell in cells if cell.cell_type == "code"]


def read_template(path: Path) -> Template:
    """Return the template at `path`.

    Raises
    ------
    PrepkitError
        If it can't be read, isn't a notebook, has no parameters or a mistake in them, or needs a
        kernel that isn't here.
    """
    try:
        text = read_text(path)
    except UnreadableError as error:
        raise PrepkitError(f"The template {error}.") from error
    try:
        nb = _newest(nbformat.reader.reads(text))
        nbformat.validate(nb)
    except (
        *(ValueError, LookupError, TypeError, AttributeError, RecursionError),
        nbformat.ValidationError,
    ) as error:
        raise PrepkitError(
            f"The template {path} is not a notebook: open it in JupyterLab and save it again."
            f" ({str(error).splitlines()[0] if str(error) else type(error).__name__})"
        ) from error
    _check_kernel(nb, path)
    parameters = _parameters(nb, path)
    if parameters is None:
        raise PrepkitError(
            f"The template {path} has no cell tagged 'parameters': tag the cell that sets them"
            " (in JupyterLab: the gears at the top right, then Cell Tags)."
        )
    _remove_outputs(nb)
    _attach_pictures(nb, path.parent)
    clean_pictures(nb)
    return Template(path, nbformat.writes(nb).encode("utf-8", "replace"), parameters)


def _newest(nb: Any) -> Any:
    """Return a notebook in the newest format, where each cell has an id that never changes."""
    named = (nb.nbformat, nb.get("nbformat_minor", 0)) >= (4, 5)
    nb = nbformat.v4.upgrade(nbformat.convert(nb, 4))
    seen: set[str] = set()
    for number, cell in enumerate(nb.cells):
        if not named or cell.get("id", "") in {"", *seen}:
            cell["id"] = f"cell-{number}"
        seen.add(cell["id"])
    return nb


def _check_kernel(nb: Any, path: Path) -> None:
    """Refuse a notebook that can't be run here; one without a kernel's name gets Python's."""
    spec = nb.metadata.setdefault("kernelspec", nbformat.from_dict({"name": "python3"}))
    spec.setdefault("display_name", spec.get("name", "Python 3"))
    language = nb.metadata.get("language_info", {}).get("name") or spec.get("language", "python")
    if language.casefold() not in ("python", "ipython"):
        raise PrepkitError(f"The template {path} is written in {language}: packets need Python.")
    # Without the version of Python, which only says on what computer it was saved last.
    spec["language"] = "python"
    nb.metadata["language_info"] = nbformat.from_dict({"name": "python"})
    if spec.name == "python3":
        return
    from jupyter_client.kernelspec import KernelSpecManager

    kernels = KernelSpecManager().find_kernel_specs()
    if spec.name not in kernels:
        raise PrepkitError(
            f"The template {path} needs the kernel '{spec.name}', which is not installed here:"
            " open it in JupyterLab, choose another (Kernel > Change Kernel), and save it."
        )


def _remove_outputs(nb: Any) -> None:
    """Remove what a run or JupyterLab leaves in a notebook, since it doesn't change the packets."""
    nb.cells = [
        cell for cell in nb.cells if not set(_OF_A_RUN) & set(cell.metadata.get("tags", []))
    ]
    for name in ("papermill", "widgets", "signature", "orig_nbformat", "orig_nbformat_minor"):
        nb.metadata.pop(name, None)
    for cell in nb.cells:
        for name in ("papermill", "execution", "ExecuteTime"):
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None


def _attach_pictures(nb: Any, folder: Path) -> None:
    """Store the pictures beside the notebook inside it, since packets are read elsewhere."""
    home = folder.resolve()
    for cell in nb.cells:
        if cell.cell_type != "markdown":
            continue
        attachments: dict[str, dict[str, str]] = dict(cell.get("attachments", {}))

        def stored(match: re.Match[str], attachments: dict[str, Any] = attachments) -> str:
            path = (home / unquote(match[2])).resolve()
            kind = _PICTURES.get(path.suffix.lower())
            if kind is None or not path.is_relative_to(home) or not path.is_file():
                return match[0]
            name = match[2].replace("/", "-")
            try:
                attachments[name] = {kind: base64.b64encode(path.read_bytes()).decode()}
            except OSError:  # a notice in the PDF will say that the picture is missing
                return match[0]
            return f"{match[1]}attachment:{name}"

        cell.source = _PICTURE.sub(stored, cell.source)
        if attachments:
            cell["attachments"] = attachments


def _parameters(nb: Any, path: Path) -> dict[str, str] | None:
    """Return the parameters of a notebook, by name; None without a cell for them."""
    for number, cell in enumerate(nb.cells, start=1):
        if "parameters" in cell.metadata.get("tags", []):
            try:
                return parameters_in(cell.source)
            except SyntaxError as error:
                raise PrepkitError(
                    f"The template {path} has a mistake in cell {number}, which sets its"
                    f" parameters: line {error.lineno}: {error.msg}. Mend it, and run the cell in"
                    " JupyterLab to see that it works."
                ) from error
    return None


def _parsed(sources: Iterable[str]) -> Iterator[ast.AST]:
    for source in sources:
        with suppress(SyntaxError):  # a magic, or an error that the notebook will show
            yield ast.parse(source)


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name


def _is_ours(name: str) -> bool:
    """Tell whether prepkit has a module of this name."""
    path = Path(prepkit.__file__).parent.joinpath(*name.split(".")[1:])
    is_inside = name.startswith("prepkit.")
    return is_inside and (path.with_suffix(".py").is_file() or (path / "__init__.py").is_file())
