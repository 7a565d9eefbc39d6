"""An interview-preparation workbook for engineering leaders: one question bank, many outputs.

Heavy modules load on first use, so that ``import prepkit`` stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prepkit.records import BankError, PrepkitError, Question, StarAnswer

_HOMES = {
    "BankError": "records",
    "PrepkitError": "records",
    "Question": "records",
    "StarAnswer": "records",
}

__all__ = ["BankError", "PrepkitError", "Question", "StarAnswer"]


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
