"""The size of a worksheet's back is found once, and given to the next document."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from prepkit.bank import load_bank
from prepkit.handouts import Layout
from prepkit.handouts.back_sizes import keep_sizes, with_sizes, without_sizes
from prepkit.handouts.notebook import notebook_document
from prepkit.handouts.typesetting import Document, typeset
from prepkit.widgets.worksheet import Worksheet

DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'
LAYOUT = Layout(compact=True)
META = {"paper": "a4", "margins": {}, "zoom": 1, "hyphenate": True, "language": {}}


def packet(question: str, layout: Layout = LAYOUT) -> Document:
    """Return a notebook with a picture and a worksheet, as packets have them."""
    sheet = Worksheet(load_bank()[question], compact=True)
    shown = ({"image/svg+xml": DOT}, sheet._repr_mimebundle_())
    outputs = [new_output("display_data", data=data) for data in shown]
    return notebook_document(new_notebook(cells=[new_code_cell("show", outputs=outputs)]), layout)


def known(document: Document) -> list[int]:
    parts = with_sizes(document.data["body"], document.data["meta"])
    return [part["size"] for part in parts if "size" in part]


@pytest.mark.long
@pytest.mark.parametrize("question", ["leading-people/04", "operations-and-metrics/03"])
def test_a_worksheet_is_the_same_where_its_size_is_already_known(question: str) -> None:
    assert known(packet(question)) == []
    first = typeset(packet(question)).pdf
    assert len(known(packet(question))) == 1
    assert typeset(packet(question)).pdf == first


@pytest.mark.long
def test_a_size_is_known_only_of_the_same_paper() -> None:
    typeset(packet("leading-people/05"))
    assert len(known(packet("leading-people/05"))) == 1
    assert known(packet("leading-people/05", Layout(compact=True, paper="us-letter"))) == []


def test_a_size_that_is_not_final_is_not_kept_and_other_fonts_have_none() -> None:
    part: dict[str, Any] = {"t": "worksheet", "key": 3, "set": False, "sections": []}
    keep_sizes([part], META, [(3, 2, False)])
    assert with_sizes([part], META) == [part]
    keep_sizes([part], META, [(3, 2, True)])
    assert with_sizes([part], META) == [{**part, "size": 2}]
    assert without_sizes(with_sizes([part], META)) == [part]
