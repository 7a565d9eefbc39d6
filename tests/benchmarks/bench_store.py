"""How long a save takes, beside a bare SQLite insert that also waits for the disk.

Run it with ``python tests/benchmarks/bench_store.py [FOLDER]``; the folder decides the disk.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from prepkit.answers import AnswerStore

SAVES = 400
TEXT = "Then I replayed one real night against a copy of the system. " * 8
QUESTION = "technical-leadership/06"
BARE = "CREATE TABLE answer (question TEXT, field TEXT, revision INTEGER, text TEXT)"


def timed(save: Callable[[int], object]) -> list[float]:
    """Return the milliseconds of each save."""
    times = []
    for number in range(SAVES):
        start = time.perf_counter()
        save(number)
        times.append((time.perf_counter() - start) * 1000)
    return times


def main() -> None:
    """Print the median and the worst of both, and their ratio."""
    where = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(dir=where) as name:
        folder = Path(name)
        with closing(sqlite3.connect(folder / "bare.sqlite", isolation_level=None)) as bare:
            bare.execute("PRAGMA journal_mode = WAL")
            bare.execute("PRAGMA synchronous = FULL")
            bare.execute(BARE)
            floor = timed(
                lambda number: bare.execute(
                    "INSERT INTO answer VALUES (?, 'task', ?, ?)", (QUESTION, number, TEXT)
                )
            )
        with AnswerStore(folder / "answers.sqlite") as store:
            store.load()
            saves = timed(
                lambda number: store.save(QUESTION, "task", f"{TEXT}{number}", based_on=number)
            )
    for what, times in (("bare insert", floor), ("AnswerStore.save", saves)):
        print(f"{what:17} median {statistics.median(times):.3f} ms, max {max(times):.3f} ms")
    print(f"ratio of the medians: {statistics.median(saves) / statistics.median(floor):.2f}")


if __name__ == "__main__":
    main()
