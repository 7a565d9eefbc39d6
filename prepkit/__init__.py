"""An interview-preparation workbook for engineering leaders: one question bank, many outputs.

Heavy modules load on first use, so that ``import prepkit`` stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prepkit.bank import Bank, load_bank
    from prepkit.choice import chosen_questions
    from prepkit.cohort import cohort_frame, talk_first
    from prepkit.forms import HandIn, Picker, PrivacyPanel, StarForm
    from prepkit.handouts import Worksheet
    from prepkit.plans import plan_frame
    from prepkit.practice import due_frame, next_steps, progress_frame
    from prepkit.privacy import PracticeLog
    from prepkit.records import BankError, PrepkitError, Question, StarAnswer
    from prepkit.review import review_answer
    from prepkit.store import AnswerStore
    from prepkit.views import (
        companies_table,
        focus_plot,
        focus_table,
        next_steps_table,
        progress_plot,
        progress_table,
        questions_table,
        review_table,
        values_table,
    )

_HOMES = {
    "AnswerStore": "store",
    "Bank": "bank",
    "BankError": "records",
    "HandIn": "forms",
    "Picker": "forms",
    "PracticeLog": "privacy",
    "PrepkitError": "records",
    "PrivacyPanel": "forms",
    "Question": "records",
    "StarAnswer": "records",
    "StarForm": "forms",
    "Worksheet": "handouts",
    "chosen_questions": "choice",
    "cohort_frame": "cohort",
    "companies_table": "views",
    "due_frame": "practice",
    "focus_plot": "views",
    "focus_table": "views",
    "load_bank": "bank",
    "next_steps": "practice",
    "next_steps_table": "views",
    "plan_frame": "plans",
    "progress_frame": "practice",
    "progress_plot": "views",
    "progress_table": "views",
    "questions_table": "views",
    "review_answer": "review",
    "review_table": "views",
    "talk_first": "cohort",
    "values_table": "views",
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
    "chosen_questions",
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
    "talk_first",
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
