"""`prepkit lab`: the user's notebooks in JupyterLab, with the pages run, until it is closed."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

from prepkit.desktop import open_in_browser
from prepkit.workbook.copies import cells_as_shipped, load_copies
from prepkit.workbook.server import LabProcess, Server, free_port, running_server

DEFAULT_PORT = 7827
"""S-T-A-R on a telephone. Always the same: browsers keep unsaved drafts by host and port."""

FIRST_PAGE = "01-start.ipynb"

# The slowest comes first. Two at once: a kernel takes some 200 MB and one core.
_PAGES = ("02-answer.ipynb", FIRST_PAGE, "03-companies.ipynb")
_RUNS_AT_ONCE = 2

# Not every system has all of them.
_ENDING_SIGNALS = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
]


def serve(folder: Path, *, home: Path, port: int = DEFAULT_PORT, open_browser: bool = True) -> int:
    """Open the workbook in JupyterLab, and return when it is closed.

    The server answers on this machine only, asks for its token, and asks no other host for
    anything. Its settings and its log are in `home`; the user's own Jupyter is left alone. While
    a workbook is open on `folder` already, that one is shown instead. To be called from the main
    thread, since signals end it.

    Parameters
    ----------
    folder
        The user's notebooks, as `copy_notebooks` left them.
    home
        Where the answers are kept.
    port
        Where to serve; if it is taken, the next free one. A browser keeps unsaved drafts by host
        and port, so they are found again only at the same port.
    open_browser
        Whether to open a browser; the address is printed in any case.

    Returns
    -------
    int
        The exit code: 0 when the user closed it, by Ctrl-C, a signal, or in JupyterLab.

    Raises
    ------
    PrepkitError
        If the server doesn't start, or ends by itself.
    """
    folder, home = folder.resolve(), home.resolve()
    if running := running_server(folder, home):
        _say(f"The workbook is open already, at {running.url(FIRST_PAGE)}")
        _say("To close it, press Ctrl-C where it was started, or use File > Shut Down there.")
        if open_browser:
            open_in_browser(running.url(FIRST_PAGE))
        return 0
    with _signals_as_interrupts():
        try:
            lab = LabProcess(folder, home, free_port(port))
        except KeyboardInterrupt:
            return 0
        pool = ThreadPoolExecutor(_RUNS_AT_ONCE)
        try:
            lab.wait_until_it_answers()
            _say_where(lab.server, home, port)
            for page in _PAGES:
                pool.submit(_open_page, page, folder, lab)
            if open_browser:
                open_in_browser(lab.server.url(FIRST_PAGE))
            lab.wait()
        except KeyboardInterrupt:
            _say("Closing the workbook.")
        finally:
            _ignore_signals()
            lab.stop()
            pool.shutdown(cancel_futures=True)
    return 0


def _say_where(server: Server, home: Path, port: int) -> None:
    """Say where the answers and the workbook are, and why at another port than `port`."""
    _say(f"Your answers are kept in {home}")
    if server.port != port:
        _say(
            f"Port {port} is taken, so the workbook is at port {server.port} this time."
            f" Text typed at port {port} and not saved shows up when that is free again."
        )
    _say(f"The workbook is open at {server.url(FIRST_PAGE)}")
    _say("To close it, press Ctrl-C here.")


def _open_page(page: str, folder: Path, lab: LabProcess) -> None:
    """Read a page, which makes the server run it, and say so if its widgets aren't live then."""
    if not (folder / page).exists():
        return
    try:
        cells = lab.server.ask(f"contents/{quote(page)}?type=notebook")["content"]["cells"]
        sessions = lab.server.ask("sessions")
    except OSError:
        return  # it is being closed
    copy = load_copies(folder).get(page)
    if copy is None or not cells_as_shipped(copy, cells):
        _say(f"{page} has code of yours, so it isn't run for you: use Run > Run All Cells.")
    elif page not in [session["path"] for session in sessions]:
        _say(f"{page} could not be run. The reason is in {lab.log}")
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    for output in outputs:
        if output["output_type"] == "error":
            reason = f"{output['ename']}: {output['evalue']}"
            _say(f"{page} opens, but one of its cells failed: {reason}")


@contextlib.contextmanager
def _signals_as_interrupts() -> Iterator[None]:
    """Make every signal that ends a program raise KeyboardInterrupt, unless it is being ignored."""
    before = {number: signal.getsignal(number) for number in _ENDING_SIGNALS}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    """Let nothing interrupt the closing, which takes a few seconds at most."""
    for number in _ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _say(line: str) -> None:
    print(line, flush=True)
