"""A fill-in notebook that came back: whose it is, its signature, and the answers it carries.

Other programs than JupyterLab leave some of that out when they save a notebook. What is missing is
looked for in the code that `prepkit.packets.fill_in` has written into it, which is only read.
"""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from prepkit.answers.carried import carried_in
from prepkit.answers.cut_json import whole_answers
from prepkit.answers.exchange import Export
from prepkit.answers.limits import excess
from prepkit.answers.proofs import owner_problem, signature_problem, stray_problem
from prepkit.answers.received import (
    NOTHING_TAKEN,
    RUN_AGAIN,
    HandIn,
    Proof,
    before_damage,
    count_texts,
    has_texts,
    read_export,
)
from prepkit.answers.signatures import CoachKeys
from prepkit.notebook.fields import joined, mapping, sequence

_VERSION = 1
_PLACES = 20
"""In how many places a notebook may have answers: its metadata, and a few outputs."""
_LITERAL = r"""('[^'\\]*'|"[^"\\]*")"""
_ARGUMENT = re.compile(rf"^ *(student_id|run|signature)={_LITERAL},$", re.MULTILINE)
_QUESTION = re.compile(rf"^ *bank\[{_LITERAL}\],$", re.MULTILINE)
_OPENING = "hand_in = pk.HandIn("


def read_notebook(
    place: Path, notebook: Mapping[str, Any], keys: CoachKeys, *, damage: str = ""
) -> HandIn:
    """Return what a notebook hands in, or why nothing of it is taken.

    Parameters
    ----------
    place
        Its place in the folder.
    notebook
        Its parsed JSON.
    keys
        What signed the notebooks that were sent out.
    damage
        Why its end is missing; what stands before that is whole. Empty for a whole notebook.
    """
    ours = mapping(mapping(notebook.get("metadata")).get("prepkit"))
    places = list(carried_in(notebook))
    ids = list(dict.fromkeys(owner for owner, _ in places if isinstance(owner, str)))
    if not ours:
        told = list(_told_by_code(notebook))
        ours = next(iter(told), {})
        ids = ids or list(dict.fromkeys(each["student_id"] for each in told))
    carried = [answers for _, answers in places if answers is not None]
    if damage:
        carried = [whole_answers(mapping(each).get("answers")) for each in carried]
    if not ids and not carried:
        if damage:
            return HandIn(place, state="damaged", problem=damage, is_notebook=True)
        return HandIn(place, state="skipped", is_notebook=True)
    version = ours.get("version")
    problem = "" if not ids and carried else owner_problem(ids)
    if isinstance(version, int) and version > _VERSION:
        problem = "made by a newer prepkit. Update prepkit, then collect it again."
    proof: Proof = "unsigned"
    if not problem and ids and "signature" in ours:
        problem = signature_problem(ours, ids[0], keys)
        proof = "signed" if keys else "unchecked"
    if problem:
        said = ids[0] if len(ids) == 1 else ""
        return HandIn(place, said=said, state="refused", problem=problem, is_notebook=True)
    found = HandIn(place, tuple(ids), is_notebook=True, proof=proof)
    if len(carried) > _PLACES:
        problem = f"it has answers in {len(carried):,} places; there may be {_PLACES}."
        return replace(found, state="refused", problem=f"{problem} {NOTHING_TAKEN}")
    # The same in each place, as a rule.
    carried = [answers for at, answers in enumerate(carried) if answers not in carried[:at]]
    return _with_answers(found, carried, ours, damage)


def _with_answers(
    found: HandIn, carried: Sequence[object], ours: Mapping[str, Any], damage: str
) -> HandIn:
    """Return a notebook with the answers that it carries, or why they aren't taken."""
    student_id = next(iter(found.claims), "")
    who = student_id or "who sent it"
    exports: list[Export] = []
    for value in carried:
        if problem := excess(value) or stray_problem(value, ours, student_id):
            return replace(found, state="refused", problem=f"{problem} {NOTHING_TAKEN}")
        export, problem = read_export(value)
        if export is None:
            again = f"Ask {who} to {RUN_AGAIN}."
            problem = f"its answers can't be read ({problem}). {again}"
            return replace(found, state="damaged", problem=problem)
        exports.append(export)
    if damage:
        count = max(map(count_texts, exports), default=0)
        return replace(
            found,
            exports=tuple(exports),
            state="taken in part" if count else "damaged",
            problem=before_damage(damage, count) if count else damage,
        )
    problem = ""
    if not carried:
        problem = f"there are no answers in it. Ask {who} to {RUN_AGAIN}."
    elif not any(map(has_texts, exports)):
        problem = f"handed in empty. If {who} has written answers, ask them to {RUN_AGAIN}."
    return replace(
        found, exports=tuple(exports), problem=problem, state="empty" if problem else "taken"
    )


def _told_by_code(notebook: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what the cells that open the hand-in say of it: the id, and what was signed."""
    for cell in sequence(notebook.get("cells")):
        source = joined(mapping(cell).get("source"))
        if _OPENING in source:
            told: dict[str, Any] = {
                name: literal_eval(text) for name, text in _ARGUMENT.findall(source)
            }
            told["questions"] = [literal_eval(text) for text in _QUESTION.findall(source)]
            if "student_id" in told:
                yield told
