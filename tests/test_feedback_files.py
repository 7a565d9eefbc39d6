"""Feedback goes to each student alone, and what the student replies comes back."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import json
import stat
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
import pytest
from pypdf import PdfReader

from prepkit.__main__ import main
from prepkit.answers import AnswerStore, collect_answers
from prepkit.answers.feedback import Comment, Feedback, feedback_store, read_replies
from prepkit.answers.signatures import read_keys
from prepkit.bank import Bank, load_bank
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.packets.feedback_files import MADE, WRITING
from prepkit.packets.storage import LocalOutput
from prepkit.widgets.hand_in import HandIn
from tests.coached import ONE, OTHER, RATED, SECRET, coached
from tests.packets_here import made_here
from tests.platforms import needs_modes

CARRIED = {"type": "carried", "found": [], "by": "v1"}


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bank: Bank) -> Path:
    """Return the user data folder of a coach who has written feedback, and use its account."""
    folder = tmp_path / "coach"
    folder.mkdir()
    coached(folder, bank)
    monkeypatch.setenv("PREPKIT_HOME", str(folder))
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def make(home: Path, out: Path, *words: str) -> int:
    return main(["feedback", "make", str(home / "roster.csv"), "-o", str(out), *words])


def words_of(pdf: Path) -> str:
    pages = PdfReader(BytesIO(pdf.read_bytes())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def opened(out: Path, name: str = "ada-feedback.ipynb") -> HandIn:
    """Return what the first cell of a notebook makes on the account of these tests."""
    nb = nbformat.read(out / name, as_version=4)
    nbformat.validate(nb)
    variables: dict[str, Any] = {}
    exec(nb.cells[1].source, variables)
    found = variables["hand_in"]
    assert isinstance(found, HandIn)
    return found


@pytest.fixture
def at_home(
    home: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[HandIn, Path]:
    """Return Ada's notebook opened on her own computer, and its file."""
    make(home, out, "--format", "ipynb")
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "ada"))
    hand_in = opened(out)
    nb = nbformat.read(out / "ada-feedback.ipynb", as_version=4)
    carried = {"student_id": "ada", "answers": nb.metadata["prepkit"]["answers"]}
    hand_in.handle({**CARRIED, "found": [carried]})
    return hand_in, out / "ada-feedback.ipynb"


def ask(hand_in: HandIn, kind: str, **more: Any) -> tuple[dict[str, Any], ...]:
    form = next((one for one in hand_in._forms if one.entry.id == ONE), None) or hand_in.form(ONE)
    return form.handle({"type": kind, "view": "v", "question": ONE, "seq": 1, **more})


@pytest.mark.long
def test_each_student_with_feedback_gets_a_pdf_and_a_notebook(
    home: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(home, out) == 0
    assert capsys.readouterr().out == ("Feedback for 2 students written.\nNo feedback yet: alan\n")
    assert files_in(out) == [
        *("ada-feedback.ipynb", "ada-feedback.pdf"),
        *("grace-feedback.ipynb", "grace-feedback.pdf"),
    ]


@pytest.mark.long
@needs_modes
def test_the_files_are_for_the_coach_alone(home: Path, out: Path) -> None:
    make(home, out, "--only", "grace")
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    for name in files_in(out):
        assert stat.S_IMODE((out / name).stat().st_mode) == 0o600


@pytest.mark.long
def test_nobody_gets_what_was_written_to_another(home: Path, out: Path) -> None:
    make(home, out)
    assert SECRET in words_of(out / "grace-feedback.pdf")
    assert SECRET in (out / "grace-feedback.ipynb").read_text("utf-8")
    assert SECRET not in words_of(out / "ada-feedback.pdf")
    assert SECRET not in (out / "ada-feedback.ipynb").read_text("utf-8")
    assert "Barbara" not in (home / "students" / "ada.sqlite").read_bytes().decode("latin-1")


@pytest.mark.long
def test_the_pdf_says_what_was_written_and_what_to_do_next(home: Path, out: Path) -> None:
    make(home, out, "--only", "ada", "--format", "pdf")
    text = words_of(out / "ada-feedback.pdf")
    for words in (
        "Feedback on your answers For Ada Lovelace From Barbara and Tony",
        "What to do next 1. Lift Substance from 3 to 4: ",
        "How long did it take? A number here would carry the rest of the story.",
        "Your reply: Six weeks, as far as I know.",
        "Substance 3.5 of 5 (Barbara 3, Tony 4)",
        "Engineering manager: 1 of 2 raters say yes. Expected: ",
    ):
        assert words in text
    assert files_in(out) == ["ada-feedback.pdf"]


@pytest.mark.long
def test_the_raters_stay_unnamed_if_the_coach_wants_that(home: Path, out: Path) -> None:
    make(home, out, "--only", "ada", "--no-names")
    text = words_of(out / "ada-feedback.pdf")
    assert "From coach 1 and coach 2" in text
    for name in ("Barbara", "Tony"):
        assert name not in text
        assert name not in (out / "ada-feedback.ipynb").read_text("utf-8")


@pytest.mark.long
def test_made_again_the_files_are_the_same_until_something_new_is_written(
    home: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(home, out)
    before = {name: (out / name).read_bytes() for name in files_in(out)}
    capsys.readouterr()
    make(home, out)
    assert capsys.readouterr().out.splitlines()[0] == (
        "Nothing new: feedback is unchanged for 2 students."
    )
    assert {name: (out / name).read_bytes() for name in files_in(out)} == before
    new = Comment("c6", ONE, "Tony", "task", "", 0, "Whose idea was it?", RATED)
    Feedback(feedback_store(home, "ada")).comment(new)
    make(home, out)
    changed = {name for name in before if (out / name).read_bytes() != before[name]}
    assert changed == {"ada-feedback.ipynb", "ada-feedback.pdf"}
    assert "Whose idea was it?" in words_of(out / "ada-feedback.pdf")
    assert capsys.readouterr().out == (
        "Feedback is new for ada, and unchanged for 1 student.\nNo feedback yet: alan\n"
    )


@pytest.mark.long
def test_a_file_that_somebody_has_changed_is_kept(
    home: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(home, out, "--only", "grace")
    path = out / "grace-feedback.ipynb"
    path.write_text("Grace has written here.", "utf-8")
    assert make(home, out, "--only", "grace") == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "somebody had changed grace-feedback.ipynb: their file is kept as "
        "“grace-feedback (kept).ipynb”"
    )
    assert (out / "grace-feedback (kept).ipynb").read_text("utf-8") == "Grace has written here."
    assert SECRET in path.read_text("utf-8")


@pytest.mark.long
def test_a_run_that_was_killed_leaves_whole_files_which_the_next_one_knows(
    home: Path, out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make(home, out)
    new = Comment("c6", ONE, "Tony", "task", "", 0, "Whose idea was it?", RATED)
    Feedback(feedback_store(home, "ada")).comment(new)
    write = LocalOutput.write

    def killed(output: LocalOutput, name: str, content: bytes) -> None:
        if name == MADE:
            raise KeyboardInterrupt
        write(output, name, content)

    with monkeypatch.context() as patched:
        patched.setattr(LocalOutput, "write", killed)
        assert make(home, out) == 130
    assert "Whose idea was it?" in words_of(out / "ada-feedback.pdf")
    Feedback(feedback_store(home, "ada")).comment(replace(new, text="Who decided it?"))
    assert make(home, out) == 0
    assert "Who decided it?" in words_of(out / "ada-feedback.pdf")
    assert "kept as" not in capsys.readouterr().out
    assert not [name for name in files_in(out) if "kept" in name]
    assert not (out / WRITING).exists()


@pytest.mark.long
def test_feedback_that_was_taken_back_leaves_no_file(
    home: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(home, out)
    (out / "grace-feedback.pdf").write_bytes(b"Grace has drawn on it.")
    Feedback(feedback_store(home, "grace")).remove("g1", "Barbara")
    capsys.readouterr()
    assert make(home, out, "--format", "pdf") == 0
    assert capsys.readouterr().out == (
        "Nothing new: feedback is unchanged for 1 student.\n"
        "Removed, because nothing is left of what was written: grace-feedback.pdf,"
        " grace-feedback.ipynb\n"
        "No feedback yet: grace, alan\n"
        "somebody had changed grace-feedback.pdf: their file is kept as "
        "“grace-feedback (kept).pdf”\n"
    )
    assert files_in(out) == [
        *("ada-feedback.ipynb", "ada-feedback.pdf", "grace-feedback (kept).pdf")
    ]


@pytest.mark.long
def test_files_of_a_student_who_is_not_on_the_roster_any_more_are_named_and_stay(
    home: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make(home, out, "--format", "ipynb")
    path = home / "roster.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("grace")), "utf-8")
    capsys.readouterr()
    for words in ((), ("--only", "ada")):
        assert make(home, out, "--format", "ipynb", *words) == 0
        assert capsys.readouterr().out.splitlines()[:2] == [
            "Nothing new: feedback is unchanged for 1 student.",
            "Left as they are, because their students aren't on the roster: grace-feedback.ipynb",
        ]
    assert files_in(out) == ["ada-feedback.ipynb", "grace-feedback.ipynb"]


@pytest.mark.long
def test_what_is_left_out_or_not_printed_as_it_is_gets_named(
    home: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feedback = Feedback(feedback_store(home, "grace"))
    feedback.comment(Comment("g2", "mine/07", "Barbara", "", "", 0, "Of my own bank.", RATED))
    feedback.comment(Comment("g3", ONE, "Barbara", "", "", 0, "A bell \x07 rings.", RATED))
    assert make(home, out, "--only", "grace") == 0
    assert capsys.readouterr().out == (
        "Feedback for 1 student written.\n"
        "grace: what you wrote about mine/07 is left out, because the question bank has no such "
        "question (--bank names another bank)\n"
        "grace: unprintable characters are left out: U+0007\n"
    )


@pytest.mark.long
def test_one_student_whose_file_cannot_be_read_does_not_stop_the_others(
    home: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / "students" / "ada.sqlite"
    path.write_bytes(b"nothing that a database begins with")
    assert make(home, out, "--format", "pdf") == 1
    assert capsys.readouterr().out == (
        "Feedback for 1 student written.\nNo feedback yet: alan\n"
        f"ada: {path} is not a prepkit answers file.\n"
    )
    assert files_in(out) == ["grace-feedback.pdf"]


@pytest.mark.long
def test_an_id_or_a_format_that_there_is_not_is_refused(
    home: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(home, out, "--only", "adda") == 1
    assert capsys.readouterr().err == (
        "--only adda: the roster has no student with this id; did you mean 'ada'?\n"
    )
    with pytest.raises(SystemExit):
        make(home, out, "--format", "docx")
    assert capsys.readouterr().err.endswith("'docx': choose from pdf, ipynb\n")
    assert not out.exists()


@pytest.mark.long
def test_the_notebook_shows_the_answer_with_the_comments_beside_its_parts(
    at_home: tuple[HandIn, Path], bank: Bank
) -> None:
    hand_in, path = at_home
    cells = nbformat.read(path, as_version=4).cells
    assert cells[0].source.startswith(
        "# Ada Lovelace: feedback on 2 answers\n\nFrom Barbara and Tony, 23 November 2026."
    )
    assert [cell.source for cell in cells if cell.id.startswith(("feedback-", "form-"))] == [
        *(f"hand_in.feedback({OTHER!r})", f"hand_in.form({OTHER!r})"),
        *(f"hand_in.feedback({ONE!r})", f"hand_in.form({ONE!r})"),
    ]
    rated = hand_in.feedback(ONE)
    assert rated is not None
    assert rated.text.startswith(f"{bank[ONE].question.text}\nWhat to do next\n")
    assert "3.5 of 5 (Barbara 3, Tony 4)" in rated.text
    shown = hand_in.form(ONE).question["comments"]
    assert [(one["id"], one["part"], one["rater"]) for one in shown] == [
        *(("c4", "", "Tony"), ("c1", "situation", "Barbara")),
        *(("c2", "situation", "Tony"), ("c3", "result", "Barbara")),
    ]
    example = bank[ONE].question.example
    assert example is not None
    (answer,) = ask(hand_in, "load")
    assert answer["fields"]["situation"]["text"] == example["situation"]


@pytest.mark.long
def test_a_reply_is_on_the_disk_before_it_counts_as_saved(
    at_home: tuple[HandIn, Path], tmp_path: Path
) -> None:
    hand_in, _ = at_home
    hand_in.form(ONE)
    reply = {"field": "c3", "text": "They still talk about it.", "based_on": 0}
    saved, changed = ask(hand_in, "save", **reply)
    assert (saved["type"], saved["revision"], changed["field"]) == ("saved", 1, "c3")
    assert read_replies(tmp_path / "ada" / "fill-in" / "ada.sqlite")["c3"].text == reply["text"]
    (answer,) = ask(hand_in, "load")
    assert answer["fields"]["c3"]["text"] == reply["text"]
    (conflict,) = ask(hand_in, "save", field="c3", text="Another window.", based_on=0)
    assert (conflict["type"], conflict["text"]) == ("conflict", reply["text"])
    (history,) = ask(hand_in, "history", field="c3")
    assert [one["text"] for one in history["revisions"]] == [reply["text"]]


@pytest.mark.long
def test_a_reply_comes_back_to_the_coach_and_collecting_twice_changes_nothing(
    at_home: tuple[HandIn, Path], home: Path, tmp_path: Path
) -> None:
    hand_in, path = at_home
    hand_in.form(ONE)
    ask(hand_in, "save", field="c3", text="They still talk about it.", based_on=0)
    ask(hand_in, "save", field="task", text="Changed since.", based_on=1)
    nb = nbformat.read(path, as_version=4)
    nb.metadata["prepkit"]["answers"] = hand_in.bundle()[HAND_IN_MIME]
    returned = tmp_path / "returned"
    returned.mkdir()
    nbformat.write(nb, returned / "ada.ipynb")
    keys, students = read_keys(home), home / "students"
    report = collect_answers(returned, students, keys=keys)
    assert report.problems == ()
    assert str(report) == "ada: 1 answer new or changed, 1 reply to comments"
    assert {name: one.text for name, one in read_replies(students / "ada.sqlite").items()} == {
        "c1": "Six weeks, as far as I know.",
        "c3": "They still talk about it.",
    }
    assert AnswerStore(students / "ada.sqlite").answer(ONE).text("task") == "Changed since."
    assert str(collect_answers(returned, students, keys=keys)) == "ada: nothing new"
    again = tmp_path / "again"
    assert main(["feedback", "make", str(home / "roster.csv"), "-o", str(again)]) == 0


@pytest.mark.long
def test_a_reply_alone_is_handed_in_too(
    at_home: tuple[HandIn, Path], home: Path, tmp_path: Path
) -> None:
    hand_in, path = at_home
    hand_in.form(ONE)
    ask(hand_in, "save", field="c3", text="Only this.", based_on=0)
    nb = nbformat.read(path, as_version=4)
    carried = json.loads(json.dumps(hand_in.bundle()[HAND_IN_MIME]))
    carried["answers"] = {}
    nb.metadata["prepkit"]["answers"] = carried
    (tmp_path / "returned").mkdir()
    nbformat.write(nb, tmp_path / "returned" / "ada.ipynb")
    report = collect_answers(tmp_path / "returned", home / "students", keys=read_keys(home))
    assert str(report) == "ada: 1 reply to comments"


@pytest.mark.long
def test_a_reply_to_a_question_that_was_not_sent_is_refused(
    at_home: tuple[HandIn, Path], home: Path, tmp_path: Path
) -> None:
    _, path = at_home
    nb = nbformat.read(path, as_version=4)
    item = {"revision": 1, "saved_at": RATED.isoformat(), "origin": "form", "text": "Mine."}
    nb.metadata["prepkit"]["answers"]["version"] = 2
    nb.metadata["prepkit"]["answers"]["texts"] = {"reply": {"leading-people/01": {"c1": [item]}}}
    (tmp_path / "returned").mkdir()
    nbformat.write(nb, tmp_path / "returned" / "ada.ipynb")
    report = collect_answers(tmp_path / "returned", home / "students", keys=read_keys(home))
    (problem,) = report.problems
    assert problem.message.startswith(
        "it has an answer to leading-people/01, which is not in the notebook that you sent to ada."
    )


@pytest.mark.long
def test_on_another_computer_the_notebook_brings_its_replies_along(
    at_home: tuple[HandIn, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: Path
) -> None:
    hand_in, _ = at_home
    hand_in.form(ONE)
    ask(hand_in, "save", field="c3", text="From the first computer.", based_on=0)
    carried = {"student_id": "ada", "answers": hand_in.bundle()[HAND_IN_MIME]}
    monkeypatch.setenv("PREPKIT_HOME", str(tmp_path / "other"))
    other = opened(out)
    other.form(ONE)
    other.handle({**CARRIED, "found": [carried]})
    (answer,) = ask(other, "load")
    assert answer["fields"]["c3"]["text"] == "From the first computer."
    ask(other, "save", field="c3", text="From the other one.", based_on=1)
    ask(hand_in, "save", field="c3", text="Later, from the first.", based_on=1)
    again = {"student_id": "ada", "answers": other.bundle()[HAND_IN_MIME]}
    hand_in.handle({**CARRIED, "found": [again]})
    (history,) = ask(hand_in, "history", field="c3")
    assert {one["text"] for one in history["revisions"]} == {
        *("From the first computer.", "From the other one.", "Later, from the first.")
    }


@pytest.mark.long
def test_the_coach_can_only_read_the_notebook_that_came_back(
    home: Path, out: Path, bank: Bank
) -> None:
    make(home, out, "--only", "ada", "--format", "ipynb")
    hand_in = opened(out)
    assert hand_in.read_only
    hand_in.form(ONE)
    hand_in.handle(CARRIED)
    (error,) = ask(hand_in, "save", field="c3", text="Not mine.", based_on=0)
    assert error["message"] == "this answer can only be read here."


# ---- the next packet


@pytest.mark.slow
def test_the_next_packet_prints_the_feedback_and_only_changed_ones_are_made_again(
    home: Path, out: Path, capsys: pytest.CaptureFixture[str], no_event_loop: None
) -> None:
    command = ["packets", str(home / "roster.csv"), "-o", str(out), "--format", "ipynb,pdf"]
    with made_here():
        assert main([*command, "--workers", "1"]) == 0
        text = words_of(out / "ada.pdf")
        assert "What your coach wrote Barbara and Tony, 23 November 2026" in text
        assert "Your reply: Six weeks, as far as I know." in text
        assert SECRET in words_of(out / "grace.pdf")
        assert SECRET not in text
        assert "coach wrote" not in words_of(out / "alan.pdf")
        new = Comment("g2", ONE, "Tony", "task", "", 0, "Whose idea was it?", RATED)
        Feedback(feedback_store(home, "grace")).comment(new)
        capsys.readouterr()
        assert main([*command, "--dry-run"]) == 0
        assert capsys.readouterr().out == "grace  changed\n"
        assert main([*command, "--workers", "1", "--no-names"]) == 0
    assert "Whose idea was it?" in words_of(out / "grace.pdf")
    assert "Barbara" not in words_of(out / "ada.pdf")
