"""The pages of levels: what is expected of each level, question by question. Pure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from prepkit.notebook.markdown import bank_html, bank_line
from prepkit.sheet import LEVELS_TITLE, level_title
from prepkit.site.listing import Listing, category_head, in_list, level_path
from prepkit.site.pages import Context, Page
from prepkit.text import capitalize_first

if TYPE_CHECKING:
    from prepkit.bank import Entry
    from prepkit.records import Level


def level_pages(listing: Listing) -> list[Page]:
    """Return the list of levels and a page for each; no pages if no question mentions levels."""
    if not listing.levels:
        return []
    language = listing.language
    tiles = [
        {**tile, "example": Markup(bank_line(_expected(listing.entries, level)[0][1]))}
        for tile, level in zip(listing.level_tiles, listing.levels, strict=True)
    ]
    return [
        Page(
            path="levels/index.html",
            template="levels",
            title=language.gettext(LEVELS_TITLE),
            description=language.gettext(
                "The same question asks more of a director than of a senior engineer."
            ),
            section="levels",
            context=lambda: {"levels": tiles},
            cache_key=repr(tiles),
        ),
        *(_level_page(listing, level) for level in listing.levels),
    ]


def _level_page(listing: Listing, level: Level) -> Page:
    texts = [entry.question.levels.get(level) for entry in listing.entries]
    name = level_title(level, listing.language)
    return Page(
        path=level_path(level),
        template="level",
        title=name,
        description=listing.language.gettext(
            "%(level)s: what interviewers expect, question by question.", level=name
        ),
        section="levels",
        context=partial(_level_context, listing, level),
        cache_key=f"{listing.cache_key}{texts}",
    )


def _level_context(listing: Listing, level: Level) -> Context:
    groups = []
    for category in listing.categories:
        expected = _expected(listing.by_category[category.slug], level)
        entries = [
            {**in_list(entry), "expected": Markup(bank_html(text))} for entry, text in expected
        ]
        if entries:
            groups.append({**category_head(category), "entries": entries})
    name = level_title(level, listing.language)
    return {"level": {"name": name, "groups": groups}, "levels": listing.level_tiles}


def _expected(entries: list[Entry], level: Level) -> list[tuple[Entry, str]]:
    """Return the questions that say what is expected of a level, each with that text."""
    return [
        (entry, capitalize_first(text))
        for entry in entries
        if (text := entry.question.levels.get(level))
    ]
