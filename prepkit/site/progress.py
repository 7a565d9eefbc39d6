"""A bar of the pages that are done, where somebody watches."""

from __future__ import annotations

import sys
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
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bar = Progress(
        TextColumn("Pages"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[what]}"),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None, what="")

        def show(done: int, of: int) -> None:
            # After the last page the search index is made, which takes longer than pages do.
            what = "the search index" if done == of - 1 else ""
            bar.update(task, completed=done, total=of, what=what)

        yield show
