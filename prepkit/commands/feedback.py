"""``prepkit feedback``: it goes back to students, and coaches see how far they agree."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.commands.feedback_make import add_make
from prepkit.commands.options import (
    Commands,
    add_bank,
    add_command,
    add_commands,
    add_flag,
    count,
)
from prepkit.text import pluralize

if TYPE_CHECKING:
    from prepkit.practice.agreement import Agreement, Disagreement


def add(commands: Commands) -> None:
    """Add the command and the commands below it."""
    summary = "give students your feedback, exchange it with another coach, see how far you agree"
    feedback = add_commands(add_command(commands, "feedback", summary))
    add_make(feedback)

    summary = "write your ratings and comments on all students to a file, for another coach"
    export = add_command(feedback, "export", summary, _export)
    export.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="the .json file to write"
    )
    export.add_argument(
        "--rater", metavar="NAME", help="whose ratings and comments (default: yours)"
    )
    add_flag(export, "--replace", "replace the file if it already exists")

    summary = "add another coach's ratings and comments from a file; nothing is overwritten"
    merge = add_command(feedback, "merge", summary, _merge)
    merge.add_argument("file", type=Path, help="a .json file from 'prepkit feedback export'")
    whose = merge.add_mutually_exclusive_group()
    whose.add_argument(
        "--as", dest="name", metavar="NAME", help="another name for whoever wrote the file"
    )
    add_flag(whose, "--mine", "the file is yours, from another computer")
    add_bank(merge)

    summary = "show how far two coaches agree, and where they differ most"
    agreement = add_command(feedback, "agreement", summary, _agreement)
    agreement.add_argument(
        "roster", nargs="?", type=Path, help="only count students in this roster (default: all)"
    )
    agreement.add_argument(
        "--raters", nargs=2, metavar="NAME", help="which two (default: you and another coach)"
    )
    agreement.add_argument(
        "--most",
        type=count,
        default=10,
        metavar="NUMBER",
        help="how many differences to list (default: 10)",
    )


def _export(arguments: argparse.Namespace) -> int:
    from prepkit.answers import user_folder
    from prepkit.answers.feedback_exchange import export_feedback

    students = export_feedback(
        user_folder(), arguments.output, rater=arguments.rater, replace=arguments.replace
    )
    print(f"{arguments.output}: feedback on {pluralize(students, 'student')}")
    print("It quotes your students' answers: send it only to somebody who may read them.")
    return 0


def _merge(arguments: argparse.Namespace) -> int:
    from prepkit.answers import student_stores, students_folder, user_folder, utc_now
    from prepkit.answers.feedback_exchange import read_feedback_file, under_name
    from prepkit.answers.feedback_merge import merge_feedback
    from prepkit.bank import load_bank

    home = user_folder()
    found = read_feedback_file(arguments.file, now=utc_now())
    if arguments.name:
        found = under_name(found, arguments.name)
    report = merge_feedback(
        home,
        found,
        mine=arguments.mine,
        known_students=student_stores(students_folder(home)),
        known_questions=frozenset(load_bank(arguments.bank)),
    )
    print(report)
    return 0


def _agreement(arguments: argparse.Namespace) -> int:
    from prepkit.packets.roster import read_student_ids
    from prepkit.widgets.agreement_views import two_raters

    students = read_student_ids(arguments.roster) if arguments.roster else None
    found = two_raters(students, arguments.raters or ())
    if found.raters:
        print(f"{found.raters[0]} and {found.raters[1]}\n")
        print(*_rows(found.agreements), sep="\n", end="\n\n")
    print(*found.notes, sep="\n")
    if found.disagreements:
        print(f"\nWhere they differ most ({pluralize(len(found.disagreements), 'difference')}):\n")
        for one in found.disagreements[: arguments.most]:
            print(*_lines(one), sep="\n")
    for first, second in found.others:
        print(f"\nAnother two have rated the same answers: add --raters '{first}' '{second}'.")
    return 0


def _rows(found: Sequence[Agreement]) -> Iterator[str]:
    """Yield a table, with the plain words last because they are long."""
    rows = [("", "Answers", "Same", "Within 1", "Kappa", "95% interval", "")]
    rows += [
        (
            one.dimension,
            f"{one.answers:,}",
            f"{one.equal:,}",
            f"{one.within_one:,}",
            one.kappa_text,
            one.interval_text,
            one.reading,
        )
        for one in found
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *figures, reading in rows:
        cells = (cell.rjust(width) for cell, width in zip(figures, widths[1:-1], strict=True))
        yield "  ".join((name.ljust(widths[0]), *cells, reading)).rstrip()


def _lines(one: Disagreement) -> Iterator[str]:
    (first, second), (score, other) = one.raters, one.scores
    yield f"{one.student}, {one.question}, {one.dimension}: {first} {score}, {second} {other}"
    for rater, comments in zip(one.raters, one.comments, strict=True):
        for comment in comments:
            yield f"    {rater}: {' '.join(comment.split())}"
