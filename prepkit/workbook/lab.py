"""`prepkit lab`: opens the notebooks in JupyterLab, and runs their pages, until it is closed."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote

from prepkit.desktop import open_in_browser
from prepkit.workbook.copies import cells_as_shipped, load_copies
from prepkit.workbook.server import LabProcess, Server, free_port, running_server

DEFAULT_PORT = 7827
"""S-T-A-R on a phone's keys. Always the same: browsers keep unsaved drafts by host and port."""

FIRST_PAGE = "01-start.ipynb"

# Run once the first page is there, so that nobody waits for them. Those used most come first.
_OTHER_PAGES = ("02-answer.ipynb", "05-mock.ipynb", "04-stories.ipynb", "03-companies.ipynb")

_DRAWING_SECONDS = 5
"""What a browser needs at most, on a usual computer, from asking for a page's kernel to a page that
answers. Until then it has the computer for itself: a kernel that starts takes a core."""

_UNSEEN_SECONDS = 20
"""After this, the other pages are run even if no browser has opened the first one."""

_LOOK_SECONDS = 0.5

# Not every system has all of them.
_ENDING_SIGNALS = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
]


def serve(folder: Path, *, home: Path, port: int = DEFAULT_PORT, open_browser: bool = True) -> int:
    """Open the workbook in JupyterLab, and return when it is closed.

    The server can be reached only from this computer and with its token, and it requests nothing
    from other hosts. Its settings and its log are in `home`; the user's own Jupyter is neither read
    nor changed. If a workbook is already open on `folder`, that one is shown instead. Has to be
    called from the main thread, since signals end it.

    Parameters
    ----------
    folder
        The user's notebooks, as `copy_notebooks` left them.
    home
        The folder of the answers.
    port
        The port of the server; if it is in use, the next free one. A browser keeps unsaved drafts
        by host and port, so they show up again only at the same port.
    open_browser
        Whether to open a browser; the address is printed in any case.

    Returns
    -------
    int
        The exit code: 0 when the user closed it with Ctrl-C, with a signal or in JupyterLab.

    Raises
    ------
    PrepkitError
        If the server doesn't start, or stops by itself.
    """
    folder, home = folder.resolve(), home.resolve()
    if running := running_server(folder, home):
        _say(f"The workbook is already open at {running.url(FIRST_PAGE)}")
        _say("To close it, press Ctrl-C where you started it, or choose File > Shut Down there.")
        if open_browser:
            open_in_browser(running.url(FIRST_PAGE))
        return 0
    with _signals_as_interrupts():
        try:
            lab = LabProcess(folder, home, free_port(port))
        except KeyboardInterrupt:
            return 0
        pages = threading.Thread(target=_open_pages, args=(folder, lab))
        try:
            lab.wait_until_it_answers()
            _say_where(lab.server, home, port)
            pages.start()
            if open_browser:
                open_in_browser(lab.server.url(FIRST_PAGE))
            lab.wait()
        except KeyboardInterrupt:
            _say("Closing the workbook.")
        finally:
            _ignore_signals()
            lab.stop()
            if pages.ident is not None:
                pages.join()
    return 0


def _say_where(server: Server, home: Path, port: int) -> None:
    """Say where the answers and the workbook are, and why the port isn't `port`, if it isn't."""
    _say(f"Your answers are kept in {home}")
    if server.port != port:
        _say(
            f"Port {port} is in use, so the workbook is at port {server.port} this time. Text that "
            f"you typed at port {port} and that wasn't saved is still in your browser: it shows up "
            "again when you open the workbook at that port."
        )
    _say(f"The workbook is open at {server.url(FIRST_PAGE)}")
    _say("To close it, press Ctrl-C here.")


def _open_pages(folder: Path, lab: LabProcess) -> None:
    """Run the first page at once, and the others, one by one, when it has been shown."""
    _open_page(FIRST_PAGE, folder, lab)
    _wait_until_seen(FIRST_PAGE, lab)
    for page in _OTHER_PAGES:
        if lab.is_stopping:
            return
        _open_page(page, folder, lab)


def _wait_until_seen(page: str, lab: LabProcess) -> None:
    """Return when a browser has drawn a page, none has asked for it for long, or the lab closes."""
    wanted = time.monotonic() + _UNSEEN_SECONDS
    asked = False
    while not lab.is_stopping and time.monotonic() < wanted:
        if not asked and _is_asked_for(page, lab.server):
            asked = True
            wanted = time.monotonic() + _DRAWING_SECONDS
        time.sleep(_LOOK_SECONDS)


def _is_asked_for(page: str, server: Server) -> bool:
    """Return whether a browser is connected to the kernel of a page."""
    try:
        sessions = server.ask("sessions")
    except (OSError, HTTPException):
        return False  # it is being closed
    return any(each["path"] == page and each["kernel"]["connections"] > 0 for each in sessions)


def _open_page(page: str, folder: Path, lab: LabProcess) -> None:
    """Read a page, which makes the server run it; say so if its widgets don't work then."""
    if not (folder / page).exists():
        return
    try:
        cells = lab.server.ask(f"contents/{quote(page)}?type=notebook")["content"]["cells"]
        sessions = lab.server.ask("sessions")
    except (OSError, HTTPException):
        return  # it is being closed
    if lab.is_stopping:
        return  # and so is the page's kernel
    copy = load_copies(folder).get(page)
    if copy is None or not cells_as_shipped(copy, cells):
        _say(f"You changed code in {page}, so it doesn't run by itself: use Run > Run All Cells.")
    elif page not in [session["path"] for session in sessions]:
        _say(f"{page} could not be run. {lab.log} says why.")
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    for output in outputs:
        if output["output_type"] == "error":
            reason = f"{output['ename']}: {output['evalue']}"
            _say(f"{page} opens, but a part of it failed: {reason}")


@contextlib.contextmanager
def _signals_as_interrupts() -> Iterator[None]:
    """Make every signal that ends a program raise KeyboardInterrupt, unless it is ignored."""
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
    """Ignore signals from now on: closing takes a few seconds at most and must not be cut short."""
    for number in _ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _say(line: str) -> None:
    print(line, flush=True)
