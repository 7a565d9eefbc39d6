"""An interview-preparation workbook for engineering leaders: one question bank, many outputs.

Heavy modules load on first use, so that ``import prepkit`` stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prepkit.answers import AnswerStore
    from prepkit.answers.preferences import PracticeLog
    from prepkit.bank import Bank, load_bank
    from prepkit.errors import BankError, PrepkitError
    from prepkit.handouts import Worksheet
    from prepkit.practice.cohort import cohort_frame, triage
    from prepkit.practice.plan import plan_frame
    from prepkit.practice.progress import due_frame, next_steps, progress_frame
    from prepkit.practice.review import review_answer
    from prepkit.practice.selection import select_questions
    from prepkit.records import Question, StarAnswer
    from prepkit.widgets.hand_in import HandIn
    from prepkit.widgets.picker import Picker
    from prepkit.widgets.plots import focus_plot, progress_plot
    from prepkit.widgets.privacy_panel import PrivacyPanel
    from prepkit.widgets.star_form import StarForm
    from prepkit.widgets.tables import (
        companies_table,
        focus_table,
        next_steps_table,
        progress_table,
        questions_table,
        review_table,
        values_table,
    )

_HOMES = {
    "AnswerStore": "answers",
    "Bank": "bank",
    "BankError": "errors",
    "HandIn": "widgets.hand_in",
    "Picker": "widgets.picker",
    "PracticeLog": "answers.preferences",
    "PrepkitError": "errors",
    "PrivacyPanel": "widgets.privacy_panel",
    "Question": "records",
    "StarAnswer": "records",
    "StarForm": "widgets.star_form",
    "Worksheet": "handouts",
    "select_questions": "practice.selection",
    "cohort_frame": "practice.cohort",
    "companies_table": "widgets",
    "due_frame": "practice.progress",
    "focus_plot": "widgets",
    "focus_table": "widgets",
    "load_bank": "bank",
    "next_steps": "practice.progress",
    "next_steps_table": "widgets",
    "plan_frame": "practice.plan",
    "progress_frame": "practice.progress",
    "progress_plot": "widgets",
    "progress_table": "widgets",
    "questions_table": "widgets",
    "review_answer": "practice.review",
    "review_table": "widgets",
    "triage": "practice.cohort",
    "values_table": "widgets",
}

__all__ = [
    "AnswerStore",
    "Bank",
    "BankError",
    "HandIn",
    "Picker",
    "PracticeLog",
    "PrepkitError",
    "PrivacyPanel",
    "Question",
    "StarAnswer",
    "StarForm",
    "Worksheet",
    "cohort_frame",
    "companies_table",
    "due_frame",
    "focus_plot",
    "focus_table",
    "load_bank",
    "next_steps",
    "next_steps_table",
    "plan_frame",
    "progress_frame",
    "progress_plot",
    "progress_table",
    "questions_table",
    "review_answer",
    "review_table",
    "select_questions",
    "triage",
    "values_table",
]


def __getattr__(name: str) -> Any:
    """Import the module of a public name when the name is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'prepkit' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"prepkit.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, for tab completion."""
    return __all__
