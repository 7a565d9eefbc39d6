"""What a save costs, beside a bare SQLite insert that waits for the disk in the same way.

Also what it costs to open and check a file of 100,000 revisions. Run it with
``python tests/benchmarks/bench_store.py [FOLDER]``; the folder decides the disk.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from prepkit.answers import AnswerStore
from prepkit.answers.rows import add_revisions
from prepkit.records import Revision

SAVES = 400
MANY = 100_000
TEXT = "Then I replayed one real night against a copy of the system. " * 8
QUESTION = "technical-leadership/06"
BARE = "CREATE TABLE answer (question TEXT, field TEXT, revision INTEGER, text TEXT)"


def measured(save: Callable[[int], object]) -> tuple[list[float], float]:
    """Return the milliseconds of each save, and the milliseconds of CPU of one on average."""
    times = []
    before = time.process_time()
    for number in range(SAVES):
        start = time.perf_counter()
        save(number)
        times.append((time.perf_counter() - start) * 1000)
    return times, (time.process_time() - before) * 1000 / SAVES


def fill(store: AnswerStore) -> None:
    """Add `MANY` revisions of 150 characters to 200 questions."""
    moment = datetime(2026, 1, 31, tzinfo=UTC)
    fields = ("situation", "task", "action", "result")
    store.write(
        lambda connection: add_revisions(
            connection,
            (
                Revision(
                    question=f"technical-leadership/{number // 4 % 50:02d}",
                    field=fields[number % 4],
                    revision=number // 200 + 1,
                    text=f"{TEXT[:144]}{number:06d}",
                    saved_at=moment,
                    origin="form",
                )
                for number in range(MANY)
            ),
        )
    )


def main() -> None:
    """Print the median and the worst of both, their ratios, and the cost of a large file."""
    where = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(dir=where) as name:
        folder = Path(name)
        with closing(sqlite3.connect(folder / "bare.sqlite", isolation_level=None)) as bare:
            bare.execute("PRAGMA synchronous = EXTRA")
            bare.execute(BARE)
            floor, floor_cpu = measured(
                lambda number: bare.execute(
                    "INSERT INTO answer VALUES (?, 'task', ?, ?)", (QUESTION, number, TEXT)
                )
            )
        store = AnswerStore(folder / "answers.sqlite")
        store.load()
        saves, cpu = measured(
            lambda number: store.save(QUESTION, "task", f"{TEXT}{number}", based_on=number)
        )
        fill(AnswerStore(folder / "large.sqlite"))
        opening = []
        for _ in range(5):
            start = time.process_time()
            AnswerStore(folder / "large.sqlite").answer("technical-leadership/07")
            opening.append(time.process_time() - start)
    for what, times, cost in (("bare insert", floor, floor_cpu), ("save", saves, cpu)):
        print(
            f"{what:12} median {statistics.median(times):.2f} ms, max {max(times):.2f} ms, "
            f"CPU {cost:.2f} ms"
        )
    print(f"ratio of the medians: {statistics.median(saves) / statistics.median(floor):.2f}")
    print(f"opening and checking {MANY:,} revisions: {statistics.median(opening):.2f} s of CPU")


if __name__ == "__main__":
    main()
