"""A bar of the pages that are done, where somebody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def shown_progress() -> Iterator[Callable[[int, int], None]]:
    """Show how many pages are done, on stderr; nothing if that is no terminal.

    Yields
    ------
    callable
        To be called with how many are done, and of how many.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("Pages"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[what]}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=None, what="")

        def show(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, what="the search index" * (done == of - 1))

        yield show
