"""JupyterLab as a child process: on this computer only, with its own settings, nothing fetched."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import prepkit
from prepkit.desktop import HOST
from prepkit.errors import PrepkitError
from prepkit.files import PRIVATE_FILE, atomic_write, digest, make_private, make_private_folder

LABEXTENSION = Path(prepkit.__file__).parent / "labextension"
"""The folder of JupyterLab's extension. JupyterLab reads it where it is: nothing is installed."""

_PORTS_TRIED = 20
_START_SECONDS = 120
_STOP_SECONDS = 10

# Nothing is fetched from another host: no news, no look for updates, no catalogue of extensions.
_PAGE_CONFIG = {
    "disabledExtensions": {
        "@jupyterlab/apputils-extension:announcements": True,
        "@jupyterlab/extensionmanager-extension": True,
    }
}
_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
    # A page takes the whole window, and the strip at the top leads to the others.
    "@jupyterlab/application-extension:shell": {"dockPanelPadding": False, "startMode": "single"},
    # All cells are in the page, for the browser's search, screen readers and printing.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "defer"},
}
_OPTIONS = (
    "--no-browser",
    f"--ServerApp.ip={HOST}",
    "--ServerApp.port_retries=0",
    "--ServerApp.allow_root=True",  # in a container there is often no other user
    "--ServerApp.contents_manager_class=prepkit.workbook.contents.WorkbookContents",
    "--ServerApp.jpserver_extensions={'prepkit.workbook.shipped': True}",
    f"--LabApp.extra_labextensions_path={LABEXTENSION}",
    "--LabApp.extension_manager=readonly",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)


@dataclass(frozen=True, slots=True)
class Server:
    """A notebook server on this computer, and a way to use its REST API."""

    port: int
    token: str

    def url(self, notebook: str) -> str:
        """Return the address that opens `notebook` in a browser."""
        return f"http://{HOST}:{self.port}/lab/tree/{quote(notebook)}?token={self.token}"

    def ask(self, path: str, *, method: str = "GET", timeout: float | None = None) -> Any:
        """Return what the server's REST API answers at `path`; raises OSError without an answer."""
        request = urllib.request.Request(
            f"http://{HOST}:{self.port}/api/{path}",
            method=method,
            headers={"Authorization": f"token {self.token}"},
        )
        # No proxy: one that the user has set up can't reach this computer's own addresses.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=timeout) as response:
            return json.loads(response.read() or "null")

    def answers(self) -> bool:
        """Return whether the server is up, and accepts this token."""
        try:
            self.ask("contents?content=0", timeout=5)
        except (OSError, ValueError):
            return False
        return True


class LabProcess:
    """A running JupyterLab; `stop` ends it and its kernels."""

    def __init__(self, folder: Path, home: Path, port: int) -> None:
        jupyter = _jupyter_folder(home)
        self.server = Server(port, secrets.token_urlsafe(32))
        self.is_stopping = False
        self.log = jupyter / f"lab-{port}.log"
        try:
            make_private_folder(home)  # it is for the answers, too
            _write_settings(jupyter)
            # The log has the address with the token, which lets anybody in who reads it.
            self.log.touch(PRIVATE_FILE)
            make_private(self.log)
            with self.log.open("wb") as log:
                self._process = subprocess.Popen(
                    [
                        *(sys.executable, "-m", "prepkit.workbook.lab_server", *_OPTIONS),
                        f"--ServerApp.port={port}",
                        f"--ServerApp.root_dir={folder}",
                    ],
                    cwd=jupyter,
                    env=_environment(folder, home, self.server.token),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    **_own_group(),
                )
        except OSError as error:
            raise PrepkitError(
                f"JupyterLab can't start with its settings in {jupyter}: "
                f"{error.strerror or error}. Set PREPKIT_HOME to another folder."
            ) from error

    def wait_until_it_answers(self) -> None:
        """Return when the server answers, or raise PrepkitError with the end of its log."""
        deadline = time.monotonic() + _START_SECONDS
        while not self.server.answers():
            if self._process.poll() is not None:
                raise PrepkitError(f"JupyterLab stopped while starting.\n{self._last_words()}")
            if time.monotonic() > deadline:
                raise PrepkitError(
                    f"JupyterLab did not start within {_START_SECONDS} seconds.\n"
                    f"{self._last_words()}"
                )
            time.sleep(0.1)

    def wait(self) -> None:
        """Return when JupyterLab is shut down from its menu; raise PrepkitError if it fails."""
        # On Windows, Ctrl-C can't interrupt a wait that has no time limit.
        seconds = 1 if sys.platform == "win32" else None
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self._process.wait(seconds) == 0:
                    return
                raise PrepkitError(f"JupyterLab stopped by itself.\n{self._last_words()}")

    @property
    def pid(self) -> int:
        """The id of the server's process."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """What the server ended with; negative if a signal ended it, None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """End JupyterLab and its kernels: ask it to, and use force if it doesn't."""
        self.is_stopping = True
        try:
            self.server.ask("shutdown", method="POST", timeout=5)
        except (OSError, ValueError):
            self._process.terminate()
        for force in (self._process.terminate, self._process.kill):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_SECONDS)
                return
            force()
        self._process.wait()

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join([*lines[-5:], f"The whole log is in {self.log}"])


def running_server(folder: Path, home: Path) -> Server | None:
    """Return the server that has `folder` open, if one was started with the same `home`."""
    for path in _jupyter_folder(home).glob("runtime/jpserver-*.json"):
        with contextlib.suppress(OSError, ValueError, LookupError):
            info = json.loads(path.read_text(encoding="utf-8"))
            server = Server(info["port"], info["token"])
            if Path(info["root_dir"]) == folder and server.answers():
                return server
    return None


def free_port(first: int) -> int:
    """Return `first`, or the next port after it that is free."""
    last = min(first + _PORTS_TRIED - 1, 65535)
    for port in range(first, last + 1):
        with socket.socket() as probe, contextlib.suppress(OSError):
            if sys.platform != "win32":
                # A server that has just ended leaves its port free for the next one.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return port
    raise PrepkitError(f"No port from {first} to {last} is free. Choose another with --port.")


def _jupyter_folder(home: Path) -> Path:
    return home / "jupyter"


def _write_settings(jupyter: Path) -> None:
    folder = jupyter / "config" / "labconfig"
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"page_config": _PAGE_CONFIG, "default_setting_overrides": _SETTINGS}
    for name, values in settings.items():
        # Atomic, since a second workbook may be reading them.
        atomic_write(folder / f"{name}.json", json.dumps(values, indent=1).encode())


def _environment(folder: Path, home: Path, token: str) -> dict[str, str]:
    """Return an environment in which the user's own Jupyter is neither read nor written."""
    jupyter = _jupyter_folder(home)
    # One name per folder: JupyterLab remembers which tabs are open under it.
    name = digest(str(folder))[:12]
    return {
        **os.environ,
        "PREPKIT_HOME": str(home),
        "JUPYTER_TOKEN": token,  # not an argument: other users could see that
        "JUPYTER_CONFIG_DIR": str(jupyter / "config"),
        "JUPYTER_CONFIG_PATH": str(jupyter / "config"),  # comes before the environment's own
        "JUPYTER_DATA_DIR": str(jupyter / "data"),
        "JUPYTER_RUNTIME_DIR": str(jupyter / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this Python, not the user's own kernels
        "JUPYTERLAB_SETTINGS_DIR": str(jupyter / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(jupyter / "workspaces" / name),
    }


def _own_group() -> dict[str, Any]:
    # In a group of its own, so that Ctrl-C reaches only prepkit, which then stops the server.
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
