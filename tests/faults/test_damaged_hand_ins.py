"""Returned files that were damaged on their way: none is lost, and no text is changed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from prepkit.answers import AnswerStore, collect_answers
from prepkit.answers.ledger import to_csv
from prepkit.answers.signatures import new_key
from tests.test_archives import tarred, zipped
from tests.test_forged_hand_ins import OTHER, QUESTION, document, filled, sent, versions

pytestmark = [pytest.mark.faults, pytest.mark.slow]

STUDENTS = 24
"""How many students a round has."""
TEXTS = ("Zwölf \U0001f682 {text}", '\u05d0\u05d1 "{text}" \\\\', "{text}\n\n# [1, {{2: 3}}]\n")

Damage = Callable[[random.Random, bytes], bytes]


def cut(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content))]


def with_zeros_at_the_end(chance: random.Random, content: bytes) -> bytes:
    """Return a file as a cloud folder leaves it that was closed too early."""
    whole = cut(chance, content)
    return whole + bytes(len(content) - len(whole))


def without_its_beginning(chance: random.Random, content: bytes) -> bytes:
    return content[chance.randrange(1, len(content)) :]


def with_noise_at_the_end(chance: random.Random, content: bytes) -> bytes:
    return cut(chance, content) + chance.randbytes(200)


def as_it_was(_: random.Random, content: bytes) -> bytes:
    return content


DAMAGE: tuple[Damage, ...] = (
    cut,
    with_zeros_at_the_end,
    without_its_beginning,
    with_noise_at_the_end,
    as_it_was,
)
ENDINGS = (".ipynb", ".ipynb.txt", " (1).ipynb", "-fill-in.ipynb", ".json", ".zip", ".tar.gz", "")


def test_every_file_and_student_is_accounted_for_and_every_text_is_exact(
    tmp_path: Path, round_: int
) -> None:
    chance = random.Random(round_)
    keys = new_key()
    returned, into = tmp_path / "returned", tmp_path / "students"
    returned.mkdir()
    written: dict[str, set[str]] = {}
    whole: set[str] = set()
    for number in range(STUDENTS):
        student_id = f"s-{number:03}"
        texts = [text.format(text=f"Of {student_id}, {part}.") for part, text in enumerate(TEXTS)]
        answers = {QUESTION: {"task": versions(*texts)}, OTHER: {"action": texts[0]}}
        if chance.random() < 0.7:
            value = filled(sent(keys, student_id, [QUESTION, OTHER]), answers)
        else:
            value = document(answers)
        content = json.dumps(value, ensure_ascii=chance.random() < 0.5, indent=1).encode()
        name = f"{student_id}{chance.choice(ENDINGS)}"
        damage = chance.choice(DAMAGE)
        if name.endswith((".zip", ".gz")):
            pack = zipped if name.endswith(".zip") else tarred
            content = pack({f"{student_id}.json": content})
        (returned / name).write_bytes(damage(chance, content))
        written[student_id] = set(texts)
        if damage is as_it_was:
            whole.add(student_id)
    report = collect_answers(returned, into, known=list(written), keys=keys)
    states = {row.student_id: row.state for row in report.ledger.students}
    assert list(states) == list(written)
    assert "missing" not in states.values()
    assert {student for student, state in states.items() if state == "here"} >= whole
    met = {Path(row.file).parts[0] for row in report.ledger.files}
    assert met == {path.name for path in returned.iterdir()}
    for one in report.students:
        found = {each.text for each in AnswerStore(one.path).history()}
        assert found <= written[one.student_id]
        if one.student_id in whole:
            assert found == written[one.student_id]
    again = collect_answers(returned, into, known=list(written), keys=keys)
    assert to_csv(again.ledger) == to_csv(report.ledger)
