"""Job descriptions: what is found in them, what must not be claimed, and where the text is kept.

The postings are made up, in the manner of real ones. In them, ``{hiring:hire the next}`` marks a
phrase that speaks of a competency, and ``{!people:no direct reports}`` one that the posting says
is not part of the job. Those in ``held_out`` were written before the rules, and no rule was written
for them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]
import pytest
from ipywidgets.embed import embed_data  # type: ignore[import-untyped]

import prepkit as pk
from prepkit.answers import AnswerStore, StoreError
from prepkit.answers.kinds import JOB, STORY, TELLING
from prepkit.answers.texts import Texts
from prepkit.bank import Bank, load_bank, shipped_folder
from prepkit.bank.competencies import (
    Competency,
    SourcedPhrase,
    read_competencies,
    read_posting_words,
)
from prepkit.errors import BankError
from prepkit.practice.job_description import Mention, Rules, asked_of
from prepkit.widgets.job import MOST_CHARACTERS, JobDescription
from tests.examples import long_enough

FOLDER = Path(__file__).parent / "data" / "postings"
NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
MARK = re.compile(r"\{(!?)(\w+):([^{}]*)\}")
CATEGORIES = {
    "people": "leading-people",
    "coaching": "coaching-and-careers",
    "hiring": "hiring-and-team-building",
    "tech": "technical-leadership",
    "delivery": "delivery-and-execution",
    "ops": "operations-and-metrics",
    "conflict": "conflict-and-hard-conversations",
    "comms": "communication-and-influence",
    "strategy": "strategy-customers-and-change",
    "judgment": "judgment-failure-and-values",
    "ai": "engineering-with-ai",
    "staff": "staff-engineer",
}


@dataclass(frozen=True)
class Posting:
    """A posting, and the phrases that a reader marked in it."""

    text: str
    asked: tuple[Mention, ...]
    denied: tuple[Mention, ...]


def read_posting(path: Path) -> Posting:
    raw, text, end = path.read_text("utf-8"), "", 0
    found: dict[bool, list[Mention]] = {False: [], True: []}
    for mark in MARK.finditer(raw):
        text += raw[end : mark.start()]
        place = Mention(len(text), len(text) + len(mark[3]), CATEGORIES[mark[2]], ())
        found[bool(mark[1])].append(place)
        text += mark[3]
        end = mark.end()
    return Posting(text + raw[end:], tuple(found[False]), tuple(found[True]))


def same(one: Mention, other: Mention) -> bool:
    overlap = one.start < other.end and other.start < one.end
    return overlap and one.category == other.category


POSTINGS = {
    f"{path.parent.name}/{path.stem}": read_posting(path) for path in sorted(FOLDER.glob("*/*.txt"))
}
HELD_OUT = [posting for name, posting in POSTINGS.items() if name.startswith("held_out/")]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules(read_competencies(shipped_folder()), read_posting_words(shipped_folder()))


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture
def store(tmp_path: Path) -> AnswerStore:
    return AnswerStore(tmp_path / "answers.sqlite", now=lambda: NOW)


def quotes(rules: Rules, text: str, *, denied: bool = False) -> list[str]:
    return [text[one.start : one.end] for one in rules.read(text) if one.denied is denied]


# What is found ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in POSTINGS if name.startswith("seen/")])
def test_what_a_reader_marked_is_found_and_nothing_else(rules: Rules, name: str) -> None:
    posting = POSTINGS[name]
    found = [one for one in rules.read(posting.text) if not one.denied]
    missed = [each for each in posting.asked if not any(same(each, one) for one in found)]
    wrong = [one for one in found if not any(same(one, each) for each in posting.asked)]
    assert [posting.text[one.start : one.end] for one in (*missed, *wrong)] == []


@pytest.mark.long
def test_of_postings_that_no_rule_was_written_for_nine_in_ten_phrases_are_found_and_right(
    rules: Rules,
) -> None:
    right = claimed = found = marked = 0
    for posting in HELD_OUT:
        claims = [one for one in rules.read(posting.text) if not one.denied]
        claimed += len(claims)
        right += sum(any(same(one, each) for each in posting.asked) for one in claims)
        marked += len(posting.asked)
        found += sum(any(same(each, one) for one in claims) for each in posting.asked)
    assert len(HELD_OUT) >= 7
    assert marked > 100
    assert right / claimed > 0.9
    assert found / marked > 0.9


@pytest.mark.parametrize("name", POSTINGS)
def test_what_a_posting_denies_is_never_claimed(rules: Rules, name: str) -> None:
    posting = POSTINGS[name]
    claims = [one for one in rules.read(posting.text) if not one.denied]
    assert [one for one in claims if any(same(one, each) for each in posting.denied)] == []


@pytest.mark.parametrize(
    "text",
    [
        "What we offer\nA coach of your choice, mentoring, and a clear career path.",
        "Benefits:\n- Leadership coaching\n- We promote from within",
        "Perks: mentoring by our investors, hiring bonus, no meetings.",
        "We are an equal opportunity employer and hire, promote and coach people fairly.",
        "All hiring decisions are made regardless of age.",
        "Our hiring process: we run a technical deep dive and give feedback within two days.",
        "We mentor, coach and promote from within.",
        "Who we are\nOur founders hire people who grow others.",
        "Accommodations are available during recruitment.",
        "A background investigation is required, and so is integrity.",
        "",
        " \n\t\n",
    ],
)
def test_benefits_boilerplate_and_the_employer_itself_claim_nothing(
    rules: Rules, text: str
) -> None:
    assert rules.read(text) == ()


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("You will have no direct reports.", "direct reports"),
        ("This role doesn't include people management.", "people management"),
        ("You don\N{RIGHT SINGLE QUOTATION MARK}t need to manage people to lead.", "manage people"),
        ("There is no on-call rotation yet.", "on-call"),
        ("People management is not required.", "People management"),
    ],
)
def test_what_a_sentence_denies_is_told_as_denied(rules: Rules, text: str, phrase: str) -> None:
    assert quotes(rules, text) == []
    assert quotes(rules, text, denied=True) == [phrase]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("You aren't afraid of hard conversations.", "hard conversations"),
        ("You not only hire engineers, you keep them.", "hire engineers"),
        ("Not a coding role, but you mentor others.", "mentor"),
        ("You lead without formal authority.", "without formal authority"),
        ("We are looking for someone who can mentor.", "mentor"),
        ("We expect you to own the roadmap.", "roadmap"),
    ],
)
def test_a_no_that_denies_something_else_denies_nothing(
    rules: Rules, text: str, phrase: str
) -> None:
    assert phrase in quotes(rules, text)
    assert quotes(rules, text, denied=True) == []


def test_a_section_after_the_benefits_is_read_again(rules: Rules) -> None:
    text = (
        "Benefits\nCoaching for you\n\nYour tasks\nMentor engineers\n\nPay\nA bonus for mentoring"
    )
    assert quotes(rules, text) == ["Mentor"]


def test_a_phrase_ends_with_its_sentence_and_its_line(rules: Rules) -> None:
    assert quotes(rules, "You lead. A team waits.") == []
    assert quotes(rules, "You lead\na team") == []


def test_the_longer_of_two_phrases_counts(rules: Rules) -> None:
    (mention,) = rules.read("You plan headcount and budget.")
    assert mention.category == "strategy-customers-and-change"


def test_places_are_those_of_the_text_as_it_was_pasted(rules: Rules) -> None:
    text = "\ufeff🚀 Tasks:\r\n\t•  You\u00a0MENTOR engineers; co\ufb03n\r\n"
    assert quotes(rules, text) == ["MENTOR"]


# The lists ------------------------------------------------------------------------------------


def test_every_rule_is_for_a_category_and_for_tags_of_its_questions(bank: Bank) -> None:
    competencies = read_competencies(shipped_folder())
    slugs = {one.slug for one in bank.categories}
    assert {one.category for one in competencies} <= slugs
    tags = {
        slug: {
            tag
            for key in bank
            if bank[key].question.category == slug
            for tag in bank[key].question.tags
        }
        for slug in slugs
    }
    named = [(one.category, tag) for one in competencies for tag in one.of]
    assert [(slug, tag) for slug, tag in named if tag not in tags[slug]] == []


def test_no_phrase_is_there_twice() -> None:
    phrases = [
        phrase if isinstance(phrase, str) else phrase.phrase
        for one in read_competencies(shipped_folder())
        for phrase in one.phrases
    ]
    assert sorted({one for one in phrases if phrases.count(one) > 1}) == []


def test_a_name_that_an_employer_uses_has_its_source(rules: Rules) -> None:
    (mention,) = rules.read("Behaviours: Delivering at Pace")
    assert mention.source.startswith("https://www.gov.uk/")


def test_a_mistake_in_the_list_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "competencies.yaml"
    path.write_text("- of: [hiring]\n  category: Hiring\n  phrases: [hire]\n", "utf-8")
    with pytest.raises(BankError, match=f"{re.escape(str(path))}:2"):
        read_competencies(tmp_path)
    assert read_posting_words(tmp_path) == {}


# What there is to tell ------------------------------------------------------------------------


def test_questions_nearest_to_the_phrases_come_first_and_gaps_before_what_is_covered(
    bank: Bank,
) -> None:
    mentions = [
        Mention(0, 1, "operations-and-metrics", ("on-call",)),
        Mention(2, 3, "leading-people", ("morale",)),
        Mention(4, 5, "coaching-and-careers", ("coaching",), denied=True),
        Mention(6, 7, "gone", ("coaching",)),
    ]
    (on_call,) = (key for key in bank if "on-call" in bank[key].question.tags)
    (morale,) = (
        key
        for key in bank
        if bank[key].question.category == "leading-people" and "morale" in bank[key].question.tags
    )
    asked = asked_of(bank, mentions, {morale: "complete"}, {})
    assert [one.category for one in asked] == ["operations-and-metrics", "leading-people"]
    assert [one.practice[0].question for one in asked] == [on_call, morale]
    assert [one.covered for one in asked] == [0, 1]
    assert [(len(one.practice), one.more) for one in asked] == [(1, 9), (1, 9)]
    told = asked_of(bank, mentions, {on_call: "started"}, {on_call: ["s1"]})
    assert [one.practice[0].cover for one in told] == ["untouched", "story"]


LEVELS_OF = {
    "held_out/bank_director": "director",
    "held_out/berlin_scaleup_manager": "engineering manager",
    "held_out/big_tech_manager": "engineering manager",
    "held_out/india_senior_manager": "senior manager",
    "held_out/platform_principal": "staff engineer",
    "held_out/startup_staff": "staff engineer",
    "held_out/uk_public_body": "director",
}


@pytest.mark.parametrize(("name", "level"), LEVELS_OF.items())
def test_the_title_of_a_posting_names_its_level(rules: Rules, name: str, level: str) -> None:
    assert rules.level(POSTINGS[name].text) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Acme careers\n\nSr. Engineering Manager, reporting to the VP", "senior manager"),
        ("Engineering Manager, reporting to the Director of Engineering", "engineering manager"),
        ("Senior Software Engineer", "senior engineer"),
        ("About us\nWe are kind.", None),
        ("", None),
    ],
)
def test_of_several_titles_in_a_line_the_first_counts(
    rules: Rules, text: str, level: str | None
) -> None:
    assert rules.level(text) == level


def test_a_manager_is_not_asked_what_only_staff_engineers_are_asked(
    bank: Bank, rules: Rules
) -> None:
    text = "You drive technical strategy across several teams."
    mentions = rules.read(text)
    asked = {
        level: [one.category for one in asked_of(bank, mentions, {}, {}, level)]
        for level in ("engineering manager", "staff engineer", None)
    }
    assert "staff-engineer" not in asked["engineering manager"]
    assert "staff-engineer" in asked["staff engineer"]
    assert asked[None] == asked["staff engineer"]


# The widget -----------------------------------------------------------------------------------

TEXT = "Hire engineers. You will have no direct reports. \N{ROCKET}"


def ask(job: JobDescription, kind: str, **content: Any) -> dict[str, Any]:
    (message,) = job.handle({"type": kind, "view": "v", "seq": 3, **content})
    return message


def test_a_pasted_text_is_read_stored_and_there_again_on_the_next_page(
    bank: Bank, store: AnswerStore
) -> None:
    saved = ask(JobDescription(bank, store), "save", text=TEXT, based_on=0)
    assert (saved["type"], saved["revision"], saved["view"], saved["seq"]) == ("saved", 1, "v", 3)
    loaded = ask(JobDescription(bank, store), "load")
    assert (loaded["text"], loaded["revision"]) == (TEXT, 1)
    assert loaded["reading"] == saved["reading"]
    assert loaded["reading"]["pieces"] == [
        {"text": "Hire engineers", "number": 1},
        {"text": ". You will have no ", "number": None},
        {"text": "direct reports", "number": 0},
        {"text": ". \N{ROCKET}", "number": None},
    ]
    assert loaded["reading"]["denied"] == [{"quote": "direct reports", "title": "Leading people"}]
    (asked,) = loaded["reading"]["asked"]
    assert asked["title"] == "Hiring and team building"
    assert asked["quotes"] == [{"text": "Hire engineers", "source": ""}]
    assert Texts(store, JOB).one("job").text("text") == TEXT


@pytest.mark.long
def test_questions_say_what_there_is_to_tell(bank: Bank, store: AnswerStore) -> None:
    job = JobDescription(bank, store)
    ask(job, "save", text="Hire engineers", based_on=0)

    def covers() -> Mapping[str, str]:
        (asked,) = ask(job, "read")["reading"]["asked"]
        return {one["id"]: one["cover"] for one in asked["questions"]}

    first, second, *_ = covers()
    for part in bank[first].parts:
        store.save(first, part.name, long_enough("I hired"), based_on=0)
    Texts(store, STORY).save("s1", "title", "The ferry", based_on=0)
    Texts(store, TELLING).save("s1", second, "The offer", based_on=0)
    assert [covers()[first], covers()[second]] == ["● Complete", "● Story: The ferry"]
    Texts(store, STORY).save("s1", "removed", "yes", based_on=0)
    assert covers()[second] == "○ Not started"


def test_a_text_changed_in_another_window_is_not_overwritten(
    bank: Bank, store: AnswerStore
) -> None:
    job = JobDescription(bank, store)
    ask(job, "save", text="Theirs", based_on=0)
    conflict = ask(job, "save", text="Mine", based_on=0)
    assert (conflict["type"], conflict["text"], conflict["revision"]) == ("conflict", "Theirs", 1)
    assert ask(job, "save", text="Mine", based_on=1)["type"] == "saved"


def test_a_text_far_too_long_is_refused_and_the_earlier_one_stays(
    bank: Bank, store: AnswerStore
) -> None:
    job = JobDescription(bank, store)
    ask(job, "save", text="Short", based_on=0)
    refused = ask(job, "save", text="a" * (MOST_CHARACTERS + 1), based_on=1)
    assert refused["message"] == (
        "This text is longer than a job description: paste at most 60,000 characters. "
        "Your earlier text is still stored."
    )
    assert ask(job, "load")["text"] == "Short"


def test_what_cannot_be_stored_is_told(
    bank: Bank, store: AnswerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> None:
        raise StoreError("The file is locked.")

    monkeypatch.setattr(store, "write", locked)
    told = ask(JobDescription(bank, store), "save", text=TEXT, based_on=0)
    assert (told["type"], told["message"]) == ("error", "The file is locked.")


def test_a_message_that_is_not_known_gets_no_answer(bank: Bank, store: AnswerStore) -> None:
    assert JobDescription(bank, store).handle({"type": "hello"}) == ()


def test_a_saved_notebook_has_nothing_of_the_text(bank: Bank, store: AnswerStore) -> None:
    widgets.Widget.close_all()
    job = JobDescription(bank, store)
    ask(job, "save", text="Marzipan architecture", based_on=0)
    data, _ = job._repr_mimebundle_()  # type: ignore[misc]
    state = embed_data([job])["manager_state"]
    assert "Marzipan" not in json.dumps([data, state])
    assert data["text/plain"].startswith("Paste a job description here")


def test_a_bank_without_the_lists_takes_those_of_prepkit_and_may_have_its_own(
    tmp_path: Path, store: AnswerStore
) -> None:
    from tests.site_samples import write_bank

    folder = write_bank(tmp_path / "bank")
    assert pk.JobDescription(load_bank(folder), store)
    (folder / "competencies.yaml").write_text(
        "- {of: [growth], category: people, phrases: [zigzag*]}\n", "utf-8"
    )
    saved = ask(pk.JobDescription(load_bank(folder), store), "save", text="Zigzagging", based_on=0)
    assert [one["title"] for one in saved["reading"]["asked"]] == ["People"]


def test_patterns_know_endings_alternatives_and_gaps() -> None:
    competency = Competency(
        of=("a",),
        category="x",
        phrases=("run/lead .. team*", SourcedPhrase(phrase="on-call", source="https://a.example")),
    )
    rules = Rules([competency], {})
    assert quotes(rules, "Lead two small teams, run a b c d team, on call") == [
        "Lead two small teams",
        "on call",
    ]
