"""Worksheets, stories or a company -> the document to typeset, with notices of what is missing.

What a company's documents need is imported when one is made: it would take longer to load than a
worksheet takes to set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from prepkit.errors import PrepkitError
from prepkit.handouts.builder import DocumentBuilder
from prepkit.handouts.cover import cover_block
from prepkit.handouts.layout import Layout
from prepkit.handouts.typesetting import Document
from prepkit.sheet import Sheet

if TYPE_CHECKING:
    from prepkit.bank import Bank
    from prepkit.practice.interview_day import Ready
    from prepkit.records import Answer, Level


def worksheets_document(
    worksheets: Sequence[Sheet], layout: Layout, *, cover: bool = False
) -> Document:
    """Return the document of a set of worksheets, each on paper of its own.

    If there are several, the PDF's outline lists the questions under their categories. With
    `cover`, a cover and a table of contents come first; a layout may ask for the contents alone.
    """
    if not worksheets:
        raise PrepkitError("A handout needs at least one question.")
    builder = DocumentBuilder()
    if cover and len(worksheets) > 1:
        builder.at("cover")
        builder.add(cover_block(worksheets, layout))
    elif layout.toc and len(worksheets) > 1:
        builder.at("contents")
        builder.add({"t": "contents"})
    several, category = len(worksheets) > 1, None
    for sheet in worksheets:
        builder.at(sheet.id)
        builder.worksheet(sheet, set=several, opens=several and sheet.category != category)
        category = sheet.category
    return builder.document(layout)


def stories_document(worksheets: Sequence[Sheet], layout: Layout) -> Document:
    """Return the document of story sheets, one page per question. Each question needs an answer."""
    if not worksheets:
        raise PrepkitError("A handout needs at least one question.")
    if missing := [sheet.id for sheet in worksheets if not sheet.answered]:
        raise PrepkitError(
            f"There is no saved answer for {', '.join(missing)}, so there is nothing to put on a"
            " story sheet. Write an answer first, or print a worksheet to write on."
        )
    builder = DocumentBuilder()
    for sheet in worksheets:
        builder.at(sheet.id)
        builder.story(sheet)
    named = f"{worksheets[0].text} (story)" if len(worksheets) == 1 else "Stories"
    return builder.document(layout, named)


def company_document(
    bank: Bank, company: str, answers: Mapping[str, Answer], layout: Layout
) -> Document:
    """Return the document of one company's sheet."""
    from prepkit.handouts.company_sheet import company_block
    from prepkit.practice.names import asks_by_company

    builder = DocumentBuilder()
    builder.at("company sheet")
    sheet = company_block(bank, company, answers, builder.notice)
    builder.add(sheet)
    for entry, _ in asks_by_company(bank)[sheet["company"]]:
        if entry.id in answers:
            builder.saved(answers[entry.id].updated)
    named = f"{sheet['company']}: company sheet"
    return builder.document(layout, named)


def day_document(
    bank: Bank,
    company: str,
    ready: Sequence[Ready],
    answers: Mapping[str, Answer],
    layout: Layout,
    *,
    level: Level | None = None,
    interview: date | None = None,
) -> Document:
    """Return the document of the day pack for one company."""
    from prepkit.handouts.day_sheet import day_block

    builder = DocumentBuilder()
    builder.at("day pack")
    pack = day_block(
        bank, company, ready, answers, builder.notice, level=level, interview=interview
    )
    builder.add({**pack, "said": builder.said()})
    for one in ready:
        builder.saved(one.saved)
    return builder.document(layout, f"{pack['company']}: day pack")
