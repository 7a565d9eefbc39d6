"""``prepkit feedback make``: what coaches wrote about answers goes back to the students."""

from __future__ import annotations

import argparse
from pathlib import Path

from prepkit.commands.options import PAPERS, Commands, add_bank, add_command, add_flag, names_in


def add_make(commands: Commands) -> None:
    """Add the command."""
    summary = "write a PDF and a notebook for each student who has feedback"
    make = add_command(commands, "make", summary, _make)
    make.add_argument("roster", type=Path, help="the roster of 'prepkit packets'")
    make.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="DIR",
        help="where to put the files: a folder, or a URL such as s3://bucket/spring",
    )
    make.add_argument(
        "--format",
        type=_formats,
        default=("pdf", "ipynb"),
        metavar="LIST",
        help="which files to write, separated by commas: pdf, to read; ipynb, to reply to comments"
        " and go on writing (default: pdf,ipynb)",
    )
    make.add_argument(
        "--only",
        action="extend",
        nargs="+",
        default=[],
        metavar="ID",
        help="write the files of these students only",
    )
    make.add_argument("--paper", choices=PAPERS, help="paper size (default: a4)")
    add_flag(make, "--no-names", "don't say who wrote the ratings and comments")
    make.add_argument(
        "--answers",
        type=Path,
        metavar="FOLDER",
        help="the students' answers (default: where 'prepkit answers collect' puts them)",
    )
    add_bank(make)


def _formats(text: str) -> tuple[str, ...]:
    from prepkit.packets.feedback_files import FORMATS

    return names_in(text, FORMATS)


def _make(arguments: argparse.Namespace) -> int:
    from prepkit.answers import students_folder, user_folder
    from prepkit.answers.signatures import new_key, read_keys, store_key
    from prepkit.answers.students import feedback_folder
    from prepkit.bank import load_bank
    from prepkit.packets.feedback import FeedbackSources
    from prepkit.packets.feedback_files import FeedbackOptions, make_feedback
    from prepkit.packets.plan import students_named
    from prepkit.packets.roster import read_roster
    from prepkit.progress_bar import progress_bar

    home = user_folder()
    bank = load_bank(arguments.bank)
    roster = read_roster(arguments.roster, bank)
    students = students_named(roster, arguments.only)
    answers = arguments.answers or students_folder(home)
    sources = FeedbackSources.of(bank, feedback_folder(home), answers, names=not arguments.no_names)
    options = FeedbackOptions(
        formats=arguments.format,
        paper=arguments.paper,
        bank_name=arguments.bank.resolve().name if arguments.bank else "",
        keys=read_keys(home) or store_key(home, new_key()),
    )
    with progress_bar("Feedback") as show:
        report = make_feedback(students, arguments.output, sources, options, show, roster=roster)
    print(report)
    return 1 if report.failed else 0
