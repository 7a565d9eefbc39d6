"""What a site costs: CPU seconds, memory and bytes, against nbconvert's lab template.

Run with ``python tests/benchmarks/bench_site.py [--pages N …] [--questions N] [--many N]``; 0
leaves a part out. All rows are of one run, on the same notebooks, made up before anything is timed.
Seconds are those of whole processes with their children, Pagefind too; memory is the most that all
processes of a build had together, looked at ten times a second.

A page's weight is that of all that a browser fetches, from the site's folder, for a walk through
all pages, divided by the pages: what pages share is fetched once. The search index is left out. A
first visit, to one page alone, is shown beside it.
"""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import nbformat
import pandas as pd
import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))

from prepkit.bank import load_bank, shipped_folder
from prepkit.bank.format import format_question
from prepkit.records import Question
from tests.serving import serving

SEARCHES = Path(__file__).parents[1] / "data" / "searches.csv"
IN_A_CATEGORY = 50


class Cost(NamedTuple):
    """What a command takes."""

    cpu: float
    """Seconds."""
    mib: float
    """The most memory."""


class Checks:
    """The table of results and limits, each row printed as soon as it is known."""

    def __init__(self) -> None:
        self.kept = True

    def row(self, what: str, result: float, unit: str, limit: tuple[str, float] | None) -> None:
        """Print a row; `limit` is such as ``("<=", 0.8)``, None where nothing is asked."""
        holds = limit is None or (result <= limit[1] if limit[0] == "<=" else result >= limit[1])
        self.kept &= holds
        wanted = f"{limit[0]} {limit[1]:g}" if limit else ""
        print(
            f"{what:60}{result:10.3f} {unit:6}{wanted:>10}{'' if holds else '  MISSED'}", flush=True
        )


# ---- what is built -------------------------------------------------------------------------------


def plot(chance: random.Random) -> str:
    """Return a bar chart as SVG."""
    bars = "".join(
        f'<rect x="{20 + 24 * place}" y="{200 - height}" width="18" height="{height}"/>'
        f'<text x="{20 + 24 * place}" y="215">{place}</text>'
        for place, height in enumerate(chance.choices(range(20, 180), k=16))
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 230">{bars}</svg>'


def notebook(number: int, words: list[str]) -> Any:
    """Return an executed notebook: prose, a frame, a plot, and cells whose code is hidden."""
    chance = random.Random(number)

    def prose(count: int) -> str:
        return " ".join(chance.choices(words, k=count)).capitalize() + "."

    def bullets() -> str:
        return "\n".join(f"- {prose(12)}" for _ in range(4))

    v4 = nbformat.v4
    frame = pd.DataFrame(
        {"company": chance.choices(words, k=6), "focus": [prose(6) for _ in range(6)]}
    )
    table = v4.new_output(
        "execute_result",
        data={"text/html": frame.to_html(), "text/plain": str(frame)},
        execution_count=1,
    )
    chart = v4.new_output(
        "display_data", data={"image/svg+xml": plot(chance), "text/plain": "plot"}
    )
    hidden = {"tags": ["hide-input", "remove-input"]}
    cells = [
        v4.new_markdown_cell(f"# {prose(12)}\n\n{prose(40)}"),
        v4.new_markdown_cell(f"## Why this is asked\n\n{prose(60)}"),
        v4.new_markdown_cell(f"## Key points to cover\n\n{bullets()}"),
        v4.new_code_cell("companies", outputs=[table], execution_count=1, metadata=hidden),
        v4.new_markdown_cell(f"## Example answer\n\n{prose(90)}\n\n{prose(90)}\n\n{prose(60)}"),
        v4.new_code_cell(
            "progress.plot.bar()", outputs=[chart], execution_count=2, metadata=hidden
        ),
        v4.new_markdown_cell(f"## Tips\n\n{bullets()}"),
    ]
    return v4.new_notebook(cells=cells, metadata={"title": prose(8)})


def write_notebooks(folder: Path, count: int) -> list[str]:
    """Write notebooks, always the same ones, and return their names."""
    bank = load_bank()
    words = [word for one in bank for word in bank[one].question.why.split()]
    names = [f"notebook-{number:05d}.ipynb" for number in range(count)]
    folder.mkdir()
    for number, name in enumerate(names):
        nbformat.write(notebook(number, words), folder / name)
    return names


def write_bank(folder: Path, count: int) -> list[Path]:
    """Write a bank of new questions in the words of the shipped one; return the files."""
    bank = load_bank()
    models = [bank[one].question for one in bank]
    words = [word for one in models for word in one.why.split()]
    (folder / "questions").mkdir(parents=True)
    shutil.copy(shipped_folder() / "companies.yaml", folder)
    categories, paths = [], []
    for number in range(count):
        category, place = divmod(number, IN_A_CATEGORY)
        slug = f"category-{category}"
        if place == 0:
            (folder / "questions" / slug).mkdir()
            categories.append(
                f"- {{slug: {slug}, title: Category {category}, icon: ⚙, description: Work.}}\n"
            )
        chance = random.Random(number)
        model = models[number % len(models)].model_dump()
        text = " ".join(chance.choices(words, k=14))
        new = {"category": slug, "number": place + 1, "text": f"Tell me about {text}."}
        new["why"] = " ".join(chance.choices(words, k=60))
        path = folder / "questions" / slug / f"{place + 1:02d}-question.md"
        path.write_text(format_question(Question.model_validate({**model, **new})))
        paths.append(path)
    (folder / "categories.yaml").write_text("".join(categories))
    return paths


# ---- what it costs -------------------------------------------------------------------------------


def cost(command: list[str], folder: Path) -> Cost:
    """Return what a command takes, with all its children."""
    before, most = os.times(), 0.0
    with tempfile.TemporaryFile() as said:
        process = psutil.Popen(command, cwd=folder, stdout=said, stderr=said)
        ended = threading.Event()

        def watch() -> None:
            nonlocal most
            while not ended.wait(0.1):
                total = 0.0
                with suppress(psutil.NoSuchProcess):
                    for one in (process, *process.children(recursive=True)):
                        with suppress(psutil.NoSuchProcess):
                            total += one.memory_info().rss / 2**20
                most = max(most, total)

        watcher = threading.Thread(target=watch)
        watcher.start()
        status = process.wait()
        ended.set()
        watcher.join()
        if status:
            said.seek(0)
            raise RuntimeError(f"{command[:8]}: {said.read().decode()}")
    after = os.times()
    cpu = after.children_user - before.children_user
    cpu += after.children_system - before.children_system
    return Cost(cpu, most)


def ours(output: str, *options: str) -> list[str]:
    """Return the command that builds a site."""
    return [sys.executable, "-m", "prepkit", "site", *options, "-o", output]


def lab(names: list[str], output: str) -> list[str]:
    """Return nbconvert's command for all notebooks."""
    nbconvert = [sys.executable, "-m", "nbconvert", "--to", "html", "--template", "lab"]
    return [*nbconvert, *names, "--output-dir", output]


@contextmanager
def browser_page() -> Iterator[Any]:
    """Open a tab of Chromium."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("PREPKIT_CHROMIUM") or shutil.which("chromium", path="/usr/bin")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def fetched(folder: Path, paths: list[str]) -> tuple[set[str], set[str]]:
    """Return what a browser asks for on a walk: files of the folder, and other addresses."""
    asked: list[str] = []
    with serving(folder) as address, browser_page() as page:
        page.on("request", lambda request: asked.append(request.url))
        for path in paths:
            page.goto(address + path, wait_until="load")
            page.wait_for_timeout(200)
    files = {urlsplit(one).path.lstrip("/") for one in asked if one.startswith(address)}
    others = {one for one in asked if not one.startswith((address, "data:", "blob:"))}
    return files, others


def size(folder: Path, files: set[str]) -> int:
    """Return the bytes of those files that are there."""
    return sum((folder / one).stat().st_size for one in files if (folder / one).is_file())


def check_whole(site: Path, names: list[str]) -> None:
    """Raise an error where a page is missing, or what its notebook shows."""
    for name in names:
        html = (site / "notebooks" / name).with_suffix(".html").read_text(encoding="utf-8")
        missing = [
            part for part in ("<table", "Example answer", "Tips", "<img") if part not in html
        ]
        if missing or "progress.plot.bar" in html:
            raise RuntimeError(f"{name}: its page lacks {missing}, or shows hidden code")


# ---- the parts -----------------------------------------------------------------------------------


def notebooks_part(count: int, table: Checks) -> None:
    """Compare both ways on `count` notebooks."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = write_notebooks(folder / "in", count)
        site, labs = folder / "site", folder / "lab"
        mine = cost(ours(str(site), *names, "--no-bank"), folder / "in")
        theirs = cost(lab(names, str(labs)), folder / "in")
        check_whole(site, names)
        middle = folder / "in" / names[count // 2]
        middle.write_text(middle.read_text().replace(" the ", " another ", 3))
        again = cost(ours(str(site), *names, "--no-bank"), folder / "in")
        few = names[:3]
        pages = [f"notebooks/{Path(one).stem}.html" for one in few]
        first, _ = fetched(site, pages[:1])
        three, others = fetched(site, pages)
        shared = size(site, first & three) - size(site, set(pages[:1]))
        own = sum(
            path.stat().st_size
            for folder_name in ("notebooks", "files")
            for path in (site / folder_name).rglob("*")
            if path.is_file()
        )
        lab_bytes = sum(path.stat().st_size for path in labs.glob("*.html"))
        _, lab_others = fetched(labs, [Path(few[0]).with_suffix(".html").name])
        what = f"{count} notebooks"
        table.row(f"{what}: prepkit, CPU", mine.cpu, "s", None)
        table.row(f"{what}: lab template, CPU", theirs.cpu, "s", None)
        table.row(f"{what}: CPU, prepkit / lab", mine.cpu / theirs.cpu, "", ("<=", 0.8))
        table.row(f"{what}: one changed, / full build", again.cpu / mine.cpu, "", None)
        table.row(f"{what}: a page of prepkit", (own + shared) / count / 1024, "KiB", None)
        table.row(f"{what}: a page of lab", lab_bytes / count / 1024, "KiB", None)
        ratio = (own + shared) / lab_bytes
        limit = ("<=", 1 / 20) if count >= 100 else None
        table.row(f"{what}: page weight, prepkit / lab", ratio, "", limit)
        html = sum(path.stat().st_size for path in (site / "notebooks").glob("notebook-*.html"))
        table.row(f"{what}: HTML alone, prepkit / lab", html / lab_bytes, "", ("<=", 1 / 20))
        table.row(f"{what}: a first visit to one page", size(site, first) / 1024, "KiB", None)
        table.row(f"{what}: other hosts asked by lab", len(lab_others), "", None)
        table.row(f"{what}: other hosts asked by prepkit", len(others), "", ("<=", 0))
        table.row(f"{what}: most memory of prepkit", mine.mib, "MiB", None)
        table.row(f"{what}: most memory of lab", theirs.mib, "MiB", None)


def questions_part(count: int, table: Checks) -> None:
    """Build a bank of `count` questions, and again with one changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = write_bank(folder / "bank", count)
        command = ours(str(folder / "site"), "--bank", str(folder / "bank"))
        full = cost(command, folder)
        same = cost(command, folder)
        changed = paths[len(paths) // 2]
        text, marked, rest = changed.read_text().partition("## Example answer")
        changed.write_text(text + marked + rest.replace(". ", ". By the way, ", 1))
        one = cost(command, folder)
        changed.write_text(changed.read_text().replace("Tell me about", "Describe", 1))
        title = cost(command, folder)
        what = f"{count} questions"
        table.row(f"{what}: a full build, CPU", full.cpu, "s", None)
        table.row(f"{what}: nothing changed, / full build", same.cpu / full.cpu, "", None)
        limit = ("<=", 0.15) if count >= 1000 else None
        table.row(f"{what}: one changed, / full build", one.cpu / full.cpu, "", limit)
        table.row(f"{what}: one's first line changed, / full build", title.cpu / full.cpu, "", None)
        table.row(f"{what}: most memory", full.mib, "MiB", None)


def many_part(count: int, table: Checks) -> None:
    """Look at the memory of a build of very many pages."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = write_notebooks(folder / "in", count)
        found = cost(ours(str(folder / "site"), *names, "--no-bank"), folder / "in")
        table.row(f"{count} notebooks: prepkit, CPU", found.cpu, "s", None)
        table.row(f"{count} notebooks: most memory", found.mib, "MiB", ("<=", 3 * 1024))


def search_part(table: Checks) -> None:
    """Search the shipped bank's site, and ask which hosts its pages want."""
    with SEARCHES.open(encoding="utf-8", newline="") as file:
        searches = list(csv.DictReader(file))
    with tempfile.TemporaryDirectory() as name:
        site = Path(name) / "site"
        cost(ours(str(site)), Path(name))
        pages = sorted(str(path.relative_to(site)) for path in site.rglob("*.html"))
        kinds = {page.rsplit("/", 1)[0] + page[-10:]: page for page in pages}
        _, others = fetched(site, sorted(kinds.values()))
        table.row("the bank: other hosts asked", len(others), "", ("<=", 0))
        good = 0
        with serving(site) as address, browser_page() as page:
            for row in searches:
                page.goto(f"{address}search.html?{urlencode({'q': row['query']})}")
                page.wait_for_selector(".search-found[aria-busy=false]", state="attached")
                links = page.query_selector_all(".search-results h2 a")
                found = [link.get_attribute("href").split("/", 1)[1][:-5] for link in links]
                right = row["questions"].split()
                rank = next((at for at, one in enumerate(found, 1) if one in right), None)
                good += rank is not None and rank <= 5
                print(f"    {row['query']:68}{rank or '-':>4}")
        needed = 0.9 * len(searches)
        table.row(f"searches of {len(searches)}, right in the first five", good, "", (">=", needed))


def main() -> None:
    """Print the table; the exit status says whether every limit is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", nargs="+", type=int, default=[100, 1000])
    parser.add_argument("--questions", type=int, default=1000, help="for one changed question")
    parser.add_argument("--many", type=int, default=10_000, help="pages for the memory")
    parser.add_argument("--no-search", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["PREPKIT_HOME"] = home
        sys.exit(not measure(given))


def measure(given: argparse.Namespace) -> bool:
    """Print the table; return whether every limit is kept."""
    table = Checks()
    print(f"{'':60}{'result':>10} {'':6}{'limit':>10}")
    for count in given.pages:
        if count:
            notebooks_part(count, table)
    if given.questions:
        questions_part(given.questions, table)
    if not given.no_search:
        search_part(table)
    if given.many:
        many_part(given.many, table)
    return table.kept


if __name__ == "__main__":
    main()
