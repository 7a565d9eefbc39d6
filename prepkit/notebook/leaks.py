"""Nothing private is published: finds a person's own texts in a notebook.

A notebook that has been run can contain what its author wrote: in sources, outputs, attachments and
metadata. Text that the build leaves out anyway, such as the state of widgets, is found too and is
marked as such.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any, Literal, NamedTuple

from prepkit.forms import FORMS
from prepkit.notebook.encoded import texts_inside, texts_of
from prepkit.notebook.fields import joined, mapping, sequence
from prepkit.notebook.folding import readings
from prepkit.notebook.leak_detector import LeakDetector, Searched
from prepkit.notebook.mime import ANSWER_NOTES, EXPORT_FORMAT, HAND_IN_MIME, SHEET_MIME
from prepkit.notebook.tables import by_columns
from prepkit.records import Question
from prepkit.text import pluralize, printable, strip_ansi

LeakKind = Literal["answer", "hand-in", "worksheet", "form", "packet", "file of answers"]

_NAMES: Mapping[LeakKind, str] = {
    "answer": "a stored answer",
    "hand-in": "answers handed in",
    "worksheet": "a worksheet with an answer",
    "form": "a form with an answer",
    "packet": "a packet made for a student",
    "file of answers": "an exported file of answers",
}
_RICH = ("text/html", "image/svg+xml")
_DEEPEST = 3
"""How often a text may be encoded."""
_SHOWN_WORDS = 8
_SHOWN_LENGTH = 60

_EXPORT_JSON = re.compile(rf'\\?"format\\?"\s*:\s*\\?"{EXPORT_FORMAT}\\?"')
_TITLES = {part.title for form in FORMS.values() for part in form.parts} | {"Key points"}
_EXPORT_MARKDOWN = re.compile(
    rf"^# Answers\s*\n+## \S.*\n+### (?:{'|'.join(sorted(_TITLES))})\s*\n+>", re.M
)
_FORM = re.compile("|".join(map(re.escape, ANSWER_NOTES)))
_PARAMETER = re.compile(r"^(?:student_id|name|notes)\s*(?::[^=\n]+)?=\s*(['\"])(?!\1)", re.M)
_STUDENT = re.compile(r"^student_id\s*(?::[^=\n]+)?=\s*(['\"])(?!\1)(.*?)\1", re.M)


@dataclass(frozen=True, slots=True)
class Leak:
    """Something private in a notebook."""

    kind: LeakKind
    cell: int
    """Counted from 1; 0 for the notebook itself."""
    place: str
    """Such as ``source``, ``output 1 (text/html)``, ``attachment plan.txt``, ``metadata``."""
    words: str
    """Its first words."""
    dropped: bool = False
    """Whether the build leaves it out anyway."""

    def __str__(self) -> str:
        where = f"cell {self.cell}, {self.place}" if self.cell else self.place
        shown = f", “{self.words}”" if self.words else ""
        text = f"{where}: {_NAMES[self.kind]}{shown}"
        return printable(text, one_line=True)


def find_leaks(nb: Mapping[str, Any], known: LeakDetector) -> list[Leak]:
    """Return what is private in a notebook of format 4, in the order of its cells.

    Private are: the `known` texts; answers that were handed in or exported, on a worksheet or in
    the text of a form; and packets made for a student. Each is reported once per place.
    """
    found: dict[tuple[int, str, LeakKind], Leak] = {}

    def add(one: Leak) -> None:
        found.setdefault((one.cell, one.place, one.kind), one)

    for one in _packet_marks(nb):
        add(one)
    for number, cell in _numbered(nb.get("cells")):
        for count, output in _numbered(cell.get("outputs")):
            for one in _answers_in(output, number, f"output {count}"):
                add(one)
    parts = list(_parts(nb))
    for part in parts:
        for text in part.texts:
            if words := _form_words(text):
                add(Leak("form", part.cell, part.place, words, part.is_dropped))
            if words := _export_words(text):
                add(Leak("file of answers", part.cell, part.place, words, part.is_dropped))
    for part, words in _known_texts(parts, known) if known else ():
        add(Leak("answer", part.cell, part.place, words, part.is_dropped))
    return sorted(found.values(), key=lambda one: (one.cell == 0, one.cell))


def leaks_in_file(text: str, known: LeakDetector) -> list[Leak]:
    """Return what is private in the text of a file to which a notebook links."""
    found = find_leaks({"cells": [{"cell_type": "raw", "source": text}]}, known)
    return [replace(one, cell=0, place="its text") for one in found]


def leaks_message(found: Mapping[Path, Sequence[Leak]]) -> str:
    """Return the message that stops a build, for all files; empty if nothing is private.

    Text that the build leaves out anyway doesn't stop it.
    """
    told = {
        path: stops
        for path, all_of in found.items()
        if (stops := [x for x in all_of if not x.dropped])
    }
    if not told:
        return ""
    lines = [f"  {path}, {one}" for path, stops in told.items() for one in stops]
    notebooks = all(path.suffix == ".ipynb" for path in told)
    clear = (
        "Clear the outputs (in JupyterLab: Edit > Clear Outputs of All Cells) or delete the text"
    )
    return "\n".join(
        [
            f"Nothing was published: {pluralize(len(told), 'notebook' if notebooks else 'file')} "
            f"{'holds' if len(told) == 1 else 'hold'} private text:",
            *lines,
            f"{clear}, save, and build again."
            + ("" if notebooks else " Or remove the link that takes a file along.")
            + " To publish it anyway, add --allow-answers.",
        ]
    )


def question_texts(questions: Iterable[Question]) -> Iterator[str]:
    """Yield every text of some questions, which is public even where an answer repeats it."""
    for question in questions:
        yield from texts_of(question.model_dump(mode="json"))


def _form_words(text: str) -> str:
    if "saved" not in text:  # quick, and all of `ANSWER_NOTES` have that word
        return ""
    for reading in readings(text):
        plain = " ".join(unescape(unescape(reading)).split())
        if _FORM.search(plain):
            return _first_words(plain)
    return ""


def _export_words(text: str) -> str:
    # The quick look comes first: a text may be as long as a log of megabytes.
    is_json = EXPORT_FORMAT in text and _EXPORT_JSON.search(text)
    if is_json or ("# Answers" in text and _EXPORT_MARKDOWN.search(text)):
        return _first_words(text)
    return ""


def _first_words(text: str) -> str:
    return " ".join(text.split()[:_SHOWN_WORDS])[:_SHOWN_LENGTH]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a notebook that can contain text."""

    cell: int
    place: str
    stream: str
    """What it is read with: the parts of a stream are read one after the other."""
    texts: Sequence[str]

    @property
    def is_dropped(self) -> bool:
        """Whether a build leaves it out anyway."""
        return self.stream == _DROPPED


_DROPPED = "widget state"


def _parts(nb: Mapping[str, Any]) -> Iterator[_Part]:
    """Yield every part of a notebook that can contain text, in reading order."""
    for number, cell in _numbered(nb.get("cells")):
        stream = "text" if cell.get("cell_type") == "markdown" else "code"
        yield _part(number, "source", stream, joined(cell.get("source")))
        for count, output in _numbered(cell.get("outputs")):
            where = f"output {count}"
            yield _part(number, where, "text", joined(output.get("text")))
            trace = "\n".join(map(str, sequence(output.get("traceback"))))
            error = [joined(output.get("evalue")), trace]
            yield _part(number, f"{where} (error)", "text", error)
            for mime, value in _without_pixels(mapping(output.get("data"))).items():
                if mime != HAND_IN_MIME:
                    stream = mime if mime in _RICH else "text"
                    yield _part(number, f"{where} ({mime})", stream, value)
            yield _part(number, f"{where} (metadata)", "metadata", output.get("metadata"))
        for name, bundle in mapping(cell.get("attachments")).items():
            stored = {name: _without_pixels(mapping(bundle))}
            yield _part(number, f"attachment {name}", "attachments", stored)
        yield _part(number, "cell metadata", "metadata", cell.get("metadata"))
    for key, value in mapping(nb.get("metadata")).items():
        if key == "widgets":
            yield _part(0, "widget state", _DROPPED, value)
        else:
            yield _part(0, "notebook metadata", "metadata", value)


def _part(cell: int, place: str, stream: str, value: Any) -> _Part:
    """Return a part with all its texts, and with the texts that are encoded inside them."""
    texts = [strip_ansi(text) for text in texts_of(value)]
    new = texts
    for _ in range(_DEEPEST):
        new = [inner for text in new for inner in texts_inside(text)]
        texts = [*texts, *new]
    return _Part(cell, place, stream, texts)


def _known_texts(parts: Sequence[_Part], known: LeakDetector) -> Iterator[tuple[_Part, str]]:
    """Yield the parts with private texts, and their first private words.

    A text may be cut into pieces, so parts are read one after the other: first those of one kind,
    as a reader sees them, and what isn't seen (HTML's attributes, a table column by column); then
    whatever had a piece of an answer, all kinds together.
    """
    streams: dict[str, list[_Reading]] = {}
    for number, part in enumerate(parts):
        if any(part.texts):
            text = "\n".join(part.texts)
            seen, *hidden = readings(text)
            streams.setdefault(part.stream, []).append(_Reading(number, Searched.of(seen)))
            for each in (*hidden, *by_columns(text)):
                reading = _Reading(number, Searched.of(each))
                streams.setdefault(f"{part.stream}, hidden", []).append(reading)
    touched: dict[int, _Reading] = {}
    for name, stream in streams.items():
        found = known.search([each.text for each in stream])
        for place, words in found.words.items():
            yield parts[stream[place].number], words
        if not name.startswith(_DROPPED):
            touched |= {stream[place].number: stream[place] for place in found.touched}
    together = [each for _, each in sorted(touched.items())]
    for place, words in known.search_pieces([each.text for each in together]).words.items():
        yield parts[together[place].number], words


class _Reading(NamedTuple):
    """What one of the parts says, and the position of that part."""

    number: int
    text: Searched


def _numbered(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    return enumerate(map(mapping, sequence(value)), 1)


def _without_pixels(bundle: Mapping[str, Any]) -> dict[str, Any]:
    return {
        mime: value
        for mime, value in bundle.items()
        if "svg" in mime or not mime.startswith("image/")
    }


def _answers_in(output: Any, number: int, place: str) -> Iterator[Leak]:
    """Yield the answers in an output: one that was handed in, or one on a worksheet."""
    data = mapping(output.get("data"))
    owner = mapping(mapping(output.get("metadata")).get("prepkit")).get("student_id")
    if HAND_IN_MIME in data or owner:
        yield Leak("hand-in", number, place, str(owner or ""))
    sheet = data.get(SHEET_MIME)
    if isinstance(sheet, str):
        try:
            sheet = json.loads(sheet)
        except (ValueError, RecursionError):
            sheet = None
    sheet = mapping(sheet)
    texts = [str(text) for text in mapping(sheet.get("answer")).values() if str(text).strip()]
    if texts or sheet.get("answered") or sheet.get("ticked"):
        words = texts[0] if texts else "; ".join(map(str, sequence(sheet.get("ticked"))))
        yield Leak("worksheet", number, place, _first_words(words))


def _packet_marks(nb: Mapping[str, Any]) -> Iterator[Leak]:
    """Yield where a notebook says for which student it was made."""
    ours = mapping(mapping(nb.get("metadata")).get("prepkit"))
    student = mapping(ours.get("packet")).get("student_id") or ours.get("student_id")
    if "packet" in ours or student:
        yield Leak("packet", 0, "notebook metadata", str(student or ""))
    for number, cell in _numbered(nb.get("cells")):
        tags = sequence(mapping(cell.get("metadata")).get("tags"))
        source = joined(cell.get("source"))
        named = _STUDENT.search(source)
        if "injected-parameters" in tags and (named or (student and _PARAMETER.search(source))):
            yield Leak("packet", number, "source", named[2] if named else str(student))
