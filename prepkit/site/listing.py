"""What several pages of a bank share: lists of its questions, and the path of each page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from markupsafe import Markup

from prepkit.files import digest
from prepkit.language import ENGLISH, Language
from prepkit.notebook.markdown import bank_line
from prepkit.records import LEVELS, Category, Company, Level, SourcedAsk
from prepkit.sheet import level_title
from prepkit.site.pages import Context
from prepkit.site.questions import icon
from prepkit.text import slugify

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry


def question_path(question_id: str) -> str:
    """Return the path of a question's page, such as ``questions/technical-leadership/06.html``."""
    return f"questions/{question_id}.html"


def category_path(slug: str) -> str:
    """Return the path of a category's page."""
    return f"questions/{slug}/index.html"


def level_path(level: Level) -> str:
    """Return the path of a level's page, such as ``levels/senior-engineer.html``."""
    return f"levels/{slugify(level)}.html"


def company_paths(names: Iterable[str]) -> dict[str, str]:
    """Return the path of each company's page, by name; no two companies share a path."""
    paths: dict[str, str] = {}
    for name in names:
        slug = base = slugify(name) or "company"
        number = 1
        while slug == "index" or f"companies/{slug}.html" in paths.values():
            number += 1
            slug = f"{base}-{number}"
        paths[name] = f"companies/{slug}.html"
    return paths


def head(entry: Entry) -> tuple[object, ...]:
    """Return the parts of a question that lists depend on."""
    return entry.id, entry.question.kind, entry.question.text, entry.question.tags


def in_list(entry: Entry) -> Context:
    """Return the variables with which a template shows a question in a list."""
    return {
        "id": entry.id,
        "kind": entry.question.kind,
        "href": question_path(entry.id),
        "number": entry.question.number,
        "text": Markup(bank_line(entry.question.text)),
        "tags": [tag.replace("-", " ") for tag in entry.question.tags],
    }


class Listing:
    """The questions of one bank, as lists show them. What several pages share is made once."""

    def __init__(self, bank: Bank, language: Language = ENGLISH) -> None:
        self.bank = bank
        self.language = language
        self.entries = [bank[question_id] for question_id in bank]
        self.by_category: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self.by_category.setdefault(entry.category.slug, []).append(entry)
        self.categories = [one for one in bank.categories if one.slug in self.by_category]
        self.companies: Mapping[str, str] = company_paths(
            company.name for company in bank.company_records
        )
        """The path of each company's page, by name."""
        self.levels: list[Level] = [
            level
            for level in LEVELS
            if any(level in entry.question.levels for entry in self.entries)
        ]
        # Hundreds of questions name the same companies and values.
        self._ask_keys: dict[tuple[str, str | None], str] = {}
        self._company_keys: dict[str, str] = {}
        # Lists change when a question is added, moved or renamed, or when its tags change.
        self.cache_key = f"{list(map(head, self.entries))}{self.categories}"

    @cached_property
    def context(self) -> list[Context]:
        """The variables for each category in lists, made when the first page needs them."""
        return [self._category(number) for number in range(len(self.categories))]

    @property
    def level_tiles(self) -> list[Context]:
        """The variables for each level in lists."""
        return [
            {"name": level_title(one, self.language), "href": level_path(one)}
            for one in self.levels
        ]

    def ask_key(self, ask: SourcedAsk) -> str:
        """Return what a question's page says of a value, besides its focus, which is its own."""
        key = (ask.company, ask.value)
        if key not in self._ask_keys:
            self._ask_keys[key] = repr(ask.model_copy(update={"focus": ""}))
        return self._ask_keys[key]

    def company_key(self, company: Company) -> str:
        """Return the digest of what a question's page says of a company that lists it."""
        if company.name not in self._company_keys:
            told = (company.name, company.region, company.rounds)
            self._company_keys[company.name] = digest(repr(told))
        return self._company_keys[company.name]

    def _category(self, number: int) -> Context:
        category = self.categories[number]
        entries = self.by_category[category.slug]
        return {
            **category_head(category),
            "description": category.description,
            "href": category_path(category.slug),
            "of": len(entries),
            "entries": [in_list(entry) for entry in entries],
            "previous": self._beside(number - 1),
            "next": self._beside(number + 1),
        }

    def _beside(self, number: int) -> Context | None:
        if not 0 <= number < len(self.categories):
            return None
        category = self.categories[number]
        return {"href": category_path(category.slug), "title": category.title}


def category_head(category: Category) -> Context:
    """Return the variables for the heading above a category's questions."""
    return {"slug": category.slug, "title": category.title, "icon": icon(category.icon)}
