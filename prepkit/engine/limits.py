"""How much of what a cell shows is kept, so that endless loops make no endless notebooks. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

MOST_PRINTED = 5_000_000
"""Characters that a cell may print before the middle of what it prints is left out."""
MOST_DISPLAYED = 100_000_000
"""Bytes that a cell may display, as tables, pictures and the like."""
END = 100_000
"""Characters of the end that are kept in any case."""

Printed = tuple[str, str]
"""The name of a stream and a text."""


class Budget:
    """Counts what the present cell shows, and says what of it is sent."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget what was shown so far, as at the beginning of a cell or when it is cleared."""
        self._printed = 0
        self._displayed = 0
        self._end: deque[Printed] = deque()
        self._held = 0
        self._left_out = 0

    def printed(self, name: str, text: str) -> Iterator[Printed]:
        """Yield what is sent of a text that was printed; its end may come with `end`."""
        room = MOST_PRINTED - self._printed
        self._printed += len(text)
        if len(text) <= room:
            yield name, text
            return
        if room >= 0:
            printed = f"This cell has printed {MOST_PRINTED:,} characters."
            note = f"[{printed} Of the rest, the end is kept.]"
            # Negative from now on, so that this is said once.
            self._printed = max(self._printed, MOST_PRINTED + 1)
            yield name, f"{text[:room]}\n{note}\n"
            text = text[room:]
        self._hold(name, text)

    def displayed(self, size: int) -> Iterator[Printed]:
        """Yield a line that says that no further display is sent, if this is the first of them."""
        before = self._displayed
        self._displayed += size
        if before <= MOST_DISPLAYED < self._displayed:
            megabytes = MOST_DISPLAYED // 1_000_000
            what = (
                f"[This cell has displayed {megabytes} MB. What it displays further is left out.]"
            )
            yield "stderr", f"{what}\n"

    @property
    def is_spent(self) -> bool:
        """Whether no further display is sent."""
        return self._displayed > MOST_DISPLAYED

    def end(self) -> Iterator[Printed]:
        """Yield the end of what was printed, and begin to count anew."""
        if self._left_out and self._end:
            yield self._end[0][0], f"[{self._left_out:,} characters are left out here.]\n"
        yield from self._end
        self.begin()

    def _hold(self, name: str, text: str) -> None:
        """Keep a text for the end, and leave out what came long before it."""
        if len(text) > END:
            self._left_out += len(text) - END
            text = text[-END:]
        self._end.append((name, text))
        self._held += len(text)
        while self._held - len(self._end[0][1]) >= END:
            gone = len(self._end.popleft()[1])
            self._held -= gone
            self._left_out += gone
