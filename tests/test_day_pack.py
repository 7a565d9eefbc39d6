"""The day pack: which stories are chosen, what has none yet, and what is printed of them."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest

from prepkit.answers import AnswerStore
from prepkit.answers.kinds import STORY, TELLING
from prepkit.answers.planned import Planned
from prepkit.answers.texts import Texts
from prepkit.bank import Bank, load_bank
from prepkit.bank.format import format_question
from prepkit.errors import PrepkitError
from prepkit.handouts import Handout, Layout
from prepkit.handouts.day_pack import day_pack
from prepkit.handouts.document import day_document
from prepkit.handouts.typesetting import typeset
from prepkit.interviews import TOPICS, nothing_about
from prepkit.practice.interview_day import (
    NO_VALUE,
    Ready,
    questions_to_ask,
    ready_answers,
    ready_to_tell,
    stories_for,
)
from prepkit.practice.stories import stories_of
from prepkit.records import Answer, Ask, Question, Revision
from tests.examples import long_enough

SAVED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 30, 19, 0, tzinfo=UTC)
COMPANIES = """
- name: Amazon
  values:
    - {name: Dive Deep, source_url: "https://amazon.jobs/p", source_kind: owner,
       checked: 2026-01-02, used_in_interviews: stated}
    - {name: Day One, source_url: "https://amazon.jobs/p", source_kind: owner,
       checked: 2026-01-02, used_in_interviews: stated}
    - {name: Think Big, source_url: "https://amazon.jobs/p", source_kind: owner,
       checked: 2026-01-02, used_in_interviews: stated}
    - {name: Move Slowly, source_url: "https://amazon.jobs/p", source_kind: owner,
       checked: 2026-01-02, superseded_by: Think Big, used_in_interviews: unknown}
  rounds:
    - {name: Loop of five, minutes: 30-45, scored: what you did yourself,
       source_url: "https://amazon.jobs/loop", source_kind: owner, checked: 2026-01-02}
- name: Zoom
"""
CATEGORIES = """
- {slug: technical-leadership, title: Technical leadership, icon: ⚙️, description: Systems.}
- {slug: people, title: People, icon: 👥, description: Teams.}
"""
NOTES = (
    "Choose two.\n\n### Recruiter\n\n- Why is it open?\n- Which level?\n\n### Last round\n\n- Who?"
)


def question(category: str, number: int, *asks: Ask, **fields: Any) -> Question:
    star = {"situation": "Where.", "task": "What.", "action": "How.", "result": "Which number."}
    return Question(
        category=category,
        number=number,
        text=f"Tell me about case {number} of {category}.",
        why="Growth finds the limits that nobody drew.",
        key_points=("The load", "The limit", "The choice", "The proof"),
        follow_ups=("What broke first?", "What would break next?", "Who agreed?"),
        levels={
            "senior engineer": "one service",
            "engineering manager": "one team",
            "senior manager": "several teams",
            "director": "the budget behind it",
        },
        prompts=star,
        tips=("Bring one figure.", "Name what it cost."),
        asks=asks,
        **fields,
    )


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    folder = tmp_path_factory.mktemp("bank")
    deep = Ask(company="Amazon", value="Dive Deep", focus="who counted")
    day_one = Ask(company="Amazon", value="Day One", focus="what was new")
    questions = (
        question("technical-leadership", 1, deep),
        question("technical-leadership", 2, deep, day_one),
        question("people", 1, Ask(company="Amazon", focus="how it was said")),
        question("people", 2, tags=("closer",), notes=NOTES),
    )
    for one in questions:
        home = folder / "questions" / one.category
        home.mkdir(parents=True, exist_ok=True)
        (home / f"{one.number:02d}-question.md").write_text(format_question(one), "utf-8")
    (folder / "categories.yaml").write_text(CATEGORIES, "utf-8")
    (folder / "companies.yaml").write_text(COMPANIES, "utf-8")
    return load_bank(folder)


def answer_of(name: str, **texts: str) -> Answer:
    return Answer(
        question=name,
        revisions={
            field: Revision(
                question=name, field=field, revision=1, text=text, saved_at=SAVED, origin="form"
            )
            for field, text in texts.items()
        },
    )


def complete(name: str) -> Answer:
    texts = {
        "situation": long_enough("Orders rose 40% in 3 weeks. Nobody slept. This stays out."),
        "task": long_enough("Mine was the queue."),
        "action": long_enough("I measured 48 hosts."),
        "result": long_enough("Pages took 120 ms instead of 800 ms."),
    }
    return answer_of(name, **texts)


def answers_to(*names: str) -> dict[str, Answer]:
    return {name: complete(name) for name in names}


def story(title: str, **dwell: str) -> Ready:
    names = {name.replace("_", "/").replace("tech", "technical-leadership"): line
             for name, line in dwell.items()}  # fmt: skip
    return Ready(
        title=title, parts=("It began in May. We were 9.", "I did it.", "", ""), dwell=names
    )


def printed(handout: Handout) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(handout.pdf))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def pack(bank: Bank, *ready: Ready, company: str = "Amazon", **options: Any) -> Handout:
    paper = options.pop("paper", "a4")
    return typeset(day_document(bank, company, ready, {}, Layout(paper=paper), **options))


def test_only_complete_answers_can_be_told(bank: Bank) -> None:
    answers = {
        **answers_to("people/01"),
        "technical-leadership/01": answer_of("technical-leadership/01", situation="Only begun."),
    }
    (one,) = ready_answers(bank, answers)
    assert one.dwell == {"people/01": ""}
    assert one.title == ""
    assert one.parts[1].startswith("Mine was the queue.")
    assert one.saved == SAVED


@pytest.mark.long
def test_a_complete_story_is_told_in_place_of_the_answers_that_it_serves(
    bank: Bank, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    texts, tellings = Texts(store, STORY), Texts(store, TELLING)
    for one in ("technical-leadership/01", "people/01"):
        for field, revision in complete(one).revisions.items():
            store.save(one, field, revision.text, based_on=0)
    for field, revision in complete("people/01").revisions.items():
        texts.save("queue", field, revision.text, based_on=0)
    texts.save("queue", "title", "The queue", based_on=0)
    texts.save("draft", "title", "Only a title", based_on=0)
    tellings.save("queue", "people/01", "what I said first", based_on=0)
    tellings.save("draft", "technical-leadership/02", "", based_on=0)
    ready = ready_to_tell(bank, store.load(), stories_of(texts.load(), tellings.load()))
    assert [(one.title, dict(one.dwell)) for one in ready] == [
        ("The queue", {"people/01": "what I said first"}),
        ("", {"technical-leadership/01": ""}),
    ]
    page = " ".join(printed(day_pack(bank, store, "Amazon", now=NOW)))
    assert "The queue" in page
    assert "Dwell on what I said first" in page
    assert "Only a title" not in page
    texts.save("queue", "removed", "yes", based_on=0)
    page = " ".join(printed(day_pack(bank, store, "Amazon", now=NOW)))
    assert "The queue" not in page


def test_few_stories_cover_all_values_that_they_can_and_the_rest_is_named(bank: Bank) -> None:
    ready = ready_answers(bank, answers_to("technical-leadership/01", "technical-leadership/02"))
    found = stories_for(bank, "Amazon", ready, {})
    assert [(one.entry.id, one.values) for one in found.tellings] == [
        ("technical-leadership/02", ("Dive Deep", "Day One")),
    ]
    assert [(one.entry.id, one.values) for one in found.others] == [
        ("technical-leadership/01", ("Dive Deep",)),
    ]
    assert [gap.value for gap in found.gaps] == ["Think Big", NO_VALUE]


def test_a_value_without_a_story_names_its_questions_those_in_progress_first(bank: Bank) -> None:
    begun = {
        "technical-leadership/02": answer_of("technical-leadership/02", situation="Only begun.")
    }
    deep, *_ = stories_for(bank, "Amazon", (), begun).gaps
    assert deep.value == "Dive Deep"
    assert [(entry.id, state) for entry, state in deep.questions] == [
        ("technical-leadership/02", "started"),
        ("technical-leadership/01", "untouched"),
    ]


def test_a_question_with_a_line_on_what_to_dwell_on_comes_before_one_without(bank: Bank) -> None:
    one = story("The queue", tech_01="", tech_02="what I counted")
    (telling,) = stories_for(bank, "Amazon", [one], {}, "director").tellings
    assert telling.entry.id == "technical-leadership/02"
    assert telling.dwell == "what I counted"
    assert telling.focus == "who counted"
    assert telling.level == "the budget behind it"


def test_a_company_that_no_question_names_gets_the_first_stories_as_they_are(bank: Bank) -> None:
    ready = [story(f"Story {number}", people_01="") for number in range(8)]
    found = stories_for(bank, "Zoom", ready, {})
    assert [one.ready.title for one in found.tellings] == [f"Story {n}" for n in range(6)]
    assert {one.values for one in found.tellings} == {()}
    assert found.gaps == ()


def test_what_to_ask_is_in_the_notes_of_the_question_that_closes_an_interview(bank: Bank) -> None:
    assert questions_to_ask(bank) == {
        "Recruiter": ("Why is it open?", "Which level?"),
        "Last round": ("Who?",),
    }
    assert sum(map(len, questions_to_ask(load_bank()).values())) == 32


def test_a_bank_without_such_a_question_has_nothing_to_ask(tmp_path: Path, bank: Bank) -> None:
    home = tmp_path / "questions" / "people"
    home.mkdir(parents=True)
    (home / "01-question.md").write_text(format_question(question("people", 1)), "utf-8")
    only = "- {slug: people, title: People, icon: 👥, description: Teams.}\n"
    (tmp_path / "categories.yaml").write_text(only, "utf-8")
    (tmp_path / "companies.yaml").write_text(COMPANIES, "utf-8")
    assert questions_to_ask(load_bank(tmp_path)) == {}


@pytest.mark.long
def test_a_day_pack_has_stories_gaps_rounds_questions_and_the_evening_before(
    bank: Bank, tmp_path: Path
) -> None:
    store = AnswerStore(tmp_path / "answers.sqlite")
    for field, revision in complete("technical-leadership/02").revisions.items():
        store.save("technical-leadership/02", field, revision.text, based_on=0)
    planned = Planned(interview=date(2026, 12, 3), level="director", companies=("Amazon",))
    handout = day_pack(bank, store, "amazon", now=NOW, planned=planned)
    assert handout.notices == ()
    page = " ".join(printed(handout))
    for text in (
        "Director · Thursday 3 December 2026",
        "Dive Deep · Day One",
        "Orders rose 40% in 3 weeks. Nobody slept.",
        "40% in 3 weeks",
        "48 hosts",
        "Who counted",
        "The budget behind it",
        "Think Big No question here is about it. Think of one event that shows it.",
        "No published value Tell me about case 1 of people.",
        "Loop of five",
        "What you did yourself",
        "Why is it open?",
        "nothing new tonight",
        "It doesn't come from the company.",
        "Company's own site: amazon.jobs, read 2 January 2026",
    ):
        assert text in page
    assert "This stays out" not in page
    assert "Move Slowly" not in page
    assert "Left out" not in page
    metadata = pypdf.PdfReader(io.BytesIO(handout.pdf)).metadata
    assert metadata
    assert metadata.title == "Amazon: day pack"


@pytest.mark.long
@pytest.mark.parametrize(
    ("interview", "companies", "said"),
    [
        (date(2026, 12, 3), ("Amazon",), True),
        (date(2026, 12, 3), (), True),
        (date(2026, 12, 3), ("Zoom",), False),
        (date(2026, 11, 29), ("Amazon",), False),
    ],
)
def test_the_day_is_that_of_this_companys_interview_if_it_is_not_over(
    bank: Bank, interview: date, companies: tuple[str, ...], said: bool, tmp_path: Path
) -> None:
    planned = Planned(interview=interview, companies=companies)
    handout = day_pack(
        bank, AnswerStore(tmp_path / "answers.sqlite"), "Amazon", now=NOW, planned=planned
    )
    assert ("2026" in printed(handout)[0].partition("your stories")[0]) is said


@pytest.mark.long
def test_without_an_answer_a_day_pack_says_so_and_makes_nothing_up(
    bank: Bank, tmp_path: Path
) -> None:
    page = " ".join(
        printed(day_pack(bank, AnswerStore(tmp_path / "answers.sqlite"), "Amazon", now=NOW))
    )
    assert "You have no complete story or answer yet, so there is nothing to remind you of." in page
    assert re.search(
        r"Dive Deep Tell me about case 1 of technical-leadership\. .* and 1 more", page
    )
    assert "Begins" not in page
    page = " ".join(
        printed(day_pack(bank, AnswerStore(tmp_path / "answers.sqlite"), "Zoom", now=NOW))
    )
    assert "No question here names Zoom: begin with any, in 02-answer." in page
    assert nothing_about(TOPICS, ["Zoom"]) in page


@pytest.mark.long
def test_a_story_has_its_own_title_the_question_and_its_tellers_line(bank: Bank) -> None:
    page = " ".join(printed(pack(bank, story("The queue", people_01="how I **told** them"))))
    assert "The queue" in page
    assert "Tell me about case 1 of people." in page
    assert "Dwell on how I told them" in page
    assert "It began in May. We were 9." in page


@pytest.mark.long
def test_a_very_long_first_sentence_is_cut_and_the_page_says_so(bank: Bank) -> None:
    long = Ready(title="The queue", parts=("word " * 90 + "end.",), dwell={"people/01": ""})
    handout = pack(bank, long)
    assert handout.notices == (
        "day pack: The queue starts with a sentence of 91 words; only its beginning is shown",
    )
    page = " ".join(printed(handout))
    assert "word …" in page
    assert "The queue starts with a sentence of 91 words; only its beginning is shown." in page


@pytest.mark.long
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
@pytest.mark.parametrize("title", ["إعادة بناء نظام الطلبات", "x" * 300, "#let <T> $a$ \\ @b"])
def test_any_title_is_printed_as_it_was_typed(bank: Bank, paper: str, title: str) -> None:
    handout = pack(bank, story(title, people_01=title), paper=paper)
    assert handout.notices == ()
    assert len(printed(handout)) <= 2


@pytest.mark.slow  # a dozen layouts are tried
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_the_packs_of_the_shipped_bank_fit_on_two_pages_and_say_what_they_leave_out(
    paper: Any,
) -> None:
    shipped = load_bank()
    events = [one for one in shipped if shipped[one].question.kind == "past-event"]
    for count, left_out in ((0, False), (3, False), (12, True)):
        ready = ready_answers(shipped, answers_to(*events[:count]))
        layout = Layout(paper=paper)
        handout = typeset(
            day_document(shipped, "Amazon", ready, {}, layout, level="engineering manager")
        )
        assert handout.notices == ()
        pages = printed(handout)
        assert len(pages) == 2, count
        assert ("Left out, to keep this short: " in pages[1]) is left_out
        # Whatever is left out, each chosen story begins as it was written.
        chosen = stories_for(shipped, "Amazon", ready, {}).tellings
        assert " ".join(pages).count("Orders rose 40% in 3 weeks.") == len(chosen)


@pytest.mark.long
def test_a_day_pack_for_archives_conforms_and_its_stories_are_headings(bank: Bank) -> None:
    layout = Layout(date=date(2026, 12, 3), archive=True)
    ready = [story("The queue", people_01="what I said"), story("إعادة البناء", tech_02="")]
    handout = typeset(day_document(bank, "Amazon", ready, {}, layout))
    assert handout.notices == ()
    root: Any = pypdf.PdfReader(io.BytesIO(handout.pdf)).root_object
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    waiting, kinds = [root["/StructTreeRoot"].get_object()], []
    while waiting:
        node = waiting.pop().get_object()
        kinds += [node.get("/S")] if isinstance(node, dict) else []
        below = node.get("/K", []) if isinstance(node, dict) else []
        waiting += [
            one
            for one in (below if isinstance(below, list) else [below])
            if isinstance(one.get_object(), dict)
        ]
    assert [kinds.count(f"/H{level}") for level in (1, 2, 3)] == [1, 5, 2]


def test_an_unknown_company_is_told_with_those_there_are(bank: Bank, tmp_path: Path) -> None:
    with pytest.raises(PrepkitError) as caught:
        day_pack(bank, AnswerStore(tmp_path / "answers.sqlite"), "Amazn", now=NOW)
    assert str(caught.value) == "no company 'Amazn'; did you mean 'Amazon'?"
