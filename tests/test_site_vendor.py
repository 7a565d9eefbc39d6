"""What a site takes along from elsewhere: pictures of other hosts, and libraries of charts."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from prepkit.notebook.charts import LiveChart
from prepkit.notebook.html_tree import parse_html
from prepkit.notebook.svg import MAX_BYTES, PictureError
from prepkit.site.build import BuildReport
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings, content_security_policy
from prepkit.site.trusted import refused
from prepkit.site.vendor import Fetcher, Vendor
from tests.site_samples import PIXEL, PLOT, code_cell, text_cell, write_notebook

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PICTURES = {
    "/dot.png": base64.b64decode(PIXEL),
    "/plot.svg": PLOT.encode(),
    "/page.html": b"<html>not a picture</html>",
    "/large.png": base64.b64decode(PIXEL) + bytes(MAX_BYTES),
}
PLOTLY = {
    "application/vnd.plotly.v1+json": {"data": [{"y": [1, 2]}], "layout": {"title": "Co</st"}}
}


class Host(ThreadingHTTPServer):
    """A host of pictures, which counts what it is asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked: list[str] = []
        self.pictures = dict(PICTURES)
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        content = self.server.pictures.get(self.path)
        if self.path == "/moved.png":
            self.send_response(302)
            self.send_header("Location", "/dot.png")
        elif self.path == "/trap.png":
            self.send_response(302)
            self.send_header("Location", "ftp://other.example/a.png")
        else:
            self.send_response(200 if content else 404)
        self.end_headers()
        if content:
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """Serve pictures on this computer, which counts as the web here."""
    monkeypatch.setattr("prepkit.site.vendor._is_public", lambda number: True)
    server = Host()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def built(folder: Path, **settings: Any) -> BuildReport:
    chosen = Settings(**{"vendor": True, **settings})
    return publish(
        folder / "site",
        [folder / "n.ipynb"],
        settings=chosen,
        with_bank=False,
        private=None,
        now=NOW,
    )


def page_of(folder: Path) -> BeautifulSoup:
    return BeautifulSoup((folder / "site/notebooks/n.html").read_text("utf-8"), "html.parser")


@pytest.mark.long
def test_pictures_of_other_hosts_become_files_of_the_site(tmp_path: Path, host: Host) -> None:
    text = f"# N\n\n![a dot]({host.address}/dot.png) <img src='{host.address}/moved.png' alt='b'>"
    write_notebook(tmp_path / "n.ipynb", text_cell(f"{text} ![a plot]({host.address}/plot.svg)"))
    report = built(tmp_path)
    images = page_of(tmp_path).select("article img")
    assert [image["alt"] for image in images] == ["a dot", "b", "a plot"]
    for image in images:
        assert (tmp_path / "site/notebooks" / str(image["src"])).is_file()
    assert host.address not in page_of(tmp_path).decode()
    assert [notice for notice in report.notices if "picture" in notice] == []


@pytest.mark.long
def test_a_fetched_picture_is_kept_for_the_next_build(tmp_path: Path, host: Host) -> None:
    text = f"# N\n\n![a dot]({host.address}/dot.png)"
    write_notebook(tmp_path / "n.ipynb", text_cell(text))
    built(tmp_path)
    write_notebook(tmp_path / "n.ipynb", text_cell(f"{text} More."))
    built(tmp_path)
    assert host.asked == ["/dot.png"]


@pytest.mark.long
def test_a_picture_that_cannot_be_fetched_is_named_and_tried_again(
    tmp_path: Path, host: Host
) -> None:
    text = f"# N\n\n![a dot]({host.address}/late.png)"
    write_notebook(tmp_path / "n.ipynb", text_cell(text))
    report = built(tmp_path)
    where = host.address.removeprefix("http://")
    assert report.notices == (
        f"{tmp_path / 'n.ipynb'}: cell 1: the picture {host.address}/late.png is left out:"
        f" {where} answers 404 (Not Found)",
    )
    host.pictures["/late.png"] = PICTURES["/dot.png"]
    assert built(tmp_path).notices == ()
    assert page_of(tmp_path).select("article img[alt='a dot']")


@pytest.mark.slow  # makes PDFs
def test_a_pdf_has_the_pictures_of_other_hosts_that_its_page_has(
    tmp_path: Path, host: Host
) -> None:
    write_notebook(tmp_path / "n.ipynb", text_cell(f"# N\n\n![A dot]({host.address}/dot.png)"))
    assert built(tmp_path, pdf=True).notices == ()
    assert host.asked == ["/dot.png"]
    assert b"/Subtype/Image" in (tmp_path / "site/notebooks/n.pdf").read_bytes()
    built(tmp_path, pdf=True, vendor=False)
    assert b"/Subtype/Image" not in (tmp_path / "site/notebooks/n.pdf").read_bytes()
    assert host.asked == ["/dot.png"]


@pytest.mark.long
def test_without_vendor_nothing_is_fetched(tmp_path: Path, host: Host) -> None:
    write_notebook(tmp_path / "n.ipynb", text_cell(f"# N\n\n![a dot]({host.address}/dot.png)"))
    report = built(tmp_path, vendor=False)
    assert host.asked == []
    assert any("pictures are not fetched from the web" in notice for notice in report.notices)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("page.html", "what {host} has there is no picture"),
        ("large.png", "it is larger than"),
        ("none.png", "{host} answers 404 (Not Found)"),
        ("trap.png", "it has no address on the web"),
    ],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, host: Host, name: str, why: str) -> None:
    with pytest.raises(PictureError) as caught:
        Fetcher(tmp_path)(f"{host.address}/{name}")
    expected = why.format(host=host.address.removeprefix("http://"))
    assert str(caught.value).startswith(expected)
    assert list(tmp_path.iterdir()) == []


def test_a_host_that_is_not_there_is_asked_once(tmp_path: Path, host: Host) -> None:
    host.shutdown()
    host.server_close()
    fetcher = Fetcher(tmp_path)
    for name in ("a.png", "b.png"):
        with pytest.raises(PictureError, match="can't be reached"):
            fetcher(f"{host.address}/{name}")
    assert fetcher.failures == 2


def test_why_a_host_cannot_be_reached_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*arguments: object, **options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(PictureError) as caught:
        Fetcher(tmp_path)("https://nowhere.invalid/a.png")
    assert str(caught.value) == (
        "nowhere.invalid can't be reached (there is no such host, or this computer is offline)"
    )


@pytest.mark.parametrize("address", ["http://127.0.0.1/a.png", "http://[::1]:80/a.png"])
def test_a_private_network_is_not_asked(tmp_path: Path, address: str) -> None:
    with pytest.raises(PictureError, match="is not on the web but in a private network"):
        Fetcher(tmp_path)(address)


@pytest.mark.long
def test_a_chart_without_its_package_is_named_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prepkit.site.vendor.installed_version", lambda package: "")
    write_notebook(tmp_path / "n.ipynb", text_cell("# N"), code_cell(PLOTLY, source=""))
    report = built(tmp_path)
    assert report.notices == (
        f"{tmp_path / 'n.ipynb'}: cell 2, output 1: the Plotly chart “Co</st” is not published,"
        " because plotly isn't installed where the site is built (pip install plotly); to show it,"
        ' install kaleido and set plotly.io.renderers.default = "svg"',
    )


@pytest.fixture
def plotly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Return what stands for Plotly's library, in a package that stands for its package."""
    script = b"window.Plotly = {};"
    folder = tmp_path / "packages" / "plotly"
    (folder / "package_data").mkdir(parents=True)
    (folder / "package_data" / "plotly.min.js").write_bytes(script)
    monkeypatch.setattr("prepkit.site.vendor.installed_version", lambda package: "7.1.0")
    monkeypatch.setattr("prepkit.site.vendor._package_folder", lambda library: folder)
    return script


@pytest.mark.long
def test_a_chart_is_drawn_from_what_is_stored_and_its_library_is_the_sites(
    tmp_path: Path, plotly: bytes
) -> None:
    data = {**PLOTLY, "image/png": PIXEL}
    write_notebook(tmp_path / "n.ipynb", text_cell("# N"), code_cell(data), code_cell(PLOTLY))
    report = built(tmp_path)
    assert report.notices == ()
    page = page_of(tmp_path)
    with_picture, without = page.select("figure.chart")
    assert (without["aria-label"], without["data-library"]) == ("Co</st", "plotly")
    assert without["data-scripts"] == "plotly-7.1.0.js"
    assert json.loads(without.script.string or "")["data"] == [{"y": [1, 2]}]  # type: ignore[union-attr]
    assert "style-src 'self' 'unsafe-inline';" in page.decode()
    assert (tmp_path / "site/charts/plotly-7.1.0.js").read_bytes() == plotly
    assert page.select('script[src^="../assets/charts.js"]')
    assert with_picture.select(".chart-place img")
    place = without.select_one(".chart-place")
    assert place is not None
    assert place.get_text() == "A script draws this chart."
    assert built(tmp_path).made == 0
    assert (tmp_path / "site/charts/plotly-7.1.0.js").is_file()


@pytest.mark.long
def test_a_page_without_charts_loads_nothing_for_them(tmp_path: Path, plotly: bytes) -> None:
    write_notebook(tmp_path / "n.ipynb", text_cell("# N"))
    built(tmp_path)
    page = page_of(tmp_path).decode()
    assert "charts.js" not in page
    assert "style-src 'self';" in page
    assert not (tmp_path / "site/charts").exists()


def test_a_bokeh_chart_of_another_version_is_not_drawn(tmp_path: Path) -> None:
    vendor = Vendor(Fetcher(tmp_path), {"bokeh": "3.9.2", "plotly": "", "vega": ""})
    old = LiveChart("bokeh", {"doc": {}, "roots": ["1"]}, "", 600, version="2")
    assert vendor.lacks(old) == "it was made with Bokeh 2, and Bokeh 3 is installed"


def test_hosts_that_a_publisher_names_are_allowed_with_trusted_html_only() -> None:
    hosts = ("https://cdn.example",)
    assert "cdn.example" not in content_security_policy(Settings(hosts=hosts))
    policy = content_security_policy(Settings(hosts=hosts, trust_html=True))
    allowed = {part.split()[0] for part in policy.split("; ") if "https://cdn.example" in part}
    assert allowed == {
        *("connect-src", "font-src", "frame-src", "img-src", "media-src", "script-src"),
        "style-src",
    }


def test_what_trusted_html_loads_from_other_hosts_is_named() -> None:
    html = (
        '<script src="https://cdn.plot.ly/x.js"></script><img src="//pics.example/a.png">'
        '<link rel="stylesheet" href="https://fonts.example/a.css">'
        '<link rel="author" href="https://me.example/"><a href="https://linked.example/">x</a>'
        '<script>const paths = {v: "https://cdn.jsdelivr.net/npm/vega@6"};</script>'
        '<script src="local.js"></script><iframe src="https://video.example/1"></iframe>'
    )
    assert refused(parse_html(html), ["https://*.plot.ly", "https://pics.example"]) == (
        "what it loads from https://fonts.example, https://cdn.jsdelivr.net and"
        " https://video.example is refused by the site's security policy; to allow it, set hosts ="
        ' ["https://fonts.example", "https://cdn.jsdelivr.net", "https://video.example"] in'
        " site.toml"
    )
    assert refused(parse_html("<p>Text</p>"), []) == ""
