"""How much one student may hand in: far more than anybody writes, and little enough to show.

Without limits, one file with a million question ids, or with a text of forty megabytes, would keep
a coach's page about the whole cohort from ever being ready. Sizes are counted before a file's
content is checked, because checking takes many times as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from prepkit.answers.exchange import Export
from prepkit.notebook.fields import mapping, sequence
from prepkit.records import Revision

QUESTIONS = 1_000
"""The most questions that one student may answer."""
TOTAL = 20_000_000
"""The most bytes of one student, with all earlier versions."""
LONGEST = 1_000_000
"""The most bytes of one text."""
STORED = 100_000_000
"""The most bytes of a student's answers file: what is allowed takes less than half of it."""
LARGEST = 50_000_000
"""In bytes: larger files aren't read, since parsed JSON takes some thirty times as much memory."""
FILES = 10_000
"""The most files in one archive, with those in archives in it: a file for each of many students."""
UNPACKED = 1_000_000_000
"""The most bytes that one archive may unpack to. They are never all in memory."""
RATIO = 1_000
"""How many times its own size an archive may unpack to: notebooks come to twenty, a thousand that
are alike to two hundred."""
_EACH = 100
"""What a version or a rehearsal counts besides its texts: roughly what its date and number take."""

_MEGABYTE = 1_000_000


def excess(document: object) -> str:
    """Return why an export, as parsed JSON, is too much; empty if it is not. Nothing is checked."""
    answers = mapping(mapping(document).get("answers"))
    if len(answers) > QUESTIONS:
        return _too_many(len(answers))
    total = _EACH * len(sequence(mapping(document).get("reviews")))
    beside = mapping(mapping(document).get("texts")).values()
    texts = (mapping(each).items() for each in (answers, *beside))
    for question, fields in chain.from_iterable(texts):
        total += _bytes(question)
        for name, value in mapping(fields).items():
            total += _bytes(name)
            for version in [value] if isinstance(value, str) else sequence(value):
                size = sum(map(_bytes, mapping(version).values())) or _bytes(version)
                if size > LONGEST:
                    return f"a text of {_megabytes(size)} is in it; one text may have {_LONGEST}."
                total += size + _EACH
    return _too_large(total) if total > TOTAL else ""


def too_large() -> str:
    """Return the message about a file with more than `LARGEST` bytes."""
    return (
        f"larger than {LARGEST // _MEGABYTE} MB, so it was not read. Ask for the answers alone: "
        "'prepkit answers export' writes them."
    )


class Handed:
    """All that one student has handed in so far; a text counts once.

    Parameters
    ----------
    stored
        What was stored before.
    """

    def __init__(self, stored: Iterable[Revision]) -> None:
        self._texts: set[tuple[str, ...]] = set()
        self._questions: set[str] = set()
        self._total = 0
        self.add(stored)

    def add(self, revisions: Iterable[Revision]) -> None:
        """Count revisions that were stored now."""
        self._count({(each.question, each.field, each.text) for each in revisions})

    def excess_with(self, export: Export) -> str:
        """Return why it would be too much with an export; empty if it would not."""
        coming: set[tuple[str, ...]] = set()
        subjects = (each.items() for each in (export.answers, *export.beside.values()))
        for question, fields in chain.from_iterable(subjects):
            for name, value in fields.items():
                versions = [value] if isinstance(value, str) else [each.text for each in value]
                coming.update((question, name, text) for text in versions)
        questions = len(self._questions | export.answers.keys())
        if questions > QUESTIONS:
            return _too_many(questions)
        total = self._total + _size(coming - self._texts)
        return _too_large(total) if total > TOTAL else ""

    def _count(self, texts: set[tuple[str, ...]]) -> None:
        new = texts - self._texts
        self._texts |= new
        self._questions |= {question for question, *_ in new}
        self._total += _size(new)


def _size(texts: Iterable[tuple[str, ...]]) -> int:
    return sum(sum(map(_bytes, each)) + _EACH for each in texts)


def _bytes(value: object) -> int:
    return len(value.encode("utf-8", "surrogatepass")) if isinstance(value, str) else 0


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:,.1f} MB"


_LONGEST = f"{LONGEST // _MEGABYTE} MB"


def _too_many(questions: int) -> str:
    return f"{questions:,} questions are answered; one student may answer {QUESTIONS:,}."


def _too_large(total: int) -> str:
    return (
        f"the answers with their earlier versions take {_megabytes(total)}; those of one student "
        f"may take {TOTAL // _MEGABYTE} MB."
    )
