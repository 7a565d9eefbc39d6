"""build_site: pages -> a folder for any static host. Unchanged pages are reused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from markupsafe import Markup

from prepkit.errors import PrepkitError
from prepkit.files import code_digest, digest, digest_files
from prepkit.language import language_of
from prepkit.notebook.picture_metadata import without_metadata
from prepkit.notebook.vega import PACKAGE as VEGA
from prepkit.scripts import style_sheet
from prepkit.site.build_dir import SiteFolder, names_in
from prepkit.site.bundle import mock_bundle, site_bundle, site_script
from prepkit.site.feeds import FeedEntry, atom_feed, sitemap
from prepkit.site.pages import Context, Page
from prepkit.site.prints import LIBRARIES, MAKERS, WHOLE, Print, pdf_size, print_path
from prepkit.site.questions import script_json
from prepkit.site.redirects import find_redirects
from prepkit.site.rendering import ASSETS, render, site_styles
from prepkit.site.search import page_digest
from prepkit.site.search_index import INDEX, index_site
from prepkit.site.settings import Settings, content_security_policy
from prepkit.site.sharing import picture_data
from prepkit.site.vendor import Vendor, installed_version
from prepkit.text import pluralize

_PACKAGE = ASSETS.parents[1]

_ASSETS = ("icon.svg", "preview.png")
_SCRIPTS = ("theme.js", "search.js", "charts.js")
_NO_ADDRESS = (
    "No sitemap and no feed were made, because they need the site's address. Give it with"
    " --base-url https://… or as base_url in site.toml."
)

_PAGE_MAKERS = (
    *("prepkit.site.bank_pages", "prepkit.site.book_pages", "prepkit.site.linking"),
    *("prepkit.site.notebooks", "prepkit.site.rendering"),
)
_INDEX_MAKERS = ("prepkit.site.search_index",)
"""The modules that make the pages and the search index; what they import counts too."""

_LIBRARIES = (
    *(
        "babel",
        "jinja2",
        "latex2mathml",
        "markdown-it-py",
        "markupsafe",
        "mdit-py-plugins",
        "nbformat",
        "nh3",
    ),
    *("pygments", "pyyaml", "tinycss2"),
)
"""The libraries whose versions can change the pages."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """The result of a build; its `str` is what the publisher reads."""

    folder: Path
    pages: int
    made: int
    """How many pages were built now; the others were reused."""
    notices: tuple[str, ...]
    """What is left out or shown differently."""
    hints: tuple[str, ...] = ()
    """What the site lacks because of its settings."""

    def __str__(self) -> str:
        rest = f"{self.pages - self.made:,} unchanged"
        return f"{self.folder}: {pluralize(self.pages, 'page')}, {self.made:,} built now, {rest}"


def build_site(
    output: Path,
    pages: Sequence[Page],
    *,
    settings: Settings,
    prints: Sequence[Print] = (),
    notices: Sequence[str] = (),
    bank_language: str = "en",
    now: datetime,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> BuildReport:
    """Write a site to `output`, replacing the one that prepkit wrote there before.

    A page is built again if its question or notebook, a title next to it, the settings, or the code
    that makes pages has changed.

    Parameters
    ----------
    output
        The folder. Whatever happens, it has either the whole old site or the whole new one.
    pages
        All pages.
    settings
        What the publisher has chosen.
    prints
        The PDFs of the pages.
    notices
        What the report says besides the notices of the pages, before them.
    bank_language
        The language of the questions.
    now
        The date of the changes in this build.
    progress
        Is called with the number of finished pages and PDFs, and the number of all.

    Raises
    ------
    PrepkitError
        If `output` has files that prepkit didn't write, or if something can't be read or written.
    """
    try:
        build = _Build(SiteFolder(output), settings, bank_language, pages, now)
        made, all_of = 0, len(prints) + len(pages)
        for done, one in enumerate(prints):
            progress(done, all_of)
            build.add_print(one)
        build.measure_whole()
        for done, page in enumerate(pages, start=len(prints)):
            progress(done, all_of)
            made += build.add_page(page)
        build.add_assets()
        build.add_feeds()
        build.add_index()
        build.add_publishers_files()
        build.add_redirects()
        build.folder.publish_atomically()
    except OSError as error:
        place = error.filename or output
        raise PrepkitError(
            f"{place} can't be read or written ({error.strerror}). {output} was not changed."
        ) from error
    progress(all_of, all_of)
    hints = () if settings.base_url else (_NO_ADDRESS,)
    return BuildReport(output, len(pages), made, (*notices, *build.notices()), hints)


class _Build:
    """One build of one site; each method puts one part into the folder."""

    def __init__(
        self,
        folder: SiteFolder,
        settings: Settings,
        bank_language: str,
        pages: Sequence[Page],
        now: datetime,
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.pages = pages
        self.now = now.isoformat(timespec="seconds")
        self._unfit: list[str] = []
        self.assets = _assets(settings.language, bank_language, settings.contents)
        # Browsers cache what they load. A version in the address makes them load a changed file.
        loaded = digest(*(part for asset in self.assets.items() for part in asset))[:8]
        sections = {page.section for page in pages}
        vendor = Vendor.beside(folder.fetched) if settings.vendor else None
        self.site = _site(settings, bank_language, sections)
        self.site |= {"version": loaded, "vendor": vendor}
        self.fetcher = vendor.fetch if vendor else None
        # The digest of the code takes a while, so it is remembered as long as no file changes.
        self.package = digest_files(_package_files(_PACKAGE, ".py", ".j2", ".po", ".svg"))
        code = folder.remember(f"pages {self.package}", page_code_digest)
        libraries = [version(name) for name in _LIBRARIES]
        self.same_for_all = digest(code, *libraries, repr(sorted(self.site.items())))
        self.prints: list[Print] = []
        self.whole_size = ""
        self.unprinted: dict[Print, str] = {}

    def add_print(self, one: Print) -> None:
        """Put a PDF into the new site; if it can't be made, the notices say so."""
        self.prints.append(one)
        key = digest(self._print_code(), one.cache_key)
        if self.folder.reuse_made(one.path, key):
            return
        failures = self.fetcher.failures if self.fetcher else 0
        try:
            handout = one.make(self.fetcher)
        except PrepkitError as error:
            self.unprinted[one] = f"{one.source or one.path}: there is no PDF of it: {error}"
        else:
            told = handout.notices if one.source else ()
            if self.fetcher and self.fetcher.failures > failures:
                key = ""  # so that the next build tries again
            self.folder.add_made(one.path, handout.pdf, key=key, notices=told)

    def measure_whole(self) -> None:
        """Note how large the PDF of all notebooks is, which its link says."""
        if WHOLE in self.folder.made:
            pdf = (self.folder.new / WHOLE).read_bytes()
            self.whole_size = pdf_size(pdf, language_of(self.settings.language))

    def _print_code(self) -> str:
        """Return the digest of what makes PDFs."""
        files = digest_files(_package_files(_PACKAGE / "handouts", ".typ", ".ttf", ".otf"))
        code = self.folder.remember(f"prints {self.package}", lambda: code_digest(*MAKERS))
        return digest(files, code, *map(version, LIBRARIES), installed_version(VEGA))

    def add_page(self, page: Page) -> bool:
        """Put a page into the new site; return whether it had to be built."""
        content = digest(page.title, page.description, page.cache_key)
        pdfs = {path for path in (print_path(page.path), WHOLE) if path in self.folder.made}
        sizes = self.whole_size if page.path == self.site["notebooks"] else ""
        key = digest(self.same_for_all, content, page.around, sizes, *sorted(pdfs))
        if self.folder.reuse_page(page.path, key):
            return False
        failures = self.fetcher.failures if self.fetcher else 0
        made = render(
            page, self.site | {"pdfs": pdfs, "whole_size": sizes}, trusted=self.settings.trust_html
        )
        if self.fetcher and self.fetcher.failures > failures:
            key = ""  # so that the next build tries again
        searched = page_digest(made.html.encode("utf-8", "replace")) if page.searched else ""
        self.folder.add_page(
            page.path, made, key=key, content=content, searched=searched, now=self.now
        )
        return True

    def add_assets(self) -> None:
        """Write the files that all pages load."""
        for name, content in self.assets.items():
            self.folder.add_file(f"assets/{name}", content)

    def add_feeds(self) -> None:
        """Write robots.txt, and the sitemap and the feed if the site's address is known."""
        base = self.settings.base_url
        robots = "User-agent: *\nAllow: /\n"
        if base:
            listed = [page for page in self.pages if page.listed]
            entries = [self._feed_entry(page, base) for page in listed]
            news = [entry for page, entry in zip(listed, entries, strict=True) if page.searched]
            feed = atom_feed(self.site["title"], base, news, author=self.settings.author)
            self.folder.add_file("sitemap.xml", sitemap(entries).encode())
            self.folder.add_file("feed.xml", feed.encode())
            robots += f"Sitemap: {base}sitemap.xml\n"
        self.folder.add_file("robots.txt", robots.encode())

    def _feed_entry(self, page: Page, base: str) -> FeedEntry:
        changed = self.folder.pages[page.path].changed
        return FeedEntry(base + page.address, page.title, page.description, changed)

    def add_index(self) -> None:
        """Write the search index; unchanged parts of the old one are reused if it is complete."""
        site = self.folder
        # Pagefind's files have no digests here, so if any is missing, no part is trusted.
        names = [name for name in site.before.files if name.startswith(f"{INDEX}/")]
        is_whole = all((site.output / name).is_file() for name in names)
        searched = {path: page.searched for path, page in site.pages.items() if page.searched}
        index_site(
            site.new,
            searched,
            old=site.output / INDEX if is_whole else None,
            code=site.remember(f"index {self.package}", lambda: code_digest(*_INDEX_MAKERS)),
            language=self._language_of_most(),
        )
        site.written |= {f"{INDEX}/{name}" for name in names_in(site.new / INDEX)}

    def _language_of_most(self) -> str:
        """Return the language of the questions, or else of the notebooks."""
        spoken = "bank_language" if self.site["has_questions"] else "notebook_language"
        return str(self.site[spoken])

    def add_publishers_files(self) -> None:
        """Copy the publisher's own files to the site; photos without the place they were taken."""
        folder = self.settings.files
        if folder is None:
            return
        for name in names_in(folder):
            if name in self.folder.written:
                raise PrepkitError(
                    f"{folder / name}: the site makes a file {name} itself; rename or remove yours."
                )
            content = (folder / name).read_bytes()
            with suppress(ValueError):  # a damaged picture is published as it is
                content = without_metadata(content)
            self.folder.add_file(name, content)

    def add_redirects(self) -> None:
        """Write the pages at old addresses; the others are in the notices."""
        title = language_of(self.settings.language).gettext("This page has moved")
        wanted, there = self.settings.redirects, self.folder.written
        for redirect in list(find_redirects(wanted, there, self._unfit)):
            page = redirect.page(title, self.settings.base_url)
            made = render(page, self.site, trusted=False)
            self.folder.add_file(page.path, made.html.encode())

    def notices(self) -> list[str]:
        """Return what is left out or shown differently on the pages."""
        told = [
            f"{page.source}: {notice}"
            for page in self.pages
            for notice in self.folder.pages[page.path].notices
        ]
        known = set(told)
        printed = [
            f"{one.source}, PDF: {notice}"
            for one in self.prints
            if one not in self.unprinted
            for notice in self.folder.made[one.path].notices
            if f"{one.source}: {notice}" not in known  # the page has said the same
        ]
        return [*told, *self.unprinted.values(), *printed, *self._unfit]


def _site(settings: Settings, bank_language: str, sections: set[str]) -> Context:
    """Return the variables that all templates use."""
    usual = Settings()
    say = language_of(settings.language).gettext
    title, description = settings.title, settings.description
    base = settings.base_url
    consent = {
        name: script and {"script": script.script, "cookies": list(script.cookies)}
        for name, script in settings.scripts.items()
    }
    return {
        **settings.model_dump(
            exclude={"files", "analytics", "marketing", "toc", "redirects", "vendor"}
        ),
        "title": say(title) if title == usual.title else title,
        "description": say(description) if description == usual.description else description,
        "bank_language": bank_language,
        "notebook_language": settings.contents,
        # A host shows 404.html at any address, so its links can't be relative ("../").
        "base_path": (urlsplit(base).path if base else "") or "/",
        "preview": _preview(settings),
        "csp": content_security_policy(settings),
        "chart_csp": content_security_policy(settings, charts=True),
        "consent": Markup(script_json(consent)),
        "has_companies": "companies" in sections,
        "has_levels": "levels" in sections,
        "has_mock": "mock" in sections,
        "notebooks": "notebooks/index.html" if "questions" in sections else "index.html",
        "has_notebooks": "notebooks" in sections,
        "has_questions": "questions" in sections,
    }


def _preview(settings: Settings) -> Context | None:
    """Return the picture that is shown with a link to the site: the publisher's, or ours.

    Ours has the default title in it, so it isn't used for a site with another title or language.
    """
    if settings.files and (own := settings.files / "preview.png").is_file():
        return picture_data(own.name, own.read_bytes())
    usual = settings.title == Settings().title and language_of(settings.language).is_english
    ours = ASSETS / "preview.png"
    return picture_data(f"assets/{ours.name}", ours.read_bytes()) if usual else None


def _assets(*spoken: str) -> Mapping[str, bytes]:
    """Return the files that all pages load, by name; `spoken` are the languages of the site."""
    fonts = [path for path in (ASSETS / "fonts").iterdir() if path.suffix != ".css"]
    vendored = [path for path in (ASSETS / "vendor").iterdir() if path.suffix != ".css"]
    paths = [*(ASSETS / name for name in _ASSETS), *sorted(fonts), *sorted(vendored)]
    texts = {name: site_script(name, *spoken) for name in _SCRIPTS} | {
        "mock.css": style_sheet("mock.css"),
        "mock.bundle.js": mock_bundle(*spoken),
        "search.css": style_sheet("search.css"),
        "site.css": site_styles(),
        "site.bundle.js": site_bundle(*spoken),
    }
    ours = {name: text.encode() for name, text in texts.items()}
    return {path.name: path.read_bytes() for path in paths} | ours


def page_code_digest(package: Path = _PACKAGE) -> str:
    """Return the digest of everything that makes pages: code, templates and drawings.

    Parameters
    ----------
    package
        The folder of prepkit.
    """
    files = _package_files(package, ".j2", ".po", ".svg")
    return digest(code_digest(*_PAGE_MAKERS, package=package), digest_files(files))


def _package_files(package: Path, *suffixes: str) -> list[Path]:
    return sorted(path for path in package.rglob("*") if path.suffix in suffixes)
