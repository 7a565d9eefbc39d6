"""The manifest: the outcome of each packet, as lines that are only ever added."""

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
    """The outcome of one packet. Manifests of earlier versions have other names for two fields."""

    student_id: str
    key: str
    """It changes when the template, the parameters, the bank, the answers or prepkit change."""
    state: OutcomeState
    retryable: bool = Field(False, validation_alias=AliasChoices("retryable", "accident"))
    """Whether it failed for a reason that may pass: a dead process, a time limit, a full disk."""
    aborts_run: bool = Field(False, validation_alias=AliasChoices("aborts_run", "fatal"))
    """Whether no other packet can be made either, so that the run has to stop."""
    error: str = ""
    """Why it failed, in one line or a few."""
    seconds: float = 0.0
    """Wall-clock time of the attempt."""
    files: Mapping[str, str] = {}
    """The digests of the files written, by name."""
    page_code: str = ""
    """The digest of the code that made the web page; empty if there is none."""
    questions: tuple[str, ...] = ()
    """The ids of the questions in it."""
    notices: tuple[str, ...] = ()
    """What the coach should know: anything not printed as it is, and files that were kept."""
    at: datetime | None = None
    """When it was recorded, in UTC."""


class Head(Record):
    """The first line of a manifest."""

    format: Literal["prepkit-packets"] = "prepkit-packets"
    version: Literal[1] = 1
    date: date
    """The date of all packets here, so that a run that continues tomorrow changes none."""
    pages: Mapping[str, str] = {}
    """The digests of the pages that are about to be written, by name."""


class Manifest:
    """The manifest of one place for packets; only one process writes it.

    Parameters
    ----------
    output
        The place; a manifest that is already there is read at once.
    """

    def __init__(self, output: Output) -> None:
        self._output = output
        self.date: date | None = None
        """The date of the packets here, from the newest line with one; None for a new place."""
        self.pages: dict[str, set[str]] = {}
        """The digests of all pages that may have been written, by name."""
        self.outcomes: dict[str, Outcome] = {}
        """The last outcome of each student, by id."""
        for line in output.lines(NAME):
            self._take(line)

    def begin(self, day: date) -> None:
        """Set the date of the packets, if it is a different one."""
        if day != self.date:
            self.date = day
            self._output.append(NAME, _json_line(Head(date=day)))

    def add_pages(self, pages: Mapping[str, str]) -> None:
        """Note what pages will hold before they are written, so that none looks changed later.

        Parameters
        ----------
        pages
            The digests of the pages, by name.
        """
        if any(text not in self.pages.get(name, ()) for name, text in pages.items()):
            assert self.date is not None
            self._take_head(Head(date=self.date, pages=pages))
            self._output.append(NAME, _json_line(Head(date=self.date, pages=pages)))

    def add(self, outcome: Outcome) -> None:
        """Add an outcome; it is safely on disk when this returns."""
        self._output.append(NAME, _json_line(outcome))
        self.outcomes[outcome.student_id] = outcome

    def _take(self, line: bytes) -> None:
        # A line that a power cut left incomplete is skipped: its packet is made again.
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
