"""What stands above a notebook on its page: its file, its authors and date, its code, a link."""

from __future__ import annotations

import base64
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from prepkit.errors import InputError
from prepkit.notebook.byline import Byline, byline
from prepkit.site.downloads import published_notebook
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings, load_settings
from tests.site_samples import code_cell, notebook, text_cell, write_notebook

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
XMLNS = 'xmlns="http://www.w3.org/2000/svg"'
VIEW = "application/vnd.jupyter.widget-view+json"


def photo() -> str:
    """Return a photo in base64 that says where it was taken."""
    notes = Image.Exif()
    notes[0x010E] = "At home in Tromsø, 69.6 north"
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG", exif=notes)
    return base64.b64encode(file.getvalue()).decode()


def build(folder: Path, **settings: Any) -> BeautifulSoup:
    """Return the page of the notebook in a folder."""
    publish(
        folder / "site",
        [folder / "book"],
        settings=Settings(**settings),
        with_bank=False,
        private=None,
        now=MONDAY,
    )
    page = folder / "site" / "notebooks" / "part" / "my-report.html"
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    part = tmp_path / "book" / "part"
    part.mkdir(parents=True)
    write_notebook(
        part / "My report.ipynb",
        text_cell("# Report"),
        code_cell({"text/plain": "3"}, source="1 + 2"),
        code_cell({"text/plain": "4"}, source="2 + 2", tags=["hide-input"]),
        authors=[{"name": "Ada Marin"}, "Björn Öst"],
        date="2026-01-31",
    )
    return tmp_path


def published(*cells: dict[str, Any], **metadata: Any) -> Any:
    return json.loads(published_notebook(notebook(*cells, **metadata)))


def test_a_notebook_is_downloaded_without_what_its_page_does_not_have() -> None:
    private = {
        **code_cell({"text/html": "<b>shown</b>", "text/plain": "Text(value='private')", VIEW: {}}),
        "metadata": {"ExecuteTime": "private", "tags": ["x"], "colab": {"user": "private"}},
    }
    private["outputs"][0]["metadata"] = {"alt": "a plot", "prepkit": "private"}
    found = published(
        text_cell("# T", attachments={"a.txt": {"text/plain": "private"}}),
        {**text_cell("private"), "metadata": {"tags": ["remove_cell"]}},
        code_cell({"text/plain": "kept"}, source="private", tags=["remove-input"]),
        code_cell({"text/plain": "private"}, source="kept", tags=["remove-output"]),
        private,
        code_cell({"text/plain": "Password(value='private')", VIEW: {"model_id": "private"}}),
        kernelspec={"name": "python3", "display_name": "Python 3", "language": "python"},
        authors=[{"name": "Ada"}],
        widgets={"state": "private"},
        papermill={"output_path": "private"},
        vscode="private",
    )
    nbformat.validate(found)
    assert "private" not in json.dumps(found)
    assert [cell["source"] for cell in found["cells"]] == ["# T", "", "kept", "show()", "show()"]
    assert found["metadata"] == {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "authors": [{"name": "Ada"}],
    }
    widget = found["cells"][3]
    assert widget["metadata"] == {"tags": ["x"]}
    assert widget["outputs"][0]["metadata"] == {"alt": "a plot"}
    assert widget["outputs"][0]["data"]["text/html"] == "<b>shown</b>"


def test_pictures_in_a_downloaded_notebook_do_not_tell_where_they_were_taken() -> None:
    cell = code_cell({"image/jpeg": photo()})
    attached = text_cell("![x](attachment:a.jpg)", attachments={"a.jpg": {"image/jpeg": photo()}})
    before = json.dumps(notebook(cell, attached))
    found = published(cell, attached)
    assert json.dumps(notebook(cell, attached)) == before  # what the page is made of stays
    for bundle in (
        found["cells"][0]["outputs"][0]["data"],
        found["cells"][1]["attachments"]["a.jpg"],
    ):
        assert 0 < len(bundle["image/jpeg"]) < len(photo())


def test_drawings_in_a_downloaded_notebook_are_those_of_its_page() -> None:
    inner = f"<svg {XMLNS}><metadata>private</metadata><title>kept</title></svg>"
    drawing = (
        f"<svg {XMLNS} data-by='private'><!-- private -->{inner}<script>private</script></svg>"
    )
    file = f'<?xml version="1.0"?><!-- private -->{drawing}'
    stored = base64.b64encode(file.encode()).decode()
    found = published(
        text_cell(
            f"`<svg` before {drawing} after `<svg` end",
            attachments={"a": {"image/svg+xml": stored}},
        ),
        code_cell({"image/svg+xml": file}),
        code_cell({"text/html": f"<!-- x --><p>before</p>{inner}{drawing}<p>after</p></svg>"}),
        code_cell({"image/svg+xml": "<svg private"}),
    )
    attached = found["cells"][0]["attachments"]["a"]["image/svg+xml"]
    texts = [found["cells"][0]["source"], base64.b64decode(attached).decode()]
    texts += [text for cell in found["cells"][1:] for text in cell["outputs"][0]["data"].values()]
    assert [text.count("kept") for text in texts] == [1, 1, 1, 2, 0]
    assert not any("private" in text or "<!-- p" in text for text in texts)
    assert texts[0].startswith("`<svg` before <svg")
    assert texts[0].endswith(" after `<svg` end")
    assert texts[3].startswith("<!-- x --><p>before</p><svg")
    assert "<p>after</p>" in texts[3]


def test_the_file_of_a_damaged_notebook_is_whole() -> None:
    odd: list[dict[str, Any]] = [
        {"cell_type": "code", "outputs": None, "source": ["1 +", " 2"], "execution_count": "x"},
        {"cell_type": "sql", "source": "select 1"},
        {"cell_type": "code", "id": "a b", "outputs": [{"output_type": "stream"}, 3, {}]},
        {
            "cell_type": "code",
            "outputs": [
                {"output_type": "update_display_data", "data": {"text/plain": ["a", "b"]}},
                {"output_type": "execute_result", "data": None},
                {"output_type": "error", "traceback": "x"},
            ],
        },
        {"cell_type": "markdown", "attachments": {"a": {"text/plain": "x"}}, "collapsed": True},
    ]
    found = published(*odd, kernelspec={"name": "ir"}, language_info={}, authors="A", title=3)
    nbformat.validate(found)
    assert [cell["source"] for cell in found["cells"]] == ["1 + 2", "", "", ""]
    assert found["cells"][2]["outputs"][0]["data"] == {"text/plain": "ab"}
    assert found["metadata"] == {}


@pytest.mark.long
def test_a_page_offers_its_notebook_under_the_name_of_the_file(folder: Path) -> None:
    page = build(folder)
    link = page.select_one(".notebook-tools a")
    assert link is not None
    assert (link["href"], link["download"]) == ("my-report.ipynb", "My report.ipynb")
    file = folder / "site" / "notebooks" / "part" / "my-report.ipynb"
    assert json.loads(file.read_bytes())["cells"][0]["source"] == "# Report"
    page = build(folder, download=False)
    assert page.select(".notebook-tools a") == []
    assert not file.exists()


@pytest.mark.long
def test_a_page_names_authors_and_date(folder: Path) -> None:
    line = build(folder).select_one(".byline")
    assert line is not None
    assert line.text == "Ada Marin, Björn Öst · 31 January 2026"


@pytest.mark.parametrize(
    ("metadata", "front", "expected"),
    [
        ({}, "", Byline()),
        ({"authors": [{"name": " A\nB "}, {"x": 1}, 3], "date": 3}, "", Byline(("A B",))),
        ({"author": "A"}, "author: B\ndate: 2026-01-31", Byline(("A",), date(2026, 1, 31))),
        (
            {},
            "author:\n  - name: A\n  - B\ndate: last spring",
            Byline(("A", "B"), None, "last spring"),
        ),
        ({}, "author: {name: {given: Ada, family: Marin}}", Byline(("Ada Marin",))),
        ({}, "author: {name: {literal: Ada}}\ndate: today", Byline(("Ada",))),
        ({"date": "2026-01-31T09:00:00Z"}, "", Byline((), date(2026, 1, 31))),
        ({"date": "2026-13-31"}, "", Byline((), None, "2026-13-31")),
        ({}, "author: [", Byline()),
        ({}, "date: 2026-06-31", Byline()),
        ({}, "- a list", Byline()),
        ({}, "&a [*a]", Byline()),
    ],
)
def test_authors_and_date_are_found_in_metadata_and_front_matter(
    metadata: dict[str, Any], front: str, expected: Byline
) -> None:
    cell = {"cell_type": "raw", "source": f"---\n{front}\n---\n", "metadata": {}}
    assert byline(notebook(cell, **metadata)) == expected


@pytest.mark.long
def test_a_page_leads_to_where_its_notebook_is_edited(folder: Path) -> None:
    page = build(folder, edit="https://github.com/o/r/edit/main/book", download=False)
    link = page.select_one(".notebook-tools a")
    assert link is not None
    assert link["href"] == "https://github.com/o/r/edit/main/book/part/My%20report.ipynb"


@pytest.mark.long
@pytest.mark.parametrize(
    ("code", "unfolded", "pressed"),
    [("folded", 0, "false"), ("open", 1, "true"), ("hidden", 0, "false")],
)
def test_code_is_open_folded_or_hidden_as_the_publisher_wants(
    folder: Path, code: Any, unfolded: int, pressed: str
) -> None:
    page = build(folder, code=code)
    assert len(page.select("details.code")) == 2
    assert len(page.select("details.code[open]")) == unfolded  # not the cell with hide-input
    assert [each["aria-pressed"] for each in page.select(".code-switch")] == [pressed]
    assert bool(page.select("article.code-hidden")) == (code == "hidden")


@pytest.mark.long
def test_a_page_without_code_has_no_switch_for_it(folder: Path) -> None:
    write_notebook(folder / "book" / "part" / "My report.ipynb", text_cell("# Report"))
    page = build(folder, download=False)
    assert page.select(".notebook-tools") == []


def test_a_mistake_in_the_settings_of_notebooks_is_named(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('code = "shut"\ndownload = "no"\nedit = "github.com"\n')
    with pytest.raises(InputError) as caught:
        load_settings(tmp_path / "site.toml")
    assert str(caught.value).splitlines()[1:] == [
        f"  {tmp_path}/site.toml:1: code: expected 'open', 'folded' or 'hidden', found 'shut'",
        f"  {tmp_path}/site.toml:2: download: expected true or false, found 'no'",
        f"  {tmp_path}/site.toml:3: edit: expected an address that begins with https://, found"
        " 'github.com'",
    ]
