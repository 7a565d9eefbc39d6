"""From a command to a page that answers: `prepkit lab` beside JupyterLab with an empty notebook.

Both are started in turns, each in a home where nothing was ever started, and then once more in the
same home and the same browser. JupyterLab's notebook has answered when its cell has shown a result;
Home when it has made a plan, and at the second start when a question that it lists has opened in a
form that takes the keys. Seconds of CPU are those of the server and its kernels up to then; the
browser's own aren't among them. Last, *Open* is pressed on Home for one question after the other.

Run it with ``python tests/benchmarks/bench_lab.py``, on a machine that has nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import nbformat
import psutil
from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2]))

from prepkit.workbook.server import free_port
from tests.browser.conftest import FLAGS, chromium

STARTS = ("first start", "second start")
ENOUGH = 180  # seconds; a start that takes longer has failed
LIMIT_OF_WALL = 1.3
LIMIT_OF_CPU = 3.0  # s more than JupyterLab by itself
LIMIT_OF_OPEN = 300  # ms
OPENS = 8

# Until a key that is pressed as soon as the form has the focus is in its box.
WATCH = """
() => {
  window.opened = new Promise((resolve) => {
    let from;
    const pressed = ({ timeStamp }) => (from = timeStamp);
    document.addEventListener("pointerdown", pressed, { capture: true, once: true });
    const typed = ({ target, timeStamp }) => {
      if (!target.matches("textarea[data-field]")) return;
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from)));
      document.removeEventListener("input", typed, true);
    };
    document.addEventListener("input", typed, true);
  });
}
"""
HAS_FOCUS = "() => document.activeElement?.matches('textarea[data-field]:not([readonly])')"


@dataclass(frozen=True, slots=True)
class Start:
    """What one start took."""

    address: float
    """Seconds until the server answered."""
    answered: float
    """Seconds until the page had answered."""
    cpu: float
    """Seconds of CPU of the server and its kernels until then."""


def cpu_seconds(root: int) -> float:
    """Return what a process and all below it have used, those included that have ended."""
    total = 0.0
    process = psutil.Process(root)
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.Error):
            total += sum(each.cpu_times()[:4])
    return total


def environment(home: Path) -> dict[str, str]:
    """Return that of somebody in whose home nothing was ever started."""
    elsewhere = ("XDG_", "JUPYTER", "MPLCONFIGDIR", "IPYTHONDIR", "PREPKIT_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(elsewhere)}
    return kept | {"HOME": str(home)}


def plain(home: Path, port: int) -> list[str]:
    """Return the command for JupyterLab, after writing its empty notebook."""
    folder = home / "notebooks"
    folder.mkdir(exist_ok=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell()])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(notebook, folder / "empty.ipynb")
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.allow_root=True"),
        *(f"--ServerApp.port={port}", f"--ServerApp.root_dir={folder}"),
        "--IdentityProvider.token=benchmark",
    ]


def workbook(home: Path, port: int) -> list[str]:
    """Return the command for the workbook."""
    return [
        *(sys.executable, "-m", "prepkit", "lab", "--no-browser"),
        *("--port", str(port), "--folder", str(home / "notebooks")),
    ]


def plain_address(log: Path, port: int) -> str | None:
    """Return where the empty notebook is, once the server answers."""
    with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/api"):
        return f"http://127.0.0.1:{port}/lab/tree/empty.ipynb?token=benchmark"
    return None


def workbook_address(log: Path, port: int) -> str | None:
    """Return where the workbook says that it is, once it does."""
    found = re.search(r"http://127\.0\.0\.1:\d+/lab/\S+", log.read_text("utf-8"))
    return found.group() if found else None


@contextmanager
def started(command: list[str], home: Path, log: Path) -> Iterator[int]:
    """Run a server while the block runs; yields its process id."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=home, env=environment(home), stdout=output, stderr=output
        )
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def run_a_cell(page: Page, start: str) -> None:
    """Wait for the kernel, run the cell, and wait for what it shows."""
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    page.locator(".jp-Cell .cm-content").click()
    page.keyboard.type("6 * 7")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".jp-OutputArea-output")).to_have_text("42")


def use_home(page: Page, start: str) -> None:
    """Make a plan; at a second start, open the first question in a form."""
    if start == STARTS[0]:
        page.locator("select[name=level]").select_option("director")
        page.get_by_role("button", name="Plan my evenings").click()
        expect(page.get_by_role("heading", name="Tonight")).to_be_visible()
    else:
        page.locator(".pk-tonight [data-do=open]").first.click()
        page.wait_for_function(HAS_FOCUS)


def opens(page: Page) -> list[float]:
    """Open questions from Home; return for each the ms until a typed letter was seen."""
    took = []
    for number in range(OPENS):
        page.get_by_role("button", name="Back to Start").click()
        buttons = page.locator(".pk-home [data-do=open]").filter(visible=True)
        expect(buttons.first).to_be_visible()
        page.evaluate(WATCH)
        buttons.nth(number % buttons.count()).click()
        page.wait_for_function(HAS_FOCUS)
        page.keyboard.press("x")
        took.append(page.evaluate("window.opened"))
    return took


Case = tuple[
    str,
    Callable[[Path, int], list[str]],
    Callable[[Path, int], str | None],
    Callable[[Page, str], None],
]
CASES: tuple[Case, ...] = (
    ("jupyter lab", plain, plain_address, run_a_cell),
    ("prepkit lab", workbook, workbook_address, use_home),
)


def measure(case: Case, home: Path, port: int, page: Page, start: str) -> tuple[Start, list[float]]:
    """Start a server and use its page; at the workbook's second start, open questions too."""
    name, command_for, address_in, use = case
    command, log = command_for(home, port), home / "printed.txt"
    begin = time.perf_counter()
    with started(command, home, log) as pid:
        while (address := address_in(log, port)) is None:
            assert time.perf_counter() - begin < ENOUGH, log.read_text("utf-8")
            time.sleep(0.02)
        answering = time.perf_counter() - begin
        page.goto(address)
        use(page, start)
        took = Start(answering, time.perf_counter() - begin, cpu_seconds(pid))
        is_last = name == "prepkit lab" and start == STARTS[1]
        pressed = opens(page) if is_last else []
        page.goto("about:blank")
    return took, pressed


def rounds(browser: Browser, count: int) -> tuple[dict[tuple[str, str], list[Start]], list[float]]:
    """Return all starts by the name of the case and of the start, and all opens."""
    taken: dict[tuple[str, str], list[Start]] = {
        (case[0], start): [] for start in STARTS for case in CASES
    }
    pressed: list[float] = []
    for _ in range(count):
        for case in CASES:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
                # The same port and browser at both starts, so that the second finds its files.
                port = free_port(18_970)
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                context.set_default_timeout(1000 * ENOUGH)
                for start in STARTS:
                    page = context.new_page()
                    took, opened = measure(case, Path(home), port, page, start)
                    page.close()
                    taken[case[0], start].append(took)
                    pressed += opened
                    print(f"{case[0]}, {start}: {took}", file=sys.stderr, flush=True)
                context.close()
    return taken, pressed


def main() -> int:
    """Print minima, medians and ratios; return 1 if a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=3)
    count = parser.parse_args().rounds
    expect.set_options(timeout=1000 * ENOUGH)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        taken, pressed = rounds(browser, count)
        browser.close()
    missed = False
    for start in STARTS:
        print(f"{start}: s until the server answers, until the page has answered, and of CPU")
        for name, *_ in CASES:
            columns = [
                [getattr(took, column) for took in taken[name, start]]
                for column in ("address", "answered", "cpu")
            ]
            cells = [
                f"{min(each):6.2f} (median {statistics.median(each):6.2f})" for each in columns
            ]
            print(f"  {name} {'  '.join(cells)}")
        pairs = list(zip(*(taken[name, start] for name, *_ in CASES), strict=True))
        ratio = statistics.median(ours.answered / theirs.answered for theirs, ours in pairs)
        more = statistics.median(ours.cpu - theirs.cpu for theirs, ours in pairs)
        print(f"  median of the ratios {ratio:.2f} (limit {LIMIT_OF_WALL}),", end=" ")
        print(f"of the differences in CPU {more:+.2f} s (limit {LIMIT_OF_CPU:+.0f} s)")
        missed |= ratio > LIMIT_OF_WALL or more > LIMIT_OF_CPU
    median = statistics.median(pressed)
    print(f"Open, until a typed letter is seen: median {median:.0f} ms, max {max(pressed):.0f} ms")
    return int(missed or median > LIMIT_OF_OPEN)


if __name__ == "__main__":
    sys.exit(main())
