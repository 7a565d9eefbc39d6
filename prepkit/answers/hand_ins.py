"""What students hand in: whose each file is, and which answers are in it. Files are only parsed.

A coach gets notebooks (see `prepkit.widgets.hand_in`), files from web pages to fill in (see
`prepkit.packets.html_form`) and exports back, by mail, from a course's page or through a shared
folder. Any of them may be incomplete, damaged, or made by somebody else. So an id becomes part of a
file name only after `is_student_id`, and a bad file never stops the others.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from prepkit.answers.cut_json import before_cut, whole_answers
from prepkit.answers.exchange_json import FROM_PAGE
from prepkit.answers.limits import excess
from prepkit.answers.other_files import EMPTY, PLAIN_TEXT, UNKNOWN, Foreign, foreign
from prepkit.answers.owners import claims_of_name, with_owners
from prepkit.answers.received import (
    ASK_AGAIN,
    NOTHING_TAKEN,
    HandIn,
    before_damage,
    count_texts,
    has_texts,
    read_export,
)
from prepkit.answers.returned_databases import MARK, read_database
from prepkit.answers.returned_files import ReturnedFile, returned_files
from prepkit.answers.returned_notebooks import read_notebook
from prepkit.answers.returned_pages import read_page
from prepkit.answers.signatures import CoachKeys
from prepkit.notebook.fields import mapping
from prepkit.notebook.mime import EXPORT_FORMAT, HAND_IN_MIME
from prepkit.records import is_student_id

_NOTEBOOK = ".ipynb"
_JSON = (_NOTEBOOK, ".json")
_MARKDOWN = (".md", ".markdown", ".txt")
_PAGE = "# Answers"
_OURS = (HAND_IN_MIME, EXPORT_FORMAT, '"cells"')
"""Texts that only notebooks and exports have."""
_EXPORT = "Ask for a file written by 'prepkit answers export'."
_HEAD = 64


class _HandInError(Exception):
    """A file can't be read as JSON; the message says why, and what to do."""


def read_hand_ins(
    folder: Path,
    known: Collection[str] | None,
    stores: Collection[str],
    keys: CoachKeys,
    names: Mapping[str, str],
) -> list[HandIn]:
    """Return the files in a folder, each with its student and answers, or with its problem.

    Parameters
    ----------
    folder
        The returned files, in this folder and in those inside it, and in their archives.
    known
        The ids of a roster; None allows any id.
    stores
        The ids of students who have handed in something before.
    keys
        What signed the notebooks that were sent out.
    names
        The students' names by id.
    """
    found = [_read(file, keys) for file in returned_files(folder)]
    return with_owners(found, known, stores, names)


def _read(file: ReturnedFile, keys: CoachKeys) -> HandIn:
    place, content = file.place, file.content
    if file.is_hidden:
        return HandIn(place, state="skipped")
    if file.is_archive:
        return HandIn(place, state="damaged" if file.problem else "opened", problem=file.problem)
    kind = foreign(place, content[:_HEAD])
    if file.problem:
        if kind and content:  # too large, and nothing in it would be read anyway
            return _foreign(place, kind)
        return HandIn(place, state="not read", problem=file.problem)
    if content.startswith(MARK):
        return _read_answers_file(place, content)
    is_json = place.name.casefold().endswith(_JSON)
    start = content[:_HEAD].removeprefix(codecs.BOM_UTF8).lstrip()
    if kind and not start.startswith(b"{"):
        return _foreign(place, kind)
    if not content and not is_json:
        return _foreign(place, EMPTY)
    text, damage = _decoded(content)
    if is_json or text.lstrip().startswith("{"):
        return _read_json(place, text, keys, damage)
    if damage and place.name.casefold().endswith(_MARKDOWN):
        return HandIn(place, state="damaged", problem=damage)
    if damage:
        return _foreign(place, UNKNOWN)
    if text.split("\n", 1)[0].rstrip() == _PAGE:
        return _read_markdown(place, text)
    is_text = place.name.casefold().endswith(_MARKDOWN)
    return _foreign(place, PLAIN_TEXT if is_text else UNKNOWN)


def _foreign(place: Path, kind: Foreign) -> HandIn:
    return HandIn(place, state="not read", problem=kind.problem, request=kind.request)


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the text of a file up to where it is none, and what is wrong there."""
    # An editor on Windows saves text in UTF-16 if it is asked for Unicode.
    utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and len(content) > 2
    encoding = "utf-16" if utf_16 else "utf-8"
    try:
        return content.decode(encoding).removeprefix("\ufeff"), ""
    except UnicodeDecodeError as error:
        whole = content[: error.start].decode(encoding, "ignore").removeprefix("\ufeff")
        return whole, f"not {'UTF-16' if utf_16 else 'UTF-8'} text. {ASK_AGAIN}"


def _read_json(place: Path, text: str, keys: CoachKeys, damage: str) -> HandIn:
    document: Any = None
    try:
        document = None if damage else _parse(text)
    except _HandInError as error:
        damage = str(error)
    if damage:
        document = before_cut(text) if any(each in text for each in _OURS) else None
        if document is None:
            return HandIn(place, state="damaged", problem=damage)
    # Mail programs and browsers sometimes save notebooks under another name.
    is_export = mapping(document).get("format") == EXPORT_FORMAT
    is_named_so = place.name.casefold().endswith(_NOTEBOOK)
    if "cells" in mapping(document) or (is_named_so and not is_export):
        return read_notebook(place, mapping(document), keys, damage=damage)
    if FROM_PAGE in mapping(document) and not damage:
        return read_page(place, text, mapping(document), keys)
    if damage:
        return _read_cut_export(place, document, damage)
    claims = claims_of_name(place)
    if problem := excess(document):
        return HandIn(place, claims, state="refused", problem=f"{problem} {NOTHING_TAKEN}")
    export, problem = read_export(text)
    if export is None:
        problem = f"not a file of answers ({problem}). {_EXPORT}"
        return HandIn(place, state="not read", problem=problem)
    return _with_export(HandIn(place, claims, exports=(export,)))


def _parse(text: str) -> Any:
    if not text.strip("\0 \r\n\t"):  # a disk that failed may leave zeros only
        raise _HandInError(f"nothing is in it. {ASK_AGAIN}")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise _HandInError(f"incomplete, or not JSON ({place}). {ASK_AGAIN}") from error
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits; deep nesting
        message = f"not JSON that a notebook or prepkit would write. {ASK_AGAIN}"
        raise _HandInError(message) from error


def _read_cut_export(place: Path, document: object, damage: str) -> HandIn:
    """Return what stands whole in an export that breaks off."""
    whole = whole_answers(mapping(document).get("answers"))
    export, _ = (None, "") if excess(whole) else read_export(whole)
    if export is None or not has_texts(export):
        return HandIn(place, state="damaged", problem=damage)
    owner = mapping(mapping(document).get(FROM_PAGE)).get("student_id")
    is_page = isinstance(owner, str) and is_student_id(owner)
    return HandIn(
        place,
        (str(owner),) if is_page else claims_of_name(place),
        exports=(export,),
        state="taken in part",
        problem=before_damage(damage, count_texts(export)),
        is_page=is_page,
    )


def _read_markdown(place: Path, text: str) -> HandIn:
    """Return the answers on a page of Markdown, which has the current texts alone."""
    claims = claims_of_name(place)
    export, problem = read_export(text, is_markdown=True)
    if export is None:
        problem = f"its answers can't be read ({problem}). {_EXPORT}"
        return HandIn(place, claims, state="damaged", problem=problem)
    if problem := excess({"answers": export.answers}):
        return HandIn(place, claims, state="refused", problem=f"{problem} {NOTHING_TAKEN}")
    return _with_export(HandIn(place, claims, exports=(export,)))


def _read_answers_file(place: Path, content: bytes) -> HandIn:
    export, problem = read_database(content)
    if export is None:
        return HandIn(place, state="damaged", problem=f"{problem} {_EXPORT}")
    return _with_export(HandIn(place, claims_of_name(place), exports=(export,)))


def _with_export(found: HandIn) -> HandIn:
    if all(map(has_texts, found.exports)):
        return found
    return replace(found, exports=(), state="empty", problem="there are no answers in it.")
