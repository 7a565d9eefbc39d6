"""Links in print: within a notebook, to files beside it, and around pictures."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from prepkit.handouts import Handout, Layout, Part, book_pdf, handout_pdf
from prepkit.handouts.links import unlink_lost
from prepkit.handouts.notebook import notebook_document

pytestmark = pytest.mark.slow  # dozens of PDFs

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="30"><path d="M0 0h9v9z"/></svg>'
FAR = "\n\n".join(["text"] * 60)


def markdown(*texts: str, folder: Path | None = None, layout: Layout = Layout()) -> Handout:  # noqa: B008
    cells = [new_markdown_cell(text) for text in texts]
    return handout_pdf(new_notebook(cells=cells), layout, folder=folder)


def body(*texts: str, folder: Path | None = None) -> list[Any]:
    nb = new_notebook(cells=[new_markdown_cell(text) for text in texts])
    return [
        block
        for part in notebook_document(nb, Layout(), folder=folder).data["body"]
        for block in part["c"]
    ]


def text_of(handout: Handout) -> str:
    reader = pypdf.PdfReader(io.BytesIO(handout.pdf))
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def links_of(handout: Handout) -> list[Any]:
    """Return where each link leads: an address, or a page from 1 and how high on it."""
    reader = pypdf.PdfReader(io.BytesIO(handout.pdf))
    found: list[Any] = []
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            link: Any = annotation.get_object()
            if "/A" in link:
                found.append(link["/A"]["/URI"])
            else:
                target, _, _, height, _ = link["/Dest"]
                page_number = reader.get_page_number(target.get_object())
                found.append(((page_number or 0) + 1, round(height)))
    return found


# --------------------------------------------------------------------------- within the notebook


@pytest.mark.parametrize(
    ("link", "place"),
    [
        ("[x](#Data-and-Words)", "## Data and Words"),
        ("[x](#data-and-words)", "## Data and Words"),
        ("[x](#%C3%9Cber-uns)", "## Über uns"),
        ("[x](#data-1)", "## Other data\n\n## Data\n\n## Data"),
        ("[x](#own)", "<a id='own'></a>\n## Data"),
        ("[x](#own)", "## <a name='own'></a>Data"),
        ("[x](#own)", "<div id='own'>\n\nData\n\n</div>"),
        ("[x](#own)", "- Data\n- <span id='own'>words</span>"),
        ("[x](#own)", "<table><tr><td id='own'>Data</td></tr></table>"),
        ("[x](#own)", "<ol><li id='own'>Data</li></ol>"),
        ("[x](#own)", "text[^1]\n\n[^1]: A note with <b id='own'>words</b>."),
        ("[x](#own)", "last\n\n<a id='own'></a>"),
        (r"$\eqref{a}$", r"$$x \label{a}$$"),
        ("## A [x](#data) b", "## Data"),
        ("~~[x](#data)~~", "## Data"),
        ("<a href='#data'><div>x</div></a>", "## Data"),
    ],
)
def test_a_link_within_the_notebook_leads_to_its_place(link: str, place: str) -> None:
    handout = markdown("# Title", link, FAR, place)
    assert handout.notices == ()
    assert next(where for where in links_of(handout) if isinstance(where, tuple))[0] == 2


def test_links_lead_to_the_page_on_which_their_place_begins() -> None:
    texts = [f"<a id='p{n}'></a>\n## Part {n}\n\n" + "words " * 400 for n in range(12)]
    handout = markdown("# T", "\n\n".join(f"[{n}](#p{n})" for n in range(12)), *texts)
    reader = pypdf.PdfReader(io.BytesIO(handout.pdf))
    pages = [page.extract_text() for page in reader.pages]
    begins = [
        next(i for i, text in enumerate(pages, 1) if f"Part {n}\n" in text) for n in range(12)
    ]
    places = links_of(handout)
    assert [page for page, _ in places] == begins
    assert all(one[0] < two[0] or one[1] > two[1] for one, two in pairwise(places))


def test_a_place_before_an_output_is_that_output() -> None:
    output = new_output("stream", name="stdout", text="printed")
    cells = [
        *(new_markdown_cell("# T\n\n[x](#out)"), new_markdown_cell(FAR)),
        *(new_markdown_cell("<a id='out'></a>"), new_code_cell("1", outputs=[output])),
    ]
    handout = handout_pdf(new_notebook(cells=cells))
    assert handout.notices == ()
    assert [page for page, _ in links_of(handout)] == [2]


def test_a_link_that_leads_nowhere_is_plain_and_only_its_author_is_told() -> None:
    handout = markdown("# T\n\n[a](#no) [b](#none) [up](#top) [c](#)")
    assert handout.notices == (
        "cell 1: the links to #no and #none lead to no place in this notebook",
    )
    assert links_of(handout) == []
    assert text_of(handout) == "T a b up c T 1 / 1"


def test_links_to_two_notebooks_of_a_book_do_not_mix() -> None:
    parts = [
        Part(name, new_notebook(cells=[new_markdown_cell(f"# {name}\n\n[x](#data)\n\n## Data")]))
        for name in ("One", "Two")
    ]
    handout = book_pdf(parts, Layout(title="Book"))
    assert handout.notices == ()
    assert [where[0] for where in links_of(handout)][-2:] == [2, 3]


def test_a_place_that_is_not_printed_makes_the_words_of_its_link_plain() -> None:
    link = {"t": "link", "to": 7, "c": ["x"], "lined": True}
    kept = {"t": "link", "to": 1, "c": ["y"], "lined": True}
    unlink_lost([{"t": "text", "c": [{"t": "paragraph", "places": [1], "c": [link, kept]}]}])
    assert (link["to"], kept["to"]) == (None, 1)


# ------------------------------------------------------------------------------ beside the notebook


@pytest.mark.parametrize(
    ("link", "printed"),
    [
        ("[the data](data/bikes.csv)", "the data (data/bikes.csv)"),
        ("[bikes](./data/my%20bikes.csv)", "bikes (data/my bikes.csv)"),
        ("[data/bikes.csv](data/bikes.csv)", "data/bikes.csv"),
        ("[next](../02-next.ipynb#Part-1)", "next (../02-next.ipynb#Part-1)"),
        ("[02-next](02-next.ipynb)", "02-next"),
        ("[ftp](ftp://example.org/x)", "ftp (ftp://example.org/x)"),
        ("<a class='pk-open' href='02-answer.html'>A question</a>", "A question"),
        ("<a href='data.csv'></a>end", "end"),
        ("<a name='x'>here</a>", "here"),
    ],
)
def test_print_says_where_a_link_to_a_file_leads_unless_its_words_do(
    link: str, printed: str
) -> None:
    handout = markdown(f"# T\n\n{link}")
    assert handout.notices == ()
    assert links_of(handout) == []
    assert text_of(handout) == f"T {printed} T 1 / 1"


@pytest.mark.parametrize(
    ("href", "notice"),
    [
        ("/tree/x.csv", "the link to /tree/x.csv leads to a place on one computer"),
        ("file:///home/x.csv", "the link to file:///home/x.csv leads to a place on one computer"),
        ("C:/x.csv", "the link to C:/x.csv leads to a place on one computer"),
        ("javascript:alert()", "the link to javascript:alert() leads nowhere in print"),
        ("?x=1", "the link to ?x=1 leads nowhere in print"),
        (
            f"https://example.org/{'x' * 8000}",
            f"the link to https://example.org/{'x' * 39}… leads to an address too long for a PDF",
        ),
    ],
)
def test_the_author_is_told_of_a_link_that_paper_can_not_say(href: str, notice: str) -> None:
    handout = markdown(f"# T\n\n<a href='{href}'>words</a>")
    assert handout.notices == (f"cell 1: {notice}",)
    assert text_of(handout) == "T words T 1 / 1"


@settings(max_examples=40, deadline=None)
@given(href=st.text(st.characters(exclude_characters="'<>&\0"), max_size=30))
@example(href="https://example.org/\ud800")
@example(href="https://[")
@example(href="//[")
@example(href="#%FF%00")
@example(href="data%0A%2F.csv")
@example(href="mailto:\x7f")
def test_any_address_can_be_printed(href: str) -> None:
    handout = markdown("# T", f"<p><a href='{href}'>words</a> <a href='#{href}'>place</a></p>")
    assert "words" in text_of(handout)
    assert "place" in text_of(handout)


# -------------------------------------------------------------------------------- around pictures


def test_a_link_stays_on_a_picture_that_is_printed(tmp_path: Path) -> None:
    (tmp_path / "plot.svg").write_text(SVG.format(400), "utf-8")
    (tmp_path / "badge.svg").write_text(SVG.format(40), "utf-8")
    handout = markdown(
        "# T\n\n[![A plot](plot.svg)](https://example.org/plot)\n\n"
        "[![A badge](badge.svg)](https://example.org/badge) and [![A plot](plot.svg) words](#t)",
        folder=tmp_path,
    )
    assert handout.notices == ()
    plot, badge, *places = links_of(handout)
    assert (plot, badge) == ("https://example.org/plot", "https://example.org/badge")
    assert [page for page, _ in places] == [1, 1]


def test_a_large_picture_in_a_link_is_as_large_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "plot.svg").write_text(SVG.format(400), "utf-8")
    (found,) = body("[![A plot](plot.svg)](https://example.org)", folder=tmp_path)
    assert (found["t"], found["width"], found["link"]["href"]) == (
        *("picture", 300),
        "https://example.org",
    )


def test_the_words_for_a_picture_that_is_left_out_are_the_words_of_its_link() -> None:
    badge = "https://example.org/badge.svg"
    handout = markdown(
        f"# T\n\n[![Open it]({badge})](https://example.org/a) [![]({badge})](https://example.org/b)"
    )
    assert handout.notices == (
        f"cell 1: the picture {badge} is left out: pictures are not fetched from the web; save it"
        " next to the notebook",
    )
    assert links_of(handout) == ["https://example.org/a", "https://example.org/b"]
    assert "T Open it https://example.org/b Cell 1" in text_of(handout)


def test_a_link_around_a_whole_part_of_a_page_is_kept() -> None:
    handout = markdown('# T\n\n<a href="https://example.org"><div>One</div><div>Two</div></a>')
    assert links_of(handout) == ["https://example.org"]


@pytest.mark.parametrize("head", ["[a](https://example.org)", "[a](#t)", "a[^1]\n\n[^1]: note"])
def test_a_long_table_with_a_link_in_its_head_is_printed_accessibly(head: str) -> None:
    first, _, note = head.partition("\n\n")
    rows = "| 1 |\n" * 150
    assert markdown(f"# T\n\n| {first} |\n|---|\n{rows}\n{note}").notices == ()


def test_a_footnote_in_a_heading_is_printed_once_and_not_in_the_contents() -> None:
    text = "# Title\n\n## A *part[^1]*\n\nAgain[^1].\n\n[^1]: A note."
    handout = markdown(text, layout=Layout(toc=True))
    assert text_of(handout).count("A note.") == 1
    assert text_of(handout).endswith("A part1 Again1. 1A note. Title 1 / 1")
    assert handout.notices == ()
