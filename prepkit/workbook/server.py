"""JupyterLab as a child process: on this machine only, with settings of its own, asking nobody."""

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

from prepkit.desktop import HOST
from prepkit.errors import PrepkitError
from prepkit.files import atomic_write, digest

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
    # All cells are in the page, for the browser's search, screen readers and printing.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "defer"},
}
_OPTIONS = (
    "--no-browser",
    f"--ServerApp.ip={HOST}",
    "--ServerApp.port_retries=0",
    "--ServerApp.allow_root=True",  # in a container there is often no other user
    "--ServerApp.contents_manager_class=prepkit.workbook.contents.WorkbookContents",
    "--LabApp.extension_manager=readonly",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)


@dataclass(frozen=True, slots=True)
class Server:
    """A notebook server on this machine, and how to ask it something."""

    port: int
    token: str

    def url(self, notebook: str) -> str:
        """Return the address that opens `notebook` in a browser."""
        return f"http://{HOST}:{self.port}/lab/tree/{quote(notebook)}?token={self.token}"

    def ask(self, path: str, *, method: str = "GET", timeout: float | None = None) -> Any:
        """Return the answer of the server's REST API at `path`; raises OSError without one."""
        request = urllib.request.Request(
            f"http://{HOST}:{self.port}/api/{path}",
            method=method,
            headers={"Authorization": f"token {self.token}"},
        )
        # A proxy that the user has set is not for this machine's own addresses.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=timeout) as response:
            return json.loads(response.read() or "null")

    def answers(self) -> bool:
        """Return whether the server is up, and is the one that this token belongs to."""
        try:
            self.ask("contents?content=0", timeout=5)
        except (OSError, ValueError):
            return False
        return True


class LabProcess:
    """A running JupyterLab that is ended with its kernels by `stop`."""

    def __init__(self, folder: Path, home: Path, port: int) -> None:
        jupyter = _jupyter_folder(home)
        self.server = Server(port, secrets.token_urlsafe(32))
        self.log = jupyter / f"lab-{port}.log"
        try:
            _write_settings(jupyter)
            with self.log.open("wb") as log:
                self._process = subprocess.Popen(
                    [
                        *(sys.executable, "-m", "jupyterlab", *_OPTIONS),
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
                f"JupyterLab can't be started with its settings in {jupyter}: "
                f"{error.strerror or error}. PREPKIT_HOME can name another folder."
            ) from error

    def wait_until_it_answers(self) -> None:
        """Return when the server answers, or raise PrepkitError with the last it said."""
        deadline = time.monotonic() + _START_SECONDS
        while not self.server.answers():
            if self._process.poll() is not None:
                raise PrepkitError(f"JupyterLab ended while starting.\n{self._last_words()}")
            if time.monotonic() > deadline:
                raise PrepkitError(
                    f"JupyterLab doesn't answer after {_START_SECONDS} seconds.\n"
                    f"{self._last_words()}"
                )
            time.sleep(0.1)

    def wait(self) -> None:
        """Return when JupyterLab was shut down from its menu; raise PrepkitError if it failed."""
        # On Windows a wait without end can't be interrupted by Ctrl-C.
        seconds = 1 if sys.platform == "win32" else None
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                if self._process.wait(seconds) == 0:
                    return
                raise PrepkitError(f"JupyterLab ended by itself.\n{self._last_words()}")

    def stop(self) -> None:
        """End JupyterLab and its kernels: ask it to, and use force if it doesn't."""
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
        return "\n".join([*lines[-5:], f"All it said is in {self.log}"])


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
    """Return `first`, or the next port after it that nobody listens at."""
    last = min(first + _PORTS_TRIED - 1, 65535)
    for port in range(first, last + 1):
        with socket.socket() as probe, contextlib.suppress(OSError):
            if sys.platform != "win32":
                # A server that has just ended leaves its port free for the next one.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return port
    raise PrepkitError(f"No port from {first} to {last} is free: choose another with --port.")


def _jupyter_folder(home: Path) -> Path:
    return home / "jupyter"


def _write_settings(jupyter: Path) -> None:
    folder = jupyter / "config" / "labconfig"
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"page_config": _PAGE_CONFIG, "default_setting_overrides": _SETTINGS}
    for name, values in settings.items():
        # Whole or not at all: a second workbook may be reading them.
        atomic_write(folder / f"{name}.json", json.dumps(values, indent=1).encode())


def _environment(folder: Path, home: Path, token: str) -> dict[str, str]:
    """Return an environment in which the user's own Jupyter is neither read nor written."""
    jupyter = _jupyter_folder(home)
    # Which tabs are open is remembered for each folder.
    name = digest(str(folder))[:12]
    return {
        **os.environ,
        "PREPKIT_HOME": str(home),
        "JUPYTER_TOKEN": token,  # not an argument, which other users could see
        "JUPYTER_CONFIG_DIR": str(jupyter / "config"),
        "JUPYTER_CONFIG_PATH": str(jupyter / "config"),  # goes before the environment's own
        "JUPYTER_DATA_DIR": str(jupyter / "data"),
        "JUPYTER_RUNTIME_DIR": str(jupyter / "runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this Python, not one of the user's
        "JUPYTERLAB_SETTINGS_DIR": str(jupyter / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(jupyter / "workspaces" / name),
    }


def _own_group() -> dict[str, Any]:
    # Ctrl-C is for prepkit, which then ends the server in order.
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
