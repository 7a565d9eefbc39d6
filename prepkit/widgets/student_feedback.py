"""What coaches wrote about a student's answers, to read and to print: HTML, every word escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from prepkit.files import read_text
from prepkit.practice.feedback import (
    QuestionFeedback,
    Remark,
    StudentFeedback,
    next_steps_of,
    place_of,
    read_student_feedback,
)
from prepkit.records import Answer
from prepkit.sheet import level_title
from prepkit.text import escape_html, format_day, join_words
from prepkit.widgets.table import LEFT
from prepkit.widgets.texts import DisplayText

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry

NONE = "\N{EN DASH}"
"""In the place of a score that nobody gave."""
_GONE = "These words are no longer in your answer."


def coach_feedback(bank: Bank, answers: Mapping[str, Answer], path: Path) -> list[DisplayText]:
    """Return what coaches wrote for one student, as a packet shows it.

    Parameters
    ----------
    bank
        Where the questions are.
    answers
        The student's answers, by question id.
    path
        The file that `prepkit packets` puts beside the notebook.
    """
    feedback = read_student_feedback(read_text(path))
    head = f"<h2>What your coach wrote</h2><p>{escape_html(feedback.raters_text)}</p>"
    return [DisplayText(head), *question_texts(bank, answers, feedback, level=3)]


def question_texts(
    bank: Bank, answers: Mapping[str, Answer], feedback: StudentFeedback, *, level: int
) -> list[DisplayText]:
    """Return what is said about each question; the headings begin at `level`."""
    return [
        DisplayText(_question(bank[one.question], answers.get(one.question), one, level))
        for one in feedback.questions
        if one.question in bank
    ]


def title_text(name: str, feedback: StudentFeedback) -> DisplayText:
    """Return the head of a student's feedback: whose it is, from whom, and when."""
    facts = {
        "For": " ".join(name.split()),
        "From": join_words(feedback.raters),
        "Date": format_day(feedback.at.date(), weekday=True),
    }
    rows = "".join(
        f'<tr><th scope="row"{LEFT}>{key}</th><td{LEFT}>{escape_html(value)}</td></tr>'
        for key, value in facts.items()
        if value
    )
    return DisplayText(
        "<h1>Feedback on your answers</h1>"
        f'<table class="prepkit-table"><tbody>{rows}</tbody></table>'
    )


def overview(bank: Bank, feedback: StudentFeedback) -> DisplayText:
    """Return all scores of a student as one table: a row for each question."""
    names = list(dict.fromkeys(score.name for one in feedback.questions for score in one.scores))
    head = "".join(f'<th scope="col"{LEFT}>{escape_html(name)}</th>' for name in names)
    rows = []
    for one in feedback.questions:
        scores = {score.name: score.mean_text for score in one.scores}
        cells = "".join(f"<td{LEFT}>{escape_html(scores.get(name, NONE))}</td>" for name in names)
        text = escape_html(bank[one.question].question.text)
        rows.append(f'<tr><th scope="row"{LEFT}>{text}</th>{cells}</tr>')
    return DisplayText(
        f'<table class="prepkit-table"><thead><tr><th scope="col"{LEFT}>Question</th>{head}</tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table>"
        "<p>Scores go from 1 to 5. Below each answer it says what they mean, and what the next "
        "higher one asks for.</p>"
    )


def rated_text(entry: Entry, one: QuestionFeedback) -> DisplayText:
    """Return how one answer was rated and what to do next, for a page with the answer on it."""
    titles = {part.name: part.title for part in entry.parts}
    question = f"<p><b>{escape_html(entry.question.text)}</b></p>"
    return DisplayText("".join([question, _next(one, titles, 3), *_scores(one, 3)]))


def beside_form(
    titles: Mapping[str, str], answer: Answer, one: QuestionFeedback, *, level: int
) -> str:
    """Return what is said about one answer as HTML, for a page with a form that has the answer.

    Parameters
    ----------
    titles
        Those of the parts of the answer, by name.
    level
        The level of the headings.
    """
    said = [_next(one, titles, level), *_remarks(one, titles, answer, level), *_scores(one, level)]
    return "".join(said).replace(LEFT, "")  # the page's policy allows no style within its HTML


def _question(entry: Entry, answer: Answer | None, one: QuestionFeedback, level: int) -> str:
    answer = answer or Answer(question=entry.id)
    titles = {part.name: part.title for part in entry.parts}
    return "".join(
        [
            f"<h{level}>{escape_html(entry.question.text)}</h{level}>",
            # First, because scores draw the eye away from whatever comes after them.
            _next(one, titles, level + 1),
            *_answer(entry, answer, one, level + 1),
            *_remarks(one, titles, answer, level + 1),
            *_scores(one, level + 1),
        ]
    )


def _next(one: QuestionFeedback, titles: Mapping[str, str], level: int) -> str:
    steps = "".join(f"<li>{escape_html(step)}</li>" for step in next_steps_of(one, titles))
    return f"<h{level}>What to do next</h{level}><ol>{steps}</ol>"


def _answer(entry: Entry, answer: Answer, one: QuestionFeedback, level: int) -> Iterable[str]:
    """Yield the answer, with the words that comments are about marked and numbered."""
    written = [part for part in entry.parts if answer.text(part.name).strip()]
    if not written:
        return
    yield f"<h{level}>Your answer</h{level}>"
    if answer.updated:
        changed = " You have changed it since it was rated." if one.changed else ""
        yield f"<p><em>As saved on {format_day(answer.updated.date())}.{changed}</em></p>"
    for part in written:
        marked = _marked(answer.text(part.name), part.name, one.remarks)
        yield f"<p><b>{escape_html(part.title)}</b></p>{marked}"


def _marked(text: str, part: str, remarks: Sequence[Remark]) -> str:
    """Return a part's text as HTML, with marks; marks may overlap."""
    spans = {
        number: span
        for number, one in enumerate(remarks, start=1)
        if one.part == part and (span := place_of(text, one.quote, one.start))
    }
    edges = sorted({0, len(text), *(edge for span in spans.values() for edge in span)})
    html = ""
    for start, end in pairwise(edges):
        piece = escape_html(text[start:end])
        if any(first <= start and end <= last for first, last in spans.values()):
            # A mark can't go from one paragraph to the next.
            piece = "\n\n".join(f"<mark>{each}</mark>" for each in piece.split("\n\n"))
        ended = [str(number) for number, (_, last) in spans.items() if last == end]
        html += piece + (f"<sup><b>{', '.join(ended)}</b></sup>" if ended else "")
    paragraphs = (each.strip().replace("\n", "<br>") for each in html.split("\n\n"))
    return "".join(f'<p dir="auto">{each}</p>' for each in paragraphs if each)


def _remarks(
    one: QuestionFeedback, titles: Mapping[str, str], answer: Answer, level: int
) -> Iterable[str]:
    if not one.remarks:
        return
    yield f"<h{level}>Comments</h{level}><ol>"
    for remark in one.remarks:
        where = titles.get(remark.part, "The whole answer")
        quote = f" “{escape_html(remark.quote)}”" if remark.quote else ""
        gone = remark.quote and not place_of(answer.text(remark.part), remark.quote, remark.start)
        said = escape_html(remark.text.strip()).replace("\n", "<br>")
        missing = f" ({_GONE})" if gone else ""
        yield (
            f"<li><p><b>{escape_html(where)}</b>{quote}{missing}"
            f" \N{MIDDLE DOT} <em>{escape_html(remark.rater)}</em></p>"
            f'<p dir="auto">{said}</p>'
        )
        if remark.reply:
            reply = escape_html(remark.reply.strip()).replace("\n", "<br>")
            yield f'<p dir="auto">Your reply: {reply}</p>'
        yield "</li>"
    yield "</ol>"


def _scores(one: QuestionFeedback, level: int) -> Iterable[str]:
    if not (one.scores or one.level_met):
        return
    yield f"<h{level}>How it was rated</h{level}>"
    if one.scores:
        heads = ("What", "Score", "What that says", "The next higher score")
        head = "".join(f'<th scope="col"{LEFT}>{name}</th>' for name in heads)
        rows = "".join(
            f'<tr><th scope="row"{LEFT}>{escape_html(score.name)}</th>'
            + "".join(
                f"<td{LEFT}>{escape_html(text)}</td>"
                for text in (
                    score.text,
                    score.anchor or NONE,
                    f"{score.whole + 1}: {score.next}" if score.next else NONE,
                )
            )
            + "</tr>"
            for score in one.scores
        )
        yield (
            f'<table class="prepkit-table"><thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )
    if one.level_met:
        expected = f" Expected: {escape_html(one.level_line)}" if one.level_line else ""
        yield f"<p><b>{_level(one)}</b>{expected}</p>"


def _level(one: QuestionFeedback) -> str:
    """Return whether the answer shows what the student's level is expected to show."""
    name = level_title(one.level) if one.level else "Your level"
    met = list(one.level_met.values())
    if all(met):
        verdict = "yes"
    elif not any(met):
        verdict = "not yet"
    else:
        verdict = f"{sum(met)} of {len(met)} raters say yes"
    return escape_html(f"{name}: {verdict}.")
