"""From a keystroke to its durable row, in JupyterLab and Chromium, beside a plain Textarea.

Both save to the same kind of store, in the same run: the form as it does, the Textarea at each
change. Run it with ``python tests/benchmarks/bench_form.py``.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))

from prepkit.workbook.server import LabProcess, free_port
from tests.browser.conftest import FLAGS, Lab, chromium

BANK = Path(__file__).parents[2] / "data"
TEXT = "Then I replayed one real night against a copy of the system, and wrote down what broke. "
REPEATS = 2
DELAY = 120  # ms between two keys: some hundred words a minute
TIMED = """
import json, time
class Timed(pk.AnswerStore):
    def save(self, question, field, text, **more):
        saved = super().save(question, field, text, **more)
        with open({log!r}, "a") as log:
            print(json.dumps([time.time() * 1000, len(text)]), file=log)
        return saved
store = Timed(store.path)
"""
FORM = 'pk.StarForm(bank["technical-leadership/06"], store)'
PLAIN = """
import ipywidgets
plain = ipywidgets.Textarea(continuous_update=True)
def keep(change):
    current = store.answer("plain/01").revisions.get("task")
    store.save("plain/01", "task", change["new"], based_on=current.revision if current else 0)
plain.observe(keep, "value")
plain.add_class("plain")
plain
"""
WATCH = """
window.typed = [];
document.addEventListener("input", (event) => {
  window.typed.push([performance.timeOrigin + performance.now(), event.target.value.length]);
}, true);
"""


def delays(page: Page, box: str, log: Path) -> list[float]:
    """Type into `box`; return for each key the milliseconds until a row held it."""
    page.evaluate(WATCH)
    page.locator(box).click()
    page.keyboard.type(TEXT * REPEATS, delay=DELAY)
    page.wait_for_timeout(2000)
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    return [
        min(at for at, stored in rows if stored >= length) - typed
        for typed, length in page.evaluate("window.typed")
    ]


def main() -> None:
    """Print the median and the worst of both, and the ratio of the medians."""
    medians = []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        process = LabProcess(folder, folder / "home", free_port(18_927))
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            process.wait_until_it_answers()
            lab = Lab(process, folder, BANK)
            page = browser.new_page()
            cases = (
                ("StarForm", FORM, "[data-field=task]"),
                ("Textarea", PLAIN, ".plain textarea"),
            )
            for what, shown, box in cases:
                log = folder / f"{what}.log"
                timed = TIMED.format(log=str(log))
                lab.write(f"{what}.ipynb", folder / f"{what}.sqlite", timed + shown)
                lab.open(page, f"{what}.ipynb")
                lab.run(page, box)
                times = delays(page, box, log)
                medians.append(statistics.median(times))
                print(f"{what:9} median {medians[-1]:4.0f} ms, max {max(times):4.0f} ms")
        finally:
            browser.close()
            process.stop()
    print(f"ratio of the medians: {medians[0] / medians[1]:.1f}")


if __name__ == "__main__":
    main()
