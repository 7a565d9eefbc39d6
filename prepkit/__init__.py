"""An interview-preparation workbook for engineering leaders: one question bank, many outputs.

The public names are in the stub beside this file, where editors and type checkers look for them.
Their modules load on first use, so that ``import prepkit`` stays quick.
"""

import importlib
from os.path import splitext  # pathlib and ast would take longer to load than all of this

HOMES: dict[str, str] = {}
with open(f"{splitext(__file__)[0]}.pyi", encoding="utf-8") as _stub:  # noqa: PTH122, PTH123
    for _line in _stub:
        # from prepkit.bank import load_bank as load_bank
        if _line.startswith("from "):
            _, _home, _, _name, *_ = _line.split()
            HOMES[_name] = _home
"""The modules of the public names."""

__all__ = sorted(HOMES)


def __getattr__(name: str) -> object:
    """Import the module of a public name when the name is first used."""
    if name not in HOMES:
        raise AttributeError(f"module 'prepkit' has no attribute {name!r}")
    value = getattr(importlib.import_module(HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, for tab completion."""
    return __all__
