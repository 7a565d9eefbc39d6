"""The author's preview: serves a site on this machine only, and builds it again on each change."""

from __future__ import annotations

import json
import mimetypes
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
from prepkit.site.folders import walk

_RELOAD = "/_preview/reload.js"
_EVENTS = "/_preview/events"
_HEARTBEAT = 1.0  # seconds until a closed page is noticed
_PAUSE = 0.2  # seconds between two checks for changes
_HIDDEN = (".", "~")

_MISSING = b"<!DOCTYPE html><title>Preview</title><p>This page doesn't exist yet.</p>"

# Python's own table, because the one of a Windows machine may call scripts plain text, and then
# browsers don't run them.
_TYPES = mimetypes.MimeTypes()


def serve(
    folder: Path,
    *,
    port: int,
    rebuild: Callable[[], object],
    watched: Sequence[Path],
    open_browser: bool,
) -> None:
    """Build a site, serve it on this machine, and build it again on each change, until Ctrl-C.

    Open pages reload after each build. If a build fails, the terminal and the pages show why, and
    the site stays as it was.

    Parameters
    ----------
    folder
        The folder to which `rebuild` writes the site.
    port
        The port to serve on; 0 for any free one.
    rebuild
        Builds the site.
    watched
        Files, and folders to watch with all that is below them. Hidden files and everything in
        `folder` are ignored.
    open_browser
        Whether to open the site in the user's browser.

    Raises
    ------
    PrepkitError
        If the port can't be used, or if nothing in `watched` exists.
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
            # Checking a large folder takes longer, so the pause grows too: 20 times as long.
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
    """A server of one folder, with the result of its last build.

    Parameters
    ----------
    folder
        The folder to serve.
    port
        The port to serve on; 0 for any free one.

    Raises
    ------
    PrepkitError
        If the port can't be used.
    """

    # On Windows, reusing an address would let a second program take over the port.
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
        """Build the site, and tell the open pages the result."""
        started = time.monotonic()
        error = ""
        try:
            rebuild()
        except PrepkitError as problem:
            error = str(problem)
            print(error, file=sys.stderr, flush=True)
        except Exception as problem:  # a bug in the build must not stop the preview
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
        """Return the version and the error of the last build, as JSON for the pages."""
        return json.dumps({"version": self.version, "error": self.error})

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore browsers that close the connection."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(SimpleHTTPRequestHandler):
    """Sends the files of the preview's folder; pages get a script that reloads them."""

    server: Preview

    def parse_request(self) -> bool:
        """Return whether to answer a request; refuse one for another host name.

        Otherwise another site could point its own name at this machine and read the preview (DNS
        rebinding).
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
        """Answer with a file, or with the stream of build results."""
        if self.path == _EVENTS:
            self._send_events()
        else:
            super().do_GET()

    def send_head(self) -> BinaryIO | BytesIO | None:
        """Send the headers of an answer, and return its body."""
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
        """Add the headers that all answers have."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def guess_type(self, path: Any) -> str:
        """Return a file's type."""
        return _TYPES.guess_type(path)[0] or "application/octet-stream"

    def log_message(self, *_: object) -> None:
        """Log nothing: the terminal is for builds."""

    def _found(self, address: str) -> Path | None:
        """Return the file at an address, or the folder to which to redirect the browser.

        Return None for anything outside the served folder, such as the target of a link.
        """
        try:
            found = Path(self.translate_path(address)).resolve(strict=True)
            if found.is_dir() and address.endswith("/"):
                found = (found / "index.html").resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            return None
        return found if found.is_relative_to(self.server.folder.resolve()) else None

    def _with_reload(self, page: bytes) -> bytes:
        """Return a page with the script that reloads it; the file itself doesn't have it."""
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
        """Send a page the result of each build, until the page is closed."""
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
    """Return a stamp of each watched file, by path, that differs when the file changes."""
    # Polled, because the system's own change notices don't work on network drives and container
    # mounts, and they stop when an editor replaces a file by a new one.
    files = [path for path in watched if not path.is_dir()]
    for home in filter(Path.is_dir, watched):
        for folder, names in walk(home, without=output):
            files += [folder / name for name in names if not name.startswith(_HIDDEN)]
    return {path: _stamp(path) for path in files}


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:  # the file is gone
        return ()
    # The inode too: an editor may replace a file by a new one that has the old one's time.
    return found.st_mtime_ns, found.st_size, found.st_ino
