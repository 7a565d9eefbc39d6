"""A candidate's own plan: what it is for is read, settled and kept, and the plan is made of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from prepkit.answers import AnswerStore
from prepkit.answers.debriefs import debriefs_of
from prepkit.answers.kinds import DEBRIEF
from prepkit.answers.planned import (
    PlanError,
    Planned,
    is_planned,
    load_planned,
    save_planned,
    set_planned_aside,
)
from prepkit.answers.texts import Texts
from prepkit.practice.debriefs import Setback, setbacks
from prepkit.practice.evenings import PracticePlan, known, practice_plan, settle
from prepkit.practice.progress import day_in
from prepkit.records import Answer

if TYPE_CHECKING:
    from prepkit.bank import Bank


def own_plan(
    bank: Bank,
    store: AnswerStore,
    now: datetime,
    given: Mapping[str, Any] | None = None,
    *,
    new: bool = False,
    check: Callable[[Planned], None] = lambda wanted: None,
) -> tuple[Planned, PracticePlan]:
    """Return what a candidate's plan is for, which is kept beside the answers, and the plan.

    Parameters
    ----------
    bank, store, now
        The questions, the candidate's answers, and the present moment with a time zone.
    given
        What is to be kept from now on, by the names of `Planned`.
    new
        Whether to forget what was kept. A damaged file gets another name.
    check
        Is called with what the plan is to be for, before anything is kept; it may raise.

    Raises
    ------
    PlanError
        If what was kept can't be read.
    PrepkitError
        If there is nothing to plan, or it can't be kept.
    """
    folder = store.path.parent
    kept = Planned() if new else load_planned(folder)
    wanted = kept.model_copy(update=given or {})
    check(wanted)
    answers, reviews = store.load(), store.reviews()
    new_name = uuid.uuid4().hex
    planned = settle(bank, answers, wanted, kept, today=now.date(), new_name=new_name)
    plan = practice_plan(
        bank,
        answers,
        reviews,
        planned,
        now,
        own_setbacks(store, now),
        written=written_on(bank, store, now, answers),
    )
    if new:
        _make_room(store)
    if new or planned != kept:
        save_planned(planned, folder)
    return planned, plan


def own_setbacks(store: AnswerStore, now: datetime) -> dict[str, Setback]:
    """Return what went badly in a candidate's interviews, by the question's id."""
    told = debriefs_of(Texts(store, DEBRIEF).load())
    return setbacks(told, store.reviews(), now)


def written_on(
    bank: Bank, store: AnswerStore, now: datetime, answers: Mapping[str, Answer]
) -> set[str]:
    """Return the questions whose answers became complete on the day of `now`."""

    def was_complete(question: str) -> bool:
        """Tell whether it was complete before that day, from its earlier versions."""
        before = [one for one in store.history(question) if day_in(one.saved_at, now) < now.date()]
        earlier = Answer(question=question, revisions={one.field: one for one in before})
        return earlier.state(bank[question].parts) == "complete"

    return {
        question
        for question, answer in answers.items()
        if question in bank
        and answer.updated
        and day_in(answer.updated, now) == now.date()
        and answer.state(bank[question].parts) == "complete"
        and not was_complete(question)
    }


def keep_wishes(bank: Bank, store: AnswerStore, now: datetime, given: Mapping[str, Any]) -> None:
    """Keep what a candidate prepares for, whether there is a date to plan for or not.

    Parameters
    ----------
    bank, store, now, given
        As in `own_plan`.

    Raises
    ------
    PlanError
        If what was kept can't be read.
    PrepkitError
        If there is no such company or level, the date is over, or nothing can be kept.
    """
    folder = store.path.parent
    kept = load_planned(folder)
    wanted = kept.model_copy(update=given)
    if wanted.interview:
        own_plan(bank, store, now, given)
        return
    companies = known(bank, wanted.companies, wanted.level)
    planned = wanted.model_copy(update={"companies": companies})
    if planned != kept or not is_planned(folder):
        save_planned(planned, folder)


def _make_room(store: AnswerStore) -> None:
    """Give a damaged file another name, since a new one takes its place."""
    folder = store.path.parent
    try:
        load_planned(folder)
    except PlanError as error:
        if error.damaged:
            set_planned_aside(folder)
