"""Small pages with the real scripts and styles of the published site, served to a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route

from prepkit.bank import Bank
from prepkit.scripts import page_script, style_sheet
from prepkit.sheet import sheet_of
from prepkit.site.bundle import site_bundle
from prepkit.site.rendering import ASSETS

ADDRESS = "http://www.site.example"
"""Neither https nor localhost, so what browsers keep for those is missing here too."""

VENDOR = ASSETS / "vendor"

LONG = ".long { height: 200vh; }"

Consent = dict[str, dict[str, Any] | None]
NOTHING: Consent = {"analytics": None, "marketing": None}


def policy(consent: Consent) -> str:
    """Return the Content-Security-Policy of a page, with the hosts that are configured."""
    hosts = "".join(
        " {0.scheme}://{0.netloc}".format(urlsplit(each["script"]))
        for each in consent.values()
        if each
    )
    return (
        f"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hosts}; style-src 'self'; "
        "style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        f"media-src blob:; connect-src 'self'{hosts}; form-action 'self'; base-uri 'none'"
    )


def for_script(value: object) -> str:
    """Return JSON that can stand in a script element."""
    return json.dumps(value).replace("<", "\\u003c")


def page_html(title: str, root: str, content: str, consent: Consent) -> str:
    """Return a page around `content`; `root` leads to the site's first folder."""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="{policy(consent)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<script src="{root}assets/theme.js"></script>
<link rel="stylesheet" href="{root}assets/site.css">
<link rel="stylesheet" href="{root}assets/star_form.css">
<link rel="stylesheet" href="{root}assets/cookieconsent.css">
<link rel="stylesheet" href="{root}assets/answers.css">
<link rel="stylesheet" href="{root}assets/long.css">
<script src="{root}assets/cookieconsent.umd.js" defer></script>
<script src="{root}assets/site.bundle.js" defer></script></head>
<body data-root="{root}" data-answers="prepkit">
<header class="top"><div class="bar"><a class="brand" href="{root}index.html">Questions</a>
<form role="search" action="{root}search.html"><label class="unseen" for="find">Search</label>
<input type="search" id="find" name="q"></form>
<button type="button" class="theme-switch" aria-label="Dark theme"></button></div></header>
<main class="page"><h1>{title}</h1>{content}</main>
<footer class="foot">
<button type="button" data-cc="show-preferencesModal">Cookie preferences</button>
<button type="button" class="shortcuts-show">Keyboard shortcuts</button></footer>
<script type="application/json" id="consent">{for_script(consent)}</script>
</body></html>"""


def question_page(bank: Bank, number: int, consent: Consent) -> str:
    """Return the page of one of the three questions."""
    sheet = sheet_of(bank[f"craft/{number:02d}"])
    why, key_points, *_ = sheet.sections
    points = "".join(f"<li>{point.text}</li>" for point in key_points.items)
    form = sheet.without_answer(("ticks", "boxes")).to_json()
    before = f'<a rel="prev" href="{number - 1:02d}.html">Previous</a>' if number > 1 else ""
    after = f'<a rel="next" href="{number + 1:02d}.html">Next</a>' if number < 3 else ""
    content = f"""
<nav class="sections" aria-label="On this page"><a href="#why">Why</a>
<a href="#answer">Your answer</a> <a href="#levels">Levels</a></nav>
<nav aria-label="Questions">{before} {after}</nav>
<h2 id="why">Why this is asked</h2><p>{why.items[0].text}</p>
<div id="answer" class="star" data-question="{sheet.id}">
<h2>Key points to cover</h2><ul>{points}</ul>
<h2>Your answer</h2><p>Situation, Task, Action, Result</p>
<script type="application/json">{for_script(form)}</script></div>
<h2 id="levels">What each level is expected to show</h2>
<p class="long">Much to read.</p>"""
    return page_html(sheet.text, "../../", content, consent)


def index_page(bank: Bank, consent: Consent) -> str:
    """Return a list of the questions, with marks and counts."""
    entries = [bank[f"craft/{number:02d}"] for number in (1, 2, 3)]
    items = "".join(
        f'<li><a href="questions/craft/{number:02d}.html">Question {number}</a> '
        f'<span class="mark" data-mark="{entry.id}" data-kind="{entry.question.kind}"></span></li>'
        for number, entry in enumerate(entries, 1)
    )
    content = f"""<ul>{items}</ul><p data-count="craft/" data-of="3"></p>
<p data-count="other/" data-of="7"></p><progress data-count="" max="3" aria-label="Finished">
</progress>"""
    return page_html("Questions", "", content, consent)


def answers_page(bank: Bank, consent: Consent) -> str:
    """Return “Your answers”."""
    questions = [
        {
            "id": name,
            "kind": bank[name].question.kind,
            "text": bank[name].question.text,
            "category": "Craft",
            "href": f"questions/{name}.html",
        }
        for name in ("craft/01", "craft/02", "craft/03")
    ]
    content = f"""<div id="answers"></div>
<script type="application/json" id="questions">{for_script(questions)}</script>"""
    return page_html("Your answers", "", content, consent)


def assets() -> dict[str, str]:
    """Return the files of assets/ by name."""
    return {
        "theme.js": page_script("theme.js"),
        "site.bundle.js": site_bundle(),
        "site.css": style_sheet("site.css"),
        "star_form.css": style_sheet("colours.css", "star_form.css"),
        "answers.css": style_sheet("answers.css"),
        "long.css": LONG,
        "cookieconsent.css": (VENDOR / "cookieconsent.css").read_text(),
        "cookieconsent.umd.js": (VENDOR / "cookieconsent.umd.js").read_text(),
    }


class Site:
    """The pages in one browser, and what went wrong in them."""

    def __init__(self, context: BrowserContext, bank: Bank, *, consent: Consent = NOTHING) -> None:
        self.context = context
        self.consent = consent
        self.bank = bank
        self.headers: dict[str, str] = {}
        """Sent with each page."""
        self.foreign: list[str] = []
        """Addresses of other hosts that were asked for."""
        self.complaints: list[str] = []
        """Errors in the pages' consoles, and what their policies refused."""
        self._assets = assets()
        context.route(f"{ADDRESS}/**", self._serve)
        context.on("request", self._note)
        context.on("page", self._listen)

    def files(self) -> dict[str, str]:
        """Return the pages by address."""
        pages = {
            f"questions/craft/{number:02d}.html": question_page(self.bank, number, self.consent)
            for number in (1, 2, 3)
        }
        return pages | {
            "index.html": index_page(self.bank, self.consent),
            "answers.html": answers_page(self.bank, self.consent),
        }

    def write(self, folder: Path) -> None:
        """Write the site as files."""
        named = {f"assets/{name}": text for name, text in self._assets.items()}
        for name, text in (self.files() | named).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)

    def open(self, name: str = "questions/craft/01.html") -> Page:
        """Open a page in a new tab."""
        page = self.context.new_page()
        page.goto(f"{ADDRESS}/{name}")
        return page

    def _serve(self, route: Route) -> None:
        name = urlsplit(route.request.url).path.removeprefix("/")
        pages = self.files()
        if name in pages:
            headers = {"content-type": "text/html; charset=utf-8", **self.headers}
            route.fulfill(body=pages[name], headers=headers)
        elif name.removeprefix("assets/") in self._assets:
            kind = "text/css" if name.endswith(".css") else "text/javascript"
            body = self._assets[name.removeprefix("assets/")]
            route.fulfill(body=body, content_type=f"{kind}; charset=utf-8")
        else:
            route.fulfill(status=404)

    def _note(self, request: Any) -> None:
        if not request.url.startswith((f"{ADDRESS}/", "data:", "blob:", "file:")):
            self.foreign.append(request.url)

    def _listen(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(said.text)
