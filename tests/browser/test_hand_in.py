"""The fill-in notebook in a real JupyterLab: what is on the disk is what a coach gets back."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import BrowserContext, Page, Route, expect
from pypdf import PdfReader

from prepkit.answers import AnswerStore, collect_answers, read_answers
from prepkit.answers.feedback import read_replies
from prepkit.answers.signatures import new_key, store_key
from prepkit.handouts import handout_pdf
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.packets.fill_in import fill_in_notebook
from prepkit.practice.feedback import QuestionFeedback, Remark, StudentFeedback
from prepkit.records import Student
from tests.browser.waits import flush, until

pytestmark = pytest.mark.slow

SAVED = re.compile(r"^Saved \d")
QUESTIONS = ["craft/02", "craft/01"]


@pytest.fixture
def student(request: pytest.FixtureRequest) -> str:
    """Return the id of a student who has no other notebook."""
    return f"ada-{zlib.crc32(request.node.name.encode()):08x}"


@pytest.fixture
def home(lab: Any) -> Path:
    """Return the user data folder of whoever is logged in."""
    folder: Path = lab.process.log.parents[1]
    return folder


@pytest.fixture
def own(home: Path, student: str) -> Path:
    """Return the file of the student on this computer."""
    return home / "fill-in" / f"{student}.sqlite"


def write_notebook(lab: Any, bank_folder: Path, name: str, student: str, **signed: Any) -> None:
    """Write a fill-in notebook into the lab's folder, its bank beside it."""
    beside = lab.folder / "bank"
    if not beside.exists():
        beside.symlink_to(bank_folder)
    ada = Student(student_id=student, name="Ada Marin")
    nb = fill_in_notebook(ada, QUESTIONS, bank_folder="bank", **signed)
    nbformat.write(nb, lab.folder / name)


@pytest.fixture
def name(lab: Any, bank_folder: Path, student: str, request: pytest.FixtureRequest) -> str:
    """Write the student's notebook; return its name."""
    name = f"{request.node.name}.ipynb"
    write_notebook(lab, bank_folder, name, student)
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


def stored(lab: Any, name: str) -> dict[str, Any]:
    """Return the notebook as it is on the disk."""
    nb: dict[str, Any] = json.loads((lab.folder / name).read_text())
    return nb


def carried(lab: Any, name: str) -> dict[str, dict[str, str]]:
    """Return the newest texts that the notebook on the disk carries, in both places."""
    (found,) = [
        output["data"][HAND_IN_MIME]
        for cell in stored(lab, name)["cells"]
        for output in cell.get("outputs", [])
        if HAND_IN_MIME in output.get("data", {})
    ]
    assert stored(lab, name)["metadata"]["prepkit"]["answers"] == found
    return {
        question: {field: history[-1]["text"] for field, history in fields.items()}
        for question, fields in found["answers"].items()
    }


def test_what_is_typed_is_in_the_saved_notebook_and_in_no_widget_state(
    lab: Any, context: BrowserContext, name: str, student: str, tmp_path: Path
) -> None:
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    write(page, "task", "Written in the first form")
    write(page, "action", "and in the second", form=1)
    lab.save(page, name)
    assert carried(lab, name) == {
        "craft/01": {"action": "and in the second"},
        "craft/02": {"task": "Written in the first form"},
    }
    metadata = stored(lab, name)["metadata"]
    assert "Written in" in json.dumps(metadata["prepkit"].pop("answers"))
    assert "Written in" not in json.dumps(metadata)
    expect(page.locator(".jp-RenderedHTML").last).to_have_text(
        re.compile("^0 of 2 answers complete, 2 in progress; last saved on ")
    )
    assert page.get_by_text("Next →").count() == 4
    assert [each for each in page.get_by_text("Next →").all() if each.is_visible()] == []

    # What a coach makes of the file.
    returned = tmp_path / "returned"
    returned.mkdir()
    (returned / "ada.ipynb").write_bytes((lab.folder / name).read_bytes())
    (ada,) = collect_answers(returned, tmp_path / "students").students
    assert str(ada) == f"{student}: 2 answers new or changed"
    answers = read_answers(ada.path)
    assert answers["craft/02"].text("task") == "Written in the first form"
    nb = nbformat.read(returned / "ada.ipynb", as_version=4)
    pages = PdfReader(BytesIO(handout_pdf(nb).pdf)).pages
    printed = "".join(page.extract_text() for page in pages)
    html, _ = HTMLExporter().from_notebook_node(nb)
    for shown in (printed, html):
        assert "0 of 2 answers complete" in shown
        assert "prepkit-answers" not in shown


def test_a_reply_to_a_comment_is_in_the_saved_notebook_and_comes_back_to_the_coach(
    lab: Any,
    context: BrowserContext,
    bank_folder: Path,
    student: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    name = f"{request.node.name}.ipynb"
    remark = Remark(id="c1", part="task", text="Whose idea was it?", rater="Barbara")
    at = datetime(2026, 11, 23, tzinfo=UTC)
    of_one = QuestionFeedback(question="craft/02", remarks=(remark,), at=at)
    feedback = StudentFeedback(raters=("Barbara",), questions=(of_one,))
    write_notebook(lab, bank_folder, name, student, feedback=feedback)
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    expect(page.get_by_role("heading", name="What to do next")).to_have_count(1)
    write(page, "c1", "Mine, and Grace's.")
    write(page, "task", "It was ours.")
    lab.save(page, name)
    assert carried(lab, name) == {"craft/02": {"task": "It was ours."}}
    returned = tmp_path / "returned"
    returned.mkdir()
    (returned / "ada.ipynb").write_bytes((lab.folder / name).read_bytes())
    (ada,) = collect_answers(returned, tmp_path / "students").students
    assert str(ada) == f"{student}: 1 answer new or changed, 1 reply to comments"
    assert read_replies(ada.path)["c1"].text == "Mine, and Grace's."


def test_a_notebook_that_was_closed_and_opened_again_carries_what_is_typed_then(
    lab: Any, context: BrowserContext, name: str
) -> None:
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    write(page, "task", "Before")
    lab.save(page, name)
    page.close()
    page = context.new_page()
    lab.open(page, name)
    expect(box(page, "task")).to_have_value("Before")
    write(page, "task", " and after")
    lab.save(page, name)
    assert carried(lab, name) == {"craft/02": {"task": "Before and after"}}


def test_a_restarted_kernel_and_cells_run_again_carry_the_same_and_more(
    lab: Any, context: BrowserContext, name: str, own: Path
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
    lab.save(page, name)
    assert carried(lab, name) == {"craft/02": {"task": "Before and after"}}
    history = AnswerStore(own).history("craft/02", "task")
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
        lab.save(page, name)
        page.close()
        page = context.new_page()
        lab.open(page, name)
    assert carried(lab, name) == {"craft/02": {"task": "Before and after"}}


def test_a_front_end_that_hides_its_document_has_its_output_updated_by_the_kernel(
    lab: Any, context: BrowserContext, name: str, student: str
) -> None:
    nb = nbformat.read(lab.folder / name, as_version=4)
    (load,) = [cell for cell in nb.cells if cell.id == "load"]
    load.source += "\nhand_in._esm = hand_in._esm.replace('model.widget_manager', '{}')"
    nbformat.write(nb, lab.folder / name)
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    again = "Before you save this notebook, run all of it once more (“Run All” or “Run All Cells”)."
    expect(note(page)).to_have_text(again)
    lab.kernel(name).suspend()
    try:
        box(page, "task").fill("Written")
        expect(note(page)).to_have_text(
            "Not in the notebook yet: what you wrote last. Wait a moment before you save it."
        )
    finally:
        lab.kernel(name).resume()
    expect(note(page)).to_have_text(again)
    expect(page.get_by_role("button", name="Save this notebook")).to_have_count(0)
    lab.save(page, name)
    (output,) = [
        each
        for each in stored(lab, name)["cells"][-1]["outputs"]
        if HAND_IN_MIME in each.get("data", {})
    ]
    answers = output["data"][HAND_IN_MIME]["answers"]
    assert answers["craft/02"]["task"][-1]["text"] == "Written"
    assert output["metadata"]["prepkit"]["student_id"] == student


def test_a_save_that_begins_before_another_has_ended_waits_for_it(
    lab: Any, context: BrowserContext, name: str
) -> None:
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    write(page, "task", "Written")
    held: list[Route] = []  # JupyterLab's look at the file that it has just written
    after: list[str] = []
    page.on("request", lambda request: after.append(request.method))

    def hold(route: Route) -> None:
        if "PUT" in after and not held:
            held.append(route)
        else:
            route.continue_()

    page.route(re.compile(rf"/api/contents/{name}\?content=0.*hash=1"), hold)
    save = page.get_by_role("button", name="Save this notebook")
    save.click()
    until(page, lambda: bool(held))
    write(page, "task", ", and more")
    save.click()
    flush(page)  # a save that didn't wait would have looked at the file by now
    held[0].continue_()
    expect(note(page)).to_have_text(re.compile(r"^Saved at .* to your coach\.$"))
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    assert carried(lab, name)["craft/02"]["task"] == "Written, and more"


def test_a_save_carries_every_character_typed_before_it_though_nothing_is_stored_yet(
    lab: Any, context: BrowserContext, name: str, own: Path
) -> None:
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    write(page, "task", "Written")
    lab.kernel(name).suspend()  # as busy as a machine can be
    try:
        box(page, "task").click()
        page.keyboard.press("Control+End")
        page.keyboard.type(", and then typed")
        box(page, "action", form=1).fill("in both forms")
        page.locator(".pk-tick").first.check()
        lab.save(page, name)
        found = carried(lab, name)
        assert found["craft/02"]["task"] == "Written, and then typed"
        assert found["craft/02"]["key_points"] == "Point one that a good answer has"
        assert found["craft/01"] == {"action": "in both forms"}
        page.keyboard.type("!")
        page.get_by_role("button", name="Save this notebook").click()
        expect(note(page)).to_have_text(
            re.compile(rf"^Saved at .*\. Send the file {re.escape(name)} to your coach\.$")
        )
        assert AnswerStore(own).answer("craft/02").text("task") == "Written"
    finally:
        lab.kernel(name).resume()
    expect(page.locator(".pk-status-text").first).to_have_text(SAVED)
    assert AnswerStore(own).answer("craft/02").text("task") == "Written, and then typed"


def end(lab: Any, name: str) -> None:
    """End the kernel of a notebook, as when its program is closed."""
    for session in lab.process.server.ask("sessions"):
        if session["path"] == name:
            lab.process.server.ask(f"sessions/{session['id']}", method="DELETE")


def forget(own: Path) -> None:
    """Remove a student's file, as on a computer where the notebook was never opened."""
    for path in own.parent.rglob(f"{own.stem}*"):  # with its backups
        path.unlink()


def test_on_a_second_computer_the_notebook_shows_what_it_carries_and_typing_goes_on(
    lab: Any, context: BrowserContext, name: str, own: Path
) -> None:
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    write(page, "task", "At home")
    lab.save(page, name)
    page.close()
    end(lab, name)
    forget(own)
    renamed = f"renamed-{name}"
    (lab.folder / name).rename(lab.folder / renamed)
    page = context.new_page()
    lab.open(page, renamed)
    run(lab, page)
    expect(box(page, "task")).to_have_value("At home")
    assert AnswerStore(own).answer("craft/02").text("task") == "At home"
    write(page, "task", ", and at work")
    lab.save(page, renamed)
    assert carried(lab, renamed) == {"craft/02": {"task": "At home, and at work"}}


def test_a_notebook_of_before_carries_its_answers_in_an_output_and_shows_them_when_it_is_run(
    lab: Any, context: BrowserContext, name: str, student: str, home: Path, own: Path
) -> None:
    of_the_owner = AnswerStore(home / "answers.sqlite")
    revision = of_the_owner.answer("craft/02").revisions.get("task")
    of_the_owner.save(
        "craft/02",
        "task",
        "Of the owner of this computer",
        based_on=revision.revision if revision else 0,
    )
    nb = nbformat.read(lab.folder / name, as_version=4)
    (load,) = [cell for cell in nb.cells if cell.id == "load"]
    load.source = load.source.replace(f"pk.student_store('{student}')", "pk.AnswerStore()")
    text = {"revision": 1, "saved_at": "2026-01-31T09:30:00+00:00", "origin": "form"}
    answers = {"craft/02": {"task": [{**text, "text": "Of Ada"}]}}
    data = {"format": "prepkit-answers", "version": 1, "answers": answers, "reviews": []}
    output = nbformat.v4.new_output(
        "display_data",
        {HAND_IN_MIME: data, "text/plain": "…"},
        metadata={"prepkit": {"student_id": student, "hand_in": "of a kernel that is gone"}},
    )
    nb.cells[-1].outputs = [output]
    nbformat.write(nb, lab.folder / name)
    page = context.new_page()
    lab.open(page, name)
    run(lab, page)
    expect(box(page, "task")).to_have_value("Of Ada")
    lab.save(page, name)
    assert carried(lab, name) == {"craft/02": {"task": "Of Ada"}}
    assert AnswerStore(own).answer("craft/02").text("task") == "Of Ada"


def test_a_coach_reads_a_notebook_that_came_back_and_edits_it_only_on_purpose(
    lab: Any, context: BrowserContext, bank_folder: Path, student: str, home: Path, own: Path
) -> None:
    keys = store_key(home, new_key())
    signing_key = keys.student_key(student, "2026-12-01")
    name = f"{student}.ipynb"
    write_notebook(lab, bank_folder, name, student, run="2026-12-01", signing_key=signing_key)
    nb = nbformat.read(lab.folder / name, as_version=4)
    text = {"revision": 1, "saved_at": "2026-12-02T09:30:00+00:00", "origin": "form"}
    answers = {"craft/02": {"task": [{**text, "text": "Of Ada"}]}}
    nb.metadata.prepkit["answers"] = {
        **{"format": "prepkit-answers", "version": 1},
        **{"answers": answers, "reviews": []},
    }
    nbformat.write(nb, lab.folder / name)
    page = context.new_page()
    lab.open(page, name)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(box(page, "task")).to_have_value("Of Ada")
    expect(note(page)).to_have_text(
        f"These are the answers of {student}, to read. Nothing changes them here."
    )
    expect(page.locator(".pk-status-text").first).to_have_text(
        "To read only: nothing changes this answer here."
    )
    expect(page.locator(".pk-area:not([readonly]), .pk-tick:not([disabled])")).to_have_count(0)
    expect(page.locator(".pk-rehearsal")).to_have_count(0)
    lab.save(page, name)
    assert carried(lab, name) == {"craft/02": {"task": "Of Ada"}}
    assert not own.exists()

    page.get_by_role("button", name="Edit as this student").click()
    expect(box(page, "task")).to_be_editable()
    expect(box(page, "task")).to_have_value("Of Ada")
    write(page, "task", ", corrected")
    expect(page.get_by_role("button", name="Save this notebook")).to_be_visible()
    lab.save(page, name)
    assert carried(lab, name) == {"craft/02": {"task": "Of Ada, corrected"}}
    assert AnswerStore(own).answer("craft/02").text("task") == "Of Ada, corrected"
