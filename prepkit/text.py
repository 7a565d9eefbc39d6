"""Numbers and names in the sentences of messages and pages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from html import escape


def pluralize(number: int, noun: str, plural: str | None = None) -> str:
    """Return such as ``1 question`` or ``5 questions``; a noun without an s has its `plural`."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean '…'?`` for the end of a message, or nothing."""
    by_words = {" ".join(sorted(one.casefold().split())): one for one in known}
    by_letters = {one.casefold(): one for one in by_words.values()}
    same = by_words.get(" ".join(sorted(word.casefold().split())))
    near = difflib.get_close_matches(word.casefold(), list(by_letters), n=1)
    if same is None and not near:
        return ""
    return f"; did you mean '{same or by_letters[near[0]]}'?"


def join_quoted(words: Sequence[str], last: str = "and") -> str:
    """Return words in quotes as running text: ``'a', 'b' and 'c'``."""
    quoted = [f"'{word}'" for word in words]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]] if quoted[1:] else quoted)


def escape_html(text: str) -> str:
    """Return `text` as HTML that shows it as it was typed.

    JupyterLab looks for formulas in HTML too, but not beyond the end of an element: what begins
    and ends one stands alone in an element here.
    """
    return escape(text).replace("$", "<span>$</span>").replace("\\", "<span>\\</span>")
