"""Digests of the code and of all input, which tell whether a packet has to be made again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import prepkit
from prepkit.files import code_digest, digest, digest_files
from prepkit.packets.kept import content_digest
from prepkit.records import Student

if TYPE_CHECKING:
    from prepkit.packets.jobs import RunConfig

_PACKAGE = Path(prepkit.__file__).parent

_MAKERS = (
    *("prepkit.packets.execute", "prepkit.packets.preload"),
    *("prepkit.engine.engine", "prepkit.engine.fork_server"),
)
"""The modules that make packets; what they import counts too."""

_PAGE_MAKERS = ("prepkit.packets.page", "prepkit.packets.html_form")
"""The modules that make web pages, to read and to fill in. They count only for these, because they
import much of the site and few coaches ask for web pages."""

_DATA = (
    *("handouts/template/*.typ", "handouts/icons/*.svg"),
    *("static/table.js", "static/view.js", "static/shared/*.js", "static/views.css"),
)
_PAGE_DATA = (
    *("site/template/*.j2", "site/assets/vendor/*.css", "static/theme.js", "static/shared/*.js"),
    *("static/site.css", "static/colours.css", "static/star_form.css", "static/answers.css"),
    *("packets/html_form.html.j2", "static/html_form.*", "static/html_form/*.js"),
    *("static/star_form.js", "static/form/*.js", "static/site/*.js"),
)
"""The files that these modules read."""


def packet_key(
    config: RunConfig,
    parameters: Mapping[str, Any],
    student: Student,
    answers: str | None,
    feedback: str | None = None,
) -> str:
    """Return the digest of all that a packet is made from: if it differs, so may the packet."""
    # Without the formats, because a file doesn't depend on which others are wanted.
    parts = [
        config.code,
        _digest(config.template),
        _digest(config.bank or b""),
        config.paper,
        config.compact,
        config.day.isoformat(),
        parameters,
        student.model_dump(mode="json", exclude={"email"}),  # it is in no packet
        _digest(answers) if answers else "",
        config.key_name,
        *([_digest(feedback)] if feedback else []),
    ]
    return content_digest(json.dumps(parts, sort_keys=True).encode())


@lru_cache(maxsize=3)
def _digest(content: str | bytes) -> str:
    """Return the digest of an input that many jobs share and that may be large."""
    return content_digest(content.encode() if isinstance(content, str) else content)


def packet_code(used: Iterable[str], package: Path = _PACKAGE) -> str:
    """Return the digest of the code that makes packets, and of the files that it reads.

    Parameters
    ----------
    used
        The names of the modules of prepkit that the template uses.
    package
        The folder of prepkit.
    """
    makers = dict.fromkeys([*_MAKERS, *used])
    code = code_digest(*makers, package=package, without=_PAGE_MAKERS)
    return digest(code, digest_files(_matching(package, _DATA)))


def page_code(package: Path = _PACKAGE) -> str:
    """Return the digest of the code that makes a packet's web pages, and of the files it reads."""
    code = code_digest(*_PAGE_MAKERS, package=package)
    return digest(code, digest_files(_matching(package, _PAGE_DATA)))


@cache
def package_digest() -> str:
    """Return the digest of the whole of prepkit, which all workers of a run must have.

    Not `packet_code`, because workers may have another version of Python.
    """
    from importlib.metadata import version

    from prepkit.bank import shipped_folder

    patterns = (f"**/*{suffix}" for suffix in (".py", ".pyi", ".typ", ".js", ".css", ".j2"))
    code = digest_files(_matching(_PACKAGE, patterns))
    return digest(version("prepkit"), code, bank_digest(shipped_folder()))


def bank_digest(folder: Path) -> str:
    """Return the digest of a question bank's files."""
    return digest_files(_matching(folder, ("**/*.md", "**/*.yaml")))


def _matching(folder: Path, patterns: Iterable[str]) -> list[Path]:
    return sorted(path for pattern in patterns for path in folder.glob(pattern))
