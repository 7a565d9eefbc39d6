"""What a build tells the publisher: notices, the same ones together, and their sum. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from prepkit.text import join_words, pluralize

LONG = 5
"""From so many notices on, there is a sum at their end."""

_PLACED = re.compile(r"(?P<place>.*?\.ipynb(?:, PDF)?(?:: cells? [^:]*)?): (?P<what>.*)", re.DOTALL)
_KINDS = {
    "link": re.compile(r"the links? to "),
    "chart": re.compile(r"the [\w-]+ chart"),
    "picture": re.compile(r"(?:the|a) picture"),
    "formula": re.compile(r"(?:the|a) formula"),
    "widget": re.compile(r"a widget"),
}
_PLURALS = {"formula": "formulas"}


def told_together(notices: Sequence[str]) -> Iterator[str]:
    """Yield notices; of those with the same words, the words once and then all their places."""
    places: dict[str, list[str]] = {}
    for notice in notices:
        place, what = _parts(notice)
        places.setdefault(what, []).append(place)
    for what, found in places.items():
        if len(found) == 1:
            yield f"{found[0]}: {what}" if found[0] else what
        else:
            yield f"{what}; in"
            yield from (f"  {place}" for place in found)


def sum_of(notices: Sequence[str]) -> str:
    """Return how many notices there are, of which kinds; empty if it is easily seen.

    Such as ``12 notices: 7 about links, 3 about pictures and 2 others``.
    """
    if len(notices) < LONG:
        return ""
    kinds = Counter(_kind(_parts(notice)[1]) for notice in notices)
    others = kinds.pop("", 0)
    said = [f"{count:,} about {_many(kind, count)}" for kind, count in kinds.most_common()]
    if others and said:
        said.append(pluralize(others, "other"))
    of = f": {join_words(said)}" if said else ""
    return (
        f"{pluralize(len(notices), 'notice')}{of}. Each says above which notebook and cell it is"
        " about; everything else is published as it is."
    )


def _parts(notice: str) -> tuple[str, str]:
    """Return the place of a notice, which may be empty, and what it says."""
    found = _PLACED.fullmatch(notice)
    return (found["place"], found["what"]) if found else ("", notice)


def _kind(what: str) -> str:
    return next((kind for kind, begins in _KINDS.items() if begins.match(what)), "")


def _many(kind: str, count: int) -> str:
    return f"a {kind}" if count == 1 else _PLURALS.get(kind, f"{kind}s")
