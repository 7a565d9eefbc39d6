"""The author's preview: serves a site to this machine alone, and builds it again on each change."""

from __future__ import annotations

import json
import mimetypes
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

from prepkit.desktop import HOST, open_in_browser
from prepkit.errors import PrepkitError
from prepkit.scripts import page_script

_RELOAD = "/_preview/reload.js"
_EVENTS = "/_preview/events"
_HEARTBEAT = 1.0  # seconds after which a page that was closed is noticed
_PAUSE = 0.2  # seconds between two looks for changes
_HIDDEN = (".", "~", "__pycache__")

_MISSING = b"<!DOCTYPE html><title>Preview</title><p>This page doesn't exist yet.</p>"

# Python's own table: that of a Windows machine can take scripts for text, and then none runs.
_TYPES = mimetypes.MimeTypes()


def serve(
    folder: Path,
    *,
    port: int,
    rebuild: Callable[[], object],
    watched: Sequence[Path],
    open_browser: bool,
) -> None:
    """Build a site, serve it to this machine, and build it again on each change, until Ctrl-C.

    Open pages load themselves anew after a build. What goes wrong in a build is shown in the
    terminal and in the pages, and the site stays as it was.

    Parameters
    ----------
    folder
        Where `rebuild` puts the site.
    port
        Where to serve; 0 takes any that is free.
    rebuild
        Builds the site.
    watched
        Files and folders to watch. What lies in `folder`, and hidden files, are no changes.
    open_browser
        Whether to open the site in the user's browser.

    Raises
    ------
    PrepkitError
        If the port can't be used, or nothing of `watched` is there.
    """
    output = folder.resolve()
    there = [path.resolve() for path in watched if path.exists()]
    if not there:
        names = ", ".join(map(str, watched))
        raise PrepkitError(f"There is nothing to watch (not found: {names}).")
    preview = Preview(folder, port)
    thread = threading.Thread(target=preview.serve_forever, daemon=True)
    thread.start()
    try:
        print(f"Preview at {preview.url} (press Ctrl-C to stop)", flush=True)
        before: dict[Path, tuple[int, ...]] = {}
        while True:
            started = time.monotonic()
            now = _stamps(there, output)
            # Of a large folder, the looks take a small part of the time too.
            pause = max(_PAUSE, 20 * (time.monotonic() - started))
            if now != before:
                before = now
                preview.build(rebuild)
                if open_browser:
                    open_in_browser(preview.url)
                    open_browser = False
            time.sleep(pause)
    except KeyboardInterrupt:
        print("\nPreview stopped.", flush=True)
    finally:
        preview.shutdown()
        preview.server_close()


class Preview(ThreadingHTTPServer):
    """A server of one folder, and how the last build of it went.

    Parameters
    ----------
    folder
        What is served.
    port
        Where to serve; 0 takes any that is free.

    Raises
    ------
    PrepkitError
        If the port can't be used.
    """

    # On Windows a second program could take the port over.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.news = threading.Condition()
        self.version = token_hex(4)
        self.error = ""
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise PrepkitError(
                f"Port {port} can't be used ({error.strerror}). Stop the program that uses it,"
                " or choose another port with --port."
            ) from error
        self.url = f"http://{HOST}:{self.server_port}/"

    def build(self, rebuild: Callable[[], object]) -> None:
        """Build the site, and tell the open pages how it went."""
        started = time.monotonic()
        error = ""
        try:
            rebuild()
        except PrepkitError as problem:
            error = str(problem)
            print(error, file=sys.stderr, flush=True)
        except Exception as problem:  # a mistake in the build itself ends no preview
            error = f"{type(problem).__name__}: {problem}"
            traceback.print_exc()
        else:
            print(f"Built in {time.monotonic() - started:.1f} s", flush=True)
        with self.news:
            self.error = error
            if not error:
                self.version = token_hex(4)
            self.news.notify_all()

    def state(self) -> str:
        """Return how things stand, as JSON for the pages."""
        return json.dumps({"version": self.version, "error": self.error})

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of browsers that hang up."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(SimpleHTTPRequestHandler):
    """Sends the files of the preview's folder, and pages with the script that loads them anew."""

    server: Preview

    def parse_request(self) -> bool:
        """Tell whether a request is to be answered; refuse one that asks for another name.

        A foreign site could let its own name lead to this machine, and read the preview then.
        """
        if not super().parse_request():
            return False
        port = self.server.server_port
        if self.headers.get("Host", "").lower() in (f"{HOST}:{port}", f"localhost:{port}"):
            return True
        refusal = b"This preview can only be opened on the computer that it runs on.\n"
        self.wfile.write(self._send(refusal, "text/plain", HTTPStatus.FORBIDDEN).read())
        return False

    def do_GET(self) -> None:
        """Answer with a file, or with the news of builds."""
        if self.path == _EVENTS:
            self._send_events()
        else:
            super().do_GET()

    def send_head(self) -> BinaryIO | BytesIO | None:
        """Send the headers of an answer, and return what follows them."""
        self.directory = str(self.server.folder)
        address = self.path.partition("?")[0]
        if address == _RELOAD:
            return self._send(page_script("preview.js").encode(), "text/javascript")
        found = self._found(address)
        if found and found.suffix != ".html":
            return super().send_head()
        status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
        found = found or self._found("/404.html")
        page = found.read_bytes() if found else _MISSING
        return self._send(self._with_reload(page), "text/html; charset=utf-8", status)

    def end_headers(self) -> None:
        """Add what all answers have."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def guess_type(self, path: Any) -> str:
        """Return a file's type."""
        return _TYPES.guess_type(path)[0] or "application/octet-stream"

    def log_message(self, *_: object) -> None:
        """Log nothing: the terminal is for builds."""

    def _found(self, address: str) -> Path | None:
        """Return the file at an address, or the folder that a browser is to be redirected to.

        Nothing is there if it does not lie within what is served, such as the target of a link.
        """
        try:
            found = Path(self.translate_path(address)).resolve(strict=True)
            if found.is_dir() and address.endswith("/"):
                found = (found / "index.html").resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            return None
        return found if found.is_relative_to(self.server.folder.resolve()) else None

    def _with_reload(self, page: bytes) -> bytes:
        """Return a page with the script that loads it anew; the file has none."""
        version = self.server.version
        script = f'<script src="{_RELOAD}" data-version="{version}" defer></script>'
        head, end, rest = page.rpartition(b"</body>")
        return head + script.encode() + end + rest if end else page + script.encode()

    def _send(
        self, content: bytes, content_type: str, status: HTTPStatus = HTTPStatus.OK
    ) -> BytesIO:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def _send_events(self) -> None:
        """Tell a page of each build, until it is closed."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        preview, told = self.server, ""

        def is_news() -> bool:
            return preview.state() != told

        while True:
            with preview.news:
                news = preview.news.wait_for(is_news, _HEARTBEAT)
                state = preview.state()
            self.wfile.write(f"data: {state}\n\n".encode() if news else b": here\n\n")
            told = state


def _stamps(watched: Sequence[Path], output: Path) -> dict[Path, tuple[int, ...]]:
    """Return what changes with each file that is watched, and its path."""
    # The system's own notices of changes are not to be had for drives of a network or of a
    # container's host, and end with a file in whose place an editor puts a new one.
    files = [path for path in watched if not path.is_dir()]
    for home in watched:
        for folder, folders, names in os.walk(home):
            visible = [name for name in folders if not name.startswith(_HIDDEN)]
            folders[:] = [name for name in visible if Path(folder, name) != output]
            files += [Path(folder, name) for name in names if not name.startswith(_HIDDEN)]
    return {path: _stamp(path) for path in files}


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:  # it is gone
        return ()
    # An editor may put a new file in the place of the old one, with the old one's time.
    return found.st_mtime_ns, found.st_size, found.st_ino
