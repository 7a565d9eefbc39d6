"""Each thing that an editor asks of a bank is asked, and the shipped bank has an answer to all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from prepkit.bank.checks import editorial_problems
from prepkit.bank.checks.likeness import likeness_problems, shingles
from prepkit.bank.checks.spelling import spelling_problems
from prepkit.bank.checks.spread import spread_problems
from prepkit.bank.checks.wording import reading_grade, wording_problems
from prepkit.bank.lists import read_words
from prepkit.bank.loader import Records, read_folder
from prepkit.bank.parse import QuestionFile
from prepkit.records import Ask, Company, Question, Value

DATA = Path(__file__).parents[1] / "data"
RECORDS = read_folder(DATA)
FILES = RECORDS.files
TODAY = date(2026, 11, 24)
BY_ID = {each.question.id: each for each in FILES}
GOOD, OTHER = BY_ID["technical-leadership/01"], BY_ID["technical-leadership/02"]
KINDS = {
    each.question.id: each for each in read_folder(Path(__file__).parent / "data" / "kinds").files
}
"""One question of each kind."""
FEW_COMPANIES = ["the table has 3 companies; it should have 4 to 7"]

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


def test_the_shipped_bank_has_no_problem() -> None:
    words = read_words(DATA)
    assert editorial_problems(RECORDS, words=words, today=TODAY) == ()


@pytest.mark.slow
def test_no_word_of_the_list_is_there_for_nothing() -> None:
    unknown = {one.message.split("'")[1] for one in spelling_problems(FILES, frozenset())}
    assert sorted(read_words(DATA) - unknown) == []


# ---- one question ----------------------------------------------------------------------------

WORDING: list[tuple[str, Change, str]] = [
    (
        "a long question",
        lambda _: {"text": f"Tell me about a time you {'really ' * 30}erred."},
        "the question has 37 words; it is heard only once: use at most 30",
    ),
    (
        "two sentences",
        lambda _: {"text": "Tell me about a time you erred. What came of it?"},
        "the question must be one sentence and end with '.' or '?'",
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
        "a short reason",
        lambda _: {"why": "It is hard."},
        "the reason has 3 words; it should have 40 to 80",
    ),
    (
        "a thin level line",
        lambda question: {"levels": {**question.levels, "director": "leads more people"}},
        "director has 3 words; it should have 12 to 40",
    ),
    (
        "a thin focus",
        lambda _: {"asks": (Ask(company="Apple", focus="debate"),) * 4},
        "the focus of Apple has 1 word; it should have 6 to 20",
    ),
    (
        "few companies",
        lambda question: {"asks": question.asks[:2]},
        "the table has 2 companies; it should have 4 to 7",
    ),
    (
        "a hard question",
        lambda _: {
            "text": "Describe organisational transformation programmes necessitating"
            " interdepartmental accountability considerations previously unprecedented."
        },
        "the question needs 43.4 years of school to read, more than 11; use shorter words or"
        " sentences",
    ),
    (
        "hard tips",
        lambda _: {"tips": ("Operationalise accountability frameworks", "Contextualise outcomes")},
        "the tips need 35.4 years of school to read, more than 9; use shorter words or sentences",
    ),
    (
        "a short example",
        lambda _: {
            "example": {
                "situation": "It rained on us. " * 5,
                "task": "Mine. " * 9,
                "action": "I ran. " * 50,
                "result": "It held. " * 10,
            }
        },
        "the example has 149 words; it should have 200 to 330",
    ),
    (
        "we",
        lambda question: example_with(question, action="We talked and I listened to them. " * 25),
        "Action says 'I' 25 times and 'we' 25; say 'I' at least twice as often",
    ),
    (
        "a lesson",
        lambda question: example_with(question, result="I learned to ask. " * 12),
        "'I learned': instead of stating a lesson, say what changed",
    ),
]


@pytest.mark.parametrize(
    ("change", "message"), [each[1:] for each in WORDING], ids=[w[0] for w in WORDING]
)
def test_wording_that_an_editor_would_not_pass_is_named(change: Change, message: str) -> None:
    found = list(wording_problems(changed(GOOD, **change(GOOD.question))))
    assert message in messages(found)
    assert all(problem.path == GOOD.source.path and problem.line for problem in found)


def test_a_part_that_takes_too_much_of_the_example_is_named() -> None:
    star = {
        "situation": "It rained on us. " * 40,
        "task": "Mine. " * 20,
        "action": "I ran. " * 40,
        "result": "Ok. " * 20,
    }
    assert messages(wording_problems(changed(GOOD, example=star))) == [
        "Situation is 57% of the example; it should be 8% to 28%",
        "Action is 29% of the example; it should be 42% to 70%",
        "Result is 7% of the example; it should be 10% to 28%",
    ]


def test_a_case_may_ask_what_one_would_do() -> None:
    case = KINDS["people/03"]
    text = "How would you begin with a team that has just lost its manager?"
    assert messages(wording_problems(changed(case, text=text))) == FEW_COMPANIES


def test_a_case_may_say_in_a_sentence_what_happened() -> None:
    assert messages(wording_problems(KINDS["people/03"])) == FEW_COMPANIES
    text = "Your best engineer leaves. It is week two. What do you do?"
    found = messages(wording_problems(changed(KINDS["people/03"], text=text)))
    assert found[0] == "the question must be one or two sentences and end with '.' or '?'"


@pytest.mark.parametrize("question_id", KINDS)
def test_an_example_of_another_kind_has_the_length_of_its_form(question_id: str) -> None:
    file = KINDS[question_id]
    assert [one for one in messages(wording_problems(file)) if "example" in one] == []
    short = dict.fromkeys(file.question.form.names, "I did it.")
    found = messages(wording_problems(changed(file, example=short)))
    words = 3 * len(short)
    assert [one for one in found if one.startswith(f"the example has {words} words; ")]


def test_texts_without_a_word_are_too_short_and_no_more() -> None:
    nothing = {"situation": "…", "task": "…", "action": "…", "result": "…"}
    found = messages(wording_problems(changed(GOOD, text="???", tips=("…",), example=nothing)))
    assert "the example has 0 words; it should have 200 to 330" in found


def test_a_question_without_an_example_is_told_so_once() -> None:
    found = messages(wording_problems(changed(GOOD, example=None)))
    assert found == ["the section '## Example answer' is missing"]


def test_the_reading_grade_is_that_of_the_published_formula() -> None:
    # 9 words of 35 characters in one sentence: 4.71 * 35 / 9 + 0.5 * 9 / 1 - 21.43
    text = "The quick brown fox jumps over the lazy dog."
    assert reading_grade(text) == pytest.approx(1.387, abs=0.001)


# ---- two questions ---------------------------------------------------------------------------


def test_two_sections_that_say_the_same_are_named() -> None:
    twin = changed(OTHER, why=GOOD.question.why + " Really.")
    (problem,) = likeness_problems([GOOD, twin])
    assert problem.path == GOOD.source.path
    assert problem.line == GOOD.source.lines[("why",)]
    assert problem.message.endswith(f"% the same as {OTHER.question.id}, why; rewrite one of them")


def test_a_line_that_would_fit_another_question_is_named() -> None:
    line = GOOD.question.levels["director"]
    twin = changed(OTHER, levels={**OTHER.question.levels, "senior manager": line})
    found = messages(likeness_problems([GOOD, twin]))
    assert found == [
        f"levels director is 100% the same as {OTHER.question.id}, levels senior manager;"
        " rewrite one of them"
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
        f"the example begins with 'in the end', like the one of {GOOD.question.id}; rewrite one"
        " of them",
        f"the example ends with 'it was late', like the one of {GOOD.question.id}; rewrite one"
        " of them",
    ]


def test_a_question_that_is_asked_twice_is_named() -> None:
    twin = changed(OTHER, text=GOOD.question.text.upper())
    assert messages(likeness_problems([GOOD, twin])) == [
        f"question is 100% the same as {OTHER.question.id}, question; rewrite one of them"
    ]


def test_questions_that_only_begin_alike_are_not_alike() -> None:
    first = changed(GOOD, text="Tell me about a time you had to close an office that people loved.")
    second = changed(OTHER, text="Tell me about a time you had to hire when nobody would come.")
    assert not list(likeness_problems([first, second]))


def test_shingles_take_no_notice_of_case_and_punctuation() -> None:
    assert shingles("One, two: three-four!") == {("one", "two", "three"), ("two", "three", "four")}


# ---- the whole bank --------------------------------------------------------------------------


def test_a_category_with_fewer_than_ten_questions_is_named() -> None:
    records = bank_of([each for each in FILES if each is not GOOD])
    slug = GOOD.question.category
    found = messages(spread_problems(records, today=TODAY))
    assert f"'{slug}' has 9 questions; a category needs 10" in found


def test_too_many_cases_are_counted() -> None:
    most = len(FILES) // 10
    many = [changed(each, kind="case") for each in FILES[: most + 1]]
    records = bank_of([*many, *FILES[most + 1 :]])
    message = f"{most + 1} of {len(FILES)} questions are cases; at most 10% may be"
    assert message in messages(spread_problems(records, today=TODAY))


def test_a_company_that_is_named_everywhere_is_named() -> None:
    asks = (Ask(company="Amazon", value="Dive Deep", focus="the cause"),)
    records = bank_of([changed(each, asks=asks) for each in FILES])
    count = len(FILES)
    message = f"Amazon is named in {count} of {count} questions; at most 45% may name it"
    assert message in messages(spread_problems(records, today=TODAY))


def test_too_few_companies_and_one_that_is_never_named_are_told() -> None:
    asks = (Ask(company="Acme", focus="the cause"),)
    companies = [Company(name="Acme", note="It publishes none."), Company(name="Bolt")]
    records = bank_of([changed(each, asks=asks) for each in FILES], companies)
    found = messages(spread_problems(records, today=TODAY))
    assert "2 companies; a bank needs at least 16" in found
    assert "no question names Bolt; remove it, or add it to one" in found
    assert "Bolt has no values; add a note that says why" in found


def test_a_retired_value_is_named_with_what_replaced_it() -> None:
    asks = (*GOOD.question.asks[:3], Ask(company="Stripe", value="Seek feedback", focus="ears"))
    records = bank_of([changed(GOOD, asks=asks), *FILES])
    message = "Stripe has replaced 'Seek feedback' with 'Collaborate egolessly'; use that"
    (problem,) = [each for each in spread_problems(records, today=TODAY) if each.message == message]
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
    found = messages(spread_problems(records, today=TODAY))
    assert found == [
        "no question names Zeta; remove it, or add it to one",
        "Zeta, 'Thrift': checked on 1 January 2027, which is in the future",
        "Zeta, 'Thrift': 'stated' needs a source_kind of 'owner'",
    ]


def test_an_empty_bank_has_no_spread() -> None:
    assert not list(spread_problems(bank_of([]), today=TODAY))


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


def test_a_misspelt_word_is_named_with_the_nearest_and_once() -> None:
    wrong = text_of("It was recieved. It was recieved well by Xyzzy.", "Zzxq it")
    found = list(spelling_problems([wrong], []))
    assert messages(found) == [
        "unknown word 'recieved'; did you mean 'received'? If it is right, add it to words.txt",
        "unknown word 'zzxq'; If it is right, add it to words.txt",
    ]
    assert found[0].line == GOOD.source.lines[("why",)]


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
