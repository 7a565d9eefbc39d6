"""A bar with rate and time left, where somebody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prepkit.packets.manifest import Outcome


@contextmanager
def shown_progress(total: int) -> Iterator[Callable[[Outcome], None]]:
    """Show how many of `total` packets are done, on stderr; nothing if that is no terminal.

    Yields
    ------
    callable
        To be called with each outcome.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("Packets"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("left"),
        TextColumn("{task.fields[failed]}", style="red"),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=total, rate="", failed="")
        failed = 0

        def show(outcome: Outcome) -> None:
            nonlocal failed
            failed += outcome.state == "failed"
            speed = bar.tasks[0].speed
            bar.update(
                task,
                advance=1,
                rate=f"{speed:.1f} a second" if speed else "",
                failed=f"{failed} failed" if failed else "",
            )

        yield show
