"""Who may have sent a file, by the ids and names in its name and in those of its folders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from pathlib import Path

from prepkit.text import fold

_ENDINGS = (".ipynb", ".json", ".md", ".txt", ".sqlite")
PACKED = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz")
"""How the names of archives end."""
FILL_IN = re.compile(r"-fill-in(-\d+)?$")
"""How the name of a fill-in notebook ends; a course's download adds a number."""
# What browsers add to the name of a second download.
_COUNTED = re.compile(r" ?\(\d+\)$")
_WORD = re.compile(r"[^\W_]+")
_NAME_WORD = re.compile(r"[^\s\d_.,;()\[\]-]+")  # with the marks of scripts that have some
_SHORTEST = 3
"""The least letters of an id that is looked for among other words."""
_LONGEST = 8
"""In words: the id ``2027-014`` has two."""
_FEWEST, _MOST = 2, 4
"""How many words a name may have to be looked for: one alone could be anybody's."""


def stem(place: Path, endings: Sequence[str] = _ENDINGS) -> str:
    """Return a name without what was added to it: ``ada`` for ``ada (1).ipynb.txt``."""
    name, before = place.name, ""
    while name != before:
        before = name
        ending = next((each for each in endings if name.casefold().endswith(each)), "")
        name = _COUNTED.sub("", name[: len(name) - len(ending)])
    return name


def sender_by_id(place: Path, spelling: Mapping[str, str]) -> str:
    """Return whose file it is by an id in its name, or in that of a folder; empty if unknown.

    A course's download puts other things before and after an id; two ids in one name say nothing.

    Parameters
    ----------
    place
        Where the file is.
    spelling
        The ids, by the same in small letters.
    """
    for part in (place, *place.parents):
        name = stem(part, (*_ENDINGS, *PACKED)).casefold()
        for whole in (name, FILL_IN.sub("", name), name.removesuffix("-answers")):
            if whole in spelling:
                return spelling[whole]
        if len(ids := set(_ids_in(name, spelling))) == 1:
            return ids.pop()
    return ""


def _ids_in(name: str, spelling: Mapping[str, str]) -> Iterator[str]:
    """Yield the ids that stand in a name as whole words, without those that are in a longer one."""
    words = [(found.start(), found.end()) for found in _WORD.finditer(name)]
    first = 0
    while first < len(words):
        start = words[first][0]
        ends = range(min(first + _LONGEST, len(words)), first, -1)
        longest = next((end for end in ends if name[start : words[end - 1][1]] in spelling), 0)
        if longest and words[longest - 1][1] - start >= _SHORTEST:
            yield spelling[name[start : words[longest - 1][1]]]
        first = longest or first + 1


class Names:
    """The names of a roster's students, to be found in the names of files.

    Parameters
    ----------
    names
        The students' names, by id. Names that two of them share are never found.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        owners: dict[str, set[str]] = {}
        for student_id, name in names.items():
            words = _NAME_WORD.findall(fold(name))
            if _FEWEST <= len(words) <= _MOST:
                for each in permutations(words):
                    owners.setdefault(" ".join(each), set()).add(student_id)
                    # As a course's download writes it: marinada_4711_essay.docx
                    owners.setdefault("".join(each), set()).add(student_id)
        self._owners = {words: ids.pop() for words, ids in owners.items() if len(ids) == 1}

    def sender(self, place: Path) -> str:
        """Return whose file it is by a whole name in its name or a folder's; empty if unknown."""
        for part in (place, *place.parents):
            words = _NAME_WORD.findall(fold(part.name))
            if len(found := set(self._in(words))) == 1:
                return found.pop()
        return ""

    def _in(self, words: Sequence[str]) -> Iterable[str]:
        for first in range(len(words)):
            for size in range(1, _MOST + 1):
                if owner := self._owners.get(" ".join(words[first : first + size])):
                    yield owner
