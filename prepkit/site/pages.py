"""The pages of a site, and the pages that every site has. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from prepkit.language import ENGLISH, Language
from prepkit.site.questions import script_json

Context = dict[str, Any]
"""The variables of a template."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a site, before it is rendered."""

    path: str
    """Its path in the site's folder, such as ``questions/technical-leadership/06.html``."""
    template: str
    title: str
    description: str
    section: str
    """The entry in the navigation that it belongs to."""
    context: Callable[[], Context]
    """Returns the variables of the template."""
    cache_key: str = ""
    """Everything that its content depends on, except templates, settings and code."""
    around: str = ""
    """What else is on the page, such as the titles of its neighbours. A change of it is no news."""
    listed: bool = True
    """Whether it is in the sitemap."""
    source: Path | None = None
    """The notebook that it shows, for notices."""

    @property
    def searched(self) -> bool:
        """Whether its text is in the search index, as for questions and notebooks."""
        return self.template in ("question", "notebook")

    @property
    def root(self) -> str:
        """The relative path from the page to the site's folder, such as ``../../``."""
        return "../" * self.path.count("/")

    @property
    def address(self) -> str:
        """The page's address below the site's, as links from outside use it."""
        return quote(self.path.removesuffix("index.html"))


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as it is published."""

    html: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The pictures that it shows and the files that it links to, by their paths in the site."""
    notices: tuple[str, ...] = ()
    """What is left out or shown differently, and where in the notebook."""


def plain_pages(
    notebooks: Sequence[Context], *, with_bank: bool, language: Language = ENGLISH
) -> list[Page]:
    """Return the pages that need no question bank; `notebooks` are links to them."""
    pages = [
        Page(
            "404.html",
            "missing",
            language.gettext("Page not found"),
            language.gettext("The address may be mistyped, or the page may have moved."),
            "",
            dict,
            listed=False,
        )
    ]
    if not with_bank:
        nothing = script_json({"questions": False, "suggestions": [], "order": {}})
        pages += [
            answers_page("[]", language),
            search_page(
                list,
                notebooks,
                nothing,
                repr(notebooks),
                language.gettext("Search"),
                language.gettext("Find any word of this site."),
            ),
        ]
    return pages


def answers_page(questions: str, language: Language = ENGLISH) -> Page:
    """Return the page "Your answers"; `questions` is JSON of the questions on the site."""
    return Page(
        "answers.html",
        "answers",
        language.gettext("Your answers"),
        language.gettext("What you wrote, and how to take it with you."),
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
    title: str,
    description: str,
) -> Page:
    """Return the search page: the plain list of questions, and JSON for its script (`data`)."""
    return Page(
        "search.html",
        "search",
        title,
        description,
        "search",
        lambda: {"categories": categories(), "notebooks": notebooks, "search_data": Markup(data)},
        cache_key=cache_key,
    )
