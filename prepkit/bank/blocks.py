"""The lines of a Markdown file: its headings, its code blocks, and the text between them.

Read line by line, because a full Markdown parser would take longer than everything else in loading
a bank.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

BLANK = " \t\n"
"""Characters that don't count as text. Other spaces, such as U+3000, may be there on purpose."""

_HEADING = re.compile(r"(#{1,3})(?:[ \t]|$)")
_FENCE = re.compile(r"[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(`{3,}(?!.*`)|~{3,})")


@dataclass(slots=True)
class Block:
    """The lines below one heading, and the line of the heading in the file."""

    heading: str
    """With its hashes; empty for the text above the first heading."""
    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The heading without its hashes."""
        return self.heading.lstrip("#").strip(BLANK)

    @property
    def text(self) -> str:
        """All lines, without the blank ones around them."""
        return "\n".join(self.lines).strip(BLANK)

    def numbered(self) -> Iterator[tuple[int, str]]:
        """Yield each line with its number in the file."""
        return enumerate(self.lines, self.line + 1)

    def parts(self, mark: str, code: Collection[int]) -> Iterator[Block]:
        """Split the block at its headings that begin with `mark`; see `split` for `code`."""
        return split(self.lines, self.line, (mark,), code)


def split(
    lines: Sequence[str], above: int, marks: Sequence[str], code: Collection[int]
) -> Iterator[Block]:
    """Split lines at their headings.

    Parameters
    ----------
    lines : sequence of str
    above : int
        How many lines of the file are above them.
    marks : sequence of str
        The hashes of the headings to split at, such as ``("#", "##")``.
    code : collection of int
        The numbers of the lines inside code blocks, where '#' doesn't begin a heading.

    Yields
    ------
    Block
        The first one is the text above the first heading.
    """
    block = Block("", above)
    for number, line in enumerate(lines, above + 1):
        if line.startswith("#") and number not in code and heading_mark(line) in marks:
            yield block
            block = Block(line.rstrip(), number)
        else:
            block.lines.append(line)
    yield block


def heading_mark(line: str) -> str:
    """Return the hashes of a heading of level 1 to 3; an empty string for any other line."""
    found = _HEADING.match(line)
    return found[1] if found else ""


def code_lines(lines: Sequence[str]) -> tuple[set[int], int | None]:
    """Find fenced code blocks, including those inside list items.

    Parameters
    ----------
    lines : sequence of str

    Returns
    -------
    inside : set of int
        The positions (from 0) of all lines in code blocks, including the fences.
    unclosed : int or None
        The position where a block begins that isn't closed; it then reaches to the last line.
    """
    inside: set[int] = set()
    fence, opened = "", 0
    for index, line in enumerate(lines):
        if fence:
            inside.add(index)
            bare = line.strip(" \t")
            if bare.startswith(fence) and not bare.strip(fence[0]):
                fence = ""
        elif ("```" in line or "~~~" in line) and (found := _FENCE.match(line)):
            inside.add(index)
            fence, opened = found[1], index
    return inside, opened if fence else None
