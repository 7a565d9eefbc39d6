"""Whose text is shown where: a student's notebook on their own, a shared and a coach's computer."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import prepkit as pk
from prepkit.answers import AnswerStore, StoreError, stored_texts
from prepkit.answers.exchange import Export
from prepkit.answers.exchange_json import from_document, to_json
from prepkit.answers.signatures import CoachKeys, new_key, sign, store_key
from prepkit.answers.transfer import export_of
from prepkit.bank import Bank
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.packets.fill_in import fill_in_notebook
from prepkit.records import Revision, Student
from prepkit.widgets.hand_in import HandIn
from prepkit.widgets.star_form import StarForm

QUESTION, OTHER = "technical-leadership/01", "technical-leadership/02"
START = datetime(2026, 12, 1, 9, tzinfo=UTC)
RUN = "2026-12-01"


@pytest.fixture(scope="module")
def bank() -> Bank:
    return pk.load_bank()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Log in on a computer, whose owner has an answer of their own."""
    return log_in(tmp_path / "computer", monkeypatch)


def log_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PREPKIT_HOME", str(folder))
    own = AnswerStore()
    own.save(QUESTION, "task", "Of the owner of this computer.", based_on=0)
    return folder


def versions(*texts: str, hour: int = 0, question: str = QUESTION) -> tuple[Revision, ...]:
    """Return versions of a task, a minute from one to the next."""
    return tuple(
        Revision(
            question=question,
            field="task",
            revision=number,
            text=text,
            saved_at=START + timedelta(hours=hour, minutes=number),
            origin="form",
        )
        for number, text in enumerate(texts, 1)
    )


class Notebook:
    """A notebook that is open in a page: what it carries, its kernel, and the form in it."""

    def __init__(self, bank: Bank, student_id: str = "ada", **signed: str) -> None:
        self.bank = bank
        self.student_id = student_id
        self.signed = signed
        self.carried: list[Any] = []

    def copy(self) -> Notebook:
        """Return a copy of the file."""
        made = Notebook(self.bank, self.student_id, **self.signed)
        made.carried = list(self.carried)
        return made

    def run(self, store: AnswerStore | None = None, *, hidden: bool = False) -> Notebook:
        """Run all cells, and let the page tell the kernel what the notebook carries."""
        store = store or pk.student_store(self.student_id)
        entries = [self.bank[QUESTION], self.bank[OTHER]]
        self.hand_in = HandIn(store, entries, student_id=self.student_id, **self.signed)
        self.form = self.hand_in.form(QUESTION)
        self.sent: list[dict[str, Any]] = []
        self.form.send = lambda message, **_: self.sent.append(message)
        assert self.ask("load") == ()  # nothing is shown yet
        self.answer = self.tell(self.carried, hidden=hidden)
        return self

    def tell(self, carried: list[Any], *, hidden: bool = False) -> dict[str, Any]:
        """Let the page tell the kernel what the notebook carries, and return the answer."""
        message = {"type": "carried", "found": carried, "hidden": hidden, "by": "page"}
        (answer,) = self.hand_in.handle(message)
        return answer

    def ask(self, kind: str, **more: Any) -> tuple[dict[str, Any], ...]:
        """Send a message from the form in the page."""
        return self.form.handle({"type": kind, "view": "v", "question": QUESTION, **more})

    @property
    def shown(self) -> str:
        """The task as the form has got it last."""
        fields = [one["fields"] for one in self.sent if one["type"] == "answer"][-1]
        return str(fields["task"]["text"]) if "task" in fields else ""

    def type(self, text: str) -> tuple[dict[str, Any], ...]:
        """Write the task anew, as somebody does who sees the stored one."""
        (loaded,) = self.ask("load")
        based_on = loaded["fields"].get("task", {"revision": 0})["revision"]
        return self.ask("save", field="task", text=text, based_on=based_on)

    def save(self) -> Notebook:
        """Put the answers into the notebook, as the page does when it is saved."""
        (answer,) = self.hand_in.handle({"type": "carry", "by": "page"})
        answers = answer["data"][HAND_IN_MIME]
        self.carried = [{"student_id": self.student_id, "answers": answers}]
        return self

    @property
    def texts(self) -> list[str]:
        """All versions of the task that the notebook carries."""
        export = from_document(self.carried[0]["answers"])
        value = export.answers.get(QUESTION, {}).get("task", ())
        return [each.text for each in value if isinstance(each, Revision)]


def carrying(*texts: str, hour: int = 0, owner: str | None = "ada") -> dict[str, Any]:
    answers = json.loads(to_json(Export({QUESTION: {"task": versions(*texts, hour=hour)}})))
    return {"answers": answers, **({"student_id": owner} if owner else {})}


def test_a_student_writes_into_a_file_of_their_own(home: Path, bank: Bank) -> None:
    notebook = Notebook(bank).run()
    assert notebook.shown == ""
    notebook.type("Of Ada.")
    assert notebook.save().texts == ["Of Ada."]
    store = AnswerStore(home / "fill-in" / "ada.sqlite")
    assert export_of(store).texts() == {QUESTION: {"task": "Of Ada."}}
    own = AnswerStore()
    assert export_of(own).texts() == {QUESTION: {"task": "Of the owner of this computer."}}
    if os.name != "nt":
        assert stat.S_IMODE((home / "fill-in").stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "fill-in" / "ada.sqlite").stat().st_mode) == 0o600


def test_two_students_on_one_account_never_see_each_others_text(home: Path, bank: Bank) -> None:
    Notebook(bank).run().type("Of Ada.")
    ben = Notebook(bank, "ben").run()
    assert ben.shown == ""
    ben.type("Of Ben.")
    assert ben.save().texts == ["Of Ben."]
    assert Notebook(bank).run().shown == "Of Ada."


@pytest.mark.long
def test_students_whose_ids_differ_in_capitals_only_have_files_of_their_own(
    home: Path, bank: Bank
) -> None:
    for name in ("ada", "Ada", "ADA", "aDA-1.x_Y"):
        notebook = Notebook(bank, name).run()
        assert notebook.shown == ""
        notebook.type(f"Of {name}.")
    names = [path.name for path in (home / "fill-in").glob("*.sqlite")]
    assert len({name.casefold() for name in names}) == 4
    assert Notebook(bank, "Ada").run().shown == "Of Ada."


def test_an_account_named_by_the_environment_does_not_decide_whose_text_it_is(
    home: Path, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("JPY_SESSION_NAME", "USER", "LOGNAME"):
        monkeypatch.setenv(name, "ben-fill-in.ipynb")
    Notebook(bank).run().type("Of Ada.")
    assert (home / "fill-in" / "ada.sqlite").exists()


def test_a_notebook_of_before_that_names_the_owners_file_does_not_use_it(
    home: Path, bank: Bank
) -> None:
    notebook = Notebook(bank).run(AnswerStore())
    assert notebook.shown == ""
    notebook.type("Of Ada.")
    assert notebook.save().texts == ["Of Ada."]
    own = AnswerStore()
    assert [each.text for each in own.history()] == ["Of the owner of this computer."]


def test_the_owners_file_is_not_used_under_another_name_either(
    home: Path, bank: Bank, tmp_path: Path
) -> None:
    link = tmp_path / "link.sqlite"
    try:
        link.symlink_to(home / "answers.sqlite")
    except OSError:
        pytest.skip("this account can't make links")
    assert Notebook(bank).run(AnswerStore(link)).shown == ""


@pytest.mark.long
def test_a_second_computer_shows_what_the_notebook_carries_and_typing_goes_on(
    home: Path, bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = Notebook(bank).run()
    notebook.type("At home")
    notebook.save()
    log_in(tmp_path / "second", monkeypatch)
    notebook.run()
    assert notebook.shown == "At home"
    notebook.type("At home, and at work")
    assert notebook.save().texts[-1] == "At home, and at work"
    monkeypatch.setenv("PREPKIT_HOME", str(home))
    assert notebook.run().shown == "At home, and at work"


def test_an_older_copy_of_the_file_changes_nothing(home: Path, bank: Bank) -> None:
    notebook = Notebook(bank).run()
    notebook.type("One")
    older = notebook.save().copy()
    notebook.type("One, two")
    older.run()
    assert older.shown == "One, two"
    assert older.save().texts[-1] == "One, two"


def test_two_notebooks_open_at_once_carry_what_is_written_in_either(home: Path, bank: Bank) -> None:
    one = Notebook(bank).run()
    other = one.copy().run()
    one.type("In the first")
    other.ask("load")
    assert other.save().texts == ["In the first"]
    other.type("In the first, and the second")
    assert one.save().texts[-1] == "In the first, and the second"


@pytest.mark.parametrize("hour", [-100_000, 100_000])
def test_texts_of_two_computers_are_both_kept_and_the_later_one_is_shown(
    home: Path, bank: Bank, hour: int
) -> None:
    notebook = Notebook(bank).run()
    notebook.type("On this computer")
    notebook.carried = [carrying("On the other computer", hour=hour)]
    notebook.run()
    later = "On the other computer" if hour > 0 else "On this computer"
    assert notebook.shown == later
    store = pk.student_store("ada")
    texts = [each.text for each in store.history(QUESTION, "task")]
    assert set(texts) == {"On this computer", "On the other computer"}
    assert texts[-1] == later
    before = store.history()
    assert "On the other computer" in notebook.save().texts
    notebook.run()
    assert pk.student_store("ada").history() == before


def test_what_comes_in_while_a_form_is_open_is_told_to_it(home: Path, bank: Bank) -> None:
    notebook = Notebook(bank).run()
    notebook.tell([carrying("One", "Two")])
    assert [(one["type"], one["field"], one["text"]) for one in notebook.sent[1:]] == [
        ("changed", "task", "Two")
    ]


def test_cells_copied_from_somebody_elses_notebook_bring_nothing_along(
    home: Path, bank: Bank
) -> None:
    notebook = Notebook(bank)
    notebook.carried = [carrying("Of Ben.", owner="ben"), carrying("Of Ada.", owner=None)]
    assert notebook.run().shown == "Of Ada."
    assert [each.text for each in pk.student_store("ada").history()] == ["Of Ada."]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (
            {"format": "prepkit-answers", "version": 9},
            "  version: 9 is from a newer prepkit; update prepkit first",
        ),
        (5, "  expected an object, found 5"),
    ],
)
def test_what_cannot_be_read_stays_in_the_notebook_and_the_form_works(
    home: Path, bank: Bank, answers: object, why: str
) -> None:
    notebook = Notebook(bank)
    notebook.carried = [{"student_id": "ada", "answers": answers}, carrying("Of Ada.")]
    notebook.run()
    assert notebook.answer["type"] == "left"
    assert notebook.answer["message"] == (
        "What this notebook brought along can't be read, and stays in it as it is (This is not a "
        f"file of answers:\n{why}). What you write now is saved on this computer, but is not in "
        "the notebook."
    )
    assert notebook.shown == "Of Ada."


def test_a_store_that_cannot_be_written_shows_nothing_until_it_can(
    home: Path, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = Notebook(bank)
    notebook.carried = [carrying("At home")]
    full = StoreError("full", reason="your disk is full.", remedy="Free some space")

    def refuse(*_: object) -> None:
        raise full

    with monkeypatch.context() as patch:
        patch.setattr("prepkit.widgets.hand_in.take_carried", refuse)
        notebook.run()
        assert notebook.answer == {
            "type": "error",
            "by": "page",
            "message": "What this notebook brought along is still in it, but can't be shown yet: "
            "your disk is full. Free some space. It is tried again by itself.",
        }
        assert notebook.sent == []
    assert notebook.tell(notebook.carried) == {"type": "taken", "by": "page"}
    assert notebook.shown == "At home"


@pytest.mark.parametrize(("owner", "shown"), [("ada", "At home"), ("ben", "")])
def test_vs_code_names_the_file_and_its_answers_are_taken_if_it_is_the_students(
    home: Path,
    bank: Bank,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    owner: str,
    shown: str,
) -> None:
    file = tmp_path / "fill-in.ipynb"
    nb = {"metadata": {"prepkit": {"student_id": owner, **carrying("At home", owner=None)}}}
    file.write_text(json.dumps(nb), encoding="utf-8")
    shell = SimpleNamespace(user_ns={"__vsc_ipynb_file__": str(file)})
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    notebook = Notebook(bank).run(hidden=True)
    assert notebook.shown == shown
    for content in ("{", "5", "[" * 100_000):
        file.write_text(content, encoding="utf-8")
        assert Notebook(bank).run(hidden=True).answer["type"] == "taken"
    file.unlink()
    assert Notebook(bank).run(hidden=True).answer["type"] == "taken"


def test_what_students_write_here_must_not_be_published_either(home: Path, bank: Bank) -> None:
    Notebook(bank, "Ada").run().type("Of Ada.")
    assert stored_texts(home) == {"Of the owner of this computer.", "Of Ada."}


@pytest.fixture
def keys(home: Path) -> CoachKeys:
    """Make the owner of the computer a coach."""
    return store_key(home, new_key())


def signed(keys: CoachKeys, student_id: str = "ada") -> dict[str, str]:
    return {
        "run": RUN,
        "signature": sign(keys.student_key(student_id, RUN), [QUESTION, OTHER]),
    }


def test_a_coach_reads_what_came_back_and_changes_nothing(
    home: Path, bank: Bank, keys: CoachKeys
) -> None:
    notebook = Notebook(bank, **signed(keys))
    notebook.carried = [carrying("One", "Of Ada.")]
    notebook.run()
    assert notebook.shown == "Of Ada."
    assert (notebook.hand_in.read_only, notebook.form.read_only) == (True, True)
    (refusal,) = notebook.type("Of the coach.")
    assert (refusal["type"], refusal["message"]) == ("error", "this answer can only be read here.")
    assert notebook.ask("review", rating="good", seconds=1)[0]["type"] == "error"
    assert notebook.save().texts == ["One", "Of Ada."]
    assert {path.name for path in home.iterdir() if path.is_dir()} <= {"backups"}
    assert "Of Ada." not in stored_texts(home)


def test_a_coach_who_wants_to_edit_as_the_student_can(
    home: Path, bank: Bank, keys: CoachKeys
) -> None:
    notebook = Notebook(bank, **signed(keys))
    notebook.carried = [carrying("Of Ada.")]
    notebook.run()
    workbook = notebook.form.workbook
    assert notebook.hand_in.handle({"type": "edit", "by": "page"}) == (
        {"type": "again", "by": "page"},
    )
    assert (notebook.hand_in.read_only, notebook.form.read_only) == (False, False)
    assert notebook.form.workbook == notebook.hand_in.workbook != workbook
    assert notebook.ask("load") == ()
    notebook.tell(notebook.carried)
    assert notebook.shown == "Of Ada."
    notebook.type("Of Ada, by the coach.")
    assert notebook.save().texts[-1] == "Of Ada, by the coach."
    store = AnswerStore(home / "fill-in" / "ada.sqlite")
    assert export_of(store).texts() == {QUESTION: {"task": "Of Ada, by the coach."}}


def test_reading_what_came_back_leaves_nothing_behind(
    home: Path, bank: Bank, keys: CoachKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    notebook = Notebook(bank, **signed(keys))
    notebook.carried = [carrying("Of Ada.")]
    notebook.run()
    (scratch,) = set(tmp_path.iterdir()) - before
    if os.name != "nt":
        assert stat.S_IMODE(scratch.stat().st_mode) == 0o700
    notebook.hand_in.close()
    assert not scratch.exists()


def test_a_notebook_as_it_is_sent_is_read_only_for_its_coach_and_not_for_its_student(
    home: Path, keys: CoachKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    student = Student(student_id="ada", name="Ada Marin")
    key = keys.student_key("ada", RUN)
    nb = fill_in_notebook(student, [OTHER, QUESTION], run=RUN, signing_key=key)
    for folder, is_coach in ((home, True), (tmp_path / "of the student", False)):
        monkeypatch.setenv("PREPKIT_HOME", str(folder))
        names: dict[str, Any] = {}
        for cell in nb.cells:
            if cell.cell_type == "code" and cell.id != "hand-in":
                exec(cell.source, names)
        assert names["hand_in"].read_only is is_coach
        assert names["hand_in"].form(QUESTION).read_only is is_coach


def another(keys: CoachKeys) -> dict[str, str]:
    return signed(new_key())


def of_ben(keys: CoachKeys) -> dict[str, str]:
    return signed(keys, "ben")


def none(keys: CoachKeys) -> dict[str, str]:
    return {}


@pytest.mark.parametrize("which", [another, of_ben, none])
def test_a_notebook_that_this_account_has_not_signed_can_be_written_in(
    home: Path,
    bank: Bank,
    keys: CoachKeys,
    which: Callable[[CoachKeys], dict[str, str]],
) -> None:
    notebook = Notebook(bank, **which(keys)).run()
    assert not notebook.hand_in.read_only
    notebook.type("Of Ada.")
    assert notebook.save().texts == ["Of Ada."]


def test_on_the_students_own_computer_a_signed_notebook_can_be_written_in(
    home: Path, bank: Bank, keys: CoachKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = Notebook(bank, **signed(keys))
    log_in(tmp_path / "of the student", monkeypatch)
    notebook.run().type("Of Ada.")
    assert notebook.save().texts == ["Of Ada."]


def test_an_id_that_could_be_a_path_has_no_file(home: Path) -> None:
    for name in ("../ada", "", "a/b", "con"):
        with pytest.raises(StoreError) as error:
            pk.student_store(name)
        assert str(error.value) == f"{name!r} can't be a student id."


def test_a_form_of_a_candidates_own_answer_is_not_read_only(home: Path, bank: Bank) -> None:
    form = StarForm(bank[QUESTION], AnswerStore())
    assert not form.read_only
