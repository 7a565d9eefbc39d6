"""What search engines and messengers are told of a page: schema.org's data, and a picture. Pure.

The data is JSON-LD in a script element that no browser runs, so no security policy applies to it.
Addresses in it are whole, so there is none for a site whose address isn't known.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from prepkit.site.pages import Context, Page
from prepkit.site.questions import script_json

_PNG = b"\x89PNG\r\n\x1a\n"

_LEARNING = {"question": "Practice question", "notebook": "Notebook", "mock": "Mock interview"}
"""The templates of pages to learn from, and the kind of each in schema.org's words."""

_NOT_DESCRIBED = ("missing", "answers", "search")
"""The templates of pages without content of their own."""


def page_data(page: Page, site: Context, *, authors: Sequence[str] = (), day: str = "") -> Markup:
    """Return what a page is, as JSON-LD; empty if there is nothing to say.

    Parameters
    ----------
    page
        The page.
    site
        The variables that all templates use.
    authors
        Who wrote it, if that isn't the author of the site.
    day
        When it was written, in ISO 8601.
    """
    base = site["base_url"]
    if not base or page.template in _NOT_DESCRIBED:
        return Markup()
    whole = {"@type": "WebSite", "name": site["title"], "url": base}
    title = page.title or site["title"]
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "name": title,
        "description": page.description or site["description"],
        "url": base + page.address,
        "inLanguage": _language(page, site),
    }
    if not page.address:
        told |= whole
    else:
        told["isPartOf"] = whole
    if page.template in _LEARNING and page.address:
        told["@type"] = "LearningResource"
        told["learningResourceType"] = _LEARNING[page.template]
        told["isAccessibleForFree"] = True
    if names := list(authors) or [site["author"]] * bool(site["author"]):
        told["author"] = [{"@type": "Person", "name": name} for name in names]
    if day:
        told["dateCreated"] = day
    if site["preview"]:
        told["image"] = base + site["preview"]["path"]
    return Markup(script_json(told))


def _language(page: Page, site: Context) -> str:
    spoken = {"question": "bank_language", "notebook": "notebook_language"}
    return str(site[spoken.get(page.template, "language")])


def trail_data(home: str, page: Context, steps: Sequence[Sequence[str]]) -> Markup:
    """Return the way to a page as a BreadcrumbList.

    Parameters
    ----------
    home
        What the first page is called.
    page
        The page as templates know it.
    steps
        The address below the site's and the title of each step; the last one is the page itself.
    """
    base = page["base"]
    named = [("", home), *((href, str(title)) for href, title, *_ in steps)]
    items = [
        {
            "@type": "ListItem",
            "position": number,
            "name": title,
            "item": base + (page["address"] if number == len(named) else _address(href)),
        }
        for number, (href, title) in enumerate(named, 1)
    ]
    whole = {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": items,
    }
    return Markup(script_json(whole))


def _address(path: str) -> str:
    return path.removesuffix("index.html") if path.endswith("/index.html") else path


def picture_data(path: str, content: bytes) -> Context:
    """Return the path of a picture in the site's folder, and its size if it is a PNG."""
    size = struct.unpack(">II", content[16:24]) if content[:8] == _PNG and content[23:] else ()
    return {"path": path, "size": size}
