"""Question files are read strictly, and written so that they read back as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prepkit.bank.format import format_question
from prepkit.bank.parse import parse_question
from prepkit.bank.sections import SECTIONS
from prepkit.errors import BankError, PrepkitError
from prepkit.forms import FORMS, KINDS, Kind
from prepkit.records import LEVELS, Ask, InterviewerNote, Question, WeakerAnswer
from tests.examples import tries

PATH = Path("technical-leadership/06-scaling.md")

WHOLE = """\
---
category: technical-leadership
kind: past-event
tags: [scaling, '12']
---
# How did you scale a system?

## Why this is asked

Growth hurts.

It shows **judgement**:

- under load
- under cost

## Key points to cover

- The bottleneck
- The options
  and their price

  ```sh
  ## not a heading
  ```
- The choice
- The outcome

## Follow-up questions

- What broke?
- Who paid?
- What next?

## By level

- **senior engineer**: One service.
- **staff engineer**: Three services.
- **engineering manager**: One team.
- **senior manager**: Several teams.
- **director**: An organisation.

## Also asked as

- When did a system of yours get too small?
- Have you scaled anything?

## STAR template

### Situation

Where?

### Task

What was yours?

### Action

Which steps?

### Result

What came of it?

## Tips

- Give numbers.
- Name the cost.

## Example answer

### Situation

It was slow.

### Task

Make it quick.

### Action

I measured.

### Result

It was quick.

## What the interviewer notes

+ 1: "I measured" names the bottleneck.
  It says how.
- 4: No figure.

## A weaker answer

### As told

We made it faster.

We added servers.

### What would lift it most

Say what the limit was.

### Ratings

- **This answer**: 2 of 5. No cause.
- **The example**: 4 of 5. The cause was found;
  the figure is missing.

## Companies

| Company | Value | Focus |
| --- | --- | --- |
| Amazon | Dive Deep | The cause, not the symptom |
| Uber | \N{EN DASH} | Either \\| or |

## Notes

Free text.

### With headings
"""


def parse(text: str) -> Question:
    return parse_question(text, PATH, category="technical-leadership", number=6)


def problems(text: str) -> list[str]:
    """Return the problems of a file, each as the text of its line, an arrow, and the message."""
    with pytest.raises(BankError) as caught:
        parse(text)
    lines = text.split("\n")
    return [f"{lines[one.line - 1]} -> {one.message}" for one in caught.value.problems]


def changed(old: str, new: str) -> list[str]:
    """Return the problems of the whole file with one change made."""
    assert WHOLE.count(old) == 1
    return problems(WHOLE.replace(old, new))


def test_a_whole_file_is_read_into_every_field() -> None:
    question = parse(WHOLE)
    assert question.id == "technical-leadership/06"
    assert (question.kind, question.tags) == ("past-event", ("scaling", "12"))
    assert question.text == "How did you scale a system?"
    assert question.why == "Growth hurts.\n\nIt shows **judgement**:\n\n- under load\n- under cost"
    assert question.key_points[1] == "The options\nand their price\n\n```sh\n## not a heading\n```"
    assert question.follow_ups == ("What broke?", "Who paid?", "What next?")
    assert question.levels["director"] == "An organisation."
    assert question.prompts is not None
    assert question.prompts["task"] == "What was yours?"
    assert question.tips == ("Give numbers.", "Name the cost.")
    assert question.example is not None
    assert question.example["result"] == "It was quick."
    assert question.also_asked == (
        "When did a system of yours get too small?",
        "Have you scaled anything?",
    )
    assert question.interviewer_notes == (
        InterviewerNote(
            sign="+", key_point=1, text='"I measured" names the bottleneck.\nIt says how.'
        ),
        InterviewerNote(sign="-", key_point=4, text="No figure."),
    )
    assert question.weaker == WeakerAnswer(
        text="We made it faster.\n\nWe added servers.",
        lift="Say what the limit was.",
        score=2,
        reason="No cause.",
        example_score=4,
        example_reason="The cause was found;\nthe figure is missing.",
    )
    assert question.asks == (
        Ask(company="Amazon", value="Dive Deep", focus="The cause, not the symptom"),
        Ask(company="Uber", focus="Either | or"),
    )
    assert question.notes == "Free text.\n\n### With headings"


def test_a_canonical_file_is_written_as_it_was_read() -> None:
    assert format_question(parse(WHOLE)) == WHOLE


def test_windows_line_ends_are_read_as_line_ends() -> None:
    assert parse(WHOLE.replace("\n", "\r\n")) == parse(WHOLE)


def test_a_tab_after_the_hashes_makes_a_heading_too() -> None:
    assert parse(WHOLE.replace("## Tips", "##\tTips")) == parse(WHOLE)


def test_a_comment_in_the_front_matter_is_no_title() -> None:
    assert parse(WHOLE.replace("kind: past", "# the kind\nkind: past")) == parse(WHOLE)


def wrong(old: str, new: str, *expected: str) -> object:
    return pytest.param(old, new, list(expected), id=expected[0])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        wrong(
            "## Follow-up questions",
            "## Follow up questions",
            "## Follow up questions -> unknown heading '## Follow up questions';"
            " did you mean '## Follow-up questions'?",
        ),
        wrong(
            "category: technical-leadership",
            "category: leading-people",
            "category: leading-people -> the category is 'leading-people', but the file is in the"
            " folder 'technical-leadership'; change one of them",
        ),
        wrong(
            "category: technical-leadership\n",
            "",
            "--- -> 'category: …' is missing",
        ),
        wrong(
            "kind: past-event",
            "kind: no",
            "kind: no -> YAML reads 'no' as true or false; write it in quotes: 'no'",
        ),
        wrong(
            "kind: past-event",
            "kind: past",
            "kind: past -> kind must be 'past-event', 'approach', 'case', 'introduction',"
            " 'motivation' or 'walkthrough', not 'past'",
        ),
        wrong(
            "kind: past-event",
            "kind: situational",
            "kind: situational -> the kind 'situational' is now called 'case'; its parts are"
            " 'Clarify', 'Options', 'Decision' and 'Measure'",
        ),
        wrong(
            "kind: past-event",
            "kinds: past-event",
            "kinds: past-event -> unknown key 'kinds'; did you mean 'kind'?",
        ),
        wrong(
            "kind: past-event",
            "kind: past-event\nkind: past-event",
            "kind: past-event -> the key 'kind' appears twice; keep one",
        ),
        wrong(
            "[scaling, '12']",
            "[12]",
            "tags: [12] -> YAML reads '12' as a number; write it in quotes: '12'",
        ),
        wrong(
            "[scaling, '12']",
            "[Scaling]",
            "tags: [Scaling] -> tags must be made of lowercase letters, digits and single hyphens,"
            " not 'Scaling'",
        ),
        wrong(
            "[scaling, '12']",
            "scaling",
            "tags: scaling -> tags must be a list, such as [one, two]",
        ),
        wrong(
            "[scaling, '12']",
            "[a",
            "--- -> this isn't valid YAML: did not find expected ',' or ']'",
        ),
        wrong(
            "'12']\n---",
            "'12']",
            "--- -> the front matter isn't closed: put a line '---' before the title",
        ),
        wrong(
            "---\ncategory",
            "category",
            "category: technical-leadership -> the front matter is missing: begin the file with"
            " the lines '---', 'category: technical-leadership' and '---'",
            "category: technical-leadership -> this text has no heading: begin the question with"
            " '# ', or put other text under a '## ' heading",
        ),
        wrong(
            "# How did you scale a system?",
            "",
            " -> the title is missing: write '# ' and the question on one line",
        ),
        wrong(
            "# How did you scale a system?",
            "#",
            "# -> the title is empty: write '# ' and the question",
        ),
        wrong(
            "Free text.",
            "# Another?",
            "## Notes -> no text under '## Notes': write some, or delete the heading",
            "# Another? -> this is a second title; a file has one question, sections need '## '",
            "### With headings -> this text has no heading: begin the question with '# ', or put"
            " other text under a '## ' heading",
        ),
        wrong(
            "Free text.", " ## Tips", " ## Tips -> a heading must begin at the start of its line"
        ),
        wrong("Free text.", "##Tips", "##Tips -> put a space after '##' to make this a heading"),
        wrong(
            "Free text.",
            "~~~py",
            "~~~py -> the code block isn't closed: end it with the same marks that open it",
        ),
        wrong(
            "  ```\n- The choice",
            "- The choice",
            "  ```sh -> the code block isn't closed: end it with the same marks that open it",
        ),
        wrong("Free text.", "a\x0bb", "a\x0bb -> a control character (U+000B); delete it"),
        wrong(
            "Growth hurts.", "### Deep", "### Deep -> '### Deep': this section can't have headings"
        ),
        wrong("- Who paid?", "- ", "-  -> this list item is empty: write it, or delete it"),
        wrong(
            "- Who paid?",
            "* Who paid?",
            "* Who paid? -> not a list item: begin it with '- ', or with two spaces to continue the"
            " item above",
        ),
        wrong(
            "**senior manager**: Several",
            "**Senior manager**: Several",
            "- **Senior manager**: Several teams. -> unknown level 'Senior manager';"
            " did you mean 'senior manager'?",
        ),
        wrong(
            "- **director**: An organisation.\n",
            "",
            "## By level -> '## By level' is missing 'director'",
        ),
        wrong(
            "**director**: An organisation.",
            "**senior manager**: Twice.",
            "- **senior manager**: Twice. -> the level 'senior manager' appears twice; keep one",
        ),
        wrong(
            "**director**: An organisation.",
            "director: All.",
            "- director: All. -> write the level in bold, then a colon: '- **senior engineer**: …'",
        ),
        wrong(
            "**director**: An organisation.",
            "**director**:",
            "- **director**: -> no text for the level 'director': write some",
        ),
        wrong(
            "### Task\n\nMake it quick.\n",
            "",
            "## Example answer -> '## Example answer' is missing '### Task'",
        ),
        wrong("Make it quick.", "", "### Task -> no text under '### Task': write some"),
        wrong(
            "### Task\n\nMake it quick.",
            "### Tasks\n\nMake it quick.",
            "### Tasks -> unknown heading '### Tasks'; did you mean '### Task'?",
        ),
        wrong(
            "- 4: No figure.",
            "- 5: No figure.",
            "- 5: No figure. -> there is no key point 5; they are numbered 1 to 4",
        ),
        wrong(
            "- 4: No figure.",
            "- 0: No figure.",
            "- 0: No figure. -> there is no key point 0; they are numbered 1 to 4",
        ),
        wrong(
            "- 4: No figure.",
            "- No figure.",
            "- No figure. -> write the note as '+ 2: …' or '- 2: …', where 2 is the number of a key"
            " point",
        ),
        wrong(
            "- 4: No figure.",
            "- 4:",
            "- 4: -> write the note as '+ 2: …' or '- 2: …', where 2 is the number of a key point",
        ),
        wrong(
            "- 4: No figure.",
            "4: No figure.",
            "4: No figure. -> not a list item: begin it with '+ ' or '- ', or with two spaces to"
            " continue the item above",
        ),
        wrong(
            "### What would lift it most\n\nSay what the limit was.\n",
            "",
            "## A weaker answer -> '## A weaker answer' is missing '### What would lift it most'",
        ),
        wrong(
            "### As told\n",
            "",
            " -> this text must be under a heading such as '### As told'",
        ),
        wrong(
            "### As told",
            "### Such as",
            "### Such as -> unknown heading '### Such as'; expected one of"
            " '### As told', '### What would lift it most' and '### Ratings'",
        ),
        wrong(
            "### Ratings",
            "###Ratings",
            "###Ratings -> put a space after '###' to make this a heading",
        ),
        wrong(
            "**This answer**: 2 of 5. No cause.",
            "**This answer**: 6 of 5. No cause.",
            "- **This answer**: 6 of 5. No cause. -> write the rating as '- **This answer**: 2 of"
            " 5. …', from 1 to 5, with the reason",
        ),
        wrong(
            "**This answer**: 2 of 5. No cause.",
            "**This answer**: 2 of 5.",
            "- **This answer**: 2 of 5. -> write the rating as '- **This answer**: 2 of 5. …', from"
            " 1 to 5, with the reason",
        ),
        wrong(
            "**This answer**: 2 of 5. No cause.",
            "**That answer**: 2 of 5. No cause.",
            "- **That answer**: 2 of 5. No cause. -> unknown rating 'That answer'; did you mean"
            " 'This answer'?",
        ),
        wrong(
            "**This answer**: 2 of 5. No cause.",
            "**The example**: 2 of 5. No cause.",
            "- **The example**: 4 of 5. The cause was found; -> the rating 'The example' appears"
            " twice; keep one",
        ),
        wrong(
            "- **This answer**: 2 of 5. No cause.\n",
            "",
            "### Ratings -> '### Ratings' is missing '**This answer**'",
        ),
        wrong(
            "| Company | Value | Focus |",
            "| Company | Focus |",
            "| Company | Focus | -> the table must begin with '| Company | Value | Focus |'",
        ),
        wrong(
            "| --- | --- | --- |\n",
            "",
            "| Company | Value | Focus | -> the line below the table's header must be"
            " '| --- | --- | --- |'",
        ),
        wrong(
            "| Dive Deep | The cause, not the symptom |",
            "| The cause |",
            "| Amazon | The cause | -> a row must have 3 cells: '| company | value | focus |'",
        ),
        wrong(
            "| Dive Deep | The cause, not the symptom |",
            "| | Causes |",
            "| Amazon | | Causes | -> a cell is empty; write '\N{EN DASH}' where there is no value",
        ),
        wrong(
            "## Tips",
            "## Key points to cover",
            "## Key points to cover -> the heading '## Key points to cover' appears twice; keep"
            " one",
        ),
        wrong(
            "Growth hurts.\n\nIt shows **judgement**:\n\n- under load\n- under cost\n",
            "",
            "## Why this is asked -> no text under '## Why this is asked': write some,"
            " or delete the heading",
        ),
        wrong(
            "## Why this is asked",
            "## Reason",
            "## Reason -> unknown heading '## Reason'; expected one of '## Why this is asked',"
            " '## Key points to cover', '## Follow-up questions', '## By level',"
            " '## Also asked as', '## STAR template', '## Tips', '## Example answer',"
            " '## What the interviewer notes', '## A weaker answer', '## Companies' and '## Notes'",
            " -> the section '## Why this is asked' is missing",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_what_would_be_right(
    old: str, new: str, expected: list[str]
) -> None:
    assert changed(old, new) == expected


def test_a_page_with_few_items_or_many_is_read_all_the_same() -> None:
    few = WHOLE.replace("- The choice\n", "").replace("- Give numbers.\n", "")
    few = few.replace("- Who paid?\n- What next?\n", "").replace("- 4: No", "- 3: No")
    question = parse(few)
    assert [len(one) for one in (question.key_points, question.tips, question.follow_ups)] == [
        3,
        1,
        1,
    ]
    many = WHOLE.replace("- Who paid?\n", "- Who paid?\n" * 9)
    assert len(parse(many).follow_ups) == 11


def test_the_number_of_a_key_point_is_not_refused_while_the_list_cannot_be_read() -> None:
    text = WHOLE.replace("- The choice\n", "* The choice\n").replace("- 4: No", "- 9: No")
    assert [one.split(" -> ")[0] for one in problems(text)] == ["* The choice"]


def test_sections_out_of_order_are_named() -> None:
    text = (
        WHOLE.replace("## Tips", "## X").replace("## Notes", "## Tips").replace("## X", "## Notes")
    )
    assert "## Companies -> '## Companies' belongs before '## Notes'" in problems(text)


def test_every_problem_of_a_file_comes_at_once() -> None:
    text = (
        WHOLE.replace("kind: p", "kinds: p").replace("## Tips", "## Tip").replace("- Who", "-Who")
    )
    assert [one.split(" -> ")[0] for one in problems(text)] == [
        "kinds: past-event",
        "-Who paid?",
        "## Tip",
    ]


def test_what_only_the_record_refuses_has_its_line_too() -> None:
    assert changed("- Give numbers.", "- \u3000") == ["- \u3000 -> 'tips: …' has no text"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (
            "text",
            "two\nlines",
            "line 7: this text has no heading: begin the question with '# ', or put other text"
            " under a '## ' heading",
        ),
        ("why", "a\n## b", "unknown heading '## b'"),
        ("why", "a\n```", "is in a code block; is the block's end missing?"),
        ("notes", "a\rb", "a control character (U+000D); delete it"),
        ("notes", " \n", "no text under '## Notes'"),
        ("notes", " a", "'notes' would be read differently"),
        ("asks", (Ask(company="A", focus="a\nb"),), "a row must have 3 cells"),
        ("asks", (Ask(company="A", value="-", focus="a"),), "'asks' would be read differently"),
        ("tips", ("a", " "), "this list item is empty: write it, or delete it"),
        (
            "interviewer_notes",
            (InterviewerNote(sign="+", key_point=7, text="a"),),
            "there is no key point 7; they are numbered 1 to 4",
        ),
        ("levels", {"director": "x"}, "'## By level' is missing 'senior engineer'"),
    ],
)
def test_what_a_file_cannot_say_is_refused(field: str, value: object, message: str) -> None:
    question = parse(WHOLE).model_copy(update={field: value})
    with pytest.raises(PrepkitError) as caught:
        format_question(question)
    assert "technical-leadership/06 can't be written as a file: " in str(caught.value)
    assert message in str(caught.value)


NASTY = (
    "#",
    "## ",
    "- ",
    "---",
    "|",
    "\\",
    "`",
    "**",
    "\N{EN DASH}",
    "\u00a0",
    "\u2028",
    "é",
    "漢",
    "🏢",
    ":",
    " ",
)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
ONE_LINE = st.lists(WORDS | st.sampled_from(NASTY), min_size=1, max_size=6).map("".join)
TEXT = st.lists(ONE_LINE | st.just(""), min_size=1, max_size=4).map("\n".join)
SAID = ONE_LINE.filter(str.strip)
SAID_TEXT = TEXT.filter(str.strip)
SLUGS = st.sampled_from(["scaling", "no", "12", "1e5", "2024-01-01", "null", "a-b"])


def lists(items: st.SearchStrategy[str], *, least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(items, min_size=least, max_size=7).map(tuple)


def weaker_answers(text: st.SearchStrategy[str]) -> st.SearchStrategy[WeakerAnswer]:
    score = st.integers(1, 5)
    return st.builds(
        WeakerAnswer,
        text=text,
        lift=text,
        score=score,
        reason=text,
        example_score=score,
        example_reason=text,
    )


def questions(
    line: st.SearchStrategy[str], text: st.SearchStrategy[str]
) -> st.SearchStrategy[Question]:
    return st.sampled_from(KINDS).flatmap(lambda kind: questions_of(kind, line, text))


def questions_of(
    kind: Kind, line: st.SearchStrategy[str], text: st.SearchStrategy[str]
) -> st.SearchStrategy[Question]:
    names = FORMS[kind].names
    parts = st.tuples(*[text] * len(names)).map(lambda texts: dict(zip(names, texts, strict=True)))
    return st.builds(
        Question,
        category=SLUGS,
        number=st.integers(1, 99),
        kind=st.just(kind),
        tags=st.lists(SLUGS, max_size=3).map(tuple),
        text=line,
        why=text,
        key_points=lists(text, least=2),
        follow_ups=lists(text),
        levels=st.just({}) | st.fixed_dictionaries(dict.fromkeys(LEVELS, text)),
        also_asked=lists(text),
        prompts=st.none() | parts,
        tips=lists(text),
        example=st.none() | parts,
        interviewer_notes=st.lists(
            st.builds(
                InterviewerNote,
                sign=st.sampled_from(["+", "-"]),
                key_point=st.integers(1, 2),
                text=text,
            ),
            max_size=4,
        ).map(tuple),
        weaker=st.none() | weaker_answers(text),
        asks=st.lists(
            st.builds(Ask, company=line, value=st.none() | line, focus=line), max_size=3
        ).map(tuple),
        notes=st.just("") | text.map(str.strip),
    )


@pytest.mark.long
@settings(max_examples=tries(25))
@given(questions(SAID, SAID_TEXT))
def test_what_is_written_reads_back_the_same_or_is_refused(question: Question) -> None:
    try:
        text = format_question(question)
    except PrepkitError:
        return
    again = parse_question(text, PATH, category=question.category, number=question.number)
    assert again == question
    assert format_question(again) == text


# Texts without a line that looks like a heading or a fence must never be refused.
TAME = SAID.map(lambda text: "x" + text.replace("`", "'"))
TAME_TEXT = st.lists(TAME | st.just(""), min_size=1, max_size=4).map(
    lambda lines: "\n".join(["x", *lines])
)


@pytest.mark.slow
@settings(max_examples=tries(25))
@given(questions(TAME, TAME_TEXT))
def test_ordinary_texts_are_never_refused(question: Question) -> None:
    text = format_question(question)
    assert (
        parse_question(text, PATH, category=question.category, number=question.number) == question
    )


@pytest.mark.long
@settings(max_examples=tries(40))
@given(st.lists(st.sampled_from(WHOLE.split("\n")) | ONE_LINE, max_size=30).map("\n".join))
def test_any_text_is_a_question_or_a_bank_error(text: str) -> None:
    try:
        parse(text)
    except BankError as error:
        found = error.problems
        assert {1 <= one.line <= text.count("\n") + 1 for one in found} == {True}


def test_the_sections_fill_fields_of_question() -> None:
    assert {section.field for section in SECTIONS} < set(Question.model_fields)


def of_kind(kind: Kind) -> str:
    """Return the text of the question of this kind in tests/data/kinds."""
    folder = Path(__file__).parent / "data" / "kinds" / "questions"
    texts = [path.read_text("utf-8") for path in folder.glob("*/*.md")]
    (text,) = [text for text in texts if f"kind: {kind}\n" in text]
    return text


def parse_any(text: str) -> Question:
    """Read a question of tests/data/kinds, whatever its category."""
    category = text.split("category: ")[1].split("\n")[0]
    return parse_question(text, PATH, category=category, number=6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_of_each_kind_has_the_parts_of_its_form(kind: Kind) -> None:
    text = of_kind(kind)
    question = parse_any(text)
    assert question.kind == kind
    assert question.prompts is not None
    assert question.example is not None
    assert tuple(question.prompts) == tuple(question.example) == FORMS[kind].names
    assert list(question.levels) == list(LEVELS)
    assert format_question(question) == text


def test_a_past_event_may_have_either_heading_for_its_template() -> None:
    other = WHOLE.replace("## STAR template", "## Answer template")
    assert parse(other) == parse(WHOLE)
    assert format_question(parse(other)) == WHOLE


def test_another_kind_has_the_parts_of_its_own_form_only() -> None:
    text = of_kind("approach").replace("## Answer template", "## STAR template")
    with pytest.raises(BankError) as caught:
        parse_any(text.replace("### Limits\n\nIt does", "### Action\n\nIt does"))
    assert [one.message for one in caught.value.problems] == [
        "unknown heading '## STAR template'; did you mean '## Answer template'?",
        "unknown heading '### Action'; expected one of '### Principle', '### Example', '###"
        " Result' and"
        " '### Limits'",
    ]


def test_a_file_without_a_line_for_staff_engineers_is_valid() -> None:
    question = parse(WHOLE.replace("- **staff engineer**: Three services.\n", ""))
    assert "staff engineer" not in question.levels
    assert format_question(question) != WHOLE


def test_nothing_is_said_of_the_parts_of_a_kind_that_is_not_known() -> None:
    text = of_kind("approach").replace("kind: approach", "kind: aproach")
    with pytest.raises(BankError) as caught:
        parse_any(text)
    (problem,) = caught.value.problems
    assert problem.line == 3
