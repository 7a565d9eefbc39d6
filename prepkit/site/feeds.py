"""What machines read of a site: its sitemap, and an Atom feed of what changed (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

NEWEST = 50
"""Entries of a feed."""


def sitemap(pages: Sequence[tuple[str, str]]) -> str:
    """Return a sitemap, after sitemaps.org, of pages: address, and when it changed."""
    urls = "".join(
        f"<url><loc>{escape(address)}</loc><lastmod>{changed}</lastmod></url>\n"
        for address, changed in pages
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    )


def atom_feed(
    title: str, base: str, entries: Sequence[tuple[str, str, str, str]], *, author: str | None
) -> str:
    """Return an Atom feed (RFC 4287) of the entries that changed last.

    Parameters
    ----------
    title
        The site's.
    base
        The site's address, which ends in a slash.
    entries
        Address, title, summary, and when it changed.
    author
        Who writes; without one, the title stands there.
    """
    newest = sorted(entries, key=lambda entry: entry[3], reverse=True)[:NEWEST]
    shown = "".join(
        f"<entry><id>{escape(address)}</id><title>{escape(name)}</title>"
        f'<link href="{escape(address)}"/><updated>{changed}</updated>'
        f"<summary>{escape(summary)}</summary></entry>\n"
        for address, name, summary, changed in newest
    )
    updated = newest[0][3] if newest else "1970-01-01T00:00:00+00:00"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f'<id>{escape(base)}</id><title>{escape(title)}</title><link href="{escape(base)}"/>'
        f'<link rel="self" href="{escape(base)}feed.xml"/><updated>{updated}</updated>'
        f"<author><name>{escape(author or title)}</name></author>\n{shown}</feed>\n"
    )
