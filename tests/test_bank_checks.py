"""Each thing that an editor asks of a bank is asked, and the shipped bank has an answer to all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from prepkit.__main__ import main
from prepkit.bank.lists import read_words
from prepkit.bank.loader import Records, read_folder
from prepkit.bank.parse import QuestionFile
from prepkit.checks import editorial_problems
from prepkit.checks.likeness import likeness_problems, shingles
from prepkit.checks.report import editorial_report, reading_grade
from prepkit.checks.sources import source_problems
from prepkit.checks.spelling import spelling_problems
from prepkit.checks.wording import wording_problems
from prepkit.records import Ask, Company, InterviewerNote, Question, Value, WeakerAnswer
from tests.site_samples import write_bank

DATA = Path(__file__).parents[1] / "data"
RECORDS = read_folder(DATA)
FILES = RECORDS.files
TODAY = date(2026, 11, 30)
BY_ID = {each.question.id: each for each in FILES}
GOOD, OTHER = BY_ID["technical-leadership/01"], BY_ID["technical-leadership/02"]
KINDS = {
    each.question.id: each for each in read_folder(Path(__file__).parent / "data" / "kinds").files
}
"""One question of each kind."""
EXAMPLE = {
    "situation": "I got a system back on its feet. " + "It was slow and everybody knew it. " * 6,
    "task": "I had to make it quick by the end of June.",
    "action": "First, I measured where the time went. " + "Then I took out one step. " * 16,
    "result": "It takes 40 seconds less. " + "I learned to look before I change. " * 4,
}
"""An example in which the workbook's review finds nothing."""

Change = Callable[[Question], dict[str, Any]]


def changed(file: QuestionFile, **fields: Any) -> QuestionFile:
    """Return a question with other fields, at the same place."""
    return file._replace(question=file.question.model_copy(update=fields))


def example_with(question: Question, **parts: str) -> dict[str, Any]:
    """Return the question's example with other parts."""
    assert question.example
    return {"example": {**question.example, **parts}}


def messages(found: Any) -> list[str]:
    """Return what is said, without the places."""
    return [problem.message for problem in found]


def bank_of(
    questions: Sequence[QuestionFile], companies: Sequence[Company] = RECORDS.companies
) -> Records:
    """Return a bank of these questions."""
    return Records(tuple(questions), RECORDS.categories, tuple(companies))


@pytest.mark.long
def test_the_shipped_bank_has_no_problem() -> None:
    assert messages(editorial_problems(RECORDS, words=read_words(DATA), today=TODAY)) == []


@pytest.mark.long
def test_every_problem_comes_in_the_order_of_files_and_lines() -> None:
    files = [changed(GOOD, tips=()), changed(OTHER, why="It is recieved.")]
    found = editorial_problems(bank_of(files), words=read_words(DATA), today=TODAY)
    assert list(found) == sorted(found)
    said = messages(found)
    assert "the section '## Tips' is missing" in said
    assert any(one.startswith("unknown word 'recieved'") for one in said)


@pytest.mark.slow
def test_no_word_of_the_list_is_there_for_nothing() -> None:
    unknown = {one.message.split("'")[1] for one in spelling_problems(FILES, frozenset())}
    assert sorted(read_words(DATA) - unknown) == []


# ---- one question ----------------------------------------------------------------------------

WORDING: list[tuple[str, Change, str]] = [
    (
        "a long question",
        lambda _: {"text": f"Tell me about a time you {'really ' * 20}erred."},
        "the question has 27 words; it is heard only once: use at most 25",
    ),
    (
        "two sentences",
        lambda _: {"text": "Tell me about a time you erred. What came of it?"},
        "the question must be one sentence and end with '.' or '?'",
    ),
    (
        "a topic",
        lambda _: {"text": "Managing people who were late."},
        "the title asks nothing: end it with '?', or begin it with 'Tell me about'",
    ),
    (
        "a habit",
        lambda _: {"text": "How do you handle a team that was late?"},
        "the question must ask for one past event, such as 'Tell me about a time you …'; otherwise"
        " give it another kind, such as 'approach' or 'case'",
    ),
    (
        "a present tense",
        lambda _: {"text": "Describe the team of your dreams."},
        "the question must ask for one past event, such as 'Tell me about a time you …'; otherwise"
        " give it another kind, such as 'approach' or 'case'",
    ),
    ("no tips", lambda _: {"tips": ()}, "the section '## Tips' is missing"),
    ("no prompts", lambda _: {"prompts": None}, "the section '## STAR template' is missing"),
    (
        "no weaker answer",
        lambda _: {"weaker": None},
        "the section '## A weaker answer' is missing",
    ),
    (
        "no notes of the interviewer",
        lambda _: {"interviewer_notes": ()},
        "the section '## What the interviewer notes' is missing",
    ),
    (
        "few key points",
        lambda _: {"key_points": ("When", "Why", "Who")},
        "'## Key points to cover' has 3 items; 4 to 6 help a reader",
    ),
    ("one tip", lambda _: {"tips": ("Ask.",)}, "'## Tips' has 1 item; 2 to 4 help a reader"),
    (
        "few follow-ups",
        lambda _: {"follow_ups": ("Why?", "When?")},
        "'## Follow-up questions' has 2 items; 3 to 5 help a reader",
    ),
    (
        "an example that nobody tells",
        lambda _: {"example": dict.fromkeys(EXAMPLE, "It was done by us. " * 9)},
        "nobody tells the example: say 'I' for what the teller did",
    ),
    (
        "a short part",
        lambda _: {"example": {**EXAMPLE, "action": "I asked her. " * 9}},
        "the workbook's review would say: Action is short: 27 words (90\N{EN DASH}180 is typical).",
    ),
    (
        "we",
        lambda _: {"example": {**EXAMPLE, "action": "We met and we and I talked to all. " * 13}},
        "the workbook's review would say: Action says “we” 26 times and “I” 13 times. Say “I” for"
        " what you did yourself, and name the others for what they did.",
    ),
]


@pytest.mark.parametrize(
    ("change", "message"), [each[1:] for each in WORDING], ids=[w[0] for w in WORDING]
)
def test_wording_that_a_reader_would_refuse_is_named(change: Change, message: str) -> None:
    found = list(wording_problems(changed(GOOD, **change(GOOD.question))))
    assert message in messages(found)
    assert all(problem.path == GOOD.source.path and problem.line for problem in found)


def whole(file: QuestionFile, **fields: Any) -> QuestionFile:
    """Return a question that a reader refuses nothing of, with these fields."""
    notes = (InterviewerNote(sign="-", key_point=1, text="It leaves out the cost."),) * 3
    weaker = WeakerAnswer(
        text="We did it.",
        lift="Say who.",
        score=2,
        reason="Nobody did it.",
        example_score=4,
        example_reason="Somebody did.",
    )
    return changed(file, **{"interviewer_notes": notes, "weaker": weaker, **fields})


def test_lengths_figures_lessons_and_long_words_are_no_problem() -> None:
    easy = whole(GOOD, text="Tell me about a time you were late.", example=EXAMPLE)
    assert messages(wording_problems(easy)) == []
    taste = changed(
        easy,
        why="It is hard.",
        asks=GOOD.question.asks[:1],
        levels={**GOOD.question.levels, "director": "leads more people"},
        tips=("Operationalise accountability frameworks", "Contextualise outcomes"),
    )
    assert messages(wording_problems(taste)) == []


def test_other_wordings_and_notes_may_be_missing() -> None:
    file = whole(GOOD, example=EXAMPLE, also_asked=(), notes="", text="Tell me what was late.")
    assert messages(wording_problems(file)) == []


def test_a_case_may_ask_what_one_would_do() -> None:
    text = "How would you begin with a team that has just lost its manager?"
    assert messages(wording_problems(whole(KINDS["people/03"], text=text))) == []


def test_a_case_may_say_in_a_sentence_what_happened() -> None:
    assert messages(wording_problems(whole(KINDS["people/03"]))) == []
    text = "Your best engineer leaves. It is week two. What do you do?"
    found = messages(wording_problems(whole(KINDS["people/03"], text=text)))
    assert found == ["the question must be one or two sentences and end with '.' or '?'"]


@pytest.mark.parametrize(
    "text",
    [
        "Tell me about a launch whose date couldn't move.",
        "Tell me about the fastest you\N{RIGHT SINGLE QUOTATION MARK}ve ever grown a team.",
        "What is the worst news you've had to bring?",
    ],
)
def test_a_past_event_may_be_asked_for_in_many_ways(text: str) -> None:
    assert messages(wording_problems(whole(GOOD, text=text, example=EXAMPLE))) == []


@pytest.mark.parametrize("question_id", KINDS)
def test_the_review_finds_nothing_in_the_example_of_any_kind(question_id: str) -> None:
    file = whole(KINDS[question_id])
    assert messages(wording_problems(file)) == []
    short = dict.fromkeys(file.question.form.names, "I did it.")
    found = messages(wording_problems(changed(file, example=short)))
    first = file.question.parts[0].title
    assert found[0].startswith(f"the workbook's review would say: {first} is short: 3 words ")


def test_a_question_without_an_example_is_told_so_once() -> None:
    found = messages(wording_problems(whole(GOOD, example=None)))
    assert found == ["the section '## Example answer' is missing"]


def test_the_reading_grade_is_that_of_the_published_formula() -> None:
    # 9 words of 35 characters in one sentence: 4.71 * 35 / 9 + 0.5 * 9 / 1 - 21.43
    text = "The quick brown fox jumps over the lazy dog."
    assert reading_grade(text) == pytest.approx(1.387, abs=0.001)
    assert reading_grade("???") == 0


# ---- two questions ---------------------------------------------------------------------------


def test_two_sections_that_say_the_same_are_named() -> None:
    twin = changed(OTHER, why=GOOD.question.why + " Really.")
    (problem,) = likeness_problems([GOOD, twin])
    assert problem.path == GOOD.source.path
    assert problem.line == GOOD.source.lines[("why",)]
    assert problem.message.endswith(f"% the same as {OTHER.question.id}, why")


def test_a_line_that_would_fit_another_question_is_named() -> None:
    line = GOOD.question.levels["director"]
    twin = changed(OTHER, levels={**OTHER.question.levels, "senior manager": line})
    found = messages(likeness_problems([GOOD, twin]))
    assert found == [
        f"levels director is 100% the same as {OTHER.question.id}, levels senior manager"
    ]


def test_examples_that_begin_or_end_alike_are_named() -> None:
    first = changed(
        GOOD, **example_with(GOOD.question, situation="In the end, we won. It was late.")
    )
    twin = changed(
        OTHER,
        **example_with(OTHER.question, situation="In the end we lost.", result="Now it was late!"),
    )
    first = changed(first, **example_with(first.question, result="Nobody knew it was late."))
    assert messages(likeness_problems([first, twin])) == [
        f"the example begins with 'in the end', like the one of {GOOD.question.id}",
        f"the example ends with 'it was late', like the one of {GOOD.question.id}",
    ]


def test_a_question_that_is_asked_twice_is_named() -> None:
    twin = changed(OTHER, text=GOOD.question.text.upper())
    assert messages(likeness_problems([GOOD, twin])) == [
        f"question is 100% the same as {OTHER.question.id}, question"
    ]


def test_questions_that_only_begin_alike_are_not_alike() -> None:
    first = changed(GOOD, text="Tell me about a time you had to close an office that people loved.")
    second = changed(OTHER, text="Tell me about a time you had to hire when nobody would come.")
    assert not list(likeness_problems([first, second]))


def test_what_is_said_about_an_example_may_quote_it() -> None:
    line = "I measured where the time went on each of the three days before we had to decide it"
    file = changed(GOOD, example={**EXAMPLE, "task": line}, tips=(f"{line}.",))
    assert not [one for one in messages(likeness_problems([file])) if "100%" in one]


def test_shingles_take_no_notice_of_case_and_punctuation() -> None:
    assert shingles("One, two: three-four!") == {("one", "two", "three"), ("two", "three", "four")}


# ---- the whole bank --------------------------------------------------------------------------


def test_a_company_without_values_needs_a_note_that_says_why() -> None:
    companies = [Company(name="Acme", note="It publishes none."), Company(name="Bolt")]
    found = messages(source_problems(bank_of([GOOD], companies), today=TODAY))
    assert found == ["Bolt has no values; add a note that says why"]


def test_a_retired_value_is_named_with_what_replaced_it() -> None:
    asks = (*GOOD.question.asks[:3], Ask(company="Stripe", value="Seek feedback", focus="ears"))
    records = bank_of([changed(GOOD, asks=asks), *FILES])
    message = "Stripe has replaced 'Seek feedback' with 'Collaborate egolessly'; use that"
    (problem,) = [each for each in source_problems(records, today=TODAY) if each.message == message]
    assert problem.line == GOOD.source.lines[("asks", 3)]


def test_a_source_that_cannot_be_right_is_named() -> None:
    wrong = Value(
        name="Thrift",
        source_url="https://example.org/values",
        source_kind="press",
        checked=date(2027, 1, 1),
        used_in_interviews="stated",
    )
    companies = [*RECORDS.companies, Company(name="Zeta", values=(wrong,))]
    records = bank_of(FILES, companies)
    found = messages(source_problems(records, today=TODAY))
    assert found == [
        "Zeta, 'Thrift': checked on 1 January 2027, which is in the future",
        "Zeta, 'Thrift': 'stated' needs a source_kind of 'owner' or 'second-hand'",
    ]


def test_what_somebody_quotes_from_the_page_of_a_company_is_stated_by_the_company() -> None:
    quoted = Value(
        name="Thrift",
        source_url="https://example.org/values",
        source_kind="second-hand",
        checked=TODAY,
        used_in_interviews="stated",
    )
    records = bank_of(FILES, [*RECORDS.companies, Company(name="Zeta", values=(quoted,))])
    assert messages(source_problems(records, today=TODAY)) == []


def test_an_empty_bank_has_nothing_to_find_a_source_for_or_to_report_on() -> None:
    assert not list(source_problems(bank_of([]), today=TODAY))
    assert editorial_report(bank_of([])) == "There is no question to report on."


# ---- the report ------------------------------------------------------------------------------


def told(file: QuestionFile, situation: str) -> QuestionFile:
    """Return a question whose example is short, and begins so."""
    rest = {"task": "Mine.", "action": "I met Ada on Monday. We cut 3 jobs.", "result": "Good."}
    asks = (Ask(company="Acme", focus="why"),)
    return changed(file, example={"situation": situation, **rest}, asks=asks)


def test_the_report_counts_and_says_where_the_numbers_are_from() -> None:
    files = [told(GOOD, "I ran payments at a bank."), told(OTHER, "It rained twice.")]
    companies = [Company(name="Acme"), Company(name="Bolt"), Company(name="Cirrus")]
    lines = editorial_report(bank_of(files, companies)).split("\n")
    slug = GOOD.question.category
    titles = {category.slug: category.title for category in RECORDS.categories}
    head = "Examples by category (words: least to most; figures and names: mean per example)"
    assert lines[0] == head
    table, *rest = [list(part) for filled, part in groupby(lines[1:], bool) if filled]
    rows = {line[:33].strip(): line[33:].split() for line in table}
    heads = ["questions", "words", "median", "figures", "names", "I", "of", "I+we", "grade"]
    assert rows[""] == heads
    assert rows[titles[slug]] == rows["All"]
    assert rows["All"][:6] == ["2", "14-17", "16", "1.5", "1.0", "60%"]
    assert rows["Delivery and execution"] == ["0", *["-"] * 6]
    assert rest[0] == [
        "Kinds of company, as far as words tell (an example may be in several)",
        "    1  fintech",
        "    1  bank",
        "    1  not said in words that we know",
    ]
    assert rest[1] == [
        "Companies: 3, and in how many questions they are named",
        "  Most often: Acme 2",
        "  Never: Bolt, Cirrus",
    ]
    assert rest[2][0] == "Texts that are alike: 1 pair"
    assert rest[2][1] == (
        f"  {OTHER.question.id}: the example ends with 'good', like the one of {GOOD.question.id}"
    )


@pytest.mark.long
def test_the_report_of_the_shipped_bank_fails_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--report"]) == 0
    said = capsys.readouterr().out
    assert "Examples by category" in said
    assert said.endswith("no problems\n")


@pytest.mark.long
def test_what_only_taste_decides_is_in_the_report_and_not_in_the_strict_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_bank(tmp_path / "bank", questions=1)
    assert main(["check", str(folder), "--report", "--strict"]) == 1
    said = capsys.readouterr()
    assert "Craft" in said.out
    assert "the section '## A weaker answer' is missing" in said.err
    assert "figures" not in said.err


# ---- spelling --------------------------------------------------------------------------------


def text_of(why: str, *tips: str) -> QuestionFile:
    """Return a question that has little but these texts, with the lines of the good one."""
    question = Question(
        category="delivery",
        number=1,
        text="What went late?",
        why=why,
        key_points=("When", "Why", "Who", "Then"),
        tips=tips,
    )
    return GOOD._replace(question=question)


@pytest.mark.long
def test_a_misspelt_word_is_named_with_the_nearest_and_once() -> None:
    wrong = text_of("It was recieved. It was recieved well by Xyzzy.", "Zzxq it")
    found = list(spelling_problems([wrong], []))
    assert messages(found) == [
        "unknown word 'recieved'; did you mean 'received'? If it is right, add it to words.txt",
        "unknown word 'zzxq'; If it is right, add it to words.txt",
    ]
    assert found[0].line == GOOD.source.lines[("why",)]


@pytest.mark.long
def test_code_addresses_abbreviations_and_names_are_not_looked_up() -> None:
    texts = [
        "It was `recieved` here.",
        "See https://recieved.example now.",
        "The SLO and the NHS.",
        "Ada\N{RIGHT SINGLE QUOTATION MARK}s team.",
        "Xyzzy came, and so did Xyzzy.",
    ]
    assert not list(spelling_problems([text_of(text) for text in texts], ["ada"]))


def test_a_word_list_may_have_comments(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("# technical\nSharding\n\nbackend  # one word\n", "utf-8")
    assert read_words(tmp_path) == {"sharding", "backend"}


def test_a_bank_without_a_word_list_has_no_words_of_its_own(tmp_path: Path) -> None:
    assert read_words(tmp_path) == frozenset()
