"""What a packet costs: CPU seconds a student, against papermill's own ways and a plain function.

Run with ``python tests/benchmarks/bench_packets.py [--students N …] [--many N]``. All rows are of
one run, on the workbook's own template and a roster made up here. A row's seconds are those of
whole processes with all their children, start-up included, divided by the students. Then one
worker makes many packets, for its memory, and a run is handed to two workers of Dask.
"""

# mypy: allow-untyped-calls
# (nbformat, papermill and IPython are not typed.)

from __future__ import annotations

import argparse
import ast
import csv
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import psutil

from prepkit.bank import load_bank
from prepkit.packets.plan import Options, plan_packets
from prepkit.workbook import default_notebooks

TEMPLATE = default_notebooks() / "coach" / "packet.ipynb"
SLOW = 10
"""For how many students the slow ways are run: there each costs the same."""
HERE = Path(__file__).parent  # Python looks for bench_handout there: this file is a script
FORMATS = {
    "notebook": "ipynb",
    "notebook and PDF": "ipynb,pdf",
    "all three": "ipynb,pdf,fill-in",
    "notebook and web form": "ipynb,html-form",
}
LEVELS = ("senior engineer", "engineering manager", "senior manager", "director")

LOOP = """
import json, papermill
for number, parameters in enumerate(json.load(open("parameters.json"))):
    papermill.execute_notebook(
        "packet.ipynb", f"loop-{number}.ipynb", parameters, progress_bar=False
    )
"""
FLOOR = """
import json, sys
sys.path.insert(0, sys.argv[1])
from bench_packets import plain_packet
for number, parameters in enumerate(json.load(open("parameters.json"))):
    plain_packet("packet.ipynb", f"floor-{number}.ipynb", parameters)
"""


class Cost(NamedTuple):
    """What a way takes for all its students, in seconds."""

    cpu: float
    wall: float
    students: int

    @property
    def each(self) -> float:
        """CPU seconds a student."""
        return self.cpu / self.students


def write_roster(path: Path, count: int) -> None:
    """Write a roster of `count` students, always the same ones."""
    chance = random.Random(4)
    companies = sorted(load_bank().companies["company"].unique())
    columns = ["student_id", "name", "companies", "level", "interview_date", "notes"]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for number in range(count):
            wanted = "; ".join(chance.sample(companies, 3))
            day = f"2027-01-{chance.randint(10, 28)}"
            name = f"Student {number}"
            level = chance.choice(LEVELS)
            writer.writerow([f"S{number:05d}", name, wanted, level, day, "Ask for numbers."])


def plain_packet(template: str, path: str, parameters: Mapping[str, Any]) -> None:
    """Make a packet's outputs with plain Python and write them: less can't do it.

    The cells run in one namespace, and what they show is formatted as in a notebook.
    """
    import IPython.display
    from IPython.core.formatters import DisplayFormatter

    formatter = DisplayFormatter()
    nb = nbformat.read(template, as_version=4)
    names: dict[str, Any] = {"__name__": "__main__"}
    outputs: list[Any] = []

    def show(*things: Any) -> None:
        for thing in things:
            data, metadata = formatter.format(thing)
            outputs.append(nbformat.v4.new_output("display_data", data=data, metadata=metadata))

    IPython.display.display = show  # type: ignore[assignment]
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        outputs = []
        tree = ast.parse(cell.source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
            if value is not None:
                show(value)
        if "parameters" in cell.metadata.get("tags", []):
            names.update(parameters)
        cell.outputs = outputs
    nbformat.write(nb, path)


def cost(commands: list[list[str]], folder: Path, students: int) -> Cost:
    """Return what commands take, with all their children."""
    before, began = os.times(), time.perf_counter()
    for command in commands:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
    after = os.times()
    cpu = after.children_user - before.children_user
    cpu += after.children_system - before.children_system
    return Cost(cpu, time.perf_counter() - began, students)


def packets(folder: Path, students: int, *options: str) -> list[str]:
    """Return the command that makes new packets for the first `students`."""
    roster, output = folder / f"roster-{students}.csv", folder / "packets"
    if not roster.exists():
        write_roster(roster, students)
    shutil.rmtree(output, ignore_errors=True)
    command = [sys.executable, "-m", "prepkit", "packets", str(roster), "-o", str(output)]
    return [*command, "--date", "2026-12-01", *options]


def lay_out(folder: Path, students: int) -> None:
    """Write what papermill and the floor are given: the template, and parameters a student."""
    shutil.copy(TEMPLATE, folder / "packet.ipynb")
    roster = folder / "roster.csv"
    write_roster(roster, students)
    options = Options(template=TEMPLATE)
    plan = plan_packets(roster, str(folder / "none"), options, today=date(2026, 12, 1))
    parameters = [dict(job.parameters) for job, _ in plan.jobs]
    (folder / "parameters.json").write_text(json.dumps(parameters))
    for number, given in enumerate(parameters):
        (folder / f"{number}.json").write_text(json.dumps(given))  # YAML reads JSON


def papermill_commands(students: int) -> list[list[str]]:
    """Return papermill's command for each student."""
    papermill = [sys.executable, "-m", "papermill", "--no-progress-bar", "packet.ipynb"]
    return [[*papermill, f"cli-{n}.ipynb", "-f", f"{n}.json"] for n in range(students)]


def webpdf_commands(students: int) -> list[list[str]] | None:
    """Return nbconvert's command for each student, None where there is no Chromium."""
    from bench_handout import WEBPDF, chromium  # type: ignore[import-not-found]

    browser = chromium()
    if browser is None:
        return None
    script = WEBPDF.replace('"notebook.ipynb"', "sys.argv[2]")
    python = [sys.executable, "-c", script, browser]
    return [[*python, f"cli-{n}.ipynb"] for n in range(students)]


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Start a scheduler and two workers of Dask; yield its address and their processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    quiet: dict[str, Any] = {
        "cwd": folder,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }
    dask = [sys.executable, "-m", "distributed.cli"]
    host, port = address.removeprefix("tcp://").split(":")
    commands = [["dask_scheduler", "--host", host, "--port", port, "--no-dashboard"]]
    commands += [["dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]] * 2
    started = [
        subprocess.Popen([*dask[:2], f"{dask[2]}.{name}", *rest], **quiet)
        for name, *rest in commands
    ]
    try:
        time.sleep(6)  # all of them have started; their imports are not the run's
        yield address, [psutil.Process(process.pid) for process in started]
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:  # at times a worker of Dask waits for itself
                process.kill()
                process.wait()


def used(processes: list[psutil.Process]) -> float:
    """Return the CPU seconds of processes, of their children that live and of those that ended."""
    total = 0.0
    for process in processes:
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = one.cpu_times()
                total += times.user + times.system
                total += times.children_user + times.children_system
    return total


def with_dask(folder: Path, students: int) -> Cost:
    """Return what a run takes on two local workers of Dask, the run's own process included."""
    with cluster(folder) as (address, processes):
        before = used(processes)
        run = cost([packets(folder, students, "--scheduler", address)], folder, students)
        return run._replace(cpu=run.cpu + used(processes) - before)


def memory(folder: Path, students: int) -> None:
    """Print the most memory that a run's processes have had, as packets are made."""
    command = packets(folder, students, "--workers", "1")
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    seen: dict[int, dict[str, float]] = {}

    def watch() -> None:
        while process.poll() is None:
            made = sum(1 for _ in (folder / "packets").glob("*.pdf"))
            with suppress(psutil.NoSuchProcess):
                everyone = psutil.Process(process.pid).children(recursive=True)
                sizes = sorted((one.memory_info().rss / 2**20 for one in everyone), reverse=True)
                peak = seen.setdefault(made * 10 // students, {"made": made, "MiB": 0.0})
                peak["MiB"] = max(peak["MiB"], sum(sizes[:2]))
            time.sleep(0.2)

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    watcher.join()
    print(f"\n{students} packets, notebook and PDF, by one worker: MiB of worker and fork server")
    for tenth in seen.values():
        print(f"{tenth['made']:>10.0f}{tenth['MiB']:>10.0f}")


class Rows(dict[str, Cost]):
    """The rows of the table, each printed as soon as it is known."""

    def __setitem__(self, row: str, found: Cost) -> None:
        super().__setitem__(row, found)
        each = found.wall / found.students
        print(f"{row:46}{found.students:9}{found.each:11.3f}{each:12.3f}", flush=True)


def main(counts: list[int]) -> None:
    """Print a table of CPU seconds a student, and ratios."""
    print(f"{'':46}{'students':>9}{'CPU s each':>11}{'wall s each':>12}")
    rows = Rows()
    python = [sys.executable, "-c"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PREPKIT_HOME"] = str(folder / "home")
        lay_out(folder, SLOW)
        rows["papermill, the command"] = cost(papermill_commands(SLOW), folder, SLOW)
        rows["papermill.execute_notebook in a loop"] = cost([[*python, LOOP]], folder, SLOW)
        webpdf = webpdf_commands(SLOW)
        if webpdf is None:
            print("left out: --to webpdf, for which there is no Chromium")
        else:
            rows["nbconvert --to webpdf"] = cost(webpdf, folder, SLOW)
        for students in counts:
            lay_out(folder, students)
            floor = [[*python, FLOOR, str(HERE)]]
            rows[f"plain function, {students}"] = cost(floor, folder, students)
            for workers in (1, 2):
                for what, formats in FORMATS.items():
                    how = ("--workers", str(workers), "--format", formats)
                    command = packets(folder, students, *how)
                    row = f"prepkit, {what}, {students} by {workers}"
                    rows[row] = cost([command], folder, students)
            rows[f"prepkit, all three, {students} by 2 of Dask"] = with_dask(folder, students)

    most = max(counts)
    alone = rows[f"prepkit, notebook, {most} by 1"].each
    both = rows[f"prepkit, notebook and PDF, {most} by 1"].each
    two = rows[f"prepkit, all three, {most} by 2"]
    dask = rows[f"prepkit, all three, {most} by 2 of Dask"]
    papermill = rows["papermill, the command"].each
    ratios = {
        "papermill, the command / prepkit, notebook": papermill / alone,
        "papermill in a loop / prepkit, notebook": rows["papermill.execute_notebook in a loop"].each
        / alone,
        "prepkit, notebook / plain function": alone / rows[f"plain function, {most}"].each,
        "two workers of Dask / two processes, CPU": dask.each / two.each,
        "two workers of Dask / two processes, wall": dask.wall / two.wall,
    }
    if webpdf is not None:
        with_pdf = papermill + rows["nbconvert --to webpdf"].each
        ratios["papermill and webpdf / prepkit, notebook and PDF"] = with_pdf / both
    print(f"\nratios, {most} students")
    for ratio, value in ratios.items():
        print(f"{ratio:52}{value:8.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", nargs="+", type=int, default=[20, 200])
    parser.add_argument("--many", type=int, default=2000, help="packets for the memory")
    arguments = parser.parse_args()
    main(arguments.students)
    if arguments.many:
        with tempfile.TemporaryDirectory() as place:
            os.environ["PREPKIT_HOME"] = str(Path(place) / "home")
            memory(Path(place), arguments.many)
