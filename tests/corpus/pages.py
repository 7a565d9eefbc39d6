"""What pages and PDFs show, read by Chromium and pypdf; and nbconvert's page of a notebook."""

from __future__ import annotations

import mimetypes
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    ViewportSize,
    sync_playwright,
)
from traitlets.config import Config

from tests.corpus.shown import FORMULA, Link, Part, Shown, Visual, charts, is_web

HERE = Path(__file__).parent
HOST = "http://notebooks.example"
NBCONVERTS = "jupyter.example.html"
"""The name under which nbconvert's page is served, beside its notebook."""
PROMPTS = ".jp-InputPrompt, .jp-OutputPrompt, .anchor-link"
OUR_WORDS = ".note, details.code > summary"
"""What our page says itself."""


AS_THE_AUTHOR_WANTS = Config(
    TagRemovePreprocessor={
        "enabled": True,
        "remove_cell_tags": {"remove-cell", "remove_cell"},
        "remove_input_tags": {"remove-input", "remove_input"},
        "remove_all_outputs_tags": {"remove-output", "remove_output"},
    }
)
"""What is left out on purpose isn't missing."""


@dataclass(frozen=True, slots=True)
class Chromium:
    """A browser without scripts of pages, which sees only the files that it is given."""

    context: BrowserContext

    def read(
        self, folder: Path, path: str, *, html: str | None = None, root: str, skipped: str
    ) -> Mapping[str, Any]:
        """Return what a page in a folder shows; `html` is the page if it isn't a file.

        Raises
        ------
        LookupError
            If the page has no such part as `root`.
        """

        def serve(route: Route) -> None:
            asked = unquote(urlsplit(route.request.url).path).lstrip("/")
            if not route.request.url.startswith(HOST):
                route.abort()
            elif html is not None and asked == path:
                route.fulfill(body=html, content_type="text/html; charset=utf-8")
            elif (found := folder / asked).is_file():
                kind = mimetypes.guess_type(asked)[0] or "application/octet-stream"
                kind += "; charset=utf-8" if kind.startswith("text/") else ""
                route.fulfill(body=found.read_bytes(), content_type=kind)
            else:
                route.fulfill(status=404)

        page: Page = self.context.new_page()
        try:
            page.route("**/*", serve)
            page.goto(f"{HOST}/{quote(path)}", wait_until="load", timeout=120_000)
            script = (HERE / "reading.js").read_text("utf-8")
            read = page.evaluate(script, {"root": root, "skipped": skipped})
        finally:
            page.close()
        if read is None:
            raise LookupError(f"{path} has no {root}")
        found: Mapping[str, Any] = read
        return found


@contextmanager
def chromium() -> Iterator[Chromium]:
    """Start a browser."""
    path = (
        os.environ.get("PREPKIT_CHROMIUM")
        or shutil.which("chromium-headless-shell", path="/usr/bin")
        or shutil.which("chromium", path="/usr/bin")
    )
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield reader_in(browser)
        browser.close()


def reader_in(browser: Browser) -> Chromium:
    """Return what reads pages in a browser that runs; no script of a page runs there."""
    viewport: ViewportSize = {"width": 1100, "height": 900}
    return Chromium(browser.new_context(java_script_enabled=False, viewport=viewport))


# ---- nbconvert's page ----------------------------------------------------------------------------


def nbconvert_html(nb: Any) -> str:
    """Return nbconvert's page of a notebook, each cell and output wrapped to name its place."""
    from nbconvert import HTMLExporter

    for number, cell in enumerate(nb.cells, start=1):
        cell.metadata["corpus_number"] = number
    exporter = HTMLExporter(
        config=AS_THE_AUTHOR_WANTS, template_name="places", extra_template_basedirs=[str(HERE)]
    )
    html: str = exporter.from_notebook_node(nb)[0]
    return html


def theirs(browser: Chromium, folder: Path, notebook: Path) -> Shown:
    """Return what nbconvert's page of a notebook shows; `folder` holds all that it may link to."""
    import nbformat

    nb = nbformat.read(notebook, as_version=4)
    beside = notebook.parent.relative_to(folder)
    path = (beside / NBCONVERTS).as_posix()
    read = browser.read(folder, path, html=nbconvert_html(nb), root="body", skipped=PROMPTS)

    def leads(link: Mapping[str, Any]) -> bool:
        address = link["address"]
        target = unquote(re.split("[?#]", address)[0])
        return link["alive"] and (
            is_web(address) or not target or (notebook.parent / target).exists()
        )

    found = shown(read, leads)
    return Shown(found.parts, [*found.visuals, *charts(read["scripts"])], found.links)


def shown(read: Mapping[str, Any], leads: Callable[[Mapping[str, Any]], bool]) -> Shown:
    visuals = [
        Visual(one["place"], one["kind"], one["key"], one["source"])
        for one in read["pictures"]
        # A picture of another host would be there on the web; one that isn't found is nowhere.
        if one["loaded"] or (is_web(one["source"]) and not one["source"].startswith("data:"))
    ]
    links = [Link(one["place"], one["address"], one["text"]) for one in read["links"] if leads(one)]
    return Shown([Part(**one) for one in read["parts"]], visuals, links)


# ---- ours ----------------------------------------------------------------------------------------


def our_page(browser: Chromium, site: Path, path: str) -> Shown:
    """Return what a notebook's page on our site shows."""
    read = browser.read(site, path, root="article.notebook", skipped=OUR_WORDS)

    def leads(link: Mapping[str, Any]) -> bool:
        address = link["address"]
        if is_web(address) or not link["alive"]:
            return bool(link["alive"])
        target, _, name = unquote(address.split("?")[0]).partition("#")
        file = (site / path).parent / target if target else site / path
        if file.is_dir():
            file /= "index.html"
        if not file.is_file():
            return False
        return not (name and file.suffix == ".html") or f'id="{name}"' in file.read_text("utf-8")

    return shown(read, leads)


def our_pdf(path: Path) -> Shown:
    """Return what a tagged PDF shows: its text, and what its tags and its links say."""
    from pypdf import PdfReader

    if shutil.which("pdftotext"):
        command = ["pdftotext", "-enc", "UTF-8", str(path), "-"]
        text = subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8")
    else:
        text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    text = text.replace("\u00ad\n", "")
    pdf = PdfReader(path)
    tags = list(_tags(pdf.root_object.get("/StructTreeRoot")))
    formulas = f" {FORMULA}" * tags.count("/Formula")
    visuals = [Visual("", "picture", "figure")] * tags.count("/Figure")
    links = []
    for page in pdf.pages:
        for annotation in page.get("/Annots") or []:
            action = annotation.get_object().get("/A", {})
            address = action.get("/URI") if "/URI" in action else "#"
            links.append(Link("", str(address), ""))
    return Shown([Part("", text + formulas)], visuals, links)


def _tags(root: Any) -> Iterator[str]:
    """Yield the tags of a PDF's structure, each as often as it has an element."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            if "/S" in node:
                yield str(node["/S"])
            waiting.append(node.get("/K"))
