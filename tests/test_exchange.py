"""Answers to JSON and Markdown, and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prepkit.answers.exchange import ExchangeError, Export, is_question_id
from prepkit.answers.exchange_json import from_json, to_json
from prepkit.answers.exchange_markdown import from_markdown, to_markdown
from prepkit.forms import ANSWER_FIELDS, FORMS
from prepkit.records import Answer, Review, Revision
from prepkit.text import replace_lone_surrogates
from tests.examples import tries

START = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "answers.json"

questions = st.from_regex(r"[a-z]{1,4}(-[a-z]{1,4})?/[0-9]{2}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
lookalikes = st.lists(
    st.sampled_from(
        ["# Answers", "## a/01", "### Task", "> ", ">", "```", "~~~", "<!--", "-->", "", "\r", " "]
    )
).map("\n".join)
moments = st.integers(0, 10**15).map(lambda each: START + timedelta(microseconds=each))


@st.composite
def histories(draw: st.DrawFn, question: str, field: str) -> tuple[Revision, ...]:
    numbers = draw(st.lists(st.integers(1, 2**53 - 1), min_size=1, max_size=3, unique=True))
    return tuple(
        Revision.model_validate(
            {
                "question": question,
                "field": field,
                "revision": number,
                "text": draw(texts),
                "saved_at": draw(moments),
                "origin": draw(st.sampled_from(["form", "import", "restore"])),
            }
        )
        for number in sorted(numbers)
    )


@st.composite
def exports(draw: st.DrawFn) -> Export:
    answers = {
        question: {
            field: draw(st.one_of(texts, histories(question, field)))
            for field in draw(st.lists(st.sampled_from(ANSWER_FIELDS), unique=True))
        }
        for question in draw(st.lists(questions, unique=True, max_size=3))
    }
    reviews = st.builds(Review, question=questions, reviewed_at=moments, seconds=st.integers(0, 99))
    return Export(answers, tuple(draw(st.lists(reviews, max_size=2))))


@pytest.mark.long
@given(exports())
@settings(max_examples=tries(50))
def test_json_comes_back_exactly(export: Export) -> None:
    assert from_json(to_json(export)) == export


@pytest.mark.long
@given(
    st.dictionaries(
        questions,
        st.dictionaries(st.sampled_from(ANSWER_FIELDS), st.one_of(texts, lookalikes), max_size=3),
        max_size=3,
    )
)
@example({"a/01": {"task": "## a/01\n\n> quoted\n```\n<!-- \n", "action": "", "result": "\r\n"}})
@settings(max_examples=tries(100))
def test_markdown_comes_back_exactly(answers: dict[str, dict[str, str]]) -> None:
    page = to_markdown(answers)
    assert from_markdown(page) == answers
    assert to_markdown(from_markdown(page)) == page


def test_the_markdown_is_a_page_to_read() -> None:
    answers = {
        "technical-leadership/06": {"situation": "At peak.\n\n# Not a heading", "key_points": "a"},
        "technical-leadership/07": {"result": ""},
    }
    assert to_markdown(answers) == (
        "# Answers\n"
        "\n"
        "## technical-leadership/06\n"
        "\n"
        "### Situation\n"
        "\n"
        "> At peak.\n"
        ">\n"
        "> # Not a heading\n"
        "\n"
        "### Key points\n"
        "\n"
        "> a\n"
        "\n"
        "## technical-leadership/07\n"
        "\n"
        "### Result\n"
        "\n"
        ">\n"
    )


@pytest.mark.long
@given(
    st.dictionaries(
        questions,
        st.dictionaries(st.sampled_from(ANSWER_FIELDS), st.one_of(texts, lookalikes), max_size=3),
        max_size=3,
    ),
    st.dictionaries(questions, st.one_of(texts, lookalikes, st.just("The same?"))),
)
@example({"a/01": {"task": "Question: b/02"}, "b/02": {}}, {"a/01": "b/02", "b/02": "Question: x"})
@settings(max_examples=tries(100))
def test_markdown_with_the_questions_as_headings_comes_back_exactly(
    answers: dict[str, dict[str, str]], titles: dict[str, str]
) -> None:
    # Some of the titles are those of questions without an answer; some questions have none.
    titles |= dict.fromkeys(list(answers)[:2], "Tell me about it.\nWhy?")
    page = to_markdown(answers, titles)
    assert from_markdown(page) == answers
    assert to_markdown(from_markdown(page), titles) == page


def test_the_markdown_with_the_questions_can_be_read_without_the_workbook() -> None:
    answers = {"technical-leadership/06": {"result": "Better."}, "mine/01": {"task": "Known."}}
    page = to_markdown(answers, {"technical-leadership/06": "Tell me about a system."})
    assert page == (
        "# Answers\n"
        "\n"
        "## Tell me about a system.\n"
        "\n"
        "Question: technical-leadership/06\n"
        "\n"
        "### Result\n"
        "\n"
        "> Better.\n"
        "\n"
        "## mine/01\n"
        "\n"
        "Question: mine/01\n"
        "\n"
        "### Task\n"
        "\n"
        "> Known.\n"
    )
    assert from_markdown(page.replace("about a system", "about the same system")) == answers


def test_a_heading_whose_id_was_deleted_is_named_where_others_have_theirs() -> None:
    page = to_markdown(
        {"a/01": {"task": "One"}, "a/02": {"task": "Two"}, "a/03": {"task": "Three"}},
        {"a/01": "What?", "a/02": "Why?", "a/03": "How?"},
    )
    changed = page.replace("Question: a/02", "").replace("Question: a/03", "Question: ")
    with pytest.raises(ExchangeError) as caught:
        from_markdown(changed)
    assert str(caught.value) == (
        "This is not a file of answers:\n"
        "  line 11: the question's id is missing below this heading: add a line such as "
        "'Question: technical-leadership/06'\n"
        '  line 19: expected the id of a question, found "Question: "'
    )


def test_markdown_that_an_editor_gave_other_line_ends_and_a_mark_is_read_all_the_same() -> None:
    page = to_markdown({"a/01": {"task": "One\n\nTwo"}})
    changed = "\ufeff" + page.replace("\n", "\r\n")
    assert from_markdown(changed) == {"a/01": {"task": "One\n\nTwo"}}


def test_every_problem_of_a_markdown_page_is_named_with_its_line() -> None:
    page = "\n".join(
        [
            "# My answers",
            "## a/01",
            "> Where to?",
            "### Tasks",
            "> Into what?",
            "### Task",
            "Loose.",
            "### Task",
            "## a/01",
            "## ",
        ]
    )
    with pytest.raises(ExchangeError) as caught:
        from_markdown(page)
    assert str(caught.value) == (
        "This is not a file of answers:\n"
        "  line 1: expected '# Answers', found \"# My answers\"\n"
        "  line 3: a text needs a heading, such as '### Situation'\n"
        "  line 4: \"### Tasks\" is not a part of an answer; did you mean 'Task'?\n"
        "  line 7: each line of a text starts with '> ', found \"Loose.\"\n"
        "  line 8: Task appears twice in this answer; keep one\n"
        "  line 9: a/01 appears twice; merge its sections\n"
        '  line 10: expected the id of a question, found "## "'
    )


def test_a_browser_needs_to_write_no_more_than_the_texts() -> None:
    written = {
        "format": "prepkit-answers",
        "version": 1,
        "answers": {"a/01": {"task": "Mine.", "action": ""}},
    }
    assert from_json(json.dumps(written)) == Export({"a/01": {"task": "Mine.", "action": ""}})


def test_texts_are_the_newest_of_each_history() -> None:
    history = tuple(
        Revision(
            question="a/01", field="task", revision=n, text=text, saved_at=START, origin="form"
        )
        for n, text in ((1, "One."), (2, "Two."))
    )
    export = Export({"a/01": {"task": history, "action": "Done."}})
    assert export.texts() == {"a/01": {"task": "Two.", "action": "Done."}}


def test_half_a_surrogate_pair_in_json_does_not_spoil_the_rest() -> None:
    text = json.dumps(
        {"format": "prepkit-answers", "version": 1, "answers": {"a/01": {"task": "a\ud83d b"}}}
    )
    assert from_json(text).texts() == {"a/01": {"task": "a\ufffd b"}}


@given(st.text())
@settings(deadline=None)
def test_whole_characters_can_be_written_and_all_others_stay(text: str) -> None:
    whole = replace_lone_surrogates(text)
    whole.encode("utf-8")
    halves = sum("\ud800" <= character <= "\udfff" for character in text)
    assert (whole == text) == (halves == 0)
    assert len(text) - halves // 2 <= len(whole) <= len(text)


@pytest.mark.parametrize(
    ("question", "could_be"),
    [("technical-leadership/06", True), ("", False), ("a\nb", False), (" a", False)],
)
def test_a_question_id_is_one_line(question: str, could_be: bool) -> None:
    assert is_question_id(question) == could_be


REVISION = {"revision": 1, "saved_at": "2026-01-31T09:30:00+00:00", "origin": "form", "text": "x"}
BAD_FIELDS: list[tuple[Any, str]] = [
    (None, ": expected a text or a list of revisions, found null"),
    ([], ": expected a text or a list of revisions, found []"),
    (["x"], '[0]: expected an object, found "x"'),
    ([{**REVISION, "text": 1}], "[0].text: expected a text, found 1"),
    ([{**REVISION, "revision": 0}], "[0].revision: expected a whole number from 1, found 0"),
    ([{**REVISION, "revision": True}], "[0].revision: expected a whole number from 1, found true"),
    (
        [{**REVISION, "saved_at": "2026-01-31T09:30:00"}],
        "[0].saved_at: expected a time with its zone, such as 2026-01-31T09:30:00+00:00, found "
        '"2026-01-31T09:30:00"',
    ),
    (
        [{**REVISION, "origin": ""}],
        '[0].origin: expected where the text came from, such as form, found ""',
    ),
    (
        [{**REVISION, "by": "me"}],
        '[0]: "by" is not known here; expected revision, text, saved_at, origin',
    ),
    ([REVISION, REVISION], "[1].revision: expected more than 1, found 1"),
]


@pytest.mark.parametrize(("value", "problem"), BAD_FIELDS)
def test_a_bad_field_is_named_by_its_path(value: Any, problem: str) -> None:
    document = {"format": "prepkit-answers", "version": 1, "answers": {"a/01": {"task": value}}}
    with pytest.raises(ExchangeError) as caught:
        from_json(json.dumps(document))
    problems = [str(each) for each in caught.value.problems]
    assert all(each.startswith('answers["a/01"].task') for each in problems)
    assert f'answers["a/01"].task{problem}' in problems


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"\ud800": {}}, 'answers["\ufffd\ufffd\ufffd"]: this can\'t be the id of a question'),
        (
            {"[key]": {"task": 5}},
            'answers["[key]"].task: expected a text or a list of revisions, found 5',
        ),
        (
            {"a/01": {"[key]": "x"}},
            'answers["a/01"]: "[key]" is not known here; expected ' + ", ".join(ANSWER_FIELDS),
        ),
    ],
)
def test_a_name_that_is_wrong_itself_is_told_from_what_it_names(
    answers: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ExchangeError) as caught:
        from_json(json.dumps({"format": "prepkit-answers", "version": 1, "answers": answers}))
    assert [str(each) for each in caught.value.problems] == [problem]


def test_every_problem_of_a_json_file_is_named_at_once() -> None:
    with pytest.raises(ExchangeError) as caught:
        from_json(
            '{"format": "notes", "version": "1", "extra": 0, "answers": {"": [], "a/01": {'
            '"task": "x", "task": "y", "tasks": ""}}, "reviews": [{"question": "a/01", '
            '"rating": "fine", "seconds": 1.5, "reviewed_at": 3}]}'
        )
    assert str(caught.value) == (
        "This is not a file of answers:\n"
        '  answers["a/01"]: "task" appears twice; keep one\n'
        '  format: expected "prepkit-answers", found "notes"\n'
        '  version: expected 1 or 2, found "1"\n'
        '  answers[""]: this can\'t be the id of a question\n'
        '  answers[""]: expected an object, found []\n'
        '  answers["a/01"]: "tasks" is not known here; did you mean \'task\'?\n'
        '  reviews[0].rating: expected one of again, hard, good, easy, found "fine"\n'
        "  reviews[0].seconds: expected a whole number of seconds, found 1.5\n"
        "  reviews[0].reviewed_at: expected a time with its zone, such as "
        "2026-01-31T09:30:00+00:00, found 3\n"
        "  \"extra\" is not known here; did you mean 'texts'?"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{,}", "line 1, column 2: not JSON (Expecting property name enclosed in double quotes)"),
        ("[" * 100_000, "not JSON that prepkit would write: it is nested too deeply"),
        ("7", "expected an object, found 7"),
        ('{"version": 3}', "version: 3 is from a newer prepkit; update prepkit first"),
    ],
)
def test_what_is_no_json_of_answers_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        from_json(text)
    assert problem in map(str, caught.value.problems)


def test_the_sample_answers_are_two_complete_ones_and_one_started() -> None:
    export = from_json(SAMPLE.read_text(encoding="utf-8"))
    answers = [
        Answer(
            question=question,
            revisions={name: value[-1] for name, value in fields.items() if value},
        )
        for question, fields in export.answers.items()
        if all(not isinstance(value, str) for value in fields.values())
    ]
    parts = FORMS["past-event"].parts
    assert [answer.state(parts) for answer in answers] == ["started", "complete", "complete"]
    for answer in answers[1:]:
        assert 150 <= answer.words(parts) <= 300
        assert all(answer.text(part) for part in FORMS["past-event"].names)


def test_a_heading_of_a_page_that_was_changed_by_mistake_is_named() -> None:
    with pytest.raises(ExchangeError) as caught:
        from_markdown("# Answers\n\n# a/01\n\n### Task\n\n> Mine.\n")
    assert "line 3: each line of a text starts with '> ', found \"# a/01\"" in str(caught.value)
