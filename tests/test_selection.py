"""Which questions a student gets and why, and how a packet's parameters are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prepkit.bank import Bank, load_bank
from prepkit.bank.format import format_question
from prepkit.errors import PrepkitError
from prepkit.forms import FORMS
from prepkit.practice.coverage import coverage_frame
from prepkit.practice.names import category_slug
from prepkit.practice.params import PacketParams, parse_params
from prepkit.practice.review import review_answer
from prepkit.practice.selection import select_questions
from prepkit.records import LEVELS, Answer, Ask, Question, Revision

STAR = FORMS["past-event"].names

SAVED = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
CATEGORIES = """
- {slug: leading-people, title: Leading people, icon: 👥, description: Teams.}
- slug: technical-leadership
  title: Technical leadership
  icon: ⚙️
  description: Systems.
  first_for: {senior engineer: '1'}
- {slug: delivery, title: Delivery, icon: 🚀, description: Dates.}
"""
COMPANIES = "\n".join(
    [
        "- name: Acme",
        "  values:",
        *(
            f"    - {{name: {name}, source_url: 'https://acme.example/v', source_kind: owner, "
            "checked: 2026-01-02, used_in_interviews: stated}"
            for name in ("Care", "Speed", "Depth")
        ),
        "- name: Bolt & Co",
        "  values:",
        "    - {name: Candour, source_url: 'https://bolt.example/v', source_kind: press, "
        "checked: 2026-01-02, used_in_interviews: unknown}",
        "    - {name: Old word, source_url: 'https://bolt.example/v', source_kind: press, "
        "checked: 2026-01-02, used_in_interviews: unknown, superseded_by: Candour}",
        "- name: Quiet",
    ]
)
ASKS: Mapping[str, tuple[tuple[str, str | None], ...]] = {
    "leading-people/01": (("Acme", "Care"),),
    "leading-people/02": (("Acme", "Care"), ("Bolt & Co", "Candour")),
    "leading-people/03": (("Bolt & Co", "Old word"),),
    "technical-leadership/01": (("Acme", "Speed"),),
    "technical-leadership/02": (("Acme", "Depth"), ("Quiet", None)),
    "technical-leadership/03": (),
    "delivery/01": (("Quiet", None),),
    "delivery/02": (("Acme", "Care"),),
    "delivery/03": (),
}
WITHOUT_NUMBER = "It went well, and nobody had thought that it would, so I do the same again now."
SOUND = {
    "situation": "In the spring of that year I led a team of seven in a depot. " * 4,
    "task": "I had to decide by Friday which of the two vans we could keep on the road, "
    "and to say so.",
    "action": "I asked each driver for a week of figures and I wrote them on the wall. " * 10,
    "result": "We kept both vans, and the cost of a mile fell by 12 per cent in one quarter, "
    "which nobody had thought possible. I learned to ask the drivers first, and sooner.",
}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    folder = tmp_path_factory.mktemp("bank")
    for question_id, asks in ASKS.items():
        category, number = question_id.split("/")
        question = Question(
            category=category,
            number=int(number),
            text=f"Tell me about case {number} of {category}.",
            why="Growth finds the limits that nobody drew.",
            key_points=("The load", "The limit", "The choice", "The proof"),
            follow_ups=("What broke first?", "What would break next?", "Who agreed?"),
            tips=("Bring one figure.", "Name what it cost."),
            asks=tuple(Ask(company=name, value=value, focus="calm") for name, value in asks),
        )
        path = folder / "questions" / category / f"{number}-case.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(format_question(question), "utf-8")
    (folder / "categories.yaml").write_text(CATEGORIES, "utf-8")
    (folder / "companies.yaml").write_text(COMPANIES, "utf-8")
    return load_bank(folder)


def answer(question: str, **texts: str) -> Answer:
    revisions = {
        part: Revision.model_validate(
            {
                "question": question,
                "field": part,
                "revision": 1,
                "text": text,
                "saved_at": SAVED,
                "origin": "form",
            }
        )
        for part, text in texts.items()
    }
    return Answer(question=question, revisions=revisions)


def sound(question: str) -> Answer:
    return answer(question, **SOUND)


def weak(question: str) -> Answer:
    return answer(question, **{**SOUND, "result": WITHOUT_NUMBER})


def ids(frame: pd.DataFrame) -> list[str]:
    return list(frame["question"])


def test_without_companies_the_categories_come_in_turn(bank: Bank) -> None:
    chosen = select_questions(bank, {}, count=4)
    assert ids(chosen) == [
        "leading-people/01",
        "technical-leadership/01",
        "delivery/01",
        "leading-people/02",
    ]
    assert list(chosen["reason"]) == [
        "A first story on Leading people.",
        "A first story on Technical leadership.",
        "A first story on Delivery.",
        "Another story on Leading people.",
    ]


def test_a_level_brings_its_categories_first(bank: Bank) -> None:
    chosen = select_questions(bank, {}, level="senior engineer", count=3)
    assert ids(chosen) == ["technical-leadership/01", "leading-people/01", "delivery/01"]


def test_each_level_meets_five_categories_of_the_shipped_bank_first() -> None:
    categories = load_bank().categories
    for level in LEVELS:
        ranks = [one.first_for[level] for one in categories if level in one.first_for]
        assert sorted(ranks) == [1, 2, 3, 4, 5]


def test_each_question_adds_values_that_no_earlier_one_has(bank: Bank) -> None:
    chosen = select_questions(bank, {}, companies=["Acme"], count=4)
    assert ids(chosen) == [
        "leading-people/01",  # Care
        "technical-leadership/01",  # Speed
        "technical-leadership/02",  # Depth
        "delivery/01",  # all of Acme's values are covered: the category that has none
    ]
    assert list(chosen["values"])[:3] == [("Care",), ("Speed",), ("Depth",)]
    assert list(chosen["reason"]) == [
        "It lets you show “Care”, which Acme says it assesses.",
        "It lets you show “Speed”, which Acme says it assesses.",
        "It lets you show “Depth”, which Acme says it assesses.",
        "None of your companies lists it; it adds a story on Delivery.",
    ]


def test_a_question_that_serves_two_companies_comes_before_one_that_serves_one(bank: Bank) -> None:
    chosen = select_questions(bank, {}, companies=["Acme", "Bolt & Co", "Quiet"], count=3)
    assert ids(chosen) == ["leading-people/02", "technical-leadership/02", "delivery/01"]
    assert list(chosen["companies"]) == [("Acme", "Bolt & Co"), ("Acme", "Quiet"), ("Quiet",)]
    assert list(chosen["values"]) == [("Care", "Candour"), ("Depth", ""), ("",)]
    assert list(chosen["reason"]) == [
        "It lets you show “Care”, which Acme says it assesses,"
        " and “Candour”, a published value of Bolt & Co.",
        "It lets you show “Depth”, which Acme says it assesses,"
        " and one more of your companies lists it.",
        "Quiet may look for this (our reading: no published value says so).",
    ]


def test_what_a_company_states_comes_before_what_it_has_published(bank: Bank) -> None:
    first = select_questions(bank, {}, companies=["Bolt & Co"], count=1)
    assert list(first["reason"]) == ["It lets you show “Candour”, a published value of Bolt & Co."]
    both = select_questions(
        bank, {}, companies=["Bolt & Co", "Acme"], categories=["technical-leadership"], count=1
    )
    assert list(both["reason"]) == ["It lets you show “Speed”, which Acme says it assesses."]


def test_a_value_that_was_replaced_counts_no_more_than_our_reading(bank: Bank) -> None:
    chosen = select_questions(bank, {}, companies=["Bolt & Co"], count=2)
    assert list(chosen["reason"]) == [
        "It lets you show “Candour”, a published value of Bolt & Co.",
        "Bolt & Co may look for this (our reading: no published value says so).",
    ]


def test_what_a_sound_answer_covers_is_not_asked_for_again(bank: Bank) -> None:
    answers = {"delivery/02": sound("delivery/02")}
    chosen = select_questions(bank, answers, companies=["Acme"], count=2)
    assert ids(chosen) == ["technical-leadership/01", "technical-leadership/02"]
    assert list(chosen["reason"]) == [
        "It lets you show “Speed”, which Acme says it assesses;"
        " you have no complete answer for that yet.",
        "It lets you show “Depth”, which Acme says it assesses;"
        " you have no complete answer for that yet.",
    ]


def test_a_weak_answer_covers_by_half_so_that_its_value_comes_after_others(bank: Bank) -> None:
    answers = {"delivery/02": weak("delivery/02")}
    chosen = select_questions(bank, answers, companies=["Acme"], count=3)
    assert ids(chosen)[:2] == ["technical-leadership/01", "leading-people/01"]
    assert list(chosen["reason"])[1] == (
        "It lets you show “Care”, which Acme says it assesses;"
        " the answer you have for that is worth a second look."
    )


def test_an_answer_that_was_begun_comes_first_among_equals(bank: Bank) -> None:
    answers = {"delivery/03": answer("delivery/03", situation=SOUND["situation"], task="To me")}
    chosen = select_questions(bank, answers, count=1)
    assert ids(chosen) == ["delivery/03"]
    assert chosen["missing"].tolist() == ["task"]
    assert list(chosen["reason"]) == [
        "A first story on Delivery; you have started it. Task: 2 words, at least 5."
    ]


def test_open_questions_come_before_weak_answers_and_these_before_sound_ones(bank: Bank) -> None:
    answers = {
        "delivery/01": sound("delivery/01"),
        "delivery/02": weak("delivery/02"),
        "technical-leadership/03": weak("technical-leadership/03"),
    }
    chosen = select_questions(bank, answers, categories=["delivery"], count=9)
    assert ids(chosen) == ["delivery/03", "delivery/02", "delivery/01"]
    assert chosen["state"].tolist() == ["untouched", "complete", "complete"]
    assert chosen["findings"].tolist() == [0, 2, 0]
    assert list(chosen["reason"]) == [
        "Another story on Delivery.",
        "Another story on Delivery; your answer is complete, with 2 suggestions for a second look.",
        "Another story on Delivery; your answer is complete, so practise it out loud again.",
    ]


def test_a_category_without_a_complete_answer_is_told_to_a_student_who_has_some(
    bank: Bank,
) -> None:
    answers = {"leading-people/01": sound("leading-people/01")}
    chosen = select_questions(bank, answers, count=1)
    assert list(chosen["reason"]) == [
        "A first story on Technical leadership; you have no complete answer there yet."
    ]


def test_answers_to_questions_that_the_bank_lacks_count_nothing(bank: Bank) -> None:
    pd.testing.assert_frame_equal(
        select_questions(bank, {"gone/01": sound("gone/01")}), select_questions(bank, {})
    )


def test_the_frame_has_the_same_types_with_and_without_rows(bank: Bank) -> None:
    some = select_questions(bank, {"delivery/01": weak("delivery/01")}, count=9)
    none = select_questions(bank, {}, count=0)
    assert none.empty
    assert dict(none.dtypes) == dict(some.dtypes)
    assert list(some) == [
        "question",
        "category",
        "category_title",
        "number",
        "kind",
        "text",
        "companies",
        "values",
        "state",
        "missing",
        "gap",
        "findings",
        "reason",
    ]


@pytest.mark.long
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["Acme", "Bolt & Co", "Quiet"]), unique=True),
    st.none() | st.sampled_from(LEVELS),
    st.lists(st.sampled_from(["leading-people", "technical-leadership", "delivery"]), unique=True),
    st.integers(1, 12),
    st.dictionaries(st.sampled_from(sorted(ASKS)), st.sampled_from([sound, weak])),
)
def test_any_wish_gives_as_many_questions_as_there_are_each_once_in_the_same_order(
    bank: Bank,
    companies: list[str],
    level: str | None,
    categories: list[str],
    count: int,
    made: dict[str, object],
) -> None:
    aims = PacketParams(companies=companies, level=level, categories=categories, count=count)
    answers = {one: make(one) for one, make in made.items() if callable(make)}

    def choose() -> pd.DataFrame:
        return select_questions(
            bank,
            answers,
            companies=aims.companies,
            level=aims.level,
            categories=aims.categories,
            count=aims.count,
        )

    chosen = choose()
    pool = [one for one in bank if not categories or one.split("/")[0] in categories]
    assert len(chosen) == min(count, len(pool))
    assert len(set(ids(chosen))) == len(chosen)
    assert set(ids(chosen)) <= set(pool)
    assert chosen["reason"].str.fullmatch(r"[A-Z].*[^.]\.").all()
    pd.testing.assert_frame_equal(chosen, choose())
    # Fewer questions are the beginning of more.
    assert (
        ids(chosen)
        == ids(
            select_questions(
                bank,
                answers,
                companies=companies,
                level=aims.level,
                categories=categories,
                count=99,
            )
        )[:count]
    )


def test_coverage_tells_answers_from_the_packet_by_company(bank: Bank) -> None:
    answers = {
        "leading-people/01": weak("leading-people/01"),
        "technical-leadership/01": answer("technical-leadership/01", task="Mine"),
    }
    frame = coverage_frame(bank, answers, ["technical-leadership/02"], ["Quiet", "Acme"])
    columns = ["group", "kind", "item", "basis", "questions", "cover"]
    assert frame[columns].values.tolist() == [
        ["Quiet", "question", "technical-leadership/02", "inferred", 1, "packet"],
        ["Quiet", "question", "delivery/01", "inferred", 1, "neither"],
        ["Acme", "value", "Care", "stated", 3, "answer"],
        ["Acme", "value", "Speed", "stated", 1, "neither"],
        ["Acme", "value", "Depth", "stated", 1, "packet"],
    ]


def test_coverage_leaves_out_what_a_company_has_replaced(bank: Bank) -> None:
    frame = coverage_frame(bank, {}, [], ["Bolt & Co"])
    assert frame[["item", "basis"]].values.tolist() == [["Candour", "published value"]]


def test_coverage_without_companies_is_that_of_the_categories(bank: Bank) -> None:
    frame = coverage_frame(bank, {"delivery/02": sound("delivery/02")}, ["delivery/01"])
    assert len(frame) == len(ASKS)
    assert frame["basis"].isna().all()
    assert frame[frame["group"] == "Delivery"]["cover"].tolist() == ["packet", "answer", "neither"]


def test_parameters_are_read_from_lists_and_from_the_texts_of_papermill(bank: Bank) -> None:
    aims = PacketParams(
        companies=("Acme", "Quiet"),
        level="director",
        categories=("delivery", "leading-people"),
        count=3,
        day=date(2026, 11, 24),
        interview=date(2026, 12, 1),
    )
    days = {"date": "2026-11-24", "interview_date": "2026-12-01"}
    assert aims == parse_params(
        bank,
        companies=["acme", " Quiet ", "ACME"],
        level="Director",
        categories=["delivery", "Leading People"],
        n_questions=3,
        **days,
    )
    assert aims == parse_params(
        bank,
        companies="Acme; quiet;",
        level="director",
        categories="Delivery\nleading-people",
        n_questions="3",
        **days,
    )


def test_parameters_left_empty_ask_for_nothing(bank: Bank) -> None:
    nothing = parse_params(
        bank, companies=None, level=None, categories="", interview_date=None, date=""
    )
    assert nothing == parse_params(bank) == PacketParams()


def test_every_wrong_parameter_is_named_at_once_with_what_would_be_right(bank: Bank) -> None:
    with pytest.raises(PrepkitError) as error:
        parse_params(
            bank,
            companies="acmee; Quiet; Xyzzy",
            level="directr",
            categories=["Leading peeple"],
            interview_date="1 December",
            n_questions=0,
            date="2026-13-01",
        )
    assert str(error.value) == (
        "The packet's parameters have 7 problems:\n"
        "  companies: no company 'acmee'; did you mean 'Acme'?\n"
        "  companies: no company 'Xyzzy'; there are 'Acme', 'Bolt & Co' and 'Quiet'\n"
        "  level: no level 'directr'; did you mean 'director'?\n"
        "  categories: no category 'Leading peeple'; did you mean 'leading-people'?\n"
        "  interview_date: '1 December' is not a date: write it as in 2026-01-31\n"
        "  n_questions: '0' is not a number of questions; use a whole number from 1 up\n"
        "  date: '2026-13-01' is not a date: write it as in 2026-01-31"
    )


def test_a_list_may_have_companies_that_the_bank_lacks_as_a_roster_may(bank: Bank) -> None:
    found = parse_params(bank, companies=["acmee", "QUIET"]).companies
    assert found == ("acmee", "Quiet")


@pytest.mark.parametrize("number", ["", None, "five", -1, 2.5, True, "٣"])
def test_a_number_of_questions_is_a_whole_one(bank: Bank, number: object) -> None:
    with pytest.raises(PrepkitError, match=r"n_questions: '.*' is not a number of questions"):
        parse_params(bank, n_questions=number)


def test_a_category_is_known_by_slug_and_by_title(bank: Bank) -> None:
    assert category_slug(bank, "Technical-Leadership ") == "technical-leadership"
    assert category_slug(bank, "technical leadership") == "technical-leadership"
    with pytest.raises(PrepkitError, match="no category 'people'; did you mean 'leading-people'"):
        category_slug(bank, "people")


def test_the_sound_answer_here_is_complete_and_has_no_remark() -> None:
    assert set(SOUND) == set(STAR)
    assert review_answer(sound("delivery/01"), "past-event") == ()


def test_questions_that_only_other_levels_are_asked_are_chosen_only_if_named() -> None:
    everything = load_bank()
    chosen = select_questions(everything, {}, level="director", count=100)
    assert not {"staff-engineer", "first-time-manager"} & set(chosen["category"])
    named = select_questions(
        everything, {}, level="director", categories=["staff-engineer"], count=3
    )
    assert set(named["category"]) == {"staff-engineer"}
