"""The manifest: what became of each packet, as lines that are only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import AliasChoices, Field

from prepkit.packets.storage import Output
from prepkit.records import Record, is_student_id

NAME = "manifest.jsonl"

OutcomeState = Literal["done", "failed"]


class Outcome(Record):
    """What became of one packet. Manifests of earlier versions have two fields by other names."""

    student_id: str
    key: str
    """Changes when the template, the parameters, the bank, the answers or prepkit do."""
    state: OutcomeState
    retryable: bool = Field(False, validation_alias=AliasChoices("retryable", "accident"))
    """Whether it failed for a reason that may pass: a killed process, a time limit, a full disk."""
    aborts_run: bool = Field(False, validation_alias=AliasChoices("aborts_run", "fatal"))
    """Whether no other packet can be made either, so that the run stops."""
    error: str = ""
    """Why it failed, in one line or a few."""
    seconds: float = 0.0
    """Wall-clock time of the attempt."""
    files: Mapping[str, str] = {}
    """The digests of the files written, by name."""
    page_code: str = ""
    """The digest of the code that made the web page; empty where there is none."""
    questions: tuple[str, ...] = ()
    """The ids of the questions in it."""
    notices: tuple[str, ...] = ()
    """What the coach should know: what is not printed as it is, what was kept."""
    at: datetime | None = None
    """When it was recorded, in UTC."""


class Head(Record):
    """The first line of a manifest."""

    format: Literal["prepkit-packets"] = "prepkit-packets"
    version: Literal[1] = 1
    date: date
    """The date of all packets of this place, so that a run that goes on tomorrow changes none."""
    pages: Mapping[str, str] = {}
    """The digests of the pages about to be written, by name."""


class Manifest:
    """The manifest of one place for packets, which only one process writes.

    Parameters
    ----------
    output
        The place; what is there is read at once.
    """

    def __init__(self, output: Output) -> None:
        self._output = output
        self.date: date | None = None
        """The date of the packets here; None for a new place. The newest line with one counts."""
        self.pages: dict[str, set[str]] = {}
        """The digests of all pages that may have been written, by name."""
        self.outcomes: dict[str, Outcome] = {}
        """The last outcome of each student, by id."""
        for line in output.lines(NAME):
            self._take(line)

    def begin(self, day: date) -> None:
        """Set the date of the packets, where it is another."""
        if day != self.date:
            self.date = day
            self._output.append(NAME, _json_line(Head(date=day)))

    def add_pages(self, pages: Mapping[str, str]) -> None:
        """Say what pages will hold before they are written, so that none is taken for changed.

        Parameters
        ----------
        pages
            Their digests, by name.
        """
        if any(text not in self.pages.get(name, ()) for name, text in pages.items()):
            assert self.date is not None
            self._take_head(Head(date=self.date, pages=pages))
            self._output.append(NAME, _json_line(Head(date=self.date, pages=pages)))

    def add(self, outcome: Outcome) -> None:
        """Add an outcome; it is there to stay when this returns."""
        self._output.append(NAME, _json_line(outcome))
        self.outcomes[outcome.student_id] = outcome

    def _take(self, line: bytes) -> None:
        # A line that was being written when the power went says nothing: its packet is made again.
        try:
            values = json.loads(line)
            if "format" in values:
                self._take_head(Head.model_validate(values))
            else:
                outcome = Outcome.model_validate(values)
                if is_student_id(outcome.student_id):
                    self.outcomes[outcome.student_id] = outcome
        except (ValueError, TypeError, RecursionError):
            return

    def _take_head(self, head: Head) -> None:
        self.date = head.date
        for name, text in head.pages.items():
            self.pages.setdefault(name, set()).add(text)


def _json_line(record: Record) -> bytes:
    return record.model_dump_json().encode()
