"""Faults in runs of packets, injected for real: at the end each packet is there once, and whole."""

# mypy: allow-untyped-calls
# (nbformat is not typed.)

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import psutil
import pytest

from prepkit.packets.manifest import NAME
from tests.platforms import needs_linux
from tests.test_packets import write_roster, write_template
from tests.test_packets_runs import check_whole, outcomes, packets

pytestmark = [
    pytest.mark.slow,
    pytest.mark.faults,
    needs_linux,
]

FORTY = [f"s{number}" for number in range(40)]
COMMAND = ("roster.csv", "-o", "out", "--template", "template.ipynb", "--format", "ipynb,pdf")
AGAIN = "run the same command again to continue."


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    """Return a folder with a roster of forty and the smallest of templates."""
    write_roster(tmp_path / "roster.csv", *(f"{student},Name of {student}" for student in FORTY))
    write_template(tmp_path / "template.ipynb", "print(name, date)")
    return tmp_path


class Started:
    """A run of its own process group, all of whose processes can be told by a mark."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.mark = uuid.uuid4().hex
        self.out = folder / "out"
        self.before = self.lines()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "prepkit", "packets", *words],
            cwd=folder,
            env={**os.environ, "PREPKIT_HOME": str(folder / "home"), "PREPKIT_MARK": self.mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def lines(self) -> int:
        """Return how many lines the manifest has."""
        path = self.out / NAME
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def wait_for(self, made: int) -> None:
        """Wait until the run has made some packets, or has ended."""
        while self.process.poll() is None and self.lines() < self.before + 1 + made:
            time.sleep(0.005)

    def living(self) -> list[psutil.Process]:
        """Return what lives of it: workers, fork servers, notebooks, and what these started."""
        found = []
        for process in psutil.process_iter():
            try:
                is_ours = process.environ().get("PREPKIT_MARK") == self.mark
                if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def ended(self) -> tuple[int, str, str]:
        """Return its exit code and what it printed, when nothing of it lives any more."""
        out, err = self.process.communicate(timeout=300)
        deadline = time.monotonic() + 120
        while self.living() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self.living() == []
        return self.process.returncode, out, err


def check_no_halves(folder: Path) -> None:
    """Check that each visible file is whole, whatever else was left behind."""
    for path in folder.glob("[!.]*.ipynb"):
        nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    for path in folder.glob("[!.]*.pdf"):
        assert path.read_bytes().rstrip().endswith(b"%%EOF")


def check_dated(folder: Path, day: str) -> None:
    """Check that each of the forty is of this day, and none is left of an earlier one."""
    check_whole(folder, FORTY)
    for student in FORTY:
        nb = nbformat.read(folder / f"{student}.ipynb", as_version=4)
        assert nb.cells[3].outputs[0].text == f"Name of {student} {day}\n"


def test_a_run_that_is_killed_again_and_again_ends_whole(
    cohort: Path, round_: int, at_length: bool
) -> None:
    kills = 20 if at_length else 3
    chance = random.Random(20 + round_)  # other moments in each round
    made = []
    for turn in range(kills):
        # Another date each time: all forty are to be made, over those of earlier dates.
        run = Started(cohort, *COMMAND, "--date", f"2026-12-{turn + 1:02d}")
        if turn % 5 == 4:
            time.sleep(chance.uniform(0, 2))
        else:
            # Most are killed early, which is when most happens; some late.
            run.wait_for(chance.randint(0, 12 if turn % 4 else 38))
            time.sleep(chance.uniform(0, 0.05))
        made.append(run.lines() - run.before)
        run.process.kill()
        assert run.ended()[0] == -signal.SIGKILL
        check_no_halves(run.out)
    assert sum(2 < count < 40 for count in made) >= 0.4 * kills, made
    run = Started(cohort, *COMMAND, "--date", "2026-12-21")
    assert run.ended()[0] == 0
    check_dated(cohort / "out", "2026-12-21")


def test_a_run_that_is_asked_to_end_says_how_to_go_on(cohort: Path, at_length: bool) -> None:
    # A terminal's Ctrl-C reaches all processes, a system that shuts down may ask the run alone.
    ways = [(signal.SIGINT, os.killpg), (signal.SIGTERM, os.kill)]
    if at_length:
        ways += [(signal.SIGINT, os.kill), (signal.SIGTERM, os.killpg)]
    for day, (number, ask) in enumerate(ways, start=1):
        run = Started(cohort, *COMMAND, "--date", f"2026-12-{day:02d}")
        run.wait_for(7)
        ask(run.process.pid, number)
        code, out, err = run.ended()
        assert code == 130
        assert err.startswith("40 students, 40 packets to make: ")
        assert err.count("\n") == 1, err
        assert out.splitlines()[-1].startswith("Interrupted with ")
        assert out.endswith(f" left to make: {AGAIN}\n")
        check_no_halves(run.out)
        assert not (run.out / ".scratch").exists()
    assert packets(cohort, *COMMAND).code == 0
    check_dated(cohort / "out", f"2026-12-{len(ways):02d}")


def children(process: psutil.Process, words: str) -> list[psutil.Process]:
    """Return a process's children whose command has some words in it."""
    try:
        return [one for one in process.children() if words in " ".join(one.cmdline())]
    except psutil.NoSuchProcess:
        return []


def victims(run: Started) -> dict[str, Callable[[], list[psutil.Process]]]:
    """Return by name how to find what can be killed in a run."""

    def workers() -> list[psutil.Process]:
        return children(psutil.Process(run.process.pid), "spawn_main")

    def servers() -> list[psutil.Process]:
        return [server for worker in workers() for server in children(worker, "fork_server")]

    def notebooks() -> list[psutil.Process]:
        return [child for server in servers() for child in children(server, "fork_server")]

    return {"a worker": workers, "a fork server": servers, "a notebook": notebooks}


def test_a_run_goes_on_when_its_processes_are_killed(cohort: Path) -> None:
    write_template(cohort / "template.ipynb", "import time; time.sleep(0.15); print(name, date)")
    run = Started(cohort, *COMMAND, "--date", "2026-12-01")
    killed = []
    for turn, (what, find) in enumerate([*victims(run).items()] * 2):
        run.wait_for(2 + 5 * turn)
        while not (found := find()):
            assert run.process.poll() is None, what
        found[0].kill()
        killed.append(what)
    code, out, err = run.ended()
    assert len(killed) == 6
    assert (code, err) == (0, "40 students, 40 packets to make: 40 new\n")
    assert out.startswith("out: 40 packets made; ")
    check_dated(cohort / "out", "2026-12-01")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Mount a disk of 300 KB where the packets go; yield what changes how it is mounted."""
    folder = tmp_path / "out"
    folder.mkdir()

    def mount(options: str) -> None:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "prepkit-test", str(folder)],
            check=True,
            capture_output=True,
        )

    try:
        mount("size=300k")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting is not permitted here")
    yield lambda options: mount(f"remount,{options}")
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_stops_the_run_with_one_message_and_space_lets_it_go_on(
    cohort: Path, small_disk: Callable[[str], None]
) -> None:
    run = packets(cohort, *COMMAND, "--date", "2026-12-01")
    assert (run.code, run.out) == (1, "")
    assert run.err.splitlines() == [
        "40 students, 40 packets to make: 40 new",
        f"The disk is full ({cohort}/out): free some space and run the same command again.",
    ]
    out = cohort / "out"
    check_no_halves(out)
    assert not list(out.glob(".*.tmp"))
    assert not (out / ".scratch").exists()
    assert 2 < len(list(out.glob("*.pdf"))) < 40
    small_disk("size=4m")
    assert packets(cohort, *COMMAND).code == 0
    check_dated(out, "2026-12-01")
    small_disk("ro")
    run = packets(cohort, *COMMAND, "--date", "2026-12-02")
    assert (run.code, run.out) == (1, "")
    assert run.err.splitlines()[1:] == [
        "Nothing can be written to out: check the folder's permissions, or choose another folder"
        " with -o."
    ]
    check_dated(out, "2026-12-01")


def test_a_second_run_is_refused_and_a_new_template_waits_for_the_next(cohort: Path) -> None:
    template = cohort / "template.ipynb"
    # The first run waits after three of the forty until the second one has been refused.
    waits = f"while not Path({str(cohort / 'refused')!r}).exists(): time.sleep(0.02)"
    source = "import time; from pathlib import Path\n"
    source += f"if name[-2:] not in ('s0', 's1', 's2'):\n    {waits}\nprint(name, date)"
    write_template(template, source)
    run = Started(cohort, *COMMAND, "--date", "2026-12-01")
    run.wait_for(3)
    second = packets(cohort, *COMMAND)
    assert (second.code, second.out) == (1, "")
    assert second.err.splitlines()[-1] == (
        "Another run is writing to out. Wait until it ends, or choose another folder with -o."
    )
    write_template(template, "print(name.upper())")
    (cohort / "refused").touch()
    code, _, _ = run.ended()
    assert code == 0
    check_dated(cohort / "out", "2026-12-01")
    plan = packets(cohort, *COMMAND, "--date", "2026-12-01", "--dry-run")
    assert plan.err == "40 students, 40 packets to make: 40 changed\n"
    assert len(outcomes(cohort / "out")) == 40
