"""The coach's page: it runs for any number of students, and keeps their answers to itself."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from pypdf import PdfReader

from prepkit.__main__ import main
from prepkit.bank import load_bank
from prepkit.engine import client
from prepkit.handouts import handout_pdf
from prepkit.forms import FORMS
from prepkit.answers import AnswerStore
from tests.examples import past_events

STAR = FORMS["past-event"].names

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "coach" / "cohort.ipynb"
SECRET = "marzipan"
ROSTER = "student_id,name,companies,interview_date,mentor\n"

pytestmark = pytest.mark.slow


def test_its_dates_do_not_depend_on_the_computers_locale() -> None:
    code = "".join(cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells)
    assert "pk.format_day(today)" in code
    assert "%" not in code


def fill(home: Path, count: int) -> str:
    """Store answers of students, and return a roster of them with a column of the coach's own."""
    questions = past_events(load_bank())
    rows = []
    for number in range(count):
        name = f"s{number:03d}"
        rows.append(f"{name},Student {number},Amazon,2026-12-{number % 28 + 1:02d},Kim\n")
        if number % 3:
            store = AnswerStore(home / "students" / f"{name}.sqlite")
            for part in STAR[: number % 4 + 1]:
                store.save(questions[number % 100], part, f"{SECRET} here", based_on=0)
    return ROSTER + "".join(rows)


def run(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, **parameters: str) -> Any:
    monkeypatch.setenv("PREPKIT_HOME", str(home))
    # The engine's outputs are a kernel's, and it starts no kernel for each run.
    client.prepare(["prepkit", "matplotlib.pyplot"])
    return papermill.execute_notebook(
        str(NOTEBOOK),
        str(tmp_path / "out.ipynb"),
        parameters,
        engine_name="prepkit",
        progress_bar=False,
    )


def outputs(nb: Any) -> dict[str, list[Any]]:
    """Return the outputs of the notebook's own code cells, by id."""
    return {
        cell.id: [{**each} for each in cell.outputs]
        for cell in nb.cells
        if cell.cell_type == "code" and "injected-parameters" not in cell.metadata.tags
    }


@pytest.mark.parametrize("count", [1, 6, 200])
def test_it_shows_how_everybody_stands_and_no_word_that_they_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(fill(tmp_path / "home", count))
    given = {"roster": str(roster), "date": "2026-11-24"}
    nb = run(tmp_path, tmp_path / "home", monkeypatch, **given)
    assert SECRET not in json.dumps(nb)
    found = outputs(nb)
    some = count - (count + 2) // 3
    assert found["load"][0]["text"].startswith(
        f"Students: {count}. Answers received from: {some}. They are in "
    )
    assert found["load"][0]["text"].endswith("\nDate: 24 November 2026\n")
    assert "Student 0" in found["talk-first"][0]["data"]["text/plain"]
    assert found["read"] == []
    # A coach may print it.
    pages = PdfReader(BytesIO(handout_pdf(nb).pdf)).pages
    assert "Who to talk to first" in pages[0].extract_text()


def test_it_shows_what_became_of_the_files_and_who_has_to_be_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER + "ada,Ada Marin,,,\nben,Ben Roy,,,\n")
    (tmp_path / "returned").mkdir()
    (tmp_path / "returned" / "ada.pdf").write_bytes(b"%PDF-")
    assert main(["answers", "collect", str(tmp_path / "returned"), "--roster", str(roster)]) == 1
    found = outputs(run(tmp_path, tmp_path / "home", monkeypatch, roster=str(roster)))
    told = found["talk-first"][0]["data"]["text/plain"]
    assert "A file came, without answers that can be read" in told
    assert "Ben Roy" in told
    assert "Ada Marin (ada)" in found["came"][0]["data"]["text/plain"]
    assert "ada.pdf" in found["came-files"][0]["data"]["text/plain"]


def test_it_runs_before_anything_has_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nb = run(tmp_path, tmp_path / "home", monkeypatch)
    assert outputs(nb)["load"][0]["text"].startswith(
        "Students: 0. Answers received from: 0. They are in "
    )
    assert not (tmp_path / "home").exists()


def test_answers_are_shown_of_the_student_that_is_named_and_of_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    fill(home, 6)
    store = AnswerStore(home / "students" / "s001.sqlite")
    store.save("leading-people/05", "task", "Only <b>mine</b>", based_on=0)
    nb = run(tmp_path, home, monkeypatch, read_student="s001")
    html = "".join(output["data"]["text/html"] for output in outputs(nb)["read"])
    assert html.count(SECRET) == 2
    assert "Only &lt;b&gt;mine&lt;/b&gt;" in html
    assert json.dumps(nb).count(SECRET) == 2


def test_a_day_that_is_given_is_the_only_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER + "ada,Ada Marin,,2030-05-06,\n")
    given = {"roster": str(roster), "students_folder": str(tmp_path), "date": "2030-05-01"}
    one, other = (outputs(run(tmp_path, tmp_path / "home", monkeypatch, **given)) for _ in range(2))
    assert one == other
    assert one["talk-first"][0]["data"]["text/plain"].splitlines()[1].split(maxsplit=2) == [
        "Ada",
        "Marin",
        "Interview soon Interview on 6 May, in 5 days: no answers yet.",
    ]


def test_its_outputs_load_nothing_from_other_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "home", 20)
    nb = run(tmp_path, tmp_path / "home", monkeypatch, date="2026-11-24")
    html = "".join(
        str(output.get("data", {}).get("text/html", ""))
        for found in outputs(nb).values()
        for output in found
    )
    assert len(html) > 10_000
    pattern = r"""(?:src=|<link [^>]*href=|url\(|import\()["']?(?:https?:)?//"""
    assert re.findall(pattern, html) == []


def test_its_parameters_are_typed_and_explained() -> None:
    (cell,) = [
        cell
        for cell in nbformat.read(NOTEBOOK, as_version=4).cells
        if cell.metadata.get("tags") == ["parameters"]
    ]
    lines = cell.source.splitlines()
    assert all(re.fullmatch(r'\w+: str = ""  # .+', line) for line in lines)
    names = [line.split(":")[0] for line in lines]
    assert names == ["roster", "students_folder", "date", "bank_folder", "read_student"]
    assert set(papermill.inspect_notebook(str(NOTEBOOK))) == set(names)
