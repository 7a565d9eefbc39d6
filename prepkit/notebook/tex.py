r"""TeX as tokens: commands, braces and characters, as TeX itself reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

Tokens = list[str]
r"""Such as ``\frac``, ``{``, ``a``, a single blank for any white space."""

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\\s|\\.|%[^\n]*\n?|\s+|.", re.DOTALL)


class MathsError(ValueError):
    """A formula that can't be shown correctly; the message says why."""


def tokens_of(tex: str) -> Tokens:
    """Return the tokens of TeX, without its comments."""
    found = []
    for token in _TOKEN.findall(tex):
        if token[0] == "%":
            continue
        if token.isspace():
            token = " "
        elif len(token) == 2 and token[1].isspace():
            token = "\\ "
        found.append(token)
    return found


def tex_of(tokens: Iterable[str]) -> str:
    """Return tokens as TeX; a command and a letter after it stay apart."""
    parts: list[str] = []
    for token in tokens:
        if parts and token[:1].isascii() and token[:1].isalpha() and is_word(parts[-1]):
            parts.append(" ")
        parts.append(token)
    return "".join(parts)


def is_word(token: str) -> bool:
    r"""Return whether a token is a command with a name, such as ``\frac``."""
    return len(token) > 1 and token[0] == "\\" and token[1].isalpha()


def name_of(tokens: Iterable[str]) -> str:
    """Return the text of tokens without blanks at its ends, such as an environment's name."""
    return "".join(tokens).strip()


class Cursor:
    """A place in tokens, which moves on as they are read. What is put before it is read next."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._waiting = list(reversed(tokens))

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def peek(self) -> str:
        """Return the next token; an empty text at the end."""
        return self._waiting[-1] if self._waiting else ""

    def take(self) -> str:
        """Return the next token and move on."""
        if not self._waiting:
            raise MathsError("it is not complete")
        return self._waiting.pop()

    def put(self, tokens: Sequence[str]) -> None:
        """Let these tokens be read next."""
        self._waiting.extend(reversed(tokens))

    def skip_blanks(self) -> None:
        """Move on to what isn't blank."""
        while self.peek() == " ":
            self._waiting.pop()

    def star(self) -> bool:
        """Take a ``*``, if it is next, and return whether it was."""
        self.skip_blanks()
        if self.peek() != "*":
            return False
        self.take()
        return True

    def argument(self) -> Tokens:
        """Take a group without its braces, or else a single token."""
        self.skip_blanks()
        token = self.take()
        if token == "}":
            raise MathsError("it is not complete")
        return self._until("}") if token == "{" else [token]

    def optional(self) -> Tokens | None:
        """Take what is between ``[`` and ``]``; None if they aren't next."""
        self.skip_blanks()
        if self.peek() != "[":
            return None
        self.take()
        return self._until("]")

    def _until(self, end: str) -> Tokens:
        found: Tokens = []
        depth = 0
        while True:
            token = self.take()
            if token == end and depth == 0:
                return found
            depth += (token == "{") - (token == "}")
            found.append(token)
