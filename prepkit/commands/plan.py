"""``prepkit plan``: what to do on which evening until the interview."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prepkit.commands.answers import stored_answers
from prepkit.commands.options import (
    Commands,
    add_bank,
    add_command,
    add_flag,
    clock,
    count,
    day,
)
from prepkit.errors import PrepkitError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prepkit.answers.planned import Planned
    from prepkit.bank import Bank
    from prepkit.practice.evenings import PracticePlan
    from prepkit.records import Answer


def add(commands: Commands) -> None:
    """Add the command."""
    summary = "plan your evenings until the interview, from your answers and rehearsals so far"
    plan = add_command(commands, "plan", summary, _plan)
    # argparse can't express that an option needs another: `_plan` refuses it.
    plan.set_defaults(refuse=plan.error)
    about = plan.add_argument_group(
        "what it is for", "What you give here is kept: next time, 'prepkit plan' is enough."
    )
    about.add_argument(
        "--date", type=day, help="the date of the interview, as in 2026-01-31", metavar="DATE"
    )
    about.add_argument(
        "--level", metavar="LEVEL", help="the level you apply for, such as 'engineering manager'"
    )
    about.add_argument(
        "--company",
        action="append",
        metavar="NAME",
        help="a company to prepare for; for several, give it several times",
    )
    about.add_argument(
        "--questions",
        type=count,
        metavar="NUMBER",
        help="how many questions (otherwise as many as your evenings have room for)",
    )
    add_flag(about, "--new", "start again: forget what was kept, and choose the questions anew")
    files = plan.add_argument_group("files", "Only you can read them.")
    files.add_argument(
        "--ics",
        type=Path,
        metavar="FILE",
        help="write the plan as a calendar file; opened again later, it moves the evenings that "
        "are in the calendar already",
    )
    begin = files.add_mutually_exclusive_group()
    begin.add_argument(
        "--at",
        type=clock,
        metavar="TIME",
        help="when your evenings begin, as in 19:00; kept for next time",
    )
    add_flag(begin, "--all-day", "evenings without a time (this is so until you give one)")
    files.add_argument(
        "--remind",
        type=count,
        metavar="MINUTES",
        help="let the calendar remind you, so many minutes before each evening",
    )
    files.add_argument(
        "--anki",
        type=Path,
        metavar="FILE",
        help="write a card for each question of the plan, and for each complete answer, as a text "
        "file for Anki",
    )
    add_bank(plan)


def _plan(arguments: argparse.Namespace) -> int:
    if arguments.remind and not arguments.ics:
        arguments.refuse("--remind needs a calendar file: add --ics plan.ics")
    from prepkit.bank import load_bank
    from prepkit.own_plan import own_plan

    def check(wanted: Planned) -> None:
        if arguments.remind and not wanted.at:
            arguments.refuse("--remind needs to know when your evenings begin: add --at 19:00")
        if wanted.interview is None:
            raise PrepkitError(
                "We don't know when your interview is, so there is no plan yet. Give its date: "
                "prepkit plan --date 2026-01-31"
            )

    now = datetime.now().astimezone()
    bank, given = load_bank(arguments.bank), _given(arguments)
    with stored_answers() as store:
        planned, plan = own_plan(bank, store, now, given, new=arguments.new, check=check)
        answers = store.load() if arguments.anki else {}
    print(*plan.lines, sep="\n")
    if plan.probed_lines:
        print("", *plan.probed_lines, sep="\n")
    if arguments.ics:
        _write_calendar(arguments.ics, plan, planned, now, arguments.remind)
    if arguments.anki:
        _write_cards(arguments.anki, bank, answers, planned)
    return 0


def _write_calendar(
    path: Path, plan: PracticePlan, planned: Planned, now: datetime, remind: int | None
) -> None:
    from prepkit.files import write_own
    from prepkit.practice.plan_calendar import CALENDAR_KIND, CALENDAR_MARK, calendar_file

    content = calendar_file(plan, now, at=planned.at, remind=remind)
    write_own(path, content, mark=CALENDAR_MARK, kind=CALENDAR_KIND)
    print(
        f"\n{path}: open it with your calendar. When your plan changes, write and open it again: "
        "the evenings in your calendar move."
    )


def _write_cards(path: Path, bank: Bank, answers: Mapping[str, Answer], planned: Planned) -> None:
    from prepkit.files import write_own
    from prepkit.practice.plan_cards import CARDS_KIND, CARDS_MARK, cards_file

    content = cards_file(bank, answers, planned.questions)
    write_own(path, content, mark=CARDS_MARK, kind=CARDS_KIND)
    print(
        f"\n{path}: in Anki, choose File > Import. It holds the first sentences of your complete "
        "answers, so only you can read it."
    )


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what the candidate gave now, by the names of `Planned`."""
    given = {
        "interview": arguments.date,
        "level": arguments.level.casefold() if arguments.level else None,
        "companies": tuple(arguments.company) if arguments.company else None,
        "count": arguments.questions,
        "at": arguments.at,
    }
    found = {name: value for name, value in given.items() if value is not None}
    return {**found, "at": None} if arguments.all_day else found
