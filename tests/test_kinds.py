"""A question of each kind goes the whole way: written, saved, exported, shown, printed, published.

The form of its kind, and nothing else, says which parts its answer has on that way.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from prepkit.answers import AnswerStore, collect_answers, export_answers, import_file
from prepkit.answers.exchange_json import to_json
from prepkit.answers.transfer import export_of
from prepkit.bank import Bank, load_bank
from prepkit.forms import KINDS, Kind
from prepkit.handouts import Layout, story_pdf, worksheet_pdf
from prepkit.notebook.mime import HAND_IN_MIME
from prepkit.packets.fill_in import fill_in_notebook
from prepkit.packets.roster import read_roster
from prepkit.practice.params import parse_params
from prepkit.practice.progress import progress_frame
from prepkit.practice.review import review_answer
from prepkit.practice.selection import select_questions
from prepkit.records import LEVELS, Answer, Student
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from prepkit.widgets.content import answer_html, answer_text, question_content
from prepkit.widgets.packet_tables import levels_table
from prepkit.widgets.worksheet import Worksheet

FOLDER = Path(__file__).parent / "data" / "kinds"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

BANK: Bank = load_bank(FOLDER)
IDS: dict[Kind, str] = {entry.question.kind: entry.id for entry in map(BANK.__getitem__, BANK)}

each_kind = pytest.mark.parametrize("kind", KINDS)


def texts_of(kind: Kind) -> dict[str, str]:
    """Return an answer to the question of a kind: the bank's own example, and two ticks."""
    question = BANK[IDS[kind]].question
    assert question.example is not None
    return {**question.example, "key_points": "\n".join(question.key_points[:2])}


@pytest.fixture(scope="module")
def answers_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a store with an answer to every question."""
    path = tmp_path_factory.mktemp("answers") / "answers.sqlite"
    store = AnswerStore(path, now=lambda: NOW)
    for kind in KINDS:
        for field, text in texts_of(kind).items():
            store.save(IDS[kind], field, text, based_on=0)
    return path


@pytest.fixture
def store(answers_file: Path, tmp_path: Path) -> AnswerStore:
    """Return a store of its own with these answers."""
    shutil.copy(answers_file, tmp_path)
    return AnswerStore(tmp_path / answers_file.name, now=lambda: NOW)


def stored(store: AnswerStore) -> dict[str, dict[str, str]]:
    return {
        question: {field: one.text for field, one in answer.revisions.items()}
        for question, answer in store.load().items()
    }


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_there_is_a_question_of_each_kind() -> None:
    assert sorted(IDS) == sorted(KINDS)


def test_answers_of_every_kind_are_stored_as_they_were_written(store: AnswerStore) -> None:
    assert stored(store) == {IDS[kind]: texts_of(kind) for kind in KINDS}


@pytest.mark.parametrize("suffix", ["json", "md"])
def test_answers_of_every_kind_come_back_from_an_export(
    store: AnswerStore, tmp_path: Path, suffix: str
) -> None:
    path = export_answers(store, tmp_path / f"mine.{suffix}")
    other = AnswerStore(tmp_path / "other.sqlite")
    import_file(other, path)
    assert stored(other) == stored(store)


@each_kind
def test_progress_counts_the_parts_of_the_kind(store: AnswerStore, kind: Kind) -> None:
    question = BANK[IDS[kind]].question
    *_, last = question.form.names
    answers = store.load()
    row = progress_frame(BANK, answers).set_index("question").loc[question.id]
    assert row["state"] == "complete"
    assert row["words"] == sum(len(texts_of(kind)[name].split()) for name in question.form.names)
    store.save(question.id, last, "", based_on=1)
    row = progress_frame(BANK, store.load()).set_index("question").loc[question.id]
    assert (row["state"], row["missing"]) == ("started", last)


@each_kind
def test_the_review_looks_at_the_parts_of_the_kind(kind: Kind) -> None:
    entry = BANK[IDS[kind]]
    found = review_answer(Answer(question=entry.id), kind)
    assert [(one.part, one.rule) for one in found] == [
        (name, "missing") for name in entry.question.form.names
    ]


@each_kind
def test_the_form_has_the_parts_of_the_kind(store: AnswerStore, kind: Kind) -> None:
    entry = BANK[IDS[kind]]
    shown = question_content(entry)
    assert [
        (part["name"], part["title"], part["prompt"], tuple(part["words"]))
        for section in shown["sections"]
        for part in section.get("boxes", [])
    ] == [(part.name, part.title, part.prompt, part.words) for part in entry.parts]
    (example,) = (one["items"] for one in shown["sections"] if one["name"] == "example")
    assert {item["name"]: item["text"] for item in example} == entry.question.example
    answer = store.answer(entry.id)
    for text in (answer_text(entry, answer), answer_html(entry, answer)):
        places = [text.index(part.title) for part in entry.question.parts]
        assert places == sorted(places)


@pytest.mark.long
@pytest.mark.parametrize(
    "kind",
    [
        one if one in ("past-event", "case") else pytest.param(one, marks=pytest.mark.slow)
        for one in KINDS
    ],
)
def test_the_worksheet_and_the_story_sheet_have_the_parts_of_the_kind(
    store: AnswerStore, kind: Kind
) -> None:
    entry = BANK[IDS[kind]]
    compact = worksheet_pdf([Worksheet(entry)], Layout(compact=True))
    assert len(PdfReader(BytesIO(compact.pdf)).pages) == 2
    sheet = Worksheet(entry, store.answer(entry.id))
    for handout in (worksheet_pdf([sheet]), story_pdf([sheet])):
        assert handout.notices == ()
        words = words_of(handout.pdf)
        for part in entry.question.parts:
            assert part.title in words
            first = texts_of(kind)[part.name].split()[:4]
            assert " ".join(first) in words


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "site"
    publish(folder, settings=Settings(), bank_folder=FOLDER, now=NOW)
    return folder


def text_of(page: Path) -> str:
    """Return what a page of the site says, with straight apostrophes."""
    text = BeautifulSoup(page.read_text("utf-8"), "html.parser").get_text(" ")
    return " ".join(text.split()).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


@pytest.mark.long
def test_a_page_of_the_site_has_the_parts_of_its_kind(site: Path) -> None:
    for kind in KINDS:
        entry = BANK[IDS[kind]]
        text = text_of(site / "questions" / f"{entry.id}.html")
        assert entry.question.example is not None
        for part in entry.parts:
            assert part.title in text
            assert part.prompt in text
            assert entry.question.example[part.name].split(". ")[0] in text


@pytest.mark.long
def test_wherever_the_site_marks_an_answer_it_tells_the_kind_of_the_question(site: Path) -> None:
    kinds = {name: kind for kind, name in IDS.items()}
    marked = set()
    for path in site.rglob("*.html"):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for mark in page.select("[data-mark]"):
            assert mark["data-kind"] == kinds[str(mark["data-mark"])]
            marked.add(mark["data-mark"])
    assert marked == set(kinds)


def test_a_fill_in_notebook_with_every_kind_is_collected(
    store: AnswerStore, tmp_path: Path
) -> None:
    nb = fill_in_notebook(Student(student_id="ada", name="Ada"), list(BANK))
    carried = json.loads(to_json(export_of(store)))
    output = nbformat.v4.new_output(
        "display_data",
        {"text/plain": "6 of 6 answers complete", HAND_IN_MIME: carried},
        metadata={"prepkit": {"student_id": "ada"}},
    )
    nb.cells[-1].outputs = [output]
    (tmp_path / "returned").mkdir()
    nbformat.write(nb, tmp_path / "returned" / "ada.ipynb")
    report = collect_answers(tmp_path / "returned", tmp_path / "students", now=lambda: NOW)
    assert report.problems == ()
    assert stored(AnswerStore(tmp_path / "students" / "ada.sqlite")) == stored(store)


# ---- staff engineer is a level like the others -----------------------------------------------


def test_a_roster_may_have_a_staff_engineer(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("student_id,name,level\nada,Ada,Staff engineer\n", "utf-8")
    (student,) = read_roster(path, BANK)
    assert student.level == "staff engineer"


def test_a_packet_for_a_staff_engineer_says_what_that_level_shows() -> None:
    params = parse_params(BANK, level="Staff engineer", n_questions=6)
    assert params.level == "staff engineer"
    chosen = select_questions(BANK, {}, level=params.level, count=6)
    table = levels_table(BANK.levels, chosen, params.level).frame
    assert len(table) == 6
    assert "What a staff engineer shows" in table


@pytest.mark.long
def test_the_site_has_a_page_for_staff_engineers_between_their_neighbours(site: Path) -> None:
    home = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser")
    tiles = home.find("section", attrs={"aria-labelledby": "levels"})
    assert tiles is not None
    names = [" ".join(link.get_text().split()) for link in tiles.find_all("a")]
    assert [name.lower() for name in names] == list(LEVELS)
    page = text_of(site / "levels" / "staff-engineer.html")
    for question_id in BANK:
        assert BANK[question_id].question.text in page


def test_a_bank_without_a_line_for_staff_engineers_serves_them_all_the_same() -> None:
    shipped = load_bank()
    chosen = select_questions(shipped, {}, level="staff engineer", count=5)
    assert len(chosen) == 5
    without = shipped.levels[shipped.levels["level"] != "staff engineer"]
    table = levels_table(without, chosen, "staff engineer")
    assert "These questions say nothing about this level." in table.html
