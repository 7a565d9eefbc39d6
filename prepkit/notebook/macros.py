r"""The commands that a notebook defines for its formulas, and those of common packages.

``\newcommand``, ``\def`` and their like hold for the rest of a notebook, as in Jupyter. What
latex2mathml doesn't know is written with what it knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from prepkit.notebook.chemistry import chemistry
from prepkit.notebook.tex import Cursor, MathsError, Tokens, name_of, tex_of, tokens_of
from prepkit.notebook.tex_colors import color_of
from prepkit.notebook.units import UNIT_COMMANDS

MAX_TOKENS = 10_000
"""How long a formula may become."""
MAX_STEPS = 2_000
"""How many commands may be replaced in one formula: one may stand for itself."""


@dataclass(frozen=True, slots=True)
class Macro:
    """What a command stands for."""

    body: tuple[str, ...]
    count: int = 0
    """How many arguments it takes; ``#1`` is the first of them."""
    default: tuple[str, ...] | None = None
    """The first argument, if that is optional."""
    final: bool = False
    r"""Whether its body is read no further, as after ``\let\old=\vec``."""


Macros = dict[str, Macro]
r"""Macros by their commands, such as ``\R``; for environments ``begin`` or ``end`` and a name."""


def _written(count: int, **bodies: str) -> Macros:
    return {f"\\{name}": Macro(tuple(tokens_of(body)), count) for name, body in bodies.items()}


def _environment(name: str, begin: str, end: str) -> Macros:
    return {
        f"begin {name}": Macro(tuple(tokens_of(begin))),
        f"end {name}": Macro(tuple(tokens_of(end))),
    }


# Of amsmath, bm, bbm, braket, mathtools, physics and LaTeX itself. What only moves or measures
# what it is about, such as \smash, keeps what it is about.
PACKAGES: Mapping[str, Macro] = {
    **_written(
        0, LaTeX=r"\text{LaTeX}", TeX=r"\text{TeX}",
        grad=r"\nabla", curl=r"\nabla\times", laplacian=r"\nabla^2", degree=r"{}^\circ",
        textdegree=r"{}^\circ", celsius=r"{}^\circ\mathrm{C}", coloneqq=":=", eqqcolon="=:",
        vcentcolon=":", sgn=r"\operatorname{sgn}", strut="", mathstrut="", enspace=r"\;\;",
        thinspace=r"\,", nobreak="", allowbreak="", displaybreak="", hdots=r"\ldots",
        mathopen="", mathclose="", tiny="", scriptsize="", footnotesize="", small="",
        normalsize="", large="", Large="", LARGE="", huge="", Huge="", bfseries=r"\bf",
        rmfamily=r"\rm", argmax=r"\operatorname*{argmax}", argmin=r"\operatorname*{argmin}",
    ),
    **_written(
        1, hphantom=r"\phantom{#1}",
        bm=r"\boldsymbol{#1}", pmb=r"\boldsymbol{#1}", mathbbm=r"\mathbb{#1}",
        mathds=r"\mathbb{#1}", bra=r"\langle{#1}\vert", ket=r"\vert{#1}\rangle",
        braket=r"\langle{#1}\rangle", Bra=r"\left\langle{#1}\right\vert",
        Ket=r"\left\vert{#1}\right\rangle", Braket=r"\left\langle{#1}\right\rangle",
        Set=r"\left\{\,#1\,\right\}", abs=r"\left\lvert{#1}\right\rvert",
        norm=r"\left\lVert{#1}\right\rVert", smash="{#1}", vphantom="", vcenter="{#1}",
        mathllap="{#1}", mathrlap="{#1}", mathclap="{#1}", textnormal=r"\text{#1}",
        textup=r"\text{#1}", require="", mathord="{#1}", mathinner="{#1}",
    ),
    **_written(2, ketbra=r"\vert{#1}\rangle\langle{#2}\vert", cssId="{#2}"),
    **_written(3, prescript=r"{}^{#1}_{#2}{#3}"),
    "\\class": Macro(tuple(tokens_of("{#2}")), 2),
    **_environment("dcases", r"\begin{cases}", r"\end{cases}"),
    **_environment("subequations", "", ""),
    **_environment("rcases", r"\left.\begin{array}{ll}", r"\end{array}\right\}"),
    **_environment("drcases", r"\left.\begin{array}{ll}", r"\end{array}\right\}"),
    **_environment("pmatrix*", r"\left(\begin{matrix*}", r"\end{matrix*}\right)"),
    **_environment("bmatrix*", r"\left[\begin{matrix*}", r"\end{matrix*}\right]"),
    **_environment("Bmatrix*", r"\left\{\begin{matrix*}", r"\end{matrix*}\right\}"),
    **_environment("vmatrix*", r"\left\vert\begin{matrix*}", r"\end{matrix*}\right\vert"),
}  # fmt: skip
_DEFINING = frozenset(
    {r"\newcommand", r"\renewcommand", r"\providecommand", r"\def", r"\gdef", r"\edef", r"\let"}
    | {r"\DeclareMathOperator", r"\newenvironment", r"\renewenvironment"}
    | {r"\DeclarePairedDelimiter", r"\DeclareRobustCommand", r"\global", r"\long"}
    | {r"\definecolor"}
)
_COLORED = frozenset({r"\color", r"\textcolor"})


_NAMES = re.compile(r"\\[a-zA-Z]+")
_BEGUN = re.compile(r"\\begin\s*\{\s*([^{}]*?)\s*\}")


def defines(tex: str) -> bool:
    """Return whether TeX defines a command or an environment."""
    return not _DEFINING.isdisjoint(_NAMES.findall(tex))


def is_known(command: str) -> bool:
    """Return whether TeX, or a package that everyone has, knows a command by itself."""
    from latex2mathml.commands import CONVERSION_MAP, FUNCTIONS
    from latex2mathml.symbols_parser import convert_symbol

    packaged = command in PACKAGES or command in _FUNCTIONS
    return (
        packaged
        or command in CONVERSION_MAP
        or command in FUNCTIONS
        or bool(command.startswith("\\") and convert_symbol(command))
    )


def expanded(tex: str, macros: Macros, later: Mapping[str, Macro] | None = None) -> str:
    r"""Return TeX in which only commands are left that TeX has by itself.

    Parameters
    ----------
    tex
        The TeX of a formula.
    macros
        What the notebook has defined so far; what this formula defines is added.
    later
        What the notebook defines only after this formula.

    Raises
    ------
    MathsError
        If a definition isn't complete, or a command stands for itself.
    """
    known: list[Mapping[str, Macro]] = [macros, later or {}, PACKAGES]
    names = {*_NAMES.findall(tex), *(f"begin {name}" for name in _BEGUN.findall(tex))}
    if all(map(names.isdisjoint, [_DEFINING, _COLORED, _FUNCTIONS, *known])):
        return tex
    cursor = Cursor(tokens_of(tex))
    found: Tokens = []
    steps = 0
    while cursor:
        token = cursor.take()
        if token in _DEFINING:
            _define(token, cursor, macros)
            cursor.skip_blanks()
            continue
        if token in _COLORED:
            found += [token, *_color(cursor, known)]
            continue
        macro = _macro(token, cursor, known)
        if macro and macro.final:
            found += macro.body
        elif macro or token in _FUNCTIONS:
            cursor.put(_applied(macro, cursor) if macro else _FUNCTIONS[token](cursor))
            steps += 1
        else:
            found.append(token)
        if steps > MAX_STEPS or len(cursor) + len(found) > MAX_TOKENS:
            raise MathsError(f"{token} stands for more than can be shown")
    return tex_of(found)


def _macro(token: str, cursor: Cursor, known: list[Mapping[str, Macro]]) -> Macro | None:
    """Return what a token stands for; the name of an environment is taken with it."""
    if token in (r"\begin", r"\end"):
        name = cursor.argument()
        token = f"{token[1:]} {name_of(name)}"
        if not any(token in macros for macros in known):
            cursor.put(["{", *name, "}"])
    return next((macros[token] for macros in known if token in macros), None)


def _applied(macro: Macro, cursor: Cursor) -> Tokens:
    """Return the body of a macro with its arguments, which are taken."""
    arguments: list[Tokens] = []
    if macro.default is not None:
        given = cursor.optional()
        arguments.append(list(macro.default) if given is None else given)
    while len(arguments) < macro.count:
        arguments.append(cursor.argument())
    found: Tokens = []
    body = iter(macro.body)
    for token in body:
        if token != "#":
            found.append(token)
            continue
        number = next(body, "")
        if not number.isdigit() or not 1 <= int(number) <= len(arguments):
            raise MathsError("a definition has a # that isn't an argument")
        found += arguments[int(number) - 1]
    return found


# ---- definitions


def _define(command: str, cursor: Cursor, macros: Macros) -> None:
    """Take a definition and add it."""
    match command:
        case r"\global" | r"\long":
            return
        case r"\def" | r"\gdef" | r"\edef":
            name, count = _command_name(cursor), 0
            while cursor.peek() == "#":
                cursor.take()
                count += 1
                if cursor.take() != str(count):
                    raise MathsError(f"the definition of {name} can't be read")
            cursor.skip_blanks()
            if cursor.peek() != "{":
                raise MathsError(f"text between the arguments of {name} is not supported")
            macros[name] = Macro(tuple(cursor.argument()), count)
        case r"\let":
            name = _command_name(cursor)
            cursor.skip_blanks()
            if cursor.peek() == "=":
                cursor.take()
                cursor.skip_blanks()
            other = cursor.take()
            macros[name] = macros.get(other) or PACKAGES.get(other) or Macro((other,), final=True)
        case r"\DeclareMathOperator":
            operator = r"\operatorname*" if cursor.star() else r"\operatorname"
            name = _command_name(cursor)
            macros[name] = Macro((*tokens_of(operator), "{", *cursor.argument(), "}"))
        case r"\DeclarePairedDelimiter":
            name = _command_name(cursor)
            left, right = cursor.argument(), cursor.argument()
            # With a star they grow: they always do here, as what is in them may be high.
            macros[name] = Macro((r"\left", *left, "{", "#", "1", "}", r"\right", *right), 1)
        case r"\definecolor":
            name, model, numbers = (name_of(cursor.argument()) for _ in range(3))
            macros[f"color {name}"] = Macro(tuple(color_of(numbers, model)))
        case r"\newenvironment" | r"\renewenvironment":
            cursor.star()
            name = name_of(cursor.argument())
            count, default = _counts(cursor)
            macros[f"begin {name}"] = Macro(tuple(cursor.argument()), count, default)
            macros[f"end {name}"] = Macro(tuple(cursor.argument()))
        case _:
            cursor.star()
            name = _command_name(cursor)
            count, default = _counts(cursor)
            macro = Macro(tuple(cursor.argument()), count, default)
            if command != r"\providecommand" or name not in macros:
                macros[name] = macro


def _command_name(cursor: Cursor) -> str:
    name = name_of(cursor.argument())
    if not name.startswith("\\"):
        raise MathsError(f"a definition of {name or 'nothing'} can't be read")
    return name


def _counts(cursor: Cursor) -> tuple[int, tuple[str, ...] | None]:
    """Take how many arguments there are, and the default of the first one."""
    count = cursor.optional()
    default = cursor.optional()
    number = name_of(count or ["0"])
    if not re.fullmatch("[0-9]", number):
        raise MathsError(f"{number} is no number of arguments")
    return int(number), None if default is None else tuple(default)


def _color(cursor: Cursor, known: list[Mapping[str, Macro]]) -> Tokens:
    """Take a colour and return it as an argument that latex2mathml reads."""
    model = cursor.optional()
    name = name_of(cursor.argument())
    defined = next((macros[f"color {name}"] for macros in known if f"color {name}" in macros), None)
    color = "".join(defined.body) if defined else color_of(name, name_of(model or []))
    return ["{", *color, "}"]


# ---- commands that read what follows them in a way of their own


def _chemical(cursor: Cursor) -> Tokens:
    return ["{", *tokens_of(chemistry(tex_of(cursor.argument()))), "}"]


def _operator(cursor: Cursor) -> Tokens:
    r"""Return ``\mathop{\rm argmin}`` as the name of an operator."""
    content = tex_of(cursor.argument())
    name = re.sub(r"\\(?:rm|bf|it|sf|mathrm|text|mathbf|operatorname)(?![a-zA-Z])", "", content)
    name = re.sub(r"[{}]", "", name).strip()
    if not re.fullmatch(r"(?:[A-Za-z\- ]|\\[,;: ])+", name):
        raise MathsError(r"\mathop is only supported around a name")
    return tokens_of(rf"\operatorname*{{{name}}}")


def _derivative(sign: str) -> Callable[[Cursor], Tokens]:
    def derivative(cursor: Cursor) -> Tokens:
        order = cursor.optional()
        power = f"^{{{tex_of(order)}}}" if order else ""
        above = tex_of(cursor.argument())
        cursor.skip_blanks()
        below = tex_of(cursor.argument()) if cursor.peek() == "{" else None
        if below is None:
            above, below = "", above
        return tokens_of(rf"\frac{{{sign}{power} {above}}}{{{sign} {below}{power}}}")

    return derivative


def _character(cursor: Cursor) -> Tokens:
    number = name_of(cursor.argument())
    found = re.fullmatch(r"x([0-9A-Fa-f]{1,6})|([0-9]{1,7})", number)
    code = (int(found[1], 16) if found[1] else int(found[2])) if found else 0
    if not 0x20 < code < 0x110000 or 0xD800 <= code < 0xE200:
        raise MathsError(f"there is no character {number}")
    return [chr(code)]


def _box(cursor: Cursor) -> Tokens:
    r"""Return ``\bbox[border: …]{x}`` as a box."""
    how = tex_of(cursor.optional() or [])
    if "border" in how:
        return [r"\boxed"]
    if re.fullmatch(r"[\s\d.a-z]*", how) and not re.fullmatch(r"\s*[a-z]+\s*", how):
        return []  # only room around it
    raise MathsError(r"a background of \bbox is not supported")


_FUNCTIONS: dict[str, Callable[[Cursor], Tokens]] = {
    **UNIT_COMMANDS,
    r"\ce": _chemical,
    r"\cee": _chemical,
    r"\mathop": _operator,
    r"\unicode": _character,
    r"\bbox": _box,
    r"\dv": _derivative(r"\mathrm{d}"),
    r"\pdv": _derivative(r"\partial"),
}
