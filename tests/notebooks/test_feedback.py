"""The coach's page for rating: it shows another coach's scores only when it is asked to compare."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import papermill
import pytest

from prepkit.answers.feedback import RATER, Comment, Feedback, Rating, feedback_store

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "coach" / "feedback.ipynb"
AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
SECRET = "marzipan"

pytestmark = pytest.mark.slow


def run(tmp_path: Path, **parameters: object) -> Any:
    out = tmp_path / "out.ipynb"
    return papermill.execute_notebook(str(NOTEBOOK), str(out), parameters, progress_bar=False)


@pytest.fixture
def rated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let Ada and Ben rate the same answer of two students, and return the roster of one."""
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(RATER, "Ada")
    for student in ("s1", "s2"):
        kept = Feedback(feedback_store(tmp_path / "home", student))
        for rater, score in (("Ada", 2), ("Ben", 5)):
            kept.rate(Rating("leading-people/01", rater, {"Substance": score}, None, {}, AT))
        kept.comment(Comment(f"b-{student}", "leading-people/01", "Ben", "", "", 0, SECRET, AT))
    roster = tmp_path / "roster.csv"
    roster.write_text("student_id,name\ns1,Ada Marin\n", "utf-8")
    return roster


def test_another_coachs_scores_stay_hidden_until_they_are_asked_for(
    tmp_path: Path, rated: Path
) -> None:
    said = json.dumps(run(tmp_path))
    assert "Ben" not in said
    assert SECRET not in said


def test_asked_to_compare_it_shows_both_scores_of_the_students_on_the_roster(
    tmp_path: Path, rated: Path
) -> None:
    nb = run(tmp_path, compare=True, roster=str(rated))
    (cell,) = [cell for cell in nb.cells if cell.id == "compare"]
    table, hints, differences = (one.data["text/plain"] for one in cell.outputs)
    assert "Substance" in table
    assert "Too few to say" in table
    assert hints.startswith("Kappa is 1 where two raters agree fully")
    assert "Ada Marin" in differences
    assert SECRET in differences
    assert "s2" not in differences
