"""What is known of one file that was handed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Literal

from prepkit.answers.carried import handed_in
from prepkit.answers.exchange import ExchangeError, Export, current_text
from prepkit.answers.exchange_json import from_document, from_json
from prepkit.answers.exchange_markdown import from_markdown
from prepkit.text import pluralize

Proof = Literal["signed", "unsigned", "unchecked"]
"""Whether a file is known to be the coach's notebook for that student. It is unchecked if it has a
signature, and there is no key here to check it with."""

State = Literal[
    "taken", "taken in part", "damaged", "refused", "not read", "empty", "skipped", "opened"
]
"""What became of a file. Skipped are those that are nobody's hand-in, such as packets and hidden
files; not read those of a kind that holds no answers for us, such as a PDF. Archives are opened."""

ASK_AGAIN = "If it is still being copied, collect again later; otherwise ask for it again."
RUN_AGAIN = "open it, choose Run All Cells, save it, and send it again"
NOTHING_TAKEN = "Nothing of it was taken. Ask who sent it what happened."

_SHOWN_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class HandIn:
    """One file that a student has handed in, or what could be read of it."""

    path: Path
    """Its place in the folder, or below the name of its archive."""
    claims: tuple[str, ...] = ()
    """The ids of the students it may be from, the likeliest first."""
    student_id: str = ""
    """The student it is from; empty until that is known."""
    said: str = ""
    """The student whose it says it is, where that is not believed."""
    named: str = ""
    """The student whose it is by its name or folder, where it says itself that it is another's."""
    exports: tuple[Export, ...] = ()
    state: State = "taken"
    problem: str = ""
    """What is wrong with it and what to do; empty if nothing is."""
    request: str = ""
    """What its student is to be asked, as the end of a sentence; empty if `problem` says it."""
    is_notebook: bool = False
    is_page: bool = False
    """Whether a web page to fill in has written it. It says whose it is, as a notebook does."""
    proof: Proof = "unsigned"

    @property
    def message(self) -> str:
        """What is wrong with it and whom to ask for what; empty if nothing is."""
        if not self.request:
            return self.problem
        return f"{self.problem} Ask {self.student_id or 'who sent it'} {self.request}."


def read_export(value: object, *, is_markdown: bool = False) -> tuple[Export | None, str]:
    """Return the answers in a file's text or in an output's data; or None, and why not.

    Of a whole export only what is handed in is taken: see `handed_in`.
    """
    try:
        if is_markdown:
            return Export(from_markdown(str(value))), ""
        found = from_json(value) if isinstance(value, str) else from_document(value)
        return handed_in(found), ""
    except ExchangeError as error:
        # A line of a page may be a line of an answer: it isn't repeated.
        ends = ", found" if is_markdown else None
        problems = [
            str(replace(each, message=each.message.split(ends)[0]) if ends else each)
            for each in error.problems
        ]
        more = len(problems) - _SHOWN_PROBLEMS
        rest = [f"and {more:,} more"] if more > 0 else []
        return None, "; ".join([*problems[:_SHOWN_PROBLEMS], *rest])


def before_damage(damage: str, count: int) -> str:
    """Return the message about a file that breaks off, of which `count` texts were taken."""
    were = "is whole, and was" if count == 1 else "are whole, and were"
    return f"{damage} {pluralize(count, 'text')} before the place where it breaks off {were} taken."


def has_texts(export: Export) -> bool:
    """Tell whether an export has any text in it."""
    return count_texts(export) > 0


def count_texts(export: Export) -> int:
    """Return how many texts are in an export, without earlier versions."""
    subjects = (each.values() for each in (export.answers, *export.beside.values()))
    fields = chain.from_iterable(subjects)
    return sum(bool(current_text(value)) for each in fields for value in each.values())
