"""Every test run has a home of its own: no test, kernel or notebook touches the user's answers."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings

from tests.examples import FAST

collect_ignore = ["data"]  # notebooks of an earlier prepkit are there to be read, not to be run

ROOM = 4_000_000_000
"""Bytes that must be free in memory for tests to have their files there; the fast take 75 MB."""


def memory() -> str | None:
    """Return the folder whose files are in memory, where there is one with room.

    Each save of an answer waits for its disk several times, and a disk that others keep busy makes
    a test ten times as long.
    """
    folder = "/dev/shm"
    free = psutil.virtual_memory().available
    has_room = os.access(folder, os.W_OK) and min(shutil.disk_usage(folder).free, free) > ROOM
    return folder if has_room else None


# A worker of a parallel run makes its home within the home of the process that started it, which
# removes them all at the end, those of workers that were killed too.
PARENT = os.environ.get("PREPKIT_TESTS") or memory()
HOME = Path(tempfile.mkdtemp(prefix="prepkit-tests-", dir=PARENT))

# Set before anything is collected, so that the kernels nbval starts inherit it.
os.environ["PREPKIT_TESTS"] = str(HOME)
os.environ["PREPKIT_HOME"] = str(HOME / "prepkit")
os.environ["IPYTHONDIR"] = str(HOME / "ipython")
os.environ["JUPYTER_CONFIG_DIR"] = str(HOME / "jupyter-config")
os.environ["JUPYTER_DATA_DIR"] = str(HOME / "jupyter-data")
os.environ["JUPYTER_RUNTIME_DIR"] = str(HOME / "jupyter-runtime")

# What is imported here and collected lives as long as the run: the garbage collector need not look
# at it, neither now nor, again and again, while the tests run.
gc.disable()

# Importing nbformat takes a second, most of it for a grammar of web addresses that no test needs:
# neither here nor in any of the processes that tests start (workers, commands, kernels, labs).
(HOME / "path").mkdir()
(HOME / "path" / "rfc3987_syntax.py").write_text("raise ImportError('No test needs it.')\n")
OTHER_PATHS = filter(None, [os.environ.get("PYTHONPATH")])
os.environ["PYTHONPATH"] = os.pathsep.join([str(HOME / "path"), *OTHER_PATHS])
sys.path.insert(0, str(HOME / "path"))

# A shell that runs the tests in the background makes them, and the labs they start, deaf to Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

SLOW_FILE = re.compile(r"^pytestmark = (\[[^]]*)?\bpytest\.mark\.slow\b", re.MULTILINE)

LONGEST = [
    "test_packets_faults",
    "test_site_form",
    "test_form_in_lab",
    "test_form",
    "test_hand_in",
    "test_packets_cluster",
    "test_engine",
    "test_site_search",
    "test_site",
    "test_notebooks",
    "test_data",
    "test_packets_runs",
    "test_docs_commands",
]
"""Files whose tests take longest, the longest first; after them, those with most slow tests."""

LONGEST_FAST = [
    *("test_packets", "test_importer_own_page", "test_maths", "test_roster_mapping", "test_cohort"),
    *("test_roster", "test_html_form", "test_roster_files", "test_fill_in_store", "test_store"),
]
"""The same of `make fast`."""

# No example is timed: on a busy machine a slow one says nothing about the code. People wait for
# their tests; CI, whose own profile hypothesis brings, tries its full number.
settings.register_profile(
    "busy", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("people", settings.get_profile("busy"), max_examples=30)
settings.register_profile("fast", settings.get_profile("busy"), max_examples=FAST)


def leaves_out_slow(config: pytest.Config) -> bool:
    """Tell whether this is `make fast`, or the same with the long tests, as on Windows."""
    return str(config.getoption("markexpr")).startswith("not slow")


@pytest.hookimpl(tryfirst=True)  # so that --hypothesis-profile has the last word
def pytest_configure(config: pytest.Config) -> None:
    """Choose where files go, and how many examples each property is tried on."""
    if PARENT and memory() == PARENT and config.option.basetemp is None:
        config.option.basetemp = HOME / "tmp_path"
    fast = leaves_out_slow(config)
    settings.load_profile("busy" if "CI" in os.environ else "fast" if fast else "people")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave files of slow tests unread where no slow test is to run: they import much."""
    if not leaves_out_slow(config):
        return None
    # A folder whose tests are all slow as a whole, since its conftest.py imports much too.
    files = [collection_path] if collection_path.is_file() else collection_path.rglob("test_*.py")
    texts = [file.read_text("utf-8") for file in files if file.suffix == ".py"]
    # None and not False, which would keep pytest's own reasons from being asked.
    return (bool(texts) and all(map(SLOW_FILE.search, texts))) or None


def pytest_collection() -> None:
    """Import what must come first; a process that only hands tests to workers doesn't get here."""
    # Widgets that were made before ipykernel was imported cannot be closed after it.
    import ipykernel.ipkernel  # noqa: F401


def pytest_collection_finish() -> None:
    """Let the garbage collector look only at what the tests make, and less often."""
    gc.freeze()
    gc.set_threshold(10_000)
    gc.enable()


@pytest.fixture
def no_event_loop() -> Iterator[None]:
    """Set aside the loop that the browser tests leave running in this thread."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many workers `-n auto` starts: one for each core that this process may use.

    Slow tests often wait, for a kernel or a page, so there is one more worker for them.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return cores if leaves_out_slow(config) else cores + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `make faults`."""
    parser.addoption("--rounds", type=int, help="how often to run each test that injects faults")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests that inject faults as often as was asked for."""
    rounds = metafunc.config.getoption("rounds") or 1
    if rounds > 1 and metafunc.definition.get_closest_marker("faults"):
        metafunc.fixturenames.append("round_")
        metafunc.parametrize("round_", range(rounds), indirect=True)


@pytest.fixture
def round_(request: pytest.FixtureRequest) -> int:
    """Return the number of the round in which a test injects its faults; `make test` has one."""
    number: int = getattr(request, "param", 0)
    return number


@pytest.fixture
def at_length(request: pytest.FixtureRequest) -> bool:
    """Tell whether this is `make faults`, which gives tests that inject faults all their time."""
    return request.config.getoption("rounds") is not None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let a parallel run start the longest files first, so that no worker ends alone."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    longest = LONGEST_FAST if leaves_out_slow(config) else LONGEST
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))

    def turn(item: pytest.Item) -> tuple[int, int]:
        name = item.path.stem
        return longest.index(name) if name in longest else len(longest), -slow[item.path]

    items.sort(key=turn)  # which keeps the order within a file


def pytest_unconfigure() -> None:
    """Remove the home when the run is over."""
    shutil.rmtree(HOME, ignore_errors=True)
