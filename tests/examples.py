"""How many examples a property is tried on that needs more or fewer of them than others."""

from __future__ import annotations

from hypothesis import settings

FAST = 8
"""As many as `make fast` tries of any property; `make test` and CI try more."""


def tries(number: int) -> int:
    """Return this number of examples, or fewer in the fast run."""
    return min(number, FAST) if settings.get_current_profile_name() == "fast" else number
