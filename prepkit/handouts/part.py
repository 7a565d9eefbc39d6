"""A notebook as a part of a printed book."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One notebook of a book."""

    title: str
    nb: Mapping[str, Any]
    """Executed, of format 4."""
    folder: Path | None = None
    """Where it is, for the pictures beside it."""
    root: Path | None = None
    """The folder that such pictures must be in; None for that of the notebook."""
    key: str = ""
    """What `leads_to` calls it."""
    leads_to: Callable[[str], str | None] = lambda href: None
    """Returns the key of the part that a link in it leads to; None if it leads elsewhere."""
