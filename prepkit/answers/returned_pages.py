"""What was handed in from a web page to fill in (see `prepkit.packets.html_form`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from prepkit.answers.exchange_json import FROM_PAGE
from prepkit.answers.limits import excess
from prepkit.answers.proofs import owner_problem, signature_problem, stray_problem
from prepkit.answers.received import NOTHING_TAKEN, HandIn, Proof, has_texts, read_export
from prepkit.answers.signatures import CoachKeys
from prepkit.notebook.fields import mapping

_VERSION = 1


def read_page(place: Path, text: str, document: Mapping[str, Any], keys: CoachKeys) -> HandIn:
    """Return what a web page has handed in, or why nothing of it is taken.

    Parameters
    ----------
    place
        Its place in the folder.
    text
        The file.
    document
        The same, as parsed JSON.
    keys
        What signed the pages that were sent out.
    """
    ours = mapping(document[FROM_PAGE])
    owner = ours.get("student_id")
    problem = owner_problem([owner] if isinstance(owner, str) else [], "page")
    version = ours.get("version")
    if isinstance(version, int) and version > _VERSION:
        problem = "made by a newer prepkit. Update prepkit, then collect it again."
    if problem:
        return HandIn(place, state="refused", problem=problem)
    student_id = str(owner)
    proof: Proof = "unsigned"
    if "signature" in ours:
        problem = signature_problem(ours, student_id, keys, "page")
        proof = "signed" if keys else "unchecked"
    if problem:
        return HandIn(place, said=student_id, state="refused", problem=problem)
    found = HandIn(place, (student_id,), is_page=True, proof=proof)
    if problem := excess(document) or stray_problem(document, ours, student_id, "page"):
        return replace(found, state="refused", problem=f"{problem} {NOTHING_TAKEN}")
    export, problem = read_export(text)
    if export is None:
        again = f"Ask {student_id} to choose Hand in on the page again."
        problem = f"its answers can't be read ({problem}). {again}"
        return replace(found, state="damaged", problem=problem)
    if not has_texts(export):
        return replace(found, state="empty", problem="there are no answers in it.")
    return replace(found, exports=(export,))
