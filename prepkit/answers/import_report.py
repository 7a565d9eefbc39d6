"""What an import of answers has done, in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from prepkit.answers.kinds import KINDS, REPLY, REVISION
from prepkit.records import Revision
from prepkit.text import join_words, pluralize


@dataclass(frozen=True, slots=True)
class ImportConflict:
    """A text that was changed both in the store and in the file; the stored one stays current."""

    stored: Revision
    imported: str
    kind: str = REVISION
    """One of `prepkit.answers.kinds.KINDS`."""

    def __str__(self) -> str:
        what = "" if self.kind == REVISION else f"{KINDS[self.kind].noun} "
        name = f"{what}{self.stored.question}, {self.stored.field}"
        return "\n".join(
            [
                f"{name}: changed both here and in the file.",
                f"  Here (revision {self.stored.revision}):",
                *_indented(self.stored.text),
                "  In the file:",
                *_indented(self.imported),
            ]
        )


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import has done."""

    added: tuple[Revision, ...]
    unchanged: int
    """How many texts the store had already, as current ones or in its history."""
    conflicts: tuple[ImportConflict, ...]
    """Texts that were not stored."""
    reviews: int
    """How many rehearsals were added."""
    unread: tuple[str, ...] = ()
    """What else stands in the file, to read only, such as ``stories``."""
    kinds: tuple[str, ...] = ()
    """The kind of each text in `added`."""

    def __str__(self) -> str:
        lines = [
            f"Added {self._what_was_added()}; {pluralize(self.unchanged, 'text')} already here."
        ]
        if self.unread:
            lines.append(
                f"Not imported: {join_words(self.unread)}. A .md file has them to read only; "
                "a .json export brings them along."
            )
        if self.conflicts:
            lines += [
                f"{pluralize(len(self.conflicts), 'text')} not imported, because both versions "
                "were changed. To use the file's version, import again with --keep imported; the "
                "one here stays in the history.",
                *map(str, self.conflicts),
            ]
        return "\n".join(lines)

    def _what_was_added(self) -> str:
        """Return what a person would count: answers and stories, not the versions of each part."""
        things: dict[str, set[tuple[str | int, ...]]] = {}
        places = Counter[tuple[str, str, str]]()
        for kind, each in zip(self.kinds, self.added, strict=True):
            things.setdefault(KINDS[kind].noun, set()).add(_thing(kind, each))
            places[kind, each.question, each.field] += not KINDS[kind].is_log
        counts = [pluralize(len(found), noun, _PLURALS.get(noun)) for noun, found in things.items()]
        if self.reviews:
            counts.append(pluralize(self.reviews, "rehearsal"))
        earlier = ", with their earlier versions" if max(places.values(), default=0) > 1 else ""
        return f"{join_words(counts) or 'nothing'}{earlier}"


_PLURALS = {"story": "stories", "reply": "replies"}


def _thing(kind: str, revision: Revision) -> tuple[str | int, ...]:
    """Return what tells a text's answer, story or entry of a log from others of its kind."""
    if KINDS[kind].is_log:
        return revision.question, revision.field, revision.revision
    return (revision.question, revision.field) if kind == REPLY else (revision.question,)


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]
