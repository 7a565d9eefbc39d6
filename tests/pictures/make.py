"""Make the README's pictures again, and the one that links to a site are shown with.

Run it: ``make pictures``. The workbook is opened with the sample answers, in a home of its own.
Needs Chromium, and pdftoppm (Debian's poppler-utils) for the page.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from prepkit.__main__ import main as prepkit
from prepkit.answers import AnswerStore, import_file
from prepkit.bank import shipped_folder
from prepkit.site.publishing import publish
from prepkit.site.rendering import ASSETS
from prepkit.site.settings import Settings
from prepkit.workbook import copy_notebooks, default_notebooks
from prepkit.workbook.server import LabProcess, free_port

HERE = Path(__file__).parent
STUDENT, DAY = "2027-014", "2027-01-04"
"""Whose packet is shown, and its date: six weeks before the interview."""
CHROMIUM = os.environ.get("PREPKIT_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SHAPE = 1500 / 1240  # the highest: the README shows them side by side
COLOURS = 96  # enough for text and flat colours, at a third of the size


def shrink(source: Path, target: Path, width: int) -> None:
    """Write the top of a picture, `width` pixels wide and of one shape, with a small palette."""
    with Image.open(source) as picture:
        height = min(picture.height, round(picture.width * SHAPE))
        top = picture.convert("RGB").crop((0, 0, picture.width, height))
        size = (width, round(height * width / picture.width))
        small = top.resize(size, Image.Resampling.LANCZOS)
        small.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    print(target, f"{target.stat().st_size // 1024} KB")


def picture_of_the_form(folder: Path, home: Path) -> None:
    """Open 02-answer in Chromium and take a picture of the form."""
    copy_notebooks(default_notebooks(), folder, version="pictures")
    lab = LabProcess(folder, home, free_port(8899))
    try:
        lab.wait_until_it_answers()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport={"width": 1500, "height": 1814})
            page.goto(lab.server.url("02-answer.ipynb"))
            page.locator(".pk-form").wait_for(timeout=120_000)
            page.get_by_label("Category").select_option(label="⚙️ Technical leadership")
            page.wait_for_timeout(2000)
            page.screenshot(path=str(home / "form.png"))
            browser.close()
    finally:
        lab.stop()
    shrink(home / "form.png", HERE / "form.png", 900)


def pictures_of_the_site(folder: Path) -> None:
    """Build the site, and take pictures of a question and of the first page's head."""
    now = datetime.now(UTC)
    site = folder / "site"
    publish(site, settings=Settings(), now=now)
    wanted = [
        ("questions/technical-leadership/06.html", (1240, 1500), HERE / "site.png", 900),
        ("index.html", (1200, 630), ASSETS / "preview.png", 1200),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for address, (width, height), target, size in wanted:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto((site / address).as_uri())
            page.wait_for_timeout(1000)
            page.screenshot(path=str(folder / target.name))
            shrink(folder / target.name, target, size)
        browser.close()


def picture_of_a_packet(folder: Path) -> None:
    """Make a packet of the sample roster and take a picture of its first page."""
    roster, out = shipped_folder() / "sample" / "roster.csv", folder / "packets"
    command = ["packets", str(roster), "-o", str(out), "--only", STUDENT, "--format", "pdf"]
    if prepkit([*command, "--date", DAY]) != 0:
        raise SystemExit("the packet could not be made")
    page = folder / "page"
    pdf = out / f"{STUDENT}.pdf"
    subprocess.run(["pdftoppm", "-r", "110", "-png", "-singlefile", pdf, page], check=True)
    shrink(page.with_suffix(".png"), HERE / "packet.png", 900)


def main() -> None:
    """Make all of them."""
    with tempfile.TemporaryDirectory() as name:
        folder, home = Path(name) / "workbook", Path(name) / "home"
        os.environ["PREPKIT_HOME"] = str(home)
        store = AnswerStore(home / "answers.sqlite")
        import_file(store, shipped_folder() / "sample" / "answers.json")
        pictures_of_the_site(Path(name))
        picture_of_a_packet(Path(name))
        picture_of_the_form(folder, home)


if __name__ == "__main__":
    main()
