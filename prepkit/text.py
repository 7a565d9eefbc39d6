"""Words, counts, dates and names in the sentences of messages and pages. Pure."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from html import escape
from urllib.parse import unquote

# Written out, because the standard library's names depend on the locale of the computer.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_SURROGATE = re.compile("[\ud800-\udfff]")
# What a terminal obeys (C0, C1), ends of lines that only some programs know, what turns a text's
# direction, and halves of a character. Joiners stay: some scripts need them.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
    r"\ufff9-\ufffb\ud800-\udfff]"
)
_JOINERS = "\u200c\u200d"
EMPTY_CHARACTERS = "\u034f\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff"
"""Characters that show nothing and mean nothing, as a pattern's set of characters has them."""
LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
"""Letters that are drawn as one, and that the text copied from a PDF may have as one character."""
_UNSEEN = re.compile(f"[\u00ad\u061c\u200c-\u200f\u202a-\u202e\u2066-\u2069{EMPTY_CHARACTERS}]")
_APOSTROPHE = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]")


def pluralize(number: int, noun: str, plural: str | None = None) -> str:
    """Return such as ``1 question`` or ``10,010 words``; a noun without an s has its `plural`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def spell(number: int) -> str:
    """Return a number in words, such as ``four``; from ten on in digits."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def join_words(words: Sequence[str], last: str = "and") -> str:
    """Return words as a list in a sentence: ``a, b and c``."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def join_quoted(words: Sequence[str], last: str = "and") -> str:
    """Return words in quotes as a list in a sentence: ``'a', 'b' and 'c'``."""
    return join_words([f"'{word}'" for word in words], last)


def join_some(words: Sequence[str], most: int) -> str:
    """Return the first `most` of `words`, and how many more there are: ``a, b and 3 more``."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def closest(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return the words in `known` that somebody who wrote `word` may have meant, closest first.

    The same words in another order are closer than any other spelling. Capitals don't count.
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
        What comes before a list of all of `known` if none is close: ``there are`` gives
        ``; there are 'a', 'b' and 'c'``. If it is empty, nothing is added.
    """
    known = list(known)
    if near := closest(word, known, most):
        return f"; did you mean {join_quoted(near, 'or')}?"
    return f"; {otherwise} {join_quoted(known)}" if otherwise else ""


def not_a_date(text: str) -> str:
    """Return the message about a text that is not a date, and how to write one."""
    return f"'{text}' is not a date: write it as in 2026-01-31"


def format_day(day: date, *, weekday: bool = False, year: bool = True) -> str:
    """Return such as ``14 March 2026`` or ``Saturday 14 March``, the same in every locale."""
    parts = [_WEEKDAYS[day.weekday()]] if weekday else []
    parts += [str(day.day), _MONTHS[day.month - 1], *([str(day.year)] if year else [])]
    return " ".join(parts)


def format_period(text: str) -> str:
    """Return a year, a month or a day as people read it: ``November 2024`` for ``2024-11``."""
    year, *rest = map(int, text.split("-"))
    if len(rest) == 2:
        return format_day(date(year, *rest))
    return f"{_MONTHS[rest[0] - 1]} {year}" if rest else str(year)


def format_moment(moment: datetime) -> str:
    """Return such as ``14 March 2026, 09:30``, in the time zone of `moment` itself."""
    return f"{format_day(moment)}, {moment:%H:%M}"


def shorten(text: str, most: int = 60) -> str:
    """Return `text` if it has at most `most` characters, or else its beginning and ``…``."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def readable(address: str) -> str:
    """Return an address as people read it: ``my plot.png`` for ``my%20plot.png``.

    What isn't text, or can't be seen, stays in its codes.
    """
    text = unquote(address)
    return text if text.isprintable() and "\N{REPLACEMENT CHARACTER}" not in text else address


def end_sentence(text: str) -> str:
    """Return `text` with a full stop, unless it has an end already."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def capitalize_first(text: str) -> str:
    """Return `text` with a capital first letter."""
    return text[:1].upper() + text[1:]


def slugify(text: str, *, most_words: int | None = None) -> str:
    """Return the words of `text` in lowercase ASCII letters, joined by hyphens; '' if none.

    Accents are dropped, and an apostrophe doesn't split a word: ``Let's try Łódź`` becomes
    ``lets-try-odz``.
    """
    plain = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text)).encode("ascii", "ignore")
    return "-".join(re.findall(r"[a-z0-9]+", plain.decode().lower())[:most_words])


def natural_key(text: str) -> tuple[list[int | str], str]:
    """Return a key that sorts names as people do: by their numbers, ``2 b`` before ``10 a``."""
    parts = re.split(r"(\d+)", fold(text))
    return [int(part) if place % 2 else part for place, part in enumerate(parts)], text


def fold(text: str) -> str:
    """Return a text without differences that readers don't see, to compare or to search it.

    These are capitals, spaces, invisible characters, and letters that are drawn as one.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return " ".join(text.casefold().split())


def escape_html(text: str) -> str:
    """Return `text` as HTML that shows it as it was typed.

    JupyterLab looks for formulas in HTML too, but not across elements: so each character that can
    start or end a formula gets an element of its own.
    """
    return escape(text).replace("$", "<span>$</span>").replace("\\", "<span>\\</span>")


def replace_lone_surrogates(text: str) -> str:
    """Return `text` with surrogate pairs joined, and U+FFFD in place of half a pair.

    Browsers sometimes cut a text between the two halves; no file, page or font can hold a half.
    """
    if not _SURROGATE.search(text):  # nearly all texts, and much quicker than recoding them
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def printable(text: str, *, one_line: bool = False) -> str:
    r"""Return a text as a terminal may print it: characters that it would obey as ``\x1b``.

    Anything that somebody else wrote may hold such characters: an answer, a cell of a roster, a
    file's name. Line ends and tabs stay in a text. A name or a message, which has to stay on
    `one_line`, also shows every character that can't be seen, so that nothing is hidden in it.
    """
    if one_line:
        return "".join(
            each if each.isprintable() or each in _JOINERS else ascii(each)[1:-1] for each in text
        )
    plain = text.replace("\r\n", "\n") if "\r" in text else text
    return _UNPRINTABLE.sub(lambda each: ascii(each[0])[1:-1], plain)


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def without_formula(cell: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula.

    The characters are the ones on OWASP's page about CSV injection.
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def with_formula(cell: str) -> str:
    """Return what `without_formula` was given."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def strip_ansi(text: str) -> str:
    """Return a terminal's text without the codes for colours and cursor movements."""
    return _ANSI.sub("", text) if "\x1b" in text else text
