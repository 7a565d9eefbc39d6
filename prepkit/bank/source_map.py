"""The line of each value in a file, and a reader of YAML that keeps the lines.

The reader accepts only texts, lists and mappings; dates stay texts, and so do numbers under the
keys that may have one. Any other word that YAML would read as something else (``no`` as a boolean,
``12`` as a number) is reported, so it can't surprise anyone later.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from prepkit.errors import Loc, Problem, Problems, explain
from prepkit.records import Record

R = TypeVar("R", bound=Record)

# The C parser is several times faster, but PyYAML can be built without it.
_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = (_TAG + "str", _TAG + "timestamp")
_NUMBER_TAGS = (_TAG + "int", _TAG + "float")
_READ_AS = {"bool": "true or false", "int": "a number", "float": "a number", "merge": "a merge key"}


@dataclass(slots=True)
class SourceMap:
    """A file, and the line of each value in it."""

    path: Path
    lines: dict[Loc, int] = field(default_factory=dict)

    def line_of(self, loc: Loc) -> int:
        """Return the line of `loc`, or of the innermost value around it whose line is known."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)

    def problem(self, loc: Loc, message: str) -> Problem:
        """Return a problem with the value at `loc`, such as ``("tips", 0)``."""
        return Problem(self.path, self.line_of(loc), message)


def validate(
    kind: type[R], data: object, source: SourceMap, problems: Problems, *, loc: Loc = ()
) -> R | None:
    """Return the values at `loc` as a record; None, with every problem, if they aren't valid."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        problems.add_validation(
            error,
            say=lambda part: explain(part, kind),
            line_of=lambda inner: source.line_of((*loc, *inner)),
        )
        return None


def read_yaml(
    text: str,
    source: SourceMap,
    problems: Problems,
    *,
    first_line: int = 1,
    numbers: Collection[str] = (),
) -> object:
    """Read a YAML text with the line of every value.

    Parameters
    ----------
    text : str
        One YAML document.
    source : SourceMap
        Gets the line of every value.
    problems : Problems
        Gets every problem; nothing is raised.
    first_line : int
        The line of the file in which `text` begins, counted from 1.
    numbers : collection of str
        Keys whose value may be a number without quotes. It is returned as it is written.

    Returns
    -------
    object
        None if the text is empty or isn't YAML.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        problems.add_error(f"this isn't valid YAML: {error.problem or error.context}", line=line)
        return None
    except yaml.YAMLError as error:
        problems.add_error(f"this isn't valid YAML: {error}", line=first_line)
        return None
    reader = _YamlReader(source, problems, first_line, numbers)
    return None if node is None else reader.value(node, ())


@dataclass(slots=True)
class _YamlReader:
    """Turns YAML's nodes into values, and notes their lines and problems."""

    source: SourceMap
    problems: Problems
    first_line: int
    numbers: Collection[str]

    def value(self, node: yaml.Node, loc: Loc) -> object:
        if isinstance(node, yaml.SequenceNode):
            return [self.item(item, (*loc, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, loc)
        if node.tag == _TAG + "null":
            return None
        if loc and loc[-1] in self.numbers and node.tag in _NUMBER_TAGS:
            return str(node.value)
        return self.text(node)

    def item(self, node: yaml.Node, loc: Loc) -> object:
        self.source.lines[loc] = self.line(node)
        return self.value(node, loc)

    def mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = self.line(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.add_error("a key (before the colon) must be a word", line=line)
                continue
            key = self.text(key_node)
            if key in found:
                self.problems.add_error(f"the key {key!r} appears twice; keep one", line=line)
            found[key] = self.value(value_node, (*loc, key))
            self.source.lines[(*loc, key)] = line
        return found

    def text(self, node: yaml.Node) -> str:
        """Return a text as it is written; note a problem if YAML reads it as something else."""
        if node.tag not in _TEXT_TAGS:
            kind = _READ_AS.get(node.tag.removeprefix(_TAG), f"a {node.tag}")
            self.problems.add_error(
                f"YAML reads {node.value!r} as {kind}; write it in quotes: '{node.value}'",
                line=self.line(node),
            )
        return str(node.value)

    def line(self, node: yaml.Node) -> int:
        return self.first_line + int(node.start_mark.line)
