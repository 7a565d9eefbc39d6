"""Our two outputs of a notebook, each made by a process of its own, with the notices of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

SECONDS = 600
"""After which a notebook that still isn't done counts as one that can't be made."""

# Notices as they are: in lines for the terminal, those of several places are one.
_EACH = """
import json, sys
from pathlib import Path
from prepkit.notebook import notices
notices.grouped = lambda found: list(map(str, found))
"""
PRINT = f"""{_EACH}
from prepkit.handouts import handout_pdf
source, target = map(Path, sys.argv[1:])
nb = json.loads(source.read_text(encoding="utf-8"))
handout = handout_pdf(nb, code=True, folder=source.parent)
target.write_bytes(handout.pdf)
print(json.dumps(handout.notices))
"""
PUBLISH = f"""{_EACH}
from datetime import UTC, datetime
from prepkit.site import publishing
from prepkit.site.settings import Settings
books, make_book = [], publishing.make_book
publishing.make_book = lambda *given, **named: books.append(make_book(*given, **named)) or books[0]
output, *sources = map(Path, sys.argv[1:])
report = publishing.publish(output, sources, settings=Settings(), with_bank=False, private=None,
                            now=datetime(2026, 1, 2, tzinfo=UTC))
pages = {{str(one.source.resolve()): one.path for one in books[0].chapters}}
print(json.dumps([pages, report.notices]))
"""


class FailedError(Exception):
    """An output that wasn't made at all, and why."""


class Site(NamedTuple):
    """A site of notebooks."""

    folder: Path
    pages: dict[str, str]
    """The page of each notebook."""
    notices: list[str]


def site_of(sources: Sequence[Path], folder: Path) -> Site:
    """Build a site of notebooks, or of folders of them."""
    pages, notices = _run(PUBLISH, [folder, *sources])
    return Site(folder, pages, notices)


def print_to(path: Path, notebook: Path) -> list[str]:
    """Write a notebook's PDF, with its code, and return the notices."""
    notices: list[str] = _run(PRINT, [notebook, path])
    return notices


def about(notices: Sequence[str], notebook: Path) -> list[str]:
    """Return the notices about one notebook of a site, without its name."""
    name = f"{notebook}: "
    return [notice.removeprefix(name) for notice in notices if notice.startswith(name)]


def _run(code: str, paths: Sequence[Path]) -> Any:
    command = [sys.executable, "-c", code, *map(str, paths)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise FailedError(f"it takes more than {SECONDS} seconds") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise FailedError(said[-1] if said else f"the process ended with {done.returncode}")
    return json.loads(done.stdout)
