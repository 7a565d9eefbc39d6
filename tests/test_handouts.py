"""Handouts: what is printed, what is reported, and that nothing else happens."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import prepkit.handouts
from prepkit.bank import Bank, load_bank
from prepkit.bank.format import format_question
from prepkit.errors import PrepkitError
from prepkit.forms import ANSWER_FIELDS, FORMS
from prepkit.handouts import Handout, Layout, build_handout, handout_pdf, worksheet_pdf
from prepkit.handouts.document import worksheets_document
from prepkit.handouts.notebook import notebook_document
from prepkit.handouts.worksheet import WORD
from prepkit.icons import CATEGORY_ICONS, ICONS
from prepkit.notebook.mime import SHEET_MIME
from prepkit.records import Answer, Ask, Question, Revision
from prepkit.sheet import sheet_of
from prepkit.widgets.worksheet import Worksheet
from tests.examples import tries
from tests.writing_room import boxes_of

PACKAGE = Path(prepkit.handouts.__file__).parent
TYPST = '#read("/etc/passwd") $x$ *bold* @label \\ #{1+1} = <T> [link] _under_ `raw'
SAVED = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


def question(number: int = 1, **changes: Any) -> Question:
    star = {"situation": "Where.", "task": "What.", "action": "How.", "result": "Which number."}
    fields: dict[str, Any] = {
        "category": "technical-leadership",
        "number": number,
        "text": f"Tell me about system {number} that you had to scale.",
        "why": "Growth finds the limits that nobody drew.",
        "key_points": ("The load", "The limit", "The choice", "The proof"),
        "follow_ups": ("What broke first?", "What would break next?", "Who agreed?"),
        "levels": {
            "senior engineer": "one service",
            "engineering manager": "one team",
            "senior manager": "several teams",
            "director": "the budget",
        },
        "prompts": star,
        "tips": ("Bring one figure.", "Name what it cost."),
        "example": star,
        "asks": (Ask(company="Amazon", value="Dive Deep", focus="who measured"),),
    }
    return Question.model_validate({**fields, **changes})


def bank_of(folder: Path, *questions: Question) -> Bank:
    home = folder / "questions" / "technical-leadership"
    home.mkdir(parents=True)
    for one in questions:
        path = home / f"{one.number:02d}-question.md"
        path.write_text(format_question(one), "utf-8")
    (folder / "categories.yaml").write_text(
        "- slug: technical-leadership\n  title: Technical leadership\n"
        "  icon: ⚙️\n  description: Systems.\n",
        "utf-8",
    )
    (folder / "companies.yaml").write_text(
        "- name: Amazon\n  values:\n    - name: Dive Deep\n"
        "      source_url: https://amazon.jobs/principles\n      source_kind: owner\n"
        "      checked: 2026-01-02\n      used_in_interviews: stated\n",
        "utf-8",
    )
    return load_bank(folder)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    return bank_of(tmp_path_factory.mktemp("bank"), question(1), question(2))


def answer_of(name: str = "technical-leadership/01", **texts: str) -> Answer:
    assert set(texts) <= set(ANSWER_FIELDS)
    revisions = {
        field: Revision.model_validate(
            {
                "question": name,
                "field": field,
                "revision": 1,
                "text": text,
                "saved_at": SAVED,
                "origin": "form",
            }
        )
        for field, text in texts.items()
    }
    return Answer(question=name, revisions=revisions)


def pages(handout: Handout) -> list[str]:
    """Return the text of each page, its white space made one space."""
    reader = pypdf.PdfReader(io.BytesIO(handout.pdf))
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in reader.pages]


def text_of(handout: Handout) -> str:
    return " ".join(pages(handout))


def leaves(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(leaves(item) for item in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(leaves(item) for item in value)
    return "" if value is None else str(value)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.replace("\u200b", "").replace("_", " "))


def output(data: dict[str, Any], **metadata: Any) -> Any:
    return new_code_cell("1", outputs=[new_output("display_data", data=data, metadata=metadata)])


def missing_words(wanted: str, shown: str) -> list[str]:
    there = set(words(shown))
    return [word for word in words(wanted) if word not in there]


@pytest.mark.long
def test_a_compact_sheet_holds_all_of_the_question_on_two_pages(bank: Bank) -> None:
    handout = worksheet_pdf([Worksheet(bank["technical-leadership/01"])], Layout(compact=True))
    front, back = pages(handout)
    one = question(1)
    assert one.prompts
    assert one.example
    for text in (one.text, one.why, *one.key_points, *one.prompts.values()):
        assert text in front
    assert front.count("☐") == 4
    for text in (*one.follow_ups, *one.tips, *one.levels.values(), "Dive Deep", "who measured"):
        assert f"{text[0].upper()}{text[1:]}" in back
    assert missing_words(" ".join(one.example.values()), back) == []
    assert "Stated. Company's own site: amazon.jobs, read 2 January 2026" in back
    assert re.search(r"Q1\s*of 2", front)
    assert handout.notices == ()


@pytest.mark.long
def test_a_sheet_has_room_for_the_answer_first_then_what_helps_and_last_the_example(
    bank: Bank,
) -> None:
    handout = worksheet_pdf([Worksheet(bank["technical-leadership/01"])])
    front, back, hints, example = pages(handout)
    one = question(1)
    assert one.prompts
    assert one.example
    for text in (one.text, one.why, *one.key_points, "Situation Where.", "Task What."):
        assert text in front
    assert "Action How." in back
    assert "Result Which number." in back
    for text in (*one.follow_ups, *one.tips, *one.levels.values(), "Dive Deep", "who measured"):
        assert f"{text[0].upper()}{text[1:]}" in hints
    assert "A made-up example. Draft yours before you look." in example
    assert missing_words(" ".join(one.example.values()), example) == []
    assert handout.notices == ()


@pytest.mark.long
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_the_boxes_share_room_for_three_hundred_words_as_the_parts_need_it(
    bank: Bank, paper: Any
) -> None:
    entry = bank["technical-leadership/01"]
    handout = worksheet_pdf([Worksheet(entry)], Layout(paper=paper))
    words = [sum(box) / WORD for box in boxes_of(pypdf.PdfReader(io.BytesIO(handout.pdf)))]
    # The middle of the usual words of each part, of 290 in all.
    for room, usual in zip(words, (65, 30, 135, 60), strict=True):
        assert room >= 300 * usual / 290


@pytest.mark.long
def test_a_part_that_is_too_long_for_the_front_is_continued_on_the_back(tmp_path: Path) -> None:
    prompts = dict(zip(FORMS["approach"].names, ("Rule?", "Case?", "End?", "Not?"), strict=True))
    one = question(kind="approach", prompts=prompts, example=prompts)
    bank = bank_of(tmp_path, one)
    handout = worksheet_pdf([Worksheet(bank[one.id])])
    front, back, *_ = pages(handout)
    assert front.count("Example Case?") == 1
    assert front.count("continued on the back") == 1
    assert back.startswith("Example, continued R Result End? L Limits Not?")
    rooms = [sum(box) / WORD for box in boxes_of(pypdf.PdfReader(io.BytesIO(handout.pdf)))]
    words = [sum(part.words) for part in FORMS["approach"].parts]
    assert len(rooms) == 4
    assert [room >= 300 * each / sum(words) for room, each in zip(rooms, words, strict=True)] == [
        True
    ] * 4


@pytest.mark.long
def test_a_question_that_fills_the_front_has_its_boxes_behind_it(tmp_path: Path) -> None:
    one = question(why="Growth finds the limits that nobody drew. " * 75)
    bank = bank_of(tmp_path, one)
    handout = worksheet_pdf([Worksheet(bank[one.id])])
    printed = pages(handout)
    assert "Situation Where." not in printed[0]
    assert "Situation Where." in printed[1]
    rooms = [sum(box) / WORD for box in boxes_of(pypdf.PdfReader(io.BytesIO(handout.pdf)))]
    assert sum(rooms) >= 300
    # What helps starts on a new sheet of paper.
    assert [number for number, text in enumerate(printed) if "What broke first?" in text] == [4]
    assert len(printed) == 6


@pytest.mark.long
def test_a_question_without_anything_that_helps_has_no_second_sheet(tmp_path: Path) -> None:
    bare = question(follow_ups=(), levels={}, tips=(), example=None, asks=())
    bank = bank_of(tmp_path, bare, question(2))
    alone, both = ([Worksheet(bank[name]) for name in names] for names in ([bare.id], bank))
    assert len(pages(worksheet_pdf(alone))) == 2
    printed = pages(worksheet_pdf(both))
    assert [number for number, text in enumerate(printed) if " · Q" in text] == [*range(6)]
    assert len(printed) == 6


@pytest.mark.long
def test_a_stored_answer_is_printed_whole_with_its_ticks(bank: Bank) -> None:
    sheet = Worksheet(
        bank["technical-leadership/01"],
        answer_of(
            situation="Orders rose tenfold.",
            task="Mine was the queue: $5 and $10, **not** the rest.",
            action="3. I measured.\n7. I chose __init__ over <T>.\n- and `wrote` it down",
            result=TYPST,
            key_points="The limit\nThe proof",
        ),
    )
    handout = worksheet_pdf([sheet])
    front = pages(handout)[0]
    assert "Orders rose tenfold." in front
    assert "Mine was the queue: $5 and $10, not the rest." in front
    assert "3. I measured. 7. I chose __init__ over <T>. • and wrote it down" in front
    assert TYPST in front
    assert [front.count("☑"), front.count("☐")] == [2, 2]
    assert handout.notices == ()
    assert pypdf.PdfReader(io.BytesIO(handout.pdf)).metadata.creation_date.date() == SAVED.date()  # type: ignore[union-attr]


@pytest.mark.long
def test_a_part_without_an_answer_keeps_its_box_and_prompt(bank: Bank) -> None:
    sheet = Worksheet(bank["technical-leadership/01"], answer_of(situation="Only this."))
    front = pages(worksheet_pdf([sheet]))[0]
    assert "Only this." in front
    assert "Task What." in front


@pytest.mark.long
def test_an_answer_without_text_gives_a_sheet_to_write_on(bank: Bank) -> None:
    entry = bank["technical-leadership/01"]
    ticked = Worksheet(entry, answer_of(key_points="The load", task=" "))
    assert pages(worksheet_pdf([ticked]))[0].count("☑") == 1
    empty = Worksheet(entry, Answer(question=entry.id))
    assert worksheet_pdf([empty]).pdf == worksheet_pdf([Worksheet(entry)]).pdf


@pytest.mark.long
def test_a_long_answer_goes_on_over_pages_and_the_next_question_starts_a_sheet(bank: Bank) -> None:
    paragraphs = [f"Paragraph{number} " + "said so plainly " * 40 for number in range(12)]
    sheets = [
        Worksheet(bank["technical-leadership/01"], answer_of(action="\n\n".join(paragraphs))),
        Worksheet(bank["technical-leadership/02"], answer_of(result="Short.")),
    ]
    printed = pages(worksheet_pdf(sheets))
    assert [n for n in range(12) if not any(f"Paragraph{n} " in page for page in printed)] == []
    start = next(i for i, page in enumerate(printed) if question(2).text in page)
    assert start % 2 == 0
    assert len(printed) == start + 2


@pytest.mark.long
def test_typst_code_in_every_field_is_printed_as_text(tmp_path: Path) -> None:
    code = '#read("/etc/passwd") $x$ @label #{1+1} \\#eval'
    star = {"situation": code, "task": code, "action": code, "result": code}
    hostile = question(
        1,
        text=code,
        why=code,
        key_points=(code,) * 4,
        follow_ups=(code,) * 3,
        levels=dict.fromkeys(question().levels, code),
        tips=(code,) * 2,
        example=star,
        prompts=star,
        asks=(Ask(company="Amazon", value=None, focus=code),),
        notes=code,
    )
    bank = bank_of(tmp_path, hostile)
    handout = worksheet_pdf([Worksheet(bank[hostile.id])], Layout(title=code, student=code))
    text = text_of(handout)
    # Question, why, points, prompts, foot twice a page, and all of the back.
    assert len(re.findall(r"read\([“\"]/etc/passwd[”\"]\)", text)) >= 24
    assert "root:" not in text
    assert text.count("#{1+1}") >= 24


@pytest.mark.long
def test_the_same_input_gives_the_same_bytes(bank: Bank) -> None:
    sheet = Worksheet(bank["technical-leadership/01"], answer_of(task="Twice."))
    printed = [worksheet_pdf([sheet], Layout(date=date(2026, 3, 14))).pdf for _ in range(2)]
    assert printed[0] == printed[1]


@pytest.mark.slow
def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import hashlib, sys; from pathlib import Path; from prepkit.bank import load_bank;"
        "from prepkit.handouts import *; from prepkit.widgets.worksheet import Worksheet;"
        "bank = load_bank(Path(sys.argv[1]));"
        "print(hashlib.sha256(worksheet_pdf([Worksheet(bank[i]) for i in bank]).pdf).hexdigest())"
    )
    bank = bank_of(tmp_path, question(1), question(2))
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "17", "TZ": "Asia/Tokyo"},
    )
    here = worksheet_pdf([Worksheet(bank[name]) for name in bank]).pdf
    assert ran.stdout.strip() == hashlib.sha256(here).hexdigest()


@pytest.mark.long
def test_the_pdf_is_tagged_and_has_title_language_and_outline(bank: Bank) -> None:
    handout = worksheet_pdf([Worksheet(bank["technical-leadership/01"])])
    reader = pypdf.PdfReader(io.BytesIO(handout.pdf))
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert reader.metadata
    assert reader.metadata.title == question(1).text
    assert reader.metadata.creation_date is None
    assert reader.outline[0]["/Title"] == question(1).text  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("paper", "size"), [("a4", (595, 842)), ("us-letter", (612, 792)), (None, (595, 842))]
)
def test_the_paper_is_the_one_asked_for(bank: Bank, paper: Any, size: tuple[int, int]) -> None:
    layout = Layout(paper=paper, compact=True)
    handout = worksheet_pdf([Worksheet(bank["technical-leadership/01"])], layout)
    reader = pypdf.PdfReader(io.BytesIO(handout.pdf))
    boxes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages}
    assert boxes == {size}
    assert len(reader.pages) == 2


@pytest.mark.long
def test_a_worksheet_in_a_notebook_brings_its_paper(bank: Bank) -> None:
    sheet = Worksheet(bank["technical-leadership/01"], paper="us-letter")
    nb = new_notebook(cells=[output(sheet._repr_mimebundle_())])
    page = pypdf.PdfReader(io.BytesIO(handout_pdf(nb).pdf)).pages[0]
    assert round(page.mediabox.width) == 612


def test_another_paper_is_refused(bank: Bank) -> None:
    with pytest.raises(PrepkitError) as caught:
        Worksheet(bank["technical-leadership/01"], paper="a5")  # type: ignore[arg-type]
    assert str(caught.value) == "Handouts are printed on a4 or us-letter, not on 'a5'."


def test_a_handout_needs_a_question() -> None:
    with pytest.raises(PrepkitError) as caught:
        worksheet_pdf([])
    assert str(caught.value) == "A handout needs at least one question."


@pytest.mark.long
def test_a_missing_script_is_named_with_its_place_and_what_to_install(bank: Bank) -> None:
    sheet = Worksheet(bank["technical-leadership/01"], answer_of(task="Deciphered 𒀀𒀁 at 🙂 work"))
    handout = worksheet_pdf([sheet])
    assert handout.notices == (
        "technical-leadership/01: no font here has 𒀀 (U+12000), 𒀁 (U+12001) (Cuneiform"
        " characters), so they are printed as empty boxes; install a font that has them, such as"
        " Noto Sans Cuneiform",
        "the PDF is tagged, but does not conform to PDF/UA-1",
    )
    assert "Deciphered" in text_of(handout)


@pytest.mark.long
def test_control_characters_are_left_out_and_reported(bank: Bank) -> None:
    sheet = Worksheet(bank["technical-leadership/01"], answer_of(task="bell\x07 rings"))
    handout = worksheet_pdf([sheet])
    assert handout.notices == (
        "technical-leadership/01: unprintable characters are left out: U+0007",
    )
    assert "bell rings" in text_of(handout)


@pytest.mark.long
@given(st.text(max_size=60))
@example("1. a\n5. b\n- c\n```python\nx = 1")
@example("- " * 200 + "deep")
@example("a\x0bb \ue000 &amp; [ref]: x\n\n[a]: http://b")
@settings(max_examples=tries(60))
def test_every_word_of_an_answer_is_in_the_document_or_reported(bank: Bank, text: str) -> None:
    sheet = sheet_of(bank["technical-leadership/01"], answer_of(task=text))
    document = worksheets_document([sheet], Layout())
    (boxes,) = (one["boxes"] for one in document.data["body"][0]["sections"] if one["boxes"])
    assert document.notices or missing_words(text, leaves(boxes[1]["answer"])) == []


@pytest.mark.long
@pytest.mark.parametrize(
    "text",
    [
        "Zażółć gęślą jaźń, ﬁne office, Ωμέγα, Привет",
        "https://example.org/a/very/long/path/that/does/not/fit/" + "x" * 90,
        "a" * 300,
        "- one\n  - two\n    - three\n\n        not code\n\n# not a heading\n> not a quote",
        "e\u0301 n\u0303 \u00ad soft",
    ],
)
def test_every_word_of_an_answer_is_in_the_pdf(bank: Bank, text: str) -> None:
    sheet = Worksheet(bank["technical-leadership/01"], answer_of(situation=text))
    handout = worksheet_pdf([sheet])
    squeeze = str.maketrans("", "", " \n\u00ad\u200b")
    # Joined-up letters may come back in another normal form; all else as it was typed.
    shown = text_of(handout).translate(squeeze).replace("fi", "ﬁ")
    for word in text.replace("fi", "ﬁ").split():
        assert handout.notices or word == "-" or word.translate(squeeze) in shown


@pytest.mark.long
def test_a_notebook_prints_markdown_and_outputs_but_no_code() -> None:
    nb = new_notebook(
        cells=[
            new_markdown_cell(
                "# Title\n\n#### Deep\n\n- [x] done\n\n| a | b |\n|--|--|\n| 1 | 2 |"
            ),
            new_code_cell("secret_code = 1", outputs=[new_output("stream", text="10%\r100%\n")]),
            new_code_cell(
                "1/0", outputs=[new_output("error", ename="ZeroDivisionError", evalue="x")]
            ),
            output({"text/html": "<p>From <b>HTML</b></p>", "text/plain": "unseen"}),
            output({"text/plain": "plain \x1b[31mred\x1b[0m"}),
        ]
    )
    handout = handout_pdf(nb)
    assert text_of(handout) == (
        "Title Deep ☑ done a b 1 2 100% ZeroDivisionError: x From HTML plain red Title 1 / 1"
    )
    assert handout.notices == ()
    assert "secret_code = 1" in text_of(handout_pdf(nb, code=True))


@pytest.mark.long
def test_what_is_removed_and_code_that_is_folded_is_not_printed() -> None:
    shown = [new_output("stream", text="shown")]
    hidden = [new_output("stream", text="hidden")]
    nb = new_notebook(
        cells=[
            new_markdown_cell("gone", metadata={"tags": ["remove-cell"]}),
            new_markdown_cell("text", metadata={"jupyter": {"source_hidden": True}}),
            new_code_cell("gone", metadata={"tags": ["remove-input"]}, outputs=shown),
            new_code_cell("gone", metadata={"jupyter": {"source_hidden": True}}, outputs=shown),
            new_code_cell("source", metadata={"tags": ["remove-output"]}, outputs=hidden),
            new_code_cell("source", metadata={"jupyter": {"outputs_hidden": True}}, outputs=shown),
        ]
    )
    handout = handout_pdf(nb, Layout(title="T"), code=True)
    assert text_of(handout) == "text shown shown source source shown T 1 / 1"
    assert handout.notices == ("the code of 1 cell is folded, so it is not printed",)


def test_a_frame_is_a_table_without_its_default_index_and_numbers_to_the_right() -> None:
    from prepkit.handouts.blocks import blocks_of
    from prepkit.notebook.html_tree import parse_html

    def unheard(text: str, *, for_author: bool = False) -> None:
        raise AssertionError(text, for_author)

    frame = pd.DataFrame({"month": ["May", "June"], "cost": [1210.5, -3]})
    (table,) = blocks_of(parse_html(frame.to_html()), unheard)
    assert (table["columns"], table["head"], table["align"]) == (2, 1, ["left", "right"])
    (named,) = blocks_of(parse_html(frame.set_index("month").to_html()), unheard)
    assert [cell["c"] for cell in named["cells"] if cell["y"] == 0] == [["month"], ["cost"]]
    assert (named["head"], named["index"]) == (1, 1)


def test_long_texts_in_a_table_get_the_width_that_short_ones_leave() -> None:
    frame = pd.DataFrame({"host": ["a.example.org"], "what": ["word " * 80], "why": ["word " * 20]})
    nb = new_notebook(cells=[output({"text/html": frame.to_html(index=False)})])
    document = notebook_document(nb, Layout())
    host, what, why = document.data["body"][0]["c"][0]["widths"]
    assert host is None
    assert what / why == pytest.approx(2, rel=0.02)


@pytest.mark.long
def test_a_wide_table_that_fills_a_page_in_landscape_turns_it() -> None:
    frame = pd.DataFrame({f"a column {n}": ["some value"] * 33 for n in range(12)})
    nb = new_notebook(cells=[new_markdown_cell("Before"), output({"text/html": frame.to_html()})])
    reader = pypdf.PdfReader(io.BytesIO(handout_pdf(nb).pdf))
    turned = [page.mediabox.width > page.mediabox.height for page in reader.pages]
    assert turned == [False, True]


@pytest.mark.long
def test_the_worksheet_in_an_output_is_printed_as_the_worksheet(bank: Bank) -> None:
    sheet = Worksheet(bank["technical-leadership/01"], answer_of(task="Stored."))
    nb = new_notebook(cells=[output(sheet._repr_mimebundle_())])
    assert handout_pdf(nb).pdf == worksheet_pdf([sheet]).pdf


@pytest.mark.long
def test_a_worksheet_after_other_pages_starts_a_sheet_of_its_own(bank: Bank) -> None:
    sheet = Worksheet(bank["technical-leadership/01"])
    nb = new_notebook(cells=[new_markdown_cell("# Before"), output(sheet._repr_mimebundle_())])
    printed = pages(handout_pdf(nb, Layout(compact=True)))
    assert ["Situation" in page for page in printed] == [False, False, True, True]
    printed = pages(handout_pdf(nb))
    assert ["Situation Where." in page for page in printed] == [
        *[False] * 2,
        True,
        *[False] * 2,
        True,
    ]


@pytest.mark.long
def test_a_damaged_worksheet_is_reported_and_its_text_printed(bank: Bank) -> None:
    bundle = Worksheet(bank["technical-leadership/01"])._repr_mimebundle_()
    bundle[SHEET_MIME] = {**bundle[SHEET_MIME], "of": "many"}
    handout = handout_pdf(new_notebook(cells=[output(bundle)]))
    assert handout.notices == (
        "cell 1, output 1: the worksheet's data is damaged (of: Input should be a valid integer,"
        " unable to parse string as an integer); its text is printed instead",
    )
    assert question(1).text in text_of(handout)


@pytest.mark.long
def test_what_cannot_be_printed_is_reported_with_cell_and_output() -> None:
    nb = new_notebook(
        cells=[
            new_markdown_cell("$E = \\mystery{2}$ and ![a plot](plot.png)"),
            output({"text/html": "<script>draw()</script><p>Loading</p>"}),
            output({"image/png": "aGVsbG8=", "text/plain": "a figure"}),
            output({"application/x-own": "1"}),
            output({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "VBox()"}),
        ]
    )
    handout = handout_pdf(nb)
    assert handout.notices == (
        "cell 1: a formula is printed as its TeX source: \\mystery is not supported",
        "cell 1: the picture plot.png is left out: only pictures stored in the notebook are"
        " printed",
        "cell 2, output 1: what a script shows is not printed",
        "cell 3, output 1: the picture (PNG) is left out: it is not a PNG picture",
        "cell 4, output 1: not printed: only other programs show its kind (application/x-own);"
        " show a table, a picture or text instead",
        "cell 5, output 1: a widget is printed as its text",
    )
    text = text_of(handout)
    assert "E = \\mystery{2} and a plot" in text
    assert "a figure" in text
    for notice in handout.notices:
        assert f"{notice[0].upper()}{notice[1:]}." in text


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30" viewBox="0 0 90 30">{}</svg>'


def test_a_drawing_loses_every_reference_to_something_outside_it() -> None:
    inner = (
        "<script>alert(1)</script><image href='file:///etc/passwd'/><use xlink:href=\"#a\"/>"
        '<rect style="fill: url(http://example.org/x)"/><image href="data:image/png;base64,AA"/>'
        '<foreignObject><p>x</p></foreignObject><rect fill="url(#own)"/>'
    )
    nb = new_notebook(cells=[output({"image/svg+xml": SVG.format(inner)}, alt="x")])
    document = notebook_document(nb, Layout())
    (block,) = [one for one in document.data["body"][0]["c"] if one["t"] == "picture"]
    assert document.pictures[block["src"]].decode() == SVG.format(
        '<image /><use href="#a" /><rect />'
        '<image href="data:image/png;base64,AA" /><rect fill="url(#own)" />'
    )
    assert block["width"] == 67.5


@pytest.mark.long
def test_a_broken_drawing_is_replaced_and_the_rest_is_printed() -> None:
    good = SVG.format('<rect width="9" height="9"/>')
    nb = new_notebook(
        cells=[
            output({"image/svg+xml": good}, **{"image/svg+xml": {"alt": "Good"}}),
            output({"image/svg+xml": SVG.replace('"90"', '"0"')}, alt="Without a width"),
            output({"image/svg+xml": SVG.format("<rect")}, alt="Not closed"),
            new_markdown_cell("The rest"),
        ]
    )
    handout = handout_pdf(nb)
    assert handout.notices == (
        "cell 3, output 1: the picture (SVG) is left out: it is not well-formed SVG"
        " (not well-formed (invalid token))",
        "cell 3, output 1: not printed: only other programs show its kind (image/svg+xml);"
        " show a table, a picture or text instead",
        "cell 2, output 1: a damaged picture is left out",
    )
    assert "The rest" in text_of(handout)


def test_a_picture_of_too_many_pixels_is_left_out() -> None:
    size = (100_000).to_bytes(4, "big")
    bomb = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + size + size + bytes(30)
    nb = new_notebook(cells=[output({"image/png": base64.b64encode(bomb).decode()})])
    assert handout_pdf(nb).notices == (
        "cell 1, output 1: the picture (PNG) is left out: it has 100000 x 100000 pixels;"
        " at most 50,000,000 are printed",
        "cell 1, output 1: not printed: only other programs show its kind (image/png);"
        " show a table, a picture or text instead",
    )


@pytest.mark.long
@pytest.mark.parametrize("deep", [">" * 1000, "[" * 1000, "<div>" * 2000, "<ul><li><b>" * 300])
def test_deep_nesting_is_printed(deep: str) -> None:
    assert "needle" in text_of(
        handout_pdf(new_notebook(cells=[new_markdown_cell(deep + " needle")]))
    )


def test_a_notebook_of_another_format_is_refused() -> None:
    with pytest.raises(PrepkitError) as caught:
        handout_pdf({"nbformat": 5, "cells": []})
    assert str(caught.value) == (
        "This notebook can't be printed: its notebook format isn't 4; open it in JupyterLab and"
        " save it again."
    )


@pytest.mark.long
def test_build_handout_writes_a_whole_file_and_returns_the_notices(
    bank: Bank, tmp_path: Path
) -> None:
    path = tmp_path / "sheet.pdf"
    ids = list(bank)
    answers = {ids[0]: answer_of(task="From the store.")}
    assert build_handout(bank, ids, answers, path) == (path, ())
    text = " ".join(" ".join(p.extract_text().split()) for p in pypdf.PdfReader(path).pages)
    assert "From the store." in text
    assert question(2).text in text
    assert list(tmp_path.iterdir()) == [path]


def test_build_handout_says_which_question_is_unknown(bank: Bank, tmp_path: Path) -> None:
    with pytest.raises(PrepkitError, match="technical-leadership/11"):
        build_handout(bank, ["technical-leadership/11"], None, tmp_path / "sheet.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_build_handout_says_where_it_cannot_write(bank: Bank, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "sheet.pdf"
    with pytest.raises(PrepkitError) as caught:
        build_handout(bank, list(bank), None, path)
    assert str(caught.value) == f"{path} can't be written: No such file or directory."


def test_a_worksheet_shows_itself_on_a_screen_and_as_text(bank: Bank) -> None:
    sheet = Worksheet(bank["technical-leadership/01"], answer_of(task="<b>typed</b> & kept"))
    bundle = sheet._repr_mimebundle_()
    assert set(bundle) == {SHEET_MIME, "text/html", "text/plain"}
    assert "&lt;b&gt;typed&lt;/b&gt; &amp; kept" in bundle["text/html"]
    assert "Task\n<b>typed</b> & kept" in bundle["text/plain"]
    assert question(1).text in bundle["text/html"]


def test_fonts_and_icons_have_their_licences_beside_them() -> None:
    fonts = {path.name.split("_")[0] for path in (PACKAGE / "fonts").glob("*.ttf")}
    assert fonts == {"NotoEmoji", "NotoNaskhArabic", "SourceSans3", "SourceSerif4"}
    for font in fonts:
        licence = (PACKAGE / "fonts" / f"{font}-OFL.txt").read_text("utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "ISC License" in (ICONS / "LICENSE").read_text("utf-8")
    size = sum(path.stat().st_size for path in PACKAGE.rglob("*") if path.is_file())
    assert size < 5_000_000


def test_every_category_icon_and_template_icon_is_there(tmp_path: Path) -> None:
    template = (PACKAGE / "template" / "company.typ").read_text("utf-8")
    named = re.findall(r'icon\("([\w-]+)"', template)
    full = question(1, notes="Behind it.")
    sections = sheet_of(bank_of(tmp_path, full)[full.id]).sections
    named += [section.icon for section in sections if section.icon]
    assert len(named) >= 5
    there = {path.stem for path in ICONS.glob("*.svg")}
    assert {*named, *CATEGORY_ICONS.values()} == there


@pytest.mark.long
def test_printing_imports_nothing_that_it_does_not_need() -> None:
    code = (
        "import prepkit.handouts, sys;"
        "print({'nbconvert', 'pandas', 'yaml', 'prepkit.bank.parse'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"


@pytest.mark.long
def test_a_worksheet_is_made_without_loading_the_store_of_answers_or_what_sets_maths() -> None:
    code = (
        "import sys;"
        "from prepkit.bank import load_bank;"
        "from prepkit.handouts import Layout;"
        "from prepkit.handouts.document import worksheets_document;"
        "from prepkit.sheet import sheet_of;"
        "worksheets_document([sheet_of(load_bank()['technical-leadership/06'])], Layout());"
        "slow = {'prepkit.answers', 'prepkit.notebook.maths', 'prepkit.practice', 'sqlite3'};"
        "print(slow & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
