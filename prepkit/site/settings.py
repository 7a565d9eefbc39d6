"""What a publisher sets for a site, read from a TOML file, and the policy that follows from it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prepkit.errors import PrepkitError, Problem
from prepkit.records import Record
from prepkit.text import did_you_mean, pluralize


class Script(Record):
    """A script of a publisher's, which a visitor must allow first."""

    script: str
    """Its address."""
    cookies: tuple[str, ...] = ()
    """The names of the cookies that it sets; ``*`` at the end stands for any rest."""
    hosts: tuple[str, ...] = ()
    """Hosts that it talks to beyond its own, such as ``https://stats.example``."""


class Settings(Record):
    """What a publisher may set; without a file, a site that asks nobody anything."""

    title: str = "Leadership interviews"
    description: str = (
        "Questions that tech leads, managers and directors are asked: why each is asked, what to"
        " cover, and room to write your answer."
    )
    base_url: str | None = None
    """Where the site will be, with a slash at the end; None where that isn't known."""
    language: str = "en"
    author: str = ""
    repository: str | None = None
    answers: str = "prepkit"
    """Names the browser's store of drafts: sites of one host must differ in it."""
    files: Path | None = None
    """A folder whose files are copied into the site's root."""
    trust_html: bool = False
    """Whether HTML of notebooks is published as it is."""
    analytics: Script | None = None
    marketing: Script | None = None


class SettingsError(PrepkitError):
    """Every problem of a settings file."""

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        head = f"{path} has {pluralize(len(problems), 'problem')}:"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))


def load_settings(path: Path) -> Settings:
    """Return the settings of a file such as ``site.toml``; `files` is taken from its folder.

    Raises
    ------
    SettingsError
        With every problem and its line.
    PrepkitError
        If there is no such file, or it can't be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PrepkitError(f"{path} is not UTF-8 text. Save it with that encoding.") from error
    except OSError as error:
        raise PrepkitError(f"{path} can't be read: {error.strerror or error}.") from error
    return _settings(text, path)


def content_security_policy(settings: Settings) -> str:
    """Return what a page of the site may load, run and call: itself, and just what is set."""
    scripts = [one for one in (settings.analytics, settings.marketing) if one]
    own = [_origin(one.script) for one in scripts]
    hosts = list(dict.fromkeys([*own, *(host for one in scripts for host in one.hosts)]))
    # HTML that is published as it is may bring scripts and styles of its own.
    inline = ["'unsafe-inline'"] if settings.trust_html else []
    parts = {
        "default-src": ["'none'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'", *inline, *hosts],
        "style-src": ["'self'", *inline],
        "style-src-attr": ["'unsafe-inline'"],
        # Such scripts also tell their hosts by pictures.
        "img-src": ["'self'", "data:", *hosts],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *hosts],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in parts.items())


def _settings(text: str, path: Path) -> Settings:
    text = text.replace("\r\n", "\n")
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        message = str(error).removesuffix(place[0]) if place else str(error)
        raise SettingsError(path, [Problem(path, line, f"not TOML: {message}")]) from error
    values: dict[str, Any] = {}
    problems: list[Problem] = []

    def refuse(key: str, message: str) -> None:
        problems.append(Problem(path, _line_of(key, text), message))

    for key, value in found.items():
        if key not in _READERS:
            refuse(key, f"there is no setting '{key}'{did_you_mean(key, _READERS)}")
            continue
        read, wanted = _READERS[key]
        try:
            values[key] = read(value)
        except ValueError as error:
            refuse(key, f"{key}: expected {wanted}, found {_shown(error.args[0])}")
    for category in _CATEGORIES:
        names = [f"{category}_cookies", f"{category}_hosts"]
        if f"{category}_script" not in found:
            for name in names:
                if name in found:
                    refuse(name, f"{name}: there is no {category}_script that it belongs to")
    if "files" in values:
        values["files"] = path.parent / values["files"]
        if not values["files"].is_dir():
            refuse("files", f"files: expected a folder, found none at {values['files']}")
    if problems:
        raise SettingsError(path, problems)
    return _from_flat(values)


def _from_flat(values: Mapping[str, Any]) -> Settings:
    fields = {name: value for name, value in values.items() if name in Settings.model_fields}
    for category in _CATEGORIES:
        if f"{category}_script" in values:
            fields[category] = Script(
                script=values[f"{category}_script"],
                cookies=values.get(f"{category}_cookies", ()),
                hosts=values.get(f"{category}_hosts", ()),
            )
    return Settings(**fields)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return " ".join(value.split())


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _address(value: Any) -> str:
    """Return an address without anything that a policy or a page would take for its own."""
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value) or not _reached(value):
        raise ValueError(value)
    return value


def site_address(value: Any) -> str:
    """Return the address of a site, with a slash at its end.

    Raises
    ------
    ValueError
        If it is none that begins with https:// (or is this machine's), or has a ``?`` or ``#``.
    """
    address = _address(value)
    if "?" in address or "#" in address:
        raise ValueError(value)
    return address if address.endswith("/") else f"{address}/"


def _host(value: Any) -> str:
    if not isinstance(value, str) or not _HOST.fullmatch(value) or not _reached(value):
        raise ValueError(value)
    return value.rstrip("/").lower()


def _matching(pattern: re.Pattern[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError(value)
        return value

    return read


def _list_of(read: Callable[[Any], str]) -> Callable[[Any], tuple[str, ...]]:
    def read_all(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise ValueError(value)
        return tuple(map(read, value))

    return read_all


def _folder(value: Any) -> Path:
    return Path(_text(value)).expanduser()


def _reached(address: str) -> bool:
    """Tell whether an address names a host and is safe on the way: https, or this machine."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    if not parts.hostname or port == 0:
        return False
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _shown(value: Any) -> str:
    shown = f"'{value}'" if isinstance(value, str) else str(value)
    if isinstance(value, bool):
        shown = shown.lower()
    return shown if len(shown) <= 80 else f"{shown[:77]}..."


def _line_of(key: str, text: str) -> int:
    """Return the line on which a key of the file's top level stands."""
    written = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[].=]")
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if written.match(line):
            try:  # within a text of several lines it would be no key
                tomllib.loads("\n".join(lines[:number]))
            except tomllib.TOMLDecodeError:
                continue
            return number + 1
    return 0


_CATEGORIES = ("analytics", "marketing")
_NAME = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)"
_AUTHORITY = rf"{_NAME}(?:\.{_NAME})*(?::\d{{1,5}})?"
_ADDRESS = re.compile(rf"https?://{_AUTHORITY}(?:[/?#][A-Za-z0-9._~:/?#@!$&()*+=%-]*)?")
_HOST = re.compile(rf"https?://(?:\*\.)?{_AUTHORITY}/?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_STORE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_COOKIE = re.compile(r"[A-Za-z0-9!#$%&'+.^_`|~-]+\*?")

_HTTPS = "an address that begins with https://"
_READERS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "title": (_text, "a text"),
    "description": (_text, "a text"),
    "base_url": (site_address, f"{_HTTPS}, without ? and #"),
    "language": (_matching(_LANGUAGE), "a language, such as 'en' or 'en-GB'"),
    "author": (_text, "a text"),
    "repository": (_address, _HTTPS),
    "answers": (_matching(_STORE), "a name of letters, digits, '.', '_' and '-'"),
    "files": (_folder, "the name of a folder"),
    "trust_html": (_switch, "true or false"),
    **{
        f"{category}_{name}": reader
        for category in _CATEGORIES
        for name, reader in {
            "script": (_address, _HTTPS),
            "cookies": (
                _list_of(_matching(_COOKIE)),
                "a list of names of cookies, such as ['_ga', '_pk_*']",
            ),
            "hosts": (
                _list_of(_host),
                "a list of hosts without a path, such as ['https://stats.example']",
            ),
        }.items()
    },
}
