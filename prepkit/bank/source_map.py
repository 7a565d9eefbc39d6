"""YAML that people write, read with the line of every value, so that an error can name it.

Only texts, lists and mappings of texts are taken, and dates as the texts they are: a word that YAML
takes for something else (``no``, ``12``) is a problem, never a surprise later on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from prepkit.errors import Problem

# The C parser is several times quicker; PyYAML built without it has only the Python one.
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = (_TAG + "str", _TAG + "timestamp")
_READ_AS = {"bool": "true or false", "int": "a number", "float": "a number", "merge": "a merge key"}

Place = tuple[int | str, ...]
"""Where a value stands: keys and list positions, outermost first, as in pydantic's `loc`."""


@dataclass(slots=True)
class YamlLines:
    """What a YAML text holds (`data`), with the line of every value and every problem found."""

    path: Path
    first_line: int
    data: object = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line_of(self, place: Place) -> int:
        """Return the line of `place`, or of the nearest thing around it that is there."""
        return line_at(self.lines, place, self.first_line)

    def refuse(self, line: int, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.path, line, message))


def line_at(lines: Mapping[Place, int], place: Place, otherwise: int = 1) -> int:
    """Return the line of `place`, or of the nearest thing around it that has one."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, otherwise)


def read_yaml(text: str, path: Path, *, first_line: int = 1) -> YamlLines:
    """Read a YAML text with the line of every value.

    Parameters
    ----------
    text : str
        One YAML document.
    path : Path
        Named in problems.
    first_line : int
        The line of the file in which `text` begins, counted from 1.

    Returns
    -------
    YamlLines
        `data` is None where the text is empty or isn't YAML; problems are noted, nothing is raised.
    """
    found = YamlLines(path, first_line)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        found.refuse(line, f"not YAML: {error.problem or error.context}")
    except yaml.YAMLError as error:
        found.refuse(first_line, f"not YAML: {error}")
    else:
        if node is not None:
            found.data = _plain(node, (), found)
    return found


def _plain(node: yaml.Node, place: Place, found: YamlLines) -> object:
    """Return the plain value of `node`; its problems and lines go to `found`."""
    line = found.first_line + node.start_mark.line
    found.lines[place] = line
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, index), found) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, object] = {}
        for key_node, value_node in node.value:
            key_line = found.first_line + key_node.start_mark.line
            if not isinstance(key_node, yaml.ScalarNode):
                found.refuse(key_line, "a key must be a word")
                continue
            key = key_node.value
            _check_text(key_node, found)
            if key in mapping:
                found.refuse(key_line, f"the key {key!r} is there twice")
            mapping[key] = _plain(value_node, (*place, key), found)
            found.lines[(*place, key)] = key_line
        return mapping
    if node.tag == _TAG + "null":
        return None
    _check_text(node, found)
    return str(node.value)


def _check_text(node: yaml.Node, found: YamlLines) -> None:
    """Note a problem where YAML takes a word for something other than a text."""
    if node.tag not in _TEXT_TAGS:
        kind = _READ_AS.get(node.tag.removeprefix(_TAG), f"a {node.tag}")
        found.refuse(
            found.first_line + node.start_mark.line,
            f"YAML reads {node.value!r} as {kind}; write it in quotes: '{node.value}'",
        )
