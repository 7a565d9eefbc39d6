"""What became of every file and every student, from what was read and what was taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from prepkit.answers import ledger
from prepkit.answers.collect_report import Collected
from prepkit.answers.ledger import SAME_TEXT, Ledger, LedgerRow
from prepkit.answers.received import HandIn, Proof
from prepkit.answers.same_texts import SameText
from prepkit.text import join_some, join_words, pluralize

_NAMED = 10
_UNSIGNED: Mapping[Proof, str] = {
    "unsigned": "It has no signature, so anybody could have written it.",
    "unchecked": "It is signed, and the key to check that is not on this computer.",
    "signed": "",
}
_BY_FILE = {
    "taken in part": ledger.DAMAGED,
    "damaged": ledger.DAMAGED,
    "refused": ledger.REFUSED,
    "not read": ledger.NOT_READ,
    "skipped": ledger.NOT_READ,
    "empty": ledger.EMPTY,
}
"""The state of a student from whom nothing whole was taken, by that of a file; the first counts."""


def ledger_of(
    found: Sequence[HandIn],
    collected: Sequence[Collected],
    *,
    known: Collection[str],
    stores: Collection[str],
    same: Mapping[str, Sequence[SameText]],
    names: Mapping[str, str],
) -> Ledger:
    """Return what became of the files and the students.

    Parameters
    ----------
    found
        The files, each with what became of it at last.
    collected
        What was taken.
    known
        The students of the roster, in its order; empty without one.
    stores
        The students from whom there are answers.
    same
        Whose texts are another student's, too.
    names
        The students' names by id.
    """
    sent: dict[str, list[HandIn]] = {}
    named: dict[str, list[HandIn]] = {}
    for one in found:
        if one.state == "opened":
            continue
        sent.setdefault(one.student_id, []).append(one)
        if one.named:
            named.setdefault(one.named, []).append(one)
    by_id = {one.student_id: one for one in collected}
    others = sorted(({*sent, *stores} - {""}) - set(known))
    students = tuple(
        replace(
            _student(
                student_id,
                sent.get(student_id, []),
                by_id.get(student_id),
                same=same.get(student_id, ()),
                named=named.get(student_id, ()),
                is_stored=student_id in stores,
            ),
            name=names.get(student_id, ""),
        )
        for student_id in [*dict.fromkeys(known), *others]
    )
    files = tuple(
        LedgerRow(
            one.student_id,
            one.state,
            one.path.as_posix(),
            _details(one),
            names.get(one.student_id, ""),
        )
        for one in found
    )
    return Ledger(students, files)


def _details(one: HandIn) -> str:
    why = one.message or (_UNSIGNED[one.proof] if one.state == "taken" else "")
    return " ".join(each for each in (why, _named_otherwise(one)) if each)


def _named_otherwise(one: HandIn) -> str:
    """Return what is odd about a file that is one student's by its name and another's by itself."""
    if not one.named:
        return ""
    return (
        f"By its name or folder this is from {one.named}, but in it stands that it is from "
        f"{one.student_id}, and so it was read. Ask both whose answers these are."
    )


def _student(
    student_id: str,
    sent: Sequence[HandIn],
    collected: Collected | None,
    *,
    same: Sequence[SameText],
    named: Sequence[HandIn],
    is_stored: bool,
) -> LedgerRow:
    taken = [one for one in sent if one.state == "taken"]
    others = [one for one in sent if one.state not in ("taken", "skipped")]
    details = [f"{one.path.as_posix()}: {one.message}" for one in others]
    if collected and len(collected.files) > 1:
        details.insert(0, collected.claims)
    if collected and (conflicts := len(collected.conflicts)):
        texts = f"{pluralize(conflicts, 'text')} {'was' if conflicts == 1 else 'were'}"
        details.append(f"{texts} changed both here and in a file, and not stored.")
    details += [_same(each) for each in same]
    details += [f"{one.path.as_posix()}: {_named_otherwise(one)}" for one in named]
    if not sent:
        state = ledger.EARLIER if is_stored else ledger.MISSING
    elif not taken:
        state = next(name for each, name in _BY_FILE.items() if each in {one.state for one in sent})
    elif same:
        state = ledger.SAME
    else:
        is_one = len(taken) == 1 or bool(collected and collected.are_copies)
        state = ledger.HERE if is_one else ledger.DOUBLED
    files = join_some([one.path.as_posix() for one in sent], _NAMED)
    return LedgerRow(student_id, state, files, "\n".join(details))


def _same(text: SameText) -> str:
    parts = join_words(text.fields)
    return f"{SAME_TEXT}{join_some(text.others, _NAMED)}: {text.question}, {parts}."
