"""Rosters are read as coaches' programs write them, and every problem is named with its cell."""

from __future__ import annotations

import codecs
import csv
import io
import re
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prepkit.bank import load_bank
from prepkit.packets.roster import read_student_ids, understand
from prepkit.packets.roster.cells import without_empty
from prepkit.packets.roster.columns import COLUMNS, PREPKIT_GIVES
from prepkit.packets.roster.file import (
    Cell,
    Doubt,
    FileSettings,
    RosterError,
    RosterFile,
    Row,
    Unreadable,
    column_letter,
    read_roster_file,
)
from prepkit.packets.roster.formats import rows as roster_rows
from prepkit.packets.template import read_template
from prepkit.records import LEVELS, Student, is_student_id
from prepkit.text import EMPTY_CHARACTERS

BANK = load_bank()
COMPANIES = sorted(BANK.companies["company"].unique())
PARAMETERS = {
    "student_id": "str",
    "name": "str",
    "companies": "list",
    "level": "str",
    "categories": "list",
    "interview_date": "str",
    "n_questions": "int",
    "notes": "str",
    "date": "str",
    "answers_file": "str",
    "bank_folder": "str",
    "remote": "bool",
    "minutes": "float",
    "rounds": "Optional[int]",
    "topics": "list[str]",
    "scores": "list[int]",
    "other": "None",
    "table": "dict",
}
HEADER = [
    "student_id",
    "name",
    "companies",
    "level",
    "categories",
    "interview_date",
    "n_questions",
    "notes",
]
CHECKOUT = Path(__file__).parent.parent
DATA = Path(__file__).parent / "data"
ROSTER = Path("roster.csv")
UNSEEN = f"\u00ad\u200c-\u200f\u202a-\u202e\u2066-\u2069{EMPTY_CHARACTERS}"
"""Characters that show nothing: they are left out, or are a problem of the cell."""

# Made with LibreOffice 7.4 Calc: the first as rosters are, the second with errors in its cells, the
# third saved with a password.
LIBREOFFICE = DATA / "roster-libreoffice.xlsx"
ERRORS = DATA / "roster-libreoffice-errors.xlsx"
FORMULA = "correct the formula, or type a value"
PASSWORD = DATA / "roster-libreoffice-password.xlsx"


def sheet(header: list[Cell], *rows: list[Cell]) -> RosterFile:
    numbered = tuple(Row(number, tuple(row)) for number, row in enumerate(rows, 2))
    return RosterFile(ROSTER, tuple(header), numbered, settings=FileSettings(delimiter=","))


def students(found: RosterFile) -> list[Student]:
    return list(understand(found, BANK, PARAMETERS).students)


def problems_of(found: RosterFile, parameters: dict[str, str] = PARAMETERS) -> list[str]:
    """Return the lines of the error that a sheet gets, but for the first."""
    with pytest.raises(RosterError) as caught:
        understand(found, BANK, parameters)
    first, *lines = str(caught.value).split("\n")
    count = len(caught.value.problems)
    assert first == f"roster.csv has {count} problem{'' if count == 1 else 's'}:"
    return [line.removeprefix("  ") for line in lines]


def problem_of(column: str, cell: Cell) -> list[str]:
    """Return what is said of one cell of an otherwise right row."""
    names = dict.fromkeys(["student_id", "name", column])
    row: dict[str, Cell] = {"student_id": "a", "name": "Ann", column: cell}
    place = f"column '{column}', row 2: "
    lines = problems_of(sheet(list(names), list(row.values())))
    assert all(line.startswith((place, "    ")) for line in lines)
    return [line.removeprefix(place) for line in lines]


def value_of(column: str, cell: Cell) -> Any:
    """Return what becomes of one cell."""
    (student,) = students(sheet(["student_id", "name", column], ["a", "Ann", cell]))
    return getattr(student, column) if column in HEADER else student.extra[column]


def refusal(path: Path) -> str:
    """Return why a file isn't read."""
    with pytest.raises(RosterError) as caught:
        read_roster_file(path)
    first = f"{path} has 1 problem:\n  "
    assert str(caught.value).startswith(first)
    return str(caught.value).removeprefix(first)


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def xlsx(rows: list[list[Any]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    worksheet = book.active
    assert worksheet is not None
    for row in rows:
        worksheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def changed(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return an XLSX file with one of its parts changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return buffer.getvalue()


# --- rosters that come back as they were ---

seen = st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"]).filter(
    lambda each: not re.match(f"[{UNSEEN}]", each)
)
# Without a comma: "Lee, Ann" is turned round, which has tests of its own.
names = (
    st.text(seen.filter(lambda each: each != ","), min_size=1, max_size=20)
    .map(lambda text: str(without_empty(text) or ""))
    .filter(lambda text: bool(text) and text[0] not in "=@+-")
)
lines = st.text(st.one_of(seen, st.sampled_from(list('\n,;\t"|'))), max_size=40)
notes = lines.map(str.strip).filter(lambda text: not text.startswith(("=", "@")))
ids = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
categories = [category.slug for category in BANK.categories]


@st.composite
def cohorts(draw: st.DrawFn) -> list[Student]:
    chosen = draw(
        st.lists(ids.filter(is_student_id), min_size=1, max_size=5, unique_by=str.casefold)
    )
    return [
        Student(
            student_id=student_id,
            name=draw(names),
            companies=tuple(draw(st.lists(st.sampled_from(COMPANIES), unique=True, max_size=3))),
            level=draw(st.one_of(st.none(), st.sampled_from(LEVELS))),
            categories=tuple(draw(st.lists(st.sampled_from(categories), unique=True, max_size=2))),
            interview_date=draw(st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2099, 1, 1)))),
            n_questions=draw(st.one_of(st.none(), st.integers(1, len(BANK)))),
            notes=draw(notes),
            extra=draw(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "remote": st.booleans(),
                        "scores": st.lists(st.integers(0, 9), min_size=1),
                    },
                )
            ),
        )
        for student_id in chosen
    ]


def rows_of(cohort: list[Student]) -> list[list[Any]]:
    """Return a cohort as a coach would write it."""
    return [
        [
            each.student_id,
            each.name,
            "; ".join(each.companies) or None,
            each.level,
            "\n".join(each.categories) or None,
            each.interview_date,
            each.n_questions,
            each.notes or None,
            each.extra.get("remote"),
            ";".join(map(str, each.extra.get("scores", []))) or None,
        ]
        for each in cohort
    ]


WIDE = [*HEADER, "Remote", "scores"]


def test_rows_in_doubt_are_a_problem_of_the_roster() -> None:
    doubt = Doubt("hidden", (Row(3, ("b", "Bob")),), "row 3 is hidden: say whether it counts")
    found = RosterFile(ROSTER, ("student_id", "name"), (Row(2, ("a", "Ann")),), (doubt,))
    assert problems_of(found) == ["row 3 is hidden: say whether it counts"]


def test_rows_in_doubt_are_a_problem_for_who_wants_only_the_ids(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "student_id,name\na,Ann\nTotal,1\n")
    with pytest.raises(RosterError) as caught:
        read_student_ids(path)
    assert [problem.message for problem in caught.value.problems] == [
        'row 3 (Total 1) looks like a total or a note: write totals = "leave out" to leave it out,'
        ' or totals = "take" to take it, under [rows] in a.prepkit.toml'
    ]


@pytest.mark.long
@given(
    cohorts(),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(deadline=None)
def test_a_cohort_comes_back_from_csv(
    tmp_path_factory: pytest.TempPathFactory,
    cohort: list[Student],
    delimiter: str,
    encoding: str,
    line_end: str,
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(
        [WIDE, *rows_of(cohort)]
    )
    path = tmp_path_factory.getbasetemp() / "cohort.csv"
    assert students(read_roster_file(written(path, text.getvalue().encode(encoding)))) == cohort


@pytest.mark.slow
@given(cohorts())
@settings(deadline=None)
def test_a_cohort_comes_back_from_xlsx(
    tmp_path_factory: pytest.TempPathFactory, cohort: list[Student]
) -> None:
    path = written(tmp_path_factory.getbasetemp() / "cohort.XLSX", xlsx([WIDE, *rows_of(cohort)]))
    assert students(read_roster_file(path)) == cohort


@pytest.mark.slow
@given(cohorts())
@settings(deadline=None)
def test_a_cohort_comes_back_from_parquet(
    tmp_path_factory: pytest.TempPathFactory, cohort: list[Student]
) -> None:
    path = tmp_path_factory.getbasetemp() / "cohort.parquet"
    frame = pd.DataFrame(rows_of(cohort), columns=WIDE)
    frame["companies"] = pd.Series([list(each.companies) or None for each in cohort])
    frame.index = frame.index + 7
    frame.to_parquet(path)
    assert students(read_roster_file(path)) == cohort


@pytest.mark.long
@given(st.sampled_from([".csv", ".xlsx", ".parquet"]), st.data())
@settings(deadline=None)
def test_no_bytes_raise_anything_else(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: st.DataObject
) -> None:
    starts = [b"", b"PK\x03\x04", b"PAR1", codecs.BOM_UTF16_LE, b"student_id,name\n", b'"']
    content = data.draw(st.sampled_from(starts)) + data.draw(st.binary(max_size=60))
    path = written(tmp_path_factory.getbasetemp() / f"bytes{suffix}", content)
    with suppress(RosterError):
        students(read_roster_file(path))


@pytest.mark.slow
@given(st.integers(0, 10**6), st.integers(1, 40), st.binary(max_size=8))
@settings(deadline=None)
def test_no_damaged_xlsx_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, at: int, gone: int, put: bytes
) -> None:
    def damage(part: bytes) -> bytes:
        start = at % len(part)
        return part[:start] + put + part[start + gone :]

    whole = LIBREOFFICE.read_bytes()
    parts = zipfile.ZipFile(io.BytesIO(whole)).namelist()
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    for content in (damage(whole), changed(whole, parts[at % len(parts)], damage)):
        with suppress(RosterError):
            students(read_roster_file(written(path, content)))


cells: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.text(min_size=1, max_size=20),
    st.sampled_from(
        ["index", "2027-02-31", "1;2", "Amazon,", ";;", "=1", "True", "1e99", "1/2/2027"]
    ),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(),
)
headers = st.one_of(
    cells, st.sampled_from(list(PARAMETERS)), st.sampled_from(["Student ID", "NAME", "n questions"])
)


@pytest.mark.long
@given(
    st.lists(headers, max_size=8),
    st.lists(st.lists(cells, max_size=10), min_size=1, max_size=4),
)
@settings(deadline=None)
def test_no_cells_raise_anything_else(header: list[Cell], rows: list[list[Cell]]) -> None:
    with suppress(RosterError):
        students(sheet(["student_id", "name", *header], *rows))


# --- files ---


def test_a_file_of_libreoffice_is_read_as_it_looks() -> None:
    assert students(read_roster_file(LIBREOFFICE)) == [
        Student(
            student_id="00017",
            name="Zoë Ångström",
            companies=("Amazon", "GitLab"),
            level="engineering manager",
            categories=("technical-leadership",),
            interview_date=date(2027, 2, 1),
            n_questions=5,
            notes="Wants to talk about scale;\nbring the second story.",
            extra={"remote": True, "minutes": 45.0},
        ),
        Student(
            student_id="00018",  # a number that is shown so
            name="Nguyễn Thị Mai",
            companies=("Booking.com", "UK Civil Service"),
            level="senior manager",
            interview_date=date(2027, 3, 4),
            n_questions=7,  # a formula, as the next two are
            extra={"remote": False, "minutes": 37.5},
        ),
        Student(student_id="S-3", name="Amara Okafor", interview_date=date(2027, 2, 8)),
        Student(student_id="20270005", name="李 娜", companies=("Stripe",)),
    ]


def test_what_is_wrong_in_a_file_of_libreoffice_is_named_by_its_cell() -> None:
    found = read_roster_file(ERRORS)
    assert problems_of(RosterFile(ROSTER, found.header, found.rows)) == [
        f"column 'student_id', row 3: {A_DATE}",
        f"column 'name', row 2: the cell shows the error #DIV/0!: {FORMULA}",
        f"column 'companies', row 3: the cell shows the error #NAME?: {FORMULA}",
        f"column 'notes', row 3: the cell shows the error #N/A: {FORMULA}",
    ]


def test_a_file_with_a_password_is_refused() -> None:
    assert refusal(PASSWORD) == ("it has a password: save it as .xlsx without one")


def test_the_sample_roster_is_right_for_the_template() -> None:
    template = read_template(CHECKOUT / "notebooks/coach/packet.ipynb")
    path = CHECKOUT / "data/sample/roster.csv"
    found = understand(read_roster_file(path), BANK, template.parameters).students
    assert len(found) == 6
    assert {each.interview_date.year for each in found if each.interview_date} == {2027}
    assert {each.level for each in found} == {None, *LEVELS} - {"staff engineer"}
    assert sum(bool(each.notes) for each in found) == 5


def test_everything_in_a_csv_file_is_text_and_blank_rows_keep_their_numbers(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", '\nid,n\n007,1\n,\n  \n"a\r\nb",1.0,\n')
    assert read_roster_file(path) == RosterFile(
        path,
        ("id", "n"),
        (Row(3, ("007", "1")), Row(6, ("a\nb", "1.0", None))),
        guesses=("The column names are in row 2.",),
        settings=FileSettings(header_row=2, delimiter=",", encoding="utf-8"),
    )


def test_a_delimiter_in_a_quoted_name_of_a_column_is_none(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'id;"a, b, c";n\n1;2,3;4\n')
    assert read_roster_file(path).rows == (Row(2, ("1", "2,3", "4")),)


def test_a_file_of_one_column_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.tsv", "id\r1\r")
    assert read_roster_file(path) == RosterFile(
        path,
        ("id",),
        (Row(2, ("1",)),),
        settings=FileSettings(header_row=1, delimiter=",", encoding="utf-8"),
    )


def test_numbers_dates_and_truth_of_an_xlsx_file_are_kept(tmp_path: Path) -> None:
    row = [17.0, 2.5, True, datetime(2027, 2, 1), datetime(2027, 2, 1, 9), "a_x000D_\nb_x000D_c"]
    path = written(tmp_path / "a.xlsx", xlsx([["a"], row]))
    assert read_roster_file(path).rows == (
        Row(2, (17, 2.5, True, date(2027, 2, 1), datetime(2027, 2, 1, 9), "a\nb\nc")),
    )


def test_a_formula_without_a_stored_value_is_named(tmp_path: Path) -> None:
    found = read_roster_file(written(tmp_path / "a.xlsx", xlsx([HEADER[:2], ["a", '="A"&"b"']])))
    assert problems_of(RosterFile(ROSTER, found.header, found.rows)) == [
        "column 'name', row 2: the formula has no stored value: open the roster in a spreadsheet"
        " program and save it, or paste the values"
    ]


def test_a_worksheet_that_states_a_wrong_size_is_read_whole(tmp_path: Path) -> None:
    content = changed(
        xlsx([HEADER[:2], ["a", "Ann"]]),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b'ref="A1:B2"', b'ref="A1"'),
    )
    assert len(students(read_roster_file(written(tmp_path / "a.xlsx", content)))) == 1


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_file_with_more_rows_than_a_spreadsheet_is_refused(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_rows, "MOST_ROWS", 3)
    rows = [["a"], ["b"], ["c"], ["d"]]
    content = xlsx(rows) if suffix == ".xlsx" else b"a\nb\nc\nd\n"
    assert refusal(written(tmp_path / f"a{suffix}", content)) == (
        "it has more than 3 rows: split it into several rosters"
    )


def test_a_huge_file_is_refused_also_one_that_is_packed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_rows, "LARGEST", 2_000_000)
    long = "a" * 3_000_000
    assert (
        refusal(written(tmp_path / "a.csv", long))
        == "it is larger than 2 MB: split it into several rosters"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", long)
    assert len(packed.getvalue()) < 10_000
    assert refusal(written(tmp_path / "a.xlsx", packed.getvalue())) == (
        "unpacked, it is larger than 2 MB: split it into several rosters"
    )


@pytest.mark.long
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_cell_of_ten_megabytes_is_named_by_its_place_and_length(
    tmp_path: Path, suffix: str
) -> None:
    long = "x" * 10_000_000
    path = tmp_path / f"a{suffix}"
    if suffix == ".csv":
        written(path, f"student_id,name\na,{long}\n,Ben\n")
    elif suffix == ".xlsx":
        content = xlsx([HEADER[:2], ["a", "MARK"], [None, "Ben"]])
        part = "xl/worksheets/sheet1.xml"
        written(path, changed(content, part, lambda xml: xml.replace(b"MARK", long.encode())))
    else:
        pd.DataFrame({"student_id": ["a", None], "name": [long, "Ben"]}).to_parquet(path)
    found = read_roster_file(path)
    assert problems_of(RosterFile(ROSTER, found.header, found.rows)) == [
        "column 'student_id', row 3: the cell is empty: every student needs an id",
        "column 'name', row 2: the cell has 10,000,000 characters: shorten it to 10,000 at most",
    ]


@pytest.mark.long
def test_reading_leaves_the_csv_module_as_it_was(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    read_roster_file(written(tmp_path / "a.csv", "id\n" + "x" * (before + 1)))
    refusal(written(tmp_path / "a.csv", b'id\n"' + b"x" * (before + 1)))
    refusal(written(tmp_path / "a.csv", b"id\n" + b"x" * (before + 1) + b"\xff"))
    assert csv.field_size_limit() == before


SAVE_AGAIN = "in your spreadsheet program, save the roster as CSV UTF-8"
NOT_UTF8 = f"it is not UTF-8 text: {SAVE_AGAIN}"
A_NUL = f"a character here is damaged (a NUL byte): {SAVE_AGAIN}"
NO_XLSX = (
    "it is not an .xlsx file, or it is damaged: open it in a spreadsheet program and save it as"
    " .xlsx"
)
NO_PARQUET = "it is not a Parquet file, or it is damaged: write it again, or save it as CSV"
EMPTY = "it is empty: put the column names in the first row: student_id, name, …"
NO_STUDENTS = "it has no students: add one row per student below the column names"
QUOTES = (
    "a quotation mark is missing, or there is one too many: a cell that starts with one must end"
    ' with one, and inside such a cell it is written twice, as in "Ann ""Annie"" Lee"'
)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", EMPTY),
        ("a.csv", codecs.BOM_UTF8, EMPTY),
        ("a.csv", b"\n , \n", EMPTY),
        ("a.csv", b"student_id,name\n,\n", NO_STUDENTS),
        ("a.csv", 'id,n\n1,"Zoë\n\n"\n\n2,Zo'.encode() + b"\xeb\n", f"row 4: {NOT_UTF8}"),
        ("a.csv", "id,n\n1,Zoë\n".encode() + b"\xe9,x\n", f"row 3: {NOT_UTF8}"),
        ("a.csv", codecs.BOM_UTF8 + "id,n\n1,Zoë\n".encode() + b"\xe9", f"row 3: {NOT_UTF8}"),
        ("a.csv", codecs.BOM_UTF16_LE + b"i\0d", f"its text is damaged (UTF-16): {SAVE_AGAIN}"),
        ("a.csv", b"id\n1\n\0\n", f"row 3: {A_NUL}"),
        ("a.csv", b'id,n\n\n1,"a" b\n2,c\n', f"row 3: {QUOTES}"),
        ("a.csv", b'id,n\n1,"a\n2,c\n', f"row 2: {QUOTES}"),
        ("a.csv", b'"id', f"row 1: {QUOTES}"),
        ("a.csv", b"PK\x03\x04...", NO_XLSX),
        ("a.xlsx", b"", NO_XLSX),
        ("a.xlsx", b"student_id,name\n", NO_STUDENTS),
        ("a.xlsx", b"\1\2", NO_XLSX),
        ("a.xlsx", b"PK\x03\x04...", NO_XLSX),
        ("a.xlsx", [[]], EMPTY),
        ("a.xlsx", [["student_id"], [" "]], NO_STUDENTS),
        ("a.parquet", b"", NO_PARQUET),
        ("a.parquet", b"PAR1....PAR1", NO_PARQUET),
        ("a.ods", b"", NO_XLSX.replace("an .xlsx", "an .ods")),
        ("a.ods", b"PK\x03\x04...", NO_XLSX),
        ("roster", b"", "a roster is a spreadsheet: save it as .xlsx, .ods or .csv"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes | list[list[str]], message: str
) -> None:
    content = xlsx(content) if isinstance(content, list) else content
    assert refusal(written(tmp_path / name, content)) == message


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    assert refusal(tmp_path / "none.csv") == "no such file"
    assert refusal(tmp_path / "folder.csv") == "it is a folder: name the roster file in it"


def test_a_parquet_file_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert refusal(written(tmp_path / "a.parquet", b"")) == (
        'a Parquet file needs pyarrow: run pip install "prepkit[parquet]", or save the roster as'
        " CSV"
    )


def test_a_cell_of_a_parquet_file_that_is_no_cell_is_named(tmp_path: Path) -> None:
    frame = pd.DataFrame({"student_id": ["a"], "name": [{"first": "Ann"}], "notes": [float("inf")]})
    frame.to_parquet(tmp_path / "a.parquet")
    found = read_roster_file(tmp_path / "a.parquet")
    assert problems_of(RosterFile(ROSTER, found.header, found.rows)) == [
        "column 'name', row 2: the cell holds something other than text, a number or a date: write"
        " what it means as text, or leave this column out",
        "column 'notes', row 2: the number is infinite: type it",
    ]


# --- columns ---


def test_names_of_columns_are_known_whatever_their_spelling() -> None:
    header: list[Cell] = ["Student ID", "NAME", "Interview\ndate", "N-questions", " Remote", None]
    (student,) = students(sheet(header, ["a", "Ann", "2027-02-01", "3", "yes"]))
    assert student == Student(
        student_id="a",
        name="Ann",
        interview_date=date(2027, 2, 1),
        n_questions=3,
        extra={"remote": True},
    )


def test_every_problem_of_the_header_is_named() -> None:
    header: list[Cell] = ["StudentID", "student-id", "phone", "compnaies", "table", "Topics"]
    row: list[Cell] = ["a", "b", "c", "d", "e"]
    assert problems_of(sheet(header, row, [*row, None, "f"], [*row, None, "f"])) == [
        "columns 'A' and 'B' are both called 'StudentID': keep one",
        "column 'compnaies': it looks like 'companies' misspelt. Say which under [columns] in"
        " roster.prepkit.toml, with one of these lines:",
        '    companies = "compnaies"',
        '    passed_by = ["compnaies"]',
        "there is no column of names: name one 'name', or say which it is under [columns] in"
        " roster.prepkit.toml, for instance:",
        '    name = "Student"',
        "rows 3 and 4: these rows have more cells than the row with the column names: put quotation"
        " marks around each cell that contains a comma, or whatever separates the cells in this"
        " file",
        "column 'table': in the template this is not a str, int, float, bool or list, so no cell"
        " can hold it: leave this column out",
    ]


@pytest.mark.parametrize("name", ["a.csv", "a.xls"])
def test_a_text_whose_cells_are_in_wrong_columns_is_refused_whatever_it_is_called(
    name: str, tmp_path: Path
) -> None:
    path = written(tmp_path / name, "student_id,name,companies\na,Lee, Ann,Google\nb,Ben,GitLab\n")
    with pytest.raises(RosterError) as caught:
        understand(read_roster_file(path), BANK)
    assert list(map(str, caught.value.problems)) == [
        "row 2: this row has more cells than the row with the column names: put quotation marks"
        " around each cell that contains a comma, or whatever separates the cells in this file"
    ]


def test_a_cell_beside_the_table_splits_no_cell_in_a_workbook_called_csv(tmp_path: Path) -> None:
    rows = [["student_id", "name"], ["a", "Ann", "x"]]
    path = written(tmp_path / "a.csv", xlsx(rows))
    said = FileSettings(delimiter=";")
    assert understand(read_roster_file(path, said), BANK).notices == (
        "column C has no name: passed by",
    )


def test_cells_under_no_name_are_passed_by_and_the_rest_of_their_rows_is_read() -> None:
    found = sheet(["student_id", None, "name"], ["a", "x", "Ann"], ["b", None, "Ben", "y"])
    understood = understand(RosterFile(Path("roster.xlsx"), found.header, found.rows), BANK)
    assert [each.name for each in understood.students] == ["Ann", "Ben"]
    assert understood.notices == ("columns B and D have no name: passed by",)


def test_a_name_of_a_column_that_cannot_be_read_is_a_problem_of_the_column(tmp_path: Path) -> None:
    found = read_roster_file(
        written(tmp_path / "a.csv", f"student_id,name,{'x' * 10_001}\na,Ann,\n")
    )
    assert problems_of(RosterFile(ROSTER, found.header, found.rows)) == [
        "column C: the cell has 10,001 characters: shorten it to 10,000 at most"
    ]


def test_three_columns_of_one_name_are_refused() -> None:
    assert problems_of(sheet(["student_id", "name", "Name", "NAME"], ["a", "b"])) == [
        "columns 'B', 'C' and 'D' are all called 'name': keep one"
    ]


@pytest.mark.parametrize("name", PREPKIT_GIVES)
def test_what_prepkit_sets_by_itself_is_passed_by_even_where_the_template_lacks_it(
    name: str,
) -> None:
    reasons = {
        "date": "all packets get the same date; the date of the interview goes in 'interview_date'",
        "answers_file": "prepkit finds each student's answers by the id",
        "feedback_file": "prepkit finds what you wrote about each student by the id",
        "bank_folder": "all packets are made from the same question bank",
    }
    found = sheet(["student_id", "name", name], ["a", "Ann", "x"])
    for parameters in (PARAMETERS, {"student_id": "str", "name": "str"}):
        assert understand(found, BANK, parameters).notices == (
            f"column '{name}' is passed by: {reasons[name]}",
        )


def test_a_column_that_the_template_lacks_is_passed_by_and_named_if_it_has_something() -> None:
    few = {"student_id": "str", "name": "str"}
    header: list[Cell] = ["student_id", "name", "level", "notes"]
    found = sheet(header, ["a", "Ann", "director"], ["b", "Ben", "boss"])
    understood = understand(found, BANK, few)
    assert [each.level for each in understood.students] == [None, None]
    assert understood.notices == (
        "column 'level' is passed by: the template has no parameter 'level'",
    )
    empty = sheet(header, ["a", "Ann", None])
    assert understand(empty, BANK, few).students == (Student(student_id="a", name="Ann"),)


@pytest.mark.parametrize(
    ("annotation", "cell", "value"),
    [
        ("int | None", "7", 7),
        ("None | int", 7.0, 7),
        ("typing.Optional[bool]", "yes", True),
        ("Union[str, None]", "7", "7"),
        ("int | str", "7", 7),
        ("List[int]", "1; 2", [1, 2]),
        ("list[float | None]", "1;2.5", [1.0, 2.5]),
        ("list", "a; b", ["a", "b"]),
    ],
)
def test_a_cell_becomes_what_the_annotation_of_the_parameter_says(
    annotation: str, cell: Cell, value: object
) -> None:
    found = sheet(["student_id", "name", "own"], ["a", "Ann", cell])
    parameters = {"student_id": "str", "name": "str", "own": annotation}
    (student,) = understand(found, BANK, parameters).students
    assert student.extra == {"own": value}


@pytest.mark.parametrize("annotation", ["dict[str, int]", "list[dict]", "int | dict", "a b"])
def test_a_parameter_whose_type_no_cell_can_hold_is_no_column(annotation: str) -> None:
    found = sheet(["student_id", "name", "own"], ["a", "Ann", "1"])
    parameters = {"student_id": "str", "name": "str", "own": annotation}
    assert problems_of(found, parameters) == [
        "column 'own': in the template this is not a str, int, float, bool or list, so no cell can"
        " hold it: leave this column out"
    ]


def test_a_parameter_is_found_by_its_very_name_first() -> None:
    parameters = {"Round": "int", "round": "str"}
    found = sheet(["student_id", "name", "round", "Round"], ["a", "Ann", "1", "2"])
    (student,) = understand(found, BANK, parameters).students
    assert student.extra == {"round": "1", "Round": 2}


def test_columns_are_lettered_as_in_a_spreadsheet() -> None:
    assert [column_letter(each) for each in (1, 26, 27, 52, 53, 702, 703, 16_384)] == [
        *("A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD")
    ]


def test_a_name_has_ordinary_spaces_and_nothing_that_cannot_be_seen() -> None:
    (student,) = students(sheet(["student_id", "name"], ["a\ufeff", "Ann\t\xa0 Lee\u200b"]))
    assert (student.student_id, student.name) == ("a", "Ann Lee")


def test_an_address_is_kept_though_no_template_asks_for_it() -> None:
    found = sheet(["student_id", "name", "E-mail"], ["a", "Ann", "ann+x@example.edu"], ["b", "Ben"])
    few = {"student_id": "str", "name": "str"}
    assert [each.email for each in understand(found, BANK, few).students] == [
        "ann+x@example.edu",
        "",
    ]


def test_every_field_of_a_student_is_a_column() -> None:
    assert [column.name for column in COLUMNS] == [
        name for name in Student.model_fields if name != "extra"
    ]


# --- cells ---


def hidden(code: str) -> str:
    return f"the cell contains an invisible character ({code}): delete the text, and type it again"


AN_ID = (
    "can't be an id: use only the letters A to Z, digits, '.', '_' and '-', start and end with a"
    " letter or a digit, and stay within 64 characters"
)
A_DATE = (
    "the spreadsheet made this the date '2027-02-01': format the column as text, and type the cell"
    " again"
)
A_DEVICE = "can't be an id: Windows doesn't allow files with this name"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("../x", f"'../x' {AN_ID}"),
        ("C:\\x", f"'C:\\x' {AN_ID}"),
        ("/etc/passwd", f"'/etc/passwd' {AN_ID}"),
        (".hidden", f"'.hidden' {AN_ID}"),
        ("x.", f"'x.' {AN_ID}"),
        ("a b", f"'a b' {AN_ID}"),
        ("José", f"'José' {AN_ID}"),
        ("a" * 65, f"'{'a' * 59}…' {AN_ID}"),
        ("con", f"'con' {A_DEVICE}"),
        ("LPT1.x", f"'LPT1.x' {A_DEVICE}"),
        ("Index", "'Index' can't be an id: the page that lists the packets has this name"),
        ("a-Fill-In", "'a-Fill-In' can't be an id: names of the notebooks to fill in end in"
            " '-fill-in'"),
        ("=1+1", "'=1+1' looks like a formula: start it with something other than '='"),
        ("-x", "'-x' looks like a formula: start it with something other than '-'"),
        ("a\nb", "'a\\nb' has a line break or a tab: write it on one line"),
        ("a\u202e", hidden("U+202E")),
        (date(2027, 2, 1), A_DATE),
        (None, "the cell is empty: every student needs an id"),
    ],
)  # fmt: skip
def test_an_id_that_is_unsafe_is_refused_with_the_reason(text: Cell, message: str) -> None:
    assert problems_of(sheet(["student_id", "name"], [text, "Ann"])) == [
        f"column 'student_id', row 2: {message}"
    ]


def test_an_id_that_another_row_has_is_refused_whatever_the_case() -> None:
    rows: list[list[Cell]] = [
        ["Ann-1", "Ann"],
        ["b", "Ben"],
        ["ANN-1", "Ann"],
        [17.0, "x"],
        ["17", "y"],
    ]
    assert problems_of(sheet(["student_id", "name"], *rows)) == [
        "column 'student_id', row 4: 'ANN-1' (row 2) is in an earlier row with the same name, too:"
        " if a student has filled in the form twice, keep one of the rows; if not, give each"
        " student an id of their own",
        "column 'student_id', row 6: '17' (row 5) is in an earlier row, too: give each student an"
        " id of their own (upper and lower case count as the same)",
    ]


@pytest.mark.parametrize(
    ("column", "cell", "messages"),
    [
        ("name", None, ["the cell is empty: every student needs a name"]),
        ("name", "@x", ["'@x' looks like a formula: start it with something other than '@'"]),
        ("email", "Ann <ann@x.org>", ["'Ann <ann@x.org>' is not an e-mail address: write only the"
            " address"]),
        ("email", "ann@x", ["'ann@x' is not an e-mail address: write only the address"]),
        ("name", "+x", ["'+x' looks like a formula: start it with something other than '+'"]),
        ("name", "\x1b[31mx", [hidden("U+001B")]),
        ("name", "x\u202ey", [hidden("U+202E")]),
        ("name", "A\nB", ["'A\\nB' has a line break or a tab: write it on one line"]),
        ("name", "A" * 201, [f"'{'A' * 59}…' is too long: shorten it to 200 characters at most"]),
        ("name", date(2027, 2, 1), [A_DATE]),
        ("companies", "Amazn", ["no company 'Amazn'; did you mean 'Amazon'? If it is another"
            " company, say so under [companies] in roster.prepkit.toml:",
            '    "Amazn" = "Amazn"']),
        ("companies", "Amazn, Stripe | Gogle", ["no companies 'Amazn' and 'Gogle'; did you mean"
            " 'Amazon' or 'Google'? If these are others, say so under [companies] in"
            " roster.prepkit.toml:", '    "Amazn" = "Amazn"', '    "Gogle" = "Gogle"']),
        ("companies", "=Amazon", ["'=Amazon' looks like a formula: start it with something"
            " other than '='"]),
        ("level", "directr", ["no level 'directr'; did you mean 'director'?"]),
        ("level", "boss", ["no level 'boss'; the levels are 'senior engineer', 'staff engineer',"
            " 'engineering manager', 'senior manager' and 'director', and a cell may be empty."
            " You can also say what it means under [levels] in roster.prepkit.toml"]),
        ("categories", "leading-peple; Technical", ["no categories 'leading-peple' and"
            " 'Technical'; did you mean 'leading-people' or 'technical-leadership'?"]),
        ("interview_date", "01/02/2027", ["'01/02/2027' can be read in two ways, and no other date"
            " in the column settles it. Say which comes first, under [dates] in"
            ' roster.prepkit.toml: order = "day first", or order = "month first"']),
        ("interview_date", "20270201", ["'20270201' is not a date: write it as in 2026-01-31"]),
        ("interview_date", "soon", ["'soon' is not a date: write it as in 2026-01-31"]),
        ("interview_date", "31/02/2027", ["there is no such day as '31/02/2027': check the month"
            " and the day"]),
        ("interview_date", "2027-02-30", ["there is no such day as '2027-02-30': check the month"
            " and the day"]),
        ("interview_date", 46419, ["'46419' is how a spreadsheet counts days: format the column as"
            " a date"]),
        *(
            ("n_questions", cell, [f"'{shown}' is not a number of questions: write a whole number"
                f" from 1 to {len(BANK)}, as many as the question bank has"])
            for cell, shown in [("0", "0"), ("-1", "-1"), ("1.5", "1.5"), (1.5, "1.5"),
                (True, "TRUE"), ("ten", "ten"), ("٣", "٣"), (len(BANK) + 1, len(BANK) + 1)]
        ),
        ("notes", "@all", ["'@all' looks like a formula: start it with something other than '@'"]),
        ("notes", "a\x00b", [hidden("U+0000")]),
        ("remote", "maybe", ["'maybe' is not an answer: write yes or no"]),
        ("minutes", "1,5", ["'1,5' is not a number: write it with a point, as 1.5"]),
        ("minutes", "nan", ["'nan' is not a number"]),
        ("minutes", True, ["'TRUE' is not a number"]),
        ("rounds", "2.5", ["'2.5' is not a whole number"]),
        ("rounds", "9" * 5000, [f"'{'9' * 59}…' is not a whole number"]),
        ("scores", "1; x", ["'x' is not a whole number"]),
        ("topics", "=x", ["'=x' looks like a formula: start it with something other than '='"]),
        ("other", "@x", ["'@x' looks like a formula: start it with something other than '@'"]),
    ],
)  # fmt: skip
def test_a_cell_that_is_wrong_is_refused_with_what_would_be_right(
    column: str, cell: Cell, messages: list[str]
) -> None:
    assert problem_of(column, cell) == messages


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("companies", "amazon; GITLAB | ING\nuber, Amazon,", ("Amazon", "GitLab", "ING", "Uber")),
        ("companies", "uk  civil service", ("UK Civil Service",)),
        ("companies", ";", ()),
        ("level", "Senior_Manager", "senior manager"),
        ("level", "seniormanager", "senior manager"),
        ("categories", "Leading people, Strategy, customers and change",
            ("leading-people", "strategy-customers-and-change")),
        ("categories", "technical_leadership;Technical Leadership", ("technical-leadership",)),
        ("notes", "a\u00ad", "a\u00ad"),
        ("interview_date", "2027-02-01", date(2027, 2, 1)),
        ("interview_date", "13.1.2027", date(2027, 1, 13)),
        ("interview_date", "2027/2/1", date(2027, 2, 1)),
        ("interview_date", "2027-02-01 00:00:00", date(2027, 2, 1)),
        ("interview_date", datetime(2027, 2, 1, 9, 30), date(2027, 2, 1)),
        ("interview_date", date(2027, 2, 1), date(2027, 2, 1)),
        ("n_questions", "3", 3),
        ("n_questions", 3.0, 3),
        ("notes", "- one\n+ two", "- one\n+ two"),
        ("notes", 17.0, "17"),
        ("notes", True, "TRUE"),
        ("notes", date(2027, 2, 1), "2027-02-01"),
        ("notes", datetime(2027, 2, 1, 9), "2027-02-01 09:00:00"),
        ("remote", "Yes", True),
        ("remote", 0, False),
        ("remote", 1.0, True),
        ("remote", False, False),
        ("minutes", "1.5e1", 15.0),
        ("minutes", -2, -2.0),
        ("rounds", "+2", 2),
        ("topics", "a; b\nc;", ["a", "b", "c"]),
        ("topics", 5, ["5"]),
        ("scores", "1;2", [1, 2]),
        ("scores", 7.0, [7]),
        ("other", "17", 17),
        ("other", "1.5", 1.5),
        ("other", "True", True),
        ("other", "None", None),
        ("other", "a; b", "a; b"),
        ("other", 17, 17),
        ("other", date(2027, 2, 1), "2027-02-01"),
    ],
)  # fmt: skip
def test_a_cell_becomes_what_its_column_takes(column: str, cell: Cell, value: Any) -> None:
    found = value_of(column, cell)
    assert (found, type(found)) == (value, type(value))


def test_an_empty_cell_leaves_a_parameter_to_the_template() -> None:
    found = sheet(["student_id", "name", "remote", "topics"], ["a", "Ann"], ["b", "Ben", None, "x"])
    assert [each.extra for each in students(found)] == [{}, {"topics": ["x"]}]


def test_companies_that_the_bank_lacks_stay_as_written_and_are_named() -> None:
    found = sheet(["student_id", "name", "companies"], ["a", "Ann", "Qqq"], ["b", "Ben", "zzz"])
    understood = understand(found, BANK)
    assert [each.companies for each in understood.students] == [("Qqq",), ("zzz",)]
    assert understood.notices == (
        "column 'companies', rows 2 and 3: prepkit knows nothing about 'Qqq' and 'zzz': the names"
        " stay as written",
    )


def test_problems_of_one_kind_in_a_column_are_one_message_which_names_ten_rows() -> None:
    rows: list[list[Cell]] = [[f"s{number}", None] for number in range(60)]
    assert problems_of(sheet(["student_id", "name"], *rows)) == [
        "column 'name', rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 50 more: the cells are empty: every"
        " student needs a name"
    ]


def test_an_error_names_fifty_problems() -> None:
    unreadable: list[Cell] = [Unreadable(f"it is broken ({number})") for number in range(60)]
    lines = problems_of(sheet(["student_id", "name", *unreadable], ["a", "Ann"]))
    assert len(lines) == 51
    assert lines[0] == "column C: it is broken (0)"
    assert lines[-1] == "and 10 more"


def test_the_whole_error_reads_like_this() -> None:
    found = sheet(
        ["student_id", "name", "companies", "level"],
        ["ann", "Ann", "Amazon", "director"],
        ["ben", "Ben", "Amazn", "directr"],
        ["ANN", "Ann", None, None],
    )
    with pytest.raises(RosterError) as caught:
        students(found)
    assert str(caught.value) == (
        "roster.csv has 3 problems:\n"
        "  column 'student_id', row 4: 'ANN' (row 2) is in an earlier row with the same name, too:"
        " if a student has filled in the form twice, keep one of the rows; if not, give each"
        " student an id of their own\n"
        "  column 'companies', row 3: no company 'Amazn'; did you mean 'Amazon'? If it is another"
        " company, say so under [companies] in roster.prepkit.toml:\n"
        '      "Amazn" = "Amazn"\n'
        "  column 'level', row 3: no level 'directr'; did you mean 'director'?"
    )
