"""What students hand in: whose each file is, and which answers are in it. Files are only parsed.

A coach gets notebooks (see `prepkit.widgets.hand_in`), JSON from web pages to fill in (see
`prepkit.packets.html_form`) and JSON exports back, by mail or through a shared folder. Any of them
may be incomplete, damaged, or made by somebody else. So an id becomes part of a file name only
after `is_student_id`, and a bad file never stops the others.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from prepkit.answers.carried import carried_in
from prepkit.answers.exchange import ExchangeError, Export
from prepkit.answers.exchange_json import FROM_PAGE, from_document, from_json
from prepkit.answers.limits import excess
from prepkit.answers.signatures import CoachKeys
from prepkit.notebook.fields import mapping, sequence
from prepkit.records import is_student_id
from prepkit.text import did_you_mean, shorten

LARGEST = 50_000_000
"""In bytes: larger files aren't read, since parsed JSON takes some thirty times as much memory."""

_VERSION = 1
_NOTEBOOK = ".ipynb"
_JSON = ".json"
# What browsers add to the name of a second download, and the names of exports before a student
# renames them.
_COUNTED = re.compile(r" ?\(\d+\)$")
_NAMELESS = frozenset({"answers", "my-answers", "prepkit-answers"})
_ASK_AGAIN = "If it is still being copied, collect again later; otherwise ask for it again."
_RUN_AGAIN = "open it, choose Run All Cells, save it, and send it again"
_LESS = "Nothing of it was taken. Ask who sent it what happened."
_SHOWN_PROBLEMS = 3
_PLACES = 20
"""In how many places a notebook may have answers: its metadata, and a few outputs."""


Proof = Literal["signed", "unsigned", "unchecked"]
"""Whether a file is known to be the coach's notebook for that student. It is unchecked if it has a
signature, and there is no key here to check it with."""


@dataclass(frozen=True, slots=True)
class HandIn:
    """One file that a student has handed in, or what could be read of it."""

    path: Path
    claims: tuple[str, ...] = ()
    """The ids of the students it may be from, the likeliest first."""
    student_id: str = ""
    """The student it is from; empty until that is known."""
    exports: tuple[Export, ...] = ()
    problem: str = ""
    """What is wrong with it and what to do; empty if nothing is."""
    is_notebook: bool = False
    is_empty: bool = False
    """Whether it is a student's file without any answer in it."""
    is_other: bool = False
    """Whether it is a notebook that isn't for students to fill in."""
    proof: Proof = "unsigned"


class _HandInError(Exception):
    """A file can't be read as JSON; the message says why, and what to do."""


def read_hand_ins(
    folder: Path,
    known: Collection[str] | None,
    stores: Collection[str],
    keys: CoachKeys,
) -> list[HandIn]:
    """Return the files in a folder, each with its student and answers, or with its problem.

    Parameters
    ----------
    folder
        The returned files, in this folder and in those inside it. Hidden files are skipped.
    known
        The ids of a roster; None allows any id.
    stores
        The ids of students who have handed in something before.
    keys
        What signed the notebooks that were sent out.
    """
    found = [_read(path, folder, keys) for path in _find_files(folder)]
    return _with_owners(found, known, stores)


def _find_files(folder: Path) -> Iterator[Path]:
    """Yield the files that may hold answers, sorted by name; links are not followed."""
    unreadable: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(place)
        yield from (here / name for name in folders if (here / name).is_symlink())
        for name in sorted(names):
            if name.casefold().endswith((_NOTEBOOK, _JSON)) and not name.startswith("."):
                yield here / name
    yield from (Path(error.filename) for error in unreadable)


def _read(path: Path, folder: Path, keys: CoachKeys) -> HandIn:
    place = path.relative_to(folder)
    try:
        text = _read_file(path)
        document = _parse(text)
    except _HandInError as error:
        return HandIn(place, problem=str(error))
    # Mail programs and browsers sometimes save notebooks under another name.
    if path.name.casefold().endswith(_NOTEBOOK) or "cells" in mapping(document):
        return _read_notebook(place, mapping(document), keys)
    if FROM_PAGE in mapping(document):
        return _read_page(place, text, mapping(document), keys)
    if problem := excess(document):
        return HandIn(place, _claims_of_name(place), problem=f"{problem} {_LESS}")
    export, problem = _read_export(text)
    if export is None:
        advice = "Ask for a file written by 'prepkit answers export'."
        return HandIn(place, problem=f"not a file of answers ({problem}). {advice}")
    if not has_texts(export):
        problem = "there are no answers in it."
        return HandIn(place, _claims_of_name(place), problem=problem, is_empty=True)
    return HandIn(place, _claims_of_name(place), exports=(export,))


def _read_file(path: Path) -> str:
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise _HandInError("a link, and links are not followed. Put the file itself there.")
        if stat.S_ISDIR(status.st_mode):
            raise _HandInError("a folder that can't be read. Check its permissions.")
        if not stat.S_ISREG(status.st_mode):
            raise _HandInError("not a file.")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise _HandInError(f"can't be read: {error.strerror or error}.") from error
    if len(content) > LARGEST:
        raise _HandInError(
            f"larger than {LARGEST // 1_000_000} MB, so it was not read. Ask for the answers "
            "alone: 'prepkit answers export' writes them."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _HandInError(f"not UTF-8 text. {_ASK_AGAIN}") from error


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise _HandInError(f"incomplete, or not JSON ({place}). {_ASK_AGAIN}") from error
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits; deep nesting
        message = f"not JSON that a notebook or prepkit would write. {_ASK_AGAIN}"
        raise _HandInError(message) from error


def _read_notebook(place: Path, notebook: Mapping[str, Any], keys: CoachKeys) -> HandIn:
    ours = mapping(mapping(notebook.get("metadata")).get("prepkit"))
    places = list(carried_in(notebook))
    ids = list(dict.fromkeys(owner for owner, _ in places if isinstance(owner, str)))
    carried = [answers for _, answers in places if answers is not None]
    if not ids and not carried:
        return HandIn(place, is_notebook=True, is_other=True)
    problem = _owner_problem(ids)
    version = ours.get("version")
    if isinstance(version, int) and version > _VERSION:
        problem = "made by a newer prepkit. Update prepkit, then collect it again."
    proof: Proof = "unsigned"
    if not problem and "signature" in ours:
        problem = _signature_problem(ours, ids[0], keys)
        proof = "signed" if keys else "unchecked"
    if problem:
        return HandIn(place, problem=problem, is_notebook=True)
    found = HandIn(place, (ids[0],), is_notebook=True, proof=proof)
    if len(carried) > _PLACES:
        problem = f"it has answers in {len(carried):,} places; there may be {_PLACES}."
        return replace(found, problem=f"{problem} {_LESS}")
    # The same in each place, as a rule.
    carried = [answers for at, answers in enumerate(carried) if answers not in carried[:at]]
    exports: list[Export] = []
    for value in carried:
        if problem := excess(value) or _stray_problem(value, ours, ids[0]):
            return replace(found, problem=f"{problem} {_LESS}")
        export, problem = _read_export(value)
        if export is None:
            again = f"Ask {ids[0]} to {_RUN_AGAIN}."
            return replace(found, problem=f"its answers can't be read ({problem}). {again}")
        exports.append(export)
    if not carried:
        problem = f"there are no answers in it. Ask {ids[0]} to {_RUN_AGAIN}."
    elif not any(map(has_texts, exports)):
        problem = f"handed in empty. If {ids[0]} has written answers, ask them to {_RUN_AGAIN}."
    return replace(found, exports=tuple(exports), problem=problem, is_empty=bool(problem))


def _read_page(place: Path, text: str, document: Mapping[str, Any], keys: CoachKeys) -> HandIn:
    """Return what was handed in from a web page to fill in."""
    ours = mapping(document[FROM_PAGE])
    owner = ours.get("student_id")
    problem = _owner_problem([owner] if isinstance(owner, str) else [], "page")
    version = ours.get("version")
    if isinstance(version, int) and version > _VERSION:
        problem = "made by a newer prepkit. Update prepkit, then collect it again."
    if problem:
        return HandIn(place, problem=problem)
    student_id = str(owner)
    proof: Proof = "unsigned"
    if "signature" in ours:
        problem = _signature_problem(ours, student_id, keys, "page")
        proof = "signed" if keys else "unchecked"
    if problem:
        return HandIn(place, problem=problem)
    found = HandIn(place, (student_id,), proof=proof)
    if problem := excess(document) or _stray_problem(document, ours, student_id, "page"):
        return replace(found, problem=f"{problem} {_LESS}")
    export, problem = _read_export(text)
    if export is None:
        again = f"Ask {student_id} to choose Hand in on the page again."
        return replace(found, problem=f"its answers can't be read ({problem}). {again}")
    if not has_texts(export):
        return replace(found, problem="there are no answers in it.", is_empty=True)
    return replace(found, exports=(export,))


def _signature_problem(
    ours: Mapping[str, Any], student_id: str, keys: CoachKeys, what: str = "notebook"
) -> str:
    """Return why a file's signature is refused; empty if it is right or can't be checked."""
    signature, run, questions = (ours.get(name) for name in ("signature", "run", "questions"))
    named = [ours.get("student_id"), signature, run, *sequence(questions)]
    if not all(isinstance(each, str) for each in named):
        return f"its signature is damaged. Ask {student_id} for the {what} that you sent."
    if not keys or keys.verify(str(signature), student_id, str(run), sequence(questions)):
        return ""
    return (
        f"its signature is wrong: you didn't send {student_id} a {what} with these questions "
        f"from this computer. Somebody may have changed or forged it, so ask {student_id}. If you "
        "made it on another computer, bring the key from there: 'prepkit answers export-key' "
        "there, 'prepkit answers import-key' here."
    )


def _stray_problem(
    value: object, ours: Mapping[str, Any], student_id: str, what: str = "notebook"
) -> str:
    """Return what is wrong with answers in a signed file that has no such questions."""
    if "signature" not in ours:
        return ""
    stray = mapping(mapping(value).get("answers")).keys() - set(sequence(ours.get("questions")))
    if not stray:
        return ""
    return (
        f"it has an answer to {shorten(min(stray))}, which is not in the {what} that you sent to "
        f"{student_id}."
    )


def _owner_problem(ids: Sequence[str], what: str = "notebook") -> str:
    wrong = next((each for each in ids if not is_student_id(each)), None)
    if wrong is not None:
        return f"{shorten(wrong)!r} can't be a student id. Ask for the {what} that you sent."
    if len(ids) > 1:
        both = " and ".join(ids[:2])
        return (
            f"it names both {both}. Ask who filled it in, and for a notebook with the answers of "
            "one student."
        )
    if not ids:
        return f"it doesn't say whose answers these are. Ask for the {what} that you sent."
    return ""


def _read_export(value: object) -> tuple[Export | None, str]:
    """Return the answers in a file's text or in an output's data; or None, and why not.

    A student who sends a whole export doesn't mean to hand in stories: they are left out.
    """
    try:
        found = from_json(value) if isinstance(value, str) else from_document(value)
        return found.answers_alone, ""
    except ExchangeError as error:
        problems = [str(problem) for problem in error.problems]
        more = len(problems) - _SHOWN_PROBLEMS
        rest = [f"and {more:,} more"] if more > 0 else []
        return None, "; ".join([*problems[:_SHOWN_PROBLEMS], *rest])


def has_texts(export: Export) -> bool:
    """Tell whether an export has any text in it."""
    return any(text for fields in export.texts().values() for text in fields.values())


def _claims_of_name(place: Path) -> tuple[str, ...]:
    """Return the ids of the students an export may be from, by the names of file and folder."""
    stem = _COUNTED.sub("", place.stem)
    names = [] if stem.casefold() in _NAMELESS else [stem, stem.removesuffix("-answers")]
    return tuple(each for each in [*reversed(names), place.parent.name] if is_student_id(each))


def _with_owners(
    found: Sequence[HandIn], known: Collection[str] | None, stores: Collection[str]
) -> list[HandIn]:
    """Return the files, each with its student, or with the reason why that can't be known.

    Ids that differ only in capitals are one student: on many systems their files are the same.
    """
    of_notebooks = [one.claims[0] for one in found if one.is_notebook and one.claims]
    names = list(known) if known is not None else [*stores, *of_notebooks]
    # The roster decides how an id is spelt; without a roster, whoever handed in first.
    spelling = {name.casefold(): name for name in reversed(names)}
    exactly = set(names)
    owned = []
    for one in found:
        if one.claims or one.exports:
            exact = [claim for claim in one.claims if claim in exactly]
            alike = [spelling[key] for claim in one.claims if (key := claim.casefold()) in spelling]
            guess = list(one.claims) if known is None else []
            student_id = next(iter([*exact, *alike, *guess]), "")
            if student_id:
                spelling.setdefault(student_id.casefold(), student_id)
                one = replace(one, student_id=student_id)
            else:
                one = replace(one, problem=_without_owner(one, known))
        owned.append(one)
    return owned


def _without_owner(one: HandIn, known: Collection[str] | None) -> str:
    """Return why a file has no student."""
    if known is None or not one.claims:
        return (
            "it doesn't say whose answers these are. Name it <student_id>.json, or put it into a "
            "folder named <student_id>."
        )
    hint = did_you_mean(one.claims[0], known) or "."
    return f"from {one.claims[0]}, who is not in the roster{hint}"
