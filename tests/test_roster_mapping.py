"""What was understood of a roster is shown, written down beside it, and obeyed from then on."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from prepkit.__main__ import main
from prepkit.bank import load_bank
from prepkit.packets.roster import read_roster, read_student_ids, understand, understand_roster
from prepkit.packets.roster.check import keep, lines_to_tell
from prepkit.packets.roster.file import Cell, RosterError, RosterFile, Row
from prepkit.packets.roster.mapping import MappingError, read_mapping
from prepkit.records import LEVELS, Student

BANK = load_bank()
SAMPLE = Path(__file__).parent.parent / "data" / "sample"


def roster(folder: Path, text: str) -> Path:
    path = folder / "spring.csv"
    path.write_text(text, encoding="utf-8")
    return path


def beside(path: Path) -> Path:
    return path.with_name("spring.prepkit.toml")


def sheet(header: list[Cell], *rows: list[Cell]) -> RosterFile:
    numbered = tuple(Row(number, tuple(row)) for number, row in enumerate(rows, 2))
    return RosterFile(Path("roster.csv"), tuple(header), numbered)


def roles(header: list[Cell], *rows: list[Cell]) -> dict[str, str]:
    """Return what each column is read as, without those that are passed by."""
    columns = understand(sheet(header, *rows), BANK).columns
    return {one.header: one.role for one in columns if one.role}


def problems(header: list[Cell], *rows: list[Cell]) -> list[str]:
    with pytest.raises(RosterError) as caught:
        understand(sheet(header, *rows), BANK)
    return [line.removeprefix("  ") for line in str(caught.value).split("\n")[1:]]


# --- columns ---


@pytest.mark.parametrize(
    ("header", "row", "wanted"),
    [
        (
            ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"],
            ["Lee, Ann", "11", "00412", "alee", "XC"],
            ["name", "", "student_id", "", ""],
        ),
        (
            ["Nachname", "Vorname", "Matr.-Nr.", "E-Mail-Adresse", "Zielunternehmen", "Stufe"],
            ["Müßig", "Jörg", "7", "j@x.de", "SAP", "EM"],
            ["last_name", "first_name", "student_id", "email", "companies", "level"],
        ),
        (
            ["What is your full name?", "Student number", "Vorstellungsgespräch am"],
            ["Ann Lee", "7", "14.3.2027"],
            ["name", "student_id", "interview_date"],
        ),
        (
            ["Name", "Vorname", "Matrikelnummer"],
            ["Müßig", "Jörg", "7"],
            ["last_name", "first_name", "student_id"],
        ),
        (
            ["Name", "First name", "Student ID"],
            ["Ann Lee", "Ann", "7"],
            ["name", "", "student_id"],
        ),
        (
            ["Nom", "Prénom", "N° étudiant", "Courriel", "Entreprises visées", "Date d'entretien"],
            ["Roux", "Zoé", "7", "z@x.fr", "Google", "2027-02-15"],
            ["last_name", "first_name", "student_id", "email", "companies", "interview_date"],
        ),
        (
            ["Nombre", "Apellidos", "Matrícula", "Correo electrónico", "Empresa", "Nivel"],
            ["Ana", "Gil", "7", "a@x.es", "Google", "director"],
            ["first_name", "last_name", "student_id", "email", "companies", "level"],
        ),
        (["Nom", "Matricule"], ["Zoé Roux", "7"], ["name", "student_id"]),
        (
            ["ID", "Name", "Company 1", "Company 2", "Target level"],
            ["7", "Ann", "Google", "Meta", "Staff"],
            ["student_id", "name", "companies", "companies", "level"],
        ),
        (
            ["ID", "Name", "Company", "Target companies"],
            ["7", "Ann", "Acme Ltd", "Meta"],
            ["student_id", "name", "", "companies"],
        ),
        (["ID", "Name", "Role"], ["7", "Ann", "Student"], ["student_id", "name", ""]),
        (["ID", "Name", "Role"], ["7", "Ann", "EM"], ["student_id", "name", "level"]),
        (["ID", "Name", "Interview"], ["7", "Ann", "yes"], ["student_id", "name", ""]),
        (
            ["Email", "Name", "Interview date (YYYY-MM-DD)"],
            ["a@x.org", "Ann", "2027-02-15"],
            ["email", "name", "interview_date"],
        ),
    ],
)
def test_columns_are_known_by_the_names_that_people_use(
    header: list[Cell], row: list[Cell], wanted: list[str]
) -> None:
    named = {str(name): role for name, role in zip(header, wanted, strict=True) if role}
    assert roles(header, row) == named


def test_first_and_last_name_are_one_name_and_a_missing_one_is_no_problem() -> None:
    found = understand(
        sheet(["ID", "Surname", "First name"], ["1", "Lee", "Ann"], ["2", None, "Bo"]), BANK
    )
    assert [each.name for each in found.students] == ["Ann Lee", "Bo"]


def test_last_names_before_a_comma_are_turned_round_and_degrees_are_not() -> None:
    header: list[Cell] = ["student_id", "name"]
    rows: list[list[Cell]] = [
        ["1", "Okonkwo, Adaeze"],
        ["2", "Ann Lee, PhD"],
        ["3", "Lee, Jr."],
        ["4", "Li, Ma"],
    ]
    found = understand(sheet(header, *rows), BANK)
    assert [each.name for each in found.students] == [
        *("Adaeze Okonkwo", "Ann Lee, PhD", "Lee, Jr.", "Ma Li"),
    ]
    assert found.notices == (
        "column 'name', rows 2 and 5: 'Okonkwo, Adaeze' and 'Li, Ma' are turned round: the first"
        " name comes first",
    )


def test_addresses_serve_as_ids_where_there_are_none() -> None:
    found = understand(sheet(["Name", "Email"], ["Ann", "Ann@X.org"], ["Bo", "bo@x.org"]), BANK)
    assert [(each.student_id, each.email) for each in found.students] == [
        ("ann-at-x.org", "Ann@X.org"),
        ("bo-at-x.org", "bo@x.org"),
    ]
    assert found.guesses == ("The ids are made from the addresses in 'Email'.",)


def test_two_columns_that_may_be_the_same_are_asked_about() -> None:
    header: list[Cell] = ["ID", "Name", "Interview", "Onsite"]
    assert problems(header, ["1", "Ann", "2027-02-15", "2027-03-01"]) == [
        "'Interview' and 'Onsite' can both be the interview date. Say which it is under [columns]"
        " in roster.prepkit.toml, for instance:",
        '    interview_date = "Interview"',
    ]


def test_columns_that_look_misspelt_are_asked_about_once() -> None:
    assert problems(["Studnet ID", "Nmae", "Levle"], ["1", "Ann", "EM"]) == [
        line
        for wrong, right in [
            ("Studnet ID", "student_id"),
            ("Nmae", "name"),
            ("Levle", "level"),
        ]
        for line in (
            f"column '{wrong}': it looks like '{right}' misspelt. Say which under [columns] in"
            " roster.prepkit.toml, with one of these lines:",
            f'    {right} = "{wrong}"',
            f'    passed_by = ["{wrong}"]',
        )
    ]


def test_numbered_columns_of_what_there_is_one_of_are_asked_about() -> None:
    header: list[Cell] = ["ID", "Name", "Interview date 1", "Interview date 2"]
    (message, _) = problems(header, ["1", "Ann", "2027-02-15", "2027-03-01"])
    assert message.startswith("'Interview date 1' and 'Interview date 2' can both be the interview")


def test_a_column_called_date_is_asked_about_where_no_other_has_the_interview() -> None:
    assert problems(["ID", "Name", "Datum"], ["1", "Ann", "2027-02-15"]) == [
        "column 'Datum': it may be the date of the interview, or another. Say which under [columns]"
        " in roster.prepkit.toml, with one of these lines:",
        '    interview_date = "Datum"',
        '    passed_by = ["Datum"]',
    ]
    header: list[Cell] = ["ID", "Name", "Interview", "Datum"]
    row: list[Cell] = ["1", "Ann", "2027-02-15", "2026-12-01"]
    found = understand(sheet(header, row), BANK)
    assert found.notices == ("nothing uses the column 'Datum': passed by",)


def test_remarks_about_a_student_are_never_printed_unasked() -> None:
    found = understand(sheet(["ID", "Name", "Comments"], ["1", "Ann", "Weak on scope"]), BANK)
    assert found.students == (Student(student_id="1", name="Ann"),)
    assert found.notices == (
        "column 'Comments' is passed by: a note is printed in the student's packet; if that is what"
        ' you want, write notes = "Comments" under [columns]',
    )


def test_a_roster_without_ids_and_names_says_how_to_name_them() -> None:
    assert problems(["Kürzel", "Section"], ["1", "XC"]) == [
        "there is no column of ids, and none of e-mail addresses, which would do: name one"
        " 'student_id', or say which it is under [columns] in roster.prepkit.toml, for instance:",
        '    student_id = "Number"',
        "there is no column of names: name one 'name', or say which it is under [columns] in"
        " roster.prepkit.toml, for instance:",
        '    name = "Student"',
    ]


@pytest.mark.parametrize(
    ("header", "cell", "asked"),
    [
        ("Seniority", "L5", "'L5' is not the same level everywhere"),
        ("Seniority", "boss", "no level 'boss'"),
        ("Role", "L5", "'L5' is not the same level everywhere"),
        ("Interview", "1/2/2027", "'1/2/2027' can be read in two ways"),
        ("Interview", "31.2.2027", "there is no such day as '31.2.2027'"),
        ("Interview date", "soon", "'soon' is not a date"),
    ],
)
def test_a_column_whose_cells_are_unclear_is_asked_about_and_not_passed_by(
    header: str, cell: str, asked: str
) -> None:
    (message, *_) = problems(["ID", "Name", header], ["1", "Ann", cell])
    assert message.startswith(f"column '{header}', row 2: {asked}")


def test_a_cell_that_says_that_there_is_nothing_to_say_is_empty_unless_the_coach_says_more(
    tmp_path: Path,
) -> None:
    path = roster(tmp_path, "ID,Name,Level,Interview,Company\n1,A,tbd,n/a,-\n2,B,open,TBC,none\n")
    found = understand_roster(path, BANK)
    assert found.students == (
        Student(student_id="1", name="A"),
        Student(student_id="2", name="B"),
    )
    assert found.notices == (
        "column 'Level', rows 2 and 3: 'tbd' and 'open' count as an empty cell",
        "column 'Interview', rows 2 and 3: 'n/a' and 'TBC' count as an empty cell",
        "column 'Company', rows 2 and 3: '-' and 'none' count as an empty cell",
    )
    beside(path).write_text('[levels]\n"open" = "director"\n')
    assert [each.level for each in read_roster(path, BANK)] == [None, "director"]


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("Senior Manager", "senior manager"),
        ("staff", "staff engineer"),
        ("Sr. EM", "senior manager"),
        ("director", "director"),
        ("", None),
    ],
)
def test_a_level_in_the_file_beside_a_roster_is_read_as_in_a_cell(
    said: str, level: str | None, tmp_path: Path
) -> None:
    path = roster(tmp_path, "ID,Name,Level\n1,A,L5\n")
    beside(path).write_text(f'[levels]\n"L5" = "{said}"\n')
    assert [each.level for each in read_roster(path, BANK)] == [level]


def test_faults_of_one_kind_in_a_column_are_one_message_with_its_rows() -> None:
    rows: list[list[Cell]] = [["1", "A", "boss"], ["2", "B", "EM"], ["3", "C", "chief"]]
    assert problems(["ID", "Name", "Level"], *rows, ["4", None, "boss"]) == [
        "column 'Name', row 5: the cell is empty: every student needs a name",
        "column 'Level', rows 2, 4 and 5: no levels 'boss' and 'chief'; the levels are 'senior"
        " engineer', 'staff engineer', 'engineering manager', 'senior manager' and 'director', and"
        " a cell may be empty. You can also say what they mean under [levels] in"
        " roster.prepkit.toml",
    ]


# --- the command, and the file beside the roster ---

GUESSED = (
    "Matrikelnummer,Name,Firmen,Stufe,Interview,Fee\n"
    '00412,"Lee, Ann","AWS; Adyen",EM,2/15/2027,120\n'
    "00413,Bo Roe,N/A,,1/2/2027 9am,\n"
)

KEPT = """\
# How prepkit reads spring.csv. Change what isn't right: prepkit obeys this file, and
# doesn't write it again once you have changed it. Without it, everything is found anew.

# How the file is read.
[file]
# header_row = 1
# delimiter = ","
# encoding = "utf-8"

# What the columns are; those after passed_by are not read.
[columns]
name = "Name"
student_id = "Matrikelnummer"
companies = "Firmen"
level = "Stufe"
interview_date = "Interview"
passed_by = "Fee"

# order = "day first" or "month first".
[dates]
order = "month first"

# order = "last name first" or "as written".
[names]
order = "last name first"

# What the roster's words for levels mean.
[levels]
"EM" = "engineering manager"

# What the roster's names for companies mean: a company, several, or [] for none.
[companies]
"AWS" = "Amazon"
"Adyen" = "Adyen"
"""


def test_a_check_shows_what_each_column_is_and_keeps_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, GUESSED)
    assert main(["roster", "check", str(path)]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "Column          Read as         Example     Students",
        "--------------  --------------  ----------  --------",
        "Matrikelnummer  student_id      00412       2",
        "Name            name            Lee, Ann    2",
        "Firmen          companies       AWS; Adyen  2",
        "Stufe           level           EM          1",
        "Interview       interview_date  2/15/2027   2",
        "Fee             (passed by)     120         1",
        "",
        "2 students: 1 with companies, 1 with a level, 2 with an interview date",
        "Read 'Matrikelnummer' as student_id, 'Firmen' as companies, 'Stufe' as level and"
        " 'Interview' as interview_date.",
        "Dates have the month first, as in 2/15/2027 (row 2).",
        "Please note: nothing uses the column 'Fee': passed by",
        "Please note: column 'Name', row 2: 'Lee, Ann' is turned round: the first name comes first",
        "Please note: column 'Firmen', row 2: 'AWS' is read as 'Amazon'",
        "Please note: column 'Firmen', row 2: prepkit knows nothing about 'Adyen': the name stays"
        " as written",
        "Please note: column 'Firmen', row 3: 'N/A' counts as an empty cell",
        "Please note: column 'Stufe', row 2: 'EM' is read as 'engineering manager'",
        "Please note: column 'Interview', row 3: '1/2/2027 9am' has a time: only the day is taken",
    ]
    assert err == f"This is kept in {beside(path)}: change it there if it isn't right.\n"
    signature, _, text = beside(path).read_text("utf-8").partition("\n")
    assert signature.startswith("# As prepkit wrote it: ")
    assert text == KEPT


def test_what_is_kept_is_obeyed_and_not_told_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, GUESSED)
    before = read_roster(path, BANK)
    main(["roster", "check", str(path)])
    capsys.readouterr()
    found = understand_roster(path, BANK)
    assert (found.students, found.is_new, found.guesses) == (before, False, ())
    assert found.notices == (
        "column 'Firmen', row 3: 'N/A' counts as an empty cell",
        "column 'Interview', row 3: '1/2/2027 9am' has a time: only the day is taken",
    )
    # The date that settled the order may go: what it said is written down.
    roster(tmp_path, GUESSED.replace("2/15/2027", "3/4/2027"))
    assert [str(each.interview_date) for each in read_roster(path, BANK)] == [
        "2027-03-04",
        "2027-01-02",
    ]


@pytest.mark.long
def test_what_the_coach_changes_is_obeyed_and_stays_unless_they_want_it_written_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, GUESSED)
    main(["roster", "check", str(path)])
    changed = beside(path).read_text().replace('"EM" = "engineering manager"', '"EM" = "director"')
    changed = changed.replace('month first"\n\n#', 'day first"  # mine\n\n#')
    beside(path).write_text(changed)
    roster(tmp_path, GUESSED.replace("2/15/2027", "3/4/2027").replace("00413", "VP13"))
    first, second = read_roster(path, BANK)
    assert (first.level, str(first.interview_date)) == ("director", "2027-04-03")
    assert str(second.interview_date) == "2027-02-01"
    capsys.readouterr()
    assert main(["roster", "check", str(path)]) == 0
    assert capsys.readouterr().err == "spring.prepkit.toml is obeyed.\n"
    roster(tmp_path, GUESSED.replace("2/15/2027", "3/4/2027").replace("N/A,,", "MSFT,VP,"))
    assert main(["roster", "check", str(path)]) == 0
    assert capsys.readouterr().err == (
        "You have changed spring.prepkit.toml, so what is new above isn't written into it. To have"
        f" it written with what you said and what is new: prepkit roster check {path} --replace\n"
    )
    assert beside(path).read_text() == changed
    assert main(["roster", "check", str(path), "--replace"]) == 0
    said = read_mapping(path).said
    assert said.levels == {"EM": "director", "VP": "director"}
    assert said.companies["MSFT"] == ("Microsoft",)
    assert said.dates.order == "day first"


def test_an_unclear_roster_gets_a_file_to_answer_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, "student_id,name,level\n1,A,L5\n")
    assert main(["roster", "check", str(path)]) == 1
    assert capsys.readouterr().err == (
        f"{path} has 1 problem:\n"
        "  column 'level', row 2: 'L5' is not the same level everywhere: correct the cell, or say"
        " what it is under [levels] in spring.prepkit.toml, for instance:\n"
        '      "L5" = "senior engineer"\n'
        f"To answer, open {beside(path)} in a text editor and remove the # before each line that"
        " is right. Then type the command again.\n"
    )
    text = beside(path).read_text()
    assert not read_mapping(path).is_edited
    beside(path).write_text(text.replace('# "L5" = "senior e', '"L5" = "senior e'))
    assert read_mapping(path).is_edited
    assert main(["roster", "check", str(path)]) == 0
    assert [each.level for each in read_roster(path, BANK)] == ["senior engineer"]


def test_questions_that_come_up_once_the_file_is_changed_are_asked_with_their_lines_each_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, "student_id,name,level\n1,A,L5\n")
    main(["roster", "check", str(path)])
    text = beside(path).read_text().replace('# "L5" = "senior e', '"L5" = "senior e')
    beside(path).write_text(text)
    roster(tmp_path, "student_id,name,level\n1,A,L5\n2,B,Lead\nTotal A,2,\n")
    problems = (
        f"{path} has 2 problems:\n"
        "  column 'level', row 3: 'Lead' is not the same level everywhere: correct the cell, or say"
        " what it is under [levels] in spring.prepkit.toml, for instance:\n"
        '      "Lead" = "staff engineer"\n'
        '  row 4 (Total A 2) looks like a total or a note: write totals = "leave out" to leave it'
        ' out, or totals = "take" to take it, under [rows] in spring.prepkit.toml\n'
    )
    for _ in range(2):
        capsys.readouterr()
        assert main(["roster", "check", str(path)]) == 1
        assert capsys.readouterr().err == problems + (
            f"You have changed {beside(path)}, so nothing is added to it. To answer, copy into it"
            " those of these lines that are right, each below the line in brackets that is above"
            " it here. Then type the command again.\n"
            "  [levels]\n"
            + "".join(f'  "Lead" = "{level}"\n' for level in (*LEVELS, ""))
            + '  [rows]\n  totals = "leave out"\n  totals = "take"\n'
        )
        assert beside(path).read_text() == text
    below = '\n[levels]\n"Lead" = "director"\n'
    answered = text.replace("\n[levels]\n", below)
    answered = answered.replace("\n[rows]\n", '\n[rows]\ntotals = "leave out"\n')
    beside(path).write_text(answered)
    assert main(["roster", "check", str(path)]) == 0


def test_an_open_question_whose_lines_are_in_the_changed_file_leads_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, "student_id,name,level\n1,A,L5\n2,B,Lead\n")
    main(["roster", "check", str(path)])
    text = beside(path).read_text().replace('# "L5" = "senior e', '"L5" = "senior e')
    beside(path).write_text(text)
    capsys.readouterr()
    assert main(["roster", "check", str(path)]) == 1
    assert capsys.readouterr().err.endswith(
        '      "Lead" = "staff engineer"\n'
        f"To answer, open {beside(path)} in a text editor and remove the # before each line that is"
        " right. Then type the command again.\n"
    )


def test_what_is_guessed_anew_is_told_until_it_is_written_down_also_beside_a_changed_file(
    tmp_path: Path,
) -> None:
    path = roster(tmp_path, "student_id,name,level\n1,A,senior engineer\n")
    beside(path).write_text('[levels]\n"L5" = "director"\n')
    roster(tmp_path, "Matrikelnummer,name,level\n1,A,L5\n")
    for _ in range(2):
        found = understand_roster(path, BANK)
        assert found.is_edited
        assert list(lines_to_tell(found)) == ["Read 'Matrikelnummer' as student_id."]
    keep(path, found, replace=True)
    assert list(lines_to_tell(understand_roster(path, BANK))) == []


def test_two_rosters_of_one_stem_have_a_file_beside_them_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, GUESSED)
    main(["roster", "check", str(path)])
    first = beside(path).read_text()
    book = Workbook()
    for cells in (["Matrikelnr", "Name", "Niveau"], ["7", "Bo", "VP"]):
        book.active.append(cells)  # type: ignore[union-attr]
    second = tmp_path / "spring.xlsx"
    book.save(second)
    own = tmp_path / "spring.xlsx.prepkit.toml"
    capsys.readouterr()
    assert main(["roster", "check", str(second)]) == 0
    assert capsys.readouterr().err == (
        f"This is kept in {own} (spring.prepkit.toml is for spring.csv): change it there if it"
        " isn't right.\n"
    )
    assert beside(path).read_text() == first
    own.write_text(own.read_text().replace('"VP" = "director"', '"VP" = "senior manager"'))
    assert [each.level for each in read_roster(second, BANK)] == ["senior manager"]
    assert read_roster(path, BANK)[0].level == "engineering manager"
    # Once the other is gone, each keeps its own.
    path.unlink()
    assert read_mapping(second).path == own


def test_a_file_of_before_that_names_no_roster_is_obeyed_for_each_of_its_stem(
    tmp_path: Path,
) -> None:
    path = roster(tmp_path, "student_id,name,level\n1,A,L5\n")
    beside(path).write_text('[levels]\n"L5" = "director"\n')
    other = path.with_suffix(".txt")
    other.write_text(path.read_text())
    assert [read_roster(each, BANK)[0].level for each in (path, other)] == ["director"] * 2
    assert read_mapping(other).path == beside(path)


def test_a_roster_that_was_saved_as_another_kind_of_file_keeps_the_file_beside_it(
    tmp_path: Path,
) -> None:
    path = roster(tmp_path, GUESSED)
    main(["roster", "check", str(path)])
    other = path.rename(path.with_suffix(".txt"))
    assert read_mapping(other).path == beside(path)


UNCLEAR = (
    "student_id,name,level,Date,Interview,companies\n"
    "1,A,L5,,3/4/2027,Gogle\n2,B,Lead,,5/6/2027,FAANG\nTotal,2,,,,\n"
)
QUESTIONS = """\
# What you say of spring.csv: prepkit obeys it. Below each question are lines to choose from:
# remove the # before the one that is right, and save this file. Then type the command again.

[file]

[columns]

[dates]

## Column 'Interview', rows 2 and 3: '3/4/2027' and '5/6/2027' can be read in two ways, and no
## other date in the column settles it. Say which comes first, under [dates] in
## spring.prepkit.toml: order = "day first", or order = "month first"
# order = "day first"
# order = "month first"

[names]

[rows]

## Row 4 (Total 2) looks like a total or a note: write totals = "leave out" to leave it out, or
## totals = "take" to take it, under [rows] in spring.prepkit.toml
# totals = "leave out"
# totals = "take"

[levels]

## Column 'level', rows 2 and 3: 'L5' and 'Lead' are not the same levels everywhere: correct the
## cells, or say what they are under [levels] in spring.prepkit.toml, for instance:
# "L5" = "senior engineer"
# "L5" = "staff engineer"
# "L5" = "engineering manager"
# "L5" = "senior manager"
# "L5" = "director"
# "L5" = ""
# "Lead" = "senior engineer"
# "Lead" = "staff engineer"
# "Lead" = "engineering manager"
# "Lead" = "senior manager"
# "Lead" = "director"
# "Lead" = ""

[companies]

## Column 'companies', row 2: no company 'Gogle'; did you mean 'Google'? If it is another company,
## say so under [companies] in spring.prepkit.toml:
# "Gogle" = "Gogle"

## Column 'companies', row 3: 'FAANG' is no company: name the companies, or say which you mean
## under [companies] in spring.prepkit.toml:
# "FAANG" = ["Meta", "Amazon", "Apple", "Netflix", "Google"]
"""


def test_each_question_about_a_roster_has_its_lines_to_choose_from_in_the_file_beside_it(
    tmp_path: Path,
) -> None:
    path = roster(tmp_path, UNCLEAR)
    assert main(["roster", "check", str(path)]) == 1
    signed, text = beside(path).read_text().split("\n", 1)
    assert signed.startswith("# As prepkit wrote it: ")
    assert text == QUESTIONS

    for line in ('order = "day', 'totals = "leave', '"L5" = "staff', '"Lead" = "dir', '"Gogle"'):
        text = text.replace(f"# {line}", line)
    beside(path).write_text(text.replace('# "FAANG"', '"FAANG"'))
    assert main(["roster", "check", str(path)]) == 0
    assert [each.level for each in read_roster(path, BANK)] == ["staff engineer", "director"]


@pytest.mark.parametrize(
    ("text", "encoding", "section", "lines"),
    [
        (
            "id,name\n1,Uğur Doğan\n",
            "cp1254",
            "file",
            ['encoding = "cp1252"', 'encoding = "cp1250"', 'encoding = "cp1254"'],
        ),
        (
            "id,name,level\n1,A,boss\n",
            "utf-8",
            "levels",
            [f'"boss" = "{level}"' for level in (*LEVELS, "")],
        ),
        (
            "id,name,Interview,Onsite\n1,A,2027-01-31,2027-02-28\n",
            "utf-8",
            "columns",
            ['interview_date = "Interview"', 'interview_date = "Onsite"'],
        ),
        (
            "Badge,name,Desk,Empty,Desk\n17,A,4,,5\n",
            "utf-8",
            "columns",
            ['student_id = "Badge"', 'student_id = "Desk"'],
        ),
    ],
)
def test_the_file_to_answer_in_has_a_line_for_each_choice(
    text: str, encoding: str, section: str, lines: list[str], tmp_path: Path
) -> None:
    path = roster(tmp_path, "")
    path.write_bytes(text.encode(encoding))
    assert main(["roster", "check", str(path)]) == 1
    below = beside(path).read_text().split(f"[{section}]\n")[1].split("\n[")[0]
    assert [line[2:] for line in below.split("\n") if line.startswith("# ")] == lines


def test_each_sheet_that_may_be_the_roster_can_be_chosen_in_the_file_beside_it(
    tmp_path: Path,
) -> None:
    path, book = tmp_path / "spring.xlsx", Workbook()
    for title in ("May", "June"):
        page = book.create_sheet(title)
        page.append(["id", "name"])
        page.append(["1", "Ann"])
    book.save(path)
    assert main(["roster", "check", str(path)]) == 1
    assert '# sheet = "May"\n# sheet = "June"\n' in beside(path).read_text()


def test_a_roster_that_asks_nothing_gets_no_file_to_answer_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, "student_id\n1\n")
    assert main(["roster", "check", str(path)]) == 1
    assert "remove the #" not in capsys.readouterr().err
    assert not beside(path).exists()


def test_questions_that_nobody_has_answered_are_written_anew(tmp_path: Path) -> None:
    path = roster(tmp_path, UNCLEAR)
    assert main(["roster", "check", str(path)]) == 1
    roster(tmp_path, "student_id,name,level\n1,A,L6\n")
    assert main(["roster", "check", str(path)]) == 1
    assert '# "L6" = "director"' in beside(path).read_text()
    assert "Gogle" not in beside(path).read_text()
    changed = "# I have looked at it.\n" + beside(path).read_text()
    beside(path).write_text(changed)
    roster(tmp_path, UNCLEAR)
    assert main(["roster", "check", str(path)]) == 1
    assert beside(path).read_text() == changed


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            "totals = “leave out”",
            'the quotation marks must be straight ones: totals = "leave out"',
        ),
        ("totals = leave out", 'quotation marks are missing: totals = "leave out"'),
        (
            'totals = "take"\ntotals = "leave out"',
            "this name stands in an earlier line, too. Keep one of the lines; several columns stand"
            ' in one line, as in passed_by = ["Fee", "Invited"]',
        ),
    ],
)
def test_a_slip_in_the_file_is_explained_without_its_format(
    lines: str, message: str, tmp_path: Path
) -> None:
    path = roster(tmp_path, "student_id,name\n1,A\n")
    beside(path).write_text(f"[rows]\n{lines}\n", encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        read_mapping(path)
    line = lines.count("\n") + 2
    assert str(caught.value).split("\n")[1:] == [f"  {beside(path)}:{line}: {message}"]


def test_the_command_that_replaces_the_file_can_be_copied_whatever_the_roster_is_called(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "Spring (Responses).csv"
    path.write_text("student_id,name,level\n1,A,EM\n", "utf-8")
    path.with_suffix(".prepkit.toml").write_text("# mine\n", "utf-8")
    assert main(["roster", "check", str(path)]) == 0
    assert f"prepkit roster check '{path}' --replace" in capsys.readouterr().err


def test_a_plain_roster_has_no_file_beside_it_until_it_is_checked(tmp_path: Path) -> None:
    path = roster(tmp_path, "student_id,name\n1,Ann\n")
    assert not understand_roster(path, BANK).is_new
    assert main(["packets", str(path), "-o", str(tmp_path / "out"), "--only", "x"]) == 1
    assert not beside(path).exists()


@pytest.mark.long
def test_a_run_tells_its_guesses_once_and_a_dry_run_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, "ID,Name,Firma\n1,Ann,Google\n")
    command = ["packets", str(path), "-o", str(tmp_path / "out"), "--dry-run"]
    told = "Read 'ID' as student_id and 'Firma' as companies.\n1 student, 1 packet to make: 1 new\n"
    for _ in range(2):
        assert main(command) == 0
        assert capsys.readouterr().err == told
    assert not beside(path).exists()
    main(["roster", "check", str(path)])
    capsys.readouterr()
    assert main(command) == 0
    assert capsys.readouterr().err == "1 student, 1 packet to make: 1 new\n"


def test_a_file_that_cannot_be_kept_is_no_reason_to_stop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = roster(tmp_path, "ID,Name\n1,Ann\n")

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("prepkit.packets.roster.mapping.atomic_write", full)
    assert main(["roster", "check", str(path)]) == 0
    assert capsys.readouterr().err == (
        f"This can't be kept beside the roster (No space left on device): {beside(path)}\n"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[columns]\nname = Name", '2: quotation marks are missing: name = "Name"'),
        ("[columns\nname = 'Name'", "1: this isn't valid TOML: Expected ']' at the end of a table"
            " declaration"),
        ("[colums]\nname = 'Name'", "1: there is no [colums]; did you mean 'columns'?"),
        ("\n[dates]\norder = 'us'", "3: order must be 'day first' or 'month first', not 'us'"),
        ("[rows]\nhiden = 'take'", "2: there is no 'hiden' under [rows]; did you mean 'hidden'?"),
        ("[levels]\n\"L5\" = 'boss'", "2: 'L5' must be 'senior engineer', 'staff engineer',"
            " 'engineering manager', 'senior manager' or 'director', or \"\" for none; not 'boss'"),
        ("[file]\nheader_row = 'x'", "2: header_row must be the number of a row, such as 3; not"
            " 'x'"),
        ("[columns]\nname = 3", "2: 'name' must be a text in quotation marks, or a list such as"
            ' ["…", "…"]'),
        ("levels = 3", "0: [levels] must have lines such as: name = \"…\""),
        ("# mine\n[columns]\nname = 'Nmae'", "3: the roster has no column 'Nmae'; it has 'ID' and"
            " 'Name'"),
        ("# mine\n[columns]\nstudentid = 'ID'", "3: prepkit has no column 'studentid'; did you mean"
            " 'student_id'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_file_beside_a_roster_is_named_with_its_line(
    text: str, line: str, tmp_path: Path
) -> None:
    path = roster(tmp_path, "ID,Name\n1,Ann\n")
    beside(path).write_text(f"{text}\n")
    with pytest.raises(MappingError) as caught:
        read_roster(path, BANK)
    number, message = line.split(": ", 1)
    place = f"{beside(path)}:{number}" if number != "0" else str(beside(path))
    assert str(caught.value) == f"{beside(path)} has 1 problem:\n  {place}: {message}"


def test_a_column_that_was_renamed_is_found_again_while_the_coach_has_changed_nothing(
    tmp_path: Path,
) -> None:
    path = roster(tmp_path, "ID,Name,Firma\n1,Ann,Google\n")
    main(["roster", "check", str(path)])
    roster(tmp_path, "ID,Name,Unternehmen\n1,Ann,Google\n")
    (student,) = read_roster(path, BANK)
    assert student.companies == ("Google",)


def test_a_column_that_was_passed_by_is_read_when_its_cells_say_what_it_is(tmp_path: Path) -> None:
    path = roster(tmp_path, "ID,Name,Role\n1,Ann,Student\n")
    assert main(["roster", "check", str(path)]) == 0
    assert read_mapping(path).said.passed_by == ("Role",)
    assert not understand_roster(path, BANK).is_new
    roster(tmp_path, "ID,Name,Role\n1,Ann,EM\n")
    found = understand_roster(path, BANK)
    assert (found.students[0].level, found.is_new) == ("engineering manager", True)
    assert found.said.columns["level"] == ("Role",)
    assert not found.said.passed_by


def test_a_column_that_only_a_template_uses_is_read_though_it_was_passed_by_before(
    tmp_path: Path,
) -> None:
    path = roster(tmp_path, "ID,Name,Rounds,Fee\n1,Ann,3,120\n")
    assert main(["roster", "check", str(path)]) == 0
    assert read_mapping(path).said.passed_by == ("Rounds", "Fee")
    found = understand_roster(path, BANK, {"student_id": "str", "name": "str", "rounds": "int"})
    assert found.students[0].extra == {"rounds": 3}
    assert found.notices == ()


def test_a_check_knows_the_parameters_of_a_template(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, "ID,Name,Rounds\n1,Ann,3\n")
    template = tmp_path / "mine.ipynb"
    cell = nbformat.v4.new_code_cell('name = ""\nrounds = 1', metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), template)
    assert main(["roster", "check", str(path), "--template", str(template)]) == 0
    assert capsys.readouterr().out.splitlines()[2:5] == [
        "ID      student_id  1        1",
        "Name    name        Ann      1",
        "Rounds  rounds      3        1",
    ]


def test_the_ids_alone_are_read_with_what_the_coach_has_said(tmp_path: Path) -> None:
    path = roster(tmp_path, "No,Name,Level\n1,Ann,L99\n2,Bo,\n")
    beside(path).write_text('[columns]\nstudent_id = "No"\n')
    assert read_student_ids(path) == ("1", "2")


name_words = st.text(st.sampled_from("abcdëßЖлД李'-"), min_size=1, max_size=8).filter(
    lambda word: any(each.isalpha() for each in word) and word[0] not in "'-"
)


@given(name_words, name_words)
def test_a_name_is_the_same_in_one_column_in_two_and_with_a_comma(first: str, last: str) -> None:
    wanted = f"{first} {last}"
    ways: list[tuple[list[Cell], list[Cell]]] = [
        (["ID", "Name"], ["1", wanted]),
        (["ID", "Name"], ["1", f"{last}, {first}"]),
        (["ID", "Nachname", "Vorname"], ["1", last, first]),
        (["ID", "Prénom", "Nom"], ["1", first, last]),
    ]
    for header, row in ways:
        (student,) = understand(sheet(header, row), BANK).students
        assert student.name == wanted


def test_names_stay_as_written_where_the_coach_says_so(tmp_path: Path) -> None:
    path = roster(tmp_path, 'ID,Name\n1,"Lee, Ann"\n')
    beside(path).write_text('[names]\norder = "as written"\n')
    assert [each.name for each in read_roster(path, BANK)] == ["Lee, Ann"]


@pytest.mark.long
@given(st.lists(st.text(max_size=12), max_size=6), st.text(max_size=12))
def test_any_names_of_columns_give_students_or_a_message(header: list[str], cell: str) -> None:
    names: list[Cell] = ["ID", "Name", *(text.strip() or None for text in header)]
    row: list[Cell] = ["1", "Ann", *[cell.strip() or None] * len(header)]
    with suppress(RosterError):
        (student,) = understand(sheet(names, row), BANK).students
        assert student.student_id == "1"


def test_collecting_knows_students_by_their_addresses_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, "Nom,Prénom,Courriel\nLee,Ann,Ann@x.org\n")
    returned, into = tmp_path / "returned", tmp_path / "into"
    returned.mkdir()
    shutil.copy(SAMPLE / "answers.json", returned / "ann-at-x.org.json")
    command = ["answers", "collect", str(returned), "--roster", str(path), "--into", str(into)]
    assert main(command) == 0
    assert (into / "ann-at-x.org.sqlite").exists()
    shutil.copy(SAMPLE / "answers.json", returned / "bo-at-x.org.json")
    assert main(command) == 1
    assert "who is not in the roster" in capsys.readouterr().err


@pytest.mark.slow
def test_a_packet_says_of_a_company_that_the_bank_lacks_that_nothing_is_known(
    tmp_path: Path,
) -> None:
    path = roster(tmp_path, "ID,Name,Company\n1,Ann,Adyen\n2,Bo,Adyen and Google\n")
    out = tmp_path / "out"
    assert main(["packets", str(path), "-o", str(out), "--format", "ipynb"]) == 0
    for student in "12":
        text = (out / f"{student}.ipynb").read_text("utf-8")
        assert "Adyen:</b> We have nothing on this company" in text
        assert ("which Google says it assesses" in text) == (student == "2")


def test_ids_alone_ask_about_the_column_that_may_have_them(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("studnt_id,name\n1,Ann Lee\n", "utf-8")
    with pytest.raises(RosterError) as caught:
        read_student_ids(path)
    assert str(caught.value) == (
        f"{path} has 1 problem:\n"
        "  column 'studnt_id': it looks like 'student_id' misspelt. Say which under [columns] in"
        " roster.prepkit.toml, with one of these lines:\n"
        '      student_id = "studnt_id"\n'
        '      passed_by = ["studnt_id"]'
    )
