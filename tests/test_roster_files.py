"""A roster's file is read as its spreadsheet shows it, whatever program wrote it."""

from __future__ import annotations

import csv
import io
import pickle
import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from prepkit.packets.roster.faults import CellError
from prepkit.packets.roster.file import (
    FileSettings,
    RosterError,
    RosterFile,
    Row,
    Unreadable,
    read_roster_file,
)
from prepkit.packets.roster.formats.numbers import as_shown
from prepkit.packets.roster.formats.rows import ShownNumber
from prepkit.packets.roster.ids import student_id

DATA = Path(__file__).parent / "data"
EXCEL_2003 = DATA / "rosters/excel-2003.xls"
"""Made up, and written with xlwt: three sheets, formats of numbers, rows of every doubtful kind."""

HEADER = ("student_id", "name", "companies")
AGAIN = "open it in a spreadsheet program and save it as .xlsx"


def refusal(path: Path, said: FileSettings | None = None) -> str:
    """Return why a file isn't read."""
    with pytest.raises(RosterError) as caught:
        read_roster_file(path, said or FileSettings())
    return str(caught.value).removeprefix(f"{path} has 1 problem:\n  ")


def written(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


def texts_of(found: RosterFile) -> list[tuple[object, ...]]:
    return [row.cells for row in found.rows]


def asked(found: RosterFile) -> list[str]:
    return [doubt.message for doubt in found.doubts]


def workbook(
    sheets: dict[str, Sequence[Sequence[object]]], change: Callable[[Any], None] = lambda book: None
) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def open_document(tables: str, styles: str = "", **parts: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"'
        for each in ("office", "table", "text", "style")
    )
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def ods_row(*texts: str, attributes: str = "", style: str = "") -> str:
    style = style and f' table:style-name="{style}"'
    cells = "".join(
        f'<table:table-cell{style} office:value-type="string"><text:p>{escape(each)}</text:p>'
        "</table:table-cell>"
        for each in texts
    )
    return f"<table:table-row {attributes}>{cells}</table:table-row>"


# --- encodings ---

NAMES = {
    "German": "Jörg Müßig;Zoë Groß;Jürgen Schäfer;Änne Köhler;Günther Weiß;Hans Maier;Lukas Böhm",
    "French": "François Lefèvre;Hélène Garçon;Benoît Dubois;Noël Gérard;Maëlle Côté;Anaïs Hervé",
    "Spanish": "José García;María Peña;Íñigo Martínez;Ángel Núñez;Lucía Sánchez;Juan Pérez",
    "Portuguese": "João Gonçalves;Luís Antão;Inês Magalhães;Conceição Simões;Tomás Araújo;Rui Sá",
    "Swedish": "Göran Åkesson;Björn Öberg;Åsa Sjöström;Märta Lindström;Håkan Nyström;Erik Berg",
    "Danish": "Bjørn Hauge;Søren Kjær;Kåre Bækken;Jørgen Næss;Øystein Ødegård;Åse Sørensen",
    "Polish": "Łukasz Wiśniewski;Michał Dąbrowski;Żaneta Zielińska;Paweł Kamiński;Małgorzata Gołąb"
    ";Józef Wójcik",
    "Czech": "Jiří Dvořák;Tomáš Novák;Lukáš Kučera;Kateřina Němcová;Ondřej Černý;Zdeněk Šťastný",
    "Turkish": "Ayşe Yılmaz;Mehmet Çelik;Çağrı Öztürk;Gökçe Şahin;İbrahim Yıldız;Uğur Doğan",
    "Russian": "Иван Петров;Наталья Соколова;Дмитрий Кузнецов;Ольга Морозова;Сергей Иванов",
    "Greek": "Γιώργος Παπαδόπουλος;Μαρία Νικολάου;Ελένη Γεωργίου;Κώστας Δημητρίου;Άννα Λάμπρου",
    "Japanese": "山田 太郎;佐藤 花子;鈴木 一郎;高橋 さくら;田中 ケンジ;伊藤 美咲;渡辺 健",
    "Chinese": "李娜;王伟;张敏;刘洋;陈静;杨勇;黄丽",
    "Korean": "김민준;이서연;박지훈;최수빈;정하은;오지민",
}
WRITTEN_IN = [
    *((language, page) for language in list(NAMES)[:6] for page in ("cp1252", "mac_roman")),
    *(("Polish", "cp1250"), ("Czech", "cp1250"), ("Turkish", "cp1254"), ("Russian", "cp1251")),
    *(("Greek", "cp1253"), ("Japanese", "cp932"), ("Chinese", "gb18030"), ("Korean", "cp949")),
    *(("German", "cp850"), ("French", "cp850"), ("Czech", "mac_latin2")),
]


def saved(rows: Sequence[Sequence[str]], delimiter: str, line_end: str) -> str:
    """Return a table as spreadsheet programs write it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize(("language", "encoding"), WRITTEN_IN)
def test_a_roster_in_the_code_page_of_its_country_is_read(
    tmp_path: Path, language: str, encoding: str
) -> None:
    rows = [HEADER, *((str(count), each, "Amazon") for count, each in enumerate(names(language)))]
    found = read_roster_file(written(tmp_path / "a.csv", saved(rows, ",", "\r\n"), encoding))
    assert texts_of(found) == rows[1:]
    assert found.settings.encoding == encoding


def names(language: str) -> list[str]:
    return NAMES[language].split(";")


class AskedError(Exception):
    """The coach has to say what the encoding is."""


def read_or_asked(path: Path) -> RosterFile:
    try:
        return read_roster_file(path)
    except RosterError as error:
        raise (AskedError if "its encoding can't be told" in str(error) else error) from None


@pytest.mark.long
@given(st.sampled_from(WRITTEN_IN), st.data())
@settings(deadline=None)
def test_any_five_names_are_enough_to_find_the_code_page_or_to_ask(
    tmp_path_factory: pytest.TempPathFactory, written_in: tuple[str, str], data: st.DataObject
) -> None:
    language, encoding = written_in
    some = data.draw(st.lists(st.sampled_from(names(language)), min_size=5, unique=True))
    delimiter = data.draw(st.sampled_from([",", ";", "\t"]))
    line_end = data.draw(st.sampled_from(["\r\n", "\n", "\r"]))
    rows = [HEADER, *((str(count), each, "Amazon") for count, each in enumerate(some))]
    text = saved(rows, delimiter, line_end)
    path = written(tmp_path_factory.getbasetemp() / "names.csv", text, encoding)
    with suppress(AskedError):
        assert texts_of(read_or_asked(path)) == rows[1:]


def test_an_encoding_that_cannot_be_told_is_asked_about(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,name\n1,Uğur Doğan\n", "cp1254")
    assert refusal(path) == (
        "its encoding can't be told: does it have 'Uður' and 'Doðan' (then write encoding ="
        " \"cp1252\"), 'Uđur' and 'Dođan' (then write encoding = \"cp1250\") or 'Uğur' and 'Doğan'"
        ' (then write encoding = "cp1254")? Write it under [file] in a.prepkit.toml; or in your'
        " spreadsheet program, save the roster as CSV UTF-8"
    )
    found = read_roster_file(path, FileSettings(encoding="cp1254"))
    assert texts_of(found) == [("1", "Uğur Doğan")]
    assert found.guesses == ()


def test_what_an_encoding_was_found_by_is_said(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,name\r1,Jörg Müßig\r2,Zoë Groß\r", "mac_roman")
    assert read_roster_file(path).guesses == (
        "The text is in the encoding mac_roman (Western Mac), so that it has 'Jörg', 'Müßig' and"
        " 'Zoë'.",
    )


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("language", ["German", "Russian", "Chinese"])
def test_every_kind_of_unicode_is_read(tmp_path: Path, encoding: str, language: str) -> None:
    rows = [HEADER, *((str(count), each, "Amazon") for count, each in enumerate(names(language)))]
    path = written(tmp_path / "a.txt", saved(rows, "\t", "\r\n"), encoding)
    assert texts_of(read_roster_file(path)) == rows[1:]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("klingon", "which is none: write one such as utf-8, cp1252 or mac_roman"),
        ("rot13", "which is none: write one such as utf-8, cp1252 or mac_roman"),
        ("utf-8", "but it is in another: take that line out"),
    ],
)
def test_an_encoding_that_does_not_fit_is_refused(tmp_path: Path, said: str, message: str) -> None:
    path = written(tmp_path / "a.csv", "id,name\n1,Jörg\n", "cp1252")
    assert refusal(path, FileSettings(encoding=said)) == (
        f'a.prepkit.toml says encoding = "{said}", {message}'
    )


def test_a_roster_that_was_saved_again_as_unicode_is_not_read_as_before(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,name\n1,Jörg\n")
    assert refusal(path, FileSettings(encoding="mac_roman")) == (
        'a.prepkit.toml says encoding = "mac_roman", but it is Unicode (utf-8): take that line out'
    )
    plain = written(tmp_path / "a.csv", "id,name\n1,Jorg\n2,Bo\n")
    assert refusal(plain, FileSettings(encoding="utf-16")) == (
        'a.prepkit.toml says encoding = "utf-16", but it is Unicode (utf-8): take that line out'
    )
    for same in ("mac_roman", "utf-8-sig", "UTF8"):
        found = read_roster_file(plain, FileSettings(encoding=same))
        assert texts_of(found) == [("1", "Jorg"), ("2", "Bo")]


def test_what_is_no_text_is_not_taken_for_one(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", bytes(range(128, 256)) * 3)
    assert refusal(path) == (
        "its encoding is not known, or its text is damaged: in your spreadsheet program, save the"
        " roster as CSV UTF-8"
    )


# --- delimiters and headers ---

WORDS = ["Amazon, Stripe", "a;b", "x|y", 'say "hi"', "two\nlines", "1,5", "", "Ann Lee", "0412"]


@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from(
        [[], [["Spring cohort 2027"]], [["Spring cohort 2027"], [], ["see; below, a|b"]]]
    ),
    st.booleans(),
)
@settings(deadline=None)
def test_delimiter_and_header_are_found_whatever_the_cells_hold(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[tuple[str, str]],
    delimiter: str,
    line_end: str,
    titles: list[list[str]],
    sep: bool,
) -> None:
    rows = [[f"s{count}", *each] for count, each in enumerate(cells)]
    text = saved([*titles, HEADER, *rows], delimiter, line_end)
    line = f"sep={delimiter}{line_end}" if sep else ""
    path = written(tmp_path_factory.getbasetemp() / "delimited.csv", line + text)
    found = read_roster_file(path)
    assert found.header == HEADER
    assert [[cell or "" for cell in row.cells] for row in found.rows] == rows
    assert [row.number for row in found.rows] == [
        len(titles) + 2 + count for count in range(len(rows))
    ]
    assert (found.settings.delimiter, found.settings.header_row) == (delimiter, len(titles) + 1)
    assert read_roster_file(path, found.settings) == found


def test_what_was_found_in_a_text_file_is_said(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Spring;;\n\nstudent_id;name;\n1;Ann;\n")
    assert read_roster_file(path).guesses == (
        "The cells are separated by a semicolon.",
        "The column names are in row 3; what is above is left out.",
    )


def test_rows_in_quotation_marks_as_a_whole_are_taken_apart(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.csv", 'student_id,name,companies\r\n"1,Ann Lee,""Amazon, Stripe"""\r\n'
    )
    # As a German Excel saves a file whose cells are separated by commas.
    whole = written(
        tmp_path / "b.csv",
        '"student_id,name,companies"\r\n"1,Ann Lee,""Amazon, Stripe"""\r\n2,Bob,\r\n'.replace(
            "2,Bob,", '"2,Bob,"'
        ),
    )
    found = read_roster_file(whole)
    assert found.header == HEADER
    assert texts_of(found) == [("1", "Ann Lee", "Amazon, Stripe"), ("2", "Bob", None)]
    assert found.guesses == ("Each row was in quotation marks as a whole, and was taken apart.",)
    assert read_roster_file(path).header == HEADER


def test_what_the_coach_says_of_a_text_file_is_obeyed(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "name;x|student_id\nname|id\nAnn|1\n")
    said = FileSettings(delimiter="|", header_row=2, encoding="utf-8")
    found = read_roster_file(path, said)
    assert (found.header, texts_of(found), found.settings) == (("name", "id"), [("Ann", "1")], said)
    assert refusal(path, FileSettings(header_row=9)) == "it has no row 9, which header_row names"
    assert refusal(path, FileSettings(delimiter=";;")) == (
        "';;' can't be a delimiter: it is one character, such as ; or ,"
    )


@pytest.mark.parametrize(
    ("header", "number"),
    [
        (["Matrikelnummer", "Name", "Firmen"], 1),
        (["Prénom", "Nom", "Numéro d’étudiant"], 1),
        (["Nombre", "Apellidos", "Correo electrónico"], 1),
        (["Timestamp", "Email Address", "What is your name?"], 1),
        (["First name", "Surname", "ID number", "Institution", "Department"], 1),
        (["Student", "ID", "SIS User ID", "SIS Login ID", "Section"], 1),
    ],
)
def test_headers_of_other_programs_and_languages_are_found_below_a_title(
    tmp_path: Path, header: list[str], number: int
) -> None:
    rows = [["Mock interviews, spring", "as of March"], [], header, ["1", "Ann Lee", "x"]]
    found = read_roster_file(written(tmp_path / "a.csv", saved(rows, ",", "\n")))
    assert found.header == tuple(header)
    assert found.settings.header_row == 2 + number


# --- sheets ---


def test_the_sheet_with_the_roster_is_found(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        book["Autumn"].sheet_state = "hidden"

    content = workbook(
        {
            "Read me": [["Please do not edit"]],
            "Autumn": [HEADER, ["9", "Old"]],
            "Attendance": [["name", "Monday"], ["Ann", "yes"]],
            "Spring": [HEADER, ["1", "Ann"]],
        },
        hide,
    )
    path = written(tmp_path / "a.xlsx", content)
    found = read_roster_file(path)
    assert texts_of(found) == [("1", "Ann")]
    assert found.settings == FileSettings(sheet="Spring", header_row=1)
    assert found.guesses == (
        "The sheet 'Spring' is read, and 'Read me', 'Autumn' (hidden) and 'Attendance' passed by.",
    )
    named = read_roster_file(path, FileSettings(sheet="attendance"))
    assert texts_of(named) == [("Ann", "yes")]
    assert refusal(path, FileSettings(sheet="Summer")) == (
        "there is no sheet 'Summer': the file has 'Read me', 'Autumn', 'Attendance' and 'Spring'"
    )


def test_a_hidden_sheet_is_read_if_the_coach_names_it(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        book["Autumn"].sheet_state = "veryHidden"

    path = written(
        tmp_path / "a.xlsx", workbook({"Autumn": [HEADER, ["9", "Old"]], "Empty": []}, hide)
    )
    assert refusal(path) == (
        'its only sheets with something in them are hidden: write sheet = "Autumn" under [file]'
        " in a.prepkit.toml"
    )
    assert texts_of(read_roster_file(path, FileSettings(sheet="Autumn"))) == [("9", "Old")]


def test_sheets_that_only_help_are_passed_by_whatever_their_columns(tmp_path: Path) -> None:
    summary = [
        ["Numbers Sheet Name", "Numbers Table Name", "Excel Worksheet Name"],
        ["a", "b", "c"],
    ]
    content = workbook(
        {
            "Export Summary": summary,
            "Lists": [["Company", "Level"], ["Amazon", "director"]],
            "Sheet 1 - Table 1": [["Table 1"], HEADER[:2], ["1", "Ann"]],
        }
    )
    found = read_roster_file(written(tmp_path / "a.xlsx", content))
    assert texts_of(found) == [("1", "Ann")]


def test_a_header_in_two_rows_is_found_with_its_merged_cells(tmp_path: Path) -> None:
    def merge(book: Any) -> None:
        for cells in ("A1:A2", "B1:B2", "C1:D1"):
            book["a"].merge_cells(cells)

    rows: list[list[object]] = [
        ["student_id", "name", "Target"],
        [None, None, "companies", "level"],
        ["1", "Ann"],
    ]
    found = read_roster_file(written(tmp_path / "a.xlsx", workbook({"a": rows}, merge)))
    assert found.header == ("student_id", "name", "companies", "level")
    assert [row.number for row in found.rows] == [3]


def test_a_row_of_the_table_is_not_taken_for_its_header(tmp_path: Path) -> None:
    text = "Kennung;Wer;a;b\n1;Name of Ann;Company X;Level 5\n2;Bob;Topic;Notes\n"
    assert read_roster_file(written(tmp_path / "a.csv", text)).header == (
        "Kennung",
        "Wer",
        "a",
        "b",
    )


def test_two_sheets_with_rosters_are_asked_about(tmp_path: Path) -> None:
    content = workbook({"Spring": [HEADER, ["1", "Ann"]], "Autumn": [HEADER[:2], ["2", "Bob"]]})
    assert refusal(written(tmp_path / "a.xlsx", content)) == (
        "'Spring' and 'Autumn' may each be the roster: write sheet = \"Spring\", or another of"
        " them, under [file] in a.prepkit.toml"
    )


# --- merged, hidden and struck-out rows, totals ---


def test_merged_cells_fill_their_rows_but_make_none(tmp_path: Path) -> None:
    def merge(book: Any) -> None:
        book["a"].merge_cells("C2:C3")
        book["a"].merge_cells("C4:C90")
        book["a"].merge_cells("B4:B5")

    rows = [HEADER, ["1", "Ann", "Amazon"], ["2", "Bob"], ["3", "Cy", "Google"], ["4"]]
    found = read_roster_file(written(tmp_path / "a.xlsx", workbook({"a": rows}, merge)))
    assert found.rows == (
        Row(2, ("1", "Ann", "Amazon")),
        Row(3, ("2", "Bob", "Amazon")),
        Row(4, ("3", "Cy", "Google")),
        Row(5, ("4", "Cy", "Google")),
    )


def doubtful(tmp_path: Path) -> Path:
    def change(book: Any) -> None:
        book["a"].row_dimensions[3].hidden = True
        book["a"].row_dimensions[6].hidden = True
        for cell in book["a"][4]:
            cell.font = Font(strike=True)

    rows = [HEADER, ["1", "Ann"], ["2", "Bob"], ["3", "Cy"], ["4", "Dee"], ["5", "Eve", "Amazon"]]
    return written(tmp_path / "a.xlsx", workbook({"a": [*rows, ["Total", 5]]}, change))


def test_hidden_struck_out_and_total_rows_are_asked_about(tmp_path: Path) -> None:
    found = read_roster_file(doubtful(tmp_path))
    assert texts_of(found) == [("1", "Ann"), ("4", "Dee")]
    assert [doubt.kind for doubt in found.doubts] == ["hidden", "struck", "totals"]
    assert found.doubts[0].rows == (
        Row(3, ("2", "Bob")),
        Row(6, ("5", "Eve", "Amazon")),
    )
    assert asked(found) == [
        'rows 3 (2 Bob), 6 (5 Eve Amazon) are hidden: write hidden = "leave out" to leave them out,'
        ' or hidden = "take" to take them, under [rows] in a.prepkit.toml',
        'row 4 (3 Cy) has struck-out text: write struck = "leave out" to leave it out, or struck ='
        ' "take" to take it, under [rows] in a.prepkit.toml',
        'row 7 (Total 5) looks like a total or a note: write totals = "leave out" to leave it out,'
        ' or totals = "take" to take it, under [rows] in a.prepkit.toml',
    ]


def test_rows_are_taken_or_left_out_as_the_coach_says(tmp_path: Path) -> None:
    said = FileSettings(hidden="take", struck="leave out", totals="leave out")
    found = read_roster_file(doubtful(tmp_path), said)
    assert [row.number for row in found.rows] == [2, 3, 5, 6]
    assert found.doubts == ()
    assert found.guesses == (
        "Row 4 (3 Cy) has struck-out text, and is left out.",
        "Row 7 (Total 5) looks like a total or a note, and is left out.",
    )


def partly_struck(content: bytes, name: str) -> bytes:
    """Return a workbook in which the last name of somebody is struck out."""
    first, last = name.split()
    text = (
        f'<r><t xml:space="preserve">{first} </t></r><r><rPr><strike/></rPr><t>{last}</t></r>'
    ).encode()
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            pattern = rb"<t[^>]*>%b</t>" % name.encode()
            new.writestr(part, re.sub(pattern, text, old.read(part)))
    return changed.getvalue()


def test_a_row_of_which_only_a_part_is_struck_out_is_asked_about(tmp_path: Path) -> None:
    rows: list[tuple[str, ...]] = [HEADER, ("1", "Ann Lee", "x"), ("2", "Bob", "x")]
    styles = (
        '<style:style style:name="T1"><style:text-properties'
        ' style:text-line-through-type="single"/></style:style>'
    )
    line = ods_row(*rows[1]).replace("Lee", '<text:span text:style-name="T1">Lee</text:span>')
    page = "<table><tr><td>student_id<td>name<td>companies<tr><td>1<td>Ann <s>Lee</s><td>x"
    files: dict[str, str | bytes] = {
        "a.xlsx": partly_struck(workbook({"a": rows}), "Ann Lee"),
        "a.ods": open_document(
            f"<table:table>{ods_row(*HEADER)}{line}{ods_row(*rows[2])}</table:table>", styles
        ),
        "a.html": f"{page}<tr><td>2<td>Bob<td>x</table>",
    }
    for name, again in files.items():
        found = read_roster_file(written(tmp_path / name, again))
        assert texts_of(found) == [rows[2]]
        assert found.doubts[0].rows == (Row(2, rows[1]),)
    shared = partly_struck((DATA / "roster-libreoffice.xlsx").read_bytes(), "Zoë Ångström")
    found = read_roster_file(written(tmp_path / "b.xlsx", shared))
    assert [row.number for row in found.doubts[0].rows] == [2]


def test_a_roster_of_doubtful_rows_alone_is_asked_about_and_none_may_be_left(
    tmp_path: Path,
) -> None:
    path = written(tmp_path / "a.csv", "student_id,name\nTotal,0\n")
    assert read_roster_file(path).rows == ()
    assert len(read_roster_file(path).doubts) == 1
    assert refusal(path, FileSettings(totals="leave out")) == (
        "it has no students: add one row per student below the column names"
    )


@pytest.mark.parametrize(
    "row",
    [
        "Total,2,",
        "TOTAL: 23,,",
        "Grand total,,2",
        "Total students: 2,,",
        ",Summe,2",
        ",2,50%",
        "    Points Possible,,10.00",
        "Moyenne,,3.5",
        "Exported on 2027-01-12 by the registrar,,",
        "Page 1 of 2,,",
        "* left the course,,",
        "Total A,,",
        "Total: Group A,,12",
        "Subtotal Group B,2,",
        "Summe Gruppe A,,2",
        "Zwischensumme (Firma B),2,",
        ",Gruppe A Ergebnis,2",
        "Group A Total,,2",
        "Google - Sub-total,,2",
        "Total général,,2",
        "Anzahl Studierende Gruppe B,2,",
    ],
)
def test_rows_that_are_no_students_are_asked_about(tmp_path: Path, row: str) -> None:
    path = written(tmp_path / "a.csv", f"student_id,name,x\n1,Ann,\n2,Bob,\n{row}\n")
    found = read_roster_file(path)
    assert [doubt.kind for doubt in found.doubts] == ["totals"]
    assert [row.number for row in found.doubts[0].rows] == [4]


@pytest.mark.parametrize(
    "row",
    [
        *("Totally Ann,x", "00412,", "7,8", "3,Total", "Summer,Lee", "Ann Lee,", ",Bob Poe"),
        *("Total Recall,Ann", "Sum Ying,7", "Summe-1,Ann Lee", "Ann Total,Lee", "Count Basie,"),
    ],
)
def test_rows_of_students_are_not_taken_for_totals(tmp_path: Path, row: str) -> None:
    path = written(tmp_path / "a.csv", f"student_id,name\n1,Ann\n{row}\n")
    assert read_roster_file(path).doubts == ()


# --- what cells show ---


@pytest.mark.parametrize(
    ("number", "number_format", "shown"),
    [
        (412, "00000", "00412"),
        (412, "[$-409]00000", "00412"),
        (412, "00000;-00000", "00412"),
        (412001, "0000-000", "0412-001"),
        (41200112, "0000-000", "41200-112"),
        (412, '"S"0', "S412"),
        (412, "\\S0", "S412"),
        (412, '"S-"00000', "S-00412"),
        (123456789, "000-00-0000", "123-45-6789"),
        (412, "General", ""),
        (412, "0", ""),
        (1412, "#,##0", ""),
        (1412, "0.00", ""),
        (1412, "0.00E+00", ""),
        (5, '"€"0', ""),
        (5, '0" min"', ""),
        (5, "0%", ""),
        (46433, "yyyy-mm-dd", ""),
        (412, "@", ""),
        (-5, "00000", ""),
    ],
)
def test_a_number_that_is_shown_like_an_id_counts_as_it_is_shown(
    number: int, number_format: str, shown: str
) -> None:
    assert as_shown(number, number_format) == (shown or number)


@given(st.integers(0, 10**15), st.text("0#?-SA", min_size=1, max_size=12))
def test_a_shown_id_keeps_all_digits_of_its_number(number: int, places: str) -> None:
    number_format = "".join(f'"{each}"' if each in "SA" else each for each in places)
    shown = as_shown(number, number_format)
    text = shown.shown if isinstance(shown, ShownNumber) else str(shown)
    assert int("".join(each for each in text if each.isdecimal())) == number


def test_ids_are_what_excel_shows(tmp_path: Path) -> None:
    def form(book: Any) -> None:
        for cell, number_format in {"A2": "00000", "A3": "0000-000", "A4": '"S"0'}.items():
            book["a"][cell].number_format = number_format

    rows = [HEADER, [412, "Ann"], [412001, "Bob"], [412, "Cy"], [123456789012, "Dee"]]
    found = read_roster_file(written(tmp_path / "a.xlsx", workbook({"a": rows}, form)))
    assert [row.cells[0] for row in found.rows] == ["00412", "0412-001", "S412", 123456789012]


def test_a_number_that_is_shown_as_no_id_could_be_is_no_id_but_a_number(tmp_path: Path) -> None:
    def form(book: Any) -> None:
        book["a"]["A2"].number_format = "0000 000"
        book["a"]["C2"].number_format = '0" min"'

    rows: list[list[object]] = [["student_id", "name", "minutes"], [412001, "Ann", 45]]
    path = written(tmp_path / "a.xlsx", workbook({"a": rows}, form))
    found = read_roster_file(path)
    number = found.rows[0].cells[0]
    assert (number, pickle.loads(pickle.dumps(number))) == (412001, 412001)
    assert found.rows[0].cells[2] == 45
    with pytest.raises(CellError, match=r"^'0412 001' can't be an id: use only the letters A to Z"):
        student_id(number)


def test_characters_that_show_nothing_are_left_out_and_named(tmp_path: Path) -> None:
    text = (
        "student_id,name\n\u200b00413\u200e,Zo\u200de\n00414\u00ad,علی\u200cرضا\n00415\xa0,A\xa0B\n"
    )
    found = read_roster_file(written(tmp_path / "a.csv", text))
    assert texts_of(found) == [("00413", "Zoe"), ("00414", "علی\u200cرضا"), ("00415", "A\xa0B")]
    assert found.guesses == ("Characters that show nothing were left out of A2, B2, A3.",)


# --- other formats ---


def test_an_old_workbook_is_read_as_excel_shows_it() -> None:
    found = read_roster_file(EXCEL_2003)
    assert found.header == ("student_id", "name", "companies", "level", "interview_date")
    assert found.rows == (
        Row(3, ("00412", "Adaeze Okonkwo", "Amazon", None, date(2027, 2, 15))),
        Row(4, ("0412-001", "Bjørn Hauge", "Amazon", None, date(2027, 2, 22))),
        Row(7, ("415", "Ann Lee", None, "engineering manager", None)),
    )
    assert [(doubt.kind, doubt.rows[0].number) for doubt in found.doubts] == [
        ("hidden", 5),
        ("struck", 6),
        ("totals", 8),
    ]
    assert found.guesses == (
        "The sheet 'Roster' is read, and 'Read me' and 'Autumn' (hidden) passed by.",
        "The column names are in row 2; what is above is left out.",
    )


def test_an_old_workbook_without_xlrd_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlrd", None)
    assert refusal(EXCEL_2003) == (
        'an old .xls file needs xlrd: run pip install "prepkit[xls]", or save the roster as .xlsx'
    )


def test_a_damaged_old_workbook_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xls", EXCEL_2003.read_bytes()[:1500])
    assert refusal(path) == f"it is not an .xls file, or it is damaged: {AGAIN}"


def test_an_open_document_is_read_as_it_is_shown(tmp_path: Path) -> None:
    styles = (
        '<style:style style:name="gone"><style:text-properties'
        ' style:text-line-through-style="solid"/></style:style>'
        '<style:style style:name="also" style:parent-style-name="gone"/>'
        '<style:style style:name="away"><style:table-properties table:display="false"/>'
        "</style:style>"
    )
    cells = (
        '<table:table-cell office:value-type="float" office:value="412"><text:p>00412</text:p>'
        '</table:table-cell><table:table-cell office:value-type="string"><office:annotation>'
        "<text:p>a comment</text:p></office:annotation><text:p>Ann<text:s text:c='1'/>Lee</text:p>"
        '</table:table-cell><table:table-cell table:number-rows-spanned="2"'
        ' office:value-type="string"><text:p>Amazon</text:p><text:p>Stripe</text:p>'
        '</table:table-cell><table:table-cell office:value-type="date"'
        ' office:date-value="2027-02-15"><text:p>15.02.27</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="8"><text:p>8,00</text:p>'
        '</table:table-cell><table:table-cell office:value-type="boolean"'
        ' office:boolean-value="true"><text:p>WAHR</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="16378"/>'
    )
    second = (
        '<table:table-cell office:value-type="string"><text:p>2</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>Bob</text:p></table:table-cell>'
        '<table:covered-table-cell/><table:table-cell office:value-type="date"'
        ' office:date-value="2027-02-15T10:30:00"><text:p>x</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=1"/><table:table-cell office:value-type="float"'
        ' office:value="12.5"><text:p>12,5</text:p></table:table-cell>'
    )
    content = open_document(
        f'<table:table table:name="old" table:style-name="away">{ods_row("id", "name")}'
        f'{ods_row("9", "Old")}</table:table><table:table table:name="Spring">'
        f"<table:table-header-rows>{ods_row(*HEADER, 'date', 'n', 'x')}</table:table-header-rows>"
        f"<table:table-row>{cells}</table:table-row><table:table-row>{second}</table:table-row>"
        + ods_row("3", "Cy", attributes='table:visibility="filter"')
        + ods_row("4", "Dee", style="also")
        + '<table:table-row table:number-rows-repeated="1048570"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row></table:table>',
        styles,
    )
    found = read_roster_file(written(tmp_path / "a.ods", content))
    assert found.rows == (
        Row(2, ("00412", "Ann Lee", "Amazon\nStripe", date(2027, 2, 15), 8, True)),
        Row(
            3,
            (
                "2",
                "Bob",
                "Amazon\nStripe",
                datetime(2027, 2, 15, 10, 30),
                Unreadable(
                    "the formula has no stored value: open the roster in a spreadsheet program and"
                    " save it, or paste the values"
                ),
                12.5,
            ),
        ),
    )
    assert [(doubt.kind, doubt.rows[0].number) for doubt in found.doubts] == [
        ("hidden", 4),
        ("struck", 5),
    ]
    assert found.guesses == ("The sheet 'Spring' is read, and 'old' (hidden) passed by.",)


def test_what_repeats_without_end_in_an_open_document_is_refused(tmp_path: Path) -> None:
    wide = '<table:table-cell table:number-columns-repeated="30000"><text:p>x</text:p>'
    row = f"<table:table-row>{wide}</table:table-cell></table:table-row>"
    path = written(tmp_path / "a.ods", open_document(f"<table:table>{row}</table:table>"))
    assert refusal(path) == (
        "it has a row with more than 20,000 cells: split it into several rosters"
    )
    long = ods_row("x", attributes='table:number-rows-repeated="2000000"')
    path = written(tmp_path / "a.ods", open_document(f"<table:table>{long}</table:table>"))
    assert refusal(path) == "it has more than 1,048,576 rows: split it into several rosters"


def test_what_counts_is_what_a_file_holds_not_its_name(tmp_path: Path) -> None:
    table = f"<table:table>{ods_row(*HEADER)}{ods_row('1', 'Ann', 'x')}</table:table>"
    rows = [HEADER, ("1", "Ann", "x")]
    for name, content in {
        "a.xlsx": open_document(table),
        "a.csv": workbook({"a": rows}),
        "b.xls": workbook({"a": rows}),
        "c.xls": b"student_id\tname\tcompanies\r\n1\tAnn\tx\r\n",
        "d.xls": b"<table><tr><th>student_id<th>name<th>companies<tr><td>1<td>Ann<td>x</table>",
    }.items():
        found = read_roster_file(written(tmp_path / name, content))
        assert (found.header, texts_of(found)) == (HEADER, rows[1:])


def test_a_table_of_a_web_page_is_read_as_it_is_shown(tmp_path: Path) -> None:
    page = """\
<html><head><meta charset="windows-1252"><style>td {}</style></head><body>
<table><tr><td>
<table><tr><td colspan="3">Spring</td></tr>
<tr><td>student_id</td><td>name</td><td>companies</td></tr>
<tr><td>00412</td><td>J&ouml;rg<br>Müßig&nbsp;</td><td rowspan="2">Amazon</td></tr>
<tr><td>00413</td><td>Bob</td></tr>
<tr style="display: none"><td>3</td><td>Cy</td></tr>
<tr><td><s>4</s></td><td><s>Dee</s></td></tr>
</table></td></tr></table></body></html>"""
    found = read_roster_file(written(tmp_path / "a.xls", page, "cp1252"))
    assert texts_of(found) == [("00412", "Jörg\nMüßig", "Amazon"), ("00413", "Bob", "Amazon")]
    assert [(doubt.kind, doubt.rows[0].number) for doubt in found.doubts] == [
        ("hidden", 5),
        ("struck", 6),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.pdf",
            b"%PDF-1.7",
            "it is a PDF: save the spreadsheet that it was made from as .xlsx or CSV",
        ),
        (
            "a.rtf",
            b"{\\rtf1",
            "it is a text document: copy its table into a spreadsheet, and save it as .xlsx",
        ),
        ("a.csv.gz", b"\x1f\x8b\x08", "it is packed (gzip): unpack it first"),
        (
            "a.mht",
            b"MIME-Version: 1.0",
            f"it is a web page with its pictures in one file: {AGAIN}",
        ),
        (
            "a.gsheet",
            b'{"url": "https://docs.example.org"}',
            "it is only a link to a Google Sheet: there, choose File, Download, .xlsx",
        ),
        (
            "a.xls",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            f"it is a spreadsheet of Excel 2003 (XML): {AGAIN}",
        ),
        ("a.html", b"<html><p>hello</p></html>", f"it is a web page without a table: {AGAIN}"),
        ("~$a.xlsx", b"x", "it only shows that the roster is open in Excel: name the roster"),
    ],
)
def test_what_is_no_roster_is_refused_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    assert refusal(written(tmp_path / name, content)) == message


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("Index/Document.iwa", "it is a file of Numbers: there, choose File, Export To, CSV"),
        ("xl/workbook.bin", f"it is a binary workbook (.xlsb): {AGAIN}"),
        (
            "word/document.xml",
            "it is a text document: copy its table into a spreadsheet, and save it as .xlsx",
        ),
        ("data.csv", f"it is not an .xlsx file, or it is damaged: {AGAIN}"),
    ],
)
def test_packed_files_that_are_no_roster_are_refused(
    tmp_path: Path, part: str, message: str
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(part, "x")
    assert refusal(written(tmp_path / "a.xlsx", buffer.getvalue())) == message


def test_a_strict_workbook_is_refused_with_what_to_save_it_as(tmp_path: Path) -> None:
    changed = io.BytesIO()
    content = workbook({"a": [HEADER, ["1", "Ann"]]})
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
            usual = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
            new.writestr(part, old.read(part).replace(usual, strict))
    assert refusal(written(tmp_path / "a.xlsx", changed.getvalue())) == (
        "it is a Strict Open XML workbook: in Excel, save it as an Excel Workbook (.xlsx)"
    )


def test_an_open_document_with_a_password_is_refused(tmp_path: Path) -> None:
    content = open_document("", **{"META-INF/manifest.xml": "<manifest:encryption-data/>"})
    path = written(tmp_path / "a.ods", content)
    assert refusal(path) == "it has a password: save it without one"


@given(
    st.sampled_from([".csv", ".xlsx", ".xls", ".ods", ".html"]),
    st.integers(0, 10**6),
    st.integers(0, 40),
    st.binary(max_size=8),
)
@settings(deadline=None)
def test_no_damaged_file_of_any_format_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, at: int, gone: int, put: bytes
) -> None:
    whole = {
        ".csv": "id;name\n1;Jörg\n".encode("cp1252"),
        ".xlsx": (DATA / "roster-libreoffice.xlsx").read_bytes(),
        ".xls": EXCEL_2003.read_bytes(),
        ".ods": open_document(f"<table:table>{ods_row(*HEADER)}</table:table>"),
        ".html": b"<table><tr><td rowspan=2>id<td>name<tr><td>1</table>",
    }[suffix]
    start = at % len(whole)
    path = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    with suppress(RosterError):
        read_roster_file(written(path, whole[:start] + put + whole[start + gone :]))


# --- quirks of other programs ---


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_ends_in_zeros(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        list(HEADER[:2]),
        [1.23456789012346e18, "Ann"],
        [123456789012345, "Bob"],
    ]
    found = read_roster_file(written(tmp_path / "a.xlsx", workbook({"a": rows})))
    assert [row.cells[0] for row in found.rows] == [1234567890123460000, 123456789012345]


def test_the_end_of_a_file_of_dos_is_no_row(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", b"student_id,name\r\n1,J\x94rg M\x81\xe1ig\r\n\x1a")
    assert texts_of(read_roster_file(path)) == [("1", "Jörg Müßig")]


def test_a_csv_file_pasted_into_one_column_is_taken_apart(tmp_path: Path) -> None:
    rows = [["student_id;name;companies"], ["00412;Ann Lee;Amazon, Stripe"], ["00413;Bob;"]]
    found = read_roster_file(written(tmp_path / "a.xlsx", workbook({"a": rows})))
    assert found.header == HEADER
    assert texts_of(found) == [("00412", "Ann Lee", "Amazon, Stripe"), ("00413", "Bob", None)]


def test_words_with_lost_or_wrong_letters_are_named(tmp_path: Path) -> None:
    text = "student_id,name\n1,Lech Wa??sa\n2,JÃ¶rg\n3,Zoë?\n4,https://a.example/b?c\n5,L\ufffdon\n"
    assert read_roster_file(written(tmp_path / "a.csv", text)).guesses == (
        "Letters may be lost, since a program writes ? for one that it can't write: check 'Wa??sa'"
        " (row 2), 'L\ufffdon' (row 6).",
        "Letters may have been read wrongly before: 'JÃ¶rg' (row 3) is perhaps 'Jörg'.",
    )


def test_column_names_that_stand_again_are_left_out_and_named(tmp_path: Path) -> None:
    text = "student_id,name\n1,Ann\nstudent_id,name\n2,Bob\n"
    found = read_roster_file(written(tmp_path / "a.csv", text))
    assert [row.number for row in found.rows] == [2, 4]
    assert found.guesses == ("The column names stand again in row 3, left out.",)


def test_the_gradebook_of_canvas_is_read(tmp_path: Path) -> None:
    text = (
        "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Mock interview 1 (23)\r\n"
        ",,,,,Manual Posting\r\n    Points Possible,,,,,10.00\r\n"
        '"Okonkwo, Adaeze",11,00412,aokonkwo,XC 101,8.00\r\n'
    )
    found = read_roster_file(written(tmp_path / "a.csv", text))
    assert texts_of(found) == [("Okonkwo, Adaeze", "11", "00412", "aokonkwo", "XC 101", "8.00")]
    assert [row.number for row in found.doubts[0].rows] == [2, 3]


def test_the_answers_of_a_survey_in_qualtrics_are_read(tmp_path: Path) -> None:
    text = (
        "StartDate,Q1,Q2\nStart Date,What is your name?,Student ID\n"
        '"{""ImportId"":""startDate""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\n'
        "2027-01-12 09:14:05,Ann Lee,00412\n"
    )
    found = read_roster_file(written(tmp_path / "a.csv", text))
    assert found.header == ("Start Date", "What is your name?", "Student ID")
    assert texts_of(found) == [("2027-01-12 09:14:05", "Ann Lee", "00412")]
    assert [row.number for row in found.doubts[0].rows] == [3]
