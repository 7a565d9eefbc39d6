"""What the code of a cell calls its plot: the titles and labels written in it. Pure."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prepkit.notebook.fields import mapping
from prepkit.notebook.titles import NO_WORDS, PlotWords, axes_words

_MOST_CODE = 20_000  # characters; longer code isn't read
_LONGEST = 200
_MAGIC = re.compile(r"(?m)^(\s*)[%!].*")
# What libraries say of any plot. It tells nothing about this one.
_ANY_PLOT = re.compile(
    r"<.*>|.* at 0x[0-9A-Fa-f]+.*|Figure(?:\(.*\))?|FigureAxisPlot\(\)|Plot\{.*\}"
    r"|plot without title",
    re.IGNORECASE,
)
_MODULES = frozenset({"plt", "pylab", "pyplot"})
_OF_MODULES = {"title": "title", "xlabel": "x", "ylabel": "y"}
_OF_OBJECTS = {"suptitle": "above", "set_title": "title", "set_xlabel": "x", "set_ylabel": "y"}
_FIRST = {"above": "t", "title": "label", "x": "xlabel", "y": "ylabel"}
_KEYWORDS = {"title": "title", "xlabel": "x", "ylabel": "y"}


def said_of_plot(plain: str) -> str:
    """Return the text that an output has beside its picture, if it says what this picture shows."""
    text = plain.strip()
    is_line = len(text) <= _LONGEST and "\n" not in text
    return text if is_line and not _ANY_PLOT.fullmatch(text) else ""


def has_one_picture(outputs: Sequence[Any]) -> bool:
    """Return whether exactly one of a cell's outputs is a picture."""
    bundles = (mapping(mapping(output).get("data")) for output in outputs)
    return sum(any(str(mime).startswith("image/") for mime in data) for data in bundles) == 1


def words_in_code(source: str) -> PlotWords:
    """Return title and axes of the one plot that a cell of Python draws.

    Only plain texts count, and only if there is one call that sets them: of two titles, either may
    be that of another plot.
    """
    if len(source) > _MOST_CODE or not any(word in source for word in ("title", "label")):
        return NO_WORDS
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(_MAGIC.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return NO_WORDS
    found: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            for kind, value in _settings(node, node.func):
                text = value.value if isinstance(value, ast.Constant) else ""
                words = " ".join(text.split()) if isinstance(text, str) else ""
                found.setdefault(kind, []).append(words)
    one = {kind: texts[0] for kind, texts in found.items() if len(texts) == 1}
    return PlotWords(one.get("above") or one.get("title", ""), axes_words(one))


def _settings(call: ast.Call, method: ast.Attribute) -> Iterator[tuple[str, ast.expr]]:
    """Yield what a call sets, as ``above``, ``title``, ``x`` or ``y``, and the value."""
    keywords: Mapping[str | None, ast.expr] = {each.arg: each.value for each in call.keywords}
    kind = _OF_OBJECTS.get(method.attr)
    if kind is None and _name(method.value) in _MODULES:
        kind = _OF_MODULES.get(method.attr)
    if kind:
        value = call.args[0] if call.args else keywords.get(_FIRST[kind])
        if value:
            yield kind, value
    elif method.attr in ("plot", "set") or _name(method.value) == "plot":
        for name, sets in _KEYWORDS.items():
            if name in keywords:
                yield sets, keywords[name]


def _name(value: ast.expr) -> str:
    """Return the last name of ``plt`` or ``matplotlib.pyplot``; empty for any other expression."""
    if isinstance(value, ast.Attribute):
        return value.attr
    return value.id if isinstance(value, ast.Name) else ""
