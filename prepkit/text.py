"""Words, counts, days and names in the sentences of messages and pages. Pure."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from html import escape

# Written out: the standard library's names follow the locale of whoever runs it.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_SURROGATE = re.compile("[\ud800-\udfff]")
_APOSTROPHE = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]")


def pluralize(number: int, noun: str, plural: str | None = None) -> str:
    """Return such as ``1 question`` or ``10,010 words``; a noun without an s has its `plural`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def spell(number: int) -> str:
    """Return such as ``four``; figures from ten on."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def join_words(words: Sequence[str], last: str = "and") -> str:
    """Return words as running text: ``a, b and c``."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def join_quoted(words: Sequence[str], last: str = "and") -> str:
    """Return words in quotes as running text: ``'a', 'b' and 'c'``."""
    return join_words([f"'{word}'" for word in words], last)


def join_some(words: Sequence[str], most: int) -> str:
    """Return the first of `words` as running text, and how many others there are."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def closest(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return those of `known` that somebody who wrote `word` may have meant, the nearest first.

    The same words in another order are nearer than any other spelling. Capitals don't count.
    """
    by_words = {" ".join(sorted(one.casefold().split())): one for one in known}
    same = by_words.get(" ".join(sorted(word.casefold().split())))
    if same is not None:
        return [same]
    by_letters = {one.casefold(): one for one in by_words.values()}
    near = difflib.get_close_matches(word.casefold(), list(by_letters), n=most)
    return [by_letters[one] for one in near]


def did_you_mean(word: str, known: Iterable[str], *, most: int = 1, otherwise: str = "") -> str:
    """Return ``; did you mean 'a' or 'b'?`` for the end of a message about an unknown `word`.

    Parameters
    ----------
    word
        What somebody wrote.
    known
        What could be written there.
    most
        How many of `known` are offered.
    otherwise
        What comes before a list of all of `known` where none is near: ``there are`` gives
        ``; there are 'a', 'b' and 'c'``. Nothing is said where it is empty.
    """
    known = list(known)
    if near := closest(word, known, most):
        return f"; did you mean {join_quoted(near, 'or')}?"
    return f"; {otherwise} {join_quoted(known)}" if otherwise else ""


def format_day(day: date, *, weekday: bool = False, year: bool = True) -> str:
    """Return such as ``14 March 2026`` or ``Saturday 14 March``, the same in every locale."""
    parts = [_WEEKDAYS[day.weekday()]] if weekday else []
    parts += [str(day.day), _MONTHS[day.month - 1], *([str(day.year)] if year else [])]
    return " ".join(parts)


def format_moment(moment: datetime) -> str:
    """Return such as ``14 March 2026, 09:30``, in the time zone of `moment` itself."""
    return f"{format_day(moment)}, {moment:%H:%M}"


def shorten(text: str, most: int = 60) -> str:
    """Return `text` where it has at most `most` characters, else its beginning and ``…``."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def capitalize_first(text: str) -> str:
    """Return `text` with a capital at its beginning, as one that stands alone has."""
    return text[:1].upper() + text[1:]


def slugify(text: str, *, most_words: int | None = None) -> str:
    """Return the words of `text` in small letters of ASCII, joined by hyphens; '' for none.

    Accents are left out, and apostrophes divide no word: ``Let's try Łódź`` is ``lets-try-odz``.
    """
    plain = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text)).encode("ascii", "ignore")
    return "-".join(re.findall(r"[a-z0-9]+", plain.decode().lower())[:most_words])


def fold(text: str) -> str:
    """Return what two spellings of a name have in common, whatever their capitals and blanks."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def escape_html(text: str) -> str:
    """Return `text` as HTML that shows it as it was typed.

    JupyterLab looks for formulas in HTML too, but not beyond the end of an element: what begins
    and ends one stands alone in an element here.
    """
    return escape(text).replace("$", "<span>$</span>").replace("\\", "<span>\\</span>")


def replace_lone_surrogates(text: str) -> str:
    """Return `text` with surrogate pairs joined, and U+FFFD for half a pair.

    Browsers cut texts between the halves at times; files, pages and fonts have no such thing.
    """
    if not _SURROGATE.search(text):  # nearly all texts: no loop over the characters for those
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def strip_ansi(text: str) -> str:
    """Return a text of a terminal without the codes that colour it and move about in it."""
    return _ANSI.sub("", text) if "\x1b" in text else text
