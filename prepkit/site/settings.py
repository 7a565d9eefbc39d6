"""A publisher's settings for a site, from a TOML file, and the security policy they result in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, ValidationInfo

from prepkit.errors import InputError, Loc, Problem, Problems
from prepkit.files import read_text
from prepkit.language import is_known, languages
from prepkit.records import Record
from prepkit.text import did_you_mean, join_quoted, shorten

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_NAME = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)"
_AUTHORITY = rf"{_NAME}(?:\.{_NAME})*(?::\d{{1,5}})?"
_ADDRESS = re.compile(rf"https?://{_AUTHORITY}(?:[/?#][A-Za-z0-9._~:/?#@!$&()*+=%-]*)?")
_HOST = re.compile(rf"https?://(?:\*\.)?{_AUTHORITY}/?")
_COOKIE = r"^[A-Za-z0-9!#$%&'+.^_`|~-]+\*?$"
_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
_STORE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"

_HTTPS = "an address that begins with https://"


def site_address(text: str) -> str:
    """Return the address of a site, with a slash at its end.

    Raises
    ------
    ValueError
        If it doesn't begin with https:// (http is allowed for this machine), or has ``?`` or ``#``.
    """
    address = _address(text)
    if "?" in address or "#" in address:
        raise ValueError
    return address if address.endswith("/") else f"{address}/"


def _address(text: str) -> str:
    """Return an address if it has no characters with a meaning in a security policy or a page."""
    if not _ADDRESS.fullmatch(text) or not _is_safe(text):
        raise ValueError
    return text


def _host(text: str) -> str:
    if not _HOST.fullmatch(text) or not _is_safe(text):
        raise ValueError
    return text.rstrip("/").lower()


def _is_safe(address: str) -> bool:
    """Tell whether an address has a host and a safe connection: https, or this machine."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    if not parts.hostname or port == 0:
        return False
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1")


def _one_line(text: str) -> str:
    """Return a text on one line; it must not be blank."""
    words = text.split()
    if not words:
        raise ValueError
    return " ".join(words)


def _refuse_blank(value: Any) -> Any:
    # A blank path would mean the folder of the settings file, and publish everything in it.
    if isinstance(value, str) and not value.strip():
        raise ValueError
    return value


def _folder(path: Path, info: ValidationInfo) -> Path:
    """Return an existing folder; a relative path is looked up beside the settings file."""
    beside: Path = (info.context or {}).get("folder", Path())
    folder = beside / path.expanduser()
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}")
    return folder


def _interface(code: str) -> str:
    """Return a language in which there is an interface."""
    if is_known(code):
        return code
    raise ValueError(
        f"there is no site in '{code}' yet; there are {join_quoted(languages())}, each with any"
        " region, such as 'en-GB' or 'de-AT'. If your notebooks are in another language than the"
        f" menus, choose one of these, and add: content_language = '{code}'"
    )


Address = Annotated[str, AfterValidator(_address)]
SiteAddress = Annotated[str, AfterValidator(site_address)]
Host = Annotated[str, AfterValidator(_host)]
Cookie = Annotated[str, Field(pattern=_COOKIE)]
InterfaceLanguage = Annotated[str, Field(pattern=_LANGUAGE), AfterValidator(_interface)]
OneLine = Annotated[str, AfterValidator(_one_line)]
Folder = Annotated[Path, BeforeValidator(_refuse_blank), AfterValidator(_folder)]


# Error messages say "expected" and the field's description.
class Script(Record):
    """A script that the publisher adds, and that a visitor must allow first."""

    script: Address = Field(description=_HTTPS)
    """Its address."""
    cookies: tuple[Cookie, ...] = Field(
        (), description="a list of names of cookies, such as ['_ga', '_pk_*']"
    )
    """The names of the cookies that it sets; ``*`` at the end matches any ending."""
    hosts: tuple[Host, ...] = Field(
        (), description="a list of hosts without a path, such as ['https://stats.example']"
    )
    """Other hosts that it sends data to or loads data from."""


class TocEntry(Record):
    """A notebook or a folder in the publisher's order."""

    path: OneLine
    """Its path in the folder of the notebooks, with slashes."""
    title: OneLine = ""
    """What it is called on the site; empty for its own title."""


def _toc_entry(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


_FOLDERS = r"(?:[\w.,()~@ -]+/)*"
_OLD_PAGE = re.compile(rf"(?!.*\.\.?/){_FOLDERS}(?:[\w.,()~@ -]*\.html?)?")
_NEW_PAGE = re.compile(rf"(?!.*\.\.?/){_FOLDERS}[\w.,()~@ -]*(?:#\S*)?")


def _redirects(pairs: dict[str, str]) -> dict[str, str]:
    """Return redirects if each leads from the address of a page to one, or to another site."""
    for old, new in pairs.items():
        if not old or not _OLD_PAGE.fullmatch(old):
            raise ValueError(
                f"'{old}' can't have been a page of this site: give its address without the site's,"
                " such as 'notebooks/old.html' or 'old/'"
            )
        if not _NEW_PAGE.fullmatch(new) and not _ADDRESS.fullmatch(new):
            raise ValueError(
                f"'{new}' is neither a page of this site, such as 'notebooks/new.html', nor an"
                " address that begins with https://"
            )
    return pairs


class Settings(Record):
    """What a publisher can set. The defaults make a site without any consent question."""

    title: OneLine = Field("Leadership interviews", description="a text")
    description: OneLine = Field(
        "Questions that tech leads, managers and directors are asked: why each is asked, what to"
        " cover, and room to write your answer.",
        description="a text",
    )
    base_url: SiteAddress | None = Field(None, description=f"{_HTTPS}, without ? and #")
    """Where the site will be, with a slash at the end; None if that isn't known."""
    language: InterfaceLanguage = Field("en", description="a language, such as 'en' or 'en-GB'")
    """The language of everything around questions and notebooks."""
    content_language: str | None = Field(
        None, pattern=_LANGUAGE, description="a language, such as 'fr' or 'pt-BR'"
    )
    """The language of the notebooks and of the publisher's own bank; None if it is `language`."""
    author: OneLine = Field("", description="a text")
    repository: Address | None = Field(None, description=_HTTPS)
    answers: str = Field(
        "prepkit", pattern=_STORE, description="a name of letters, digits, '.', '_' and '-'"
    )
    """The name of the store of answers in the browser; it must differ between sites on one host."""
    files: Folder | None = Field(None, description="the name of a folder")
    """A folder whose files are copied to the site's folder."""
    code: Literal["open", "folded", "hidden"] = Field(
        "folded", description="'open', 'folded' or 'hidden'"
    )
    """How a notebook's page shows its code, before a visitor changes that."""
    download: bool = Field(True, strict=True, description="true or false")
    """Whether visitors can download each notebook as it is published."""
    pdf: bool = Field(False, strict=True, description="true or false")
    """Whether there is a PDF of each notebook, and one of all together."""
    edit: Address | None = Field(None, description=_HTTPS)
    """The address of a notebook to edit, up to its path in the publisher's folder."""
    toc: tuple[Annotated[TocEntry, BeforeValidator(_toc_entry)], ...] = Field(
        (),
        description="a list of notebooks and folders, such as"
        " ['intro.ipynb', {path = 'lectures', title = 'Lectures'}]",
    )
    """The order of the notebooks; what isn't in it comes last."""
    redirects: Annotated[dict[str, str], AfterValidator(_redirects)] = Field(
        {}, description="pairs of addresses, such as {'notebooks/old.html' = 'notebooks/new.html'}"
    )
    """Where to find what used to be at an address below the site's."""
    trust_html: bool = Field(False, strict=True, description="true or false")
    """Whether the HTML of notebooks is published unchanged."""
    hosts: tuple[Host, ...] = Field(
        (), description="a list of hosts without a path, such as ['https://cdn.plot.ly']"
    )
    """Other hosts from which HTML that is published unchanged may load anything."""
    vendor: bool = Field(False, strict=True, description="true or false")
    """Whether the site takes along pictures of other hosts, and the libraries of charts."""
    analytics: Script | None = None
    """In a file: ``analytics_script``, ``analytics_cookies`` and ``analytics_hosts``."""
    marketing: Script | None = None
    """In a file: ``marketing_script``, ``marketing_cookies`` and ``marketing_hosts``."""

    @property
    def contents(self) -> str:
        """The language of the notebooks and of the publisher's own bank."""
        return self.content_language or self.language

    @property
    def scripts(self) -> dict[str, Script | None]:
        """The script of each category of consent, by its name."""
        return {name: getattr(self, name) for name in _SCRIPTS}


_SCRIPTS = ("analytics", "marketing")

# The place in the model of each key in the file. The file has no TOML tables: after a table, every
# later line belongs to it, which many authors don't know.
_LOCS: dict[str, tuple[str, ...]] = {
    name: (name,) for name in Settings.model_fields if name not in _SCRIPTS
} | {f"{script}_{name}": (script, name) for script in _SCRIPTS for name in Script.model_fields}


class SettingsError(InputError):
    """Every problem in a settings file."""

    def __init__(self, path: Path, problems: Iterable[Problem]) -> None:
        super().__init__(f"{path} has {{count}}:", sorted(problems))


def load_settings(path: Path) -> Settings:
    """Return the settings in a file such as ``site.toml``; `files` is relative to its folder.

    Raises
    ------
    SettingsError
        With every problem: its line, what is wrong, and what would be right.
    UnreadableError
        If there is no such file, or it can't be read.
    """
    text = read_text(path).replace("\r\n", "\n")
    problems = Problems(path, error=partial(SettingsError, path))
    found = _parse_toml(text, problems)
    values: dict[str, Any] = {}
    for key, value in found.items():
        if key not in _LOCS:
            message = f"there is no setting '{key}'{did_you_mean(key, _LOCS)}"
            problems.add_error(message, line=_line_of(key, text))
            continue
        *outer, name = _LOCS[key]
        inside = values.setdefault(outer[0], {}) if outer else values
        inside[name] = value

    def key_of(loc: Loc) -> str:
        """Return the setting that an error is about; if it is missing, one that needs it."""
        key = "_".join(str(part) for part in loc if isinstance(part, str))
        relatives = (one for one in found if one.startswith(f"{loc[0]}_"))
        if key in found:
            return key
        return str(loc[0]) if loc[0] in _LOCS else next(relatives, key)

    def say(error: ErrorDetails) -> str:
        return f"{key_of(error['loc'])}: {_reason(error)}"

    try:
        settings = Settings.model_validate(values, context={"folder": path.parent})
    except ValidationError as error:
        problems.add_validation(error, say=say, line_of=lambda loc: _line_of(key_of(loc), text))
        problems.fail()
    problems.raise_any()
    return settings


def content_security_policy(settings: Settings, *, charts: bool = False) -> str:
    """Return the Content-Security-Policy: a page may use the site itself and what is set here.

    The libraries of `charts` make styles while they run; HTML that is published unchanged may have
    scripts and styles of its own, and load what it needs from the hosts that the publisher names.
    """
    scripts = [script for script in settings.scripts.values() if script]
    own = [_origin(one.script) for one in scripts]
    hosts = list(dict.fromkeys([*own, *(host for one in scripts for host in one.hosts)]))
    trusted = list(settings.hosts) if settings.trust_html else []
    every = list(dict.fromkeys([*hosts, *trusted]))
    inline = ["'unsafe-inline'"] if settings.trust_html else []
    styles = ["'unsafe-inline'"] if settings.trust_html or charts else []
    parts = {
        "default-src": ["'none'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'", *inline, *every],
        "style-src": ["'self'", *styles, *trusted],
        "style-src-attr": ["'unsafe-inline'"],
        # Such scripts also send data to their hosts by loading pictures.
        "img-src": ["'self'", "data:", *(["blob:"] if charts else []), *every],
        "font-src": ["'self'", *trusted],
        # A recording is played from the browser's own memory.
        "media-src": ["blob:", *trusted],
        "connect-src": ["'self'", *every],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
    if trusted:
        parts["frame-src"] = trusted
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in parts.items())


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _parse_toml(text: str, problems: Problems) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        message = str(error).removesuffix(place[0]) if place else str(error)
        problems.add_error(f"this isn't valid TOML: {message}", line=line)
        problems.fail()


def _reason(error: ErrorDetails) -> str:
    """Return what is wrong with a setting, in words that the file's author knows."""
    names = [part for part in error["loc"] if isinstance(part, str)]
    if error["type"] == "missing":
        if names[0] not in _SCRIPTS:
            return f"an entry has no {names[-1]}"
        return f"it needs {'_'.join(names)}, which is missing"
    if own := str(error.get("ctx", {}).get("error", "")):
        return own
    if names[0] in _SCRIPTS:
        field = Script.model_fields[names[-1]]
    else:
        field = Settings.model_fields[names[0]]
    return f"expected {field.description}, found {_quote(error['input'])}"


def _quote(value: Any) -> str:
    """Return a value roughly as it is in the TOML file, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    return shorten(f"'{value}'" if isinstance(value, str) else str(value), 80)


def _line_of(key: str, text: str) -> int:
    """Return the line (from 1) of a top-level key; 0 if it isn't found."""
    written = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[].=]")
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if written.match(line):
            try:  # inside a text of several lines, it wouldn't be a key
                tomllib.loads("\n".join(lines[:number]))
            except tomllib.TOMLDecodeError:
                continue
            return number + 1
    return 0
