"""Two raters of the same answers: which two, how far they agree, and where they differ. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prepkit.errors import PrepkitError
from prepkit.practice.agreement import (
    Agreement,
    Disagreement,
    agreement,
    agreement_notes,
    disagreements,
    other_versions,
    pairs_of_raters,
)
from prepkit.text import did_you_mean

if TYPE_CHECKING:
    from prepkit.answers.feedback import Comment, Rating

NOT_YET = (
    "No answer has been rated by two people yet. Ask the other one for their file (prepkit feedback"
    " export), and add it here (prepkit feedback merge)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoRaters:
    """How far two raters agree, and where they don't."""

    raters: tuple[str, str] | None = None
    """None if no answer has been rated by two."""
    agreements: tuple[Agreement, ...] = ()
    """By what the rubric rates, in its order."""
    disagreements: tuple[Disagreement, ...] = ()
    """The largest first."""
    notes: tuple[str, ...] = (NOT_YET,)
    """How to read the figures, as plain sentences."""
    others: tuple[tuple[str, str], ...] = ()
    """Other raters who have answers in common."""


def compare_raters(
    feedback: Mapping[str, tuple[Sequence[Rating], Sequence[Comment]]],
    raters: Sequence[str] = (),
    *,
    me: str = "",
    dimensions: Sequence[str] = (),
) -> TwoRaters:
    """Return how far two raters agree, by what the rubric rates, and where they don't.

    Parameters
    ----------
    feedback
        The current ratings and comments on each student's answers, by the student's id.
    raters
        The two names. Without them, `me` and whoever has rated most of the same answers; or, if
        there is nobody, the two who have most answers in common.
    me
        The coach's own name.
    dimensions
        The names of what the rubric rates, in its order.

    Raises
    ------
    PrepkitError
        If `raters` aren't two who have rated an answer both.
    """
    ratings = {student: those for student, (those, _) in feedback.items()}
    pairs = pairs_of_raters(ratings)
    if not pairs:
        return TwoRaters()
    if raters:
        chosen = _named(pairs, raters)
    else:
        mine = [pair for pair in pairs if me in pair]
        chosen = (mine or pairs)[0]
        if me in chosen:
            chosen = (me, chosen[chosen[0] == me])
    found = agreement(ratings, chosen, dimensions)
    return TwoRaters(
        raters=chosen,
        agreements=found,
        disagreements=disagreements(
            ratings, chosen, {student: said for student, (_, said) in feedback.items()}
        ),
        notes=agreement_notes(found, other_versions(ratings, chosen)),
        others=tuple(pair for pair in pairs if set(pair) != set(chosen)),
    )


def _named(pairs: Sequence[tuple[str, str]], raters: Sequence[str]) -> tuple[str, str]:
    known = sorted({rater for pair in pairs for rater in pair})
    for rater in raters:
        if rater not in known:
            near = did_you_mean(rater, known, otherwise="there are")
            raise PrepkitError(f"'{rater}' has rated no answer that somebody else has{near}")
    first, second = raters
    if not any({first, second} == set(pair) for pair in pairs):
        raise PrepkitError(f"{first} and {second} have rated no answer both.")
    return first, second
