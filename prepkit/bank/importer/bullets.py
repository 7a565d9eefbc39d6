"""Marks of lists as Word, PDFs and web pages bring them along -> marks that a question file has.

A mark is one only at a line's start, with text behind it. Letters and Roman numbers are marks only
where they count on from the first: "a. m." and "I. Newton" aren't items. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from prepkit.bank.importer.lines import BULLET, KNOWN, NESTED, name_of
from prepkit.bank.importer.mending import Mending, Row

_USUAL = "\u2022\u25cf\u25aa\u25e6\u2023"
"""Bullets that are read as they are, if a space follows."""
_UNUSUAL = (
    "\uf02d\uf06e\uf06f\uf071\uf076\uf0a7\uf0a8\uf0b7\uf0be\uf0d8\uf0e0\uf0fc"  # of symbol fonts
    "\u2043\u204c\u204d\u2219\u25a0\u25a1\u25ab\u25b6-\u25b9\u25ba\u25c6\u25c7\u25c9\u25cb"
    "\u25fb-\u25fe\u2605\u2606\u2713\u2714\u2717\u2718\u2705\u274b\u274c\u2726\u2727\u2756\u2765"
    "\u2794\u279c\u27a1\u27a2\u27a4\u29be\u29bf\u2b24\u2b25\U0001f449\U0001f538\U0001f539"
)
_SPACED = "\u2010\u2011\u203a\u00bb"
"""Signs that are bullets only before a space."""
_JUDGING = "\u2713\u2714\u2717\u2718\u2705\u274c"
_AGAINST = re.compile("[\u2717\u2718\u274c]")
"""If a page has one of these, its ticks and crosses say what is right and what is wrong."""

_INSIDE = {"o", "square", "letter", "roman"}
"""Kinds of marks that Word has below others, whose indentation a copy often lacks."""
_KINDS = {
    # Marks that programs write for one another count as one kind.
    **dict.fromkeys("\u2022\u25cf\u00b7\uf0b7", "dot"),
    **dict.fromkeys("\u25aa\u25a0\u00a7\uf0a7", "square"),
}

_GLYPH = re.compile(
    rf"[ \t]*(?P<mark>[{_UNUSUAL}]|[{_SPACED}](?=[ \t]))\ufe0f?[ \t]*(?P<text>[^\s{_UNUSUAL}].*)"
)
_LONE = re.compile(rf"[ \t]*[{_UNUSUAL}\u2610-\u2612]\ufe0f?[ \t]*")
_CLOSE = re.compile(rf"[ \t]*(?P<mark>[{_USUAL}])(?P<text>[^\s{_USUAL}].*)")
_BOX = re.compile(
    r"[ \t]*(?:(?:[-*+\u2022]|\d{1,2}[.)])[ \t]+)?"
    r"(?:\[(?P<letter>[ xX]?)\][ \t]+|(?P<sign>[\u2610-\u2612])\ufe0f?[ \t]*)(?P<text>\S.*)"
)
_LETTER = re.compile(r"[ \t]*(?P<mark>o|\u00a7(?=[ \t]+[^\d\s]))(?P<gap>[ \t]+)(?P<text>\S.*)")
"""What a copy from Word has for the circle and the square of its symbol font."""
_ROW = re.compile(
    r"[ \t]*(?P<open>\(?)(?P<name>[a-z]|[ivx]{1,5}|[A-Z]|[IVX]{1,5}|\d{1,2})(?P<close>[.)])"
    r"(?P<gap>[ \t]*)(?P<text>\S.*)"
)
_CIRCLED = re.compile(r"[ \t]*(?P<mark>[\u2460-\u2473\u2776-\u277f])[ \t]*(?P<text>\S.*)")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii")


@dataclass(frozen=True, slots=True)
class _Item:
    kind: str
    """What marked it on the page, such as a bullet, or how it was counted."""
    mark: str
    """What marks it in a question file."""
    text: str
    told: str = ""
    """What was repaired; empty if the line may stay as it is."""


def mend_bullets(rows: Sequence[Row], code: set[int], mending: Mending) -> list[Row]:
    """Return lines in which every item of a list begins as in a question file.

    Parameters
    ----------
    rows
        The lines.
    code
        The places of those inside code blocks.
    mending
        Gets what was repaired.
    """
    rows = _with_lone_marks_joined(rows, code)
    counted = _counted(rows, code)
    judging = any(_AGAINST.search(row.text) for row in rows)
    found: list[Row] = []
    above: list[tuple[int, str, int]] = []
    """The lists that are open, from the outermost one: indentation, kind, and added depth."""
    gap = True
    for place, row in enumerate(rows):
        if place in code or not row.text.strip():
            gap = True
            found.append(row)
            continue
        item = counted.get(place) or _item(row.text, in_list=bool(above), judging=judging)
        if item is None or name_of(item.text) in KNOWN:
            # A line below an item goes on with it; after a gap, it ends the list.
            if gap or name_of(row.text) in KNOWN or row.text.lstrip().startswith(("#", "|")):
                above = []
            found.append(row)
        else:
            found.append(_mended(row, item, above, mending))
        gap = False
    return found


def _mended(row: Row, item: _Item, above: list[tuple[int, str, int]], mending: Mending) -> Row:
    """Return an item's line, put below the item that it belongs to."""
    expanded = row.text.expandtabs(4)
    indent = len(expanded) - len(expanded.lstrip())
    depth = _depth(above, indent, _KINDS.get(item.kind, item.kind))
    if not item.told and not depth:
        return row
    mending.note(item.told or "an item was put below the one that it belongs to", row)
    return Row(row.number, f"{' ' * indent}{NESTED * depth}{item.mark} {item.text}".rstrip())


def _depth(above: list[tuple[int, str, int]], indent: int, kind: str) -> int:
    """Return how much deeper an item belongs than it is indented; `above` is brought up to date."""
    while above and above[-1][0] > indent + 1:
        above.pop()
    beside = [one for one in above if abs(one[0] - indent) <= 1]
    if any(one[1] == kind for one in beside):
        while above[-1][1] != kind:
            above.pop()
    elif beside and kind in _INSIDE:
        above.append((indent, kind, above[-1][2] + 1))
    elif beside:
        del above[above.index(beside[0]) + 1 :]
        above[-1] = (indent, kind, beside[0][2])
    else:
        above.append((indent, kind, above[-1][2] if above else 0))
    return above[-1][2]


def _item(text: str, *, in_list: bool, judging: bool) -> _Item | None:
    """Return what a line is as an item of a list; None for any other line."""
    if found := _BOX.fullmatch(text):
        is_empty = (found["letter"] or found["sign"] or " ") in " \u2610"
        told = "a box to tick became a bullet"
        if not is_empty:
            told = "a ticked box became a bullet, without its tick"
        return _Item("box", "-", found["text"], told)
    if found := _GLYPH.fullmatch(text):
        mark = found["mark"]
        kept = f"{mark} " if judging and mark in _JUDGING else ""
        name = "of a symbol font" if "\ue000" <= mark <= "\uf8ff" else mark
        told = f"the bullet {name} became '-'"
        return _Item(mark, "-", kept + found["text"], told)
    if found := _CLOSE.fullmatch(text):
        told = "a space was put behind a bullet"
        return _Item(found["mark"], found["mark"], found["text"], told)
    if (found := _LETTER.fullmatch(text)) and _is_mark(found, in_list=in_list):
        mark = found["mark"]
        return _Item(mark, "-", found["text"], f"the bullet {mark} became '-'")
    if found := _CIRCLED.fullmatch(text):
        number = int(unicodedata.numeric(found["mark"]))
        told = f"the number {found['mark']} became '1.'"
        return _Item("digit", f"{number}.", found["text"], told)
    if found := BULLET.match(text):
        mark = text.split()[0]
        return _Item("digit" if mark[0].isdigit() else mark, mark, (found[2] or "").strip())
    return None


def _is_mark(found: re.Match[str], *, in_list: bool) -> bool:
    """Tell whether a letter at the start of a line is a bullet, and not a word."""
    # A tab, or spaces in its place, are no gap between two words.
    is_wide = "\t" in found["gap"] or len(found["gap"]) > 2
    return is_wide or (in_list and (found["mark"] != "o" or not found["text"][0].islower()))


def _counted(rows: Sequence[Row], code: set[int]) -> dict[int, _Item]:
    """Return the items that are marked with letters, Roman numbers or numbers in brackets.

    A row of them begins with the first (a, i, 1), and has at least two.
    """
    found: dict[int, _Item] = {}
    last: dict[tuple[str, str], tuple[int, int, _Item]] = {}
    for place, row in enumerate(rows):
        match = None if place in code else _ROW.fullmatch(row.text)
        if match is None:
            continue
        for kind, number in _values(match):
            item = _Item(kind, f"{number}.", match["text"], _told(match))
            style = (kind, f"{match['open']}{match['name'].isupper()}{match['close']}")
            before = last.get(style)
            if before and before[1] + 1 == number:
                found[before[0]] = before[2]
                found[place] = item
            if number == 1 or (before and before[1] + 1 == number):
                last[style] = (place, number, item)
    return found


def _told(match: re.Match[str]) -> str:
    if match["name"].isdigit() and not match["open"]:
        return "a space was put behind the number of an item"
    return "an item that was counted as (1), a or i became 1."


def _values(match: re.Match[str]) -> list[tuple[str, int]]:
    """Return what a mark may count: its kind, and its place in the row."""
    name, spaced = match["name"], bool(match["gap"])
    if name.isdigit():
        # "1." with a space is read as it is; "1.5" isn't an item.
        tight = not spaced and match["text"][0].isalpha()
        return [("digit", int(name))] if (match["open"] and match["close"] == ")") or tight else []
    if not spaced or (match["open"] and match["close"] == "."):
        return []
    values = [("roman", _ROMAN.index(name.lower()) + 1)] if name.lower() in _ROMAN else []
    # A capital with a full stop is the first letter of a name.
    if len(name) == 1 and (name.islower() or match["close"] == ")"):
        values.append(("letter", ord(name.lower()) - ord("a") + 1))
    return values


def _with_lone_marks_joined(rows: Sequence[Row], code: set[int]) -> list[Row]:
    """Put bullets that stand alone in a line before the text of the next line with one."""
    found = list(rows)
    for place, row in enumerate(rows):
        if place in code or not _LONE.fullmatch(row.text):
            continue
        below = next((one for one in range(place + 1, len(rows)) if rows[one].text.strip()), None)
        if below is None or below > place + 2 or below in code:
            continue
        text = found[below].text.lstrip()
        if not (_LONE.fullmatch(text) or BULLET.match(text) or name_of(text) in KNOWN):
            found[below] = replace(rows[below], text=f"{row.text.rstrip()} {text}")
            found[place] = replace(row, text="")
    return found
