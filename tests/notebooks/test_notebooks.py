"""The notebooks: stored clean, safe to open, and running from the first cell to the last."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath

import nbformat
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from pypdf import PdfReader

from prepkit.bank import load_bank
from prepkit.handouts import handout_pdf
from prepkit.forms import FORMS
from prepkit.answers import AnswerStore
from tests.examples import past_events


FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in [*FOLDER.glob("*.ipynb"), *FOLDER.glob("coach/*.ipynb")]
)
PAGES = [name for name in NOTEBOOKS if re.match(r"\d\d-", name)]
NO_PROSE = re.compile(r"`[^`]*`|\]\([^)]*\)|^    .*$", re.MULTILINE)  # code and addresses
LEAST_WORDS = {"01-start.ipynb": 20, "06-debrief.ipynb": 50}
"""Of what a page that is one form says where no widget runs; other pages have more than 100."""
SECRET = "marzipan"  # a word that only the sample answers hold


def read(name: str) -> nbformat.NotebookNode:
    nb: nbformat.NotebookNode = nbformat.read(FOLDER / name, as_version=4)
    return nb


def code_cells(nb: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def test_the_workbook_has_its_pages() -> None:
    assert PAGES == [
        "01-start.ipynb",
        "02-answer.ipynb",
        "03-companies.ipynb",
        "04-stories.ipynb",
        "05-mock.ipynb",
        "06-debrief.ipynb",
    ]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_valid(name: str) -> None:
    nb = read(name)
    nbformat.validate(nb)
    assert (nb.nbformat, nb.nbformat_minor) == (4, 5)


@pytest.mark.long
def test_the_words_of_the_notebooks_are_spelt_right() -> None:
    from spellchecker import SpellChecker

    known = SpellChecker(distance=1)
    known.word_frequency.load_words(["analytics", "anki", "jupyterlab", "pdf", "prepkit"])
    words = {
        word
        for name in NOTEBOOKS
        for cell in read(name).cells
        if cell.cell_type == "markdown"
        for word in re.findall(r"[a-z]{3,}(?!\w|')", NO_PROSE.sub(" ", cell.source.lower()))
    }
    assert known.unknown(words) == set()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_stored_without_outputs(name: str) -> None:
    for cell in code_cells(read(name)):
        assert (cell.outputs, cell.execution_count) == ([], None)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_cells_have_ids_that_say_what_they_are(name: str) -> None:
    ids = [cell.id for cell in read(name).cells]
    assert len(set(ids)) == len(ids)
    assert [cell_id for cell_id in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)*", cell_id)] == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_names_its_kernel_and_nothing_of_a_machine(name: str) -> None:
    assert read(name).metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


@pytest.mark.parametrize("name", PAGES)
def test_code_is_short_and_folded_away(name: str) -> None:
    for cell in code_cells(read(name)):
        assert 1 <= len(cell.source.splitlines()) <= 4
        assert cell.metadata["jupyter"] == {"source_hidden": True}


@pytest.mark.parametrize("name", [*PAGES, "coach/feedback.ipynb"])
def test_a_cell_that_holds_a_form_cannot_be_deleted_by_a_slip(name: str) -> None:
    for cell in code_cells(read(name)):
        forms = (
            r"pk\.(Picker|StarForm|MockInterview|Home|Stories|Debrief|JobDescription|RatingDesk)\("
        )
        if re.search(forms, cell.source):
            assert cell.metadata["deletable"] is False
            assert cell.metadata["editable"] is False


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_links_lead_to_notebooks_that_are_there(name: str) -> None:
    text = "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")
    targets = [normpath(join(dirname(name), one)) for one in re.findall(r"\]\(([^)]+)\)", text)]
    assert [target for target in targets if target not in NOTEBOOKS] == []


def test_the_form_comes_right_after_the_title() -> None:
    cells = read("02-answer.ipynb").cells
    assert cells[0].source == "# Write an answer"
    assert "pk.Picker(" in cells[1].source


def fill(home: Path) -> None:
    """Store one complete answer, one that is started, and a rehearsal of the first."""
    first, second, *_ = past_events(load_bank())
    store = AnswerStore(home / "answers.sqlite")
    parts = FORMS["past-event"].parts
    for part in parts:
        store.save(first, part.name, f"{SECRET} " * part.least, based_on=0)
    store.save(second, parts[0].name, f"{SECRET} " * parts[0].least, based_on=0)
    store.add_review(first, "again", 100)


def run(name: str, home: Path) -> nbformat.NotebookNode:
    from nbclient import NotebookClient

    nb = read(name)
    folder = {"metadata": {"path": str(home.parent)}}
    client = NotebookClient(nb, timeout=600, iopub_timeout=600, resources=folder)
    return client.execute(env={**os.environ, "PREPKIT_HOME": str(home)})


class Runs:
    """The pages, each run once for somebody new, and once for somebody with answers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._done: dict[Path, nbformat.NotebookNode] = {}

    def home(self, name: str, *, filled: bool) -> Path:
        """Return the home that a page is run with."""
        return self.folder / f"{name}-{filled}" / "home"

    def of(self, name: str, *, filled: bool) -> nbformat.NotebookNode:
        """Return a page as it was run."""
        home = self.home(name, filled=filled)
        if home not in self._done:
            home.parent.mkdir()
            if filled:
                fill(home)
            self._done[home] = run(name, home)
        return self._done[home]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(tmp_path_factory.mktemp("runs"))


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_runs_for_somebody_new(name: str, runs: Runs) -> None:
    nb = runs.of(name, filled=False)
    shown = [output for cell in code_cells(nb) for output in cell.outputs]
    assert {output.output_type for output in shown} <= {"execute_result", "display_data", "stream"}
    assert {output.get("name", "stdout") for output in shown} == {"stdout"}
    assert shown


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_saved_page_carries_no_word_of_the_answers(name: str, runs: Runs) -> None:
    nb = runs.of(name, filled=True)
    assert SECRET not in json.dumps(nb)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_outputs_load_nothing_from_other_hosts(name: str, runs: Runs) -> None:
    nb = runs.of(name, filled=False)
    html = "".join(
        str(output.get("data", {}).get("text/html", ""))
        for cell in code_cells(nb)
        for output in cell.outputs
    )
    assert (
        re.findall(r"""(?:src=|<link [^>]*href=|url\(|import\()["']?(?:https?:)?//""", html) == []
    )


def visible_words(nb: nbformat.NotebookNode) -> set[str]:
    """Return every word that a reader sees; the words in a plot are part of its drawing."""
    texts = []
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            texts.append(MarkdownIt().render(cell.source))
        for output in cell.get("outputs", []):
            texts.append(output.get("text") or output.data.get("text/html", ""))
    words: set[str] = set()
    for text in texts:
        page = BeautifulSoup(text, "html.parser")
        for unseen in page(["script", "style", "figure"]):
            unseen.extract()
        words.update(page.get_text(" ").split())
    return words


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_printed_with_every_word_of_it(name: str, runs: Runs) -> None:
    nb = runs.of(name, filled=True)
    pages = PdfReader(BytesIO(handout_pdf(nb).pdf)).pages
    printed = re.sub(r"[\s\u200b\u00ad]", "", "".join(page.extract_text() for page in pages))
    words = visible_words(nb)
    assert len(words) > LEAST_WORDS.get(name, 100)
    assert [word for word in sorted(words) if word not in printed] == []


@pytest.mark.slow
def test_nbval_finds_no_error(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *(str(FOLDER / name) for name in PAGES)],
        env={**os.environ, "PREPKIT_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
