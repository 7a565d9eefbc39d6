"""The parameters of a template: what the cell tagged ``parameters`` sets, and their types. Pure.

Read by Python's own grammar, so that every way of writing an assignment counts: ``a = "x=y"``,
``n: int | None = None``, ``a = 1; b = 2``, values of several lines.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_MAGIC = re.compile(r"(?m)^(\s*)[%!].*")


def without_magics(source: str) -> str:
    """Return a cell's code with ``pass`` in place of each line that only IPython understands."""
    return _MAGIC.sub(r"\1pass", source)


def parameters_in(source: str) -> dict[str, str]:
    """Return the parameters that a cell sets, by name, each with its type.

    A type is what the annotation or else the type comment says; otherwise it is the type of the
    value, and ``None`` if that isn't written as a plain value.

    Raises
    ------
    SyntaxError
        If the cell isn't Python.
    """
    tree = ast.parse(without_magics(source), type_comments=True)
    return dict(assigned for statement in tree.body for assigned in _assigned(statement))


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield the names that a statement sets, each with its type."""
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id, _annotated(statement.annotation)
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.type_comment or _type_of(statement.value)
            elif isinstance(target, ast.Tuple | ast.List):
                yield from _unpacked(target.elts, statement.value)


def _unpacked(targets: list[ast.expr], value: ast.expr) -> Iterator[tuple[str, str]]:
    """Yield the names of ``a, b = 1, 2``; they have types if there is a value for each."""
    values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
    plain = len(values) == len(targets) and not any(isinstance(one, ast.Starred) for one in targets)
    for number, target in enumerate(targets):
        if isinstance(target, ast.Name):
            yield target.id, _type_of(values[number]) if plain else "None"


def _annotated(annotation: ast.expr) -> str:
    # Quoted, as for a name that is only imported for type checkers.
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    return ast.unparse(annotation)


def _type_of(value: ast.expr) -> str:
    try:
        return type(ast.literal_eval(value)).__name__.removesuffix("Type")
    except ValueError:
        return "None"
