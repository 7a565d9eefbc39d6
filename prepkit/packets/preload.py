"""What the fork server does once in advance, so that no packet pays for doing it first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prepkit.bank import load_bank
from prepkit.practice.coverage import coverage_frame
from prepkit.practice.params import parse_params
from prepkit.practice.plan import plan_frame, plan_note
from prepkit.practice.plan_rules import rules_of
from prepkit.practice.progress import progress_frame
from prepkit.practice.selection import select_questions
from prepkit.records import Answer, Level, Question, Revision
from prepkit.widgets import packet_tables, plots, tables, texts
from prepkit.widgets.worksheet import Worksheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prepkit.bank import Bank

_DAY = date(2026, 1, 1)


def preload(bank_folder: str) -> None:
    """Load the bank, and make one of each thing that packets show.

    This leaves nothing that a notebook could notice: no figure, no random number, no setting.

    Parameters
    ----------
    bank_folder
        The question bank; empty for prepkit's own.
    """
    # Imported here, because only the fork server needs IPython.
    from IPython.core.formatters import DisplayFormatter

    bank = load_bank(Path(bank_folder) if bank_folder else None)
    formatter = DisplayFormatter()
    for each in _displays(bank):
        formatter.format(each)


def _displays(bank: Bank) -> Iterator[Any]:
    """Yield everything that packet.ipynb shows to a student who has answered two questions."""
    answers = {one: _sample_answer(bank[one].question) for one in islice(bank, 2)}
    companies = tuple(bank.companies["company"].unique()[:3])
    level: Level = "engineering manager"
    params = parse_params(bank, companies=companies, level=level, date=_DAY.isoformat())
    chosen = select_questions(bank, answers, companies=params.companies, level=params.level)
    interview = _DAY + timedelta(days=20)
    plan = plan_frame(chosen, _DAY, interview)
    covered = coverage_frame(bank, answers, chosen["question"], params.companies)
    yield texts.welcome("", params)
    yield plots.star_plot()
    yield texts.paragraph(plan_note(plan, chosen, _DAY, interview))
    yield packet_tables.plan_table(plan)
    yield texts.plan_rules(rules_of(plan))
    yield packet_tables.chosen_table(chosen)
    yield packet_tables.levels_table(bank.levels, chosen, level)
    yield plots.coverage_plot(covered)
    yield packet_tables.target_focus_table(bank.asks, chosen)
    yield packet_tables.targets_table(covered)
    yield texts.company_sources(bank.companies, params.companies)
    yield tables.progress_table(progress_frame(bank, answers))
    yield packet_tables.second_look_table(answers, bank.questions)
    for question in bank:
        yield Worksheet(bank[question], answers.get(question))


def _sample_answer(question: Question) -> Answer:
    """Return an answer that the checks have remarks on."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Answer(
        question=question.id,
        revisions={
            part: Revision.model_validate(
                {
                    "question": question.id,
                    "field": part,
                    "revision": 1,
                    "text": "We did it.",
                    "saved_at": at,
                    "origin": "form",
                }
            )
            for part in question.form.names
        },
    )
