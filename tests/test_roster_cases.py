"""Files as coaches' programs and habits make them: each works, or says what to do in one go.

The files are made up, each after a kind that was seen.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from prepkit.bank import load_bank
from prepkit.packets.roster import read_roster, read_student_ids, understand_roster
from prepkit.packets.roster.file import RosterError
from prepkit.records import LEVELS, Student

BANK = load_bank()
DATA = Path(__file__).parent / "data" / "rosters"
HERE_TOO = {"excel-2003.xls"}
"""Files of other tests."""

A, B = Student(student_id="1", name="A"), Student(student_id="2", name="B")
DAY = date(2027, 2, 15)
ADAEZE = Student(
    student_id="00412",
    name="Adaeze Okonkwo",
    companies=("Amazon", "Stripe"),
    level="engineering manager",
    interview_date=DAY,
    n_questions=8,
    notes="x",
)
BJORN = Student(
    student_id="00413",
    name="Bjørn Hauge",
    companies=("GitLab",),
    level="senior engineer",
    interview_date=date(2027, 2, 22),
    n_questions=6,
)
JORG = ADAEZE.model_copy(
    update={"name": "Jörg Müßig", "notes": "Zweites Gespräch \N{EN DASH} „spät“"}
)
ZOE = BJORN.model_copy(update={"name": "Zoë Groß", "interview_date": date(2027, 4, 3)})
ADA = ADAEZE.model_copy(update={"name": "Ada O", "notes": ""})
BO = Student(student_id="00413", name="Bo H", companies=("GitLab",), level="senior engineer")


def but(student: Student, **changes: object) -> Student:
    return Student.model_validate({**student.model_dump(), **changes})


SEMICOLON = "The cells are separated by a semicolon."
TAB = "The cells are separated by a tab."
IN_ROW_3 = "The column names are in row 3; what is above is left out."

UNDERSTOOD: dict[str, tuple[list[Student], list[str]]] = {
    "airtable.csv": (
        [but(ADAEZE, n_questions=None, notes="")],
        [
            "Dates have the month first, as in 2/15/2027 (row 2).",
            "nothing uses the columns 'Attachments' and 'Created': passed by",
        ],
    ),
    "blankrows.csv": ([A, B], ["The column names are in row 3."]),
    "d1904.xlsx": ([ADAEZE, BJORN], []),
    "datetime_cells.xlsx": (
        [ADAEZE, BJORN],
        ["column 'interview_date', row 2: '2027-02-15 10:30' has a time: only the day is taken"],
    ),
    "de_headers.csv": (
        [but(JORG, companies=("Amazon",), n_questions=None, notes="")],
        [
            SEMICOLON,
            "Read 'Matrikelnummer' as student_id, 'Firmen' as companies, 'Stufe' as level and"
            " 'Interviewtermin' as interview_date.",
        ],
    ),
    "de_sep.csv": (
        [JORG, ZOE],
        [
            "The text is in the encoding cp1252 (Western Windows), so that it has 'Jörg', 'Müßig'"
            " and 'Gespräch'.",
            SEMICOLON,
        ],
    ),
    "de_utf8bom.csv": ([JORG, ZOE], [SEMICOLON]),
    "dup_headers.csv": (
        [but(A, companies=("Amazon", "Google"))],
        ["Read 'companies' and 'companies' as companies."],
    ),
    "extra_columns.xlsx": (
        [ADAEZE, BJORN],
        ["nothing uses the columns 'Invited' and 'Fee paid (€)': passed by"],
    ),
    "firstlast.csv": (
        [Student(student_id="00412", name="Adaeze Okonkwo", email="a@example.edu")],
        [],
    ),
    "human_headers2.csv": (
        [
            Student(
                student_id="00412",
                name="Adaeze Okonkwo",
                companies=("Amazon",),
                interview_date=DAY,
            )
        ],
        ["Read 'Company' as companies."],
    ),
    "leading_zero_dups.csv": (
        [
            Student(student_id="00412", name="Ann Lee"),
            Student(student_id="412", name="Bob Poe"),
        ],
        [
            "column 'student_id', row 3: only zeros at the start tell '412' from another id: are"
            " these two students?"
        ],
    ),
    "macroman.csv": (
        [but(JORG, notes="Zweites Gespräch \N{EN DASH} spät"), ZOE],
        [
            "The text is in the encoding mac_roman (Western Mac), so that it has 'Jörg', 'Müßig'"
            " and 'Gespräch'."
        ],
    ),
    "merged_header.xlsx": ([ADAEZE, BJORN], [IN_ROW_3]),
    "nbsp.csv": (
        [
            but(ADAEZE, interview_date=None, n_questions=None, notes=""),
            but(BJORN, interview_date=None, n_questions=None),
            Student(student_id="00414", name="Zoe", companies=("GitLab",)),
        ],
        ["Characters that show nothing were left out of A3, B3, C3, D3, A4 and 2 more."],
    ),
    "ods_renamed.xlsx": ([A], []),
    "pandas_index.parquet": ([ADA, BO], []),
    "polars_intid.parquet": ([but(ADA, student_id="412"), but(BO, student_id="413")], []),
    "polars_tz.parquet": (
        [ADA, BO],
        [
            "column 'interview_date', row 2: '2027-02-15 01:00 CET' has a time: only the day is"
            " taken"
        ],
    ),
    "readme_first.xlsx": (
        [ADAEZE, BJORN],
        ["The sheet 'Roster' is read, and 'Read me' passed by."],
    ),
    "real.xls": ([A], []),
    "std.xlsx": ([ADAEZE, BJORN], []),
    "title_row.csv": ([but(A, companies=("Amazon",))], [IN_ROW_3]),
    "unicode_text.txt": ([JORG, ZOE], [TAB]),
    "unicode_text_quoted.txt": ([JORG, ZOE], [TAB]),
    "utf16_nobom.txt": ([JORG, ZOE], [TAB]),
}
"""The students in each file, and what the coach is told."""

NO_VALUE = (
    "the formula has no stored value: open the roster in a spreadsheet program and save it, or"
    " paste the values"
)
AN_ID_EACH = "give each student an id of their own (upper and lower case count as the same)"
NO_STUDENTS = "it has no students: add one row per student below the column names"

ASKED: dict[str, list[str]] = {
    "canvas_renamed.csv": [
        'row 2 (Points Possible) looks like a total or a note: write totals = "leave out" to leave'
        ' it out, or totals = "take" to take it, under [rows] in canvas_renamed.prepkit.toml',
    ],
    "companies.csv": [
        "column 'companies', row 2: 'FAANG' is no company: name the companies, or say which you"
        " mean under [companies] in companies.prepkit.toml:",
        '    "FAANG" = ["Meta", "Amazon", "Apple", "Netflix", "Google"]',
        "column 'companies', row 3: no company 'Amzon'; did you mean 'Amazon'? If it is another"
        " company, say so under [companies] in companies.prepkit.toml:",
        '    "Amzon" = "Amzon"',
    ],
    "dupcase.csv": [
        f"column 'student_id', row 3: 'ABC1' (row 2) is in an earlier row, too: {AN_ID_EACH}",
    ],
    "formulas_uncached.xlsx": [
        f"column 'name', row 2: {NO_VALUE}",
        f"column 'interview_date', row 3: {NO_VALUE}",
    ],
    "hidden_first_sheet.xlsx": [
        'row 3 (00413 Bjørn Hauge GitLab) is hidden: write hidden = "leave out" to leave it out, or'
        ' hidden = "take" to take it, under [rows] in hidden_first_sheet.prepkit.toml',
    ],
    "html.xlsx": [NO_STUDENTS],
    "html_renamed.xls": [NO_STUDENTS],
    "ids_odd.csv": [
        "column 'student_id', rows 2, 3, 4, 5 and 6: 'W 00412', '2027/014', '#00413', 'Müller1' and"
        " '(12)' can't be ids: use only the letters A to Z, digits, '.', '_' and '-', start and end"
        " with a letter or a digit, and stay within 64 characters",
    ],
    "levels.csv": [
        "column 'level', rows 5, 6, 7, 9, 16 and 18: 'SWE III', 'L5', 'L6', 'Tech Lead', 'Team"
        " lead' and 1 more are not the same levels everywhere: correct the cells, or say what they"
        " are under [levels] in levels.prepkit.toml, for instance:",
        '    "SWE III" = "senior engineer"',
        '    "L5" = "senior engineer"',
        '    "L6" = "senior engineer"',
        '    "Tech Lead" = "staff engineer"',
        '    "Team lead" = "staff engineer"',
        '    "Lead" = "staff engineer"',
    ],
    "numeric_ids.xlsx": [
        f"column 'student_id', row 4: '412' (row 2) is in an earlier row, too: {AN_ID_EACH}",
    ],
    "sci.csv": [
        "column 'student_id', rows 2 and 3: the spreadsheet has shortened a number to '1.23E+11':"
        " format the column as text, and type the id again",
    ],
    "strikethrough_row.xlsx": [
        'row 3 (00413 Bjørn Hauge GitLab) has struck-out text: write struck = "leave out" to leave'
        ' it out, or struck = "take" to take it, under [rows] in strikethrough_row.prepkit.toml',
    ],
    "struct.parquet": [
        "column 'companies', row 2: the cell holds something other than text, a number or a date:"
        " write what it means as text, or leave this column out",
    ],
    "totals.csv": [
        'row 4 (Total 2) looks like a total or a note: write totals = "leave out" to leave it out,'
        ' or totals = "take" to take it, under [rows] in totals.prepkit.toml',
    ],
}
"""What each file is refused with."""


def test_every_file_has_its_test() -> None:
    assert {path.name for path in DATA.iterdir()} == {*UNDERSTOOD, *ASKED, *HERE_TOO}


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_a_file_is_understood_and_what_was_guessed_is_told(name: str) -> None:
    students, told = UNDERSTOOD[name]
    found = understand_roster(DATA / name, BANK)
    assert list(found.students) == students
    assert [*found.guesses, *found.notices] == told
    assert list(read_student_ids(DATA / name)) == [each.student_id for each in students]


@pytest.mark.parametrize("name", ASKED)
def test_a_file_that_is_not_clear_says_what_to_do(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(DATA)
    with pytest.raises(RosterError) as caught:
        understand_roster(Path(name), BANK)
    first, *lines = str(caught.value).split("\n")
    count = len(caught.value.problems)
    assert first == f"{name} has {count} problem{'' if count == 1 else 's'}:"
    assert [line.removeprefix("  ") for line in lines] == ASKED[name]


ANSWERS: dict[str, tuple[str, list[Student]]] = {
    "canvas_renamed.csv": (
        '[rows]\ntotals = "leave out"',
        [Student(student_id="00412", name="Adaeze Okonkwo")],
    ),
    "hidden_first_sheet.xlsx": ('[rows]\nhidden = "leave out"', [ADAEZE]),
    "strikethrough_row.xlsx": ('[rows]\nstruck = "take"', [ADAEZE, BJORN]),
    "totals.csv": (
        '[rows]\ntotals = "leave out"',
        [but(A, companies=("Amazon",)), but(B, companies=("Google",))],
    ),
    "companies.csv": (
        '[companies]\n"FAANG" = ["Meta", "aws"]\n"Amzon" = "Amazon"',
        [
            Student(student_id=str(number), name=chr(ord("A") + number - 1), companies=companies)
            for number, companies in enumerate(
                [
                    *(("Meta", "Amazon"), ("Amazon",), ("Amazon",), ("Amazon",), ("Meta",)),
                    *(("Amazon", "Google"), ("Amazon", "Google"), ("Amazon", "Google")),
                    *(("Microsoft",), (), (), ("Google",), ("Google",), ("OpenAI",)),
                    *(("McKinsey & Company",), (), ("Amazon", "Google"), ("Amazon",)),
                    *(("Amazon",), ("Amazon",), ()),
                ],
                1,
            )
        ],
    ),
}
"""What the coach writes beside a file, and the students that it then has."""


@pytest.mark.parametrize("name", ANSWERS)
def test_a_question_that_is_answered_beside_the_file_is_not_asked_again(
    name: str, tmp_path: Path
) -> None:
    text, students = ANSWERS[name]
    path = Path(shutil.copy(DATA / name, tmp_path))
    path.with_suffix(".prepkit.toml").write_text(text)
    assert list(read_roster(path, BANK)) == students


def test_levels_are_read_once_those_that_differ_between_companies_are_said(
    tmp_path: Path,
) -> None:
    path = Path(shutil.copy(DATA / "levels.csv", tmp_path))
    said = {"SWE III": "", "L5": LEVELS[0], "L6": LEVELS[1], "Tech Lead": LEVELS[1]}
    said |= {"Team lead": LEVELS[2], "Lead": LEVELS[1]}
    lines = "\n".join(f'"{name}" = "{level}"' for name, level in said.items())
    path.with_suffix(".prepkit.toml").write_text(f"[levels]\n{lines}\n")
    senior, staff, manager, senior_manager, director = LEVELS
    assert [each.level for each in read_roster(path, BANK)] == [
        *(manager, manager, senior, None, senior, staff, staff, staff, director, director),
        *(manager, manager, senior_manager, senior_manager, manager, staff, staff),
    ]
