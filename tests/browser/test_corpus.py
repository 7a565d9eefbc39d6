"""The comparison with nbconvert's page: what it reads in Chromium, and that it runs whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser

from tests.corpus import pages
from tests.corpus.shown import FORMULA
from tests.site_samples import PIXEL

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
v4 = nbformat.v4


def write(folder: Path, name: str, *cells: nbformat.NotebookNode) -> Path:
    path = folder / name
    nbformat.write(v4.new_notebook(cells=list(cells)), path)
    return path


def shows(html: str, **data: str) -> nbformat.NotebookNode:
    output = v4.new_output("display_data", data={"text/html": html, **data})
    cell: nbformat.NotebookNode = v4.new_code_cell("show()", outputs=[output], execution_count=1)
    return cell


def test_nbconverts_page_is_read_as_a_visitor_sees_it(browser: Browser, tmp_path: Path) -> None:
    text = "# Title\n\nA $x^2$ and [a file](data.csv), [none](gone.csv), [below](#Title)."
    html = (
        "<p style='display:none'>hidden</p><p>seen</p><script>alert(1)</script>"
        f"<img src='data:image/png;base64,{PIXEL}'><img src='gone.png'>"
        "<div style='background: red; width: 30px; height: 30px'></div><iframe src='a'></iframe>"
        "<table class='dataframe'><tbody><tr><th>0</th><td>7</td></tr></tbody></table>"
    )
    (tmp_path / "data.csv").write_text("a\n")
    path = write(tmp_path, "a.ipynb", v4.new_markdown_cell(text), shows(html))
    found = pages.theirs(pages.reader_in(browser), tmp_path, path)
    parts = {part.place: " ".join(part.text.split()) for part in found.parts}
    assert parts == {
        "cell 1": f"Title A {FORMULA} and a file, none, below.",
        "cell 2": "show()",
        "cell 2, output 1": "seen 7",
        "": "",
    }
    assert [(one.place, one.kind) for one in found.visuals] == [
        ("cell 2, output 1", "picture"),
        ("cell 2, output 1", "media"),
        ("cell 2, output 1", "drawing"),
    ]
    assert [one.address for one in found.links] == ["data.csv", "#Title"]


def test_the_script_compares_both_outputs_and_ends_well_where_nothing_is_missing(
    tmp_path: Path,
) -> None:
    write(tmp_path, "whole.ipynb", v4.new_markdown_cell("# Title\n\nA text."), shows("<b>x</b>"))
    command = [sys.executable, "tests/corpus", str(tmp_path), "--json", str(tmp_path / "out.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.startswith("whole.ipynb: site whole; pdf whole\n"), done.stderr
    assert (done.returncode, (tmp_path / "out.json").is_file()) == (0, True)
