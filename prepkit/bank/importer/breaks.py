"""Breaks that a printed page puts into a text: ends of pages, words cut in two, lines cut. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from prepkit.bank.importer.lines import BULLET, KNOWN, name_of
from prepkit.bank.importer.mending import Mending, Row, code_places

FORM_FEED = "\x0c"

_NUMBER = r"\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
_RULE = r"[\s\N{EN DASH}\N{EM DASH}|-]*"
_PAGE_OF = re.compile(rf"\W{{0,4}}(?:page|p\.)\s*{_NUMBER}\W{{0,4}}", re.IGNORECASE)
_BARE_NUMBER = re.compile(f"{_RULE}{_NUMBER}{_RULE}")
_HAS_NUMBER = re.compile(rf"\bpage\s*{_NUMBER}\b", re.IGNORECASE)
_SHORT = 100
"""How long a head or foot of a page is at most."""
_EDGE = 3
"""How many lines beside a page's end may be its foot or the next one's head."""
_FOOT = "the head or foot of a printed page"

_HYPHENS = "-\u2010\u00ac\u00ad"
_CUT_WORD = re.compile(rf"(?<![^\W\d_])(?P<first>[^\W\d_]{{2,}})(?P<mark>[{_HYPHENS}])$")
_REST = re.compile(
    r"(?P<indent>\s*)(?P<rest>(?P<letters>[^\W\d_]{2,})[^\s]*)(?:\s+(?P<after>.*))?$"
)
_NOT_JOINED = {"and", "or", "to", "und", "oder", "y", "o", "et", "ou"}
"""What follows a hyphen that stands for a later word, as in "short- and long-term"."""
_JOINED = "a word that was cut at the end of a line was joined"
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

_LONG = 45
"""How long a line is at least that was cut because the page is no wider."""
_ENDS = '.:;!?"”)*_|'
"""What a line ends in that says or shows something whole."""


def without_page_ends(rows: Sequence[Row], mending: Mending) -> list[Row]:
    """Take out form feeds, page numbers, and heads and feet that return on every page.

    A number alone counts only beside a form feed. A text that returns counts only beside a form
    feed or a line such as ``Page 3 of 12``, and only if it isn't the name of a section or an item.

    Parameters
    ----------
    rows
        The lines; a form feed is a line of its own.
    mending
        Gets what is taken out.
    """
    feeds = {place for place, row in enumerate(rows) if row.text == FORM_FEED}
    numbered = _numbered(rows)
    if not feeds and not numbered:
        return list(rows)
    ends = sorted({-1, *feeds, *numbered, len(rows)})
    edges = [edge for end in ends for edge in _edges(rows, end, feeds)]
    shapes = Counter({place: _shape(rows[place].text) for place, _ in edges}.values())
    gone = feeds | numbered
    for place, is_next_to_feed in edges:
        text = rows[place].text.strip()
        if _BARE_NUMBER.fullmatch(text):
            gone |= {place} if is_next_to_feed else set()
        elif _returns(text, shapes):
            gone.add(place)
    for place in sorted(gone):
        if place in feeds:
            mending.note("the end of a printed page was taken out", _with_text(rows, place))
        else:
            mending.leave(_FOOT, rows[place].text)
    return _closed_gaps(rows, gone)


def _returns(text: str, shapes: Counter[str]) -> bool:
    """Tell whether a short text is there on several pages, and isn't content that happens to be."""
    is_content = BULLET.match(text) or name_of(text) in KNOWN
    return shapes[_shape(text)] > 1 and len(text) < _SHORT and not is_content


def _with_text(rows: Sequence[Row], feed: int) -> Row:
    """Return the place of a form feed, shown as the next line with text."""
    after = (row.text.strip() for row in rows[feed + 1 :] if row.text.strip(f" \t{FORM_FEED}"))
    return Row(rows[feed].number, next(after, "the end"))


def _shape(text: str) -> str:
    """Return a line with its numbers made alike, as feet of two pages differ by them only."""
    return re.sub(r"\d+", "0", " ".join(text.split()))


def _numbered(rows: Sequence[Row]) -> set[int]:
    """Return lines such as ``Page 3 of 12``, and such as ``Guide, page 3`` if they return."""
    places = {place for place, row in enumerate(rows) if _HAS_NUMBER.search(row.text)}
    shapes = Counter(_shape(text) for text in {rows[place].text.strip() for place in places})
    return {
        place
        for place in places
        if _PAGE_OF.fullmatch(text := rows[place].text.strip()) or _returns(text, shapes)
    }


def _edges(rows: Sequence[Row], end: int, feeds: set[int]) -> Iterator[tuple[int, bool]]:
    """Yield the lines with text around the end of a page, and whether a form feed is next."""
    for step in (-1, 1):
        place, is_next = end + step, end in feeds
        for _ in range(_EDGE):
            while 0 <= place < len(rows) and not rows[place].text.strip():  # FORM_FEED is a space
                is_next = is_next or place in feeds
                place += step
            if not 0 <= place < len(rows):
                break
            yield place, is_next
            place, is_next = place + step, False


def _closed_gaps(rows: Sequence[Row], gone: set[int]) -> list[Row]:
    """Return the lines without those in `gone`, nor a gap if the text goes on in mid-sentence."""
    found: list[Row] = []
    place = 0
    while place < len(rows):
        if place not in gone:
            found.append(rows[place])
            place += 1
            continue
        empty = rows[place]
        while found and not found[-1].text.strip():
            found.pop()
        while place < len(rows) and (place in gone or not rows[place].text.strip()):
            place += 1
        goes_on = (
            found
            and place < len(rows)
            and found[-1].text.rstrip()[-1] not in _ENDS
            and rows[place].text.strip()[0].islower()
        )
        if not goes_on:
            found.append(Row(empty.number, ""))
    return found


def with_whole_words(
    rows: Sequence[Row], is_word: Callable[[str], bool], mending: Mending
) -> list[Row]:
    """Join words that were cut at the end of a line.

    A word whose joined form is neither on the page nor in the dictionary keeps its hyphen, and
    that is said: ``well-known`` may have been cut, too.
    """
    if not any(row.text.endswith(tuple(_HYPHENS)) for row in rows):
        return list(rows)
    code = code_places(rows)
    on_page = {
        word.casefold() for row in rows for word in _WORD.findall(row.text.removesuffix("-"))
    }
    found = list(rows[:1])
    for place, row in enumerate(rows[1:], 1):
        above = found[-1]
        cut, rest = _CUT_WORD.search(above.text), _REST.match(row.text)
        if not cut or not rest or place - 1 in code or not _goes_on(rest["rest"]):
            found.append(row)
            continue
        first, last = cut["first"], rest["letters"]
        hyphen = "" if _is_one_word(first, last, cut["mark"], on_page, is_word) else "-"
        kept = f"'{first}-{last}' was cut at the end of a line and keeps its hyphen; check it"
        mark = cut["mark"].replace("\u00ad", "-")
        mending.note(kept if hyphen else _JOINED, Row(above.number, f"{first}{mark} {last}"))
        text = f"{above.text[: cut.start()]}{first}{hyphen}{rest['rest']}"
        found[-1] = Row(above.number, text)
        if rest["after"]:
            found.append(Row(row.number, rest["indent"] + rest["after"]))
    return found


def _goes_on(rest: str) -> bool:
    return (
        rest[0].islower() and rest.strip(".,;:").casefold() not in _NOT_JOINED and "://" not in rest
    )


def _is_one_word(
    first: str, last: str, mark: str, on_page: set[str], is_word: Callable[[str], bool]
) -> bool:
    """Tell whether the two halves are one word without a hyphen."""
    whole = f"{first}{last}".casefold()
    if mark in "\u00ad\u00ac":  # these say so
        return True
    if f"{first}-{last}".casefold() in on_page:
        return False
    return whole in on_page or is_word(whole)


def with_whole_lines(rows: Sequence[Row], mending: Mending) -> list[Row]:
    """Join lines that were cut at the width of a page: a long one, and one that goes on in small.

    Only where an item or a sentence would come apart otherwise: other line ends within a paragraph
    do no harm.
    """
    found: list[tuple[Row, list[str]]] = []
    length = 0
    code = code_places(rows)
    for place, row in enumerate(rows):
        text = row.text.strip()
        pieces = found[-1][1] if found else [""]
        is_code = place in code or place - 1 in code
        if not is_code and length >= _LONG and _is_cut(pieces[0], pieces[-1], row.text):
            mending.note("a line that was cut at the width of the page was joined", found[-1][0])
            pieces[-1] = pieces[-1].rstrip()
            pieces.append(text)
            length += len(text)
        else:
            found.append((row, [row.text]))
            length = len(row.text.rstrip())
    return [Row(row.number, " ".join(pieces)) if pieces[1:] else row for row, pieces in found]


def _is_cut(head: str, tail: str, text: str) -> bool:
    """Tell whether a long line, from `head` to `tail`, goes on in the next one."""
    bare = text.strip()
    return (
        bool(bare)
        and bare[0].islower()
        and tail.rstrip()[-1:] not in ("", *_ENDS)
        and "\t" not in text
        and "\t" not in tail
        and not head.lstrip().startswith(("|", "#", ">"))
        and not re.match(r"(?:[a-z]{1,4}[.)]|o)\s", bare)
        and name_of(bare) not in KNOWN
        and name_of(head) not in KNOWN
    )
