"""The web page to fill in: what is in it, that it is whole and safe, and what comes back."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from prepkit.answers import CollectReport, collect_answers, read_answers, student_stores
from prepkit.answers.exchange_json import from_json
from prepkit.answers.signatures import CoachKeys, new_key, sign
from prepkit.bank import load_bank
from prepkit.packets.fill_in import fill_in_notebook
from prepkit.packets.html_form import html_form
from prepkit.records import Answer, Revision, Student
from prepkit.sheet import Sheet, sheet_of

ADA = Student(student_id="ada", name="Ada Marin")
QUESTION, OTHER = "technical-leadership/06", "introduction-and-fit/01"
RUN = "2026-12-01"
START = datetime(2026, 12, 2, 18, tzinfo=UTC)
ASK = "Nothing of it was taken. Ask who sent it what happened."


@pytest.fixture(scope="module")
def sheets() -> list[Sheet]:
    bank = load_bank()
    return [sheet_of(bank[one]) for one in (QUESTION, OTHER)]


@pytest.fixture
def keys() -> CoachKeys:
    return new_key()


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    (tmp_path / "returned").mkdir()
    return tmp_path / "returned"


def read(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def told(html: str) -> Any:
    """Return what the page tells its script of the student."""
    data = read(html).find(id="student")
    assert data is not None
    return json.loads(data.get_text())


# The page


@pytest.mark.long
def test_the_page_names_the_student_and_has_a_form_for_each_question(sheets: list[Sheet]) -> None:
    page = read(html_form(ADA, sheets))
    assert page.title
    assert page.title.get_text() == "Ada Marin: 2 questions to answer"
    assert [each.get_text() for each in page.select("h1")] == ["Ada Marin: 2 questions to answer"]
    assert [each["data-question"] for each in page.select(".star")] == [QUESTION, OTHER]
    forms = [json.loads(each.get_text()) for each in page.select(".star > script")]
    assert [form["id"] for form in forms] == [QUESTION, OTHER]
    marks = [(each["data-mark"], each["data-kind"]) for each in page.select("[data-mark]")]
    assert marks == [(QUESTION, "past-event"), (OTHER, "introduction")]


@pytest.mark.long
def test_one_question_is_called_one(sheets: list[Sheet]) -> None:
    assert "Ada Marin: 1 question to answer" in html_form(ADA, sheets[:1])


@pytest.mark.long
def test_every_link_within_the_page_leads_somewhere(sheets: list[Sheet]) -> None:
    page = read(html_form(ADA, sheets))
    ids = [each["id"] for each in page.select("[id]")]
    assert len(ids) == len(set(ids))
    inner = [str(each["href"]) for each in page.select("a") if str(each["href"]).startswith("#")]
    assert len(inner) == 2 * len(sheets) + 2 * len(sheets) + 3  # twice listed, below each, and 3
    assert {href[1:] for href in inner} <= set(ids)
    assert all(str(each["href"]).startswith(("#", "https://")) for each in page.select("a"))


@pytest.mark.long
def test_the_page_loads_nothing_and_only_what_stands_in_it_may_run(sheets: list[Sheet]) -> None:
    html = html_form(ADA, sheets)
    page = read(html)
    assert page.select("[src], link, iframe, object, embed, [style], form") == []
    running = [each for each in page.select("script") if each.get("type") != "application/json"]
    styles = page.select("style")
    (meta,) = page.select('meta[http-equiv="Content-Security-Policy"]')
    hashes = [
        f"'sha256-{b64encode(sha256(each.get_text().encode()).digest()).decode()}'"
        for each in (*running, *styles)
    ]
    assert len(hashes) == 3
    assert meta["content"] == (
        f"default-src 'none'; script-src {hashes[0]} {hashes[1]}; style-src {hashes[2]};"
        " img-src data:; form-action 'none'; base-uri 'none'"
    )
    # The policy has to come before what it is about.
    assert html.index("Content-Security-Policy") < min(html.index("<script"), html.index("<style"))
    assert "\r" not in html
    assert re.findall(r"url\((?!\"?data:)[^)]*\)", styles[0].get_text()) == []


@pytest.mark.long
def test_the_page_is_signed_like_the_notebook_and_says_for_which_run(sheets: list[Sheet]) -> None:
    html = html_form(ADA, sheets, coach="c0ffee", run=RUN, signing_key=b"key")
    nb = fill_in_notebook(ADA, [QUESTION, OTHER], run=RUN, signing_key=b"key")
    assert told(html) == {
        "store": "packet/c0ffee/ada/2026-12-01",
        "file": "ada-answers.json",
        "hand_in": nb.metadata.prepkit,
        "titles": [[sheet.id, sheet.text] for sheet in sheets],
    }
    assert told(html)["hand_in"]["signature"] == sign(b"key", [QUESTION, OTHER])
    assert told(html_form(ADA, sheets))["hand_in"] == {
        "student_id": "ada",
        "questions": [QUESTION, OTHER],
        "version": 1,
    }


@pytest.mark.long
def test_no_two_students_runs_or_coaches_share_a_store(sheets: list[Sheet]) -> None:
    pages = [
        html_form(student, sheets, coach=coach, run=run)
        for student in (ADA, Student(student_id="bob", name="Ada Marin"))
        for coach in ("one", "other")
        for run in (RUN, "2026-12-02")
    ]
    assert len({told(page)["store"] for page in pages}) == len(pages)


def test_an_answer_that_the_packet_shows_is_not_in_the_page() -> None:
    entry = load_bank()[QUESTION]
    text = "A secret of an earlier evening."
    stored = Revision(
        question=QUESTION, field="task", text=text, revision=1, saved_at=START, origin="form"
    )
    answered = sheet_of(entry, Answer(question=QUESTION, revisions={"task": stored}))
    assert answered.answer == {"task": text}
    assert text not in html_form(ADA, [answered])
    assert html_form(ADA, [answered]) == html_form(ADA, [sheet_of(entry)])


def test_the_same_arguments_give_the_same_bytes(sheets: list[Sheet]) -> None:
    one, other = (html_form(ADA, sheets, run=RUN, signing_key=b"key") for _ in range(2))
    assert one == other


HOSTILE = ["</script><script>alert(1)</script>", "<!--<script>", "&amp;", "{{ 7 * 7 }}", "\u2028"]
names = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")),
).filter(lambda text: bool(text.strip()) and text == text.strip())


@pytest.mark.long
@given(name=names, text=names)
def test_any_name_and_any_question_is_shown_as_it_is_and_is_no_markup(name: str, text: str) -> None:
    sheet = Sheet.model_validate(_PLAIN | {"text": text})
    student = Student(student_id="ada", name=name)
    html = html_form(student, [sheet])
    page = read(html)
    assert [each.get_text() for each in page.select("h1")] == [
        f"{student.name}: 1 question to answer"
    ]
    assert len(page.select("script")) == 4
    assert told(html)["titles"] == [[sheet.id, sheet.text]]
    (form,) = page.select(".star > script")
    assert json.loads(form.get_text())["text"] == sheet.text


_PLAIN = {
    "id": QUESTION,
    "category": "Technical leadership",
    "icon": "⚙",
    "number": 6,
    "of": 12,
    "text": "",
    "sections": [
        {
            "name": "answer",
            "title": "Your answer",
            "shape": "boxes",
            "boxes": [{"name": "task", "title": "Task", "prompt": "What?", "words": [20, 45]}],
        }
    ],
}


# What comes back


def handed_in(sheets: list[Sheet], keys: CoachKeys | None, **changes: Any) -> dict[str, Any]:
    """Return the file that Ada's page hands in, as JSON, with changes in what says that."""
    key = keys.student_key("ada", RUN) if keys else b""
    about = told(html_form(ADA, sheets, run=RUN, signing_key=key))["hand_in"]
    version = {
        "revision": 1,
        "text": "Mine, with </script> & “quotes”.",
        "saved_at": "2026-12-02T18:00:00.538000Z",
        "origin": "form",
    }
    return {
        "format": "prepkit-answers",
        "version": 1,
        "hand_in": about | changes,
        "answers": {QUESTION: {"task": [version]}},
        "reviews": [],
    }


def put(folder: Path, name: str, content: Any) -> None:
    (folder / name).write_text(json.dumps(content), encoding="utf-8")


def collect(folder: Path, keys: CoachKeys, **options: Any) -> CollectReport:
    into = folder.parent / "students"
    return collect_answers(folder, into, keys=keys, now=lambda: START, **options)


def problems(report: CollectReport) -> list[str]:
    return [str(problem) for problem in report.problems]


def test_a_file_from_the_page_is_taken_whatever_it_is_called(
    returned: Path, sheets: list[Sheet], keys: CoachKeys
) -> None:
    put(returned, "bob.json", handed_in(sheets, keys))
    report = collect(returned, keys, known=["ada", "bob"])
    assert str(report) == "ada: 1 answer new or changed"
    assert (problems(report), report.unsigned, report.unchecked) == ([], (), ())
    (path,) = student_stores(returned.parent / "students").values()
    assert path.name == "ada.sqlite"
    texts = read_answers(path)[QUESTION].revisions
    assert texts["task"].text == "Mine, with </script> & “quotes”."
    assert str(collect(returned, keys)) == "ada: nothing new"


def test_a_file_from_a_page_without_a_signature_is_taken_and_named(
    returned: Path, sheets: list[Sheet], keys: CoachKeys
) -> None:
    put(returned, "1.json", handed_in(sheets, None))
    assert str(collect(returned, keys)) == (
        "ada: 1 answer new or changed\n"
        "Not signed (exports never are), so anybody could have written these:\n"
        "  1.json"
    )


def test_a_signature_that_cannot_be_checked_here_is_named(
    returned: Path, sheets: list[Sheet], keys: CoachKeys
) -> None:
    put(returned, "1.json", handed_in(sheets, keys))
    report = collect(returned, CoachKeys())
    assert (problems(report), report.unchecked) == ([], (Path("1.json"),))


@pytest.mark.parametrize(
    "forged",
    [
        {"student_id": "bob"},
        {"run": "2026-12-02"},
        {"questions": [QUESTION]},
        {"signature": "0" * 64},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_file_that_somebody_has_changed_is_refused(
    returned: Path, sheets: list[Sheet], keys: CoachKeys, forged: dict[str, Any]
) -> None:
    put(returned, "1.json", handed_in(sheets, keys, **forged))
    owner = forged.get("student_id", "ada")
    report = collect(returned, keys)
    assert report.students == ()
    assert problems(report) == [
        f"1.json: its signature is wrong: you didn't send {owner} a page with these questions from "
        f"this computer. Somebody may have changed or forged it, so ask {owner}. If you made it on "
        "another computer, bring the key from there: 'prepkit answers export-key' there, 'prepkit "
        "answers import-key' here."
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"student_id": "../../x"},
            "'../../x' can't be a student id. Ask for the page that you sent.",
        ),
        (
            {"student_id": 7},
            "it doesn't say whose answers these are. Ask for the page that you sent.",
        ),
        ({"version": 2}, "made by a newer prepkit. Update prepkit, then collect it again."),
        ({"questions": [7]}, "its signature is damaged. Ask ada for the page that you sent."),
        ({"run": 3}, "its signature is damaged. Ask ada for the page that you sent."),
    ],
    ids=["no id", "no text", "newer", "no questions", "no run"],
)
def test_a_file_that_does_not_say_what_it_should_is_explained(
    returned: Path,
    sheets: list[Sheet],
    keys: CoachKeys,
    changes: dict[str, Any],
    problem: str,
) -> None:
    put(returned, "1.json", handed_in(sheets, keys, **changes))
    assert problems(collect(returned, keys)) == [f"1.json: {problem}"]


def test_an_answer_to_a_question_that_was_not_sent_is_refused(
    returned: Path, sheets: list[Sheet], keys: CoachKeys
) -> None:
    document = handed_in(sheets, keys)
    document["answers"]["leading-people/01"] = document["answers"][QUESTION]
    put(returned, "1.json", document)
    assert problems(collect(returned, keys)) == [
        "1.json: it has an answer to leading-people/01, which is not in the page that you sent to"
        f" ada. {ASK}"
    ]


def test_a_file_from_the_page_without_any_text_is_called_empty(
    returned: Path, sheets: list[Sheet], keys: CoachKeys
) -> None:
    put(returned, "1.json", handed_in(sheets, keys) | {"answers": {}})
    assert problems(collect(returned, keys)) == ["1.json: there are no answers in it."]


def test_damaged_answers_of_a_page_are_explained(
    returned: Path, sheets: list[Sheet], keys: CoachKeys
) -> None:
    put(returned, "1.json", handed_in(sheets, keys) | {"answers": {QUESTION: {"task": 7}}})
    assert problems(collect(returned, keys)) == [
        f'1.json: its answers can\'t be read (answers["{QUESTION}"].task: expected a text or a list'
        " of revisions, found 7). Ask ada to choose Hand in on the page again."
    ]


def test_a_candidate_can_import_what_was_handed_in(sheets: list[Sheet], keys: CoachKeys) -> None:
    export = from_json(json.dumps(handed_in(sheets, keys)))
    assert export.texts() == {QUESTION: {"task": "Mine, with </script> & “quotes”."}}
