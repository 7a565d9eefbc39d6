"""What an output shows of a notebook, and what one output shows that another doesn't. Pure.

What nbconvert's page shows counts as missing where ours doesn't show it, unless a notice names it
in the same place.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

Kind = Literal["word", "formula", "picture", "drawing", "chart", "media", "link"]
KINDS: tuple[Kind, ...] = ("word", "formula", "picture", "drawing", "chart", "media", "link")
FORMULA = "\ue000"
"""What stands for a formula in a text."""

_WORD = re.compile(rf"\w+|{FORMULA}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]")
_VISUAL = frozenset({"picture", "drawing", "chart", "media"})
_ABOUT_VISUALS = re.compile(
    r"picture|image|embedded|chart|drawing|drawn|plot|widget|video|sound|audio|script|frame|form|file|shown",
    re.IGNORECASE,
)
_ABOUT_LINKS = re.compile(r"link|address|anchor|leads|no such file|no page", re.IGNORECASE)
_ABOUT_LOOKS = re.compile(r"alternative text|no alt", re.IGNORECASE)
_DRAWS = re.compile(
    r"newPlot|vegaEmbed|embed_document|embed_items|render_items|docs_json|mpld3|L\.map|d3\.|"
    r"Highcharts|google\.visualization|new Chart|animation|Animation|getContext|\.append|"
    r"innerHTML|document\.write|showSpec|createElement"
)
_LONG = 12
"""Letters of a word that is recognized without its neighbours."""
_WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass(frozen=True, slots=True)
class Part:
    """A text that is visible at a place."""

    place: str
    """Such as ``cell 4, output 2``; empty where a page doesn't say it."""
    text: str


@dataclass(frozen=True, slots=True)
class Visual:
    """A picture, a shape, a chart that a script draws, a video or a frame."""

    place: str
    kind: Kind
    key: str
    """By which it is recognized, such as its size in pixels."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that leads somewhere."""

    place: str
    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All that an output shows."""

    parts: Sequence[Part] = ()
    visuals: Sequence[Visual] = ()
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that one output shows, and another doesn't."""

    kind: Kind
    place: str
    what: str
    notice: str = ""
    """The notice that names it; empty if it is missing in silence."""


def words(text: str) -> list[str]:
    """Return the words of a text, and a sign for each formula and each symbol such as an emoji.

    Capitals don't count, since a style sheet may change them, and no punctuation does.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    found = []
    for token in re.findall(rf"\w+|{FORMULA}|[^\w\s]", plain):
        if _WORD.fullmatch(token) or unicodedata.category(token) == "So":
            found.append(token)
    return found


def missing(theirs: Shown, ours: Shown, notices: Iterable[str]) -> list[Missing]:
    """Return what is in `theirs` and not in `ours`, each with the notice that names it."""
    said = by_place(notices)
    visuals, spare = _missing_visuals(theirs, ours, said)
    texts = list(_missing_words(theirs, ours, said))
    # An output that is a formula here may be a picture of the same formula there.
    drawn = [one for one in texts if one.kind == "formula" and "output" in one.place]
    for one in [one for one in drawn if not one.notice][:spare]:
        texts.remove(one)
    return [*texts, *visuals, *_missing_links(theirs, ours, said)]


def by_place(notices: Iterable[str]) -> Mapping[str, list[str]]:
    """Return notices by the places that they name; those of whole notebooks by an empty text.

    One line may name several places: ``cells 3, 5 and 9: …`` or ``cell 4, outputs 1 and 2: …``.
    """
    found: dict[str, list[str]] = {}
    for notice in notices:
        named = re.search(r"(?:^|: |\b)((?:cells?|outputs?) \d[^:]*): ", notice)
        for place in _places(named.group(1)) if named else [""]:
            found.setdefault(place, []).append(notice)
    return found


def _places(text: str) -> list[str]:
    """Return the places that a text names."""
    found: list[str] = []
    cells: list[str] = []
    for kind, numbers in re.findall(r"(cell|output)s? ((?:\d+|[-\u2013, ]|and|to)+)", text):
        pieces = re.findall(r"(\d+)(?:\s*(?:[-\u2013]|to)\s*(\d+))?", numbers)
        each = [str(n) for low, high in pieces for n in range(int(low), int(high or low) + 1)]
        if kind == "cell":
            cells = [f"cell {number}" for number in each]
            found += cells
        elif cells:
            last = cells[-1]
            found = [place for place in found if place != last]
            found += [f"{last}, output {number}" for number in each]
    return found


def _named(place: str, said: Mapping[str, list[str]], about: re.Pattern[str] | None) -> str:
    """Return the notice that names what is missing at a place; an empty text if none does."""
    for where in dict.fromkeys((place, "")):
        for notice in said.get(where, []):
            if not _ABOUT_LOOKS.search(notice) and (about is None or about.search(notice)):
                return notice
    return ""


# ---- words ---------------------------------------------------------------------------------------


def _missing_words(theirs: Shown, ours: Shown, said: Mapping[str, list[str]]) -> Iterable[Missing]:
    """Yield a `Missing` for each word; where a word is there, but not as often, guess which one.

    The guess is the one whose neighbours are missing as well.
    """
    text = "\n".join(part.text for part in ours.parts)
    have = words(text)
    left = Counter(word for part in theirs.parts for word in words(part.text))
    left.subtract(Counter(have))
    pairs = set(pairwise(have))
    squeezed = "".join(have)
    squeezed_theirs = "\n".join("".join(words(part.text)) for part in theirs.parts)

    @cache
    def is_there(letters: str) -> bool:
        return squeezed.count(letters) >= squeezed_theirs.count(letters)

    candidates: dict[str, list[tuple[int, str, str, str]]] = {}
    for part in theirs.parts:
        found = words(part.text)
        for number, word in enumerate(found):
            if left[word] <= 0:
                continue
            beside = list(pairwise(found[max(0, number - 1) : number + 2]))
            lonely = sum(pair not in pairs for pair in beside)
            around = found[max(0, number - 2) : number + 3]
            # In print, a long word may be broken at the end of a line.
            if word == FORMULA:
                lonely = 0
            elif (beside or len(word) > _LONG) and is_there("".join(around)):
                continue
            named = _named(part.place, said, None)
            candidates.setdefault(word, []).append((-lonely, part.place, " ".join(around), named))
    for word, places in candidates.items():
        places.sort(key=lambda one: (one[0], not one[3]))
        for _, place, around_it, named in places[: max(0, left[word])]:
            kind: Kind = "formula" if word == FORMULA else "word"
            yield Missing(kind, place, f"{word} ({around_it})", named)


# ---- pictures, charts, media ---------------------------------------------------------------------


def _missing_visuals(
    theirs: Shown, ours: Shown, said: Mapping[str, list[str]]
) -> tuple[list[Missing], int]:
    """Return what isn't shown, and how many more pictures than that are.

    What has a counterpart of its size is set aside first.
    """
    found: list[Missing] = []
    spare = 0
    for kinds in (("media",), ("drawing",), ("picture", "chart")):
        wanted = [one for one in theirs.visuals if one.kind in kinds]
        have = Counter(one.key for one in ours.visuals if one.kind in kinds)
        rest = []
        for one in wanted:
            if have[one.key] > 0:
                have[one.key] -= 1
            else:
                rest.append((one, _named(one.place, said, _ABOUT_VISUALS)))
        # Any other picture of ours may be this one in another size: those without a notice first.
        spare = sum(have.values())
        rest.sort(key=lambda pair: bool(pair[1]))
        for one, notice in rest[spare:]:
            found.append(Missing(one.kind, one.place, one.source or one.key, notice))
    return found, max(0, spare - len(rest))


def charts(scripts: Iterable[Mapping[str, Any]]) -> list[Visual]:
    """Return a chart for each place where a script draws something; scripts that only load don't.

    Parameters
    ----------
    scripts
        Each with its `place`, `type`, `source` and `text`.
    """
    found: dict[str, Visual] = {}
    for script in scripts:
        place, text = script["place"], script["text"]
        if "output" not in place or place in found:
            continue
        if script["type"] == _WIDGET:
            found[place] = Visual(place, "chart", "chart", "a widget")
        elif _DRAWS.search(text) and not _only_loads(text):
            found[place] = Visual(place, "chart", "chart", f"a script: {text.strip()[:60]!r}")
    return list(found.values())


def _only_loads(text: str) -> bool:
    return bool(
        re.search(
            r"load_or_initialize|_bokeh_is_initializing|window\.PlotlyConfig|"
            r"autoload|requirejs?\.config|MathJax\.Hub",
            text,
        )
        and not re.search(r"newPlot|vegaEmbed|embed_document|render_items", text)
    )


# ---- links ---------------------------------------------------------------------------------------


def _missing_links(theirs: Shown, ours: Shown, said: Mapping[str, list[str]]) -> Iterable[Missing]:
    have = Counter(key for one in ours.links if (key := link_key(one)))
    texts = Counter(" ".join(words(one.text)) for one in ours.links)
    # A PDF has no words for a link that leads to another part of it.
    inside = sum(one.address == "#" and not one.text for one in ours.links)
    for one in theirs.links:
        key = link_key(one)
        if have[key] > 0:
            have[key] -= 1
            continue
        text = " ".join(words(one.text))
        if not is_web(one.address) and texts[text] > 0:
            texts[text] -= 1
            continue
        if one.address.startswith("#") and inside > 0:
            inside -= 1
            continue
        what = f"{one.text.strip()[:60]!r} to {one.address[:80]}"
        yield Missing("link", one.place, what, _named(one.place, said, _ABOUT_LINKS))


def link_key(link: Link) -> str:
    """Return by what a link is recognized: its address, if that is on the web."""
    address = unquote(link.address.strip())
    return address.rstrip("/").casefold() if is_web(address) else ""


def is_web(address: str) -> bool:
    """Return whether an address leads out of the notebook's folder."""
    try:
        return bool(urlsplit(address).scheme) or address.startswith("//")
    except ValueError:
        return False
