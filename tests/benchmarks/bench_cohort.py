"""What the page for coaches costs with 1,000 students of 30 answers each, cell by cell.

Beside it, what it costs to read the same texts from the same files and to count their words, with
nothing made of them. Run it with ``python tests/benchmarks/bench_cohort.py [STUDENTS]``.
"""

from __future__ import annotations

import ast
import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import closing, redirect_stdout
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.formatters import DisplayFormatter

from prepkit.answers import AnswerStore
from prepkit.answers.rows import add_revisions
from prepkit.bank import load_bank
from prepkit.records import Revision
from prepkit.words import count_words

PAGE = Path(__file__).parents[2] / "notebooks" / "coach" / "cohort.ipynb"
STUDENTS, ANSWERS, KINDS_OF_STUDENTS = 1000, 30, 10
TEXT = "Then I replayed one real night against a copy of the system, and wrote down what failed. "
START = datetime(2026, 11, 1, 9, tzinfo=UTC)


def fill(folder: Path, students: int) -> None:
    """Write a roster, and the answers of each student: three revisions of each part."""
    bank = load_bank()
    questions = list(bank)
    for kind in range(min(KINDS_OF_STUDENTS, students)):
        revisions = [
            Revision(
                question=question,
                field=part.name,
                revision=number,
                text=f"{kind} {place} {TEXT * (2 * number)}",
                saved_at=START + timedelta(days=kind + 3 * number, minutes=place),
                origin="form",
            )
            for place, question in enumerate(questions[kind : kind + ANSWERS])
            for part in bank[question].question.parts
            for number in (1, 2, 3)
        ]
        AnswerStore(folder / f"kind-{kind}.sqlite").write(
            partial(add_revisions, revisions=revisions)
        )
    (folder / "students").mkdir()
    rows = ["student_id,name,companies,interview_date"]
    for number in range(students):
        source = folder / f"kind-{number % KINDS_OF_STUDENTS}.sqlite"
        shutil.copy(source, folder / "students" / f"s{number:04d}.sqlite")
        rows.append(f"s{number:04d},Student {number},Amazon,2026-12-{number % 28 + 1:02d}")
    (folder / "roster.csv").write_text("\n".join(rows))


def run(source: str, names: dict[str, Any]) -> None:
    """Run a cell, and make all that is shown of its last line."""
    tree = ast.parse(source)
    last = tree.body[-1]
    if isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, "cell", "exec"), names)
    if isinstance(last, ast.Expr):
        shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
        DisplayFormatter().format(shown)


def read(folder: Path) -> int:
    """Return how many words are in all texts of all students."""
    words = 0
    for path in sorted((folder / "students").glob("*.sqlite")):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            words += sum(count_words(text) for (text,) in connection.execute(NEWEST))
    return words


NEWEST = "SELECT text FROM event WHERE kind = 'revision'"


def main() -> None:
    """Print the seconds of CPU of each cell, of the whole page, and of reading alone."""
    students = int(sys.argv[1]) if len(sys.argv) > 1 else STUDENTS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, students)
        before = time.process_time()
        read(folder)
        reading = time.process_time() - before
        names: dict[str, Any] = {}
        whole = 0.0
        for cell in nbformat.read(PAGE, 4).cells:
            if cell.cell_type != "code":
                continue
            source = cell.source
            if "parameters" in cell.metadata.get("tags", []):
                source += f"\nroster = {str(folder / 'roster.csv')!r}"
                source += f"\nstudents_folder = {str(folder / 'students')!r}"
                source += "\ndate = '2026-11-24'"
            start, wall = time.process_time(), time.perf_counter()
            with redirect_stdout(StringIO()):  # what the page shows
                run(source, names)
            spent = time.process_time() - start
            whole += spent
            print(f"{spent:8.2f} s of CPU ({time.perf_counter() - wall:.2f} s)  {cell.id}")
    print(f"{whole:8.2f} s of CPU in all, with {students:,} students")
    print(f"{reading:8.2f} s of CPU to read the texts and count their words")
    print(f"ratio: {whole / reading:.2f}")


if __name__ == "__main__":
    main()
