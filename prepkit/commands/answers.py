"""``prepkit answers``: export, import and restore answers, and collect those of students."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.commands.options import (
    Commands,
    add_bank,
    add_command,
    add_commands,
    add_flag,
    day,
)
from prepkit.text import format_day, pluralize

if TYPE_CHECKING:
    from prepkit.answers import AnswerStore
    from prepkit.answers.texts import Texts

_PART = "a part of the answer, such as action or key_points"


def add(commands: Commands) -> None:
    """Add the command and the commands below it."""
    summary = "export, import or restore your answers, and collect your students' answers"
    answers = add_commands(add_command(commands, "answers", summary))

    export = add_command(answers, "export", "write all answers to a file", _export)
    export.add_argument(
        "file",
        type=Path,
        help="the file to write: .json (everything, with earlier versions) or .md (to read)",
    )
    add_flag(export, "--replace", "replace the file if it already exists")
    add_bank(export)

    summary = "add answers from a file; nothing is overwritten"
    back = add_command(answers, "import", summary, _import)
    back.add_argument("file", type=Path, help="a .json or .md file from 'prepkit answers export'")
    _add_keep(back)

    collect = add_command(answers, "collect", "add the answers that students sent back", _collect)
    collect.add_argument(
        "folder",
        type=Path,
        help="the folder with the files that they sent, or one zip or tar; all of it is read",
    )
    collect.add_argument(
        "--into",
        type=Path,
        metavar="FOLDER",
        help="where to keep the answers, one file per student (default: in your user data folder)",
    )
    collect.add_argument(
        "--roster", type=Path, metavar="FILE", help="only take answers from students in this roster"
    )
    _add_keep(collect)

    _add_scrub(answers)
    _add_key_commands(answers)
    _add_backup_commands(answers)

    history = add_command(answers, "history", "list the saved versions of an answer", _history)
    _add_question(history)
    history.add_argument("field", nargs="?", metavar="PART", help=f"{_PART} (default: all)")

    restore = add_command(answers, "restore", "go back to a saved version", _restore)
    _add_question(restore)
    restore.add_argument("field", metavar="PART", help=_PART)
    restore.add_argument(
        "revision",
        type=int,
        metavar="VERSION",
        help="its number, from 'prepkit answers history'",
    )


def _add_scrub(answers: Commands) -> None:
    """Add the command that takes names out of a file before it is shared."""
    summary = "list names, employers and amounts of money in a file, and write a copy without those"
    scrub = add_command(answers, "scrub", f"{summary} that you choose", _scrub)
    scrub.add_argument("file", type=Path, help="a .md, .txt, .csv, .json or .ipynb file")
    scrub.add_argument(
        "--roster", type=Path, metavar="FILE", help="also look for the students in this roster"
    )
    scrub.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="COPY",
        help="the copy to write (default: beside the file, with -scrubbed in its name)",
    )
    add_flag(scrub, "--replace", "replace the copy if it already exists")
    add_bank(scrub)


def _add_key_commands(answers: Commands) -> None:
    """Add the commands that bring a coach's key to another computer."""
    summary = "write the key that signs your students' notebooks to a file, for another computer"
    export = add_command(answers, "export-key", summary, _export_key)
    export.add_argument("file", type=Path, help="the file to write; keep it private")
    add_flag(export, "--replace", "replace the file if it already exists")

    summary = "add the key from another computer, so that notebooks made there are known here"
    back = add_command(answers, "import-key", summary, _import_key)
    back.add_argument("file", type=Path, help="a file from 'prepkit answers export-key'")


def _add_backup_commands(answers: Commands) -> None:
    """Add the commands that list the backups, and go back to one."""
    summary = "list the backups of your answers: one for each day on which something was saved"
    add_command(answers, "backups", summary, _backups)

    summary = "go back to the texts of a backup; what you have now stays as an earlier version"
    restore = add_command(answers, "restore-backup", summary, _restore_backup)
    restore.add_argument(
        "day", type=day, metavar="DAY", help="such as 2026-01-31, from 'prepkit answers backups'"
    )


def _add_keep(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keep",
        choices=["stored", "imported"],
        default="stored",
        help="which text to use where both have changed (default: stored); the other text is kept"
        " as an earlier version",
    )


def _add_question(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "question",
        metavar="QUESTION",
        help="such as technical-leadership/06; or a story's id, from a .json export",
    )


@contextmanager
def stored_answers() -> Iterator[AnswerStore]:
    """Open the user's answers, and say so if a damaged file had to be repaired."""
    from prepkit.answers import AnswerStore

    store = AnswerStore()
    try:
        yield store
    finally:
        if store.recovered:
            print(store.recovered, file=sys.stderr)


def _export(arguments: argparse.Namespace) -> int:
    from prepkit.answers import export_answers

    titles = None
    if arguments.file.suffix == ".md":
        from prepkit.bank import load_bank

        bank = load_bank(arguments.bank)
        titles = {question_id: bank[question_id].question.text for question_id in bank}
    with stored_answers() as store:
        path = export_answers(store, arguments.file, replace=arguments.replace, titles=titles)
    print(path)
    return 0


def _scrub(arguments: argparse.Namespace) -> int:
    from functools import partial

    from prepkit.answers.scrub_files import copy_path, scrub
    from prepkit.bank import load_bank
    from prepkit.bank.importer.dictionary import is_word
    from prepkit.packets.roster import read_roster

    bank = load_bank(arguments.bank)
    students = read_roster(arguments.roster, bank) if arguments.roster else ()
    print(
        scrub(
            arguments.file,
            arguments.output or copy_path(arguments.file),
            students=students,
            employers=[company.name for company in bank.company_records],
            is_word=partial(is_word, bank.folder),
            replace_copy=arguments.replace,
        )
    )
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from prepkit.answers import import_file

    with stored_answers() as store:
        report = import_file(store, arguments.file, keep=arguments.keep)
    print(report)
    # A conflict loses nothing, but somebody should look at it: the exit code tells scripts.
    return 1 if report.conflicts else 0


def _collect(arguments: argparse.Namespace) -> int:
    from prepkit.answers import collect_answers, students_folder, user_folder
    from prepkit.answers.collect_report import problem_lines
    from prepkit.answers.ledger import Ledger, read_ledger, with_earlier, write_ledger
    from prepkit.answers.signatures import read_keys
    from prepkit.packets.roster import read_student_names

    into = arguments.into or students_folder(user_folder())
    names = read_student_names(arguments.roster) if arguments.roster else None
    keys = read_keys(user_folder())
    report = collect_answers(
        arguments.folder, into, known=names, keys=keys, names=names, keep=arguments.keep
    )
    print(report)
    ledger = with_earlier(report.ledger, read_ledger(into))
    for note in ledger.notes():
        print(note)
    print(f"The answers are in {into}")
    if ledger != Ledger():
        print(f"What became of each file and student: {write_ledger(into, ledger)}")
    for line in problem_lines(report.problems):
        print(line, file=sys.stderr)
    return 1 if report.problems or report.conflicts else 0


def _export_key(arguments: argparse.Namespace) -> int:
    from prepkit.answers import user_folder
    from prepkit.answers.signatures import export_keys

    print(export_keys(user_folder(), arguments.file, replace=arguments.replace))
    print(
        "Whoever has this file can make notebooks that look like yours. Delete it when you have "
        "imported it.",
        file=sys.stderr,
    )
    return 0


def _import_key(arguments: argparse.Namespace) -> int:
    from prepkit.answers import user_folder
    from prepkit.answers.signatures import import_keys

    new = import_keys(user_folder(), arguments.file)
    print(f"Added {pluralize(new, 'key')}." if new else "This key was here already.")
    return 0


def _texts_of(store: AnswerStore, subject: str) -> AnswerStore | Texts:
    """Return where the texts of a question or a story are."""
    from prepkit.answers.kinds import STORY
    from prepkit.answers.texts import Texts

    stories = Texts(store, STORY)
    return stories if stories.history(subject) else store


def _history(arguments: argparse.Namespace) -> int:
    with stored_answers() as store:
        texts = _texts_of(store, arguments.question)
        revisions = texts.history(arguments.question, arguments.field)
    if not revisions:
        part = f", part {arguments.field}" if arguments.field else ""
        print(f"Nothing is saved for {arguments.question}{part}.", file=sys.stderr)
        return 1
    for revision in revisions:
        moment = revision.saved_at.astimezone()
        print(f"{revision.field} {revision.revision}  {moment:%Y-%m-%d %H:%M}  {revision.origin}")
        print(*(f"    {line}" for line in revision.text.splitlines()), sep="\n")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    with stored_answers() as store:
        texts = _texts_of(store, arguments.question)
        revision = texts.restore(arguments.question, arguments.field, arguments.revision)
    print(f"{revision.question} {revision.field}: the current version is now {revision.revision}.")
    return 0


def _backups(arguments: argparse.Namespace) -> int:
    from prepkit.answers import user_folder
    from prepkit.answers.backups import backups_folder, count_answers, find_backups

    path = (user_folder() / "answers.sqlite").resolve()
    found = find_backups(path)
    if not found:
        print("There are no backups yet. One is made on each day on which something is saved.")
    for backup in found:
        counts = count_answers(backup.path)
        if counts is None:
            what = "damaged"
        else:
            answers, stories = counts
            what = f"{pluralize(answers, 'answer')}, {pluralize(stories, 'story', 'stories')}"
        print(f"{backup.day}  {what}")
    if found:
        print(f"They are in {backups_folder(path)}")
    return 0


def _restore_backup(arguments: argparse.Namespace) -> int:
    from prepkit.answers.transfer import restore_backup

    with stored_answers() as store:
        report = restore_backup(store, arguments.day)
    print(
        f"{pluralize(len(report.added), 'text')} went back to the backup of "
        f"{format_day(arguments.day)}; {report.unchanged:,} are as they were in it. Nothing was "
        "removed: what you had is among the earlier versions."
    )
    return 0
