"""What a handout costs: CPU seconds of whole processes, against bare Typst and nbconvert's routes.

Run with ``python tests/benchmarks/bench_handout.py [REPETITIONS] [--install]``. Each row is the
least of the repetitions, which take turns; the ratios compare rows of this one run. A route whose
tools are missing is named and left out; ``--install`` installs them first (from Debian's packages,
as root). Then many different worksheets are printed in one process. What a browser's own processes
cost is only counted as far as they are waited for.
"""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import prepkit.handouts
from prepkit.bank import load_bank
from prepkit.handouts import Layout
from prepkit.handouts.document import worksheets_document
from prepkit.handouts.notebook import notebook_document
from prepkit.handouts.typesetting import Document, typeset
from prepkit.icons import ICONS
from prepkit.records import Question
from prepkit.sheet import Sheet, sheet_of

PACKAGE = Path(prepkit.handouts.__file__).parent

WORKSHEET = """
import sys
from pathlib import Path
from prepkit.handouts import Layout
from prepkit.handouts.document import worksheets_document
from prepkit.handouts.typesetting import typeset
from prepkit.sheet import Sheet
data = Sheet.model_validate_json(Path("worksheet.json").read_text())
document = worksheets_document([data], Layout())
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
# nbconvert looks for Playwright's own Chromium only; this lets it use the one that is there.
WEBPDF = """
import sys
from nbconvert.nbconvertapp import main
from playwright.async_api import BrowserType
launch = BrowserType.launch
BrowserType.launch = lambda self, **how: launch(self, executable_path=sys.argv[1] or None, **how)
main(["notebook.ipynb", "--to", "webpdf", "--disable-chromium-sandbox"])
"""
DEBIAN = (
    *("texlive-xetex", "texlive-fonts-recommended", "texlive-plain-generic"),
    *("pandoc", "chromium"),
)
QUESTION = "technical-leadership/06"
"""The question that the command line prints, so that start-up and the bank count, too."""
MANY = 1000
WARM = 100
"""Handouts after which the memory is expected to stay as it is."""


def worksheet() -> Sheet:
    """Return a worksheet as full as the bank's."""
    text = "We measured what the sessions waited for, and it was one row in one table. "
    star = {"situation": text * 3, "task": text * 2, "action": text * 11, "result": text * 4}
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
    entry = load_bank()[QUESTION]
    return sheet_of(replace(entry, question=question, asks=()))


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
    shutil.copytree(ICONS, place / "icons")
    for icon in (place / "icons").glob("*.svg"):
        icon.write_text(icon.read_text().replace("currentColor", "#1d5c4f"))
    shutil.copytree(PACKAGE / "template", place, dirs_exist_ok=True)
    (place / "handout.typ").rename(place / "main.typ")
    (place / "document.json").write_text(json.dumps(document.data))
    (place / "meta.json").write_text(json.dumps(document.data["meta"]))


def cpu(command: list[str], folder: Path, environment: Mapping[str, str]) -> float:
    """Return the CPU seconds of a process and its children."""
    before = os.times()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def chromium() -> str | None:
    """Return the browser for webpdf: Debian's, or an empty text for Playwright's own, or None."""
    from playwright.sync_api import Error, sync_playwright

    if found := shutil.which("chromium") or shutil.which("chromium-headless-shell"):
        return found
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch().close()
    except Error:
        return None
    return ""


def routes(folder: Path) -> dict[str, tuple[list[str], Path]]:
    """Return the commands of nbconvert's own PDF routes, as far as their tools are there."""
    nbconvert = [sys.executable, "-m", "nbconvert", "notebook.ipynb", "--to"]
    found: dict[str, tuple[list[str], Path]] = {}
    browser = chromium()
    if browser is None:
        print("left out: --to webpdf, for which there is no Chromium")
    else:
        command = [sys.executable, "-c", WEBPDF, browser]
        found["notebook, nbconvert --to webpdf"] = (command, folder)
    missing = [tool for tool in ("xelatex", "pandoc") if not shutil.which(tool)]
    if missing:
        print(f"left out: --to pdf, for which there is no {' and no '.join(missing)}")
    else:
        found["notebook, nbconvert --to pdf"] = ([*nbconvert, "pdf"], folder)
    return found


def install() -> None:
    """Install what is compared against, from Debian's packages; they are large."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *DEBIAN]
    subprocess.run(["apt-get", "update", "--quiet"], check=True, env=environment)
    subprocess.run(command, check=True, env=environment)


def shuffled(value: Any, choose: Callable[[], str]) -> Any:
    """Return texts, and what holds texts, with every word another."""
    if isinstance(value, str):
        return " ".join(choose() for _ in value.split())
    if isinstance(value, Mapping):
        return {key: shuffled(item, choose) for key, item in value.items()}
    return tuple(shuffled(item, choose) for item in value)


def different(number: int) -> Sheet:
    """Return one of the bank's worksheets with other words in every text, always the same ones."""
    bank = load_bank()
    ids = list(bank)
    entry = bank[ids[number % len(ids)]]
    words = [word for one in ids for word in bank[one].question.why.split()]  # "the" is frequent
    texts = ("text", "why", "key_points", "follow_ups", "levels", "tips", "prompts", "example")
    fields = entry.question.model_dump()
    chosen = random.Random(number)
    for name in texts:
        if fields[name]:
            fields[name] = shuffled(fields[name], lambda: chosen.choice(words))
    return sheet_of(replace(entry, question=Question.model_validate(fields)))


def memory() -> float:
    """Return how much memory this process has, in MiB."""
    return psutil.Process().memory_info().rss / 2**20


def many() -> None:
    """Print what many different two-page worksheets cost in this process."""
    print(f"{MANY} different worksheets in one process")
    print(f"{'handouts':>10}{'CPU s each':>12}{'MiB':>8}")
    spent = 0.0
    for number in range(MANY):
        data = different(number)
        start = time.process_time()
        name = f"Student {number}"
        typeset(worksheets_document([data], Layout(student=name)))
        spent += time.process_time() - start
        if number + 1 in (1, 10, WARM) or (number + 1) % (MANY // 5) == 0:
            print(f"{number + 1:10}{spent / (number + 1):12.4f}{memory():8.0f}", flush=True)


def main(repetitions: int) -> None:
    """Print a table of CPU seconds and ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, nb = worksheet(), notebook()
        (folder / "worksheet.json").write_text(data.model_dump_json())
        write(nb, folder / "notebook.ipynb")
        sheet = worksheets_document([data], Layout())
        book = notebook_document(nb, Layout())
        question = worksheets_document([sheet_of(load_bank()[QUESTION])], Layout())
        lay_out(folder, "question", question)
        lay_out(folder, "sheet", sheet)
        lay_out(folder, "book", book)
        python = [sys.executable, "-c"]
        fonts = str(PACKAGE / "fonts")
        nbconvert = [sys.executable, "-m", "nbconvert", "notebook.ipynb", "--to"]
        printing = [sys.executable, "-m", "prepkit", "handout", QUESTION, "-o", "question.pdf"]
        runs = {
            "question, prepkit": (printing, folder),
            "question, bare Typst": ([*python, BARE, "question", fonts], folder / "question"),
            "worksheet, prepkit": ([*python, WORKSHEET], folder),
            "worksheet, bare Typst": ([*python, BARE, "worksheet", fonts], folder / "sheet"),
            "notebook, prepkit": ([*python, NOTEBOOK], folder),
            "notebook, bare Typst": ([*python, BARE, "notebook", fonts], folder / "book"),
            "notebook, nbconvert --to handout": ([*nbconvert, "handout"], folder),
            "notebook, nbconvert --to html": ([*nbconvert, "html"], folder),
            **routes(folder),
        }
        seconds: dict[str, float] = dict.fromkeys(runs, float("inf"))
        for _ in range(repetitions):
            for run, (command, place) in runs.items():
                seconds[run] = min(seconds[run], cpu(command, place, os.environ))
    print(f"{'':34}{'CPU s':>8}{'/ Typst':>9}{'/ prepkit':>11}")
    for run, value in seconds.items():
        kind = run.split(",")[0]
        typst, ours = seconds[f"{kind}, bare Typst"], seconds[f"{kind}, prepkit"]
        print(f"{run:34}{value:8.2f}{value / typst:9.2f}{value / ours:11.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repetitions", nargs="?", type=int, default=5)
    parser.add_argument("--install", action="store_true", help="install what is compared, as root")
    parser.add_argument("--only-many", action="store_true", help="leave out the comparison")
    arguments = parser.parse_args()
    if arguments.install:
        install()
    if not arguments.only_many:
        main(arguments.repetitions)
    many()
