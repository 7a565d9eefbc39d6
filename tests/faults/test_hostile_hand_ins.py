"""Returned notebooks that somebody has tampered with, in ways drawn by chance."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prepkit.answers import AnswerStore, collect_answers
from prepkit.answers.limits import LONGEST, QUESTIONS, TOTAL
from prepkit.answers.signatures import CoachKeys, new_key
from prepkit.answers.students import collected_answers
from prepkit.bank import Bank, load_bank
from prepkit.practice.cohort import cohort_frame, student_summary
from tests.test_forged_hand_ins import OTHER, QUESTION, document, filled, sent, versions

pytestmark = [pytest.mark.faults, pytest.mark.slow]

FILES = 40
"""How many files are in the folder of one round."""
LOOKALIKES = str.maketrans("aeo", "\u0430\u0435\u043e")  # Cyrillic

Tampering = Callable[[random.Random, dict[str, Any], list[dict[str, Any]]], None]


def claim(nb: dict[str, Any], name: str) -> None:
    """Let a notebook name another student in all places."""
    nb["metadata"]["prepkit"]["student_id"] = name
    nb["cells"][-1]["outputs"][0]["metadata"]["prepkit"]["student_id"] = name


def take_id(chance: random.Random, nb: dict[str, Any], others: list[dict[str, Any]]) -> None:
    """Claim the id of another notebook, or one that looks like it."""
    name = str(chance.choice(others)["metadata"]["prepkit"]["student_id"])
    changes = [name, name.upper(), name.title(), name.translate(LOOKALIKES), f" {name}", f"{name}."]
    claim(nb, chance.choice(changes))


def take_marks(chance: random.Random, nb: dict[str, Any], others: list[dict[str, Any]]) -> None:
    """Copy some of what another notebook says of itself."""
    mine, theirs = nb["metadata"]["prepkit"], chance.choice(others)["metadata"]["prepkit"]
    for name in chance.sample(["signature", "run", "questions", "student_id"], 2):
        mine[name] = copy.deepcopy(theirs[name])
        if name == "student_id":
            claim(nb, mine[name])


def change_signature(chance: random.Random, nb: dict[str, Any], _: list[dict[str, Any]]) -> None:
    """Change a digit of the signature, cut it, or put something else there."""
    ours = nb["metadata"]["prepkit"]
    text = str(ours["signature"])
    at = chance.randrange(len(text))
    ours["signature"] = chance.choice(
        [
            text[:at] + chance.choice("0123456789abcdefé") + text[at + 1 :],
            text[:at],
            "",
            5,
            [],
            text,
        ]
    )


def change_questions(chance: random.Random, nb: dict[str, Any], _: list[dict[str, Any]]) -> None:
    """Add questions, leave some out, or put them in another order."""
    ours = nb["metadata"]["prepkit"]
    questions = [*ours["questions"], "none/1"]
    chance.shuffle(questions)
    ours["questions"] = questions[: chance.randrange(len(questions))]


def answer_more(chance: random.Random, nb: dict[str, Any], _: list[dict[str, Any]]) -> None:
    """Answer a question that may not be in the notebook."""
    data = nb["cells"][-1]["outputs"][0]["data"]
    (carried,) = [value for value in data.values() if isinstance(value, dict)]
    carried["answers"][chance.choice(["none/1", OTHER, "\u202e", "../x"])] = {"task": "Stray."}


TAMPERING: tuple[Tampering, ...] = (
    take_id,
    take_marks,
    change_signature,
    change_questions,
    answer_more,
)


def test_no_notebook_is_taken_as_signed_unless_it_is_as_it_was_sent(
    tmp_path: Path, round_: int
) -> None:
    chance = random.Random(round_)
    keys = new_key()
    notebooks = [
        filled(
            sent(key, name, [QUESTION, OTHER][:count], run),
            {QUESTION: {"task": versions(f"Written in the notebook of {name}.")}},
        )
        for key in (keys, new_key())
        for name in ("ada", "ben", "eve")
        for count in (1, 2)
        for run in ("2026-11-01", "2026-12-01")
    ]
    genuine = {marks(nb) for nb in notebooks if is_signed(keys, nb)}
    assert len(genuine) == len(notebooks) / 2
    returned = tmp_path / "returned"
    returned.mkdir()
    files = {}
    for number in range(FILES):
        nb = copy.deepcopy(chance.choice(notebooks))
        for tamper in chance.sample(TAMPERING, chance.randrange(1, 3)):
            tamper(chance, nb, notebooks)
        files[Path(f"{number}.ipynb")] = nb
        (returned / f"{number}.ipynb").write_text(json.dumps(nb), encoding="utf-8")
    report = collect_answers(returned, tmp_path / "students", keys=keys)
    assert (report.unsigned, report.unchecked) == ((), ())
    used = {path for one in report.students for path in one.files}
    assert used.isdisjoint(problem.path for problem in report.problems)
    assert len(used) + len(report.problems) == FILES
    for path in used:
        assert marks(files[path]) in genuine
    for one in report.students:
        store = AnswerStore(one.path)
        assert {each.question for each in store.history()} <= {QUESTION, OTHER}


def marks(nb: dict[str, Any]) -> str:
    """Return what a notebook says of itself."""
    ours = nb["metadata"]["prepkit"]
    return json.dumps([ours[name] for name in ("student_id", "run", "questions", "signature")])


def is_signed(keys: CoachKeys, nb: dict[str, Any]) -> bool:
    ours = nb["metadata"]["prepkit"]
    return keys.verify(ours["signature"], ours["student_id"], ours["run"], ours["questions"])


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


def enormous(chance: random.Random, bank: Bank) -> dict[str, Any]:
    """Return answers of any size between nothing and far too much."""
    pool = [*bank, *(f"none/{number}" for number in range(2 * QUESTIONS))]
    texts = ["x", "word " * chance.randrange(1, LONGEST // 4), "\U0001f682" * 1000]
    answers: dict[str, Any] = {}
    left = chance.choice([TOTAL // 100, TOTAL, 2 * TOTAL])
    for question in chance.sample(pool, chance.choice([1, 20, QUESTIONS, 2 * QUESTIONS])):
        text = chance.choice(texts)
        answers[question] = {"task": versions(*[text] * chance.randrange(1, 5))}
        left -= len(text)
        if left < 0:
            break
    return answers


def test_whatever_is_sent_the_cohort_stays_within_the_limits(
    tmp_path: Path, round_: int, bank: Bank
) -> None:
    chance = random.Random(round_)
    returned, into = tmp_path / "returned", tmp_path / "students"
    returned.mkdir()
    for number in range(6):
        answers = enormous(chance, bank)
        if chance.random() < 0.5:
            name, content = f"eve ({number}).json", document(answers)
        else:
            name, content = f"{number}.ipynb", filled(sent(None, "mal"), answers)
        (returned / name).write_text(json.dumps(content), encoding="utf-8")
    (returned / "ada.ipynb").write_text(json.dumps(filled(sent(None, "ada"))), encoding="utf-8")
    report = collect_answers(returned, into)
    assert "ada" in [one.student_id for one in report.students]
    answers_of = collected_answers(into)
    for one in report.students:
        store = AnswerStore(one.path)
        history = store.history()
        assert len({each.question for each in history}) <= QUESTIONS
        texts = {(each.question, each.field, each.text) for each in history}
        assert sum(len(text.encode()) for *_, text in texts) <= TOTAL
        assert max(len(each.text.encode()) for each in history) <= LONGEST
    summary = student_summary(cohort_frame(bank, answers_of))
    assert set(summary.student_id) == set(answers_of)
