"""A progress bar in the terminal, for commands that take a while: packets and the site."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from prepkit.terminal import terminal_itself


class ShowProgress(Protocol):
    """A function that moves the bar, or does nothing where there is no bar."""

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Show that `done` of `total` are done, with a note in rich's markup after the bar."""


@contextmanager
def progress_bar(title: str, *, stays: bool = False) -> Iterator[ShowProgress]:
    """Show a bar with the rate and the time left on stderr; nothing if that isn't a terminal.

    Parameters
    ----------
    title
        The things that are counted, such as ``Packets``.
    stays
        Whether the bar stays on the screen when everything is done.
    """
    terminal = terminal_itself(sys.stderr)
    if not terminal.isatty():
        yield lambda done, total, note="": None
        return
    # Imported here: without a bar nobody has to wait for it.
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
        console=Console(file=terminal),
        transient=not stays,
        # What is printed meanwhile goes the usual way, where it is made printable.
        redirect_stdout=False,
        redirect_stderr=False,
    )
    with bar:
        task = bar.add_task("", total=None, rate="", note="")

        def show(done: int, total: int, note: str = "") -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.1f} per second" if speed else ""
            bar.update(task, completed=done, total=total, rate=rate, note=note)

        yield show
