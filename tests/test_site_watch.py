"""The author's preview: what is served to whom, and what pages learn of a build."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from prepkit.errors import PrepkitError
from prepkit.site.watch import Preview, serve

PAGE = "<!DOCTYPE html><title>A</title><body><p>Hello</p></body>"


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    site = tmp_path / "site"
    (site / "sub").mkdir(parents=True)
    (site / "bare").mkdir()
    (site / "index.html").write_text(PAGE)
    (site / "sub" / "index.html").write_text("<p>No body</p>")
    (site / "404.html").write_text("<p>Nothing here</p>")
    (site / "a b.css").write_text("p {}")
    (site / "x.wasm").write_bytes(b"\0asm")
    (tmp_path / "secret.txt").write_text("secret")
    if os.name != "nt":  # there, making a link takes rights that most people don't have
        (site / "link.txt").symlink_to(tmp_path / "secret.txt")
    made = Preview(site, 0)
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join(5)
    assert not thread.is_alive()


def get(
    preview: Preview, path: str, *, host: str = "", method: str = "GET"
) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", preview.server_port, timeout=60)
    connection.request(method, path, headers={"Host": host or f"127.0.0.1:{preview.server_port}"})
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    connection.close()
    return response.status, text, {name.lower(): value for name, value in response.getheaders()}


def test_pages_are_served_with_a_script_that_the_files_lack(preview: Preview) -> None:
    status, text, headers = get(preview, "/")
    script = f'<script src="/_preview/reload.js" data-version="{preview.version}" defer></script>'
    assert (status, text) == (200, PAGE.replace("</body>", f"{script}</body>"))
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert (preview.folder / "index.html").read_text() == PAGE
    assert get(preview, "/sub/?a=1")[1] == f"<p>No body</p>{script}"
    assert get(preview, "/_preview/reload.js")[0] == 200


def test_other_files_are_served_as_they_are(preview: Preview) -> None:
    assert get(preview, "/a%20b.css")[1] == "p {}"
    assert get(preview, "/x.wasm")[2]["content-type"] == "application/wasm"
    status, text, headers = get(preview, "/a%20b.css", method="HEAD")
    assert (status, text, headers["content-length"]) == (200, "", "4")
    status, _, headers = get(preview, "/sub")
    assert (status, headers["location"]) == (301, "/sub/")


@pytest.mark.parametrize(
    "path",
    [
        "/none.html",
        "/bare/",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/sub/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/link.txt",
        "/a%00",
        "//secret.txt",
        "/%ff",
        "/" + "a" * 5000,
    ],
)
def test_what_is_not_in_the_folder_is_not_there(preview: Preview, path: str) -> None:
    status, text, _ = get(preview, path)
    assert status == 404
    assert text.startswith("<p>Nothing here</p>")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "localhost:1", "evil.example:{port}"]
)
def test_another_name_of_this_machine_is_refused(preview: Preview, host: str) -> None:
    status, text, _ = get(preview, "/", host=host.format(port=preview.server_port))
    assert (status, text) == (
        403,
        "This preview can only be opened on the computer that it runs on.\n",
    )
    assert get(preview, "/", host=f"localhost:{preview.server_port}")[0] == 200


def test_a_site_that_is_not_built_yet_has_a_page_that_waits(preview: Preview) -> None:
    preview.folder = preview.folder / "none"
    status, text, _ = get(preview, "/")
    assert (status, "reload.js" in text) == (404, True)


def test_pages_hear_of_builds_and_of_what_went_wrong(
    preview: Preview, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise PrepkitError("a.ipynb is not whole")

    connection = http.client.HTTPConnection("127.0.0.1", preview.server_port, timeout=60)
    connection.request("GET", "/_preview/events")
    response = connection.getresponse()
    assert response.getheader("Content-Type") == "text/event-stream"

    def event() -> dict[str, str]:
        while not (line := response.readline()).startswith(b"data: "):
            assert line
        told: dict[str, str] = json.loads(line[6:])
        return told

    first = event()
    assert first == {"version": preview.version, "error": ""}
    preview.build(broken)
    assert event() == {**first, "error": "a.ipynb is not whole"}
    preview.build(lambda: None)
    last = event()
    assert last["error"] == ""
    assert last["version"] != first["version"]
    connection.close()
    output = capsys.readouterr()
    assert output.err == "a.ipynb is not whole\n"
    assert re.fullmatch(r"Built in \d\.\d s\n", output.out)


def test_a_mistake_in_the_build_ends_no_preview(
    preview: Preview, capsys: pytest.CaptureFixture[str]
) -> None:
    preview.build(lambda: [][0])
    assert preview.error == "IndexError: list index out of range"
    assert "Traceback" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PrepkitError) as caught:
            Preview(tmp_path, port)
    assert str(caught.value) == (
        f"Port {port} can't be used (Address already in use). Stop the program that uses it,"
        " or choose another port with --port."
    )


def test_there_must_be_something_to_watch(tmp_path: Path) -> None:
    with pytest.raises(PrepkitError) as caught:
        serve(tmp_path, port=0, rebuild=lambda: None, watched=[tmp_path / "no"], open_browser=False)
    assert str(caught.value) == f"There is nothing to watch (not found: {tmp_path}/no)."


PROGRAM = """
import sys
from pathlib import Path
from prepkit.errors import PrepkitError
from prepkit.site import watch

home = Path(sys.argv[1])
site = home / "source" / "site"

def rebuild():
    text = (home / "source" / "a.md").read_text()
    if "bad" in text:
        raise PrepkitError("a.md is bad")
    site.mkdir(exist_ok=True)
    page = f"<p>{text} {(home / 'site.toml').read_text()}</p>"
    (site / "index.html").write_text(page)

watched = [home / "source", home / "site.toml"]
look = watch._stamps

def stamps(*places):
    found = look(*places)
    print("Looked", flush=True)
    return found

watch._stamps = stamps
watch.serve(site, port=0, rebuild=rebuild, watched=watched, open_browser=False)
"""


@pytest.mark.slow
def test_a_change_is_built_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    source, toml = tmp_path / "source" / "a.md", tmp_path / "site.toml"
    below = tmp_path / "source" / "part" / "deep" / "b.ipynb"
    below.parent.mkdir(parents=True)
    linked = tmp_path / "elsewhere" / "c.ipynb"
    linked.parent.mkdir()
    (below.parent / "link").symlink_to(linked.parent)
    (below.parent / "up").symlink_to(source.parent)
    source.write_text("one")
    toml.write_text("x")
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    lines: list[str] = []
    page = tmp_path / "source" / "site" / "index.html"

    def until(line: str) -> None:
        assert process.stdout
        while not re.fullmatch(line, lines[-1] if lines else ""):
            lines.append(process.stdout.readline().rstrip("\n"))
            assert lines[-1] or process.poll() is None

    def replace(path: Path, text: str) -> None:
        """Put a new file in the place of another, as editors do: one change, not two."""
        (tmp_path / "new").write_text(text)
        (tmp_path / "new").replace(path)
        lines.append("")

    try:
        until(r"Preview at http://127\.0\.0\.1:\d+/ \(press Ctrl-C to stop\)")
        until(r"Built in .*")
        replace(source, "two")
        until(r"Built in .*")
        assert page.read_text() == "<p>two x</p>"
        replace(source, "bad")
        until("a.md is bad")
        assert page.read_text() == "<p>two x</p>"
        changes = [(source, "three"), (toml, "y"), (toml, "z"), (below, "b"), (linked, "c")]
        for path, text in changes:
            replace(path, text)
            until(r"Built in .*")
        assert page.read_text() == "<p>three z</p>"
        time_of_page = page.stat().st_mtime_ns
        (source.parent / ".a.md.swp").write_text("no change")
        (page.parent / "more.txt").write_text("no change")
        for _ in range(3):  # the first may have begun before, the third comes after a build
            lines.append("")
            until("Looked|Built in .*")
            assert lines[-1] == "Looked"
        assert page.stat().st_mtime_ns == time_of_page
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0
    assert rest.endswith("\nPreview stopped.\n")
    assert "Built in" not in rest  # the site's own files are no changes
    assert page.read_text() == "<p>three z</p>"
