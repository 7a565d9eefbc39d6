"""The pages of a site, and those that every site has. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from prepkit.site.questions import script_json
from prepkit.text import pluralize

Context = dict[str, Any]
"""The variables of a template."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a site, before it is rendered."""

    path: str
    """Below the site's folder, such as ``questions/technical-leadership/06.html``."""
    template: str
    title: str
    description: str
    section: str
    """The entry of the navigation that it belongs to."""
    context: Callable[[], Context]
    """Gives what the template shows of it."""
    cache_key: str = ""
    """All that its content depends on, but for templates, settings and code."""
    listed: bool = True
    """Whether it is in the sitemap."""
    source: Path | None = None
    """The notebook that it shows, as notices name it."""

    @property
    def searched(self) -> bool:
        """Whether its text is in the search index: questions and notebooks are."""
        return self.template in ("question", "notebook")

    @property
    def root(self) -> str:
        """The way from the page to the site's folder."""
        return "../" * self.path.count("/")

    @property
    def address(self) -> str:
        """The page's address below the site's, as links from outside have it."""
        return self.path.removesuffix("index.html")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as it is published."""

    html: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The pictures that it shows, by their paths below the site's folder."""
    notices: tuple[str, ...] = ()
    """What is not published as it is, and where."""


@dataclass(frozen=True, slots=True)
class Published:
    """A notebook that is on the site, as other pages name it."""

    path: str
    title: str
    summary: str = ""

    def link(self) -> Context:
        """Return what templates show of it."""
        return {"href": self.path, "title": self.title, "summary": self.summary}


def plain_pages(notebooks: Sequence[Published], *, with_bank: bool) -> list[Page]:
    """Return the pages for which no question bank is needed; without one, the first page too."""
    pages = [
        Page(
            "404.html",
            "missing",
            "Page not found",
            "The address may be mistyped, or the page may have moved.",
            "",
            dict,
            listed=False,
        )
    ]
    if notebooks:
        pages.append(
            _notebooks_page("notebooks/index.html" if with_bank else "index.html", notebooks)
        )
    if not with_bank:
        links = [notebook.link() for notebook in notebooks]
        nothing = script_json({"suggestions": [], "order": {}})
        pages += [
            answers_page("[]"),
            search_page(list, links, nothing, cache_key=repr(notebooks)),
        ]
    return pages


def _notebooks_page(path: str, notebooks: Sequence[Published]) -> Page:
    links = [notebook.link() for notebook in notebooks]
    return Page(
        path,
        "notebooks",
        "Notebooks",
        f"{pluralize(len(notebooks), 'notebook')} to read.",
        "notebooks",
        lambda: {"notebooks": links},
        cache_key=repr(links),
    )


def answers_page(questions: str) -> Page:
    """Return the page of a visitor's answers; `questions` is JSON of what may be answered."""
    return Page(
        "answers.html",
        "answers",
        "Your answers",
        "What you wrote, and how to take it with you.",
        "answers",
        lambda: {"questions": Markup(questions)},
        cache_key=questions,
        listed=False,
    )


def search_page(
    categories: Callable[[], Sequence[Context]],
    notebooks: Sequence[Context],
    data: str,
    cache_key: str,
) -> Page:
    """Return the page of the search: the plain list, and what its script reads, as JSON."""
    return Page(
        "search.html",
        "search",
        "Search",
        "Find a question in your own words, by company or by level.",
        "search",
        lambda: {"categories": categories(), "notebooks": notebooks, "search_data": Markup(data)},
        cache_key=cache_key,
    )
