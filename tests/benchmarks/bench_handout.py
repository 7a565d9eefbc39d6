"""What a handout costs: CPU seconds of whole processes, against bare Typst and nbconvert's HTML.

Run with ``python tests/benchmarks/bench_handout.py [REPETITIONS]``. Each row is the least of the
repetitions, which take turns; the ratios compare rows of this one run.
"""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import prepkit.handouts
from prepkit.handouts.document import notebook_document, worksheets_document
from prepkit.handouts.typesetting import Document
from prepkit.handouts.worksheet import WorksheetData
from prepkit.records import Question, Star

PACKAGE = Path(prepkit.handouts.__file__).parent

WORKSHEET = """
import sys
from pathlib import Path
from prepkit.handouts.document import worksheets_document
from prepkit.handouts.typesetting import typeset
from prepkit.handouts.worksheet import WorksheetData
data = WorksheetData.model_validate_json(Path("worksheet.json").read_text())
document = worksheets_document([data], paper=None, title=None, student=None, date=None)
Path("worksheet.pdf").write_bytes(typeset(document).pdf)
"""
NOTEBOOK = """
import json
from pathlib import Path
from prepkit.handouts import handout_pdf
handout = handout_pdf(json.loads(Path("notebook.ipynb").read_text()))
Path("notebook.pdf").write_bytes(handout.pdf)
"""
BARE = """
import sys, typst
fonts = typst.Fonts(include_system_fonts=False, font_paths=[sys.argv[2]])
typst.compile("main.typ", sys.argv[1] + ".pdf", font_paths=fonts, pdf_standards=["ua-1"])
"""


def worksheet() -> WorksheetData:
    """Return a worksheet as full as the bank's."""
    text = "We measured what the sessions waited for, and it was one row in one table. "
    star = Star(situation=text * 3, task=text * 2, action=text * 11, result=text * 4)
    question = Question(
        category="technical-leadership",
        number=6,
        text="Tell me about a time a system that was yours was about to outgrow its design.",
        why=text * 4,
        key_points=(text,) * 6,
        follow_ups=(text,) * 5,
        levels=dict.fromkeys(("senior engineer", "engineering manager", "director"), text * 2),
        tips=(text * 2,) * 3,
        example=star,
    )
    return WorksheetData(
        question=question,
        category="Technical leadership",
        icon="⚙️",
        of=10,
        prompts=star.model_copy(update={"action": text}),
        lines=(),
        answered=False,
    )


def notebook() -> dict[str, object]:
    """Return a notebook of about six pages: prose and frames."""
    prose = "Some *prose* with `code`, a [link](https://example.org) and **weight**. " * 12
    frame = pd.DataFrame({f"column {n}": range(12) for n in range(5)}).to_html()
    table = new_output("display_data", data={"text/html": frame, "text/plain": "frame"})
    cells = []
    for number in range(10):
        cells.append(new_markdown_cell(f"## Part {number}\n\n{prose}\n\n- one\n- two\n\n{prose}"))
        cells.append(new_code_cell("frame", outputs=[table]))
    nb: dict[str, object] = new_notebook(cells=cells)
    return nb


def lay_out(folder: Path, name: str, document: Document) -> None:
    """Write what Typst alone needs to print `document`."""
    place = folder / name
    shutil.copytree(PACKAGE / "icons", place / "icons")
    for icon in (place / "icons").glob("*.svg"):
        icon.write_text(icon.read_text().replace("currentColor", "#1d5c4f"))
    shutil.copytree(PACKAGE / "template", place, dirs_exist_ok=True)
    (place / "handout.typ").rename(place / "main.typ")
    (place / "document.json").write_text(json.dumps(document.data))


def cpu(command: list[str], folder: Path, environment: Mapping[str, str]) -> float:
    """Return the CPU seconds of a process and its children."""
    before = os.times()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def main(repetitions: int) -> None:
    """Print a table of CPU seconds and ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, nb = worksheet(), notebook()
        (folder / "worksheet.json").write_text(data.model_dump_json())
        write(nb, folder / "notebook.ipynb")
        nothing = {"paper": None, "title": None, "student": None, "date": None}
        lay_out(folder, "sheet", worksheets_document([data], **nothing))
        lay_out(folder, "book", notebook_document(nb, code=False, **nothing))
        python = [sys.executable, "-c"]
        fonts = str(PACKAGE / "fonts")
        nbconvert = [sys.executable, "-m", "nbconvert", "notebook.ipynb", "--to"]
        runs = {
            "worksheet, prepkit": ([*python, WORKSHEET], folder),
            "worksheet, bare Typst": ([*python, BARE, "worksheet", fonts], folder / "sheet"),
            "notebook, prepkit": ([*python, NOTEBOOK], folder),
            "notebook, bare Typst": ([*python, BARE, "notebook", fonts], folder / "book"),
            "notebook, nbconvert --to handout": ([*nbconvert, "handout"], folder),
            "notebook, nbconvert --to html": ([*nbconvert, "html"], folder),
        }
        seconds: dict[str, float] = dict.fromkeys(runs, float("inf"))
        for _ in range(repetitions):
            for run, (command, place) in runs.items():
                seconds[run] = min(seconds[run], cpu(command, place, os.environ))
    base = {"worksheet": "worksheet, bare Typst", "notebook": "notebook, bare Typst"}
    html = seconds["notebook, nbconvert --to html"]
    print(f"{'':34}{'CPU s':>8}{'/ Typst':>9}{'/ HTML':>8}")
    for run, value in seconds.items():
        typst = seconds[base[run.split(",")[0]]]
        print(f"{run:34}{value:8.2f}{value / typst:9.2f}{value / html:8.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
