"""What programs read of a site: its sitemap, and an Atom feed of new and changed pages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

NEWEST = 50
"""The most entries that a feed has."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A page in a feed or a sitemap."""

    address: str
    title: str
    summary: str
    changed: str
    """When its content changed, in ISO 8601."""


def sitemap(entries: Sequence[FeedEntry]) -> str:
    """Return a sitemap in the format of sitemaps.org."""
    urls = "".join(
        f"<url><loc>{escape(entry.address)}</loc><lastmod>{entry.changed}</lastmod></url>\n"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    )


def atom_feed(title: str, base: str, entries: Sequence[FeedEntry], *, author: str | None) -> str:
    """Return an Atom feed (RFC 4287) of the entries that changed last.

    Parameters
    ----------
    title
        The site's title.
    base
        The site's address, which ends with a slash.
    entries
        All pages that may be in the feed; the newest `NEWEST` are.
    author
        The name of the author; without one, the title is used.
    """
    newest = sorted(entries, key=lambda entry: entry.changed, reverse=True)[:NEWEST]
    items = "".join(
        f"<entry><id>{escape(entry.address)}</id><title>{escape(entry.title)}</title>"
        f'<link href="{escape(entry.address)}"/><updated>{entry.changed}</updated>'
        f"<summary>{escape(entry.summary)}</summary></entry>\n"
        for entry in newest
    )
    updated = newest[0].changed if newest else "1970-01-01T00:00:00+00:00"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f'<id>{escape(base)}</id><title>{escape(title)}</title><link href="{escape(base)}"/>'
        f'<link rel="self" href="{escape(base)}feed.xml"/><updated>{updated}</updated>'
        f"<author><name>{escape(author or title)}</name></author>\n{items}</feed>\n"
    )
