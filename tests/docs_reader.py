"""The Markdown files that people read, taken apart: blocks with their lines, links, headings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
PAGES = (
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / ".github").rglob("*.md")),
)
"""All that is written for people; not the tests' own data."""

_UNNAMED = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; `str` of it is what a failing test says."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT).as_posix()}:{self.line}"


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block."""

    place: Place
    """The line of its fence."""
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """One line of a block of commands, without its comment."""

    place: Place
    text: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@cache
def _tokens(path: Path) -> tuple[Token, ...]:
    reader = MarkdownIt("commonmark").enable("table")
    return tuple(reader.parse(path.read_text("utf-8")))


def blocks(path: Path, *languages: str) -> list[Block]:
    """Return the fenced blocks of a page in these languages, or in any."""
    found = [
        Block(Place(path, token.map[0] + 1), token.info.strip(), token.content)
        for token in _tokens(path)
        if token.type == "fence" and token.map
    ]
    return [one for one in found if not languages or one.language in languages]


def commands(path: Path) -> list[Command]:
    """Return the commands of a page, in order."""
    found = []
    for block in blocks(path, "sh", "powershell"):
        for number, line in enumerate(block.text.splitlines(), block.place.line + 1):
            # In PowerShell a backslash is no escape; none of its lines has a comment.
            words = line.split() if block.language == "powershell" else _split(line)
            if words:
                text = line.strip() if block.language == "powershell" else _uncommented(line)
                found.append(Command(Place(path, number), text, tuple(words)))
    return found


def _split(line: str) -> list[str]:
    return shlex.split(line, comments=True)


def _uncommented(line: str) -> str:
    """Return a command as it is written, without the comment after it."""
    return re.sub(r"\s+# .*", "", line).strip()


def inlines(path: Path) -> Iterator[tuple[Place, Token]]:
    """Yield what stands in running text, headings and tables, each with the line of its block."""
    for token in _tokens(path):
        if token.type == "inline" and token.map:
            for child in token.children or ():
                yield Place(path, token.map[0] + 1), child


def codes(path: Path) -> list[tuple[Place, str]]:
    """Return the short pieces of code in the text of a page."""
    return [(place, token.content) for place, token in inlines(path) if token.type == "code_inline"]


def links(path: Path) -> list[tuple[Place, str]]:
    """Return the addresses that a page links to, pictures too."""
    named = {"link_open": "href", "image": "src"}
    return [
        (place, str(token.attrs[named[token.type]]))
        for place, token in inlines(path)
        if token.type in named
    ]


def emphasized(path: Path) -> list[tuple[Place, str]]:
    """Return the texts of a page that are set in italics, such as the names of buttons."""
    found: list[tuple[Place, str]] = []
    inside = False
    for place, token in inlines(path):
        if token.type == "em_open":
            found.append((place, ""))
        elif inside:
            found[-1] = (place, found[-1][1] + token.content)
        inside = token.type == "em_open" or (inside and token.type != "em_close")
    return found


@cache
def anchors(path: Path) -> frozenset[str]:
    """Return the names that GitHub gives to the headings of a page."""
    found: dict[str, int] = {}
    tokens = _tokens(path)
    for before, token in pairwise(tokens):
        if before.type == "heading_open":
            words = "".join(child.content for child in token.children or ())
            name = _UNNAMED.sub("", words.lower()).replace(" ", "-")
            found[name] = found.get(name, -1) + 1
            if found[name]:
                found[f"{name}-{found[name]}"] = 0
    return frozenset(found)
