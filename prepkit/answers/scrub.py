"""What in a text could tell who and what it is about: names, employers, money. Pure.

Nothing is left out because it is likely to be harmless: a person looks at what is found, and says
what is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prepkit.records import Student

ON_ROSTER, EMPLOYER, MONEY, ADDRESS, MAYBE, LETTERS, BEGINS = KINDS = (
    "student on the roster",
    "employer",
    "money",
    "address",
    "maybe a name",
    "abbreviation",
    "begins a sentence",
)
"""What a finding is, in the order in which they are listed."""

CONTEXTS = 3
"""How many places of a text are shown."""
_AROUND = 40
"""How many characters are shown on each side of it."""

_NUMBER = r"\d[\d.,']*(?:[\u00a0\u202f ]\d{3})*"
_SIZE = r"(?:[\u00a0 ]?(?:k|K|m|M|mn|bn|B|million|billion|thousand|lakh|crore)\b)?"
_CURRENCY = (
    r"(?:[$\u00a3\u00a5\u20a3-\u20bf]|\b(?:USD|EUR|GBP|CHF|JPY|INR|CAD|AUD|SEK|NOK|DKK|PLN)\b)"
)
_COINS = r"(?:dollars?|euros?|pounds?|francs?|rupees?|yen|cents?)\b"
_MONEY = re.compile(
    rf"{_CURRENCY}[\u00a0 ]?{_NUMBER}{_SIZE}"
    rf"|{_NUMBER}{_SIZE}[\u00a0 ]?(?:{_CURRENCY}|{_COINS})"
    rf"|\b{_NUMBER}(?:[kKM]\b|[\u00a0 ](?:million|billion)\b)"
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+")
_LEGAL = r"(?:Inc|LLC|Ltd|Limited|PLC|plc|Corp|Corporation|GmbH|AG|KG|SA|SAS|SARL|AB|BV|NV|Oy|SpA)"
_WORD = r"[^\W\d_][\w'\u2019&-]*"
_CAPITALIZED = re.compile(rf"{_WORD}(?:[ \u00a0]{_WORD})*", re.UNICODE)
_COMPANY = re.compile(rf"(?!The\b)(?:[^\W\d_a-z][\w&-]*[ ]){{1,4}}{_LEGAL}\b\.?")
_START = re.compile(r"(?:^|[.!?:\u2026\n|*>#\"\u201c(\[-]|\d[.)])[\"'\u201c\u2018(\[*_ \u00a0-]*$")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0eff]")

_NO_NAMES = frozenset(
    [
        *("I", "I'm", "I've", "I'd", "I'll", "OK"),
        *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        *("January", "February", "March", "April", "June", "July", "August", "September"),
        *("October", "November", "December", "English"),
    ]
)

_SENTENCE_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a about above after again all also although an and another any are as at back be "
        "because been before both but by can could did do does during each either even every "
        "few finally first for from had has have he her here his how however if in instead is "
        "it its last later many maybe more most much my never new next no none nor not "
        "nothing now of on once one only or other our out over perhaps since so some somebody "
        "someone something soon still such take than that the their them then there these "
        "they this those though three through to today together too two under until up was we "
        "were what when where whether which while who whose why with within without would yes "
        "yet you your",
    )
)
"""Words that often begin a sentence and are nobody's name."""
_TOKEN = re.compile(r"\w+")
_SMALL = re.compile(r"(?<!\w)[^\W\d_A-Z][\w'\u2019-]*")


@dataclass(frozen=True, slots=True)
class Finding:
    """A text that somebody should look at before a file is shared."""

    kind: str
    text: str
    count: int
    instead: str
    """What could stand in its place."""
    contexts: tuple[str, ...] = ()


def find(
    texts: Sequence[str],
    *,
    students: Iterable[Student] = (),
    employers: Iterable[str] = (),
    is_word: Callable[[str], bool] = lambda word: False,
) -> tuple[Finding, ...]:
    """Return what could tell who the texts are about, each spelling once.

    Parameters
    ----------
    students
        Those of a roster: their names, each part of a name, ids and addresses are found.
    employers
        Names of companies.
    is_word
        Tells whether a word in lowercase is in a dictionary. Where such a word begins a sentence,
        it is listed last, and not at all if the texts have it in small letters, too.
    """
    known = dict(_names(students)) | dict.fromkeys(employers, (EMPLOYER, "[company]"))
    found: dict[str, tuple[str, str]] = {}
    for text in texts:
        for pattern, kind, instead in (
            (_ADDRESS, ADDRESS, "[address]"),
            (_MONEY, MONEY, "[amount]"),
            (_COMPANY, EMPLOYER, "[company]"),
        ):
            for match in pattern.finditer(text):
                found.setdefault(match[0].rstrip(".,;:"), (kind, instead))
        for name, kind in _capitalized(text, is_word):
            if found.get(name, ("", ""))[0] in ("", BEGINS):
                found[name] = (kind, "[name]")
    small = {word for text in texts for word in _SMALL.findall(text)}
    for name in [name for name, (kind, _) in found.items() if kind == BEGINS]:
        if name.casefold() in small:
            del found[name]
    # A roster has hundreds of names, and most of them aren't in one student's file.
    words = {word for text in texts for word in _TOKEN.findall(text)}
    likely = [
        one for one in known if _UNSPACED.search(one) or words.issuperset(_TOKEN.findall(one))
    ]
    found |= {name: known[name] for name in likely if any(occurs(name, text) for text in texts)}
    return _listed(found, texts)


def replace(text: str, chosen: Mapping[str, str]) -> tuple[str, int]:
    """Return a text in which each of the texts `chosen` has become another, and in how many places.

    The longest is replaced first, and what was put in is not looked at again.
    """
    if not chosen:
        return text, 0
    longest = sorted(chosen, key=len, reverse=True)
    either = re.compile("|".join(f"({_pattern(one)})" for one in longest))
    return either.subn(lambda match: chosen[match[0]], text)


def occurs(name: str, text: str) -> bool:
    """Tell whether a text has a name in it, as words of their own."""
    return name in text and re.search(_pattern(name), text) is not None


def _pattern(name: str) -> str:
    """Return a pattern for a text that isn't a part of a longer word."""
    before = r"(?<!\w)" if re.match(r"\w", name) and not _UNSPACED.match(name[0]) else ""
    after = r"(?!\w)" if re.search(r"\w$", name) and not _UNSPACED.match(name[-1]) else ""
    return f"{before}{re.escape(name)}{after}"


def _names(students: Iterable[Student]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield all by which a student could be recognised; of one name, the first student counts."""
    seen = set()
    for number, student in enumerate(students, 1):
        name = " ".join(student.name.split())
        parts = [part.strip(".,()\"'") for part in name.split()]
        whole = [name, student.student_id, student.email]
        if _UNSPACED.match(name):
            whole.append("".join(parts))
        # Of a part in small letters, such as "de" or "von", there would be no end.
        own = [part for part in parts if len(part) > 1 and not part.islower()]
        for each in [*whole, *own]:
            if each and each not in seen:
                seen.add(each)
                yield each, (ON_ROSTER, f"[student {number}]")


def _capitalized(text: str, is_word: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Yield runs of words with a capital, and what each may be."""
    for match in _CAPITALIZED.finditer(text):
        begins = bool(_START.search(text[max(0, match.start() - 8) : match.start()]))
        runs: list[list[str]] = [[]]
        for place, word in enumerate(re.split("[ \u00a0]", match[0])):
            bare = re.sub("['\u2019]s?$", "", word).strip("&-'\u2019")
            is_start = place == 0 and begins
            is_plain = bare in _NO_NAMES or (is_start and bare.casefold() in _SENTENCE_WORDS)
            if bare[:1].isupper() and len(bare) > 1 and not is_plain:
                runs[-1].append(bare)
            if bare != word or bare not in runs[-1]:  # "Ada's" ends a name
                runs.append([])
        for place, run in enumerate(filter(None, runs)):
            name = " ".join(run)
            if place == 0 and begins and match[0].startswith(name) and len(run) == 1:
                yield name, BEGINS if is_word(name.casefold()) else MAYBE
            else:
                yield name, LETTERS if name.isupper() and len(name) <= 5 else MAYBE


def _listed(found: Mapping[str, tuple[str, str]], texts: Sequence[str]) -> tuple[Finding, ...]:
    rows = []
    for name, (kind, instead) in found.items():
        pattern = re.compile(_pattern(name))
        places = [
            (text, match) for text in texts if name in text for match in pattern.finditer(text)
        ]
        if places:
            contexts = tuple(_context(text, match) for text, match in places[:CONTEXTS])
            rows.append(Finding(kind, name, len(places), instead, contexts))
    rows.sort(key=lambda one: (KINDS.index(one.kind), -one.count, one.text))
    return tuple(_numbered(rows))


def _numbered(rows: Iterable[Finding]) -> Iterator[Finding]:
    """Give each name and each employer a number of its own, so that a text can still be read."""
    numbers: dict[str, int] = {}
    for row in rows:
        instead = row.instead
        if instead in ("[name]", "[company]"):
            numbers[instead] = numbers.get(instead, 0) + 1
            instead = f"{instead[:-1]} {numbers[instead]}]"
        yield Finding(row.kind, row.text, row.count, instead, row.contexts)


def _context(text: str, match: re.Match[str]) -> str:
    start, end = max(0, match.start() - _AROUND), match.end() + _AROUND
    before, after = text[start : match.start()], text[match.end() : end]
    shown = f"{before}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}{match[0]}"
    shown += f"\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}{after}"
    return " ".join(shown.split())
