"""What a command prints: a text that somebody else wrote can't take over the terminal.

Answers, rosters, file names and titles may hold the codes that move a terminal's cursor, change its
title or write to the clipboard, and characters that show a text in another order.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO, cast

from prepkit.text import printable


class PrintableStream(io.TextIOBase):
    """A stream through which every text passes `printable` on its way to another one.

    It says that it isn't a terminal, so that Python's own colours, which are such codes, stay off.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]  # the base class has an attribute
        """The encoding of the other stream."""
        return self.stream.encoding

    def write(self, text: str, /) -> int:
        """Write a text; each character that a terminal would obey is shown by its number."""
        self.stream.write(printable(text))
        return len(text)

    def flush(self) -> None:
        """Flush the other stream."""
        self.stream.flush()

    def close(self) -> None:
        """Do nothing: the other stream isn't ours, and stays open."""


@contextmanager
def printable_output() -> Iterator[None]:
    """Let nothing reach stdout or stderr inside but printable text, whoever writes it there.

    That includes warnings and what libraries log. After an error that isn't caught, both streams
    stay as they are: Python prints its traceback later, and the traceback may quote a text.
    """
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", PrintableStream(each)) for each in before)
    try:
        yield
    except Exception:
        raise
    except BaseException:
        sys.stdout, sys.stderr = before
        raise
    sys.stdout, sys.stderr = before


def terminal_itself(stream: TextIO) -> TextIO:
    """Return the stream behind a printable one, to draw a bar with such codes ourselves."""
    return stream.stream if isinstance(stream, PrintableStream) else stream
