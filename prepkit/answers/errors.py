"""What can go wrong with the answers file, in words that say what to do."""

from __future__ import annotations

from prepkit.errors import PrepkitError
from prepkit.records import Revision


class StoreError(PrepkitError):
    """The answers file can't be read or written; what was saved before is untouched."""


class Conflict(PrepkitError):  # noqa: N818 (a choice to make, not a failure)
    """A text was based on another revision than the current one, so it was not stored."""

    def __init__(self, current: Revision, text: str) -> None:
        self.current = current
        self.text = text
        super().__init__(
            f"{current.question}, {current.field}: another window saved revision "
            f"{current.revision} in the meantime. Choose which of the two texts to keep."
        )
