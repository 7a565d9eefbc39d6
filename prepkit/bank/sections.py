"""The sections of a question file: one table for the parser, formatter, importer, checks, frames.

A new section needs a line in `SECTIONS` and a field in `Question`. Only a new `Syntax` also needs a
reader in ``section_reader``, a writer in ``format`` and a reader of pasted pages in
``importer/sections``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from prepkit.forms import FORMS, Kind
from prepkit.records import Level

Syntax = Literal["prose", "notes", "items", "levels", "parts", "marks", "weaker", "asks"]
"""What is below a heading: prose (``notes`` may also have headings), a list, a list by level, the
parts of the kind's form, a list of plus and minus, a weaker answer, or the table of companies."""

NO_VALUE = "\N{EN DASH}"
"""Written in the table of companies where a company has no value."""

OPTIONAL_LEVELS: tuple[Level, ...] = ("staff engineer",)
"""Levels that a list by level may leave out, so that files from before they existed stay valid."""


# eq=False, so compared by identity: that is faster, and loading a bank compares thousands of times.
@dataclass(frozen=True, slots=True, eq=False)
class SectionSpec:
    """One section of a question file."""

    field: str
    """The field of `Question` that it fills."""
    heading: str
    syntax: Syntax
    limits: tuple[int, int] = (0, 0)
    """The fewest and most items of a list that help a reader: `check --strict` asks for them."""
    required: bool = False
    """Whether every file must have it."""
    complete: bool = True
    """Whether a question without it counts as unfinished."""

    def heading_for(self, kind: Kind) -> str:
        """Return the section's heading in a file of this kind."""
        return FORMS[kind].template if self.field == "prompts" else self.heading


SECTIONS = (
    SectionSpec("why", "Why this is asked", "prose", required=True),
    SectionSpec("key_points", "Key points to cover", "items", (4, 6), required=True),
    SectionSpec("follow_ups", "Follow-up questions", "items", (3, 5)),
    SectionSpec("levels", "By level", "levels"),
    SectionSpec("also_asked", "Also asked as", "items", (1, 5), complete=False),
    SectionSpec("prompts", "Answer template", "parts"),
    SectionSpec("tips", "Tips", "items", (2, 4)),
    SectionSpec("example", "Example answer", "parts"),
    SectionSpec("interviewer_notes", "What the interviewer notes", "marks", (3, 4), complete=False),
    SectionSpec("weaker", "A weaker answer", "weaker", complete=False),
    SectionSpec("asks", "Companies", "asks"),
    SectionSpec("notes", "Notes", "notes", complete=False),
)
"""In the order of a file."""

BY_FIELD = {section.field: section for section in SECTIONS}
BY_HEADING = {section.heading: section for section in SECTIONS} | {
    form.template: BY_FIELD["prompts"] for form in FORMS.values()
}


def unfinished(fields: Mapping[str, object]) -> list[SectionSpec]:
    """Return the sections that a finished question has but `fields` doesn't."""
    return [section for section in SECTIONS if section.complete and not fields.get(section.field)]
