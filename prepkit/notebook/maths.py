"""TeX maths -> plain data or MathML, or the reason why it can't be shown correctly.

latex2mathml reads the TeX, but it accepts too much: unknown commands come out as their names,
unknown environments lose their names, and some tokens are dropped. So its result is read element by
element, only known elements are accepted, and every letter and digit of the source must be in the
result.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from prepkit.notebook.arrays import lined
from prepkit.notebook.html_tree import Node
from prepkit.notebook.mathml import Formula, read_mathml
from prepkit.notebook.mathml_core import core_mathml
from prepkit.notebook.tex import MathsError

MAX_LENGTH = 3000
"""Characters of TeX in one formula."""

# Each environment and the one that latex2mathml gets instead: it knows few, and numbers ``align``.
_ENVIRONMENTS = {
    **dict.fromkeys(("equation", "equation*", "displaymath", "math"), ""),
    **dict.fromkeys(("align", "align*", "aligned", "flalign", "flalign*", "split"), "split"),
    **dict.fromkeys(("alignat", "alignat*", "alignedat"), "split"),
    **dict.fromkeys(("gather", "gather*", "gathered", "multline", "multline*"), "displaylines"),
    **dict.fromkeys(("eqnarray", "eqnarray*"), "array"),
    **{name: name for name in ("array", "cases", "smallmatrix")},
    **{f"{kind}matrix": f"{kind}matrix" for kind in ("", "p", "b", "B", "v", "V")},
    "matrix*": "matrix*",
}
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")
_UNSUPPORTED = re.compile(
    r"\\(?:def|newcommand|renewcommand|newenvironment|DeclareMathOperator|unicode|nolimits|verb"
    r"|genfrac|sideset|skew|rule)(?![a-zA-Z])"
)
_OPERATOR = re.compile(r"(\\operatorname(?:\*|withlimits)?\s*)\{([^{}]*)\}")
_GROUPS = r"(?:\\.|[^{}\\]|\{(?:\\.|[^{}\\]|\{(?:\\.|[^{}\\])*\})*\})*"
_TEXT = re.compile(rf"(\\(?:text(?!color)[a-z]*|mbox|hbox))\s*\{{({_GROUPS})\}}")
_BLANK = re.compile(r"\\(\\|\s)")
# As in x_\rm{out}, where the letters come after the end of what TeX sets below.
_FONT = re.compile(r"([_^])\s*(\\(?:rm|bf|it|sf|tt|cal))\s*\{")
# The room below a line, and \\* for \\.
_AFTER_LINE = re.compile(r"\\\\(?:\*|\s*\[\s*-?[\d.]*\s*(?:[a-z]{2})?\s*\])+")
_TEXT_GROUP = re.compile(r"(?<!\\)\{([^{}\\]*)\}")
# What is in the source but isn't printed: commands, comments, lengths, column letters.
_UNSEEN = re.compile(
    r"(?<!\\)%[^\n]*|\\(?:text)?color\s*\{[^{}]*\}|\\(?:begin|end)\{[^{}]*\}(?:\s*[\[{][lcr|\s]*[\]}])?"
    r"|\\(?:[hm]space\*?|[hm]skip|m?kern)\s*\{?-?[\d.]+\s*[a-z]{2}\}?|\\[a-zA-Z]+|\\."
)


def formula(tex: str, *, display: bool) -> Formula:
    """Return TeX maths, without its ``$``, as plain data: see `Formula`.

    Parameters
    ----------
    tex
        The text between the dollars, or an environment of amsmath.
    display
        Whether it is on a line of its own.

    Raises
    ------
    MathsError
        If it can't be read, or wouldn't be shown correctly.
    """
    # Imported here: most notebooks hold no formula.
    from latex2mathml.converter import convert_to_element

    prepared = _prepared(tex)
    try:
        root = convert_to_element(prepared, display="block" if display else "inline")
    # Any exception: the parser's own ones have no common base class, and for some input it raises
    # StopIteration, IndexError or RecursionError.
    except Exception as error:
        raise MathsError("it is not complete") from error
    found = read_mathml(root)
    wanted = Counter(_letters(_UNSEEN.sub(" ", prepared)))
    if missing := wanted - Counter(_letters("".join(_shown_texts(found)))):
        raise MathsError(f"{min(missing)} would be lost")
    return found


@lru_cache(maxsize=1024)  # the same symbol is often named many times
def mathml(tex: str, *, display: bool) -> str:
    """Return TeX maths as a ``<math>`` element; parameters and errors are as in `formula`."""
    return core_mathml(formula(tex, display=display), tex, display=display)


def tex_of_node(node: Node) -> str:
    """Return the TeX of an ``<x-math>``, in which no command is left that the notebook defines.

    Raises
    ------
    MathsError
        If it can't be read.
    """
    if problem := node.attributes.get("problem"):
        raise MathsError(problem)
    tex = node.attributes.get("tex", node.text()).strip()
    return f"{tex} " if tex.endswith("\\") else tex  # the blank of a "\\ " at its end


def _prepared(tex: str) -> str:
    """Return TeX in a form that latex2mathml reads correctly."""
    if len(tex) > MAX_LENGTH:
        raise MathsError(f"it is longer than {MAX_LENGTH:,} characters")
    if "&#" in tex:
        raise MathsError("it contains &#")
    if command := _UNSUPPORTED.search(tex):
        raise MathsError(f"{command.group()} is not supported")
    braces = re.findall(r"[{}]", re.sub(r"\\.", "", tex))
    if braces.count("{") != braces.count("}"):
        raise MathsError("its braces don't match")

    def environment(match: re.Match[str]) -> str:
        name = match.group(2).strip()
        if name not in _ENVIRONMENTS:
            raise MathsError(f"the environment {name} is not supported")
        known = _ENVIRONMENTS[name]
        columns = "{rcl}" if name.startswith("eqnarray") and match.group(1) == "begin" else ""
        return f"\\{match.group(1)}{{{known}}}{columns}" if known else ""

    def text(match: re.Match[str]) -> str:
        parts = re.split(r"(?<!\\)\$", match.group(2))
        parts[::2] = [_TEXT_GROUP.sub(r"\1", words) for words in parts[::2]]
        if len(parts) % 2 == 0:
            raise MathsError("a dollar in its text is not closed")
        parts[::2] = [f"{match.group(1)}{{{words}}}" if words else "" for words in parts[::2]]
        return f"{{{' '.join(parts)}}}" if len(parts) > 1 else parts[0]

    def operator(match: re.Match[str]) -> str:
        if r"\_" in match.group(2):
            return rf"\mathrm{{{match.group(2)}}}"
        name = re.sub(r"\\[,;: ]|~", "\u2009", match.group(2))
        return f"{match.group(1).strip()}{{{name}}}"

    tex = _BLANK.sub(lambda one: one[0] if one[1] == "\\" else "\\ ", tex)
    tex = _FONT.sub(r"\1{\2 ", _aligned(tex))
    tex = _AFTER_LINE.sub(r"\\\\ ", lined(tex))
    tex = re.sub(r"\\(?:label\s*\{[^{}]*\}|nonumber\b|notag\b)", "", tex)
    tex = re.sub(r"(\\begin\{(?:alignat\*?|alignedat)\})\s*\{\d+\}", r"\1", tex)
    tex = re.sub(r"\\arg(?![a-zA-Z])", r"\\operatorname{arg}", tex)
    tex = re.sub(r"\\tag\*?(?=\{)", r"\\qquad\g<0>", tex)
    tex = _TEXT.sub(text, tex)
    return _OPERATOR.sub(operator, _ENVIRONMENT.sub(environment, tex))


def _aligned(tex: str) -> str:
    """Return TeX with an environment around it if it has ``&`` outside of any."""
    depth = 0
    for token in re.findall(r"\\begin\b|\\end\b|\\.|[{}&]", tex, re.DOTALL):
        depth += token in ("\\begin", "{")
        depth -= token in ("\\end", "}")
        if token == "&" and depth == 0:
            return rf"\begin{{aligned}}{tex}\end{{aligned}}"
    return tex


def _letters(text: str) -> Iterator[str]:
    for character in unicodedata.normalize("NFKC", text):
        if character.isascii() and character.isalnum():
            yield character


def _shown_texts(value: Any) -> Iterator[str]:
    """Yield every text that is printed."""
    if isinstance(value, list):
        for item in value:
            yield from _shown_texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ("s", "open", "close"):
                yield item
            else:
                yield from _shown_texts(item)
