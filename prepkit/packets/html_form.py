"""A student's questions as one file to write in without Jupyter: any browser opens it.

It is the site's form, with its scripts and styles in it: it loads nothing, and its security policy
lets nothing else run. What is written is kept in the browser, and handed in as a JSON file that
`prepkit answers collect` takes. Like a notebook to fill in, the page is signed, and the file
repeats the signature. In a later round, it begins with what the student has handed in so far, and
shows what coaches wrote about it: that student's own texts, and nobody else's.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from prepkit.answers.exchange import current_export
from prepkit.answers.exchange_json import to_json
from prepkit.answers.signatures import sign
from prepkit.forms import FORMS
from prepkit.practice.feedback import StudentFeedback
from prepkit.records import Answer, Student
from prepkit.scripts import page_script, style_sheet
from prepkit.sheet import Sheet
from prepkit.site.bundle import site_script
from prepkit.site.questions import script_json
from prepkit.site.rendering import templates, worksheet_html
from prepkit.widgets.student_feedback import beside_form

if TYPE_CHECKING:
    import jinja2

_TEMPLATE = "html_form.html.j2"


def html_form(
    student: Student,
    sheets: Sequence[Sheet],
    *,
    coach: str = "",
    run: str = "",
    signing_key: bytes = b"",
    answers: Mapping[str, Answer] | None = None,
    feedback: StudentFeedback | None = None,
) -> str:
    """Return the page in which a student writes the answers to some questions.

    Parameters
    ----------
    student
        The student it is for.
    sheets
        The questions, in the order in which they are shown. Answers in them are not shown.
    coach
        What tells the coach from others whose students have the same ids; see `CoachKeys.name`.
    run
        What the signature calls the run of packets that the page belongs to.
    signing_key
        The student's key of `CoachKeys.student_key`; empty for a page without a signature.
    answers
        What this student has handed in so far, by question: the page begins with it.
    feedback
        What is shown above the boxes; None for nothing.

    Returns
    -------
    str
        The whole file; the same for the same arguments.
    """
    questions = [sheet.id for sheet in sheets]
    signed = {"run": run, "signature": sign(signing_key, questions)} if signing_key else {}
    data = {
        # Some browsers give one storage to all files that are opened, so this name must be unique.
        "store": f"packet/{coach}/{student.student_id}/{run}",
        "file": f"{student.student_id}-answers.json",
        "hand_in": {
            "student_id": student.student_id,
            "questions": questions,
            "version": 1,
            **signed,
        },
        "titles": [[sheet.id, sheet.text] for sheet in sheets],
    }
    here = {one: answers[one] for one in questions if answers and one in answers}
    if here:
        data["carried"] = to_json(current_export(here.values()))
    scripts, style = _scripts(), _style()
    return _template().render(
        name=student.name,
        count=len(sheets),
        questions=[_listed(sheet) for sheet in sheets],
        worksheets=[Markup(worksheet_html(sheet)) for sheet in sheets],
        said=_said(sheets, here, feedback),
        raters=feedback.raters_text if feedback else "",
        has_answers=bool(here),
        others=len([one for one in feedback.questions if one.question not in questions])
        if feedback
        else 0,
        data=Markup(script_json(data)),
        scripts=scripts,
        style=style,
        csp=_csp(scripts, style),
    )


def _said(
    sheets: Sequence[Sheet], answers: Mapping[str, Answer], feedback: StudentFeedback | None
) -> dict[str, Markup]:
    """Return what coaches wrote about the answers on the page, by question."""
    by_id = {sheet.id: sheet for sheet in sheets}
    found = {}
    for one in feedback.questions if feedback else ():
        if sheet := by_id.get(one.question):
            titles = {part.name: part.title for part in sheet.boxes}
            answer = answers.get(sheet.id) or Answer(question=sheet.id)
            found[sheet.id] = Markup(beside_form(titles, answer, one, level=4))
    return found


def _listed(sheet: Sheet) -> dict[str, Any]:
    """Return what the list of the questions shows, and the kind of the answer for its status."""
    names = tuple(part.name for part in sheet.boxes)
    kind = next((kind for kind, form in FORMS.items() if form.names == names), "")
    anchor = f"{sheet.id.replace('/', '-')}-question"
    return {"id": sheet.id, "text": sheet.text, "kind": kind, "anchor": anchor}


@cache
def _template() -> jinja2.Template:
    import jinja2

    ours = jinja2.PackageLoader("prepkit.packets", "")
    site = templates()
    loader = jinja2.ChoiceLoader([ours, *([site.loader] if site.loader else [])])
    return site.overlay(loader=loader, trim_blocks=True).get_template(_TEMPLATE)


@cache
def _scripts() -> tuple[Markup, ...]:
    return tuple(map(Markup, (page_script("theme.js"), site_script("html_form.js"))))


@cache
def _style() -> Markup:
    # The site's, without what only its other pages show: outputs, fonts and a dialog about cookies.
    site = ("site.css", "colours.css", "star_form.css", "answers.css")
    return Markup(style_sheet(*site, "html_form.css"))


@cache
def _csp(scripts: Sequence[str], style: str) -> str:
    """Return the security policy: what stands in the page runs, and nothing is loaded."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(_source, scripts))}",
            f"style-src {_source(style)}",
            "img-src data:",
            "form-action 'none'",
            "base-uri 'none'",
        ]
    )


def _source(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
