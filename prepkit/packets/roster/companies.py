"""The companies that a cell names: ``AWS``, ``amazon.com``, ``Google and Amazon``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from prepkit.packets.roster.aliases import alias_key, aliases, misspelt, says_nothing, toml_text
from prepkit.packets.roster.cells import split_names, visible
from prepkit.packets.roster.faults import CellError
from prepkit.packets.roster.file import Answers

_LONGEST = 200
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)$")
_BETWEEN = re.compile(
    r"\s*/\s*|\s*&\s*|\s+(?:and|or|und|oder|et|ou|y|o)\s+|\s+\+\s+", re.IGNORECASE
)
LEGAL = frozenset(
    {
        *("inc", "llc", "ltd", "limited", "plc", "corp", "corporation", "co", "company", "group"),
        *("gmbh", "ag", "se", "kg", "sa", "sas", "sarl", "ab", "bv", "nv", "oy", "as", "spa"),
        *("srl", "pty", "holdings", "platforms"),
    }
)
"""Words at the end of a company's name that say what kind of company it is."""

_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.|careers\.|jobs\.)?(?P<name>[\w-]+)"
    r"\.(?:com|org|net|io|ai|co|de|fr|es|eu|uk|co\.uk)"
    r"(?:/\S*)?",
    re.IGNORECASE,
)

READ_AS = "{} [is|are] read as '{company}'"
UNKNOWN = "prepkit knows nothing about {}: the [name stays|names stay] as written"
MISSPELT = (
    "no [company|companies] {}; did you mean {near}? If [it is another company|these are others],"
    " say so under [companies] in {mapping}:"
)
A_GROUP = (
    "{} [is no company|are no companies]: name the companies, or say which you mean under"
    " [companies] in {mapping}:"
)
TOO_LONG = "{} [is|are] too long for the [name|names] of [a company|companies]: shorten [it|each]"
NOTHING = "{} [counts|count] as an empty cell"


@dataclass(frozen=True, slots=True)
class CompaniesRead:
    """The companies of a cell, each once, and what is to be said about them."""

    names: tuple[str, ...]
    faults: tuple[CellError, ...] = ()
    remarks: tuple[CellError, ...] = ()
    understood: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the bank calls the names that aren't its own; those it doesn't know stay."""


@dataclass(frozen=True)
class CompanyReader:
    """Finds companies by the names that people use for them."""

    names: Mapping[str, Sequence[str]]
    """The companies that the bank knows, each with its other names."""
    said: Mapping[str, Sequence[str]]
    """What the coach has written down: companies, by what the roster calls them."""
    mapping: str
    """The name of the file in which this can be written down."""

    @cached_property
    def _by_key(self) -> dict[str, str]:
        others = {alias_key(each): name for name, more in self.names.items() for each in more}
        return others | {alias_key(name): name for name in self.names}

    @cached_property
    def _said_by_key(self) -> dict[str, Sequence[str]]:
        return {alias_key(name) or name: companies for name, companies in self.said.items()}

    @cached_property
    def _most_commas(self) -> int:
        return max((name.count(",") for name in (*self.names, *self.said)), default=0)

    def read(self, text: str) -> CompaniesRead:
        """Return the companies in a cell."""
        names: dict[str, None] = {}
        faults: list[CellError] = []
        remarks: list[CellError] = []
        understood: dict[str, tuple[str, ...]] = {}
        for written in self._split(text):
            if (said := self._said_by_key.get(alias_key(written) or written)) is not None:
                names |= dict.fromkeys(self._known(one) or one for one in said)
            elif says_nothing(written):
                remarks.append(CellError(NOTHING, visible(written)))
            elif known := self._known(written):
                names[known] = None
                if alias_key(written) != alias_key(known):
                    remarks.append(CellError(READ_AS.replace("{company}", known), visible(written)))
                    understood[written] = (known,)
            elif fault := self._doubt(written):
                faults.append(fault)
            else:
                names[written] = None
                remarks.append(CellError(UNKNOWN, visible(written)))
                understood[written] = (written,)
        return CompaniesRead(tuple(names), tuple(faults), tuple(remarks), understood)

    def _known(self, written: str) -> str:
        """Return a company as the bank writes it; '' if the bank doesn't know it."""
        if found := self._by_key.get(alias_key(written)):
            return found
        if found := self._by_key.get(alias_key(_IN_BRACKETS.sub("", written))):
            return found
        words = re.findall(r"[^\s,.]+", written)
        while len(words) > 1 and alias_key(words[-1]) in LEGAL:
            words = words[:-1]
            if found := self._by_key.get(alias_key(" ".join(words))):
                return found
        address = _ADDRESS.fullmatch(written)
        return self._by_key.get(alias_key(address["name"]), "") if address else ""

    def _doubt(self, written: str) -> CellError | None:
        """Return what has to be asked about a name that the bank doesn't know."""
        if len(written) > _LONGEST:
            return CellError(TOO_LONG, visible(written))
        quoted = visible(written)
        if (group := _group_in(written)) is not None:
            listed = ", ".join(toml_text(one) for one in group if self._known(one))
            line = f"{toml_text(written)} = [{listed}]"
            says = A_GROUP.replace("{mapping}", self.mapping)
            return CellError(says, quoted, line=line, answers=Answers("companies", (line,)))
        others = [*self.names, *(each for more in self.names.values() for each in more)]
        if near := misspelt(written, others):
            says = MISSPELT.replace("{mapping}", self.mapping)
            line = f"{toml_text(written)} = {toml_text(written)}"
            answers = Answers("companies", (line,))
            return CellError(says, quoted, near=self._known(near), line=line, answers=answers)
        return None

    def _split(self, text: str) -> Iterator[str]:
        """Yield the names in a text.

        Slashes and "and" are between names only where one side is a company that is known.
        """
        for name in split_names(text, self._is_named, self._most_commas + 1):
            if alias_key(name) not in LEGAL:  # "Google, Inc."
                yield from self._split_words(name)

    def _split_words(self, name: str) -> Iterator[str]:
        if self._is_named(name):
            yield name
            return
        for match in _BETWEEN.finditer(name):
            before, after = name[: match.start()].strip(), name[match.end() :].strip()
            if before and after and (self._is_named(before) or self._ends_named(after)):
                yield before
                yield from self._split_words(after)
                return
        yield name

    def _ends_named(self, text: str) -> bool:
        return any(self._is_named(part) for part in _BETWEEN.split(text) if part)

    def _is_named(self, text: str) -> bool:
        return bool(self._known(text)) or (alias_key(text) or text) in self._said_by_key


def _group_in(text: str) -> Sequence[str] | None:
    """Return the companies of the group that a text names: ``FAANG``, ``any Big Tech``."""
    words = [alias_key(word) for word in text.split()]
    pairs = ["".join(pair) for pair in pairwise(words)]
    groups: Mapping[str, Sequence[str]] = aliases()["groups"]
    found = (companies for name, companies in groups.items() if alias_key(name) in (*words, *pairs))
    return next(found, None)
