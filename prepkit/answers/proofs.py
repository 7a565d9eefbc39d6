"""Whether a file that came back is what the coach sent to the student whose it says it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prepkit.answers.kinds import REPLY
from prepkit.answers.signatures import CoachKeys
from prepkit.notebook.fields import mapping, sequence
from prepkit.records import is_student_id
from prepkit.text import shorten


def signature_problem(
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


def stray_problem(
    value: object, ours: Mapping[str, Any], student_id: str, what: str = "notebook"
) -> str:
    """Return what is wrong with answers in a signed file that has no such questions."""
    if "signature" not in ours:
        return ""
    replies = mapping(mapping(value).get("texts")).get(REPLY)
    handed = mapping(mapping(value).get("answers")).keys() | mapping(replies).keys()
    stray = handed - set(sequence(ours.get("questions")))
    if not stray:
        return ""
    return (
        f"it has an answer to {shorten(min(stray))}, which is not in the {what} that you sent to "
        f"{student_id}."
    )


def owner_problem(ids: Sequence[str], what: str = "notebook") -> str:
    """Return why the ids in a file don't say whose it is; empty if they do."""
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
