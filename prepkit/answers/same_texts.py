"""Texts that two students have handed in alike. It may have good reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from prepkit.records import Revision
from prepkit.words import count_words

LEAST = 15
"""In words: shorter texts may well be the same by chance."""
_SHORTEST = 15
"""In characters: no text of `LEAST` words is shorter, in whatever script."""

Prints = Mapping[bytes, tuple[str, str]]
"""The question and the field of each current text, by a digest of its words."""


@dataclass(frozen=True, slots=True)
class SameText:
    """Texts of one student's answer that others have, too."""

    question: str
    fields: tuple[str, ...]
    others: tuple[str, ...]
    """The other students, sorted."""


def prints_of(history: Iterable[Revision]) -> dict[bytes, tuple[str, str]]:
    """Return the digests of the current texts in a student's history, oldest first.

    Spaces and ends of lines don't count. Ticked key points are texts of the bank, and no answers.
    """
    current = {(each.question, each.field): each.text for each in history}
    found: dict[bytes, tuple[str, str]] = {}
    for (question, field), text in current.items():
        if field == "key_points" or len(text) < _SHORTEST:
            continue
        words = " ".join(text.split())
        if count_words(words[: 40 * LEAST]) >= LEAST:
            found.setdefault(sha256(words.encode("utf-8", "replace")).digest(), (question, field))
    return found


def same_texts(students: Mapping[str, Prints]) -> dict[str, tuple[SameText, ...]]:
    """Return the texts of each answer that others have, too, by student; nobody else is in it."""
    owners: dict[bytes, list[str]] = {}
    for student_id, prints in students.items():
        for each in prints:
            owners.setdefault(each, []).append(student_id)
    found: dict[str, dict[tuple[str, tuple[str, ...]], list[str]]] = {}
    for each, ids in owners.items():
        for student_id in ids if len(ids) > 1 else ():
            question, field = students[student_id][each]
            others = tuple(sorted(one for one in ids if one != student_id))
            found.setdefault(student_id, {}).setdefault((question, others), []).append(field)
    return {
        student_id: tuple(
            SameText(question, tuple(sorted(fields)), others)
            for (question, others), fields in sorted(texts.items())
        )
        for student_id, texts in found.items()
    }
