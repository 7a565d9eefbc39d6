"""Dated copies of an answers file, in the folder ``backups`` beside it.

There is one per day on which something was saved, and it is at most an hour older than the file.
Kept are those of the last seven such days, then one per week and one per month.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Collection
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from prepkit.answers.checksums import Checked, check_rows, check_structure
from prepkit.answers.errors import is_damage
from prepkit.answers.kinds import REVISION, STORY
from prepkit.answers.rows import Row, all_rows
from prepkit.answers.schema import connect_read_only, empty_part
from prepkit.files import make_private_folder, sync_file, sync_folder

DAYS, WEEKS, MONTHS = 7, 4, 12
"""How many backups are kept of each; fixed, because nobody should have to think about it."""
EVERY = timedelta(hours=1)
"""How old today's backup may get before a save makes it again."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One dated copy."""

    day: date
    path: Path


def backups_folder(path: Path) -> Path:
    """Return the folder of the backups of the answers file at `path`."""
    return path.parent / "backups"


def find_backups(path: Path) -> list[Backup]:
    """Return the backups of the answers file at `path`, newest first."""
    form = re.compile(rf"{re.escape(path.stem)}-(\d{{4}}-\d\d-\d\d){re.escape(path.suffix)}")
    found = []
    folder = backups_folder(path)
    for each in folder.iterdir() if folder.is_dir() else ():
        if matched := form.fullmatch(each.name):
            with suppress(ValueError):  # a name such as answers-2026-99-99.sqlite is not ours
                found.append(Backup(date.fromisoformat(matched[1]), each))
    return sorted(found, key=lambda one: one.day, reverse=True)


def backup_is_due(path: Path, now: datetime) -> bool:
    """Tell whether today has no backup yet, or one that is older than `EVERY`."""
    try:
        made = datetime.fromtimestamp(_name(path, now).stat().st_mtime, now.tzinfo)
    except FileNotFoundError:
        return True
    return not timedelta() <= now - made < EVERY


def make_backup(
    connection: sqlite3.Connection, path: Path, now: datetime, *, checked: Checked
) -> None:
    """Write today's backup of an open answers file, and remove those that needn't be kept.

    A backup is never a copy of damage: unless `checked` says that the whole file was checked when
    it was opened, its structure is checked first, indexes too.

    Raises
    ------
    sqlite3.DatabaseError
        If the file is damaged.
    OSError
        If the backup can't be written; earlier ones are as they were.
    """
    if not checked.whole:
        check_structure(connection)
    make_private_folder(backups_folder(path))
    backup = _name(path, now)
    copy_to(connection, backup)
    os.utime(backup, (now.timestamp(), now.timestamp()))
    found = find_backups(path)
    keep = backups_to_keep({one.day for one in found})
    for one in found:
        if one.day not in keep:
            one.path.unlink(missing_ok=True)


def copy_to(connection: sqlite3.Connection, path: Path) -> None:
    """Copy an open answers file to `path`: whole, private, and on the disk at the end."""
    part = empty_part(path)
    try:
        with closing(sqlite3.connect(part)) as target:
            connection.backup(target)
        sync_file(part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def backups_to_keep(days: Collection[date]) -> set[date]:
    """Return which of `days` keep their backups.

    They are the newest `DAYS` of them, and the newest day of each of the newest `WEEKS` weeks and
    `MONTHS` months that have one. So a break of a month removes nothing.
    """
    ordered = sorted(days, reverse=True)
    weeks: dict[tuple[int, int], date] = {}
    months: dict[tuple[int, int], date] = {}
    for day in ordered:
        weeks.setdefault(day.isocalendar()[:2], day)
        months.setdefault((day.year, day.month), day)
    return {*ordered[:DAYS], *list(weeks.values())[:WEEKS], *list(months.values())[:MONTHS]}


def read_backup(path: Path) -> dict[int, Row]:
    """Return the rows of a backup by id; none if it is damaged itself, or of an older format."""
    unreadable = suppress(sqlite3.DatabaseError, UnicodeDecodeError, OSError)
    with unreadable, closing(connect_read_only(path)) as connection:
        check_rows(connection, Checked())
        return {row.id: row for row in all_rows(connection)}
    return {}


def count_answers(path: Path) -> tuple[int, int] | None:
    """Return how many answers and how many stories a backup has; None if it is damaged."""
    try:
        with closing(connect_read_only(path)) as connection:
            check_rows(connection, Checked())
            query = "SELECT count(DISTINCT subject) FROM event WHERE kind = ?"
            answers, stories = (
                int(connection.execute(query, [kind]).fetchone()[0]) for kind in (REVISION, STORY)
            )
            return answers, stories
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if is_damage(error):
            return None
        raise


def _name(path: Path, now: datetime) -> Path:
    # The day of the people's own calendar, because they look for "yesterday".
    day = now.astimezone().date()
    return backups_folder(path) / f"{path.stem}-{day}{path.suffix}"
