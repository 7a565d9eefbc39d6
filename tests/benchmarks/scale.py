"""How time and memory grow: questions, pages, revisions and students, in ten times as many steps.

Run with ``python tests/benchmarks/scale.py [PART …] [--most N]``; the parts are ``questions``
(loading, checking, building and changing a site, and its search page), ``revisions`` (an answers
file) and ``students`` (packets by two workers of Dask). Prints the tables of docs/performance.md.

A column of milliseconds is CPU time divided by the number in the row's first column, of a whole
process with its children, start-up included: flat or falling is what it should be. Memory is the
most that all processes of a command had together.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.bench_packets import cluster, used, write_roster
from tests.benchmarks.bench_site import Cost, cost, ours, write_bank
from tests.browser.conftest import FLAGS, chromium
from tests.serving import Quiet, serving

QUESTIONS = (100, 1_000, 10_000)
REVISIONS = (100, 1_000, 10_000, 100_000)
STUDENTS = (100, 1_000, 10_000)
MADE = (100, 1_000)
"""For how many students packets are made, and not only planned."""
VISITS = 5
WORD = "decision"
SLOWER = 4
FIELDS = ("situation", "task", "action", "result")
TEXT = "Then I replayed one real night against a copy of the system. " * 8
PREPKIT = [sys.executable, "-m", "prepkit"]
HIT = "document.querySelector('.search-results h2 a') && performance.now()"
SAMPLES = 5
"""How often the memory of a run with packets is told, from its beginning to its end."""


def head(*columns: str) -> None:
    """Print the head of a table in Markdown."""
    print(f"\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)


def row(*cells: object) -> None:
    """Print a row: whole numbers with commas, others with the digits that mean something."""
    print(f"| {' | '.join(map(_cell, cells))} |", flush=True)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def each(found: Cost, count: int) -> float:
    """Return the milliseconds of CPU of one of `count`."""
    return 1000 * found.cpu / count


# ---- questions -----------------------------------------------------------------------------------


def questions_part(sizes: Sequence[int]) -> None:
    """Load, check and publish banks of these sizes, and search their sites."""
    visits = []
    head(
        *("questions", "load, ms each", "check, ms each", "site, ms each", "one changed, seconds"),
        *("/ full", "memory to load, MiB", "for the site", "one changed"),
    )
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            paths = write_bank(folder / "bank", size)
            load = "import sys, prepkit as pk; b = pk.load_bank(sys.argv[1]); b.questions, b.items"
            loading = cost([sys.executable, "-c", load, str(folder / "bank")], folder)
            checking = cost([*PREPKIT, "check", str(folder / "bank")], folder)
            build = ours(str(folder / "site"), "--bank", str(folder / "bank"))
            full = cost(build, folder)
            changed = paths[len(paths) // 2]
            text, mark, rest = changed.read_text("utf-8").partition("## Example answer")
            changed.write_text(text + mark + rest.replace(". ", ". By the way, ", 1), "utf-8")
            one = cost(build, folder)
            row(
                *(size, each(loading, size), each(checking, size), each(full, size), one.cpu),
                *(one.cpu / full.cpu, loading.mib, full.mib, one.mib),
            )
            visits.append((size, visit(folder / "site")))
    head(
        *("pages of questions", "search page, KiB as sent", "first hits, ms"),
        f"with the processor {SLOWER} times slower",
    )
    for size, found in visits:
        row(size, *found)


@cache
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6)


class Packing(Quiet):
    """Serves texts compressed, as static hosts do."""

    def send_head(self) -> Any:
        """Send the headers, and return the body; what isn't text goes as it is."""
        path = Path(self.translate_path(self.path.partition("?")[0]))
        if path.suffix not in (".html", ".css", ".js", ".json", ".svg") or not path.is_file():
            return super().send_head()
        body = _packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)


def visit(site: Path) -> tuple[float, float, float]:
    """Return the KiB of the search page as sent, and the milliseconds to the first hits.

    They are counted by the browser, from the navigation until there are hits for a word that is
    typed as soon as there is a box; the median of some first visits, with nothing in the cache.
    """
    from playwright.sync_api import sync_playwright

    with serving(site, Packing) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        found = [
            statistics.median(_first_hits(browser, address, slower) for _ in range(VISITS))
            for slower in (1, SLOWER)
        ]
        browser.close()
    return len(_packed(site / "search.html")) / 1024, found[0], found[1]


def _first_hits(browser: Any, address: str, slower: int) -> float:
    # Playwright asks the page with eval, which the site forbids.
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(f"{address}search.html", wait_until="commit")
    page.wait_for_selector("#search input")
    page.locator("#search input").first.fill(WORD)
    milliseconds = page.wait_for_function(HIT).json_value()
    context.close()
    return float(milliseconds)


# ---- revisions -----------------------------------------------------------------------------------


def revisions_part(sizes: Sequence[int]) -> None:
    """Use answers files of these sizes, each in a process of its own."""
    head(
        *("revisions", "open and check, ms", "save, ms", "history of a box, ms"),
        *("whole history, ms", "export (.json), ms", "export (.md), ms", "import again, ms"),
        *("progress, ms", "backup, ms", "file, MiB"),
        *("memory at first, MiB", "after 200 saves", "at the end", "most"),
    )
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            command = [sys.executable, __file__, "--measure-revisions", str(size), name]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            row(size, *json.loads(done.stdout))


def fill(path: Path, count: int) -> None:
    """Write an answers file of `count` revisions of 150 characters, in 200 boxes."""
    from prepkit.answers import AnswerStore
    from prepkit.answers.rows import add_revisions
    from prepkit.bank import load_bank
    from prepkit.records import Revision

    bank = load_bank()
    questions = [one for one in bank if bank[one].question.kind == "past-event"][:50]
    moment = datetime(2026, 1, 31, tzinfo=UTC)
    AnswerStore(path).write(
        lambda connection: add_revisions(
            connection,
            (
                Revision(
                    question=questions[number // 4 % 50],
                    field=FIELDS[number % 4],
                    revision=number // 200 + 1,
                    text=f"{TEXT[:144]}{number:06d}",
                    saved_at=moment + timedelta(minutes=number),
                    origin="form",
                )
                for number in range(count)
            ),
        )
    )


def measure_revisions(count: int, folder: Path) -> list[float]:
    """Return the milliseconds of CPU of what is done with an answers file, and memory in MiB."""
    path = folder / "answers.sqlite"
    fill_it = "import sys, scale; scale.fill(scale.Path(sys.argv[1]), int(sys.argv[2]))"
    command = [sys.executable, "-c", fill_it, str(path), str(count)]
    subprocess.run(command, cwd=Path(__file__).parent, check=True)

    from prepkit.answers import AnswerStore, export_answers, import_answers, utc_now
    from prepkit.answers.backups import make_backup
    from prepkit.answers.checksums import Checked
    from prepkit.answers.schema import connect_read_only
    from prepkit.answers.transfer import export_of
    from prepkit.bank import load_bank
    from prepkit.practice.progress import progress_frame

    bank = load_bank()
    progress_frame(bank, {})  # pandas is there before anything is measured
    at_first = resident()
    store = AnswerStore(path)
    opened = spent(lambda: store.history("technical-leadership/01", "task"))
    question = next(one for one in bank if bank[one].question.kind == "past-event")
    begun = store.answer(question).revisions["task"].revision
    store.save(question, "task", "The first today, which also makes the backup.", based_on=begun)

    def save_often() -> None:
        for number in range(200):
            store.save(question, "task", f"{TEXT}{number}", based_on=begun + 1 + number)

    saving = spent(save_often) / 200
    after_saves = resident()
    box = spent(lambda: store.history(question, "task"))
    whole = spent(lambda: store.history())
    as_json = spent(lambda: export_answers(store, folder / "answers.json"))
    as_text = spent(lambda: export_answers(store, folder / "answers.md"))
    again = spent(lambda: import_answers(store, export_of(store)))
    progress = spent(lambda: progress_frame(bank, store.load(), store.reviews()))
    with closing(connect_read_only(path)) as connection:
        backup = spent(lambda: make_backup(connection, path, utc_now(), checked=Checked()))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    done = [opened, saving, box, whole, as_json, as_text, again, progress, backup]
    mib = path.stat().st_size / 2**20
    return [*(1000 * one for one in done), mib, at_first, after_saves, resident(), most]


def spent(work: Callable[[], object]) -> float:
    """Return the CPU seconds that `work` takes in this process."""
    before = time.process_time()
    work()
    return time.process_time() - before


def resident() -> float:
    """Return the MiB of this process."""
    return float(psutil.Process().memory_info().rss) / 2**20


# ---- students ------------------------------------------------------------------------------------


def students_part(sizes: Sequence[int], made: Sequence[int]) -> None:
    """Plan packets for so many students, and make the notebooks of some by two workers of Dask."""
    head("students", "dry run, ms each", "memory, MiB")
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_roster(folder / "roster.csv", size)
            found = cost([*packets(folder), "--dry-run", "--workers", "2"], folder)
            row(size, each(found, size), found.mib)
    head(
        *("packets by 2 of Dask", "CPU, ms each", "seconds in all"),
        *("made", "command, MiB", "worker, MiB", "scheduler, MiB"),
    )
    for size in made:
        with tempfile.TemporaryDirectory() as name:
            make(Path(name), size)


def packets(folder: Path) -> list[str]:
    """Return the command that makes the notebooks of a folder's roster."""
    where = [str(folder / "roster.csv"), "-o", str(folder / "packets")]
    return [*PREPKIT, "packets", *where, "--date", "2026-12-01", "--format", "ipynb"]


def make(folder: Path, size: int) -> None:
    """Make packets by two workers of Dask, and print what the processes held meanwhile."""
    write_roster(folder / "roster.csv", size)
    seen: list[tuple[int, float, float, float]] = []
    with cluster(folder) as (address, (scheduler, *workers)):
        before, began = used([scheduler, *workers]), time.perf_counter()
        start = os.times()
        command = [*packets(folder), "--scheduler", address]
        with watching(folder, workers, scheduler, seen) as run:
            run(command)
        end = os.times()
        mine = end.children_user + end.children_system - start.children_user - start.children_system
        cpu = used([scheduler, *workers]) - before + mine
        wall = time.perf_counter() - began
    count = sum(1 for _ in (folder / "packets").glob("*.ipynb"))
    if count != size:
        raise RuntimeError(f"{count} notebooks were made for {size} students")
    wanted = [seen[round(place * (len(seen) - 1) / (SAMPLES - 1))] for place in range(SAMPLES)]
    for place, sample in enumerate(dict.fromkeys(wanted)):
        row(*(("", "", "") if place else (size, 1000 * cpu / size, wall)), *sample)


@contextmanager
def watching(
    folder: Path,
    workers: Sequence[psutil.Process],
    scheduler: psutil.Process,
    seen: list[tuple[int, float, float, float]],
) -> Iterator[Callable[[list[str]], None]]:
    """Yield what runs a command, while the memory of all processes is looked at twice a second."""
    running: list[psutil.Popen] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            if running:
                made = sum(1 for _ in (folder / "packets").glob("*.ipynb"))
                most = max(map(tree, workers))
                seen.append((made, tree(running[0]), most, tree(scheduler)))

    def run(command: list[str]) -> None:
        with (folder / "said.txt").open("wb") as said:
            running.append(psutil.Popen(command, cwd=folder, stdout=said, stderr=said))
            if running[0].wait():
                raise RuntimeError((folder / "said.txt").read_text("utf-8"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield run
    finally:
        ended.set()
        watcher.join()


def tree(process: psutil.Process) -> float:
    """Return the MiB of a process and its children; what they share counts for each."""
    total = 0.0
    with suppress(psutil.NoSuchProcess):
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                total += one.memory_info().rss / 2**20
    return total


def main() -> None:
    """Print the tables of the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = ["questions", "revisions", "students"]
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    parser.add_argument("--most", type=int, default=100_000, help="leave larger sizes out")
    parser.add_argument("--measure-revisions", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if unknown := set(given.parts) - set(parts):
        parser.error(f"no such part: {', '.join(unknown)}")
    chosen = given.parts or parts
    if given.measure_revisions:
        count, folder = given.measure_revisions
        print(json.dumps(measure_revisions(int(count), Path(folder))))
        return

    def upto(sizes: Sequence[int]) -> list[int]:
        return [size for size in sizes if size <= given.most]

    with tempfile.TemporaryDirectory() as home:
        os.environ["PREPKIT_HOME"] = home
        if "questions" in chosen:
            questions_part(upto(QUESTIONS))
        if "revisions" in chosen:
            revisions_part(upto(REVISIONS))
        if "students" in chosen:
            students_part(upto(STUDENTS), upto(MADE))


if __name__ == "__main__":
    main()
