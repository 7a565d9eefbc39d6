"""The kernels of a server: tests end them, as crashes do."""

from __future__ import annotations

from contextlib import suppress

import psutil

from prepkit.workbook.server import Server


def kernel_of(server: Server, name: str) -> psutil.Process | None:
    """Return the process of the kernel that runs a notebook, if there is one."""
    (wanted,) = [each["kernel"]["id"] for each in server.ask("sessions") if each["path"] == name]
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if any(wanted in argument for argument in process.cmdline()):
                return process
    return None
