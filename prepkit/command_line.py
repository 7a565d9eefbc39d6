"""The command line: parse the arguments, run the command, and say what went wrong.

Exit codes: 0 if all went well, 1 if the input is wrong or something could not be done, 2 if the
command itself is wrong. The commands are in `prepkit.commands`.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from prepkit.commands import (
    answers,
    bank,
    feedback,
    handout,
    lab,
    mail,
    packets,
    plan,
    roster,
    site,
)
from prepkit.commands.options import CommandParser, add_commands
from prepkit.terminal import printable_output, terminal_itself

if TYPE_CHECKING:
    from prepkit.commands.options import Command


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are printed on stderr."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # On Windows, a file or a pipe may have no "Ł": better its number than an error.
        sys.stdout.reconfigure(errors="backslashreplace")
    arguments = _parser().parse_args(argv)
    # Imported here so that `prepkit --help` doesn't wait for pydantic.
    from prepkit.errors import PrepkitError

    command: Command = arguments.run
    try:
        with printable_output():
            try:
                code = command(arguments)
                sys.stdout.flush()
                return code
            except PrepkitError as error:
                print(error, file=sys.stderr)
                return 1
    except BrokenPipeError:
        # The reader of our output has closed it, as `head` does. Python flushes stdout again at
        # exit, which must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), terminal_itself(sys.stdout).fileno())
        return 1


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: that takes longer than all parsing."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, nargs=0)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"prepkit {version('prepkit')}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="prepkit", description="An interview-preparation workbook for engineering leaders."
    )
    parser.add_argument("--version", action=_Version, help="show program's version number and exit")
    commands = add_commands(parser)
    for module in (lab, plan, handout, packets, roster, mail, site, bank, answers, feedback):
        module.add(commands)
    return parser
