"""The scripts and styles in prepkit/static/, joined into the one that a page or widget loads.

The files are plain ES modules, so that Node can test them directly. But two hosts can't load
modules: a widget's script is a single text without a folder around it, and browsers don't load
modules into pages that were opened from a folder (``file://``). So the modules are joined, without
their comments. Nothing else is changed: there is no build step, and the code that runs is the code
in the files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

STATIC = Path(__file__).parent / "static"
"""The folder of the modules and style sheets."""

_IMPORT = re.compile(
    r'^import \{\s*(\w+(?:,\s*\w+)*),?\s*\} from "(\.{1,2}/[\w./-]+\.js)";\n', re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|class|function)\b\*? (\w+)\b)", re.MULTILINE)
_DEFAULT = re.compile(r"^export default (.+);\s*\Z", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


@cache
def widget_script(name: str) -> str:
    """Return a module and its imports as one module, with a default export: a widget's ``_esm``."""
    joined = join_modules(name, _modules())
    return f'{joined}export default modules["{name}"].default;\n'


@cache
def page_script(name: str, **made: str) -> str:
    """Return a module and its imports as a classic script, which defines no global names.

    Parameters
    ----------
    name
        The module, such as ``site.js``.
    made
        Modules that aren't files, by their names without ``.js``.
    """
    texts = {**_modules(), **{f"{key}.js": text for key, text in made.items()}}
    return f'(() => {{\n"use strict";\n{join_modules(name, texts)}}})();\n'


@cache
def style_sheet(*names: str) -> str:
    """Return style sheets from the folder as one, in this order."""
    return "\n".join((STATIC / name).read_text("utf-8") for name in names)


def join_modules(entry: str, texts: Mapping[str, str]) -> str:
    """Return a module and everything it imports as one text without imports. Pure.

    Each module is there once, after the modules that it imports, inside its own function, so that
    other modules see only what it exports. The object ``modules`` has the exports by module.

    Imports and exports must have the forms ``import { a, b } from "./other.js";``, ``export``
    before a declaration, or ``export default …;`` on the last line. Lines that begin with ``//``
    are comments and are left out: visitors don't need to load them.

    Parameters
    ----------
    entry
        The name of the module to return.
    texts
        The modules by name, which is the path from the common folder.

    Raises
    ------
    ValueError
        If a module doesn't exist, doesn't export what is imported from it, imports itself through
        others, or has an import or export in another form.
    """
    done: dict[str, _Module] = {}
    _add(entry, texts, done, ())
    return "const modules = {};\n" + "".join(map(_as_function, done.values()))


@dataclass(frozen=True, slots=True)
class _Module:
    name: str
    imports: dict[str, list[str]]
    """The imported names, by module."""
    exports: list[str]
    default: str | None
    """The default export, as an expression."""
    body: str


def _add(
    name: str, texts: Mapping[str, str], done: dict[str, _Module], importers: tuple[str, ...]
) -> None:
    """Put a module into `done`, after everything it imports."""
    way = (*importers, name)
    if name in importers:
        raise ValueError(f"Modules import each other: {' → '.join(way)}.")
    if name in done:
        return
    if name not in texts:
        raise ValueError(f"{' → '.join(way)}: no such module.")
    module = _parsed(name, texts[name])
    for other, names in module.imports.items():
        _add(other, texts, done, way)
        missing = [each for each in names if each not in done[other].exports]
        if missing:
            raise ValueError(f"{name}: {other} exports no {', '.join(missing)}.")
    done[name] = module


def _parsed(name: str, text: str) -> _Module:
    imports: dict[str, list[str]] = {}
    for names, path in _IMPORT.findall(text):
        other = normpath(join(dirname(name), path))
        imports.setdefault(other, []).extend(re.findall(r"\w+", names))
    body = _COMMENT.sub("", _IMPORT.sub("", text)).lstrip("\n")
    default = _DEFAULT.search(body)
    body = _DEFAULT.sub("", body)
    exports = _EXPORT.findall(body)
    body = _EXPORT.sub("", body)
    other_form = _LEFT_OVER.search(body)
    if other_form:
        raise ValueError(f"{name}: an import or export in a form that isn't read: {other_form[0]}")
    return _Module(name, imports, exports, default[1] if default else None, body)


def _as_function(module: _Module) -> str:
    taken = "".join(
        f'const {{ {", ".join(names)} }} = modules["{other}"];\n'
        for other, names in module.imports.items()
    )
    given = list(module.exports)
    if module.default is not None:
        given.append(f"default: {module.default}")
    end = f"return {{ {', '.join(given)} }};\n"
    return f'modules["{module.name}"] = (() => {{\n{taken}{module.body}{end}}})();\n'


@cache
def _modules() -> Mapping[str, str]:
    """Return the folder's modules by name."""
    return {
        path.relative_to(STATIC).as_posix(): path.read_text("utf-8")
        for path in sorted(STATIC.rglob("*.js"))
    }
