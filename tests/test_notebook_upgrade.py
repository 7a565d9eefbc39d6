"""Files of notebooks in any shape: old formats, missing fields, and what can't be read at all."""

# mypy: allow-untyped-calls
# (nbconvert is not typed.)

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.__main__ import main
from prepkit.handouts.exporter import HandoutExporter
from prepkit.notebook.reader import read_notebook
from prepkit.notebook.upgrade import FormatError, as_format_4, load_notebook
from tests.test_notebook_reader import SCREEN

TEXT: dict[str, Any] = {"cell_type": "markdown", "metadata": {}, "source": "# Hello Zoë"}
RUN: dict[str, Any] = {
    "cell_type": "code",
    "metadata": {},
    "source": "x = 1",
    "execution_count": 1,
    "outputs": [{"output_type": "stream", "name": "stdout", "text": "seen\n"}],
}
OLD: dict[str, Any] = {
    "metadata": {"name": "old"},
    "nbformat": 3,
    "nbformat_minor": 0,
    "worksheets": [
        {
            "cells": [
                {"cell_type": "heading", "level": 2, "source": ["Hello", " Zoë"]},
                {
                    "cell_type": "code",
                    "input": ["x = 1\n", "x"],
                    "language": "python",
                    "collapsed": False,
                    "prompt_number": 3,
                    "outputs": [
                        {"output_type": "stream", "stream": "stdout", "text": ["seen\n"]},
                        {"output_type": "pyout", "prompt_number": 3, "html": ["<b>bold</b>"]},
                        {
                            "output_type": "pyerr",
                            "ename": "E",
                            "evalue": "v",
                            "traceback": ["E: v"],
                        },
                    ],
                },
                {"cell_type": "markdown", "source": "words"},
            ]
        }
    ],
}


def shapes() -> dict[str, dict[str, Any]]:
    """Return notebooks of shapes that other programs write, by what is odd about them."""
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [TEXT, RUN]}
    bare = [
        {key: value for key, value in cell.items() if key != "metadata"} for cell in (TEXT, RUN)
    ]
    unknown = {"output_type": "weird", "data": {"text/plain": "odd"}}
    return {
        "no ids": whole,
        "null ids": {**whole, "cells": [{**TEXT, "id": None}, {**RUN, "id": None}]},
        "twice the same id": {**whole, "cells": [{**TEXT, "id": "a"}, {**RUN, "id": "a"}]},
        "ids before 4.5": {**whole, "nbformat_minor": 4, "cells": [{**TEXT, "id": "a"}, RUN]},
        "no metadata": {key: value for key, value in whole.items() if key != "metadata"},
        "no metadata of cells": {**whole, "cells": bare},
        "null metadata": {**whole, "metadata": None, "cells": [{**TEXT, "metadata": None}, RUN]},
        "a kernel without a name": {**whole, "metadata": {"kernelspec": {"language": "R"}}},
        "a kernel with nothing else": {**whole, "metadata": {"kernelspec": {"name": "python3"}}},
        "no minor format": {key: value for key, value in whole.items() if key != "nbformat_minor"},
        "an unknown output": {
            **whole,
            "cells": [TEXT, {**RUN, "outputs": [*RUN["outputs"], unknown]}],
        },
        "an unknown cell": {**whole, "cells": [TEXT, RUN, {"cell_type": "sql", "source": "x"}]},
        "format 3": OLD,
    }


@pytest.mark.long
@pytest.mark.parametrize("shape", shapes())
def test_a_notebook_of_any_shape_is_published_and_printed(tmp_path: Path, shape: str) -> None:
    source = tmp_path / "odd.ipynb"
    source.write_text(json.dumps(shapes()[shape]), "utf-8")
    site = tmp_path / "site"
    assert main(["site", "--no-bank", str(source), "-o", str(site)]) == 0
    html = (site / "notebooks" / "odd.html").read_text("utf-8")
    pdf, _ = HandoutExporter().from_filename(str(source))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    for text in (html, " ".join(page.extract_text() for page in reader.pages)):
        assert "Hello Zoë" in text
        assert "seen" in text


def test_a_notebook_of_format_3_is_one_of_format_4() -> None:
    nb = as_format_4(OLD)
    assert nb["nbformat"] == 4
    heading, code, text = nb["cells"]
    assert (heading["cell_type"], heading["source"]) == ("markdown", "## Hello Zoë")
    assert ("".join(code["source"]), code["execution_count"]) == ("x = 1\nx", 3)
    kinds = [output["output_type"] for output in code["outputs"]]
    assert kinds == ["stream", "execute_result", "error"]
    assert code["outputs"][1]["data"] == {"text/html": ["<b>bold</b>"]}
    assert text["source"] == "words"


def test_a_notebook_of_format_4_is_left_as_it_is() -> None:
    nb = shapes()["no ids"]
    assert as_format_4(nb) is nb


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b" \n", "the file is empty"),
        (
            '{"a": "Zoë"}'.encode("latin-1"),
            "its text isn't in UTF-8, as notebooks are: save it in UTF-8 with a text editor",
        ),
        (
            b'<<<<<<< HEAD\n{"cells": []}\n=======\n{}\n>>>>>>> theirs\n',
            "git has marked conflicts in it: resolve them first",
        ),
        (
            b"# Title\n=======\n",
            "this isn't a notebook, or it is damaged; open it in JupyterLab and save it again",
        ),
        (b"[]", "its notebook format isn't 4; open it in JupyterLab and save it again"),
        (
            b'{"nbformat": 5, "cells": []}',
            "its notebook format isn't 4; open it in JupyterLab and save it again",
        ),
        (
            b'{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "heading", "level": "x"}]}]}',
            "it is a damaged notebook of format 3; open it in JupyterLab and save it again",
        ),
    ],
)
def test_a_file_that_is_no_notebook_is_refused_with_the_reason(raw: bytes, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        load_notebook(raw)
    assert str(caught.value) == message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "cell_type", "source", "outputs", "output_type", "metadata", "png"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(JSON, st.sampled_from([2, 3, 4]))
def test_a_damaged_notebook_is_read_or_refused(value: Any, number: int) -> None:
    for nb in (
        value,
        {"nbformat": number, "worksheets": [value], "cells": value},
        {
            "nbformat": number,
            "worksheets": [{"cells": [value, {"cell_type": "code", "outputs": [value]}]}],
        },
    ):
        try:
            whole = as_format_4(nb)
        except FormatError:
            continue
        list(read_notebook(whole, SCREEN))
