"""What a coach sees of two raters: how far they agree, and where they differ most."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.answers.feedback import collected_feedback, rater_name
from prepkit.answers.store import user_folder
from prepkit.bank import shipped_folder
from prepkit.bank.rubric import read_rubric
from prepkit.practice.two_raters import TwoRaters, compare_raters
from prepkit.records import Student
from prepkit.text import escape_html
from prepkit.widgets.table import SEARCHED, Table, glance_table, search_table
from prepkit.widgets.texts import DisplayText

if TYPE_CHECKING:
    from prepkit.bank import Bank


def two_raters(
    students: Collection[str] | None = None,
    raters: Sequence[str] = (),
    *,
    home: Path | None = None,
) -> TwoRaters:
    """Return how far two raters of the same answers agree, and where they don't.

    Parameters
    ----------
    students
        The ids of the students who count; None for all.
    raters
        The two names; without them, this coach and whoever has rated most of the same answers.
    home
        Where feedback is kept; None for the user data folder.

    Raises
    ------
    PrepkitError
        If `raters` aren't two who have rated an answer both, or if a file of feedback can't be
        read.
    """
    home = home or user_folder()
    feedback = collected_feedback(home)
    if students is not None:
        feedback = {one: said for one, said in feedback.items() if one in students}
    names = [dimension.name for dimension in read_rubric(shipped_folder())]
    return compare_raters(feedback, raters, me=rater_name(home), dimensions=names)


def agreement_table(two: TwoRaters) -> Table:
    """Return how far two raters agree, with a row for each thing that the rubric rates."""
    found = two.agreements
    return glance_table(
        {
            "Rated": [one.dimension for one in found],
            "Answers": [one.answers for one in found],
            "Same score": [one.equal for one in found],
            "One point apart at most": [one.within_one for one in found],
            "Kappa": [one.kappa_text for one in found],
            "95% interval": [one.interval_text for one in found],
            "What it says": [one.reading for one in found],
        },
        caption=" and ".join(two.raters or ("Two raters",)),
        wide=["What it says"],
        short=["95% interval"],
        empty=two.notes[0],
    )


def agreement_hints(two: TwoRaters) -> DisplayText:
    """Return how to read `agreement_table`, as paragraphs."""
    notes = two.notes if two.raters else ()
    return DisplayText("".join(f"<p>{escape_html(note)}</p>" for note in notes))


def disagreements_table(two: TwoRaters, bank: Bank, students: Sequence[Student] = ()) -> Table:
    """Return where two raters differ, the largest differences first, with what both have said.

    Parameters
    ----------
    two
        From `two_raters`.
    bank
        The questions; of one that it doesn't have, the id is shown.
    students
        The roster, for names; without it, students are called by their ids.
    """
    names: Mapping[str, str] = {one.student_id: one.name for one in students}
    first, second = two.raters or ("One", "The other")
    found = two.disagreements
    return search_table(
        {
            "Student": [names.get(one.student, one.student) for one in found],
            "Question": [
                bank[one.question].question.text if one.question in bank else one.question
                for one in found
            ],
            "Rated": [one.dimension for one in found],
            f"{first}'s score": [one.scores[0] for one in found],
            f"{second}'s score": [one.scores[1] for one in found],
            f"{first}'s comments": [" · ".join(one.comments[0]) for one in found],
            f"{second}'s comments": [" · ".join(one.comments[1]) for one in found],
        },
        least=SEARCHED,
        caption="Largest differences first",
        wide=["Question", f"{first}'s comments", f"{second}'s comments"],
        empty="The same scores everywhere." if two.raters else two.notes[0],
    )
