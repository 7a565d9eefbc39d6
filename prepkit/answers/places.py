"""Where the candidate was: the question, level and filters that were open last in each notebook.

They are in the candidate's own folder, next to the answers, so that a new kernel opens what the
last one had open. No text of an answer is among them.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from prepkit.files import PRIVATE_FOLDER, atomic_write

if TYPE_CHECKING:
    from prepkit.answers.store import AnswerStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A question by its id, and what was chosen above it; an empty string is no choice."""

    question: str
    level: str = ""
    category: str = ""
    company: str = ""
    state: str = ""
    due: str = ""


_PLACES = TypeAdapter(dict[str, Place])


class Places:
    """The last place in one notebook for one store.

    Losing it costs the candidate a click, so nothing here raises: what can't be read is forgotten,
    and what can't be written is not kept.

    Parameters
    ----------
    store
        The answers that are shown there.
    notebook
        A name for the notebook; without one, the path that Jupyter gives the kernel.
    """

    def __init__(self, store: AnswerStore, notebook: str | None = None) -> None:
        self._path = store.path.parent / "places.json"
        where = os.environ.get("JPY_SESSION_NAME", "") if notebook is None else notebook
        self._name = f"{store.path.name} {where}"

    def last(self) -> Place | None:
        """Return where the candidate was last; None if that isn't known."""
        return self._read().get(self._name)

    def keep(self, place: Place) -> None:
        """Remember where the candidate is now."""
        places = self._read()
        if places.get(self._name) == place:
            return
        content = _PLACES.dump_json({**places, self._name: place}, indent=1)
        with suppress(OSError):
            self._path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            atomic_write(self._path, content + b"\n", private=True)

    def _read(self) -> dict[str, Place]:
        try:
            return _PLACES.validate_json(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
