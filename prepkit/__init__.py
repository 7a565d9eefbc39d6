"""An interview-preparation workbook for engineering leaders: one question bank, many outputs.

The public names are in the stub beside this file, where editors and type checkers look for them.
Their modules load on first use, so that ``import prepkit`` stays quick.
"""

import ast
import importlib
from pathlib import Path
from typing import Any

_STUB = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
HOMES = {
    alias.name: str(line.module)
    for line in _STUB.body
    if isinstance(line, ast.ImportFrom)
    for alias in line.names
}
"""The modules of the public names."""

__all__ = sorted(HOMES)


def __getattr__(name: str) -> Any:
    """Import the module of a public name when the name is first used."""
    if name not in HOMES:
        raise AttributeError(f"module 'prepkit' has no attribute {name!r}")
    value = getattr(importlib.import_module(HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, for tab completion."""
    return __all__
