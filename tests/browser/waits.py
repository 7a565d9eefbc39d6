"""What the browser tests wait for: always a condition, never a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

SECONDS = 60
"""A wait that takes longer has failed; a busy machine needs a good part of it at times."""


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds that is seen from here, while the page goes on."""
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"it doesn't happen within {SECONDS} seconds"
        page.wait_for_timeout(20)


def until_saved(page: Page, path: Path, before: int) -> None:
    """Wait until a notebook is on the disk that is newer than `before`, its time in nanoseconds."""
    # JupyterLab empties the file before it writes it.
    until(
        page,
        lambda: (
            path.stat().st_mtime_ns != before and path.read_text("utf-8").rstrip().endswith("}")
        ),
    )


def stop_clock(page: Page) -> None:
    """Let time pass in the page only by `page.clock.run_for`.

    The clock of its context has to be installed before the page is opened.
    """
    page.clock.pause_at(page.evaluate("Date.now() + 1000") / 1000)


def flush(page: Page) -> None:
    """Wait until what the page has asked for so far has arrived here."""
    page.evaluate("() => fetch(location.href).then((answer) => answer.text())")


def stand_still(page: Page) -> None:
    """Wait for the end of transitions: a colour on its way has a contrast that nobody sees.

    What goes on for ever, such as the dot of a recording, isn't waited for.
    """
    page.evaluate(
        "Promise.allSettled(document.getAnimations()"
        ".filter((each) => each.effect.getComputedTiming().endTime < Infinity)"
        ".map((each) => each.finished))"
    )


@contextmanager
def moment(page: Page) -> Iterator[None]:
    """Hold the time of day of a page, so that no limit of time changes what is looked at.

    The clock of the page has to be installed before what is looked at begins.
    """
    now = page.evaluate("Date.now()") / 1000
    page.clock.set_fixed_time(now)
    yield
    page.clock.set_system_time(now)
