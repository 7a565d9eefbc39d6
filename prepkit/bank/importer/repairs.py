"""repair(text): a page's text as it can be read, and what was repaired in it, named and counted.

All repairs are made here, before anything is parsed, so that no reader of a section needs to know
what Word, PDFs, wikis and browsers do to a text. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from prepkit.bank.importer.breaks import (
    FORM_FEED,
    with_whole_lines,
    with_whole_words,
    without_page_ends,
)
from prepkit.bank.importer.bullets import mend_bullets
from prepkit.bank.importer.characters import mend_characters, note_lost, without_last_hyphen
from prepkit.bank.importer.html_text import markdown_of
from prepkit.bank.importer.lines import KNOWN, name_of
from prepkit.bank.importer.mending import Mending, Repair, Row, code_places
from prepkit.bank.importer.own_page import mend_own_page
from prepkit.bank.importer.source_file import is_html
from prepkit.bank.importer.wiki import mend_wiki

_PASSES = 9
"""How often the repairs are made at most: one may uncover what another one is for."""
_PLAIN_END = re.compile(r"\r\n?")
_ODD_END = re.compile(r"[\x0b\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Repaired:
    """A page's text after all repairs."""

    text: str
    repairs: tuple[Repair, ...]
    left_out: tuple[tuple[str, str], ...]
    """Reason and text of what isn't text of the page."""


def repair(text: str, is_word: Callable[[str], bool] = lambda word: False) -> Repaired:
    """Repair the text of a page. Text that has been repaired stays as it is.

    Parameters
    ----------
    text
        A page as plain text, Markdown, wiki markup or HTML.
    is_word
        Tells whether a word in lowercase is in a dictionary; asked only where a word was cut at
        the end of a line.
    """
    mending = Mending()
    if html := is_html(text):
        text = markdown_of(text, mending, has_question)
    rows, before = _rows(text, mending, numbered=not html), None
    for _ in range(_PASSES):
        if rows == before:
            break
        before, rows = rows, _once(rows, is_word, mending)
    for row in rows:
        note_lost(row, mending)
    repaired = "\n".join(row.text for row in rows)
    if is_html(repaired):  # a text about HTML, which is text now
        repaired = repaired.replace("<", "\\<", 1)
    return Repaired(repaired, tuple(mending.found.values()), tuple(mending.left_out))


def _once(rows: list[Row], is_word: Callable[[str], bool], mending: Mending) -> list[Row]:
    rows = [Row(row.number, mend_characters(row, mending)) for row in rows]
    rows = without_page_ends(rows, mending)
    rows = mend_own_page(rows, mending)
    rows = mend_wiki(rows, mending)
    rows = with_whole_words(rows, is_word, mending)
    rows = [without_last_hyphen(row, mending) for row in rows]
    rows = with_whole_lines(rows, mending)
    return mend_bullets(rows, code_places(rows), mending)


def has_question(text: str) -> bool:
    """Tell whether a text has the headings without which a page isn't a question page."""
    names = {KNOWN.get(name_of(line)) for line in text.split("\n")}
    return bool(names & {"why", "key_points"})


def _rows(text: str, mending: Mending, *, numbered: bool) -> list[Row]:
    """Return the lines of a text; a form feed is a line of its own."""
    found: list[Row] = []
    for place, line in enumerate(_PLAIN_END.sub("\n", text).split("\n"), 1):
        number = place if numbered else 0
        odd = len(_ODD_END.findall(line))
        mending.note("an odd end of a line became a plain one", Row(number, line), odd)
        for each in _ODD_END.split(line):
            found += [Row(number, piece) for piece in re.split(f"({FORM_FEED})", each)]
    return found
