"""The markup of Confluence and Jira -> Markdown, as far as question pages have it. Pure.

A page counts as such if it has headings like ``h2. Tips``, a table with a head like ``|| Company ||
Focus ||``, or a macro like ``{panel}``. Nothing is changed on other pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from prepkit.bank.importer.mending import LOST_ADDRESS, LOST_PICTURE, Mending, Row, code_places

_HEADING = re.compile(r"[ \t]*h([1-6])\.[ \t]+(\S.*)")
_TABLE_HEAD = re.compile(r"[ \t]*\|\|.*\|\|?[ \t]*")
_MACRO_LINE = re.compile(
    r"[ \t]*\{(?:panel|info|tip|note|warning|expand|quote)(?::[^{}]*)?\}[ \t]*"
)
_MACRO = re.compile(
    r"\{(?:panel|info|tip|note|warning|expand|quote|color|toc|anchor|section|column|excerpt|status)"
    r"(?::(?P<given>[^{}\n]*))?\}"
)
_CODE = re.compile(r"[ \t]*\{(?:code|noformat)(?::([^{}\n]*))?\}(.*)")
_TITLE = re.compile(r"(?:^|\|)\s*(?:title=)([^|]+)")
_LIST = re.compile(r"[ \t]*([*#-]{1,6})[ \t]+(\S.*)")
_BOLD = re.compile(r"(?<![\w*\\])(?:\{\*\}|\*)(?=[^\s*])([^*\n|]*?[^\s*\\])(?:\{\*\}|\*)(?![\w*])")
_TYPED = re.compile(r"\{\{([^{}\n]+)\}\}")
_LINK = re.compile(r"\[([^\[\]|\n]*[^\[\]|\s])\|([^\[\]\n]+)\]")
_BARE_LINK = re.compile(r"\[(https?://[^\[\]|\s]+)\](?!\()")
_PICTURE = re.compile(r"(?<![\w!])!([^\s!|][^!\n|]*\.\w{3,4})(?:\|[^!\n]*)?!(?!\w)")
_QUOTE = re.compile(r"[ \t]*bq\.[ \t]+(\S.*)")
_WIDE_ROW = 10
"""Over how many lines a row of a table may reach."""

_SAID = "markup of Confluence became Markdown"


def _is_wiki(rows: Sequence[Row]) -> bool:
    """Tell whether a page is written in the markup of Confluence and Jira."""
    code = code_places(rows)
    return any(
        _HEADING.fullmatch(row.text)
        or _TABLE_HEAD.fullmatch(row.text)
        or _MACRO_LINE.fullmatch(row.text)
        for place, row in enumerate(rows)
        if place not in code
    )


def mend_wiki(rows: Sequence[Row], mending: Mending) -> list[Row]:
    """Return the lines of a page as Markdown, if it is in that markup."""
    if not _is_wiki(rows):
        return list(rows)
    with_headings = any(_HEADING.fullmatch(row.text) for row in rows)
    rows = _with_whole_rows(rows)
    code = code_places(rows)
    found: list[Row] = []
    in_code = False
    for place, row in enumerate(rows):
        if place not in code and (fence := _CODE.fullmatch(row.text)):
            lines = ["```", *([fence[2].rstrip()] if fence[2].strip() else [])]
            if fence[2].endswith(("{code}", "{noformat}")):
                lines = ["```", re.sub(r"\{\w+\}$", "", fence[2]), "```"]
            in_code = in_code != (lines.count("```") == 1)
        elif in_code or place in code:
            lines = [row.text]
        else:
            lines = _lines(row, with_headings, mending)
        if lines != [row.text]:
            mending.note(_SAID, row)
        found += [Row(row.number, line) for line in lines]
    return found


def _with_whole_rows(rows: Sequence[Row]) -> list[Row]:
    """Join the lines of a table's row: a cell may have several, and a bar ends the last one."""
    found: list[Row] = []
    joined = 0
    for row in rows:
        above = found[-1].text.strip() if found else ""
        is_open = above.startswith("|") and not above.endswith("|") and above.count("|") > 1
        if is_open and row.text.strip() and row.text.lstrip()[0] != "|" and joined < _WIDE_ROW:
            found[-1] = Row(found[-1].number, f"{above} {row.text.strip()}")
            joined += 1
        else:
            found.append(row)
            joined = 0
    return found


def _lines(row: Row, with_headings: bool, mending: Mending) -> list[str]:
    """Return a line outside of code as lines of Markdown."""
    text = row.text
    if found := _HEADING.fullmatch(text):
        return [f"{'#' * int(found[1])} {_inline(found[2], row, mending)}"]
    # Links first: the bar in one would end a cell.
    text = _without_links(text, row, mending)
    if text.lstrip().startswith("|"):
        return _table_row(text, row, mending)
    if (found := _LIST.fullmatch(text)) and (with_headings or "#" not in found[1]):
        mark = "1." if found[1].endswith("#") else "-"
        if len(found[1]) > 1 or found[1] == "#":
            indent = "   " * (len(found[1]) - 1)
            return [f"{indent}{mark} {' '.join(_inline(found[2], row, mending).split())}"]
    if found := _QUOTE.fullmatch(text):
        return [f"> {_inline(found[1], row, mending)}"]
    return _inline(text, row, mending).split("\n")


def _table_row(text: str, row: Row, mending: Mending) -> list[str]:
    """Return the row of a table; the first one with double bars is its head."""
    bare = text.strip()
    is_head = bare.startswith("||")
    cells = re.split(r"(?<!\\)\|\|?" if is_head else r"(?<!\\)\|", bare.strip("|"))
    inline = [" ".join(_inline(cell, row, mending).split()) for cell in cells]
    new = f"| {' | '.join(inline)} |"
    if is_head and re.fullmatch(r"\|\|[^|]*\|[^|].*", bare):
        is_head = False  # only its first cell is a head, as in a table with heads at the left
    if is_head:
        return [new, f"|{' --- |' * len(cells)}"]
    changed = inline != [" ".join(cell.split()) for cell in cells] or bare.startswith("||")
    return [new if changed else text]


def _without_links(text: str, row: Row, mending: Mending) -> str:
    def words(found: re.Match[str]) -> str:
        mending.note(LOST_ADDRESS, Row(row.number, found[2]))
        return found[1]

    return _BARE_LINK.sub(r"<\1>", _LINK.sub(words, text))


def _inline(text: str, row: Row, mending: Mending) -> str:
    """Return running text without macros, in Markdown."""

    def macro(found: re.Match[str]) -> str:
        title = _TITLE.search(found["given"] or "")
        return f"{title[1].strip()}\n" if title else ""

    def picture(found: re.Match[str]) -> str:
        mending.note(LOST_PICTURE, Row(row.number, found[1]))
        mending.leave("the name of a picture", found[1])
        return ""

    text = _MACRO.sub(macro, text)
    text = _PICTURE.sub(picture, text)
    text = _TYPED.sub(r"`\1`", text)
    text = _BOLD.sub(r"**\1**", text)
    return re.sub(r"[ \t]*\\\\[ \t]*", "\n", text) if text.count("\\\\") else text
