"""The pages of a run: who got what, as index.html to click and summary.csv to calculate with."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from html import escape

from prepkit.packets.jobs import FORMATS, RunConfig, file_names
from prepkit.packets.manifest import Manifest, Outcome
from prepkit.packets.storage import FAILED, Output, content_digest, put
from prepkit.records import Student
from prepkit.text import format_day, pluralize

PAGES = ("index.html", "summary.csv")

_COLUMNS = (
    *("student_id", "name", "state", "level", "companies", "interview_date", "questions"),
    *("files", "notices", "error"),
)
_FILES = {"ipynb": "notebook", "pdf": "PDF", "fill-in": "to fill in", "html": "page"}
_STATES = {"done": "ready", "failed": "failed", "": "not made yet"}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Interview packets, {day}</title>
<style>
:root {{ color-scheme: light dark; --accent: #1d5c4f; --line: #d0d7d4; --soft: #f3f7f5;
  --bad: #a3262a; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --accent: #86c5b5; --line: #3b4643; --soft: #1c2321; --bad: #ff9c97; }} }}
* {{ box-sizing: border-box; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 2.5rem 1.25rem 4rem;
  max-width: 72rem; }}
h1 {{ font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }}
header p {{ margin: .2rem 0; }}
.wide {{ overflow-x: auto; margin-top: 1.75rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .6rem .75rem;
  border-bottom: 1px solid var(--line); }}
thead th {{ font-size: .8rem; color: var(--accent); white-space: nowrap; }}
tbody th {{ font-weight: 600; }}
tbody tr:hover {{ background: var(--soft); }}
small {{ display: block; opacity: .75; font-weight: 400; }}
td.files a {{ display: block; white-space: nowrap; }}
a {{ color: var(--accent); }}
.failed {{ color: var(--bad); font-weight: 600; }}
.note {{ font-size: .88rem; max-width: 26rem; }}
</style>
</head>
<body>
<header>
<h1>Interview packets</h1>
<p>{counts}</p>
<p>Dated {day}. The same as a table for a spreadsheet: <a href="summary.csv">summary.csv</a>.</p>
</header>
<div class="wide" role="region" aria-label="Students" tabindex="0">
<table>
<thead><tr>
<th scope="col">Student</th><th scope="col">Packet</th><th scope="col">Questions</th>
<th scope="col">Prepares for</th><th scope="col">Interview</th><th scope="col">To know</th>
</tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
</body>
</html>
"""


def write_index(
    output: Output, manifest: Manifest, students: Sequence[Student], config: RunConfig
) -> tuple[str, ...]:
    """Write `PAGES`; return the names under which those that somebody had changed were kept.

    Parameters
    ----------
    manifest
        What became of each packet; a student may be missing.
    students
        Those of the roster, in its order.
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
    states = [outcome.state if outcome else "" for _, outcome in rows]
    counts = [pluralize(len(rows), "student")]
    counts += [
        f"{states.count(state)} {word}" for state, word in _STATES.items() if state in states
    ]
    return _PAGE.format(
        day=format_day(config.day),
        counts=escape(": ".join([counts[0], ", ".join(counts[1:])])),
        rows="\n".join(_row(student, outcome, present) for student, outcome in rows),
    )


def _row(student: Student, outcome: Outcome | None, present: Collection[str]) -> str:
    state = outcome.state if outcome else ""
    names = file_names(student.student_id, FORMATS)
    links = "".join(
        f'<a href="{escape(name)}">{_FILES[kind]}</a>'
        for kind, name in names.items()
        if outcome and state == "done" and name in outcome.files and name in present
    )
    if not links:
        links = f'<span class="{escape(state)}">{_STATES[state]}</span>'
        failed = f"{FAILED}/{student.student_id}.ipynb"
        if state == "failed" and failed in present:
            links += f'<a href="{escape(failed)}">what happened</a>'
    target = ", ".join(student.companies) or "any company"
    day = format_day(student.interview_date) if student.interview_date else ""
    notes = [outcome.error, *outcome.notices] if outcome else []
    return (
        f'<tr><th scope="row">{escape(student.name)}<small>{escape(student.student_id)}</small>'
        f'</th><td class="files">{links}</td>'
        f"<td>{_questions(outcome.questions) if outcome else ''}</td>"
        f"<td>{escape(target)}<small>{escape(student.level or '')}</small></td>"
        f"<td>{escape(day)}</td>"
        f'<td class="note">{"<br>".join(escape(note) for note in notes if note)}</td></tr>'
    )


def _questions(questions: Sequence[str]) -> str:
    """Return the ids of a packet's questions, folded where they are many."""
    ids = "<br>".join(map(escape, questions))
    if len(questions) < 5:
        return ids
    return f"<details><summary>{len(questions)} questions</summary>{ids}</details>"


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
        writer.writerow([_plain(cell) for cell in cells])
    return text.getvalue()


def _plain(cell: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula.

    The characters are those of OWASP's page on CSV injection.
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
