"""What pasting, printing and other programs do to a page is repaired, and each repair is named."""

# ruff: noqa: RUF001

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prepkit.bank.importer.page import read_page
from prepkit.bank.importer.repairs import Repaired, repair
from prepkit.bank.importer.write import import_pages
from prepkit.errors import PrepkitError
from tests.examples import tries
from tests.test_importer_page import BEGINNINGS, PHRASE

WORDS = {"responsibility", "engineer", "resign"}


def mended(text: str) -> str:
    """Return a text after the repairs, with a small dictionary."""
    return repair(text, WORDS.__contains__).text


def said(text: str) -> list[str]:
    """Return what is said about the repairs of a text."""
    return [str(each) for each in repair(text, WORDS.__contains__).repairs]


def items(*lines: str) -> tuple[str, ...]:
    """Return the key points of a page with these lines below that heading."""
    text = "How did it go?\n\nWhy this is asked\n\nTo see.\n\nKey points to cover\n\n"
    page = read_page(text + "\n".join(lines) + "\n", source="page.txt")
    found: tuple[str, ...] = page.fields["key_points"]
    return found


@pytest.mark.parametrize(
    ("text", "plain", "what"),
    [
        ("judg\u00adment", "judgment", "a soft hyphen was taken out"),
        ("a\u200bb\ufeffc", "abc", "an invisible character was taken out"),
        ("a\u200db", "ab", "an invisible character was taken out"),
        ("\u202aleft\u202c", "left", "a mark of direction was taken out"),
        ("a\x07b", "ab", "a control character was taken out"),
        ("a\ufffcb", "ab", "the place of a picture or an object was taken out"),
        ("the\u00a0first", "the first", "a non-breaking or odd space became a space"),
        ("ﬁrst, oﬀer, aﬄuent", "first, offer, affluent", "letters joined as in ﬁ were taken apart"),
        ("𝗞𝗲𝘆 points", "Key points", "bold or italic letters made of symbols became letters"),
        ("Cafe\u0301", "Café", "an accent was put onto its letter"),
        ("It\u00e2\u20ac\u2122s a caf\u00c3\u00a9", "It’s a café",
         "letters that were garbled by a wrong encoding"),
        ("a\u2028b", "a\nb", "an odd end of a line became a plain one"),
    ],
)  # fmt: skip
def test_characters_that_pasting_brings_along_become_plain_and_that_is_said(
    text: str, plain: str, what: str
) -> None:
    assert mended(f"One\n{text}") == f"One\n{plain}"
    (repair,) = said(f"One\n{text}")
    assert repair.startswith(f"{what} (")
    assert " in line 2: '" in repair


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian needs this joiner
        "क्\u200dष",
        "👩\u200d💻 and 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "שלום\u200f! \u2067שלום\u2069",
        "“ABBÄ”, É” and Ã",  # a capital before a quotation mark is not a wrong encoding
        "東京\u3000大阪",
        "½ of it, x² and ™",
    ],
)
def test_characters_that_mean_something_stay(text: str) -> None:
    assert repair(text) == Repaired(text, (), ())


def test_a_character_that_was_lost_is_said() -> None:
    assert said("na\ufffdve") == [
        "a character was lost before the import and shows as '\ufffd'; write it again"
        " (once in line 1: 'na\ufffdve')"
    ]


def test_how_often_and_where_first_is_said() -> None:
    assert said("a\n\u00adb\u00ad c\n\u00add") == [
        "a soft hyphen was taken out (3 times, first in line 2: '\u00adb\u00ad c')"
    ]


BULLETS = [
    "\uf0b7\t{}", "\uf0b7{}", "\uf0a7 {}", "➢ {}", "✓ {}", "☐ {}", "- [ ] {}", "[ ] {}", "•{}",
    "• {}", "‣ {}", "▪ {}", "– {}", "* {}", "o\t{}", "§\t{}", "⁃ {}", "- [x] {}", "☑ {}",
    "‐ {}", "» {}", "👉 {}", "\uf0b7\n{}", "●{}", "_{}",
]  # fmt: skip


@pytest.mark.parametrize("bullet", BULLETS[:-1])
def test_every_bullet_of_a_list_is_one(bullet: str) -> None:
    points = ("What hurt", "What you tried", "What you left")
    assert items(*(bullet.format(each) for each in points)) == points


@pytest.mark.parametrize(
    "marks",
    [
        ("a.", "b.", "c."), ("a)", "b)", "c)"), ("(a)", "(b)", "(c)"), ("A)", "B)", "C)"),
        ("i.", "ii.", "iii."), ("i)", "ii)", "iii)"), ("(i)", "(ii)", "(iii)"),
        ("I.", "II.", "III."), ("(1)", "(2)", "(3)"), ("①", "②", "③"), ("1.", "2.", "3."),
    ],
)  # fmt: skip
def test_letters_and_numbers_that_count_items_are_marks(marks: tuple[str, ...]) -> None:
    points = ("What hurt", "What you tried", "What you left")
    lines = [f"{mark} {each}" for mark, each in zip(marks, points, strict=True)]
    assert items(*lines) == points


@pytest.mark.parametrize(
    "line",
    [
        "a. m. is too early for it",
        "I. Newton did it",
        "o como se dice",
        "§ 5 of the contract",
        "§\t5 of the contract",
        "A. Smith",
        "i.e. never",
        "[x](https://example.org) is a link",
        "1.5 to 3 minutes",
        "★★★☆☆ from visitors",
        "x",
    ],
)
def test_what_only_looks_like_a_bullet_is_text(line: str) -> None:
    assert repair(f"It was\n{line}\nB. Jones") == Repaired(f"It was\n{line}\nB. Jones", (), ())


def test_items_below_others_keep_their_text_and_their_place() -> None:
    word = [
        "\uf0b7\tWhat you believed", "o\tWhy", "\u00a7\tSince when", "o\tWho agreed",
        "\uf0b7\tWhat changed it",
    ]  # fmt: skip
    assert items(*word) == (
        "What you believed\n- Why\n- Since when\n- Who agreed",
        "What changed it",
    )
    counted = ["1.\tWhat you believed", "a.\tWhy", "i.\tOne", "ii.\tTwo", "b.\tWho", "2.\tWhat"]
    assert items(*counted) == ("What you believed\n1. Why\n1. One\n2. Two\n2. Who", "What")
    assert mended("\n".join(word)).split("\n")[2] == "      - Since when"


def test_a_heading_behind_a_sign_is_no_item() -> None:
    page = "How?\n\n✓ Why this is asked\n\nTo see.\n\n➢ Key points to cover\n\n➢ One\n"
    assert read_page(page, source="x").fields["key_points"] == ("One",)


def test_signs_that_say_right_and_wrong_stay_in_the_text() -> None:
    assert mended("✅ Say why\n❌ Say maybe") == "- ✅ Say why\n- ❌ Say maybe"
    assert mended("✅ Say why") == "- Say why"


def test_a_box_that_was_ticked_is_said() -> None:
    assert said("- [ ] a\n- [x] b\n☑ c") == [
        "a box to tick became a bullet (once in line 1: '- [ ] a')",
        "a ticked box became a bullet, without its tick (2 times, first in line 2: '- [x] b')",
    ]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("It was my respon-\nsibility to act", "It was my responsibility\nto act"),
        ("It was my respon\u00ad\nsibility to act", "It was my responsibility\nto act"),
        ("an engi-\n  neer, and", "an engineer,\n  and"),
        ("a well-\nknown outage", "a well-known\noutage"),
        ("a re-\nsign here, then re-sign", "a re-sign\nhere, then re-sign"),  # as on the page
        ("short-\nand long-term", "short-\nand long-term"),
        ("the X-\nRay", "the X-\nRay"),
        ("a pause -\nthen more", "a pause -\nthen more"),
        ("```\nrespon-\nsibility\n```", "```\nrespon-\nsibility\n```"),
    ],
)
def test_words_that_were_cut_at_the_end_of_a_line_are_whole_again(text: str, whole: str) -> None:
    assert mended(text) == whole


def test_a_word_that_may_have_a_hyphen_keeps_it_and_that_is_said() -> None:
    assert said("a well-\nknown engi-\nneer") == [
        "'well-known' was cut at the end of a line and keeps its hyphen; check it (once in line 1:"
        " 'well- known')",
        "a word that was cut at the end of a line was joined (once in line 2: 'engi- neer')",
    ]


PRINTED = """\
Interview guide

Why this is asked

They look at what you did when it went wrong, and at how the person
felt about it. They want to see that you

Page 1 of 3
\x0cInterview guide

weigh it.

Key points to cover

• One
2
\x0cInterview guide
• Two

Tips

• Three

Page 3 of 3
"""


def test_ends_of_printed_pages_are_taken_out_and_said() -> None:
    assert mended(PRINTED).split() == PRINTED.replace("Interview guide", "").replace(
        "Page 1 of 3", "").replace("Page 3 of 3", "").replace("\n2\n", "\n").split()  # fmt: skip
    assert "see that you weigh it." in mended(PRINTED)
    assert set(repair(PRINTED).left_out) == {
        ("the head or foot of a printed page", text)
        for text in ("Interview guide", "Page 1 of 3", "2", "Page 3 of 3")
    }
    assert said(PRINTED)[0] == (
        "the end of a printed page was taken out (2 times, first in line 9: 'Interview guide')"
    )


def test_numbers_and_texts_that_return_elsewhere_stay() -> None:
    text = "Say\n\n3\n\nSay\n\n3\n\nTips\n\nsee page 3"
    assert repair(text) == Repaired(text, (), ())


def test_a_name_of_a_section_is_never_the_head_of_a_page() -> None:
    text = "a\n\x0cTips\nb\n\x0cTips\nc"
    assert mended(text).count("Tips") == 2


def test_lines_cut_at_the_width_of_a_page_are_joined_where_a_list_would_come_apart() -> None:
    assert items(
        "What had happened, in facts that both of you could",
        "see with your own eyes",
        "What you said",
    ) == ("What had happened, in facts that both of you could see with your own eyes",
          "What you said")  # fmt: skip
    short = "caching\nsharding\nreplicas"
    assert repair(short) == Repaired(short, (), ())


CONFLUENCE = """\
h1. How do you decide what not to build?

h2. Why this is asked

{panel:title=In short}
Saying *no* is most of the job; see [our guide|https://wiki.example/guide].
{panel}

h2. Key points to cover

* What you were asked for
** by whom
# What you compared
* What you said no to

h2. Example answer

*Situation:* We had three quarters of work.
*Task:* I had to cut it to one.
*Action:* I asked {{what}} each was for.
*Result:* {color:red}Two{color} were never missed.

h2. Companies

|| Company || Value || Focus ||
| Amazon | Frugality | What you'd
leave out |
| [Google|https://google.example] | | Data |
| *Harbour* | Say it early | When you said no |
"""


def test_a_page_in_the_markup_of_confluence_comes_out_whole() -> None:
    fields = read_page(CONFLUENCE, source="x").fields
    assert fields["text"] == "How do you decide what not to build?"
    assert fields["why"] == "In short\n\nSaying **no** is most of the job; see our guide."
    assert fields["key_points"] == (
        "What you were asked for\n- by whom", "What you compared", "What you said no to"
    )  # fmt: skip
    assert fields["example"]["action"] == "I asked `what` each was for."
    assert fields["example"]["result"] == "Two were never missed."
    assert [(ask.company, ask.value, ask.focus) for ask in fields["asks"]] == [
        ("Amazon", "Frugality", "What you'd leave out"),
        ("Google", None, "Data"),
        ("Harbour", "Say it early", "When you said no"),
    ]
    assert said(CONFLUENCE)[0].startswith("markup of Confluence became Markdown (")


def test_a_page_that_is_not_in_the_markup_of_confluence_stays_as_it_is() -> None:
    text = "# One\n\n*a* {b} [c|d]\n\n| a | b |\n| --- | --- |\n| c | *d* |\n\n# Two"
    assert repair(text) == Repaired(text, (), ())


@pytest.mark.long
def test_the_command_says_what_was_repaired(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(
        "People · Q1\n\nHow?\n\nWhy this is asked\n\nTo see how you re\u00adsign.\n\n"
        "Key points to cover\n\n\uf0b7\tOne of the engi-\nneers\n",
        "utf-8",
    )
    (done,) = import_pages([page], tmp_path / "bank")
    assert str(done).split("\n")[1:4] == [
        "  Repaired: a soft hyphen was taken out (once in line 7: 'To see how you re\u00adsign.')",
        "  Repaired: a word that was cut at the end of a line was joined (once in line 11: 'engi-"
        " neers')",
        "  Repaired: the bullet of a symbol font became '-' (once in line 11: '\uf0b7 One of the"
        " engineers')",
    ]


def test_numbered_headings_are_headings() -> None:
    text = "How?\n\n1. Why this is asked\n\nTo see.\n\n2. Key points to cover\n\n1. One\n2. Two\n"
    fields = read_page(text, source="x").fields
    assert (fields["why"], fields["key_points"]) == ("To see.", ("One", "Two"))
    text = text.replace("1. Why", "## 1.1 Why").replace("2. Key", "## B) Key")
    assert read_page(text, source="x").fields["key_points"] == ("One", "Two")


def test_an_answer_in_a_table_is_read_by_its_parts() -> None:
    rows = ["| Situation | Slow |", "| Task | Mine |", "| Action | I \\| we |", "| Result | Done |"]
    text = (
        "How?\n\nWhy this is asked\n\nTo see.\n\nKey points to cover\n\n- a\n\n"
        "Example answer\n\n" + "\n".join(rows)
    )
    assert read_page(text, source="x").fields["example"] == {
        "situation": "Slow", "task": "Mine", "action": "I \\| we", "result": "Done"
    }  # fmt: skip
    wide = read_page(text.replace("Slow", "Slow | then"), source="x")
    assert wide.fields["example"] is None
    assert "| Situation | Slow | then |" in wide.fields["notes"]


def test_a_table_of_companies_needs_no_heading() -> None:
    page = read_page(
        "How?\n\nWhy this is asked\n\nTo see.\n\nKey points to cover\n\n- a\n\n"
        "Company\tValue\tWhat they look for\tHow we know\nAmazon\tThrift\tcost\tpublished\n",
        source="x",
    )
    assert [(ask.company, ask.value, ask.focus) for ask in page.fields["asks"]] == [
        ("Amazon", "Thrift", "cost")
    ]
    assert page.left_out == ("how it is known what a company looks for: Amazon: published",)


@pytest.mark.parametrize("part", ["h2. a\n" + "{{" * 9000, "<!--" * 9000, "<html>" + "<b>x" * 900,
                                  "word and more of it, so that it is long\n" * 2000])  # fmt: skip
def test_a_page_in_which_many_things_begin_and_none_ends_is_read_to_its_end(part: str) -> None:
    assert "the last words" in repair(f"{part} the last words").text


# Whatever a page holds, each of its words is kept or named, and a second repair finds nothing.
MARKS = (
    *BEGINNINGS,
    *(bullet.partition("{")[0] for bullet in BULLETS),
    *("a. ", "b. ", "(i) ", "(ii) ", "1.", "o ", "§ ", "\x0c", "Page 3 of 12\n", "Guide, page 2\n"),
    *("h2. Tips\n", "h3. ", "|| Company || Focus ||\n", "| Amazon | ", "{panel:title=a}\n", "bq. "),
    *("{code}\n", "*", "** ", "# ", "[", "Category: ", "Your answer\n", "Company\tValue\tFocus\n"),
    *("Check off what your answer covers.\n", "Q1 of 3\n", "Next →\n", "Background\n", "> "),
)
PIECES = st.lists(
    st.just("w0") | st.sampled_from(["[a|b]", "*", "{{", "}}", "\\\\", "|", "!a.png!", "\u200d",
                                     "\u00ad", "ﬁ", "…-", "wa-", "·", "\ufffd", "\u202b", ":"]),
    min_size=1, max_size=6,
)  # fmt: skip
HOSTILE = st.lists(
    st.builds(
        lambda mark, pieces, glue, end: mark + glue.join(pieces) + end,
        st.sampled_from(MARKS),
        PIECES | PHRASE,
        st.sampled_from([" ", " ", "\t", "\u00a0"]),
        st.sampled_from(["", "", "", ".", "|", "||", "-", "\u00ad", "\n", "\r\n", "\x0c", "\\\\"]),
    )
    | st.just(""),
    max_size=14,
).map("\n".join)


def numbered(text: str) -> str:
    """Return a text in which each word w0 has a number of its own."""
    number = itertools.count()
    return re.sub("w0", lambda _: f"w{next(number)}w", text)


def words_of(text: str) -> set[str]:
    return set(re.findall(r"w\d+w", text))


def check_that_no_word_is_lost(text: str) -> None:
    try:
        page = read_page(text, source="page.txt")
    except PrepkitError:
        return
    question = page.question("technical-leadership", 1)
    said = " ".join([*page.left_out, *map(repr, page.repairs)])
    assert words_of(text) <= words_of(f"{question.model_dump_json()} {said} {page.category}")


@pytest.mark.slow
@settings(max_examples=tries(200))
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_word_of_a_page_is_lost_without_a_word(above: str, between: str, below: str) -> None:
    check_that_no_word_is_lost(
        numbered(
            f"{above}\n\nHow did you grow?\n\nWhy this is asked\n\nIt shows.\n{between}\n"
            f"Key points to cover\n\n- a\n- b\n{below}"
        )
    )


@pytest.mark.slow
@settings(max_examples=tries(300))
@given(HOSTILE | st.text(max_size=60))
def test_a_repaired_text_stays_as_it_is(text: str) -> None:
    once = repair(text, WORDS.__contains__)
    again = repair(once.text, WORDS.__contains__)
    assert again.text == once.text
