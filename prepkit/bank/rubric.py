"""rubric.yaml of a question bank: what an answer is rated on, and what each score means."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from prepkit.bank.lists import read_list
from prepkit.provenance import SourceKind
from prepkit.records import Record, SourceUrl, Text


def _one_each(anchors: tuple[Text, ...]) -> tuple[Text, ...]:
    if len(anchors) != 5:
        raise ValueError(f"anchors must be five texts, one for each score, not {len(anchors)}")
    return anchors


class Dimension(Record):
    """One thing on which an answer is rated, from 1 to 5, and who says so."""

    name: Text
    about: Text
    """What it is about, in a sentence."""
    anchors: Annotated[tuple[Text, ...], AfterValidator(_one_each)]
    """What the scores mean: an answer of 1 first, one of 5 last."""
    source_url: SourceUrl
    source_kind: SourceKind
    checked: date
    """The day on which the source was last read."""


def read_rubric(folder: Path) -> tuple[Dimension, ...]:
    """Read rubric.yaml of a question bank; empty if there is no such file.

    Raises
    ------
    BankError
        With every problem: its line, what is wrong, and what would be right.
    """
    return read_list(folder / "rubric.yaml", Dimension)
