"""The fill-in notebook in a real JupyterLab: what is on the disk is what a coach gets back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from prepkit.answers import AnswerStore, collect_answers, read_answers
from prepkit.handouts import handout_pdf
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.packets.fill_in import fill_in_notebook
from prepkit.records import Student
from tests.browser.waits import until

pytestmark = pytest.mark.slow

SAVED = re.compile(r"^Saved \d")
QUESTIONS = ["craft/02", "craft/01"]


@pytest.fixture
def name(lab: Any, bank_folder: Path, request: pytest.FixtureRequest) -> str:
    """Write a fill-in notebook into the lab's folder, its bank beside it; return its name."""
    beside = lab.folder / "bank"
    if not beside.exists():
        beside.symlink_to(bank_folder)
    student = Student(student_id="ada", name="Ada Marin")
    nb = fill_in_notebook(student, QUESTIONS, bank_folder="bank")
    (load,) = [cell for cell in nb.cells if cell.id == "load"]
    own = lab.folder / f"{request.node.name}.sqlite"
    load.source = load.source.replace("pk.AnswerStore()", f"pk.AnswerStore(Path({str(own)!r}))")
    name = f"{request.node.name}.ipynb"
    nbformat.write(nb, lab.folder / name)
    return name


def box(page: Page, field: str, form: int = 0) -> Any:
    return page.locator(".pk-form").nth(form).locator(f"[data-field={field}]")


def write(page: Page, field: str, text: str, form: int = 0) -> None:
    """Type, and wait until the form says that it is saved."""
    box(page, field, form).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text, delay=20)
    expect(page.locator(".pk-status-text").nth(form)).to_have_text(SAVED)


def run(lab: Any, page: Page) -> None:
    lab.run(page, box="[data-field=task] >> nth=1")


def note(page: Page) -> Any:
    return page.locator(".pk-hand-in [role=status]")


def save_by_menu(lab: Any, page: Page, name: str, *texts: str) -> None:
    """Save the notebook once its page has been told that these texts go to the coach."""
    # What goes to the coach is asked of Python after a form has saved, which takes a moment.
    until(page, lambda: all(text.encode() in lab.carried for text in texts))
    lab.save(page, name)


def stored(lab: Any, name: str) -> dict[str, Any]:
    """Return the notebook as it is on the disk."""
    nb: dict[str, Any] = json.loads((lab.folder / name).read_text())
    return nb


def carried(lab: Any, name: str) -> dict[str, dict[str, str]]:
    """Return the newest texts that the notebook on the disk carries."""
    (found,) = [
        output["data"][HAND_IN_MIME]
        for cell in stored(lab, name)["cells"]
        for output in cell.get("outputs", [])
        if HAND_IN_MIME in output.get("data", {})
    ]
    return {
        question: {field: history[-1]["text"] for field, history in fields.items()}
        for question, fields in found["answers"].items()
    }


def test_what_is_typed_is_in_the_saved_notebook_and_in_no_widget_state(
    lab: Any, context: BrowserContext, name: str, tmp_path: Path
) -> None:
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    write(page, "task", "Written in the first form")
    write(page, "action", "and in the second", form=1)
    save_by_menu(lab, page, name, "Written in the first form", "and in the second")
    assert carried(lab, name) == {
        "craft/01": {"action": "and in the second"},
        "craft/02": {"task": "Written in the first form"},
    }
    assert "Written in" not in json.dumps(stored(lab, name)["metadata"])
    expect(page.locator(".jp-RenderedHTML").last).to_have_text(
        re.compile("^0 of 2 answers complete, 2 in progress; last saved on ")
    )
    assert page.get_by_text("Next →").count() == 4
    assert [each for each in page.get_by_text("Next →").all() if each.is_visible()] == []

    # What a coach makes of the file.
    returned = tmp_path / "returned"
    returned.mkdir()
    (returned / "ada.ipynb").write_bytes((lab.folder / name).read_bytes())
    report = collect_answers(returned, tmp_path / "students")
    assert str(report) == "ada: 2 answers new or changed"
    answers = read_answers(tmp_path / "students" / "ada.sqlite")
    assert answers["craft/02"].text("task") == "Written in the first form"
    nb = nbformat.read(returned / "ada.ipynb", as_version=4)
    pages = PdfReader(BytesIO(handout_pdf(nb).pdf)).pages
    printed = "".join(page.extract_text() for page in pages)
    html, _ = HTMLExporter().from_notebook_node(nb)
    for shown in (printed, html):
        assert "0 of 2 answers complete" in shown
        assert "prepkit-answers" not in shown


def test_a_notebook_that_was_closed_and_opened_again_carries_what_is_typed_then(
    lab: Any, context: BrowserContext, name: str
) -> None:
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    write(page, "task", "Before")
    save_by_menu(lab, page, name, "Before")
    page.close()
    page = context.new_page()
    lab.open(page, name)
    expect(box(page, "task")).to_have_value("Before")
    write(page, "task", " and after")
    save_by_menu(lab, page, name, "Before and after")
    assert carried(lab, name) == {"craft/02": {"task": "Before and after"}}


def test_a_restarted_kernel_and_cells_run_again_carry_the_same_and_more(
    lab: Any, context: BrowserContext, name: str
) -> None:
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    write(page, "task", "Before")
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Restart Kernel and Run All Cells…").click()
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    expect(page.locator(".pk-hand-in")).to_have_count(0)
    expect(box(page, "task", form=1)).to_be_editable()
    expect(box(page, "task")).to_have_value("Before")
    write(page, "task", " and after")
    save_by_menu(lab, page, name, "Before and after")
    assert carried(lab, name) == {"craft/02": {"task": "Before and after"}}
    history = AnswerStore((lab.folder / name).with_suffix(".sqlite")).history("craft/02", "task")
    assert history[-1].text == "Before and after"


def test_the_button_saves_what_was_typed_last_and_names_the_file_to_send(
    lab: Any, context: BrowserContext, name: str
) -> None:
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    expect(note(page)).to_have_text(
        "When you are done, save this notebook and send it to your coach."
    )
    box(page, "result").fill("At the last moment")
    page.get_by_role("button", name="Save this notebook").click()
    expect(note(page)).to_have_text(
        re.compile(rf"^Saved at .*\. Send the file {re.escape(name)} to your coach\.$")
    )
    assert carried(lab, name) == {"craft/02": {"result": "At the last moment"}}
    write(page, "result", ", and later")
    expect(note(page)).to_have_text(
        "When you are done, save this notebook and send it to your coach."
    )


@pytest.fixture
def only_what_is_in_view(lab: Any) -> Iterator[None]:
    """Let JupyterLab draw only the cells in view, as a user's own settings may have it."""
    settings = lab.process.log.parent / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True, exist_ok=True)
    path = settings / "tracker.jupyterlab-settings"
    path.write_text('{"windowingMode": "full"}')
    yield
    path.unlink()


@pytest.mark.usefixtures("only_what_is_in_view")
def test_a_lab_that_draws_only_what_is_in_view_carries_what_is_typed(
    lab: Any, context: BrowserContext, name: str
) -> None:
    nb = nbformat.read(lab.folder / name, as_version=4)
    nb.cells[-1:-1] = [nbformat.v4.new_markdown_cell("Far\n\n" * 40) for _ in range(40)]
    nbformat.write(nb, lab.folder / name)
    page = context.new_page()
    lab.open(page, name)
    lab.run(page, box="[data-field=task] >> nth=0")
    for text in ("Before", " and after"):
        page.locator(".jp-WindowedPanel-outer").evaluate("node => { node.scrollTop = 0 }")
        expect(box(page, "task")).to_be_editable()
        write(page, "task", text)
        assert page.locator(".jp-Cell").count() < len(nb.cells)
        save_by_menu(lab, page, name, text)
        page.close()
        page = context.new_page()
        lab.open(page, name)
    assert carried(lab, name) == {"craft/02": {"task": "Before and after"}}


def test_a_front_end_that_hides_its_document_has_its_output_updated_by_the_kernel(
    lab: Any, context: BrowserContext, name: str
) -> None:
    nb = nbformat.read(lab.folder / name, as_version=4)
    (load,) = [cell for cell in nb.cells if cell.id == "load"]
    load.source += "\nhand_in._esm = hand_in._esm.replace('model.widget_manager', '{}')"
    nbformat.write(nb, lab.folder / name)
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    write(page, "task", "Written")
    expect(note(page)).to_have_text(
        "Before you save this notebook, run all of it once more (“Run All” or “Run All Cells”)."
    )
    expect(page.get_by_role("button", name="Save this notebook")).to_have_count(0)
    save_by_menu(lab, page, name, "Written")
    assert carried(lab, name) == {"craft/02": {"task": "Written"}}
    (output,) = [
        each
        for each in stored(lab, name)["cells"][-1]["outputs"]
        if HAND_IN_MIME in each.get("data", {})
    ]
    assert output["metadata"]["prepkit"]["student_id"] == "ada"


def test_a_dead_kernel_is_told_and_nothing_is_called_saved(
    lab: Any, context: BrowserContext, name: str
) -> None:
    page = context.new_page()
    page.clock.install()
    lab.open(page, name)
    run(lab, page)
    write(page, "task", "Written")
    lab.kernel(name).suspend()
    try:
        page.get_by_role("button", name="Save this notebook").click()
        expect(note(page)).to_have_text("Saving …")
        page.clock.run_for(12_000)
        expect(note(page)).to_have_text(
            "The notebook isn't responding, so what you wrote last may be missing in it. Choose "
            "Run > Run All Cells, then save the notebook."
        )
    finally:
        lab.kernel(name).resume()
