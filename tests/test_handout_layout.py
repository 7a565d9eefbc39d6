"""Handouts as they are asked for: contents, margins, size of type and language."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import io
import re
from typing import Any

import pypdf
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from prepkit.bank import load_bank
from prepkit.errors import PrepkitError
from prepkit.handouts import Handout, Layout, handout_pdf, worksheet_pdf
from prepkit.widgets.worksheet import Worksheet
from tests.test_handout_exporter import export

TEXT = "# Title\n\nFirst.\n\n## One\n\nText.\n\n### Below\n\nText.\n\n## Two\n\nText."


def printed(text: str, **layout: Any) -> Handout:
    return handout_pdf(new_notebook(cells=[new_markdown_cell(text)]), Layout(**layout))


def reader(handout: Handout) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(handout.pdf))


def language(pdf: pypdf.PdfReader) -> str:
    root: Any = pdf.trailer["/Root"]
    return str(root["/Lang"])


def words(handout: Handout) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in reader(handout).pages)


def sizes(handout: Handout, text: str) -> list[float]:
    """Return the sizes of the type in which a text is set."""
    found: list[float] = []

    def visit(shown: str, _: Any, matrix: Any, __: Any, size: float) -> None:
        if text in shown:
            found.append(round(abs(matrix[3]) * size if matrix[3] not in (1, -1) else size, 1))

    for page in reader(handout).pages:
        page.extract_text(visitor_text=visit)
    return found


def left_edge(handout: Handout) -> float:
    """Return how far the first text is from the left edge of its page, in points."""
    edges: list[float] = []

    def visit(text: str, page: Any, place: Any, *_: Any) -> None:
        if text.strip():
            edges.append(page[4] + place[4])

    reader(handout).pages[0].extract_text(visitor_text=visit)
    return min(edges)


@pytest.mark.long
def test_a_table_of_contents_stands_below_the_title_and_leads_to_the_headings() -> None:
    handout = printed(TEXT, toc=True)
    assert handout.notices == ()
    shown = re.sub(r"[. ]{3,}", " ", words(handout))
    assert shown.startswith("Title Contents One 1 Below 1 Two 1 First. One Text.")
    (page,) = reader(handout).pages
    annotations: Any = page["/Annots"]
    assert [one.get_object()["/Subtype"] for one in annotations] == ["/Link"] * 3


@pytest.mark.long
def test_without_being_asked_there_is_no_table_of_contents() -> None:
    assert "Contents" not in words(printed(TEXT))


def test_contents_come_first_where_the_text_does_not_begin_with_a_heading() -> None:
    shown = re.sub(r"[. ]{3,}", " ", words(printed("Before.\n\n# One\n\n# Two", toc=True)))
    assert shown.startswith("Contents One 1 Two 1 Before. One Two")


def test_a_text_without_headings_has_no_table_of_contents() -> None:
    handout = printed("Text.", toc=True)
    assert "Contents" not in words(handout)
    assert handout.notices == ("there are too few headings for a table of contents",)


@pytest.mark.long
def test_margins_move_the_text_and_leave_tables_more_room() -> None:
    assert [round(left_edge(printed("Text.", margins=width))) for width in ("15mm", "1in")] == [
        43,
        72,
    ]
    row = "|".join(["value of"] * 13)
    table = f"|{row}|\n|{'---|' * 13}\n|{row}|"
    shown = [words(printed(table, margins=width)) for width in ("12mm", "40mm")]
    assert ["The same table" in text for text in shown] == [False, True]


@pytest.mark.long
def test_everything_is_set_larger_in_a_larger_size() -> None:
    text = "# Title\n\nText.\n\n`code`"
    usual, large = printed(text), printed(text, font_size=14)
    for part in ("Title", "Text.", "code"):
        (before, *_), (after, *_) = sizes(usual, part), sizes(large, part)
        assert after / before == pytest.approx(14 / 10.2, abs=0.02)


@pytest.mark.long
def test_the_language_is_in_the_pdf_and_its_long_words_are_hyphenated() -> None:
    word = "Rechtsschutzversicherung"
    text = f"# Fahrt\n\nHier steht {' und hier '.join([word] * 20)}."
    german, english = printed(text, language="de-AT"), printed(text)
    assert language(reader(german)) == "de-AT"
    assert language(reader(english)) == "en"
    assert words(english).count(word) == 20
    assert words(german).count(word) < 20


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"margins": "wide"},
            "'wide' is not a margin: give a length from 12mm to 50mm, such as 25mm, 2.5cm or 1in",
        ),
        (
            {"margins": "1mm"},
            "'1mm' is not a margin: give a length from 12mm to 50mm, such as 25mm, 2.5cm or 1in",
        ),
        (
            {"font_size": 40},
            "'40' is not a font size that can be read and fits a page: give points, from 9 to 16",
        ),
        (
            {"language": "german"},
            "'german' is not the code of a language: give one such as de, pt-BR or zh-Hant",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_one_clear_error(
    wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(PrepkitError) as error:
        Layout(**wrong)
    assert str(error.value) == message


def test_the_exporter_takes_the_same_options() -> None:
    nb = new_notebook(cells=[new_markdown_cell(TEXT)])
    pdf = export(nb, toc=True, margins="3cm", font_size=12, language="fr")
    assert language(pdf) == "fr"
    assert "Table des matières" in pdf.pages[0].extract_text()


@pytest.mark.long
def test_contents_of_a_set_without_a_cover() -> None:
    bank = load_bank()
    sheets = [Worksheet(bank[f"technical-leadership/0{n}"]) for n in (1, 2)]
    handout = worksheet_pdf(sheets, Layout(toc=True, compact=True))
    assert handout.notices == ()
    first, second, third = [page.extract_text() for page in reader(handout).pages[:3]]
    assert first.startswith("Contents")
    assert second.casefold().startswith("notes")
    assert "Q1 of 10" in " ".join(third.split())


def one_of_each_category(count: int) -> list[str]:
    """Return the beginning of the first three pages of a set of so many categories."""
    bank = load_bank()
    first = bank.questions.drop_duplicates("category").index[:count]
    sheets = [Worksheet(bank[name]) for name in first]
    pdf = reader(worksheet_pdf(sheets, Layout(compact=True), cover=True))
    return [" ".join(page.extract_text().split()) for page in pdf.pages[:3]]


@pytest.mark.long
def test_the_cover_of_a_set_of_seventeen_categories_is_one_page() -> None:
    cover, contents, _ = one_of_each_category(17)
    assert cover.casefold().endswith("name date")
    assert contents.startswith("Contents")


@pytest.mark.long
def test_contents_that_would_leave_a_page_empty_take_a_little_less_space() -> None:
    _, contents, sheet = one_of_each_category(12)
    assert contents.startswith("Contents")
    assert "Q1 of 12" in sheet


@pytest.mark.parametrize("lines", range(43, 46))
def test_a_short_table_is_not_cut_at_the_end_of_a_page(lines: int) -> None:
    table = "| What | Score |\n|---|---|\n" + "".join(f"| row{n} | {n} |\n" for n in range(4))
    text = "Text.\n\n" * lines + table
    pages = [page.extract_text() for page in reader(printed(text)).pages]
    assert [page.count("row") for page in pages if "row" in page] == [4]
