"""``prepkit plan``: what to do on which evening until the interview."""

from __future__ import annotations

import argparse
import uuid
from datetime import datetime
from typing import Any

from prepkit.commands.answers import stored_answers
from prepkit.commands.options import Commands, add_bank, add_command, add_flag, count, day


def add(commands: Commands) -> None:
    """Add the command."""
    summary = "plan your evenings until the interview, from your answers and rehearsals so far"
    plan = add_command(commands, "plan", summary, _plan)
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
        "--questions", type=count, metavar="NUMBER", help="how many questions (at first: 5)"
    )
    add_flag(about, "--new", "start again: forget what was kept, and choose the questions anew")
    add_bank(plan)


def _plan(arguments: argparse.Namespace) -> int:
    from prepkit.answers import user_folder
    from prepkit.answers.planned import Planned, load_planned, save_planned
    from prepkit.bank import load_bank
    from prepkit.errors import PrepkitError
    from prepkit.practice.evenings import practice_plan, settle

    now = datetime.now().astimezone()
    kept = Planned() if arguments.new else load_planned(user_folder())
    wanted = kept.model_copy(update=_given(arguments))
    if wanted.interview is None:
        raise PrepkitError(
            "We don't know when your interview is, so there is no plan yet. Give its date: "
            "prepkit plan --date 2026-01-31"
        )
    bank = load_bank(arguments.bank)
    with stored_answers() as store:
        answers, reviews = store.load(), store.reviews()
    planned = settle(bank, answers, wanted, kept, today=now.date(), new_name=uuid.uuid4().hex)
    plan = practice_plan(bank, answers, reviews, planned, now)
    save_planned(planned, user_folder())
    print(*plan.lines, sep="\n")
    return 0


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what the candidate gave now, by the names of `Planned`."""
    given = {
        "interview": arguments.date,
        "level": arguments.level.casefold() if arguments.level else None,
        "companies": tuple(arguments.company) if arguments.company else None,
        "count": arguments.questions,
    }
    return {name: value for name, value in given.items() if value is not None}
