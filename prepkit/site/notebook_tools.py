"""What stands above a notebook on its page: byline, downloads, the link to edit it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from prepkit.language import Language, language_of
from prepkit.notebook.byline import byline
from prepkit.site.downloads import published_notebook
from prepkit.site.prints import WHOLE, print_path

if TYPE_CHECKING:
    from prepkit.site.pages import Context, Page


def notebook_files(page: Page, context: Context, site: Context) -> Mapping[str, bytes]:
    """Return the files that visitors can download from a notebook's page, by their paths."""
    if not site["download"]:
        return {}
    return {_beside(page, ".ipynb"): published_notebook(context["notebook"])}


def notebook_tools(page: Page, context: Context, site: Context, *, has_code: bool) -> Context:
    """Return the variables of the line above a notebook."""
    chapter = context["chapter"]
    notebook = None
    if site["download"]:
        file = PurePosixPath(_beside(page, ".ipynb")).name
        notebook = {"href": quote(file), "name": chapter.source.name}
    printed = print_path(page.path)
    tools = {
        "byline": _byline(context, language_of(site["language"])),
        "code": site["code"] if has_code else "",
        "notebook": notebook,
        "pdf": quote(PurePosixPath(printed).name) if printed in site["pdfs"] else None,
        "whole": _whole(page, site),
        "edit": _edit(site["edit"], chapter.place),
    }
    return {**tools, "any": any(tools.values())}


def _whole(page: Page, site: Context) -> str | None:
    """Return the address of the PDF of all notebooks, on the page that lists them."""
    is_first = page.path == site["notebooks"] and WHOLE in site["pdfs"]
    return f"{page.root}{WHOLE}" if is_first else None


def _beside(page: Page, suffix: str) -> str:
    return page.path.removesuffix(".html") + suffix


def _byline(context: Context, language: Language) -> list[str]:
    found = byline(context["notebook"])
    day = language.day(found.day) if found.day else found.written
    return list(filter(None, [", ".join(found.authors), day]))


def _edit(base: str | None, place: str) -> str | None:
    """Return the address at which a publisher edits a notebook; None without the setting."""
    return f"{base.rstrip('/')}/{quote(place)}" if base else None
