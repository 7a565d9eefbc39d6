"""What a site takes along from elsewhere, so that its pages ask no other host: pictures, libraries.

Pictures of other hosts are fetched when the site is built, and kept beside it for the next build.
The libraries that draw charts come from the Python packages that are installed where it is built.
"""

from __future__ import annotations

import ipaddress
import json
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPException
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from prepkit.files import atomic_write, digest
from prepkit.notebook.charts import Library, LiveChart
from prepkit.notebook.pictures import TYPES
from prepkit.notebook.svg import MAX_BYTES, TOO_LARGE, PictureError
from prepkit.notebook.vega import PACKAGE as VEGA
from prepkit.notebook.vega import vega_lite_version

PACKAGES: Mapping[Library, str] = {
    "bokeh": "bokeh",
    "plotly": "plotly",
    "vega": VEGA,
}
_VEGA_NAMES = "window.vegaEmbed = vegaEmbed; window.vega = vega; window.vegaLite = vegaLite;"
_SECONDS = 20
# Bokeh's sliders, buttons and tables are files of their own.
_BOKEH_TABLES = re.compile(r'"name": ?"DataTable"')
_BOKEH_WIDGETS = re.compile(
    r'"name": ?"\w*(?:Button|Div|Group|Input|Menu|Paragraph|Picker|PreText|Select|Slider|Spinner'
    r'|Switch|Table|Toggle)"'
)


class Fetcher:
    """Fetches pictures of other hosts, each once, and keeps them for the next build.

    Parameters
    ----------
    folder
        Where they are kept, by the digests of their addresses.
    """

    def __init__(self, folder: Path) -> None:
        self.failures = 0
        """How many pictures couldn't be fetched so far, but may be in another build."""
        self._folder = folder
        self._silent: dict[str, str] = {}
        """Why hosts can't be reached, so that each is waited for once."""

    def __call__(self, address: str) -> bytes:
        """Return a picture's file.

        Raises
        ------
        PictureError
            If it can't be fetched, is no picture, or is too large.
        """
        address = f"https:{address}" if address.startswith("//") else address
        kept = self._folder / digest(address)
        if kept.is_file():
            return kept.read_bytes()
        raw = self._fetched(address)
        if not any(kind.begins.match(raw) for kind in TYPES):
            raise PictureError(f"what {urlsplit(address).netloc} has there is no picture")
        self._folder.mkdir(parents=True, exist_ok=True)
        atomic_write(kept, raw)
        return raw

    def _fetched(self, address: str) -> bytes:
        host = urlsplit(address).netloc
        try:
            if reason := self._silent.get(host):
                raise URLError(reason)
            _refuse_strange(address)
            request = Request(address, headers={"User-Agent": "prepkit", "Accept": "image/*"})
            with build_opener(_Redirects).open(request, timeout=_SECONDS) as answer:
                raw: bytes = answer.read(MAX_BYTES + 1)
        except PictureError:
            raise
        except HTTPError as error:
            self.failures += 1
            error.close()
            raise PictureError(f"{host} answers {error.code} ({error.reason})") from None
        except (HTTPException, OSError, ValueError) as error:
            self.failures += 1
            reason = _why(getattr(error, "reason", error))
            self._silent[host] = reason
            raise PictureError(f"{host} can't be reached ({reason})") from None
        if len(raw) > MAX_BYTES:
            raise PictureError(TOO_LARGE)
        return raw


def _why(reason: object) -> str:
    """Return why a host can't be reached, without the numbers of the operating system."""
    if isinstance(reason, socket.gaierror):
        return "there is no such host, or this computer is offline"
    if isinstance(reason, TimeoutError):
        return "it doesn't answer"
    return (reason.strerror if isinstance(reason, OSError) else None) or str(reason)


class _Redirects(HTTPRedirectHandler):
    def redirect_request(self, req: Request, fp: Any, *more: Any) -> Request | None:
        try:
            _refuse_strange(more[-1])
        except PictureError:
            fp.close()
            raise
        return super().redirect_request(req, fp, *more)


def _refuse_strange(address: str) -> None:
    """Refuse what isn't on the web: a notebook may be a stranger's, and this may be an office.

    Raises
    ------
    PictureError
        With the reason.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PictureError("it has no address on the web")
    for *_, where in socket.getaddrinfo(parts.hostname, None):
        if not _is_public(str(where[0])):
            raise PictureError(f"{parts.netloc} is not on the web but in a private network")


def _is_public(number: str) -> bool:
    return ipaddress.ip_address(number.split("%")[0]).is_global


@dataclass(frozen=True)
class Vendor:
    """What a site takes along: pictures of other hosts, and libraries that draw charts."""

    fetch: Fetcher = field(repr=False)
    versions: Mapping[Library, str]
    """The version of each library's package; an empty text if it isn't installed."""

    @classmethod
    def beside(cls, folder: Path) -> Vendor:
        """Return one that keeps pictures in a folder, with the packages that are installed."""
        versions = {library: installed_version(package) for library, package in PACKAGES.items()}
        return cls(Fetcher(folder), versions)

    def lacks(self, chart: LiveChart) -> str:
        """Return what a chart lacks to be drawn by a page; an empty text if nothing."""
        installed = self.versions[chart.library]
        if not installed:
            package = PACKAGES[chart.library]
            return f"{package} isn't installed where the site is built (pip install {package})"
        ours = installed.split(".")[0]
        # The others draw what was made with other versions, too.
        if chart.library == "bokeh" and chart.version not in ("", ours):
            return f"it was made with Bokeh {chart.version}, and Bokeh {ours} is installed"
        return chart.lacks

    def scripts(self, chart: LiveChart) -> dict[str, bytes]:
        """Return the files that draw a chart, by their names, in the order of loading."""
        number = self.versions[chart.library]
        if chart.library == "vega":
            lite = vega_lite_version(chart.version)
            return {f"vega-lite-{lite}-{number}.js": _vega_bundle(lite)}
        folder = _package_folder(chart.library)
        if chart.library == "plotly":
            return {f"plotly-{number}.js": _read(folder / "package_data" / "plotly.min.js")}
        names = _bokeh_parts(json.dumps(chart.spec))
        files = folder / "server" / "static" / "js"
        return {f"{name}-{number}.js": _read(files / f"{name}.min.js") for name in names}


def _bokeh_parts(spec: str) -> Iterator[str]:
    yield "bokeh"
    if _BOKEH_WIDGETS.search(spec):
        yield "bokeh-widgets"
    if _BOKEH_TABLES.search(spec):
        yield "bokeh-tables"


def installed_version(package: str) -> str:
    """Return the version of a package; an empty text if it isn't installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


@cache
def _package_folder(package: str) -> Path:
    spec = find_spec(package)  # imports nothing: that would take seconds
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else Path()


@cache
def _read(path: Path) -> bytes:
    return path.read_bytes()


@cache
def _vega_bundle(lite: str) -> bytes:
    import vl_convert  # type: ignore[import-untyped,unused-ignore]

    # In a function of its own, so that none of its many names is the page's too.
    return f"(() => {{{vl_convert.javascript_bundle(_VEGA_NAMES, lite)}}})();\n".encode()
