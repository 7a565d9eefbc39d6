"""The author's preview: serves a site to this machine alone, and builds it again on each change."""

from __future__ import annotations

import errno
import json
import mimetypes
import sys
import threading
import time
import traceback
import webbrowser
from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from prepkit.errors import PrepkitError

HOST = "127.0.0.1"

_PREVIEW = "/_preview/"
_SCRIPT = Path(__file__).parent / "assets" / "preview.js"
_HEARTBEAT = 1.0  # seconds after which a page that was closed is noticed
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
}


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
    changed, stop = threading.Event(), threading.Event()
    watchers = _watchers(folder, watched, changed, stop)
    preview = Preview(folder, port)
    threads = [threading.Thread(target=preview.server.serve_forever), *watchers]
    try:
        for thread in threads:
            thread.daemon = True
            thread.start()
        print(f"Preview at {preview.url} (Ctrl-C ends it)", flush=True)
        preview.build(rebuild)
        if open_browser:
            webbrowser.open(preview.url)
        while True:
            # On Windows a wait without end can't be interrupted by Ctrl-C.
            if changed.wait(1):
                changed.clear()
                preview.build(rebuild)
    except KeyboardInterrupt:
        print("\nThe preview has ended.", flush=True)
    finally:
        stop.set()
        preview.close()
        for thread in threads:
            if thread.ident is not None:
                thread.join(5)


class Preview:
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

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.news = threading.Condition()
        self.version = token_hex(4)
        self.error = ""
        self.ended = False
        try:
            self.server = _Server((HOST, port), _Handler)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise PrepkitError(f"Port {port} can't be used: {error.strerror}.") from error
            reason = "is taken" if error.errno == errno.EADDRINUSE else "is not for everybody"
            raise PrepkitError(
                f"Port {port} {reason}: end the program that serves there, or choose another with "
                "--port."
            ) from error
        self.server.preview = self
        self.port = int(self.server.server_address[1])
        self.url = f"http://{HOST}:{self.port}/"

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

    def close(self) -> None:
        """End the server and what it still sends."""
        with self.news:
            self.ended = True
            self.news.notify_all()
        self.server.shutdown()
        self.server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    # On Windows a second program could take the port over.
    allow_reuse_address = sys.platform != "win32"
    preview: Preview

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of browsers that hang up."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answer with a file of the folder."""
        preview = self.server.preview
        names = {f"{name}:{preview.port}" for name in (HOST, "localhost")}
        # Another name means that some site has its own name lead to this machine.
        if self.headers.get("Host", "").lower() not in names:
            self._send(HTTPStatus.FORBIDDEN, b"This preview is for this machine alone.\n", ".txt")
            return
        path = unquote(urlsplit(self.path).path, errors="replace")
        if path == f"{_PREVIEW}reload.js":
            self._send(HTTPStatus.OK, _SCRIPT.read_bytes(), ".js")
        elif path == f"{_PREVIEW}events":
            self._send_events()
        else:
            self._send_file(path)

    def do_HEAD(self) -> None:
        """Answer as to GET, without the content."""
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Log nothing: the terminal is for builds."""

    def _send_file(self, path: str) -> None:
        found = self._found(path)
        if found is not None and found.is_dir():
            if not path.endswith("/"):
                self._send(HTTPStatus.MOVED_PERMANENTLY, b"", ".txt", quote(path, safe="/") + "/")
                return
            found = self._found(f"{path}index.html")
        status = HTTPStatus.OK
        if found is None or not found.is_file():
            status, found = HTTPStatus.NOT_FOUND, self._found("/404.html")
        try:
            content = found.read_bytes() if found else b""
        except OSError:
            status, found, content = HTTPStatus.NOT_FOUND, None, b""
        if found is None:
            content = b"<!DOCTYPE html><title>Preview</title><p>There is no such page yet.</p>"
        suffix = found.suffix.lower() if found else ".html"
        self._send(status, self._with_reload(content) if suffix == ".html" else content, suffix)

    def _found(self, path: str) -> Path | None:
        """Return the file or folder of a path, if it lies within what is served."""
        if "\0" in path or "\\" in path or not path.startswith("/"):
            return None
        try:
            home = self.server.preview.folder.resolve()
            found = (home / path.lstrip("/")).resolve()
            return found if found.is_relative_to(home) and found.exists() else None
        except (OSError, RuntimeError):
            return None

    def _with_reload(self, page: bytes) -> bytes:
        """Return a page with the script that loads it anew; the file has none."""
        version = self.server.preview.version
        script = f'<script src="{_PREVIEW}reload.js" data-version="{version}" defer></script>'
        head, end, rest = page.rpartition(b"</body>")
        return head + script.encode() + end + rest if end else page + script.encode()

    def _send(
        self, status: HTTPStatus, content: bytes, suffix: str, location: str | None = None
    ) -> None:
        guessed = mimetypes.guess_type(f"file{suffix}")[0] or "application/octet-stream"
        self.send_response(status)
        self.send_header("Content-Type", _TYPES.get(suffix, guessed))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _send_events(self) -> None:
        """Tell a page of each build, until either side ends."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        preview = self.server.preview
        told = ""
        while self.command != "HEAD":
            with preview.news:
                if preview.state() == told and not preview.ended:
                    preview.news.wait(_HEARTBEAT)
                now, ended = preview.state(), preview.ended
            if ended:
                return
            self.wfile.write(b": here\n\n" if now == told else f"data: {now}\n\n".encode())
            self.wfile.flush()
            told = now


def _watchers(
    folder: Path, watched: Sequence[Path], changed: threading.Event, stop: threading.Event
) -> list[threading.Thread]:
    """Return the threads that set `changed` when something was changed.

    A file is watched through its folder: editors put a new file in its place.
    """
    from watchfiles import Change, watch

    output = folder.resolve()
    there = [path.resolve() for path in watched if path.exists()]
    folders = [path for path in there if path.is_dir()]
    files = {path for path in there if not path.is_dir()}
    if not there:
        names = ", ".join(map(str, watched)) or "nothing was named"
        raise PrepkitError(f"There is nothing to watch: {names}.")

    def in_folders(_: Change, name: str) -> bool:
        path = Path(name)
        home = next((one for one in folders if path.is_relative_to(one)), None)
        if home is None or path.is_relative_to(output):
            return False
        parts = path.relative_to(home).parts
        return not any(part.startswith((".", "~", "__pycache__")) for part in parts)

    def in_files(_: Change, name: str) -> bool:
        return Path(name) in files

    def look(paths: Sequence[Path], wanted: Callable[[Change, str], bool], deep: bool) -> None:
        for _ in watch(
            *paths,
            watch_filter=wanted,
            recursive=deep,
            debounce=300,
            step=50,
            rust_timeout=500,
            stop_event=stop,
            raise_interrupt=False,
        ):
            changed.set()

    jobs = [(folders, in_folders, True), (sorted({one.parent for one in files}), in_files, False)]
    return [threading.Thread(target=look, args=job) for job in jobs if job[0]]
