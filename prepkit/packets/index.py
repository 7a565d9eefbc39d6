"""The pages of a run: who got what, as index.html to click and summary.csv for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence

from prepkit.packets.jobs import FORMATS, RunConfig, file_names
from prepkit.packets.kept import content_digest, put
from prepkit.packets.manifest import Manifest, Outcome
from prepkit.packets.storage import FAILED, Output, failed_name
from prepkit.records import Student
from prepkit.text import format_day, pluralize, without_formula

PAGES = ("index.html", "summary.csv")

_COLUMNS = (
    *("student_id", "name", "state", "level", "companies", "interview_date", "questions"),
    *("files", "notices", "error"),
)
_FILES = {
    "ipynb": "Notebook",
    "pdf": "PDF",
    "fill-in": "Notebook to fill in",
    "html": "Web page",
    "html-form": "Web page to fill in",
}
_STATES = {"done": "ready", "failed": "failed", "": "not made yet"}


def write_index(
    output: Output, manifest: Manifest, students: Sequence[Student], config: RunConfig
) -> tuple[str, ...]:
    """Write `PAGES`; return the names under which pages that somebody had changed were kept.

    Parameters
    ----------
    manifest
        The outcome of each packet; a student may be missing.
    students
        The students of the roster, in its order.
    """
    found = [manifest.outcomes.get(student.student_id) for student in students]
    rows = list(zip(students, found, strict=True))
    present = output.names() | {f"{FAILED}/{name}" for name in output.names(FAILED)}
    texts = (_page(rows, config, present).encode(), _summary(rows).encode("utf-8-sig"))
    contents = dict(zip(PAGES, texts, strict=True))
    manifest.add_pages({name: content_digest(content) for name, content in contents.items()})
    kept = [
        put(output, name, content, known=manifest.pages[name]) for name, content in contents.items()
    ]
    return tuple(name for name in kept if name)


def _page(
    rows: Sequence[tuple[Student, Outcome | None]], config: RunConfig, present: Collection[str]
) -> str:
    # Imported here, because only the end of a run needs it.
    import jinja2

    states = [outcome.state if outcome else "" for _, outcome in rows]
    counts = [
        f"{states.count(state):,} {word}" for state, word in _STATES.items() if state in states
    ]
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("prepkit.packets", ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("index.html.j2").render(
        day=config.day,
        counts=f"{pluralize(len(rows), 'student')}: {', '.join(counts)}",
        rows=[(student, outcome, _links(student, outcome, present)) for student, outcome in rows],
        states=_STATES,
        format_day=format_day,
    )


def _links(student: Student, outcome: Outcome | None, present: Collection[str]) -> dict[str, str]:
    """Return the text of each link, by the name of its file."""
    if outcome is None:
        return {}
    if outcome.state == "failed":
        failed = failed_name(student.student_id)
        return {failed: "See what happened"} if failed in present else {}
    names = file_names(student.student_id, FORMATS)
    there = set(outcome.files) & set(present)
    return {name: _FILES[kind] for kind, name in names.items() if name in there}


def _summary(rows: Sequence[tuple[Student, Outcome | None]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for student, outcome in rows:
        cells = [
            student.student_id,
            student.name,
            _STATES[outcome.state if outcome else ""],
            student.level or "",
            "; ".join(student.companies),
            student.interview_date.isoformat() if student.interview_date else "",
            "; ".join(outcome.questions) if outcome else "",
            "; ".join(sorted(outcome.files)) if outcome else "",
            "; ".join(outcome.notices) if outcome else "",
            outcome.error if outcome else "",
        ]
        writer.writerow([without_formula(cell) for cell in cells])
    return text.getvalue()
