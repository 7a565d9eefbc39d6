"""What is shown before a file is shared, and that only what was chosen is replaced."""

from __future__ import annotations

import csv
import io
import json
import os
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.__main__ import main
from prepkit.answers.scrub import Finding, find, replace
from prepkit.answers.scrub_files import ScrubTableError, copy_path, scrub, table_path
from prepkit.errors import PrepkitError
from prepkit.records import Student

STUDENTS = [
    Student(student_id="2027-014", name="Ada de Marin", email="ada@students.example"),
    Student(student_id="2027-019", name="李 娜"),
]
WORDS = frozenset(["customers", "john"])
TEXT = (
    "# Tell me about a conflict\n\nJohn told me that Ada's team at Stripe would leave."
    " Customers waited, and customers came back. Grace Lee and Priya asked IBM. 李娜 agreed.\n"
)


def found(*texts: str, employers: tuple[str, ...] = ("Stripe",)) -> dict[str, str]:
    """Return what each text that is found may be."""
    all_of = find(texts, students=STUDENTS, employers=employers, is_word=WORDS.__contains__)
    return {one.text: one.kind for one in all_of}


def test_students_employers_and_capitalised_names_are_found_each_once() -> None:
    assert found(TEXT) == {
        "李娜": "student on the roster",
        "Ada": "student on the roster",
        "Stripe": "employer",
        "Grace Lee": "maybe a name",
        "Priya": "maybe a name",
        "Tell": "maybe a name",
        "IBM": "abbreviation",
        "John": "begins a sentence",
    }


def test_a_students_whole_name_id_and_address_are_found() -> None:
    text = "2027-014 is Ada de Marin, ada@students.example; 李 娜 is 2027-019."
    kinds = found(text)
    assert {name for name, kind in kinds.items() if kind == "student on the roster"} == {
        *("2027-014", "Ada de Marin", "Ada", "Marin", "ada@students.example"),
        *("李 娜", "2027-019"),
    }


def test_a_name_inside_a_longer_word_is_none() -> None:
    assert "Ada" not in found("Adapters and CANADA.")
    assert "2027-014" not in found("12027-0145")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("It cost $1.2 million.", "$1.2 million"),
        ("It cost 3,000 euros then.", "3,000 euros"),
        ("A raise to 140k was asked.", "140k"),
        ("EUR 12'500.00 were paid.", "EUR 12'500.00"),
        ("About £5m, no more.", "£5m"),
        ("We saved 2 million.", "2 million"),
        ("It was 90 000 € in all.", "90 000 €"),
    ],
)
def test_amounts_of_money_are_found(text: str, amount: str) -> None:
    assert [name for name, kind in found(text).items() if kind == "money"] == [amount]


def test_numbers_that_are_no_money_are_not() -> None:
    assert "money" not in found("In 2027, 24 people took 3 weeks, and 99.9% stayed.").values()


def test_companies_are_also_known_by_what_follows_their_name() -> None:
    kinds = found("The Acme Labs Inc. paid Öko Strom GmbH.", employers=())
    assert [name for name, kind in kinds.items() if kind == "employer"] == [
        "Acme Labs Inc",
        "Öko Strom GmbH",
    ]


def test_a_finding_says_how_often_and_where() -> None:
    (one,) = find(["and Priya said so; Priya's\nplan, as Priya told, and Priya kept"])
    assert one == Finding(
        "maybe a name",
        "Priya",
        4,
        "[name 1]",
        (
            "and «Priya» said so; Priya's plan, as Priya told, a",
            "and Priya said so; «Priya»'s plan, as Priya told, and Priya kept",
            "and Priya said so; Priya's plan, as «Priya» told, and Priya kept",
        ),
    )


def test_the_longest_text_is_replaced_first_and_what_was_put_in_stays() -> None:
    chosen = {"Ada": "[Marin]", "Ada Marin": "[student 1]", "Marin": "x"}
    assert replace("Ada Marin met Ada, and Adapters.", chosen) == (
        "[student 1] met [Marin], and Adapters.",
        2,
    )
    assert replace("Ada", {}) == ("Ada", 0)


@given(st.text(max_size=200), st.text(min_size=1, max_size=5))
def test_nothing_but_the_chosen_text_ever_changes(text: str, chosen: str) -> None:
    made, count = replace(text, {chosen: "\N{SNOWMAN}"})
    if not count:
        assert made == text
    assert text.count(chosen) >= count
    if "\N{SNOWMAN}" not in text:
        assert made.replace("\N{SNOWMAN}", chosen) == text


# ---- files ---------------------------------------------------------------------------------------


def rows(table: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table.read_text("utf-8-sig"), newline="")))


def choose(table: Path, **instead: str) -> None:
    """Say yes to texts in a table, as a coach does in a spreadsheet program."""
    changed = [
        ["yes", row[1], instead[row[1]] or row[2], *row[3:]] if row[1] in instead else row
        for row in rows(table)
    ]
    made = io.StringIO()
    csv.writer(made, delimiter=";").writerows(changed)
    table.write_text(made.getvalue(), "utf-8-sig", newline="")


def test_first_all_is_listed_and_then_only_what_was_chosen_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "ada.md"
    path.write_text(TEXT, "utf-8")
    table, copy = table_path(path), copy_path(path)
    assert (table.name, copy.name) == ("ada.scrub.csv", "ada-scrubbed.md")
    run = partial(
        scrub, path, copy, students=STUDENTS, employers=["Stripe"], is_word=WORDS.__contains__
    )
    assert run() == (
        f"{table}: 8 texts to look at. Nothing was replaced. Write yes in the column replace of"
        " what should go, change what stands in its place if you like, add rows of your own, save"
        " it, and run the same command again."
    )
    assert not copy.exists()
    assert rows(table)[:3] == [
        ["replace", "text", "with", "what it is", "times", "where", "where else", "and where"],
        [
            *("", "Ada", "[student 1]", "student on the roster", "1"),
            "me about a conflict John told me that «Ada»'s team at Stripe would leave. Customers",
            *("", ""),
        ],
        [
            *("", "李娜", "[student 2]", "student on the roster", "1"),
            "me back. Grace Lee and Priya asked IBM. «李娜» agreed.",
            *("", ""),
        ],
    ]
    assert run() == (
        f"{table}: nothing is chosen. Write yes in the column replace of what should go, save it,"
        " and run the same command again."
    )
    choose(table, Ada="", Priya="a colleague")
    assert run() == (
        f"{copy}: 2 texts replaced in 2 places. Read it before you share it: a computer can't know"
        " what tells who somebody is.\n"
        "Not chosen, and still in it: 李娜, Stripe, Grace Lee, Tell, IBM, John"
    )
    assert path.read_text("utf-8") == TEXT
    assert copy.read_text("utf-8") == TEXT.replace("Ada", "[student 1]").replace(
        "Priya", "a colleague"
    )


def test_what_is_new_in_a_file_is_added_to_the_table_and_looked_at_first(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("and Priya said so")
    copy = copy_path(path)
    scrub(path, copy)
    choose(table_path(path), Priya="")
    path.write_text("and Priya said so to Grace")
    assert scrub(path, copy).startswith(f"{table_path(path)}: 1 text more to look at. Nothing was")
    assert [row[:3] for row in rows(table_path(path))[1:]] == [
        ["yes", "Priya", "[name 1]"],
        ["", "Grace", "[name 1]"],
    ]
    assert not copy.exists()


def test_rows_of_the_coachs_own_are_replaced_and_formulas_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("and Priya ran the blue launch; =1+1")
    scrub(path, copy_path(path))
    with table_path(path).open("a", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([["x", "blue launch", "launch"], ["x", "'=1+1", "'=2"]])
    scrub(path, copy_path(path))
    assert copy_path(path).read_text() == "and Priya ran the launch; =2"


def test_in_json_and_notebooks_the_values_are_looked_through(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    picture = "iVBORw0KGgo" * 50
    data = {"Priya": ['and Priya\u00e9 and "Zo\u00eb" said', {"png": picture}, 3, None]}
    path.write_text(json.dumps(data))
    scrub(path, copy_path(path))
    assert {row[1] for row in rows(table_path(path))[1:]} == {"Priya\u00e9", "Zo\u00eb"}
    choose(table_path(path), **{"Zo\u00eb": 'a "friend"'})
    scrub(path, copy_path(path))
    data["Priya"][0] = 'and Priya\u00e9 and "a "friend"" said'
    assert json.loads(copy_path(path).read_text("utf-8")) == data


def test_a_copy_that_is_there_is_replaced_only_if_asked(tmp_path: Path) -> None:
    path, copy = tmp_path / "notes.txt", tmp_path / "copy.txt"
    path.write_text("and Priya said so")
    copy.write_text("Mine")
    scrub(path, copy)
    choose(table_path(path), Priya="")
    for place in (copy, path):
        with pytest.raises(PrepkitError) as error:
            scrub(path, place, replace_copy=place == path)
        assert str(error.value) == (
            f"{place} is there already. Nothing was written: name another file with -o, or add"
            " --replace."
        )
    scrub(path, copy, replace_copy=True)
    assert copy.read_text() == "and [name 1] said so"
    assert path.read_text() == "and Priya said so"


def test_a_table_that_can_not_be_read_says_each_reason(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("and Priya said so")
    table = table_path(path)
    table.write_text("replace,text,with\nperhaps,Priya,x\nyes,a,b\nmaybe,c,d\n")
    with pytest.raises(ScrubTableError) as error:
        scrub(path, copy_path(path))
    assert str(error.value) == (
        "The table can't be read; it has 2 problems:\n"
        f"  {table}, row 2: 'perhaps' is neither yes nor no\n"
        f"  {table}, row 4: 'maybe' is neither yes nor no"
    )
    table.write_text("take,text\nyes,Priya\n")
    with pytest.raises(ScrubTableError) as error:
        scrub(path, copy_path(path))
    assert str(error.value) == (
        "The table can't be read; it has 2 problems:\n"
        f"  {table}:1: there is no column 'replace'\n"
        f"  {table}:1: there is no column 'with'"
    )


def test_other_kinds_of_files_and_broken_ones_are_refused(tmp_path: Path) -> None:
    for name, why in (
        (
            "a.pdf",
            "only files of these kinds can be looked through: .md, .txt, .csv, .json, .ipynb.",
        ),
        ("a.json", "this is no JSON, or it is damaged."),
    ):
        (tmp_path / name).write_text("{")
        with pytest.raises(PrepkitError) as error:
            scrub(tmp_path / name, tmp_path / "copy")
        assert str(error.value) == f"{tmp_path / name}: {why}"


def test_a_file_in_which_nothing_is_found_says_so(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("we shipped it")
    assert scrub(path, copy_path(path)) == (
        "Nothing was found. Read the file before you share it all the same."
    )


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_table_and_copy_are_for_the_coach_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("and Priya said so")
    scrub(path, copy_path(path))
    assert table_path(path).stat().st_mode & 0o777 == 0o600
    choose(table_path(path), Priya="")
    scrub(path, copy_path(path))
    assert copy_path(path).stat().st_mode & 0o777 == 0o600


def test_the_command_knows_the_roster_and_the_banks_companies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster, path = tmp_path / "roster.csv", tmp_path / "2027-014.md"
    roster.write_text("student_id,name\n2027-014,Ada Marin\n")
    path.write_text("and Ada went to Amazon")
    assert main(["answers", "scrub", str(path), "--roster", str(roster)]) == 0
    table = table_path(path)
    kinds = [row[1:4] for row in rows(table)[1:]]
    assert kinds == [
        ["Ada", "[student 1]", "student on the roster"],
        ["Amazon", "[company 1]", "employer"],
    ]
    choose(table, Ada="")
    copy = str(tmp_path / "shared.md")
    capsys.readouterr()
    assert main(["answers", "scrub", str(path), "--roster", str(roster), "-o", copy]) == 0
    assert capsys.readouterr().out.startswith(f"{copy}: 1 text replaced in 1 place. Read it")
    assert Path(copy).read_text() == "and [student 1] went to Amazon"
