"""JupyterLab as a program that ends once it has stopped: ``python -m prepkit.workbook.lab_server``.

When Jupyter stops, it leaves the requests as they are that it hasn't answered yet, such as that for
a page that is being run. Each may have threads that read files; these end with their request, and
Python waits for all threads before it ends. So JupyterLab by itself would end its kernels, and then
stay for ever.
"""

from __future__ import annotations

import asyncio
import runpy
from asyncio import AbstractEventLoop
from typing import cast

from tornado.platform.asyncio import BaseAsyncIOLoop

from prepkit.engine.private import GRAMMARS, without_module

with without_module(GRAMMARS):
    from jupyter_server.serverapp import ServerApp

_CANCEL_SECONDS = 5


def main() -> None:
    """Run JupyterLab with the arguments of this program, and cancel what it leaves behind."""
    try:
        runpy.run_module("jupyterlab", run_name="__main__")
    finally:
        if ServerApp.initialized():
            cancel_all(cast("BaseAsyncIOLoop", ServerApp.instance().io_loop).asyncio_loop)


def cancel_all(loop: AbstractEventLoop) -> None:
    """Cancel all tasks of a loop that was stopped, and wait until they have ended."""
    if tasks := asyncio.all_tasks(loop):
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.wait(tasks, timeout=_CANCEL_SECONDS))


if __name__ == "__main__":
    main()
