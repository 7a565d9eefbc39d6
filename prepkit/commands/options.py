"""What commands share: how one is added, options that several have, and the types of values."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from itertools import takewhile
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from prepkit.text import capitalize_first, closest, join_quoted, not_a_date, printable

Command: TypeAlias = Callable[[argparse.Namespace], int]
"""Does what the user asked for, and returns the exit code."""
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What commands are added to."""

PAPERS = ("a4", "us-letter")


class CommandParser(argparse.ArgumentParser):
    """A parser that takes whole names of options only; its commands have parsers of this type too.

    An abbreviation such as ``--out`` is refused, because a later version may have another option
    that starts the same way.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, allow_abbrev=False)

    def parse_known_args(  # type: ignore[override]  # one form in place of argparse's three
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse `args`; an unknown option is the first error, before options that are missing."""
        words = sys.argv[1:] if args is None else list(args)
        for word in takewhile(self._is_own, words):
            name = word.partition("=")[0]
            is_option = name.startswith("--") and " " not in word  # a space makes it a value
            if is_option and name not in self._option_string_actions:
                self.error(f"unknown option {name}{self._like(name)}")
        return super().parse_known_args(words, namespace)

    def error(self, message: str) -> NoReturn:
        """Print the usage and a message, which may quote a file's name, and exit."""
        super().error(printable(message))

    def _is_own(self, word: str) -> bool:
        """Tell whether options from here on are this parser's: not those of a command, or text."""
        return word != "--" and (self._subparsers is None or word.startswith("-"))

    def _like(self, name: str) -> str:
        known = [one for one in self._option_string_actions if one.startswith("--")]
        like = [one for one in known if one.startswith(name)] or closest(name, known)
        return f"; did you mean {join_quoted(like, 'or')}?" if like else ""


def add_command(
    commands: Commands, name: str, summary: str, run: Command | None = None
) -> argparse.ArgumentParser:
    """Add a command that calls `run`, or one that has commands of its own."""
    parser = commands.add_parser(name, help=summary, description=f"{capitalize_first(summary)}.")
    if run:
        parser.set_defaults(run=run)
    return parser


def add_commands(parser: argparse.ArgumentParser) -> Commands:
    """Let `parser` ask for a command."""
    return parser.add_subparsers(title="commands", required=True, metavar="COMMAND")


def add_flag(parser: argparse._ActionsContainer, name: str, summary: str) -> None:
    """Add an option without a value, which is off unless it is given."""
    parser.add_argument(name, action="store_true", help=summary)


def add_bank(parser: argparse.ArgumentParser) -> None:
    """Add the option that names a question bank."""
    parser.add_argument(
        "--bank", type=Path, metavar="FOLDER", help="your own question bank (default: prepkit's)"
    )


def port(text: str) -> int:
    """Return the number of a port."""
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1 to 65535")
    return number


def count(text: str) -> int:
    """Return a whole number, 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def names_in(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the names that a list with commas has, in the order of `known`."""
    wanted = [part.strip() for part in text.split(",")]
    if unknown := [part for part in wanted if part not in known]:
        raise argparse.ArgumentTypeError(
            f"{', '.join(map(repr, unknown))}: choose from {', '.join(known)}"
        )
    return tuple(name for name in known if name in wanted)


def day(text: str) -> date:
    """Return a date written as in 2026-01-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(not_a_date(text)) from None


def clock(text: str) -> time:
    """Return a time written as in 19:00."""
    try:
        return datetime.strptime(text, "%H:%M").time()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time: write it as in 19:00") from None
