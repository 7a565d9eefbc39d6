"""Pages from templates: a page of the site, or one notebook as a single file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from prepkit.language import in_other_language, language_of
from prepkit.notebook.anchors import fragment
from prepkit.notebook.byline import Byline, byline
from prepkit.scripts import page_script, style_sheet
from prepkit.sheet import Sheet
from prepkit.site.article import Renderer
from prepkit.site.listing import question_path
from prepkit.site.live import CHARTS
from prepkit.site.notebook_tools import notebook_files, notebook_tools
from prepkit.site.pages import Context, Page, Rendered
from prepkit.site.questions import icon, line, question_view, running
from prepkit.site.sharing import page_data, trail_data

ASSETS = Path(str(files("prepkit"))) / "site" / "assets"
"""The folder of the files that pages load."""

FILES = "files"
"""The folder of a site that holds its pictures."""


def render(page: Page, site: Context, *, trusted: bool) -> Rendered:
    """Return a page as it is published.

    Parameters
    ----------
    page
        The page.
    site
        The variables that all templates use; see `prepkit.site.build`.
    trusted
        Whether the HTML of notebooks is published unchanged.
    """
    if page.template == "notebook":
        return _render_notebook(page, site, trusted=trusted)
    return Rendered(_fill_template(page, site, page.context()))


def _fill_template(
    page: Page, site: Context, context: Context, written: Byline | None = None
) -> str:
    authors = written.authors if written else ()
    day = written.day.isoformat() if written and written.day else ""
    head = {
        "path": page.path,
        "root": page.root if page.path != "404.html" else site["base_path"],
        "address": page.address,
        "title": page.title or site["title"],
        "description": page.description or site["description"],
        "section": page.section,
        "kind": page.template,
        "base": site["base_url"] or "",
        "data": page_data(page, site, authors=authors, day=day),
        # The libraries of charts make style sheets of their own while they run.
        "csp": site["chart_csp" if context.get("has_charts") else "csp"],
    }
    template = _templates_of(site).get_template(f"{page.template}.html.j2")
    return template.render(page=head, site=site, **context)


def _render_notebook(page: Page, site: Context, *, trusted: bool) -> Rendered:
    """Return a notebook's page, with its pictures in the folder that all notebooks share."""
    context = page.context()
    questions = context["questions"]
    follower = context["linking"].follower(page.path, page.root, trusted=trusted)
    renderer = Renderer(
        worksheet=partial(_worksheet, _templates_of(site)),
        folder=context["folder"],
        root=context["chapter"].root,
        link=lambda name, _: f"{page.root}{FILES}/{name}",
        question=lambda key: f"{page.root}{question_path(key)}" if key in questions else None,
        follow=follower.follow,
        trusted=trusted,
        words=language_of(site["language"]),
        language=site["notebook_language"],
        code=site["code"],
        vendor=site["vendor"],
        chart_remedy="" if site["vendor"] else "set vendor = true in site.toml",
        hosts=site["hosts"],
    )
    article = renderer.article(context["notebook"], page.title)
    downloads = notebook_files(page, context, site)
    parts = {
        "article": Markup(article.html),
        "sections": article.sections,
        "has_title": "<h1" in article.html,
        "tools": notebook_tools(
            page, context, site, has_code='<details class="code"' in article.html
        ),
        "has_charts": bool(article.scripts),
        **context["around"],
    }
    pictures = {f"{FILES}/{name}": picture for name, picture in article.files.items()}
    scripts = {f"{CHARTS}/{name}": script for name, script in article.scripts.items()}
    files = {**pictures, **follower.files, **downloads, **scripts}
    written = byline(context["notebook"])
    return Rendered(_fill_template(page, site, parts, written), files, article.notices)


def worksheet_html(sheet: Sheet, *, live: bool = True) -> str:
    """Return a question in a notebook as HTML, with the question as a heading of level 2.

    With `live` there is a form to write in. Otherwise the stored answer is shown, if there is one.
    """
    return _worksheet(templates(), sheet, live=live)


def _worksheet(templates: jinja2.Environment, sheet: Sheet, *, live: bool = True) -> str:
    parts: Any = templates.get_template("parts.html.j2").module
    view: Any = templates.globals["view"]
    prefix = f"{sheet.id.replace('/', '-')}-"
    html: str = parts.worksheet(view(sheet), 2, prefix, live)
    return html


def standalone_page(
    nb: Mapping[str, Any],
    name: str,
    *,
    title: str | None = None,
    folder: Path | None = None,
    live: bool = True,
) -> tuple[str, tuple[str, ...]]:
    """Return an executed notebook as a single HTML file that loads nothing else, and its notices.

    Parameters
    ----------
    nb
        The notebook, of format 4.
    name
        The title of the page if the notebook has none.
    title
        The title of the page, whatever the notebook's title is.
    folder
        Where the notebook is, for the pictures beside it.
    live
        Whether its worksheets are forms; otherwise they show the stored answers.

    Returns
    -------
    html : str
        The whole file.
    notices : tuple of str
        What is left out or shown differently, and where in the notebook.
    """
    from base64 import b64encode
    from mimetypes import guess_type

    from prepkit.site.bundle import site_bundle

    def link(file: str, content: bytes) -> str:
        return f"data:{guess_type(file)[0]};base64,{b64encode(content).decode()}"

    article = Renderer(
        worksheet=partial(worksheet_html, live=live),
        folder=folder,
        link=link,
        # Whoever gets a page with answers to read has no use for code that was folded away.
        folded_code=live,
    ).article(nb, name)
    html = (
        templates()
        .get_template("standalone.html.j2")
        .render(
            article=Markup(article.html),
            title=title or article.title,
            sections=article.sections,
            has_title="<h1" in article.html,
            style=Markup(site_styles(fonts=False)),
            scripts=[
                Markup(page_script("theme.js")),
                *([Markup(site_bundle())] if live else []),
            ],
        )
    )
    return html, article.notices


@cache
def site_styles(*, fonts: bool = True) -> str:
    """Return the style sheet of all pages; without `fonts`, that of a single page as one file."""
    ours = style_sheet("site.css", "outputs.css", "colours.css", "star_form.css")
    vendored = (ASSETS / "vendor" / "cookieconsent.css").read_text("utf-8")
    parts = [ours, vendored, style_sheet("answers.css")]
    if fonts:
        parts = [
            (ASSETS / "fonts" / "fonts.css").read_text("utf-8"),
            *parts,
            style_sheet("book.css"),
        ]
    return "\n".join(parts)


def _templates_of(site: Context) -> jinja2.Environment:
    return templates(site["language"], site["bank_language"], site["notebook_language"])


@cache
def templates(interface: str = "en", bank: str = "en", notebooks: str = "en") -> jinja2.Environment:
    """Return the templates in the language `interface`, with the marks of texts in other languages.

    A screen reader reads each text as the language says that it is marked with: ``in_bank`` marks
    an element with a text of the question bank, ``in_notebook`` one of notebooks, and
    ``in_ours`` what the page itself says among those, and ``in_english`` what a notebook stored.
    """
    language = language_of(interface)
    made: Any = jinja2.Environment(  # an extension adds methods, without types
        loader=jinja2.FileSystemLoader(ASSETS.parent / "template"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    words = language.translations
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)
    made.filters |= {"fragment": fragment, "icon": icon, "line": line, "running": running}
    foreign = in_other_language(bank, interface)
    in_notebook = _lang(in_other_language(notebooks, interface))
    made.globals |= {
        "in_bank": _lang(foreign),
        "in_notebook": in_notebook,
        "in_english": _lang(in_other_language("en", interface)),
        "in_ours": _lang(interface) if in_notebook else Markup(),
        # Folders are called as the publisher calls them; only the list of all is named by us.
        "folders": lambda steps, ours: [
            (href, title, "" if href == ours else in_notebook) for href, title in steps
        ],
        "trail_data": partial(trail_data, language.gettext("Home")),
        "view": partial(question_view, language=language, foreign=foreign),
    }
    environment: jinja2.Environment = made
    return environment


def _lang(code: str) -> Markup:
    return Markup(' lang="{}"').format(code) if code else Markup()
