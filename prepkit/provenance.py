"""How we know what is said about a company, in the words in which every view says it. Pure.

Every view shows a source by its `source_label`: what kind of source it is, the site, and when it
was read. So a reader never has to open a link to learn who says something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from prepkit.language import ENGLISH, Language

Basis = Literal["stated", "published value", "inferred"]
SourceKind = Literal["owner", "second-hand", "press", "candidate report", "coach"]

BASES: Mapping[Basis, str] = {
    "stated": "the company says that it looks for this",
    "published value": "the company has published it, which is no proof that it is scored",
    "inferred": "our reading of how the company works",
}
"""How we know that a company looks for something, and what that means for the reader."""

SOURCE_KINDS: Mapping[SourceKind, str] = {
    "owner": "Company's own site",
    "second-hand": "Company's own site, read second-hand",
    "press": "Press",
    "candidate report": "Candidate report",
    "coach": "Coach or preparation site",
}
"""How people read what kind of source it is, the best first."""

HEARSAY: frozenset[SourceKind] = frozenset({"candidate report", "coach"})
"""Sources that don't speak for the company: candidates, and people who sell preparation."""


def basis_title(basis: Basis, language: Language = ENGLISH) -> str:
    """Return a basis as a title, such as ``Published value``."""
    return language.gettext(basis.capitalize())


def meanings(bases: Iterable[Basis], language: Language = ENGLISH) -> list[tuple[Basis, str, str]]:
    """Return each of `bases` once, the strongest first, with its title and what it means."""
    named = set(bases)
    return [
        (basis, basis_title(basis, language), f"{language.gettext(meaning)}.")
        for basis, meaning in BASES.items()
        if basis in named
    ]


def legend_text(bases: Iterable[Basis]) -> str:
    """Return what each of `bases` means, as one paragraph."""
    return " ".join(f"{title}: {text}" for _, title, text in meanings(bases))


def source_label(
    kind: SourceKind | None,
    url: str,
    checked: date,
    dated: str | None = None,
    language: Language = ENGLISH,
) -> str:
    """Return such as ``Press: theverge.com, dated November 2024, read 29 November 2026``.

    Parameters
    ----------
    kind
        None if it isn't known, as in notebooks of before; then the label begins with the site.
    url
        The address, which may be anything that a notebook has stored.
    checked
        The day on which the source was last read.
    dated
        The source's own date: a year, a month or a day, such as ``2024-11``.
    language
        The language of the label.
    """
    parts = [source_host(url) or url]
    if dated:
        parts.append(language.gettext("dated %(when)s", when=language.period(dated)))
    parts.append(language.gettext("read %(day)s", day=language.day(checked)))
    told = ", ".join(parts)
    return f"{language.gettext(SOURCE_KINDS[kind])}: {told}" if kind else told


def source_host(url: str | None) -> str:
    """Return the site of a web address as people know it; empty if it isn't an https address."""
    host = urlsplit(url).hostname if url and url.startswith("https://") else None
    return (host or "").removeprefix("www.")
