"""A progress bar in the terminal, for commands that take a while: packets and the site."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class ShowProgress(Protocol):
    """What moves the bar; it does nothing where nobody watches."""

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Show that `done` of `total` are done, with a note in rich's markup behind the bar."""


@contextmanager
def progress_bar(title: str, *, stays: bool = False) -> Iterator[ShowProgress]:
    """Show a bar with rate and time left on stderr; nothing if that is no terminal.

    Parameters
    ----------
    title
        What is counted, such as ``Packets``.
    stays
        Whether the bar can still be read when all is done.
    """
    if not sys.stderr.isatty():
        yield lambda done, total, note="": None
        return
    # Imported here: nobody waits for it where there is no bar.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn(title),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("left"),
        TextColumn("{task.fields[note]}"),
        console=Console(stderr=True),
        transient=not stays,
    )
    with bar:
        task = bar.add_task("", total=None, rate="", note="")

        def show(done: int, total: int, note: str = "") -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.1f} a second" if speed else ""
            bar.update(task, completed=done, total=total, rate=rate, note=note)

        yield show
