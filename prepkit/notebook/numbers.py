r"""The numbers of formulas: ``\tag``, ``\label`` and what LaTeX numbers by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from prepkit.notebook.tex import Cursor, Tokens, name_of, tex_of, tokens_of

_ONE = frozenset({"equation", "multline"})
_EACH_LINE = frozenset({"align", "gather", "alignat", "flalign", "eqnarray"})
_COMMANDS = frozenset({r"\label", r"\tag", r"\nonumber", r"\notag"})


@dataclass(slots=True)
class Numbers:
    """The numbers that a notebook's formulas have so far."""

    automatic: bool = False
    """Whether formulas have numbers that have no tag."""
    count: int = 0
    """The last automatic number."""
    labels: dict[str, str] = field(default_factory=dict)
    """The number or tag of each labelled formula."""


@dataclass(slots=True)
class _Line:
    """A line of a formula, without what is said about its number."""

    tokens: Tokens = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    tag: Tokens | None = None
    bare: bool = False
    """Whether its tag stands without parentheses."""
    unnumbered: bool = False


def numbered(tex: str, numbers: Numbers) -> tuple[str, str, tuple[str, ...]]:
    r"""Return TeX without labels and tags, its number, and its labels.

    The number stands beside the formula, such as ``(1)``. If its lines have numbers of their own,
    these are in the TeX, and the number is empty.
    """
    if not any(command in tex for command in _COMMANDS) and not (
        numbers.automatic and r"\begin" in tex
    ):
        return tex, "", ()
    begin, name, content, end = _environment(tokens_of(tex.strip()))
    plain = name.removesuffix("*")
    rows = list(_rows(content)) if plain in _EACH_LINE else [(content, [])]
    lines = [(_read(row), separator) for row, separator in rows]
    counts = numbers.automatic and name in _ONE | _EACH_LINE
    found = []
    for line, _ in lines:
        blank = not "".join(line.tokens).strip()
        found.append("" if blank and not line.labels else _number(line, numbers, counts=counts))
    labels = tuple(label for line, _ in lines for label in line.labels)
    beside = found[0] if len([number for number in found if number]) == 1 == len(lines) else ""
    if beside and not any(mark in beside for mark in "\\$"):
        found = [""]
    else:
        beside = ""
    body: Tokens = []
    for (line, separator), number in zip(lines, found, strict=True):
        tag = tokens_of(rf"\qquad\text{{{number}}}") if number else []
        body += [*line.tokens, *tag, *separator]
    return tex_of([*begin, *body, *end]), beside, labels


def _number(line: _Line, numbers: Numbers, *, counts: bool) -> str:
    """Return what stands beside a line, and remember it for the line's labels."""
    if line.tag is not None:
        number = tex_of(line.tag).strip()
        shown = number if line.bare else f"({number})"
    elif (counts and not line.unnumbered) or (line.labels and numbers.automatic):
        numbers.count += 1
        number = str(numbers.count)
        shown = f"({number})"
    else:
        return ""
    for label in line.labels:
        numbers.labels.setdefault(label, number)
    return shown


def _environment(tokens: Tokens) -> tuple[Tokens, str, Tokens, Tokens]:
    """Return a formula as the begin, the name, the content and the end of its environment."""
    if tokens[:1] != [r"\begin"]:
        return [], "", tokens, []
    cursor = Cursor(tokens[1:])
    name = name_of(cursor.argument())
    end = [r"\end", "{", *name, "}"]
    start = len(tokens) - len(cursor)
    if tokens[-len(end) :] != end or name.removesuffix("*") not in _ONE | _EACH_LINE:
        return [], "", tokens, []
    return tokens[:start], name, tokens[start : -len(end)], end


def _rows(tokens: Tokens) -> Iterator[tuple[Tokens, Tokens]]:
    r"""Yield each line, and the ``\\`` after it."""
    line: Tokens = []
    depth = 0
    for token in tokens:
        depth += (token in ("{", r"\begin")) - (token in ("}", r"\end"))
        if token in ("\\\\", r"\cr") and depth == 0:
            yield line, [token]
            line = []
        else:
            line.append(token)
    yield line, []


def _read(tokens: Tokens) -> _Line:
    line = _Line()
    cursor = Cursor(tokens)
    while cursor:
        token = cursor.take()
        match token:
            case r"\label":
                line.labels.append(name_of(cursor.argument()))
            case r"\tag":
                line.bare = cursor.star()
                line.tag = cursor.argument()
            case r"\nonumber" | r"\notag":
                line.unnumbered = True
            case _:
                line.tokens.append(token)
    return line
