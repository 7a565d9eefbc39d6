"""Answers files for tests: filled, damaged, and of the version before."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from prepkit.answers import AnswerStore
from prepkit.records import Revision

QUESTION = "technical-leadership/06"
FIELDS = ("situation", "task", "action", "result")
TODAY = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)

_MOMENT = "2026-01-31T09:30:00.000000+00:00"
_VERSION_1 = (
    "PRAGMA application_id = 1347568976",
    "PRAGMA user_version = 1",
    """CREATE TABLE revision (
        question TEXT NOT NULL,
        field TEXT NOT NULL,
        revision INTEGER NOT NULL,
        text TEXT NOT NULL,
        saved_at TEXT NOT NULL,
        origin TEXT NOT NULL,
        PRIMARY KEY (question, field, revision)
    )""",
    """CREATE TABLE review (
        question TEXT NOT NULL,
        rating TEXT NOT NULL,
        seconds INTEGER NOT NULL,
        reviewed_at TEXT NOT NULL
    )""",
    *(
        f"CREATE TRIGGER {table}_{event} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'a stored {table} never changes'); END"
        for table in ("revision", "review")
        for event in ("UPDATE", "DELETE")
    ),
)
"""The format before version 2, as that prepkit made it."""


def filled(path: Path, saves: int = 60) -> tuple[Revision, ...]:
    """Store some short texts, some long ones, and a few of many pages; return the history."""
    chance = random.Random(1)
    store = AnswerStore(path, now=lambda: TODAY)
    for number in range(saves):
        text = f"{number} " + "wörd " * chance.choice([3, 40, 300, 2500])
        revision = number // len(FIELDS)
        store.save(QUESTION, FIELDS[number % len(FIELDS)], text, based_on=revision)
    store.add_review(QUESTION, "good", 90)
    return store.history()


def write_version_1(
    path: Path, texts: Iterable[tuple[str, str, int, str]], *, killed: bool = False
) -> None:
    """Write a file of version 1 with texts: question, field, number and text of each.

    With `killed` it is left as a killed process leaves it: the texts are in the log alone.
    """
    live = path.with_name("live.sqlite")
    with closing(sqlite3.connect(live, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        for statement in _VERSION_1:
            connection.execute(statement)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("INSERT INTO review VALUES (?, 'good', 90, ?)", [QUESTION, _MOMENT])
        for text in texts:
            connection.execute(
                "INSERT INTO revision VALUES (?, ?, ?, ?, ?, 'form')", [*text, _MOMENT]
            )
        if killed:
            for side in ("", "-wal"):
                shutil.copyfile(f"{live}{side}", f"{path}{side}")
    if not killed:
        live.replace(path)
    live.unlink(missing_ok=True)
