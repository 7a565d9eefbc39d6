"""Calibration as messages: answers of the bank to rate first, and how far off the ratings are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path

from prepkit.answers.calibrations import Calibration, Calibrations
from prepkit.bank import load_bank, shipped_folder
from prepkit.bank.calibration import read_calibration
from prepkit.bank.rubric import read_rubric
from prepkit.practice.calibration import (
    Comparison,
    Difference,
    Sample,
    calibration_findings,
    compare,
    draw_samples,
    samples,
)
from prepkit.widgets.component import Message


class Calibrator:
    """What a coach rates before rating students, and what became of it.

    Parameters
    ----------
    home
        The coach's user data folder.
    """

    def __init__(self, home: Path) -> None:
        self._kept = Calibrations(home)

    @cached_property
    def _known(self) -> dict[str, Sample]:
        # Of the bank that comes with prepkit, also for coaches with questions of their own: the
        # reference ratings are of its answers.
        folder, bank = shipped_folder(), load_bank()
        questions = {one: bank[one].question for one in bank}
        references = read_calibration(folder, questions, read_rubric(folder))
        return {one.id: one for one in samples(questions, references)}

    def summary(self, rater: str) -> Message:
        """Return whether there is something to rate, and what came of the last time."""
        done = self._kept.of(rater)
        last: Message | None = None
        if done:
            compared = self._compare(done[-1].given)
            last = {"at": done[-1].at.isoformat(), "findings": list(calibration_findings(compared))}
        return {"offered": bool(self._known), "last": last}

    def samples(self, rater: str, ids: Sequence[str], seed: int) -> list[Message]:
        """Return answers to rate, without their ratings: those with these ids, or else new ones."""
        found = [self._known[one] for one in ids if one in self._known]
        if not found:
            done = {one for each in self._kept.of(rater) for one in each.given}
            found = [*draw_samples(tuple(self._known.values()), done, seed=seed)]
        return [
            {
                "id": one.id,
                "text": one.question.text,
                "key_points": list(one.question.key_points),
                "parts": [{"title": title, "text": text} for title, text in one.parts],
            }
            for one in found
        ]

    def keep(
        self,
        rater: str,
        name: str,
        ids: Sequence[str],
        given: Mapping[str, Mapping[str, int]],
        now: datetime,
    ) -> Message:
        """Store ratings of samples, and return them beside the reference."""
        shown = [self._known[one] for one in ids]
        stored = Calibration(id=name, rater=rater, at=now, given=given)
        self._kept.add(stored)
        compared = compare(shown, stored.given)
        return {
            "findings": list(calibration_findings(compared)),
            "answers": [
                {
                    "id": one.id,
                    "overall": one.overall,
                    "reason": one.reason,
                    "scores": [
                        _shown(each) for each in compared.differences if each.question == one.id
                    ],
                }
                for one in shown
            ],
        }

    def _compare(self, given: Mapping[str, Mapping[str, int]]) -> Comparison:
        return compare([self._known[one] for one in given if one in self._known], given)


def _shown(difference: Difference) -> Message:
    return {
        "dimension": difference.dimension,
        "given": difference.given,
        "reference": difference.reference,
        "quote": difference.quote,
        "reason": difference.reason,
    }
