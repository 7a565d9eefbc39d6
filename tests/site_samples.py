"""A small question bank and an executed notebook, for the tests of the site."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prepkit.bank import load_bank
from prepkit.bank.format import format_question
from prepkit.notebook.html_tree import parse_html
from prepkit.notebook.pictures import find_drawing
from prepkit.notebook.sanitize import clean_tree
from prepkit.notebook.styler import style_cells
from prepkit.records import LEVELS, Ask, Question
from prepkit.site.search import page_digest
from prepkit.site.search_index import index_site
from prepkit.widgets.worksheet import Worksheet

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
PLOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><title>Pages a week</title>'
    '<rect width="8" height="5" fill="#0a6670"/></svg>'
)


def clean_html(html: str, notice: Callable[[str], None] = lambda text: None) -> str:
    """Return a part of a notebook's HTML as it is published: read into a tree, and cleaned."""
    if "<" not in html and "&" not in html:
        return html
    root = parse_html(html)
    for node in root.descendants():
        if node.tag == "svg":
            find_drawing(node, "published")
    style_cells(root)
    return clean_tree(root, notice)


def write_bank(folder: Path, *, questions: int = 3) -> Path:
    """Write a bank of two categories with `questions` questions each, and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "categories.yaml").write_text(
        "- {slug: craft, title: Craft, icon: ⚙, description: How work gets done.}\n"
        "- {slug: people, title: People, icon: 👥, description: Who does it.}\n",
        "utf-8",
    )
    (folder / "companies.yaml").write_text(
        "- name: Acme & Sons\n  note: Says so itself.\n  values:\n"
        "  - {name: Own it, source_url: 'https://acme.example/values', source_kind: owner,\n"
        "     checked: 2026-01-02, used_in_interviews: stated}\n"
        "- {name: Bolt}\n",
        "utf-8",
    )
    for category in ("craft", "people"):
        for number in range(1, questions + 1):
            write_question(folder, category, number)
    return folder


def write_question(folder: Path, category: str, number: int, **changes: Any) -> Path:
    """Write a question file, with `changes` of its fields."""
    fields: dict[str, Any] = {
        "category": category,
        "number": number,
        "tags": ("growth",),
        "text": f"Tell me about {category} number {number}, <and> why.",
        "why": "It shows *judgement* under load, and whether you `measure` before you act.",
        "key_points": tuple(f"Point {word} of it" for word in ("one", "two", "three", "six")),
        "follow_ups": ("What would you do today?", "Who disagreed?", "What did it cost?"),
        "levels": {level: f"shows what a {level} can move" for level in LEVELS},
        "tips": ("Name one number.", "Say what you left out."),
        "example": {
            "situation": "It was slow.",
            "task": "Mine to fix.",
            "action": "I **measured**.",
            "result": "Fast.",
        },
        "asks": (
            Ask(company="Acme & Sons", value="Own it", focus="who acted"),
            Ask(company="Bolt", focus="speed"),
        ),
    }
    path = folder / "questions" / category / f"{number:02d}-topic.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(format_question(Question(**{**fields, **changes})), "utf-8")
    return path


def code_cell(data: dict[str, Any], *, source: str = "show()", **metadata: Any) -> dict[str, Any]:
    """Return a code cell that was run and shows `data`."""
    output = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}
    return {
        "cell_type": "code",
        "id": "c",
        "source": source,
        "metadata": metadata,
        "outputs": [output],
        "execution_count": 1,
    }


def text_cell(source: str, **more: Any) -> dict[str, Any]:
    """Return a Markdown cell."""
    return {"cell_type": "markdown", "id": "m", "source": source, "metadata": {}, **more}


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """Return a notebook of format 4."""
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


def write_notebook(path: Path, *cells: dict[str, Any], **metadata: Any) -> Path:
    """Write a notebook, and return its path."""
    path.write_text(json.dumps(notebook(*cells, **metadata)), "utf-8")
    return path


def rich_notebook(bank_folder: Path) -> dict[str, Any]:
    """Return an executed notebook with one of everything that a page shows."""
    bank = load_bank(bank_folder)
    table = "<table><thead><tr><th>Week</th></tr></thead><tr><td>12</td></tr></table>"
    return notebook(
        text_cell(
            "# A report\n\nWhat we *found*, in $a^2 + b^2$, and [below](#The-plot).\n\n## The plot"
        ),
        code_cell({"image/svg+xml": PLOT, "text/plain": "<Figure>"}),
        text_cell(
            "### Detail\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nA note.[^1]\n\n[^1]: The note."
            "\n\n![the pixel](attachment:dot.png)",
            attachments={"dot.png": {"image/png": PIXEL}},
        ),
        code_cell({"text/html": table, "text/plain": "Week\n12"}, source="frame.head()"),
        code_cell(Worksheet(bank["craft/01"])._repr_mimebundle_(), tags=["remove-input"]),
    )


def index_pages(folder: Path, old: Path | None = None, language: str = "en") -> None:
    """Write the search index of all pages below a folder that are to be searched."""
    pages = {
        path.relative_to(folder).as_posix(): page_digest(path.read_bytes())
        for path in folder.rglob("*.html")
    }
    searched = {path: known for path, known in pages.items() if known}
    index_site(folder, searched, old=old, language=language)
