"""Repair of a damaged answers file: it is kept aside, and its texts are written to a new one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from prepkit.answers.backups import find_backups, read_backup
from prepkit.answers.checksums import next_checksum
from prepkit.answers.kinds import REVIEW, REVISION, has_field
from prepkit.answers.rows import Event, Key, Row, review_from, revision_from
from prepkit.answers.salvage import read_rows
from prepkit.answers.schema import build_file
from prepkit.answers.version_1 import old_events
from prepkit.files import atomic_write, read_if_there, sync_folder
from prepkit.forms import ANSWER_FIELDS
from prepkit.text import format_day, join_some, join_words, pluralize

SIDES = ("", "-journal", "-wal", "-shm")
"""Added to the file's name: the file itself, and what SQLite may keep beside it."""

_NAMED = 5
"""How many texts a message names."""
_LEAST_ROW = 60
"""In bytes: no row is shorter, since its checksum and its moment alone are as long as this."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What is left of a damaged file."""

    events: tuple[Event, ...]
    """In the order in which they were saved."""
    doubtful: tuple[Event, ...] = ()
    """Those among them in which something was changed."""
    missing: int = 0
    """How many are known to have been there, and can't be read."""
    from_backups: tuple[str, ...] = ()
    """The days of the backups that had some of the events, newest first."""


def repair(path: Path, now: datetime) -> str:
    """Replace a damaged file, or a missing one, and return a text about that for the candidate.

    The caller holds the lock, and has no connection to the file.
    """
    was_there = path.exists()
    aside = set_aside(path, now) if was_there or beside(path, "-wal").exists() else None
    try:
        found = recover(path)
        part = build_file(path, found.events)
    except BaseException:
        if aside:
            for side in SIDES:
                beside(aside, side).unlink(missing_ok=True)
        raise
    # SQLite would apply an old journal or log to any file that it finds beside it. If this is cut
    # short here, the damage is met and repaired again.
    for side in SIDES[1:]:
        beside(path, side).unlink(missing_ok=True)
    sync_folder(path.parent)
    part.replace(path)
    sync_folder(path.parent)
    return _report(found, aside)


def set_aside(path: Path, now: datetime) -> Path:
    """Copy a file, with what is beside it, to a name with ``corrupt`` and the day; return that."""
    aside = free_name(path, "corrupt", now)
    for side in SIDES:
        if beside(path, side).exists():
            atomic_write(beside(aside, side), beside(path, side).read_bytes(), private=True)
    return aside


def recover(path: Path) -> Recovered:
    """Return what can be read of a damaged file, completed from its backups."""
    file = read_if_there(path)
    found = read_rows(file, read_if_there(beside(path, "-wal")))
    old = old_events(found.revisions, found.reviews)
    sound, doubtful = _sorted_out(found.rows, len(file) // _LEAST_ROW)
    days = []
    for backup in find_backups(path):
        rows = read_backup(backup.path)
        missed = rows.keys() - sound.keys()
        if missed and _of_one_file(rows, doubtful | sound):
            sound |= {number: rows[number] for number in missed}
            days.append(format_day(backup.day))
    events = list(old)
    mended: list[Event] = []
    taken = {event.key for event in (*old, *(row.event for row in sound.values()))}
    for number in sorted(sound.keys() | doubtful.keys()):
        if number in sound:
            events.append(sound[number].event)
        elif event := _mended(doubtful[number].event, events[-1:], taken):
            events.append(event)
            mended.append(event)
            taken.add(event.key)
    missing = max(sound, default=0) - len(events) + len(old)
    return Recovered(tuple(events), tuple(mended), max(missing, 0), tuple(days))


def _sorted_out(rows: Sequence[Row], most: int) -> tuple[dict[int, Row], dict[int, Row]]:
    """Return the rows that are as they were saved, by id, and those that may not be.

    Parameters
    ----------
    rows
        What was found.
    most
        The greatest id that a file of this size can have.
    """
    checksums: dict[int, set[bytes]] = {0: {b""}}
    for row in rows:
        checksums.setdefault(row.id, set()).add(row.checksum)
    sound: dict[int, Row] = {}
    for row in rows:
        before = checksums.get(row.id - 1)
        if before is None:  # the row before is lost, so there is nothing to compare with
            fits = row.id <= most and _is_valid(row.event)
        else:
            fits = any(next_checksum(each, row.event.values) == row.checksum for each in before)
        if fits:
            sound.setdefault(row.id, row)
    for row in rows:
        if row.id not in sound and (event := _as_saved(row, checksums.get(row.id - 1, ()), sound)):
            sound[row.id] = Row(row.id, event, row.checksum)
    return sound, {row.id: row for row in rows if row.id not in sound}


def _as_saved(row: Row, before: Collection[bytes], sound: Mapping[int, Row]) -> Event | None:
    """Return the event of a damaged row with one value as another row has it, if that fits."""
    for name in ("kind", "subject", "field", "number", "origin"):
        for value in {getattr(other.event, name) for other in sound.values()}:
            event = replace(row.event, **{name: value})
            if any(next_checksum(each, event.values) == row.checksum for each in before):
                return event
    return None


def _of_one_file(backup: Mapping[int, Row], found: Mapping[int, Row]) -> bool:
    """Tell whether a backup is of this file, and not of another that was in its place before."""
    common = backup.keys() & found.keys()
    return not common or any(backup[number].checksum == found[number].checksum for number in common)


def _mended(event: Event, before: Sequence[Event], taken: Collection[Key]) -> Event | None:
    """Return a damaged event so that it can be read, if that is possible at all.

    Parameters
    ----------
    event
        The event as it was found.
    before
        The event that was saved before it, if there is one: its moment is nearly the same.
    taken
        The keys that others have.
    """
    if event.field and not has_field(event.kind, event.field):
        event = replace(event, kind=_likely_kind(event, taken))
    numbers = {number for *place, number in taken if tuple(place) == event.key[:3]}
    free = next(number for number in count(1) if number not in numbers)
    if event.number in numbers or event.number > max(numbers, default=0) + 1:
        # Its number is damaged, and the lowest one that nobody has is most likely its own.
        event = replace(event, number=free)
    moments = [event.at, *(one.at for one in before)]
    origins = [event.origin, *(one.origin for one in before)]
    choices = (replace(event, at=at, origin=origin) for at in moments for origin in origins)
    return next((one for one in choices if _is_valid(one)), None)


def _likely_kind(event: Event, taken: Collection[Key]) -> str:
    """Return the kind that other texts of the same subject have, or that of answers."""
    of_subject = [kind for kind, subject, *_ in taken if subject == event.subject]
    fitting = [kind for kind in of_subject if has_field(kind, event.field)]
    return next(iter(fitting), REVISION if event.field in ANSWER_FIELDS else event.kind)


def _is_valid(event: Event) -> bool:
    try:
        if event.kind == REVIEW:
            review_from(event)
        else:
            revision_from(event)
    except (ValueError, TypeError):
        return False
    return True


def _report(found: Recovered, aside: Path | None) -> str:
    """Return what a candidate reads after a repair."""
    texts = sum(event.kind != REVIEW for event in found.events)
    were = "was" if texts == 1 else "were"
    if aside is None:
        return (
            f"The answers file was missing. {pluralize(texts, 'saved text')} {were} recovered from "
            f"the backup of {join_words(found.from_backups)}."
        )
    sentences = [
        f"The answers file was damaged. {pluralize(texts, 'saved text')} {were} recovered; the "
        f"damaged file is kept as {aside}."
    ]
    if found.from_backups:
        days = join_words(found.from_backups)
        sentences.append(f"What couldn't be read was taken from the backup of {days}.")
    if found.doubtful:
        names = [f"{one.subject} {one.field} {one.number}" for one in found.doubtful]
        sentences.append(f"Some characters may be wrong in: {join_some(names, _NAMED)}.")
    if found.missing:
        sentences.append(
            f"{pluralize(found.missing, 'saved version')} can't be read. Look at your newest "
            "answers, and import your last export if something is missing."
        )
    return " ".join(sentences)


def beside(path: Path, side: str) -> Path:
    """Return the name of a file that SQLite keeps beside an answers file."""
    return path.with_name(path.name + side)


def free_name(path: Path, what: str, now: datetime) -> Path:
    """Return a name that no file has, such as ``answers.corrupt-2026-01-31.sqlite``."""
    stem = f"{path.stem}.{what}-{now:%Y-%m-%d}"
    free = path.with_name(stem + path.suffix)
    count = 1
    while free.exists():
        count += 1
        free = path.with_name(f"{stem}-{count}{path.suffix}")
    return free
