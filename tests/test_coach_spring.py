"""A coach's whole spring, by the commands of the guide: from a form's export to the second packets.

Nothing is looked at from inside: what one command writes is what the next one reads. Each student
is an account of their own, and so is the second coach.
"""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup

from prepkit.__main__ import main
from prepkit.bank import load_bank
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.packets.roster import read_roster
from prepkit.widgets.feedback_host import FeedbackHost
from prepkit.widgets.hand_in import HandIn
from tests.packets_here import made_here

pytestmark = pytest.mark.slow

STUDENTS = 12
PAGES = (3, 7)  # of those who have no Jupyter, and fill in a web page
SILENT = 5  # sends nothing
BROKEN = 9  # sends a file that broke off
CARRIED = {"type": "carried", "found": [], "by": "v1"}


def roster(folder: Path) -> Path:
    """Write what a form's answers look like in a spreadsheet that is set to German."""
    path = folder / "Antworten.csv"
    rows = [("Zeitstempel", "E-Mail", "Vorname", "Nachname", "Matrikelnummer", "Firmen", "Stufe")]
    for number in range(STUDENTS):
        level = ("EM", "Staff Engineer", "Director of Engineering")[number % 3]
        company = ("AWS", "Facebook, GitLab", "")[number % 3]
        name = ("Zoë", "Łukasz", "नीता", "Müßig")[number % 4]
        given = f"1.2.2027 09:{number:02}"
        mail = f"s{number}@students.example"
        rows.append((given, mail, name, f"Test{number}", f"{number:05}", company, level))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


class Spring:
    """The coach's folder, and everybody's account."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._monkeypatch = folder, monkeypatch
        self.home = folder / "coach"
        self.roster = roster(folder)
        self.bank = load_bank()

    @contextmanager
    def account(self, name: str) -> Iterator[Path]:
        """Work on an account."""
        with self._monkeypatch.context() as patched:
            patched.setenv("PREPKIT_HOME", str(self.folder / name))
            yield self.folder / name

    def run(self, *command: str | Path, code: int = 0) -> None:
        """Run a command on the coach's account; it has to end with this exit code."""
        with self.account("coach"), made_here():
            assert main([str(word) for word in command]) == code

    def packets(self) -> None:
        """Make what is to be made."""
        formats = ("--format", "ipynb,fill-in,html-form", "--workers", "1")
        self.run("packets", self.roster, "-o", self.folder / "packets", *formats)

    def collect(self) -> list[dict[str, str]]:
        """Collect what was sent, and return the ledger."""
        command = ("answers", "collect", self.folder / "returned", "--roster", self.roster)
        self.run(*command, code=1)  # for the file that broke off
        with (self.home / "students/ledger.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def rating(self, account: str, rater: str) -> FeedbackHost:
        """Return what stands behind a coach's page."""
        home = self.folder / account
        students = read_roster(self.roster, self.bank)
        return FeedbackHost(self.bank, students, home, home / "students", rater=rater)


def opened(notebook: Path, student: str) -> HandIn:
    """Open a notebook as its student does: run its first cell, and take in what it carries."""
    nb = nbformat.read(notebook, as_version=4)
    variables: dict[str, Any] = {}
    exec(nb.cells[1].source, variables)
    found = variables["hand_in"]
    assert isinstance(found, HandIn)
    carried = nb.metadata["prepkit"].get("answers")
    message = [{"student_id": student, "answers": carried}] if carried else []
    found.handle({"type": "carried", "found": message, "by": "v"})
    return found


def first_question(notebook: Path) -> str:
    """Return the first question of a notebook."""
    first: str = nbformat.read(notebook, as_version=4).metadata["prepkit"]["questions"][0]
    return first


def write(hand_in: HandIn, question: str, texts: Mapping[str, str]) -> None:
    """Type into the form of a question, and wait for what says that it is saved."""
    form = hand_in.form(question)
    for field, text in texts.items():
        message = {"type": "save", "field": field, "text": text, "based_on": 0}
        told = form.handle({**message, "view": "v", "question": question, "seq": 1})
        assert "saved" in [one["type"] for one in told]


def saved(notebook: Path, hand_in: HandIn) -> bytes:
    """Return the notebook as JupyterLab saves it with what its forms hold."""
    nb = nbformat.read(notebook, as_version=4)
    nb.metadata["prepkit"]["answers"] = hand_in.bundle()[HAND_IN_MIME]
    return str(nbformat.writes(nb)).encode()


def handed_in(page: Path, text: str) -> bytes:
    """Return the file that a web page hands in, with a text in the first question."""
    data = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    told = data.find(id="student")
    assert told is not None
    about = json.loads(told.get_text())["hand_in"]
    moment = "2027-02-03T18:00:00Z"
    version = {"revision": 1, "text": text, "saved_at": moment, "origin": "form"}
    question = about["questions"][0]
    part = load_bank()[question].question.parts[0].name
    answers = {question: {part: [version]}}
    whole = {"format": "prepkit-answers", "version": 1, "hand_in": about, "answers": answers}
    return json.dumps({**whole, "reviews": []}).encode()


def sent(mail: Path) -> tuple[str, list[str]]:
    """Return to whom a draft goes, and the names of the files in it."""
    message = message_from_bytes(mail.read_bytes(), policy=default)
    return str(message["To"]), [str(one.get_filename()) for one in message.iter_attachments()]


@pytest.fixture
def spring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_event_loop: None) -> Spring:
    return Spring(tmp_path, monkeypatch)


def text_of(student: str) -> str:
    """Return what a student writes."""
    return f"In the spring of {student} we moved forty shops to another till; nobody waited. — ¶"


def hand_ins(spring: Spring) -> None:
    """Let the students write, and send it in a zip, by itself, or as a web page's file."""
    returned = spring.folder / "returned"
    returned.mkdir()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as course:
        for number in range(STUDENTS):
            student = f"{number:05}"
            if number == SILENT:
                continue
            if number in PAGES:
                page = spring.folder / "packets" / f"{student}-fill-in.html"
                (returned / f"x{number}.json").write_bytes(handed_in(page, text_of(student)))
                continue
            notebook = spring.folder / "packets" / f"{student}-fill-in.ipynb"
            with spring.account(f"student {student}"):
                mine = opened(notebook, student)
                question = first_question(notebook)
                part = spring.bank[question].question.parts[0].name
                write(mine, question, {part: text_of(student)})
                content = saved(notebook, mine)
            if number == BROKEN:
                (returned / notebook.name).write_bytes(content[:500])
            elif number % 2:
                course.writestr(f"Zoë {number}/untitled ({number}).ipynb.txt", content)
            else:
                (returned / f"{number}.ipynb").write_bytes(content)
    (returned / "course.zip").write_bytes(archive.getvalue())


def rate(host: FeedbackHost, scores: Mapping[str, int], comment: str) -> dict[str, str]:
    """Rate and comment on every answer as a page does; return each student's question."""
    (overview,) = host.answer({"type": "overview", "view": "v", "seq": 1})
    rated = {}
    for number, cell in enumerate(overview["answers"]):
        about = {"student": cell["student"], "question": cell["question"]}
        change = {"scores": {name: max(1, score - number % 2) for name, score in scores.items()}}
        (answer,) = host.answer({"type": "rate", **about, "change": change, "revisions": {}})
        assert answer["type"] == "rated"
        new = {"id": f"{host.rater}-{number}", "part": "", "quote": "", "start": 0, "before": ""}
        (answer,) = host.answer({"type": "comment", **about, **new, "text": comment})
        assert answer["type"] == "commented"
        rated[cell["student"]] = cell["question"]
    return rated


def second_coach(spring: Spring) -> Path:
    """Let a second coach collect the same files and rate them; return the file of it."""
    with spring.account("second coach"):
        returned, file = spring.folder / "returned", spring.folder / "second.json"
        main(["answers", "collect", str(returned), "--roster", str(spring.roster)])
        rate(spring.rating("second coach", "Ben"), {"Substance": 3, "Structure": 4}, "Too long.")
        command = ["feedback", "export", "--rater", "Ben", "-o", str(file)]
        assert main(command) == 0
    return file


def test_a_spring_from_a_forms_export_to_the_second_packets(
    spring: Spring, capsys: pytest.CaptureFixture[str]
) -> None:
    spring.run("roster", "check", spring.roster)
    spring.packets()
    hand_ins(spring)
    ledger = spring.collect()
    states = {row["student_id"]: row["state"] for row in ledger if row["about"] == "student"}
    others = {f"{SILENT:05}": "missing", f"{BROKEN:05}": "damaged"}
    assert states == {f"{number:05}": "here" for number in range(STUDENTS)} | others
    assert spring.collect() == ledger

    rated = rate(spring.rating("coach", "Ada"), {"Substance": 4, "Structure": 4}, "Say when.")
    assert set(rated) == set(states) - set(others)
    spring.run("feedback", "merge", second_coach(spring))
    capsys.readouterr()
    spring.run("feedback", "agreement", spring.roster)
    assert "Substance" in capsys.readouterr().out
    out = spring.folder / "feedback"
    spring.run("feedback", "make", spring.roster, "-o", out)

    drafts = spring.folder / "drafts"
    spring.run("mail", "feedback", spring.roster, out, "-o", drafts)
    for number in range(STUDENTS):
        student, draft = f"{number:05}", drafts / f"{number:05}.eml"
        assert draft.exists() == (student in rated)
        if student in rated:
            to, files = sent(draft)
            assert f"<s{number}@students.example>" in to
            assert files == [f"{student}-feedback.pdf", f"{student}-feedback.ipynb"]

    replying(spring, out / "00000-feedback.ipynb", rated["00000"])
    spring.packets()
    for student in states:
        packet = (spring.folder / "packets" / f"{student}.ipynb").read_text("utf-8")
        assert ("Say when." in packet, "Too long." in packet) == (student in rated,) * 2
        assert ("In May, I think." in packet) == (student == "00000")
        assert [one for one in states if text_of(one) in packet] == [student] * (student in rated)
    capsys.readouterr()
    spring.packets()
    assert "nothing to do" in capsys.readouterr().out


def replying(spring: Spring, notebook: Path, question: str) -> None:
    """Let a student answer a comment, and send the notebook back."""
    with spring.account("student 00000"):
        mine = opened(notebook, "00000")
        write(mine, question, {"Ada-0": "In May, I think."})
        (spring.folder / "returned" / "reply.ipynb").write_bytes(saved(notebook, mine))
    spring.collect()
