"""The day pack of one company, from what the candidate has stored."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from prepkit.answers.kinds import STORY, TELLING
from prepkit.answers.planned import Planned
from prepkit.answers.texts import Texts
from prepkit.handouts.document import day_document
from prepkit.handouts.layout import Layout
from prepkit.handouts.typesetting import Handout, typeset
from prepkit.practice.interview_day import ready_to_tell
from prepkit.practice.names import company_name
from prepkit.practice.stories import stories_of

if TYPE_CHECKING:
    from prepkit.answers import AnswerStore
    from prepkit.bank import Bank


def day_pack(
    bank: Bank,
    store: AnswerStore,
    company: str,
    *,
    now: datetime,
    planned: Planned | None = None,
    layout: Layout = Layout(),
) -> Handout:
    """Return two pages for the day of an interview.

    They have the stories for the company's values, how each begins, its numbers and what to dwell
    on; which values have no story yet; the rounds as far as they are documented; what to ask; and
    what to do the evening before. What doesn't fit is named.

    Parameters
    ----------
    bank
        Where the company and the questions are.
    store
        What the candidate has written.
    company
        The company's name; capitals don't matter. A company that the bank doesn't have is refused.
    now
        The present moment, in the candidate's time zone: an interview that is over isn't named.
    planned
        What the plan is made for, if there is one. Its level is the candidate's; its date is named
        if the plan is for this company, or for none in particular.
    layout
        How to print it. If it has no title, the title is made from the company's name.
    """
    planned = planned or Planned()
    answers = store.load()
    stories = stories_of(Texts(store, STORY).load(), Texts(store, TELLING).load())
    name = company_name(bank, company)
    interview = planned.interview
    if interview and (interview < now.date() or name not in (planned.companies or (name,))):
        interview = None
    document = day_document(
        bank,
        name,
        ready_to_tell(bank, answers, stories),
        answers,
        layout,
        level=planned.level,
        interview=interview,
    )
    return typeset(document)
