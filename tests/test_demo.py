"""The demo: the questions and three sample notebooks as a site, as `make demo` builds it."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from prepkit.__main__ import main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data/sample"
NOTEBOOKS = sorted((SAMPLE / "notebooks").glob("*.ipynb"))


def test_the_demo_leaves_nothing_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = (ROOT / "Makefile").read_text("utf-8").partition("\ndemo:")[2]
    command = re.search(r"prepkit (site .+) -o build/demo\n", recipe)
    assert command is not None
    monkeypatch.chdir(ROOT)
    site = tmp_path / "demo"
    assert main([*command[1].split(), "-o", str(site)]) == 0
    assert "Not published" not in capsys.readouterr().out
    for path in NOTEBOOKS:
        page = (site / "notebooks" / path.with_suffix(".html").name).read_text("utf-8")
        assert 'class="missing"' not in page
        assert (site / "notebooks" / path.with_suffix(".pdf").name).exists()
    plan = (site / "notebooks/hiring-plan.html").read_text("utf-8")
    assert 'href="../questions/hiring-and-team-building/05.html"' in plan
    assert "<math" in plan
    assert (site / "visits.js").exists()


def words_of(nb: nbformat.NotebookNode) -> list[str]:
    """Return what each cell printed or shows as text, without the ids that differ in each run."""
    texts = []
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            texts.append(re.sub(r"0x[0-9a-f]+", "", text))
    return texts


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_sample_notebook_still_gives_what_it_shows(path: Path) -> None:
    saved = nbformat.read(path, as_version=4)
    run = nbformat.read(path, as_version=4)
    NotebookClient(run, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert words_of(run) == words_of(saved)
    assert any(words_of(saved))
