"""``prepkit mail``: drafts of mails in which students get their files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.commands.options import Commands, add_bank, add_command, add_commands, names_in

if TYPE_CHECKING:
    from prepkit.packets.mail import MailReport
    from prepkit.packets.mail_text import MailText
    from prepkit.records import Student


def add(commands: Commands) -> None:
    """Add the command and the commands below it."""
    summary = "write e-mail drafts with each student's files; nothing is sent"
    mail = add_command(commands, "mail", summary)
    below = add_commands(mail)
    packets = add_command(below, "packets", "write a draft with each student's packet", _packets)
    _add_what(packets, "packets", "'prepkit packets'")
    packets.add_argument(
        "--attach",
        type=_formats,
        default=(),
        metavar="LIST",
        help="which files to attach, separated by commas: some of the --format of 'prepkit packets'"
        " (default: pdf,fill-in,html-form, as far as they are there)",
    )
    add_bank(packets)
    summary = "write a draft with the feedback for each student"
    feedback = add_command(below, "feedback", summary, _feedback)
    _add_what(feedback, "feedback", "'prepkit feedback make'")
    add_bank(feedback)


def _add_what(parser: argparse.ArgumentParser, what: str, maker: str) -> None:
    parser.add_argument("roster", type=Path, help="the roster, with a column of e-mail addresses")
    parser.add_argument(what, metavar="DIR", help=f"the folder or URL that {maker} wrote to")
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="DRAFTS",
        help="a folder for the drafts, one .eml per student",
    )
    parser.add_argument(
        "--template",
        type=Path,
        metavar="FILE",
        help="your own text: its first line is 'Subject: …', and {name}, {files} and others stand"
        " for what differs (default: a short text)",
    )
    parser.add_argument(
        "--only",
        action="extend",
        nargs="+",
        default=[],
        metavar="ID",
        help="write the drafts for these students only",
    )


def _formats(text: str) -> tuple[str, ...]:
    from prepkit.packets.jobs import FORMATS

    return names_in(text, FORMATS)


def _packets(arguments: argparse.Namespace) -> int:
    from prepkit.packets.mail import ATTACHED, packet_files, write_drafts
    from prepkit.packets.mail_text import PACKETS

    text = _text(arguments.template, PACKETS)
    roster, students = _students(arguments)
    found = packet_files(arguments.packets, students, arguments.attach or ATTACHED)
    return _report(write_drafts(arguments.output, students, text, found, roster=roster))


def _feedback(arguments: argparse.Namespace) -> int:
    from prepkit.packets.mail import feedback_files, write_drafts
    from prepkit.packets.mail_text import FEEDBACK

    text = _text(arguments.template, FEEDBACK)
    roster, students = _students(arguments)
    found = feedback_files(arguments.feedback, students)
    return _report(write_drafts(arguments.output, students, text, found, roster=roster))


def _students(arguments: argparse.Namespace) -> tuple[Sequence[Student], Sequence[Student]]:
    """Return all students of the roster, and those that are asked for."""
    from prepkit.bank import load_bank
    from prepkit.packets.plan import students_named
    from prepkit.packets.roster import read_roster

    students = read_roster(arguments.roster, load_bank(arguments.bank))
    return students, students_named(students, arguments.only)


def _text(own: Path | None, usual: str) -> MailText:
    from prepkit.files import read_text
    from prepkit.packets.mail_text import read_mail_text

    return read_mail_text(read_text(own) if own else usual, own)


def _report(report: MailReport) -> int:
    print(report)
    return 1 if report.refused else 0
