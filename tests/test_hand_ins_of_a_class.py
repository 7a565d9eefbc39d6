"""A class of thirty in twelve scripts: filled in, saved by any program, and all collected.

The notebooks are the ones that students get, with what their forms put into them. Then each is
saved as another program would, and sent in another way.
"""

from __future__ import annotations

import copy
import io
import itertools
import json
import random
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest

from prepkit.answers import AnswerStore, collect_answers, read_answers
from prepkit.answers.ledger import to_csv
from prepkit.answers.signatures import CoachKeys, new_key, store_key
from prepkit.bank import Bank, load_bank
from prepkit.forms import FORMS
from prepkit.packets.fill_in import fill_in_notebook
from prepkit.records import Student
from prepkit.widgets.hand_in import HandIn

QUESTIONS = ("technical-leadership/06", "leading-people/01", "technical-leadership/01")
PARTS = FORMS["past-event"].names
RUN = "2027-02-01"
START = datetime(2027, 2, 3, 18, tzinfo=UTC)
Notebook = dict[str, Any]

SCRIPTS = {
    "Latin": ("Zoë Łukasz", "Ħaż-Żebbuġ — “naïve” façade, e\u0301 and é, ﬁ"),
    "Cyrillic": ("Ёлка Їжак", "Мы перенесли биллинг за одни выходные — без простоя."),
    "Arabic": ("ليلى حسن", "نقلنا نظام الفوترة خلال عطلة واحدة، \u200fولم ينتظر أحد."),
    "Hebrew": ("נועה לוי", "העברנו את מערכת החיוב (40 חנויות) בסוף שבוע אחד."),
    "Devanagari": ("अनिता शर्मा", "हमने क्षेत्रीय प्रणाली को एक सप्ताहांत में बदला\u200d।"),
    "Chinese": ("李雷", "我们在一个周末迁移了四十家商店的账单系统。𠮷"),
    "Japanese": ("佐藤ひかり", "週末の一度で請求システムを移行した。ﾊﾝｶｸ、が゛"),
    "Korean": ("김지우", "우리는 주말 동안 결제 시스템을 옮겼다. 한글"),
    "Thai": ("สมชาย ใจดี", "เราย้ายระบบการเรียกเก็บเงินภายในสุดสัปดาห์เดียว"),
    "Greek": ("Ξένια Ψαρά", "Μεταφέραμε το σύστημα σε ένα Σαββατοκύριακο· ς"),
    "Tamil": ("கவிதா", "ஒரு வார இறுதியில் கட்டண முறையை மாற்றினோம்."),
    "emoji": ("Sam 🚂", "👩🏽‍💻 moved 40 🏬 in one 🌙, no 🧑‍🤝‍🧑 waited 🏳️‍🌈🇺🇳"),
}
ODD = '\n\n> "quoted" \\n {"a": [1]} \\\\ <b>&amp;</b> $x$ %s {0}\t\u2028\u00a0\u200b end  \n'


def in_vs_code(nb: Notebook) -> None:
    """Save as VS Code does: nothing from JupyterLab's extension, other ids, its own marks."""
    nb["metadata"]["prepkit"].pop("answers")
    nb["metadata"]["language_info"] |= {"version": "3.12.4", "file_extension": ".py"}
    nb["metadata"]["kernelspec"]["display_name"] = ".venv (3.12.4)"
    for number, cell in enumerate(nb["cells"]):
        cell["id"] = f"{number:08x}"
        cell["metadata"] = {"vscode": {"languageId": "python"}}


def in_colab(nb: Notebook) -> None:
    """Save as Colab does, which keeps of the metadata only what it knows."""
    nb["metadata"] = {
        "colab": {"provenance": [], "name": "Copy of fill-in.ipynb"},
        "kernelspec": {"display_name": "Python 3", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nb["nbformat_minor"] = 0
    for number, cell in enumerate(nb["cells"]):
        cell.pop("id")
        cell["metadata"] = {"id": f"c{number}", "colab": {"base_uri": "https://localhost:8080/"}}
        for output in cell.get("outputs", []):
            output["metadata"] = {}


def with_cleared_outputs(nb: Notebook) -> None:
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}


def with_doubled_cells(nb: Notebook) -> None:
    """Copy each cell, as pasting a selection twice does; JupyterLab gives the copies other ids."""
    nb["cells"] = [one for cell in nb["cells"] for one in (cell, copy.deepcopy(cell))]
    for number, cell in enumerate(nb["cells"]):
        cell["id"] = f"cell-{number}"


def with_cells_in_another_order(nb: Notebook) -> None:
    nb["cells"].reverse()
    nb["cells"].append({"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "Mine."})


SAVED: tuple[Callable[[Notebook], None], ...] = (
    lambda nb: None,  # as JupyterLab saves it
    in_vs_code,
    in_colab,
    with_cleared_outputs,
    with_doubled_cells,
    with_cells_in_another_order,
)
NAMES = ("{}-fill-in.ipynb", "{}-fill-in (1).ipynb", "untitled {}.ipynb.txt", "{}.json", "x{}.md")


def zipped(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inner in files.items():
            archive.writestr(name, inner)
    return content.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, inner in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(inner)
            archive.addfile(info, io.BytesIO(inner))
    return content.getvalue()


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


def clock() -> Callable[[], datetime]:
    """Return a clock that goes on by a minute each time it is asked."""
    ticks = itertools.count()
    return lambda: START + timedelta(minutes=next(ticks))


def write(store: AnswerStore, text: str, chance: random.Random) -> None:
    """Write an answer to each question as a student does: in several versions, some emptied."""
    for question, part in itertools.product(QUESTIONS, PARTS):
        versions = [f"{text} {question} {part}", f"{text} {question} {part}{ODD}"]
        for number, version in enumerate(versions[: chance.randrange(1, 3)]):
            store.save(question, part, version, based_on=number)


def filled_in(bank: Bank, keys: CoachKeys, store: AnswerStore, student: Student) -> Notebook:
    """Return a student's notebook with what its forms put into it, saved by JupyterLab."""
    key = keys.student_key(student.student_id, RUN)
    nb = fill_in_notebook(student, QUESTIONS, run=RUN, signing_key=key)
    plain: Notebook = json.loads(nbformat.writes(nb))
    hand_in = HandIn(
        store,
        [bank[one] for one in QUESTIONS],
        student_id=student.student_id,
        run=RUN,
        signature=plain["metadata"]["prepkit"]["signature"],
    )
    data = hand_in.bundle()
    plain["cells"][-1]["outputs"] = [
        {
            "output_type": "display_data",
            "data": data,
            "metadata": {"prepkit": {"student_id": student.student_id, "hand_in": hand_in.name}},
        }
    ]
    carried = next(value for value in data.values() if isinstance(value, dict))
    plain["metadata"]["prepkit"]["answers"] = carried
    hand_in.close()
    return plain


@pytest.mark.long
def test_thirty_students_in_twelve_scripts_are_all_accounted_for_with_exact_texts(
    bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "of the students"))
    keys = store_key(tmp_path / "of the coach", new_key())
    chance = random.Random(18)
    written: dict[str, AnswerStore] = {}
    sent: dict[str, dict[str, bytes]] = {"": {}, "course.zip": {}, "week 2.tar.gz": {}}
    for number in range(30):
        student_id = f"2027-{number:03}"
        script = list(SCRIPTS)[number % len(SCRIPTS)]
        name, text = SCRIPTS[script]
        store = AnswerStore(tmp_path / f"{student_id}.sqlite", now=clock())
        write(store, f"{name} {number}: {text}", chance)
        nb = filled_in(bank, keys, store, Student(student_id=student_id, name=name))
        SAVED[(number + number // len(SCRIPTS)) % len(SAVED)](nb)
        content = json.dumps(nb, indent=1, ensure_ascii=number % 7 == 0).encode()
        file_name = NAMES[number % len(NAMES)].format(f"{name} {number}")
        way = number % 4
        if way < 3:
            sent[list(sent)[way]][f"{script}/{file_name}"] = content
        else:
            inner = zipped({file_name: content, f"__MACOSX/._{file_name}": b"\0\5\x16\7"})
            sent["course.zip"][f"{name}_{number}.zip"] = inner
        written[student_id] = store
    returned = tmp_path / "returned"
    for place, content in sent.pop("").items():
        (returned / place).parent.mkdir(parents=True, exist_ok=True)
        (returned / place).write_bytes(content)
    (returned / "course.zip").write_bytes(zipped(sent["course.zip"]))
    (returned / "week 2.tar.gz").write_bytes(tarred(sent["week 2.tar.gz"]))

    into = tmp_path / "students"
    report = collect_answers(returned, into, known=list(written), keys=keys)
    assert [str(problem) for problem in report.problems] == []
    assert {row.student_id: row.state for row in report.ledger.students} == dict.fromkeys(
        written, "here"
    )
    assert (report.unsigned, report.unchecked) == ((), ())
    assert sum(row.state == "taken" for row in report.ledger.files) == 30
    for student_id, store in written.items():
        found = read_answers(into / f"{student_id}.sqlite")
        mine = store.load()
        assert {(one, part): found[one].text(part) for one in QUESTIONS for part in PARTS} == {
            (one, part): mine[one].text(part) for one in QUESTIONS for part in PARTS
        }
        assert found == mine

    again = collect_answers(returned, into, known=list(written), keys=keys)
    assert [one.added for one in again.students] == [()] * 30
    assert to_csv(again.ledger) == to_csv(report.ledger)
