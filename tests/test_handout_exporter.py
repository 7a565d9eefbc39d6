"""The standard places: nbconvert's command line and Python interface, and the handout notebook."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import io
import logging
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbformat
import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from prepkit.bank import load_bank
from prepkit.widgets.worksheet import Worksheet

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "notebooks" / "handout.ipynb"


def export(nb: Any, **settings: Any) -> pypdf.PdfReader:
    from prepkit.handouts.exporter import HandoutExporter

    pdf, resources = HandoutExporter(**settings).from_notebook_node(nb)
    assert resources["output_extension"] == ".pdf"
    return pypdf.PdfReader(io.BytesIO(pdf))


def test_nbconvert_and_the_export_menu_know_the_exporter() -> None:
    from prepkit.handouts.exporter import HandoutExporter

    (point,) = entry_points(group="nbconvert.exporters", name="handout")
    assert point.load() is HandoutExporter
    assert HandoutExporter.export_from_notebook == "Handout (PDF)"
    assert HandoutExporter.output_mimetype == "application/pdf"


def test_the_exporter_takes_paper_and_student() -> None:
    page = export(new_notebook(cells=[]), paper="us-letter", student="A. Student").pages[0]
    assert round(page.mediabox.width) == 612
    assert "A. Student" in page.extract_text()


@pytest.mark.long
def test_the_exporter_prints_compact_worksheets_if_it_is_asked_to() -> None:
    worksheet = Worksheet(load_bank()["technical-leadership/06"])
    shown = new_output("display_data", data=worksheet._repr_mimebundle_())
    nb = new_notebook(cells=[new_code_cell("", outputs=[shown])])
    assert [len(export(nb, compact=compact).pages) for compact in (False, True)] == [4, 2]


@pytest.mark.long
def test_a_worksheet_says_itself_that_it_is_compact() -> None:
    entry = load_bank()["technical-leadership/06"]
    shown = [
        new_output("display_data", data=Worksheet(entry, compact=compact)._repr_mimebundle_())
        for compact in (True, False)
    ]
    nb = new_notebook(cells=[new_code_cell("", outputs=[output]) for output in shown])
    assert [len(export(nb).pages), len(export(nb, compact=True).pages)] == [2 + 4, 2 + 2]


def test_the_exporter_archives_with_a_date() -> None:
    from prepkit.errors import PrepkitError

    nb = new_notebook(cells=[new_markdown_cell("# Kept")])
    reader = export(nb, archive=True, date="2026-01-31")
    assert reader.xmp_metadata
    assert b"pdfaid:part>2<" in reader.xmp_metadata.stream.get_data()
    with pytest.raises(PrepkitError) as caught:
        export(nb, archive=True, date="May")
    assert str(caught.value) == "'May' is not a date: write it as in 2026-01-31."


def test_the_exporter_logs_every_notice(caplog: pytest.LogCaptureFixture) -> None:
    shown = new_output("display_data", data={"application/x-own": "1"})
    with caplog.at_level(logging.WARNING):
        export(
            new_notebook(cells=[new_code_cell("x", outputs=[shown])]),
            log=logging.getLogger("handout"),
        )
    assert caplog.messages == [
        "Notebook: cell 1, output 1: not printed: only other programs show its kind"
        " (application/x-own); show a table, a picture or text instead"
    ]


@pytest.mark.long
def test_the_exporter_prints_the_pictures_beside_the_notebook(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from prepkit.handouts.exporter import HandoutExporter

    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text>Beside</text></svg>'
    (tmp_path / "plot.svg").write_text(svg, "utf-8")
    nb = new_notebook(cells=[new_markdown_cell("![A plot](plot.svg)")])
    path = tmp_path / "notebook.ipynb"
    nbformat.write(nb, path)
    exporter = HandoutExporter(log=logging.getLogger("handout"))
    with caplog.at_level(logging.WARNING):
        exporter.from_filename(str(path))
        assert caplog.messages == []
        exporter.from_notebook_node(nb)
    assert caplog.messages == [
        "Notebook: cell 1: the picture plot.svg is left out: only pictures stored in the notebook"
        " are printed"
    ]


def test_the_handout_notebook_is_stored_without_outputs_and_hides_its_code() -> None:
    nb = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(nb)
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in code] == [[]] * len(code)
    assert [cell.execution_count for cell in code] == [None] * len(code)
    assert [cell.metadata.get("tags") for cell in code].count(["parameters"]) == 1
    shown = [cell for cell in code if not cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert [cell.metadata.get("tags") for cell in shown] == [["parameters"]]


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_handout_notebook_runs_with_parameters_and_converts(tmp_path: Path) -> None:
    filled = run(
        *("papermill", str(NOTEBOOK), "filled.ipynb", "-p", "paper", "us-letter"),
        *("-y", "question_ids: [technical-leadership/06, technical-leadership/01]"),
        *("-p", "answered", "True"),
        *("-p", "compact", "True"),
        folder=tmp_path,
    )
    assert filled.returncode == 0, filled.stderr
    made = run("nbconvert", "--to", "handout", "filled.ipynb", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "WARNING" not in made.stderr
    reader = pypdf.PdfReader(tmp_path / "filled.pdf")
    assert len(reader.pages) == 2 * 2
    assert round(reader.pages[0].mediabox.width) == 612
    assert "Q6" in reader.pages[0].extract_text()
    assert "Print a handout" not in reader.pages[0].extract_text()
    assert reader.metadata
    assert reader.metadata.title == "Technical leadership: 2 questions"


@pytest.mark.slow
def test_the_handout_notebook_names_an_unknown_question(tmp_path: Path) -> None:
    ran = run(
        *(
            "papermill",
            str(NOTEBOOK),
            "filled.ipynb",
            "-y",
            "question_ids: [technical-leadership/99]",
        ),
        folder=tmp_path,
    )
    assert ran.returncode == 1
    assert "UnknownQuestionError" in ran.stderr
    assert "technical-leadership/99" in ran.stderr
