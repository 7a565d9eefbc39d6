"""Packets made by a real Dask cluster on this machine: a scheduler and workers of their own."""

# mypy: allow-untyped-calls
# (nbformat and distributed are not typed.)

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from distributed import Client

from prepkit.bank import load_bank, shipped_folder
from prepkit.errors import PrepkitError
from prepkit.packets import cluster as cluster_module
from prepkit.packets.cluster import ClusterWorkers
from prepkit.packets.jobs import RUN
from prepkit.packets.manifest import Outcome
from prepkit.packets.plan import Options, plan_packets
from prepkit.packets.run import build_packets
from tests.coached import SECRET, coached
from tests.packets_here import made_here
from tests.ports import unused_port
from tests.test_packets import a_config, write_roster, write_template
from tests.test_packets_faults import COMMAND, FORTY, Started, check_dated
from tests.test_packets_runs import outcomes, packets, packets_here

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_event_loop")]

START = "Start one with 'dask scheduler', and workers with 'dask worker ADDRESS --nthreads 1'."


class Cluster:
    """A scheduler, and the workers that are asked for, each a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"tcp://127.0.0.1:{unused_port()}"
        self.processes = [self._started("scheduler", *self._place())]
        self._wait_for_scheduler()

    def _place(self) -> list[str]:
        host, port = self.address.removeprefix("tcp://").split(":")
        return ["--host", host, "--port", port]

    def _started(self, kind: str, *words: str, **environment: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{kind}.log").open("ab") as log:
            return subprocess.Popen(
                [*(sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard"), *words],
                cwd=self.folder,
                env={**os.environ, **environment},
                stdout=log,
                stderr=log,
            )

    def _wait_for_scheduler(self) -> None:
        host, port = self.address.removeprefix("tcp://").split(":")
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with socket.socket() as there:
                if there.connect_ex((host, int(port))) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError((self.folder / "scheduler.log").read_text())

    def add_worker(self, *words: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a worker; it need not have joined the cluster yet."""
        process = self._started("worker", self.address, *words, **environment)
        self.processes.append(process)
        return process

    def wait_for_worker(self) -> None:
        """Wait until a worker has joined the cluster."""
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=120)

    def jobs(self) -> int:
        """Return how many jobs the scheduler knows."""
        with Client(self.address, set_as_default=False) as client:
            count = client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))
            return int(count)

    def end(self) -> None:
        """End all of it, the scheduler first: the workers need not take their leave of it."""
        for process in self.processes:
            process.terminate()
            process.wait()


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return a cluster whose workers have one thread, and two."""
    with ExitStack() as stack:
        found = Cluster(tmp_path_factory.mktemp("dask"))
        stack.callback(found.end)
        found.add_worker("--nthreads", "1")
        found.add_worker("--nthreads", "2")
        found.wait_for_worker()
        yield found


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    """Return a folder with a roster of forty and a small template."""
    write_roster(tmp_path / "roster.csv", *(f"{student},Name of {student}" for student in FORTY))
    source = "import time; time.sleep(0.05); print(name, date)"
    write_template(tmp_path / "template.ipynb", source)
    return tmp_path


def test_a_cluster_makes_the_packets_of_this_machine(cohort: Path, dask: Cluster) -> None:
    command = [*COMMAND, "--date", "2026-12-01"]
    run = packets(cohort, *command, "--scheduler", dask.address)
    assert run.err == "40 students, 40 packets to make: 40 new\n"
    assert (run.code, run.out) == (
        0,
        "out: 40 packets made; see index.html and summary.csv there\n",
    )
    check_dated(cohort / "out", "2026-12-01")
    local = ["roster.csv", "-o", "here", *command[3:], "--only", "s0", "s39"]
    with made_here():
        assert packets_here(cohort, *local).code == 0
    for name in ("s0.ipynb", "s0.pdf", "s39.ipynb", "s39.pdf"):
        assert (cohort / "here" / name).read_bytes() == (cohort / "out" / name).read_bytes()


def test_a_cluster_writes_to_a_url(cohort: Path, dask: Cluster) -> None:
    url = f"file://{cohort}/there"
    command = ["roster.csv", "-o", url, *COMMAND[3:], "--only", "s1", "s2", "s3"]
    run = packets_here(cohort, *command, "--scheduler", dask.address)
    assert run.code == 0, run
    names = {path.name for path in (cohort / "there").iterdir()}
    assert names - {"manifest", "index.html", "summary.csv"} == {
        f"{student}.{suffix}" for student in ("s1", "s2", "s3") for suffix in ("ipynb", "pdf")
    }
    run = packets_here(cohort, *command, "--scheduler", dask.address)
    assert (run.code, run.err) == (0, "3 students, no packets to make\n")


def test_a_cluster_prints_what_the_coach_wrote_to_each_student_alone(
    tmp_path: Path, dask: Cluster
) -> None:
    (tmp_path / "home").mkdir()
    coached(tmp_path / "home", load_bank())
    command = ["home/roster.csv", "-o", "out", "--format", "ipynb", "--scheduler", dask.address]
    run = packets_here(tmp_path, *command)
    assert run.code == 0, run
    texts = {name: (tmp_path / "out" / f"{name}.ipynb").read_text() for name in ("ada", "grace")}
    assert "What your coach wrote" in texts["ada"]
    assert "A number here would carry the rest of the story." in texts["ada"]
    assert SECRET in texts["grace"]
    assert SECRET not in texts["ada"]
    run = packets_here(tmp_path, *command)
    assert (run.code, run.err) == (0, "3 students, no packets to make\n")


@pytest.mark.faults
def test_a_run_goes_on_when_a_worker_of_the_cluster_is_killed(cohort: Path, dask: Cluster) -> None:
    run = Started(cohort, *COMMAND, "--date", "2026-12-01", "--scheduler", dask.address)
    run.wait_for(8)
    (worker,) = [
        one
        for one in psutil.Process(dask.processes[1].pid).children()
        if "spawn_main" in " ".join(one.cmdline())
    ]
    worker.kill()
    code, out, err = run.ended()
    assert (code, err) == (0, "40 students, 40 packets to make: 40 new\n"), out
    check_dated(cohort / "out", "2026-12-01")


@pytest.mark.faults
@pytest.mark.parametrize("number", [9, 15])
def test_a_run_that_is_ended_goes_on_while_the_cluster_still_works_for_the_first(
    number: int, cohort: Path, dask: Cluster
) -> None:
    command = [*COMMAND, "--date", "2026-12-01", "--scheduler", dask.address]
    run = Started(cohort, *command)
    run.wait_for(8)
    run.process.send_signal(number)
    code, out, _ = run.ended()
    if number == 15:
        assert code == 130
        assert out.splitlines()[-1].endswith("run the same command again to continue.")
    assert len(outcomes(cohort / "out")) < 40
    run2 = packets_here(cohort, *command)
    assert run2.code == 0, run2
    check_dated(cohort / "out", "2026-12-01")


def test_a_bank_of_the_coachs_own_goes_to_the_cluster(tmp_path: Path, dask: Cluster) -> None:
    bank = tmp_path / "own"
    shutil.copytree(shipped_folder(), bank, ignore=shutil.ignore_patterns("sample"))
    path = next((bank / "questions").glob("*/01-*.md"))
    title = next(line for line in path.read_text("utf-8").splitlines() if line.startswith("# "))
    path.write_text(path.read_text("utf-8").replace(title, "# What did you learn at sea?"), "utf-8")
    source = "from pathlib import Path; import prepkit\n"
    source += "bank = prepkit.load_bank(Path(bank_folder))\n"
    source += f"entry = bank['{path.parent.name}/01']\nprint(entry.question.text)\n"
    source += "prepkit.widgets.worksheet.Worksheet(entry)"
    write_template(tmp_path / "template.ipynb", source)
    write_roster(tmp_path / "roster.csv", *(f"s{number},S" for number in range(6)))
    for day in ("2026-12-01", "2026-12-02"):
        run = packets_here(
            *(tmp_path, "roster.csv", "-o", "out", "--template", "template.ipynb"),
            *("--bank", "own", "--date", day, "--format", "ipynb,html-form"),
            *("--scheduler", dask.address),
        )
        assert run.code == 0, run
        nb = nbformat.read(tmp_path / "out/s5.ipynb", as_version=4)
        assert nb.cells[3].outputs[0].text == "What did you learn at sea?\n"
        page = (tmp_path / "out/s5-fill-in.html").read_text("utf-8")
        assert "S: 1 question to answer</title>" in page
        assert "What did you learn at sea?" in page
    assert not (tmp_path / "out/.scratch").exists()


def test_a_cluster_has_a_few_jobs_at_a_time(
    cohort: Path, dask: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(cohort)
    options = Options(template=Path("template.ipynb"), formats=("ipynb",))
    plan = plan_packets(Path("roster.csv"), "out", options, today=date(2026, 12, 1))
    workers = ClusterWorkers(plan.config.package, dask.address)
    assert 0 < workers.threads <= 3
    most = 0
    taken = 0
    done = 0
    submit = workers.submit

    def counted(function: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Count the jobs that are taken before others are done."""
        nonlocal most, taken
        taken += 1
        most = max(most, taken - done)
        return submit(function, *arguments)

    def count(_: Outcome) -> None:
        nonlocal done
        done += 1

    monkeypatch.setattr(workers, "submit", counted)
    report = build_packets(plan, workers, progress=count)
    assert len(report.made) == 40
    assert 3 <= most <= 4 * 3
    assert not (cohort / "out" / RUN).exists()
    assert {path.stem for path in (cohort / "out").glob("s*.ipynb")} == set(FORTY)


def test_a_scheduler_without_workers_is_waited_for_and_one_that_goes_ends_the_run(
    cohort: Path,
) -> None:
    (cohort / "dask").mkdir()
    alone = Cluster(cohort / "dask")
    try:
        run = Started(cohort, *COMMAND, "--scheduler", alone.address)
        run.wait_for(0)
        while not alone.jobs():
            assert run.process.poll() is None
        alone.processes[0].kill()
        code, out, err = run.ended()
    finally:
        alone.end()
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "40 students, 40 packets to make: 40 new",
        "Waiting for workers: the cluster has none yet. Start some with"
        f" 'dask worker {alone.address} --nthreads 1'.",
        f"The Dask scheduler at {alone.address} no longer answers. The packets made so far are"
        " kept: start it again, then run the same command again to continue.",
    ]


def test_a_worker_without_prepkit_is_named_and_nothing_is_begun(cohort: Path) -> None:
    (cohort / "dask").mkdir()
    broken = cohort / "broken" / "prepkit"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('no prepkit here')")
    bare = Cluster(cohort / "dask")
    try:
        bare.add_worker("--nthreads", "1", PYTHONPATH=str(broken.parent))
        bare.wait_for_worker()
        run = packets_here(cohort, *COMMAND, "--scheduler", bare.address)
    finally:
        bare.end()
    assert (run.code, run.out) == (1, "")
    assert re.fullmatch(
        "40 students, 40 packets to make: 40 new\n"
        "Some workers of the cluster have no prepkit, or a different version:"
        r" tcp://127\.0\.0\.1:\d+\. Install this version there, and start them again\.\n",
        run.err,
    ), run.err
    assert not (cohort / "out").exists()


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("127.0.0.1", "missing port number in address '127.0.0.1'"),
        ("http://127.0.0.1:80", "unknown address scheme 'http' (known schemes: "),
        ("tcp://127.0.0.1:1", "Timed out trying to connect to tcp://127.0.0.1:1 after 1 s"),
    ],
)
def test_an_address_without_a_scheduler_is_refused(
    address: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_SECONDS", 2)
    with pytest.raises(PrepkitError) as caught:
        ClusterWorkers(a_config().package, address)
    text = str(caught.value)
    assert text.startswith(f"No Dask scheduler answers at {address}: {reason}")
    assert text.endswith(f". {START}")


def test_what_is_no_scheduler_is_refused_and_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster_module, "_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(PrepkitError) as caught:
            ClusterWorkers(a_config().package, address)
    assert str(caught.value) == (
        f"No Dask scheduler answers at {address}: something else is running there. {START}"
    )


def test_without_distributed_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(PrepkitError) as caught:
        ClusterWorkers(a_config().package, "tcp://127.0.0.1:8786")
    assert str(caught.value) == ("--scheduler needs Dask: run pip install 'prepkit[cluster]'.")
