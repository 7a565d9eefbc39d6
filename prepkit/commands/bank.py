"""``prepkit check`` and ``prepkit import``: for people who write questions."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from prepkit.commands.options import Commands, add_command, add_flag


def add(commands: Commands) -> None:
    """Add both commands."""
    summary = "check a question bank, and list every problem with its line"
    check = add_command(commands, "check", summary, _check)
    check.add_argument(
        "folder", nargs="?", type=Path, help="the question bank to check (default: prepkit's own)"
    )
    add_flag(
        check,
        "--strict",
        "also check what a reader would refuse: no question, missing sections, an example with"
        " a finding, sources, spelling",
    )
    add_flag(
        check,
        "--report",
        "also print what the examples are like: words, figures, names, settings, likeness",
    )

    pages = add_command(commands, "import", "turn question pages into question files", _import)
    pages.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="a text file with a pasted page, a Markdown or HTML page, or a folder of these",
    )
    pages.add_argument(
        "--into",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="the question bank to add the questions to",
    )
    pages.add_argument(
        "--category",
        metavar="CATEGORY",
        help="the category to put the questions into, such as leading-people (default: the one"
        " that each page names)",
    )


def _check(arguments: argparse.Namespace) -> int:
    from prepkit.bank import shipped_folder
    from prepkit.bank.calibration import read_calibration
    from prepkit.bank.lists import read_words
    from prepkit.bank.loader import read_folder
    from prepkit.bank.rubric import read_rubric
    from prepkit.bank.synonyms import read_synonyms
    from prepkit.errors import BankError, Problems
    from prepkit.text import pluralize

    folder = arguments.folder or shipped_folder()
    problems = Problems(folder)
    try:
        read_synonyms(folder)
    except BankError as error:
        problems.extend(error.problems)
    rubric = None
    try:
        rubric = read_rubric(folder)
    except BankError as error:
        problems.extend(error.problems)
    try:
        records = read_folder(folder)
        # Without a valid rubric, each dimension would be reported as unknown.
        if rubric is not None:
            read_calibration(folder, records.questions, rubric)
    except BankError as error:
        problems.extend(error.problems)
    problems.raise_any()
    if arguments.report:
        from prepkit.checks import editorial_report

        print(f"{editorial_report(records)}\n")
    if arguments.strict:
        from prepkit.checks import editorial_problems

        words = read_words(folder)
        problems.extend(editorial_problems(records, words=words, today=date.today()))
        problems.raise_any()
    questions = pluralize(len(records.files), "question")
    categories = pluralize(len(records.categories), "category", "categories")
    print(f"{folder}: {questions} in {categories}, no problems")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from prepkit.bank.importer.write import import_pages

    report = import_pages(arguments.paths, arguments.into, category=arguments.category)
    for imported in report:
        print(imported, file=sys.stderr if imported.error else sys.stdout)
    return 1 if any(imported.error for imported in report) else 0
