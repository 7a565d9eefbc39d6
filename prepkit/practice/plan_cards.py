"""Questions to practise out loud as a text file that Anki imports. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from prepkit.records import Answer
from prepkit.text import escape_html
from prepkit.words import sentences

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry

CARDS_MARK = b"# Cards from prepkit"
"""The beginning of every file of cards, by which it is recognized as ours."""
CARDS_KIND = "a file of cards from prepkit"
"""What kind of file it is, in messages."""

# Anki reads what has a colon, and skips other lines with "#". There is no "#columns" on purpose:
# names of columns have to be those of the note type's fields, and these are translated, as "Basic"
# is. Without names, the first two columns that are no guid are the front and the back.
_HEAD = (
    f"{CARDS_MARK.decode()}. Importing them again updates them",
    "#separator:tab",
    "#html:true",
    "#notetype:Basic",
    "#deck:Interview practice",
    "#tags:prepkit",
    "#guid column:1",
    "#if matches:update current",
)


def cards_file(bank: Bank, answers: Mapping[str, Answer], chosen: Iterable[str]) -> bytes:
    """Return a card for each of `chosen`, and for each complete answer.

    On the front is the question, on the back are its key points and, if the answer is complete, the
    sentence it begins with.

    Parameters
    ----------
    bank
        Where the questions are.
    answers
        The stored answers by question id.
    chosen
        The ids of questions that get a card whatever their answers.
    """
    complete = [one for one in bank if _is_complete(bank[one], answers)]
    ids = dict.fromkeys([*chosen, *complete])
    return "\n".join([*_HEAD, *(_card(bank[one], answers) for one in ids), ""]).encode()


def _is_complete(entry: Entry, answers: Mapping[str, Answer]) -> bool:
    return entry.id in answers and answers[entry.id].state(entry.parts) == "complete"


def _card(entry: Entry, answers: Mapping[str, Answer]) -> str:
    """Return one line: the guid, by which Anki knows the card again, the front and the back."""
    return "\t".join(
        [f"prepkit:{entry.id}", _one_line(entry.question.text), "".join(_back(entry, answers))]
    )


def _back(entry: Entry, answers: Mapping[str, Answer]) -> Iterator[str]:
    yield "<ul>"
    yield from (f"<li>{_one_line(point)}</li>" for point in entry.question.key_points)
    yield "</ul>"
    if _is_complete(entry, answers):
        opening = answers[entry.id].text(entry.parts[0].name)
        if begins := next(sentences(opening), ""):
            yield f"<p>You begin: {_one_line(begins)}</p>"


def _one_line(text: str) -> str:
    """Return `text` as HTML without line breaks and tabs, which would end a line or a column."""
    return " ".join(escape_html(text).split())
