"""The pages of a question bank: questions, categories, companies and levels (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from prepkit.bank.synonyms import Synonyms
from prepkit.handouts.worksheet import BASES, Worksheet, source_link
from prepkit.notebook.markdown import bank_html, bank_line, sentence
from prepkit.records import LEVELS, Level, SourcedAsk
from prepkit.site.pages import Context, Page, Published, answers_page, search_page
from prepkit.site.questions import icon, script_json
from prepkit.site.search import search_settings, search_words
from prepkit.text import format_day, pluralize

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry
    from prepkit.records import Category, Company, Value

_USED = {
    "stated": "The company says that it is used in interviews.",
    "inferred": "Published; that it is used in interviews is our inference.",
    "unknown": "Published; whether it is used in interviews is not known.",
}


def question_path(question_id: str) -> str:
    """Return the page of a question, ``questions/technical-leadership/06.html``."""
    return f"questions/{question_id}.html"


def category_path(slug: str) -> str:
    """Return the page of a category."""
    return f"questions/{slug}/index.html"


def company_paths(names: Iterable[str]) -> dict[str, str]:
    """Return the page of each company by its name; no two share one."""
    paths: dict[str, str] = {}
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        slug = base = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "company"
        number = 1
        while slug == "index" or f"companies/{slug}.html" in paths.values():
            number += 1
            slug = f"{base}-{number}"
        paths[name] = f"companies/{slug}.html"
    return paths


def bank_pages(
    bank: Bank, synonyms: Sequence[Synonyms], notebooks: Sequence[Published]
) -> list[Page]:
    """Return the pages of a question bank, in the order of reading.

    Parameters
    ----------
    bank
        The questions.
    synonyms
        Further words by which questions are found.
    notebooks
        What else is on the site, for the page of the search.
    """
    return _BankPages(bank, synonyms, notebooks).pages()


class _BankPages:
    """Makes the pages of one bank; what several of them show is made once."""

    def __init__(
        self, bank: Bank, synonyms: Sequence[Synonyms], notebooks: Sequence[Published]
    ) -> None:
        self.bank = bank
        self.synonyms = synonyms
        self.notebooks = [notebook.link() for notebook in notebooks]
        self.entries = [bank[question_id] for question_id in bank]
        self.companies = company_paths(company.name for company in bank.published_values)
        self.by_category: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self.by_category.setdefault(entry.category.slug, []).append(entry)
        self.categories = [one for one in bank.categories if one.slug in self.by_category]
        # Lists of questions change where a question is added, moved, renamed or tagged anew.
        self.listing = f"{list(map(_head, self.entries))}{self.categories}"
        self.of_category = {
            slug: f"{list(map(_head, entries))}{entries[0].category}{synonyms}"
            for slug, entries in self.by_category.items()
        }
        """What each question of a category depends on, besides itself."""

    def pages(self) -> list[Page]:
        """Return all of them, in the order of reading."""
        pages = [self._home(), self._questions()]
        for number, category in enumerate(self.categories):
            pages.append(self._category_page(number, category))
            pages += [self._question(entry) for entry in self.by_category[category.slug]]
        if self.companies:
            pages += self._company_pages()
        pages += self._level_pages()
        questions = [
            {
                "id": entry.id,
                "text": entry.question.text,
                "category": entry.category.title,
                "href": question_path(entry.id),
            }
            for entry in self.entries
        ]
        records = [entry.question for entry in self.entries]
        data = script_json(search_settings(records, self.categories))
        pages += [
            answers_page(script_json(questions)),
            search_page(
                lambda: self.listed_categories,
                self.notebooks,
                data,
                f"{self.listing}{self.notebooks}{data}",
            ),
        ]
        return pages

    # ------------------------------------------------------------------ lists of questions

    @cached_property
    def listed_categories(self) -> list[Context]:
        """What lists show of each category: made when the first page needs it."""
        return [self._category(number) for number in range(len(self.categories))]

    def _category(self, number: int) -> Context:
        category = self.categories[number]
        entries = self.by_category[category.slug]
        around = [
            self.categories[near] if 0 <= near < len(self.categories) else None
            for near in (number - 1, number + 1)
        ]
        previous, following = [
            one and {"href": category_path(one.slug), "title": one.title} for one in around
        ]
        return {
            "slug": category.slug,
            "title": category.title,
            "icon": icon(category.icon),
            "description": category.description,
            "href": category_path(category.slug),
            "of": len(entries),
            "entries": [_in_list(entry) for entry in entries],
            "previous": previous,
            "next": following,
        }

    def _home(self) -> Page:
        levels = self._level_names()

        def context() -> Context:
            return {
                "categories": self.listed_categories,
                "total": len(self.entries),
                "first": {"href": question_path(self.entries[0].id)},
                "companies": [
                    {"name": name, "href": path} for name, path in self.companies.items()
                ],
                "levels": [
                    {"name": level.capitalize(), "href": _level_path(level)} for level in levels
                ],
            }

        return Page(
            "index.html",
            "home",
            "",
            "",
            "",
            context,
            cache_key=f"{self.listing}{self.companies}{levels}",
        )

    def _questions(self) -> Page:
        return Page(
            "questions/index.html",
            "questions",
            "All questions",
            f"{pluralize(len(self.entries), 'question')} that engineering leaders are asked.",
            "questions",
            lambda: {"categories": self.listed_categories, "total": len(self.entries)},
            cache_key=self.listing,
        )

    def _category_page(self, number: int, category: Category) -> Page:
        around = self.categories[max(0, number - 1) : number + 2]
        heads = list(map(_head, self.by_category[category.slug]))
        return Page(
            category_path(category.slug),
            "category",
            category.title,
            category.description,
            "questions",
            lambda: {"category": self.listed_categories[number]},
            cache_key=f"{around}{heads}",
        )

    # ------------------------------------------------------------------ questions

    def _question(self, entry: Entry) -> Page:
        question = entry.question.model_dump_json()
        around = [each and _head(each) for each in (entry.previous, entry.next)]
        asks = [(ask.company, ask.basis, ask.source_url, ask.checked) for ask in entry.asks]
        return Page(
            question_path(entry.id),
            "question",
            entry.question.text,
            _shortened(entry.question.why),
            "questions",
            partial(self._question_context, entry),
            cache_key=f"{question}{asks}{around}{self.of_category[entry.category.slug]}",
        )

    def _question_context(self, entry: Entry) -> Context:
        question = entry.question
        steps = [
            {
                "number": one.question.number,
                "text": one.question.text,
                "href": question_path(one.id),
            }
            for one in self.by_category[entry.category.slug]
        ]
        return {
            "notebook": question_notebook(entry),
            "company_href": self.company_href,
            "search_words": search_words(question, self.synonyms),
            "question": {
                "id": entry.id,
                "slug": entry.category.slug,
                "category": entry.category.title,
                "icon": icon(entry.category.icon),
                "number": question.number,
                "of": entry.of,
                "steps": steps,
                "previous": _beside(entry.previous),
                "next": _beside(entry.next),
                "companies": sorted({ask.company for ask in entry.asks}),
                "level_names": [one.capitalize() for one in LEVELS if one in question.levels],
            },
        }

    def company_href(self, name: str) -> str | None:
        """Return a company's page, from the page of a question."""
        return f"../../{self.companies[name]}" if name in self.companies else None

    # ------------------------------------------------------------------ companies

    def _company_pages(self) -> list[Page]:
        asked: dict[str, list[tuple[Entry, SourcedAsk]]] = {name: [] for name in self.companies}
        for entry in self.entries:
            for ask in entry.asks:
                asked.setdefault(ask.company, []).append((entry, ask))
        tiles = [
            {
                "name": company.name,
                "href": self.companies[company.name],
                "published": [value.name for value in company.values if not value.superseded_by],
                "summary": _counts(company, asked[company.name]),
            }
            for company in self.bank.published_values
        ]
        pages = [
            Page(
                "companies/index.html",
                "companies",
                "Companies",
                "What companies have published about how they judge people, with the questions.",
                "companies",
                lambda: {"companies": tiles},
                cache_key=repr(tiles),
            )
        ]
        for company in self.bank.published_values:
            asks = asked[company.name]
            questions = [(_head(entry), ask.value, ask.focus, ask.basis) for entry, ask in asks]
            pages.append(
                Page(
                    self.companies[company.name],
                    "company",
                    company.name,
                    f"{company.name}: published values with their sources, and questions for each.",
                    "companies",
                    partial(_company_context, company, asks),
                    cache_key=f"{company!r}{questions}",
                )
            )
        return pages

    # ------------------------------------------------------------------ levels

    def _level_names(self) -> list[Level]:
        return [
            level
            for level in LEVELS
            if any(level in entry.question.levels for entry in self.entries)
        ]

    def _level_pages(self) -> list[Page]:
        names = self._level_names()
        if not names:
            return []
        tiles: list[Context] = []
        for level in names:
            first = next(one for one in self.entries if level in one.question.levels)
            tiles.append(
                {
                    "name": level.capitalize(),
                    "href": _level_path(level),
                    "example": Markup(bank_line(sentence(first.question.levels[level]))),
                }
            )
        pages = [
            Page(
                "levels/index.html",
                "levels",
                "What each level is expected to show",
                "From senior engineer to director: the same question asks more of each.",
                "levels",
                lambda: {"levels": tiles},
                cache_key=repr(tiles),
            )
        ]
        for level, tile in zip(names, tiles, strict=True):
            texts = repr([one.question.levels.get(level) for one in self.entries])
            pages.append(
                Page(
                    _level_path(level),
                    "level",
                    tile["name"],
                    f"What a {level} is expected to show, question by question.",
                    "levels",
                    partial(self._level_context, level, tile, tiles),
                    cache_key=f"{self.listing}{texts}",
                )
            )
        return pages

    def _level_context(self, level: Level, tile: Context, tiles: Sequence[Context]) -> Context:
        groups = []
        for category in self.categories:
            entries = [
                {**_in_list(entry), "expected": Markup(bank_html(sentence(text)))}
                for entry in self.by_category[category.slug]
                if (text := entry.question.levels.get(level))
            ]
            if entries:
                groups.append(
                    {
                        "slug": category.slug,
                        "title": category.title,
                        "icon": icon(category.icon),
                        "entries": entries,
                    }
                )
        return {"level": {**tile, "groups": groups}, "levels": tiles}


def question_notebook(entry: Entry) -> Context:
    """Return the executed notebook of one question: what a cell that shows its worksheet leaves."""
    output = {
        "output_type": "execute_result",
        "data": Worksheet(entry)._repr_mimebundle_(),
        "metadata": {},
        "execution_count": 1,
    }
    cell = {
        "cell_type": "code",
        "source": "",
        "metadata": {"tags": ["remove-input"]},
        "outputs": [output],
        "execution_count": 1,
    }
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}


def _counts(company: Company, asked: Sequence[tuple[Entry, SourcedAsk]]) -> str:
    current = [value for value in company.values if not value.superseded_by]
    counts = [pluralize(len(current), "published value")] if current else []
    return ", ".join([*counts, pluralize(len({entry.id for entry, _ in asked}), "question")])


def _company_context(company: Company, asked: Sequence[tuple[Entry, SourcedAsk]]) -> Context:
    groups = [
        _value_group(value, [pair for pair in asked if pair[1].value == value.name])
        for value in company.values
    ]
    named = {value.name for value in company.values}
    if rest := [pair for pair in asked if pair[1].value not in named]:
        groups.append(
            {
                "name": "What else is looked for" if groups else "What is looked for",
                "status": "Our reading of how the company works; no published value is behind it.",
                "source": None,
                "asks": [_ask(entry, ask) for entry, ask in rest],
            }
        )
    return {"company": {"name": company.name, "note": company.note, "groups": groups}}


def _level_path(level: str) -> str:
    return f"levels/{level.replace(' ', '-')}.html"


def _head(entry: Entry) -> tuple[object, ...]:
    """Return what lists show of a question."""
    return entry.id, entry.question.text, entry.question.tags


def _in_list(entry: Entry) -> Context:
    return {
        "id": entry.id,
        "href": question_path(entry.id),
        "number": entry.question.number,
        "text": Markup(bank_line(entry.question.text)),
        "tags": [tag.replace("-", " ") for tag in entry.question.tags],
    }


def _beside(entry: Entry | None) -> Context | None:
    return {"href": question_path(entry.id), "text": entry.question.text} if entry else None


def _value_group(value: Value, asked: Sequence[tuple[Entry, SourcedAsk]]) -> Context:
    status = _USED[value.used_in_interviews]
    return {
        "name": value.name,
        "status": f"Replaced by {value.superseded_by}. {status}" if value.superseded_by else status,
        "source": source_link(value.source_url),
        "kind": "" if value.source_kind == "owner" else value.source_kind,
        "checked": format_day(value.checked),
        "asks": [_ask(entry, ask) for entry, ask in asked],
    }


def _ask(entry: Entry, ask: SourcedAsk) -> Context:
    return {
        **_in_list(entry),
        "focus": Markup(bank_line(sentence(ask.focus))),
        "basis": BASES[ask.basis].lower(),
    }


def _shortened(text: str) -> str:
    """Return the first sentences of a text, for the page's description: some 160 characters."""
    plain = re.sub(r"[*_`]", "", " ".join(text.split()))
    if len(plain) <= 160:
        return plain
    return f"{plain[:159].rsplit(' ', 1)[0].rstrip(',;:')}…"
