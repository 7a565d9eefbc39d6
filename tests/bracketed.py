"""A site in made-up German: what the catalogue has stands in brackets, so what it lacks is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from gettext import NullTranslations
from pathlib import Path

import pytest

from prepkit.language import CATALOGUES, Language, script_words
from prepkit.site import build as building
from prepkit.site import bundle, notebook_tools, publishing, rendering
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from tests.catalogues import messages, read
from tests.site_samples import rich_notebook, write_bank, write_notebook

DONE = "✓"
"""Stands where something in brackets was."""

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


class Bracketed(NullTranslations):
    """Puts what the German catalogue has into brackets."""

    def __init__(self) -> None:
        super().__init__()
        texts = messages(read(CATALOGUES / "de.po"))
        self.known: set[str] = set()
        for text in texts:
            self.known.update((text,) if isinstance(text, str) else text)

    def gettext(self, message: str) -> str:
        """Return a text in brackets, if it is known."""
        return f"⟦{message}⟧" if message in self.known else message

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the text for a number in brackets, if it is known."""
        return self.gettext(one if n == 1 else many)


def _bracketed_words(code: str, script: str) -> dict[str, str | list[str]]:
    texts = messages(read(CATALOGUES / "de.po"))
    plurals = {text[0]: text for text in texts if isinstance(text, tuple)}
    return {
        text: [f"⟦{form}⟧" for form in plurals[text]] if text in plurals else f"⟦{text}⟧"
        for text in script_words(code, script)
    }


@contextmanager
def brackets() -> Iterator[None]:
    """Let sites in German be made in brackets."""
    made = Language("de", Bracketed())
    with pytest.MonkeyPatch.context() as patch:
        for module in (building, notebook_tools, publishing, rendering):
            patch.setattr(module, "language_of", lambda code: made)
        patch.setattr(bundle, "script_words", _bracketed_words)
        _forget()
        yield
    _forget()


def _forget() -> None:
    rendering.templates.cache_clear()
    bundle.site_script.cache_clear()


def bracketed_site(folder: Path) -> Path:
    """Make a site in brackets, of a bank and a notebook in English, and return its folder."""
    bank = write_bank(folder / "bank", questions=2)
    (folder / "notebooks" / "more").mkdir(parents=True)
    cells = rich_notebook(bank)["cells"]
    for name in ("a-report", "more/another"):
        write_notebook(folder / "notebooks" / f"{name}.ipynb", *cells)
    settings = Settings(language="de", content_language="en", base_url="https://example.org/")
    with brackets():
        publish(
            folder / "site", [folder / "notebooks"], settings=settings, bank_folder=bank, now=NOW
        )
    return folder / "site"


def unbracketed(text: str) -> str:
    """Return a text without what is in brackets, from the innermost ones outwards."""
    before = ""
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", DONE, text)
    return text
