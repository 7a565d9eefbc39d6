"""Whose each file is: by what it says of itself, then by its name, then by its folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from prepkit.answers.received import HandIn
from prepkit.answers.senders import FILL_IN, PACKED, Names, sender_by_id, stem
from prepkit.records import is_student_id
from prepkit.text import did_you_mean

# The names of exports before a student renames them.
_NAMELESS = frozenset({"answers", "my-answers", "prepkit-answers"})
_SURE = 4
"""The least letters of an id that is believed where it is only a part of a name."""
_JSON_NAME = (
    "it doesn't say whose answers these are. Name it <student_id>{}, or put it into a folder named "
    "<student_id>."
)


def claims_of_name(place: Path) -> tuple[str, ...]:
    """Return the ids of the students an export may be from, by the names of file and folder."""
    whole = stem(place)
    names = [] if whole.casefold() in _NAMELESS else [whole, FILL_IN.sub("", whole)]
    names = [*names, *(name.removesuffix("-answers") for name in names)]
    folder = stem(place.parent, PACKED)
    return tuple(dict.fromkeys(each for each in [*reversed(names), folder] if is_student_id(each)))


def with_owners(
    found: Sequence[HandIn],
    known: Collection[str] | None,
    stores: Collection[str],
    names: Mapping[str, str],
) -> list[HandIn]:
    """Return the files, each with its student, or with the reason why that can't be known.

    Ids that differ only in capitals are one student: on many systems their files are the same.

    Parameters
    ----------
    found
        The files as they were read.
    known
        The ids of a roster; None allows any id.
    stores
        The ids of students who have handed in something before.
    names
        The students' names by id. By them a file that holds no answers is somebody's, too.
    """
    people = Names(names)
    of_notebooks = [one.claims[0] for one in found if one.is_notebook and one.claims]
    ids = list(known) if known is not None else [*stores, *of_notebooks]
    # The roster decides how an id is spelt; without a roster, whoever handed in first.
    spelling = {each.casefold(): each for each in reversed(ids)}
    exactly = set(ids)
    owned = []
    for one in found:
        if one.state == "skipped" and not one.is_notebook:
            owned.append(one)
            continue
        owner = _owner(one, exactly, spelling, guess=known is None)
        if owner:
            spelling.setdefault(owner.casefold(), owner)
        elif one.claims or one.exports:
            one = replace(one, state="refused", problem=_without_owner(one, known), request="")
        by_name = sender_by_id(one.path, spelling) or people.sender(one.path)
        student_id = owner or spelling.get(one.said.casefold(), "") or by_name
        named = by_name if owner and by_name != owner else ""
        owned.append(replace(one, student_id=student_id, named=named))
    return owned


def _owner(
    one: HandIn, exactly: Collection[str], spelling: Mapping[str, str], *, guess: bool
) -> str:
    """Return whose answers a file has; empty if that isn't known."""
    claims = one.claims
    if not claims and one.is_notebook and one.exports:
        # Its name alone must not make up a student: anything may be called untitled.
        claims = claims_of_name(one.path)
        guess = guess and bool(FILL_IN.search(stem(one.path)))
    if not claims and not one.exports:
        return ""
    exact = [claim for claim in claims if claim in exactly]
    alike = [spelling[key] for claim in claims if (key := claim.casefold()) in spelling]
    if guess or (one.claims and (one.is_notebook or one.is_page)):
        return next(iter([*exact, *alike, *(claims if guess else ())]), "")
    named = sender_by_id(one.path, spelling)
    # A part of a name is sure only if it is no word: ada-marin may be another student than ada.
    is_sure = len(named) >= _SURE and any(map(str.isdigit, named))
    return next(iter([*exact, *alike, *([named] if is_sure else ())]), "")


def _without_owner(one: HandIn, known: Collection[str] | None) -> str:
    """Return why a file has no student."""
    if one.is_notebook and not one.claims:
        return "it doesn't say whose answers these are. Ask for the notebook that you sent."
    if known is None or not one.claims:
        return _JSON_NAME.format(one.path.suffix or ".json")
    hint = did_you_mean(one.claims[0], known) or "."
    return f"from {one.claims[0]}, who is not in the roster{hint}"
