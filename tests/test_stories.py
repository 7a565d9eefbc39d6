"""Stories: what they cover, what they could answer, and when one would be told twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from prepkit.answers.kinds import REMOVED
from prepkit.bank import Bank, load_bank
from prepkit.practice.stories import (
    Cell,
    Story,
    Twice,
    coverage_rows,
    importable,
    open_stories,
    source_of,
    stories_of,
    story_id_of,
    told_for,
    told_twice,
)
from prepkit.practice.story_fits import WordBook
from prepkit.records import Answer, Revision

SCALING = {
    "situation": "Our database was at its limit before the sale; latency had tripled.",
    "action": "I scaled the system step by step, and rehearsed the migration.",
}
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


def texts(subject: str, **fields: str) -> Answer:
    """Return the current texts of a subject."""
    return texts_of(subject, fields)


def texts_of(subject: str, fields: Mapping[str, str]) -> Answer:
    revisions = {
        name: Revision(
            question=subject, field=name, revision=1, text=text, saved_at=NOON, origin="form"
        )
        for name, text in fields.items()
    }
    return Answer(question=subject, revisions=revisions)


def story(subject: str, *questions: str, **fields: str) -> Story:
    answer = texts(subject, **{"title": subject.title(), **fields})
    return Story(subject, answer, dict.fromkeys(questions, ""))


def events(bank: Bank, category: str) -> list[str]:
    return [one for one in bank if bank[one].question.category == category]


# ---- what is stored


def test_stories_are_listed_by_title_with_what_they_are_told_for() -> None:
    stored = {
        "b": texts("b", title="billing", tags=" risk, big  move,, risk"),
        "a": texts("a", situation="We had a week to move all of our shops."),
        "c": texts("c", title="Amber", removed="yes"),
        "d": texts("d", title="", situation=" "),
    }
    tellings = {"b": texts_of("b", {"x/01": "The night.", "x/02": REMOVED, "x/03": ""})}
    found = stories_of(stored, tellings)
    assert [(one.id, one.title, one.is_put_away) for one in found] == [
        ("c", "Amber", True),
        ("b", "billing", False),
        ("a", "We had a week to move …", False),
    ]
    assert found[1].tags == ("risk", "big move")
    assert found[1].tellings == {"x/01": "The night.", "x/03": ""}
    assert [one.id for one in open_stories(found)] == ["b", "a"]


def test_a_story_is_complete_when_its_four_parts_are() -> None:
    assert story("a").state == "untouched"
    assert story("a", situation="One.").state == "started"
    full = {"situation": "w " * 45, "task": "w " * 10, "action": "w " * 90, "result": "w " * 30}
    assert (story("a", **full).state, story("a", **full).words) == ("complete", 175)


# ---- coverage


def test_categories_without_a_story_come_first_and_those_with_most_open_questions(
    bank: Bank,
) -> None:
    first = events(bank, "technical-leadership")[0]
    rows = [row for row in coverage_rows(bank, [story("a", first)]) if not row.group]
    cells = [row.cells[""] for row in rows]
    assert [len(cell.stories) for cell in cells] == sorted(len(cell.stories) for cell in cells)
    assert rows[-1].name == bank[first].category.title
    assert cells[-1] == Cell(
        ("a",),
        tuple(
            one
            for one in events(bank, "technical-leadership")
            if one != first and bank[one].question.kind == "past-event"
        ),
        (first,),
    )
    gaps = [len(cell.open) for cell in cells[:-1]]
    assert gaps == sorted(gaps, reverse=True)
    assert all(cell.open or cell.told for cell in cells)


def test_a_question_of_another_kind_counts_once_a_story_is_told_for_it(bank: Bank) -> None:
    case = next(one for one in bank if bank[one].question.kind == "case")
    title = bank[case].category.title
    assert title not in [row.name for row in coverage_rows(bank, [])]
    (row,) = (row for row in coverage_rows(bank, [story("a", case)]) if row.name == title)
    assert row.cells[""] == Cell(("a",), (), (case,))


def test_the_values_of_chosen_companies_have_rows_and_each_company_a_column(bank: Bank) -> None:
    listed = next(one for one in bank if any(ask.company == "Amazon" for ask in bank[one].asks))
    value = next(ask.value for ask in bank[listed].asks if ask.company == "Amazon")
    rows = coverage_rows(bank, [story("a", listed)], ["Amazon"])
    (row,) = (row for row in rows if (row.group, row.name) == ("Amazon", value))
    assert row.cells[""].stories == ("a",)
    assert listed in row.cells[""].told
    (category,) = (row for row in rows if row.name == bank[listed].category.title)
    asked = {*category.cells["Amazon"].open, *category.cells["Amazon"].told}
    assert asked <= {*category.cells[""].open, *category.cells[""].told}
    assert all("Amazon" in {ask.company for ask in bank[one].asks} for one in asked)
    assert {row.group for row in rows} == {"", "Amazon"}


# ---- the same story twice


def test_the_only_story_for_two_questions_of_a_plan_is_named(bank: Bank) -> None:
    one, two, three, *_ = events(bank, "technical-leadership")
    lone = story("a", one, two, three)
    assert told_twice(bank, [lone], [one, two]) == (Twice("a", "", (one, two)),)
    assert told_twice(bank, [lone], [one]) == ()
    # A question with two stories leaves a choice.
    assert told_twice(bank, [lone, story("b", two)], [one, two]) == ()
    assert told_for([lone, story("b", two)])[two] == ["a", "b"]


def test_the_questions_that_a_company_lists_are_a_loop(bank: Bank) -> None:
    listed = [one for one in bank if any(ask.company == "Amazon" for ask in bank[one].asks)][:2]
    found = told_twice(bank, [story("a", *listed)], [], ["Amazon", "Google"])
    assert Twice("a", "Amazon", tuple(listed)) in found


# ---- where a story would fit


def test_a_suggestion_names_the_words_that_it_rests_on(bank: Bank) -> None:
    told = story("a", **SCALING)
    first, *others = WordBook(bank).questions_for(told)
    assert len(first.words) >= 2
    said = " ".join([told.text.casefold()])
    for fit in (first, *others):
        assert all(word in said for word in fit.words)
    scores = [fit.score for fit in (first, *others)]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.long
def test_a_question_that_a_story_serves_already_is_not_suggested(bank: Bank) -> None:
    told = story("a", **SCALING)
    (first, *_) = WordBook(bank).questions_for(told)
    again = WordBook(bank).questions_for(Story("a", told.answer, {first.id: ""}))
    assert first.id not in [fit.id for fit in again]


@pytest.mark.long
def test_with_too_few_words_in_common_nothing_is_suggested(bank: Bank) -> None:
    assert WordBook(bank).questions_for(story("a", situation="")) == ()
    assert WordBook(bank).questions_for(story("a", situation="我们搬了家。 🎉 وقد انتهينا")) == ()


def test_endings_and_capitals_make_no_difference(bank: Bank) -> None:
    book = WordBook(bank)
    one = book.questions_for(story("a", situation="Deadlines slipped. Incidents and estimates."))
    other = book.questions_for(story("a", situation="DEADLINE slipping: incident, estimating"))
    assert [fit.id for fit in one] == [fit.id for fit in other] != []


def test_one_word_in_common_or_words_of_every_story_suggest_nothing(bank: Bank) -> None:
    book = WordBook(bank)
    common = "The team had a plan, a decision and a review; I asked engineers to change the system."
    assert book.questions_for(story("a", situation=common)) == ()
    assert book.questions_for(story("a", situation=f"{common} We had an incident.")) == ()
    for fit in book.questions_for(story("a", situation=f"{common} Incidents, deadlines.")):
        assert {"team", "plan", "decision", "system"}.isdisjoint(fit.words)


@pytest.mark.long
def test_an_examples_own_question_is_mostly_among_the_first_three(bank: Bank) -> None:
    book = WordBook(bank)
    places = []
    for one in bank:
        question = bank[one].question
        if question.kind == "past-event" and question.example:
            told = Story("a", texts_of("a", question.example), {})
            found = [fit.id for fit in book.questions_for(told, most=8)]
            places.append(found.index(one) if one in found else 8)
    assert sum(place < 8 for place in places) >= 0.7 * len(places)
    assert sum(place < 3 for place in places) >= 0.65 * len(places)
    assert sum(place < 1 for place in places) >= 0.5 * len(places)


@pytest.mark.long
def test_all_stories_are_offered_for_a_question_the_likeliest_first(bank: Bank) -> None:
    question = "technical-leadership/06"
    example = bank[question].question.example or {}
    stories = [story("none", situation="Tea."), Story("own", texts_of("own", example), {})]
    first, last = WordBook(bank).stories_for(question, stories)
    assert (first.id, last.id) == ("own", "none")
    assert first.words
    assert (last.words, last.score) == ((), 0.0)


# ---- answers as stories


def test_answers_about_past_events_become_stories_once(bank: Bank) -> None:
    one, two, three, *_ = [each for each in bank if bank[each].question.kind == "past-event"]
    case = next(each for each in bank if bank[each].question.kind == "case")
    answers = {
        one: texts(one, situation="One."),
        two: texts(two, situation="Two."),
        three: texts(three, key_points="Ticked."),
        case: texts(case, clarify="What?"),
        "gone/01": texts("gone/01", situation="Of another bank."),
    }
    assert importable(bank, answers, {}) == (one, two)
    # Even one that was put away isn't made again.
    stored = {story_id_of(one): texts(story_id_of(one), removed="yes")}
    assert importable(bank, answers, stored) == (two,)


def test_a_story_remembers_which_question_it_came_from() -> None:
    assert source_of(story_id_of("technical-leadership/06")) == "technical-leadership/06"
    assert source_of("20260131-7f3a9c") == ""
