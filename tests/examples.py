"""Examples: how many a property is tried on, texts that are long enough, questions of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings

from prepkit.forms import FORMS

if TYPE_CHECKING:  # tests/conftest.py imports this module before any process needs a bank
    from prepkit.bank import Bank

FAST = 8
"""As many as `make fast` tries of any property; `make test` and CI try more."""


def tries(number: int) -> int:
    """Return this number of examples, or fewer in the fast run."""
    return min(number, FAST) if settings.get_current_profile_name() == "fast" else number


def long_enough(text: str) -> str:
    """Return `text` with as many words after it as any part of a complete answer needs."""
    least = max(part.least for form in FORMS.values() for part in form.parts)
    return f"{text}{' word' * least}"


def past_events(bank: Bank) -> list[str]:
    """Return the questions of `bank` whose answers have the four parts that most tests write."""
    return [one for one in bank if bank[one].question.kind == "past-event"]
