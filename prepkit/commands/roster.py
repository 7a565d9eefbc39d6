"""``prepkit roster``: a coach sees how a roster is understood, before anything is made of it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from prepkit.commands.options import Commands, add_bank, add_command, add_commands, add_flag


def add(commands: Commands) -> None:
    """Add the command."""
    roster = add_command(commands, "roster", "see how prepkit understands a roster")
    summary = "show what each column of a roster is read as, and write it down beside the roster"
    check = add_command(add_commands(roster), "check", summary, _check)
    check.add_argument("roster", type=Path, metavar="FILE", help="a file with one row per student")
    check.add_argument(
        "--template",
        type=Path,
        metavar="FILE",
        help="the notebook to run for each student, for its parameters (default: the workbook's"
        " coach/packet.ipynb)",
    )
    add_flag(
        check,
        "--replace",
        "write the file beside the roster anew, also if you have changed it; what you said stays",
    )
    add_bank(check)


def _check(arguments: argparse.Namespace) -> int:
    from prepkit.bank import load_bank
    from prepkit.packets.roster import understand_roster
    from prepkit.packets.roster.check import answerable, keep, lines_about, students_line, table_of
    from prepkit.packets.roster.file import RosterError
    from prepkit.packets.template import read_template
    from prepkit.workbook import default_notebooks

    bank = load_bank(arguments.bank)
    template = read_template(arguments.template or default_notebooks() / "coach/packet.ipynb")
    try:
        understood = understand_roster(arguments.roster, bank, template.parameters)
    except RosterError as error:
        raise answerable(arguments.roster, error) from error
    for line in (*table_of(understood), "", students_line(understood)):
        print(line)
    for line in lines_about(understood):
        print(line)
    print(keep(arguments.roster, understood, replace=arguments.replace), file=sys.stderr)
    return 0
