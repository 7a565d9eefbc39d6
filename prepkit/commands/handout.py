"""``prepkit handout``: questions, answers or a company as a PDF."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.commands.answers import stored_answers
from prepkit.commands.options import PAPERS, Commands, add_bank, add_command, add_flag, day
from prepkit.text import slugify

if TYPE_CHECKING:
    from prepkit.bank import Bank
    from prepkit.handouts import Handout, Layout


def add(commands: Commands) -> None:
    """Add the command."""
    summary = "print questions as a PDF, to write on or with your answers"
    handout = add_command(commands, "handout", summary, _handout)
    # argparse can't express every pair of options that exclude each other: `_handout` refuses
    # the others.
    handout.set_defaults(refuse=handout.error)
    chosen = handout.add_argument_group("what to print").add_mutually_exclusive_group(required=True)
    chosen.add_argument(
        "ids", nargs="*", default=[], metavar="QUESTION", help="such as technical-leadership/06"
    )
    chosen.add_argument(
        "--category",
        metavar="CATEGORY",
        help="all questions in a category, such as technical-leadership",
    )
    chosen.add_argument("--company", metavar="NAME", help="all questions that name a company")
    chosen.add_argument(
        "--company-sheet",
        metavar="NAME",
        help="a company on one piece of paper: its rounds and values, the questions on each, and"
        " your answers",
    )
    chosen.add_argument(
        "--day-pack",
        metavar="NAME",
        help="two pages for the day of an interview at a company: your stories for its values, the"
        " rounds, and what to ask",
    )

    layout = handout.add_argument_group("how").add_mutually_exclusive_group()
    add_flag(layout, "--answered", "print your saved answers instead of empty boxes")
    add_flag(
        layout,
        "--story",
        "one page per answer, for the last minute before the call: first sentences and numbers",
    )
    add_flag(
        handout,
        "--compact",
        "one double-sided sheet of paper per question, with boxes for short notes (default: two"
        " sheets, with room for a whole answer by hand)",
    )
    add_flag(handout, "--no-cover", "leave out the cover and table of contents")
    add_flag(handout, "--toc", "with --no-cover: keep the table of contents")
    handout.add_argument("--paper", choices=PAPERS, default="a4", help="paper size (default: a4)")
    handout.add_argument(
        "--margins", metavar="LENGTH", help="the same margin on all sides, such as 25mm or 1in"
    )
    handout.add_argument(
        "--font-size", metavar="POINTS", help="the size of the text, such as 12 (default: 10.2)"
    )
    handout.add_argument(
        "--language",
        metavar="CODE",
        help="the language of your own question bank, such as de or pt-BR: screen readers are told,"
        " and words are hyphenated",
    )
    handout.add_argument("--for", dest="student", metavar="NAME", help="print a name on each page")
    handout.add_argument("--date", type=day, help="the date of the PDF, as in 2026-01-31")
    add_flag(
        handout,
        "--archive",
        "make a PDF for archives (PDF/A-2a as well as PDF/UA-1); it needs a date: give --date, or"
        " it takes the date of the newest answer in it",
    )
    add_flag(handout, "--strict", "exit with code 1 if anything can't be printed as it is")
    handout.add_argument(
        "-o", "--output", type=Path, help="the PDF to write (default: named after what is in it)"
    )
    add_bank(handout)


def _handout(arguments: argparse.Namespace) -> int:
    for name in ("company_sheet", "day_pack"):
        option = f"--{name.replace('_', '-')}"
        if getattr(arguments, name) and (arguments.story or arguments.answered):
            arguments.refuse(f"{option} has its own layout: leave out --story and --answered")
    if arguments.compact and (arguments.company_sheet or arguments.day_pack or arguments.story):
        arguments.refuse("--compact is for worksheets: a company or a story has one layout only")
    if arguments.toc and (arguments.company_sheet or arguments.day_pack or arguments.story):
        arguments.refuse("--toc is for worksheets: the other handouts are a page or two each")
    from prepkit.bank import load_bank
    from prepkit.handouts import Layout
    from prepkit.handouts.layout import font_size

    layout = Layout(
        paper=arguments.paper,
        student=arguments.student,
        date=arguments.date,
        archive=arguments.archive,
        compact=arguments.compact,
        toc=arguments.toc,
        margins=arguments.margins,
        font_size=None if arguments.font_size is None else font_size(arguments.font_size),
        language=arguments.language,
    )
    bank = load_bank(arguments.bank)
    path = arguments.output or _default_name(arguments)
    notices = _write(arguments, bank, layout, path)
    for notice in notices:
        print(f"{path}: {notice}", file=sys.stderr)
    print(path)
    if arguments.strict and notices:
        print(
            f"{path} was written, but not everything is printed as it is: see above (--strict)",
            file=sys.stderr,
        )
        return 1
    return 0


def _write(
    arguments: argparse.Namespace, bank: Bank, layout: Layout, path: Path
) -> tuple[str, ...]:
    """Write the PDF, and return the notices."""
    from prepkit.handouts import build_handout, company_sheet_pdf, write_handout
    from prepkit.practice.names import category_questions, company_questions

    answers = None
    if arguments.answered or arguments.story or arguments.company_sheet:
        with stored_answers() as store:
            answers = store.load()
    if arguments.company_sheet or arguments.day_pack:
        if arguments.day_pack:
            handout = _day_pack(arguments.day_pack, bank, layout)
        else:
            handout = company_sheet_pdf(bank, arguments.company_sheet, answers or {}, layout)
        write_handout(handout, path)
        return handout.notices
    ids = arguments.ids
    if arguments.category:
        ids = category_questions(bank, arguments.category)
    elif arguments.company:
        name, ids = company_questions(bank, arguments.company)
        layout = replace(layout, title=f"Questions for {name}")
    cover = not arguments.no_cover
    _, notices = build_handout(bank, ids, answers, path, layout, cover=cover, story=arguments.story)
    return notices


def _day_pack(company: str, bank: Bank, layout: Layout) -> Handout:
    """Return the day pack: the level and the day are those of the plan."""
    from prepkit.answers import user_folder
    from prepkit.answers.planned import load_planned
    from prepkit.handouts.day_pack import day_pack

    now = datetime.now().astimezone()
    planned = load_planned(user_folder())
    with stored_answers() as store:
        return day_pack(bank, store, company, now=now, planned=planned, layout=layout)


def _default_name(arguments: argparse.Namespace) -> Path:
    """Return the PDF's name, such as ``technical-leadership-06-story.pdf``."""
    if arguments.day_pack:
        return Path(f"{slugify(arguments.day_pack)}-day.pdf")
    named = arguments.company_sheet or arguments.company or arguments.category or arguments.ids[0]
    kind = "-sheet" if arguments.company_sheet else "-story" if arguments.story else ""
    return Path(f"{slugify(named)}{kind}.pdf")
