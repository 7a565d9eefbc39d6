"""``prepkit handout``: questions, answers or a company as a PDF."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from prepkit.commands.answers import stored_answers
from prepkit.commands.options import PAPERS, Commands, add_bank, add_command, add_flag, day
from prepkit.text import slugify


def add(commands: Commands) -> None:
    """Add the command."""
    handout = add_command(commands, "handout", "print questions as a PDF, one sheet each", _handout)
    # What is not allowed together, argparse doesn't know in full: `_handout` refuses the rest.
    handout.set_defaults(refuse=handout.error)
    chosen = handout.add_argument_group("what to print").add_mutually_exclusive_group(required=True)
    chosen.add_argument(
        "ids", nargs="*", default=[], metavar="QUESTION", help="such as technical-leadership/06"
    )
    chosen.add_argument("--category", metavar="SLUG", help="all questions of a category")
    chosen.add_argument("--company", metavar="NAME", help="all questions that list a company")
    chosen.add_argument(
        "--company-sheet",
        metavar="NAME",
        help="one page on a company: its values, the questions that probe each, and your answers",
    )

    layout = handout.add_argument_group("how").add_mutually_exclusive_group()
    add_flag(layout, "--answered", "print your stored answers instead of empty boxes")
    add_flag(
        layout,
        "--story",
        "one page per answer, for the last minute before the call: first sentences and numbers",
    )
    add_flag(
        handout, "--no-cover", "print several questions without a cover and a table of contents"
    )
    handout.add_argument("--paper", choices=PAPERS, default="a4", help="(default: a4)")
    handout.add_argument("--for", dest="student", metavar="NAME", help="put a name on each page")
    handout.add_argument("--date", type=day, help="the date of the PDF, YYYY-MM-DD")
    add_flag(
        handout,
        "--archive",
        "conform to PDF/A-2a (for archives) as well as PDF/UA-1; takes --date, or the date of"
        " the newest answer that is printed",
    )
    add_flag(handout, "--strict", "exit with 1 if anything is not printed as it is")
    handout.add_argument(
        "-o", "--output", type=Path, help="the PDF (default: named after what is in it)"
    )
    add_bank(handout)


def _handout(arguments: argparse.Namespace) -> int:
    if arguments.company_sheet and (arguments.story or arguments.answered):
        arguments.refuse(
            "a company sheet has a layout of its own: leave out --story and --answered"
        )
    from prepkit.bank import load_bank
    from prepkit.handouts import Layout, build_handout, company_sheet_pdf, write_handout
    from prepkit.practice.names import category_questions, company_questions

    bank = load_bank(arguments.bank)
    answers = None
    if arguments.answered or arguments.story or arguments.company_sheet:
        with stored_answers() as store:
            answers = store.load()
    layout = Layout(
        paper=arguments.paper,
        student=arguments.student,
        date=arguments.date,
        archive=arguments.archive,
    )
    path = arguments.output or _default_name(arguments)
    if arguments.company_sheet:
        handout = company_sheet_pdf(bank, arguments.company_sheet, answers or {}, layout)
        write_handout(handout, path)
        notices = handout.notices
    else:
        ids = arguments.ids
        if arguments.category:
            ids = category_questions(bank, arguments.category)
        elif arguments.company:
            name, ids = company_questions(bank, arguments.company)
            layout = replace(layout, title=f"Questions for {name}")
        _, notices = build_handout(
            bank,
            ids,
            answers,
            path,
            layout,
            cover=not arguments.no_cover,
            story=arguments.story,
        )
    for notice in notices:
        print(f"{path}: {notice}", file=sys.stderr)
    print(path)
    if arguments.strict and notices:
        print(
            f"{path}: written, but not everything is printed as it is (--strict)", file=sys.stderr
        )
        return 1
    return 0


def _default_name(arguments: argparse.Namespace) -> Path:
    """Return the PDF's name, such as ``technical-leadership-06-story.pdf``."""
    named = arguments.company_sheet or arguments.company or arguments.category or arguments.ids[0]
    kind = "-sheet" if arguments.company_sheet else "-story" if arguments.story else ""
    return Path(f"{slugify(named)}{kind}.pdf")
