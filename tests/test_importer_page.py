"""A pasted page is read whole: each line is in the question, in Notes, or listed as left out."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prepkit.bank.format import format_question
from prepkit.bank.importer.lines import safe
from prepkit.bank.importer.page import PastedPage, read_page
from prepkit.bank.parse import parse_question
from prepkit.errors import PrepkitError
from prepkit.records import LEVELS, WeakerAnswer
from tests.examples import tries

KINDS = Path(__file__).parent / "data" / "kinds" / "questions"

# The shape of a page copied out of a browser, in words of its own.
PASTED = """\
⚙️
Technical Leadership · Q6 of 10

How did you make a system bigger?

Why This Is Asked

Growth shows what a leader weighs: cost, risk and time.

Key Points to Cover

  • What hurt first
  • What you tried (cache, shards)
  • What you left out
  • What you learned

STAR Method Answer Template

S
Situation

Describe the context - what was happening, what team/company, what was at stake

T
Task

What was your specific responsibility or challenge?

A
Action

What specific steps did you take? Be detailed about YOUR actions

R
Result

What was the outcome? Use metrics where possible. What did you learn?

💡 Tips

  • Give numbers
  • Name the price

✍️ Example Response

STAR format

Situation: Our search was slow.

Task: I had to make it quick.

Action: I measured, then cached.

And I told everyone.

Result: It was quick.

🏢 Companies Known to Ask This

Company Variation / Focus
Amazon Dive Deep — "How big?"
UK Civil Service Delivering at pace
Contoso Clouds

Cookie Preferences

Strictly Necessary
Required for the site to function.
Always on
Marketing
Used to show relevant ads.
"""

MARKDOWN = """\
<!-- exported -->
# Q3: How did you make a system bigger?

Some words of introduction.

## Why this is asked
Growth shows what a leader weighs.

## KEY POINTS TO COVER:
1. What hurt first
2. What you tried
   - cache
   - shards
3. What you left out
4. What you learned

## Common mistakes
- Saying "we"

## Tips
* One tip only

## Example Response
**Situation:** Our search was slow.
**Task:** I had to make it quick.
**Action:** I measured:

- first
- then

**Result:** It was quick.

## By level
- **Senior engineer:** One service.
- **Engineering manager:** A team.
- **Senior manager:** Teams.
- **Director:** An organisation.

## Companies Known to Ask This
| Company | Variation / Focus |
|---|---|
| **Amazon** | Dive Deep \\| Frugality |
| Uber | Scale |
"""


def read(text: str) -> PastedPage:
    return read_page(text, source="page.txt")


def test_a_pasted_page_comes_out_whole() -> None:
    page = read(PASTED)
    assert (page.number, page.of, page.category, page.icon) == (6, 10, "Technical Leadership", "⚙️")
    question = page.question("technical-leadership", 6)
    assert question.text == "How did you make a system bigger?"
    assert question.why == "Growth shows what a leader weighs: cost, risk and time."
    assert question.key_points == (
        "What hurt first",
        "What you tried (cache, shards)",
        "What you left out",
        "What you learned",
    )
    assert question.tips == ("Give numbers", "Name the price")
    assert question.prompts is None
    assert question.example is not None
    assert question.example["action"] == "I measured, then cached.\n\nAnd I told everyone."
    assert [(ask.company, ask.focus) for ask in question.asks] == [
        ("Amazon", 'Dive Deep — "How big?"'),
        ("UK Civil Service", "Delivering at pace"),
        ("Contoso", "Clouds"),
    ]
    assert question.notes == ""
    assert page.moved == ()
    assert page.guesses == ("'Contoso' was taken as the company in 'Contoso Clouds'; check it",)
    assert page.missing == ("Follow-up questions", "By level")


def test_what_is_left_out_of_a_pasted_page_is_said() -> None:
    assert read(PASTED).left_out == (
        "the letter beside a part's name: S / T / A / R",
        "a prompt from the page's empty answer template: Describe the context - what was"
        " happening, what team/company, what was at stake / What was your specific"
        " responsibility or"
        " challenge? / What specific steps did you take? Be detailed about YOUR actions / What was"
        " the outcome? Use metrics where possible. What did you learn?",
        "a subtitle: STAR format",
        "the cookie dialog: Cookie Preferences / Strictly Necessary / Required for the site to"
        " function. / Always on / Marketing / Used to show relevant ads.",
    )


def test_a_markdown_page_comes_out_whole() -> None:
    page = read(MARKDOWN)
    question = page.question("technical-leadership", 3)
    assert (page.number, question.text) == (3, "How did you make a system bigger?")
    assert question.key_points[1] == "What you tried\n- cache\n- shards"
    assert question.example is not None
    assert question.example["action"] == "I measured:\n\n- first\n- then"
    assert question.levels["director"] == "An organisation."
    assert [(ask.company, ask.focus) for ask in question.asks] == [
        ("Amazon", "Dive Deep | Frugality"),
        ("Uber", "Scale"),
    ]
    assert question.notes == (
        "### Text above the first heading\n\nSome words of introduction.\n\n"
        '### Common mistakes\n\n- Saying "we"'
    )
    assert question.tips == ("One tip only",)
    assert page.left_out == ("a hidden comment: exported",)


@pytest.mark.parametrize("path", sorted(KINDS.glob("*/*.md")), ids=lambda path: path.stem)
def test_a_question_file_of_each_kind_is_a_page(path: Path) -> None:
    text = path.read_text("utf-8")
    page = read(text)
    assert format_question(page.question(path.parent.name, int(path.stem[:2]))) == text
    assert (page.moved, page.left_out, page.missing) == ((), (), ())


def test_a_page_of_the_kind_that_was_called_situational_is_a_case() -> None:
    case = (KINDS / "people" / "03-notice-in-week-two.md").read_text("utf-8")
    assert read(case.replace("kind: case", "kind: situational")).fields == read(case).fields


def test_parts_of_another_kind_go_to_notes() -> None:
    page = read("---\ncategory: a\nkind: case\n---\n" + MARKDOWN)
    assert page.fields["kind"] == "case"
    assert page.fields["example"] is None
    assert "**Situation:** Our search was slow." in page.fields["notes"]


def test_a_line_for_staff_engineers_is_read_and_may_be_missing() -> None:
    line = "- **Staff software engineer:** Several services.\n"
    page = read(MARKDOWN.replace("- **Engineering manager", line + "- **Engineering manager"))
    assert list(page.fields["levels"]) == list(LEVELS)
    assert "staff engineer" not in read(MARKDOWN).fields["levels"]
    empty = MARKDOWN.replace(
        "- **Engineering manager", "- **Staff engineer:**\n- **Engineering manager"
    )
    assert read(empty).fields["levels"] == read(MARKDOWN).fields["levels"]


def test_an_empty_bullet_is_no_item() -> None:
    page = read(PASTED.replace("  • Name the price", "  • Name the price\n\n  •\n"))
    assert page.fields["tips"] == ("Give numbers", "Name the price")


def test_a_question_file_is_a_page_too() -> None:
    text = format_question(read(MARKDOWN).question("technical-leadership", 3))
    page = read(text)
    assert page.slug == "technical-leadership"
    assert format_question(page.question("technical-leadership", 3)) == text
    assert page.moved == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text.replace("\n", "\r\n"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("e", "e\u200b"),
        lambda text: text.replace("  •", "‣"),
        lambda text: text.replace("  •", "\N{EN DASH}"),
        lambda text: text.replace("  • ", "•\n"),
        lambda text: text.replace("Why This Is Asked", "## why this is asked ##"),
        lambda text: text.replace("Situation: Our", "**Situation**: Our"),
        lambda text: text.replace("Situation: Our", "### Situation\n\nOur"),
        lambda text: text.replace("Amazon Dive", "Amazon\tDive"),
        lambda text: text.replace("Amazon Dive", "amazon: Dive").replace("amazon", "Amazon"),
    ],
)
def test_what_pasting_does_to_a_page_changes_nothing(change: object) -> None:
    assert callable(change)
    assert read(change(PASTED)).fields == read(PASTED).fields


# As a page of the site shows these sections, copied out of a browser.
REMARKS = """\
Also asked as

  • Have you scaled anything?

What the interviewer notes

Plus: “I measured” names the limit. (key point 1)
\N{MINUS SIGN}Minus:No figure. (key point 4)

A weaker answer

As told

We made it faster.

What would lift it most

Say what the limit was.

This answer: 2 of 5

No cause.

The example: 4 of 5

The cause was found.
"""


def test_what_a_pasted_page_says_about_its_example_is_read() -> None:
    page = read(PASTED.replace("🏢", REMARKS + "\n🏢"))
    question = page.question("technical-leadership", 3)
    assert question.also_asked == ("Have you scaled anything?",)
    assert [(note.sign, note.key_point, note.text) for note in question.interviewer_notes] == [
        ("+", 1, "“I measured” names the limit."),
        ("-", 4, "No figure."),
    ]
    assert question.weaker == WeakerAnswer(
        text="We made it faster.",
        lift="Say what the limit was.",
        score=2,
        reason="No cause.",
        example_score=4,
        example_reason="The cause was found.",
    )
    assert page.moved == read(PASTED).moved


def test_a_note_about_a_key_point_that_is_not_there_goes_to_notes() -> None:
    page = read(PASTED.replace("🏢", REMARKS.replace("point 4", "point 9") + "\n🏢"))
    assert [note.key_point for note in page.fields["interviewer_notes"]] == [1]
    assert page.moved[-1] == ("What the interviewer notes", "Minus: No figure. (key point 9)")


def test_a_weaker_answer_without_its_rating_goes_to_notes() -> None:
    page = read(PASTED.replace("🏢", REMARKS.replace("2 of 5", "poor") + "\n🏢"))
    assert page.fields["weaker"] is None
    assert page.moved[-1] == (
        "A weaker answer",
        "**As told:** We made it faster.\n\n"
        "**What would lift it most:** Say what the limit was.\n\n"
        "This answer: poor\n\nNo cause.\n\n"
        "**The example: 4 of 5.** The cause was found.",
    )


def test_a_table_flattened_to_a_line_a_cell_is_read() -> None:
    flat = PASTED.replace("Company Variation / Focus\n", "Company\nVariation / Focus\n")
    flat = flat.replace("Amazon Dive", "Amazon\nDive").replace("Service Deliv", "Service\nDeliv")
    page = read(flat.replace("Contoso Clouds", "Contoso\nClouds"))
    assert page.fields["asks"] == read(PASTED).fields["asks"]


def test_prompts_of_the_page_s_own_are_kept() -> None:
    own = PASTED.replace("What was your specific responsibility or challenge?", "Whose task?")
    page = read(own)
    assert page.fields["prompts"] is None
    assert page.moved == (("STAR Method Answer Template", "**Task:** Whose task?"),)


def test_a_heading_not_known_ends_a_list_of_plain_text() -> None:
    page = read(PASTED.replace("💡 Tips", "Common mistakes\n\n  • Saying we\n\n💡 Tips"))
    assert page.fields["prompts"] is None
    assert "Saying we" in page.fields["notes"]
    page = read(PASTED.replace("✍️ Example", "Common mistakes\n\n  • Saying we\n\n✍️ Example"))
    assert page.moved == (("Common mistakes", "• Saying we"),)
    assert page.fields["tips"] == ("Give numbers", "Name the price")


def test_a_page_has_as_few_or_as_many_items_as_it_likes() -> None:
    page = read(PASTED.replace("  • What you learned", "  • d\n  • e\n  • f\n  • What you learned"))
    assert page.fields["key_points"][3:] == ("d", "e", "f", "What you learned")
    page = read(PASTED.replace("  • What hurt first\n", "").replace("  • Name the price\n", ""))
    assert len(page.fields["key_points"]) == 3
    assert page.fields["tips"] == ("Give numbers",)
    assert page.moved == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "",
            "page.txt: no question found; a question page has the headings 'Why this is asked'"
            " and 'Key points to cover'",
        ),
        (
            "A shopping list\n\n- bread",
            "page.txt: no question found; a question page has the headings 'Why this is asked'"
            " and 'Key points to cover'",
        ),
        (
            PASTED[PASTED.index("Why This") :],
            "page.txt: no question found; there is no text above the first heading",
        ),
        (
            re.sub("  • What .*\n", "", PASTED),
            "page.txt: there are no items under 'Key points to cover'",
        ),
        (
            PASTED.replace("Growth shows what a leader weighs: cost, risk and time.", ""),
            "page.txt: there is no text under 'Why this is asked'",
        ),
    ],
)
def test_a_page_without_a_question_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(PrepkitError) as caught:
        read(text)
    assert str(caught.value) == message


def test_only_the_hash_that_would_begin_a_heading_is_escaped() -> None:
    assert safe("# 1 in C#\n#### a # b\n```\n# c\n```") == "\\# 1 in C#\n#### a # b\n```\n# c\n```"


def words(text: str) -> set[str]:
    return set(re.findall(r"w\d+", text))


# Pages of numbered words, so that each one can be looked for in what comes out.
PHRASE = st.lists(
    st.just("w0") | st.sampled_from(["#", "|", "```", ":", "—", "- x", "A."]), min_size=1
)
BEGINNINGS = (
    *("", "", "", "- ", "  • ", "    ", "    - ", "1. ", "## ", "# ", "### ", "> ", "|", "```"),
    *("~~~", "**Task:** ", "Action: ", "Director: ", "Amazon ", "\t", "Cookie Preferences\n"),
    *("Tips\n", "Notes\n", "By level\n", "Example answer\n", "STAR template\n", "Companies\n"),
    *("A weaker answer\n", "As told\n", "### Ratings\n", "- **This answer**: 2 of 5. "),
    *("What the interviewer notes\n", "+ 2: ", "- 9: "),
    *("Situation\n", "S\nSituation\n", "Company Focus\n", "| Company | Value | Focus |\n"),
    *("Q3 of 4 ", "Follow-up questions\n", "Question: ", "Question\n", "<!-- ", "---\n"),
)
LINE = st.builds(
    lambda mark, phrase, end: mark + " ".join(phrase) + end,
    st.sampled_from(BEGINNINGS),
    PHRASE,
    st.sampled_from(["", "", "", ".", "?", "|", " -->", ":", "\n", "\r\n", "\u2028", "\x0c"]),
)
LINES = st.lists(LINE | st.just(""), max_size=12).map("\n".join)


@pytest.mark.slow
@settings(max_examples=tries(120))
@given(LINES, LINES, LINES)
def test_no_line_of_a_page_is_lost(above: str, between: str, below: str) -> None:
    text = (
        f"{above}\n\nHow did you grow?\n\nWhy this is asked\n\nIt shows.\n{between}\n"
        f"Key points to cover\n\n- a\n- b\n- c\n- d\n{below}"
    )
    number = itertools.count()
    text = re.sub("w0", lambda _: f"w{next(number)}", text)
    try:
        page = read(text)
    except PrepkitError:
        return
    question = page.question("technical-leadership", 1)
    kept = question.model_dump_json() + " ".join(page.left_out)
    place = f" w{page.number} {page.category}"
    assert words(text) <= words(kept + place)
    again = parse_question(
        format_question(question), Path("x"), category="technical-leadership", number=1
    )
    assert again == question
