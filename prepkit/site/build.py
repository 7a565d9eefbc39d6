"""build_site: a question bank and executed notebooks -> a folder for any static host."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markupsafe import Markup

from prepkit.bank.synonyms import Synonyms
from prepkit.errors import PrepkitError
from prepkit.site.article import Renderer
from prepkit.site.bank_pages import bank_pages
from prepkit.site.build_dir import SiteFolder, digest, names_in
from prepkit.site.bundle import site_bundle
from prepkit.site.feeds import atom_feed, sitemap
from prepkit.site.notebooks import Notebook
from prepkit.site.pages import Context, Page, Published, plain_pages
from prepkit.site.questions import script_json
from prepkit.site.rendering import (
    ASSETS,
    notebook_context,
    render_page,
    render_question,
    style_sheet,
    worksheet_html,
)
from prepkit.site.search import INDEX, index_site, page_digest
from prepkit.site.settings import Settings, content_security_policy
from prepkit.text import pluralize

if TYPE_CHECKING:
    from prepkit.bank import Bank

FILES = "files"
"""The folder of a site that holds its pictures."""

_ASSETS = ("theme.js", "search.js", "search.css", "icon.svg", "preview.png")
_NO_ADDRESS = (
    "There is no sitemap and no feed, which need the site's address: say --base-url https://…,"
    " or base_url in site.toml."
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a build has done."""

    folder: Path
    pages: int
    made: int
    """Pages that were made now; the others were taken over."""
    notices: tuple[str, ...]
    """What is not published as it is, and what the publisher may want to know."""

    def __str__(self) -> str:
        return f"{self.folder}: {pluralize(self.pages, 'page')}, {self.made} of them made now"


def build_site(
    output: Path,
    *,
    bank: Bank | None,
    notebooks: Sequence[Notebook] = (),
    settings: Settings,
    synonyms: Sequence[Synonyms] = (),
    now: datetime,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Report:
    """Write a site to `output`, instead of the one that prepkit wrote there before.

    A page is made again when its question or notebook, a title beside it, the settings, or
    prepkit itself has changed.

    Parameters
    ----------
    output
        The folder. It is there as before, or whole and new, whatever happens on the way.
    bank
        The questions; None for a site of notebooks alone.
    notebooks
        Those to publish, which were checked.
    settings
        What the publisher has chosen.
    synonyms
        Further words by which questions are found.
    now
        What the changes of this build are dated.
    progress
        Is called with how many pages are done, and of how many.

    Raises
    ------
    PrepkitError
        If there is nothing to publish, `output` holds what isn't of a site that prepkit wrote, or
        something can't be read or written.
    """
    if bank is None and not notebooks:
        raise PrepkitError("There is nothing to publish: name a notebook, or leave out --no-bank.")
    published = [Published(each.path, each.title, each.summary) for each in notebooks]
    pages = plain_pages(published, with_bank=bank is not None)
    if bank is not None:
        pages = [*bank_pages(bank, synonyms, published), *pages]
    try:
        build = _Build(SiteFolder(output), settings, pages, now)
        made, of = 0, len(pages) + len(notebooks)
        for done, page in enumerate(pages):
            progress(done, of)
            made += build.page(page)
        for done, notebook in enumerate(notebooks, len(pages)):
            progress(done, of)
            made += build.notebook(notebook)
        build.assets()
        build.lists(pages, notebooks)
        build.index()
        build.publishers_files()
        build.folder.swap()
    except OSError as error:
        place = error.filename or output
        raise PrepkitError(
            f"{place} can't be read or written ({error.strerror}); {output} is as it was."
        ) from error
    progress(of, of)
    notices = [
        f"{each.source}: {notice}"
        for each in notebooks
        for notice in build.folder.pages[each.path].notices
    ]
    return Report(output, of, made, (*notices, *([] if settings.base_url else [_NO_ADDRESS])))


class _Build:
    """One build of one site; its methods put the parts into the folder."""

    def __init__(
        self, folder: SiteFolder, settings: Settings, pages: Sequence[Page], now: datetime
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.now = now.isoformat(timespec="seconds")
        self.site = _site(settings, {page.section for page in pages})
        self.same = digest(f"{code_digest()}{sorted(self.site.items())}".encode())

    def page(self, page: Page) -> bool:
        """Put a page into the new site; return whether it was made."""
        content = digest(f"{page.title}\n{page.description}\n{page.cache_key}".encode())
        key = digest(f"{self.same}{content}".encode())
        if self.folder.reuse(page.path, key):
            return False
        if page.template == "question":
            html = render_question(page, self.site, trusted=self.settings.trust_html)
        else:
            html = render_page(page, self.site)
        self._keep(page, html, key, content, {}, ())
        return True

    def notebook(self, notebook: Notebook) -> bool:
        """Put a notebook's page into the new site; return whether it was made."""
        content = notebook.digest
        key = digest(f"{self.same}{content}{notebook.source.name}".encode())
        if self.folder.reuse(notebook.path, key):
            return False
        article = Renderer(
            worksheet=lambda data: worksheet_html(data, 2),
            folder=notebook.source.parent,
            link=lambda name, _: f"../{FILES}/{name}",
            trusted=self.settings.trust_html,
        ).article(notebook.nb, notebook.title)
        summary = notebook.summary or notebook.title
        page = Page(notebook.path, "notebook", notebook.title, summary, "notebooks", dict)
        html = render_page(page, self.site, notebook_context(article))
        files = {f"{FILES}/{name}": picture for name, picture in article.files.items()}
        self._keep(page, html, key, content, files, article.notices)
        return True

    def _keep(
        self,
        page: Page,
        html: str,
        key: str,
        content: str,
        files: Mapping[str, bytes],
        notices: tuple[str, ...],
    ) -> None:
        self.folder.keep(
            page.path,
            html,
            key=key,
            content=content,
            searched=page_digest(html.encode("utf-8", "replace")) if page.searched else "",
            now=self.now,
            files=files,
            notices=notices,
        )

    def assets(self) -> None:
        """Write what all pages load."""
        fonts = [path for path in (ASSETS / "fonts").iterdir() if path.suffix != ".css"]
        vendored = [path for path in (ASSETS / "vendor").iterdir() if path.suffix != ".css"]
        for path in [*(ASSETS / name for name in _ASSETS), *fonts, *vendored]:
            self.folder.write(f"assets/{path.name}", path.read_bytes())
        self.folder.write("assets/site.css", style_sheet().encode())
        self.folder.write("assets/site.bundle.js", site_bundle().encode())

    def lists(self, pages: Sequence[Page], notebooks: Sequence[Notebook]) -> None:
        """Write what machines read: the sitemap and the feed need the site's address."""
        base = self.settings.base_url
        robots = "User-agent: *\nAllow: /\n"
        if base:
            found = [
                (base + page.address, page.title, page.description, page.path, page.searched)
                for page in pages
                if page.listed
            ]
            found += [
                (base + one.path, one.title, one.summary, one.path, True) for one in notebooks
            ]
            changed = {path: kept.changed for path, kept in self.folder.pages.items()}
            dated = [(address, changed[path]) for address, _, _, path, _ in found]
            self.folder.write("sitemap.xml", sitemap(dated).encode())
            entries = [
                (address, title, summary, changed[path])
                for address, title, summary, path, read in found
                if read
            ]
            feed = atom_feed(self.settings.title, base, entries, author=self.settings.author)
            self.folder.write("feed.xml", feed.encode())
            robots += f"Sitemap: {base}sitemap.xml\n"
        self.folder.write("robots.txt", robots.encode())

    def index(self) -> None:
        """Write the search index; what is the same of the old one is taken over, if it is whole."""
        site = self.folder
        names = [name for name in site.theirs if name.startswith(f"{INDEX}/")]
        whole = all((site.output / name).is_file() for name in names)
        digests = {path: kept.searched for path, kept in site.pages.items() if kept.searched}
        index_site(site.new, site.output / INDEX if whole else None, digests)
        site.written |= {f"{INDEX}/{name}" for name in names_in(site.new / INDEX)}

    def publishers_files(self) -> None:
        """Copy what the publisher wants on the site besides its pages."""
        folder = self.settings.files
        if folder is None:
            return
        for name in names_in(folder):
            if name in self.folder.written:
                raise PrepkitError(
                    f"{folder / name}: the site has a file {name} of its own; rename or remove it."
                )
            self.folder.write(name, (folder / name).read_bytes())


def _site(settings: Settings, sections: set[str]) -> Context:
    """Return what all pages show."""
    base = settings.base_url
    consent = {
        name: script and {"script": script.script, "cookies": list(script.cookies)}
        for name, script in settings.scripts.items()
    }
    return {
        "title": settings.title,
        "description": settings.description,
        "language": settings.language,
        "author": settings.author,
        "repository": settings.repository,
        "answers": settings.answers,
        "base_url": base,
        # A host shows the page of a missing address wherever that is, so it can't use "../".
        "base_path": (urlsplit(base).path if base else "") or "/",
        "preview": _preview(settings),
        "csp": content_security_policy(settings),
        "consent": Markup(script_json(consent)),
        "has_companies": "companies" in sections,
        "has_levels": "levels" in sections,
        "notebooks": "notebooks/index.html" if "questions" in sections else "index.html",
        "has_notebooks": "notebooks" in sections,
        "has_questions": "questions" in sections,
        # Browsers keep what they have loaded, but not under another address.
        "version": code_digest()[:8],
    }


def _preview(settings: Settings) -> str | None:
    """Return the picture with which a link to the site is shown: the publisher's, or ours.

    Ours names the title that the site has where the publisher sets none.
    """
    if settings.files and (settings.files / "preview.png").is_file():
        return "preview.png"
    return "assets/preview.png" if settings.title == Settings().title else None


@cache
def code_digest() -> str:
    """Return the digest of what makes the pages: prepkit's code, and the libraries' versions."""
    found = hashlib.sha256()
    for name in ("jinja2", "markdown-it-py", "mdit-py-plugins", "nh3", "pagefind-bin", "pygments"):
        found.update(f"{name} {version(name)}\n".encode())
    package = ASSETS.parents[1]
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".js", ".css", ".j2", ".svg", ".woff2") and path.is_file():
            found.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return found.hexdigest()
