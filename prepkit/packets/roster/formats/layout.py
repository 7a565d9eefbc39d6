"""The sheets of a file -> the one with the roster, its header, its rows, and what is in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

from prepkit.packets.roster.aliases import toml_text
from prepkit.packets.roster.cells import cell_text
from prepkit.packets.roster.formats.headings import find_header
from prepkit.packets.roster.formats.rows import (
    Answer,
    Answers,
    CannotReadError,
    Doubt,
    FileSettings,
    RosterFile,
    Row,
    Sheet,
    column_letter,
    mapping_path,
)
from prepkit.packets.roster.formats.values import has_unseen, to_cell
from prepkit.text import capitalize_first, fold, join_quoted, join_some, join_words, shorten

_EMPTY = "it is empty: put the column names in the first row: student_id, name, …"
_NO_STUDENTS = "it has no students: add one row per student below the column names"

_TOTAL = re.compile(
    r"(grand |sub)?(totals?|sums?|averages?|means?|medians?|counts?|points possible"
    r"|manual posting|total general"
    r"|gesamt(summe|zahl)?|summen?|insgesamt|durchschnitt|mittelwert|anzahl"
    r"|sommes?|moyenne|effectif|sumas?|promedio|recuento)"
    r"( (of |number of )?(students|rows|studierende|étudiants|estudiantes))?[:\s\d.,]*"
    r'|\{"importid.*'  # what Qualtrics writes below the questions
)
# What a spreadsheet's subtotals are called, with the name of the group before or behind it. Not
# "sum", "mean" or "count", which are names of people, too.
_OF_A_GROUP = (
    r"((grand|sub|sous)[ -]?)?totals?|averages?|total g[eé]n[eé]ral"
    r"|(gesamt|zwischen|teil)?summen?|(gesamt|teil)?ergebnis|durchschnitt|mittelwert|anzahl"
    r"|sommes?|moyenne|sumas?|promedio|recuento|nombre de|number of|(sum|mean|count) of"
)
_APART = r"[\s:(\N{EN DASH}\N{EM DASH}-]"
_TOTAL_OF = re.compile(rf"({_OF_A_GROUP})({_APART}.*)?|.+{_APART}({_OF_A_GROUP})")
# Sheets with something else: how to fill the roster in, what Numbers adds, lists of choices.
_NO_ROSTER = re.compile(
    r"(please )?read ?me.*|instructions?|export summary|about|help|legend|guide|lists?|lookups?"
    r"|options|drop.?downs?|anleitung|hinweise|legende|lies ?mich|mode d.emploi|lisez.?moi|aide"
    r"|instrucciones|l[eé]ame|ayuda"
)
_NUMBER = re.compile(r"[\d.,%]+")
_NOTE = re.compile(r"\S+(\s+\S+){2,}|[*©].*|(page|seite|printed|exported|source|quelle)\b.*")


def lay_out(
    path: Path, sheets: Sequence[Sheet], settings: FileSettings, guesses: Iterable[str]
) -> RosterFile:
    """Return the roster in a file.

    Parameters
    ----------
    settings
        What the coach says; what they don't is found.
    guesses
        What was already guessed about the file.

    Raises
    ------
    CannotReadError
        If there are no students, or if the coach has to say where they are.
    """
    lines = list(guesses)
    sheets = [replace(sheet, rows=_fill_merged(sheet)) for sheet in sheets]
    sheet = _choose_sheet(sheets, settings.sheet, mapping_path(path).name)
    if len(sheets) > 1:
        lines.append(_about_sheets(sheets, sheet))
    number = settings.header_row or find_header(sheet.rows)[0]
    if not number:
        raise CannotReadError(_EMPTY)
    if number > len(sheet.rows):
        raise CannotReadError(f"it has no row {number}, which header_row names")
    if number > 1:
        above = any(to_cell(cell) for row in sheet.rows[: number - 1] for cell in row)
        lines.append(
            f"The column names are in row {number}{'; what is above is left out' * above}."
        )
    if unseen := _unseen(sheet.rows):
        lines.append(f"Characters that show nothing were left out of {unseen}.")
    header = tuple(map(to_cell, sheet.rows[number - 1]))
    below = (
        Row(count, tuple(map(to_cell, row)))
        for count, row in enumerate(sheet.rows[number:], number + 1)
    )
    rows = [row for row in below if any(cell is not None for cell in row.cells)]
    again = [str(row.number) for row in rows if row.cells[: len(header)] == header]
    if again:
        lines.append(f"The column names stand again in row {join_some(again, 10)}, left out.")
        rows = [row for row in rows if str(row.number) not in again]
    if not rows:
        raise CannotReadError(_NO_STUDENTS)
    used = replace(settings, sheet=sheet.name, header_row=number)
    return _with_doubts(RosterFile(path, header, tuple(rows), (), (), used), sheet, lines)


def _choose_sheet(sheets: Sequence[Sheet], name: str, mapping: str) -> Sheet:
    """Return the sheet with the roster: named by the coach, or that with most headings."""
    if name:
        for sheet in sheets:
            if fold(sheet.name) == fold(name):
                return sheet
        there = join_quoted([sheet.name for sheet in sheets])
        raise CannotReadError(f"there is no sheet '{shorten(name)}': the file has {there}")
    found = {
        index: (headings, len(sheet.rows) > header)
        for index, sheet in enumerate(sheets)
        if sheet.visible
        for header, headings in [find_header(sheet.rows)]
        if header
    }
    if not found:
        hidden = [sheet.name for sheet in sheets if not sheet.visible]
        if hidden:
            raise CannotReadError(
                f"its only sheets with something in them are hidden: write sheet ="
                f' "{hidden[0]}" under [file] in {mapping}',
                answers=_each_sheet(hidden),
            )
        raise CannotReadError(_EMPTY)
    with_rows = [index for index, (_, rows) in found.items() if rows] or list(found)
    with_rows = [
        each for each in with_rows if not _NO_ROSTER.fullmatch(fold(sheets[each].name))
    ] or with_rows
    best = max(with_rows, key=lambda index: (found[index][0], -index))
    most = found[best][0]
    rivals = [each for each in with_rows if found[each][0] >= max(2, most - 1)]
    if len(rivals) > 1:
        names = [sheets[index].name for index in rivals]
        raise CannotReadError(
            f'{join_quoted(names)} may each be the roster: write sheet = "{names[0]}", or another'
            f" of them, under [file] in {mapping}",
            answers=_each_sheet(names),
        )
    return sheets[best]


def _each_sheet(names: Sequence[str]) -> Answers:
    return Answers("file", tuple(f"sheet = {toml_text(name)}" for name in names))


def _about_sheets(sheets: Sequence[Sheet], chosen: Sheet) -> str:
    others = [
        f"'{sheet.name}'{'' if sheet.visible else ' (hidden)'}"
        for sheet in sheets
        if sheet is not chosen
    ]
    return f"The sheet '{chosen.name}' is read, and {join_words(others)} passed by."


def _fill_merged(sheet: Sheet) -> list[list[object]]:
    """Return the rows with what merged cells show, in every row that has something else, too."""
    rows = [list(row) for row in sheet.rows]
    for merged in sheet.merged:
        column = merged.first_column - 1
        first = rows[merged.first_row - 1] if merged.first_row <= len(rows) else []
        value = first[column] if column < len(first) else None
        if to_cell(value) is None:
            continue
        for row in rows[merged.first_row : merged.last_row]:
            if any(to_cell(cell) is not None for cell in row):
                row += [None] * (column + 1 - len(row))
                row[column] = value
    return rows


def _unseen(rows: Sequence[Sequence[object]]) -> str:
    """Return the names of the cells with invisible characters."""
    cells = [
        f"{column_letter(column)}{number}"
        for number, row in enumerate(rows, 1)
        for column, cell in enumerate(row, 1)
        if has_unseen(cell)
    ]
    return join_some(cells, 5) if cells else ""


class _Kind(NamedTuple):
    """One kind of rows that may not be students."""

    kind: Literal["hidden", "struck", "totals"]
    one: str
    many: str


_KINDS = (
    _Kind("hidden", "is hidden", "are hidden"),
    _Kind("struck", "has struck-out text", "have struck-out text"),
    _Kind("totals", "looks like a total or a note", "look like totals or notes"),
)


def _with_doubts(file: RosterFile, sheet: Sheet, guesses: list[str]) -> RosterFile:
    """Return the file with its rows sorted into those that are meant and those in doubt."""
    rows: Sequence[Row] = file.rows
    doubts: list[Doubt] = []
    totals = _totals(file)
    numbers = {"hidden": sheet.hidden, "struck": sheet.struck.keys(), "totals": totals}
    for kind in _KINDS:
        found = tuple(row for row in rows if row.number in numbers[kind.kind])
        answer: Answer = getattr(file.settings, kind.kind)
        if not found or answer == "take":
            continue
        out = {row.number for row in found}
        rows = [row for row in rows if row.number not in out]
        said = _which(found, kind)
        if answer:
            is_or_are = "is" if len(found) == 1 else "are"
            guesses.append(f"{capitalize_first(said)}, and {is_or_are} left out.")
        else:
            doubts.append(Doubt(kind.kind, found, _question(said, kind, file.path)))
    if not rows and not doubts:
        raise CannotReadError(_NO_STUDENTS)
    return replace(file, rows=tuple(rows), doubts=tuple(doubts), guesses=tuple(guesses))


def _totals(file: RosterFile) -> frozenset[int]:
    """Return the numbers of rows with a total, and of the notes below the table."""
    found = {row.number for row in file.rows if _is_total(row)}
    wide = sum(cell is not None for cell in file.header) > 1
    for row in reversed(file.rows):
        texts = [cell for cell in row.cells if cell is not None]
        if row.number not in found:
            numbers = row.cells[0] is None and all(map(_NUMBER.fullmatch, map(cell_text, texts)))
            note = len(texts) == 1 and _NOTE.fullmatch(fold(str(texts[0])))
            if not (wide and (numbers or note)):
                break
            found.add(row.number)
    return frozenset(found)


def _is_total(row: Row) -> bool:
    """Tell whether a row says that it is a total; that of a group has only numbers besides."""
    first, *others = (fold(cell_text(cell)) for cell in row.cells if cell is not None)
    if _TOTAL.fullmatch(first):
        return True
    return bool(_TOTAL_OF.fullmatch(first)) and all(map(_NUMBER.fullmatch, others))


def _which(rows: Sequence[Row], kind: _Kind) -> str:
    """Return which rows these are, each with what its first cells say."""
    named = [f"{row.number} ({_start(row)})" for row in rows]
    if len(rows) == 1:
        return f"row {named[0]} {kind.one}"
    return f"rows {join_some(named, 10)} {kind.many}"


def _start(row: Row) -> str:
    return shorten(" ".join(cell_text(cell) for cell in row.cells[:3] if cell is not None), 40)


def _question(said: str, kind: _Kind, path: Path) -> str:
    them = "it" if said.startswith("row ") else "them"
    return (
        f'{said}: write {kind.kind} = "leave out" to leave {them} out, or {kind.kind} = "take" to'
        f" take {them}, under [rows] in {mapping_path(path).name}"
    )
