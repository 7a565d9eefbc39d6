"""Every test run has a home of its own: no test, kernel or notebook touches the user's answers."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

collect_ignore = ["data"]  # notebooks of an earlier prepkit are there to be read, not to be run

HOME = Path(tempfile.mkdtemp(prefix="prepkit-tests-"))

# Set before anything is collected, so that the kernels nbval starts inherit it.
os.environ["PREPKIT_HOME"] = str(HOME / "prepkit")
os.environ["IPYTHONDIR"] = str(HOME / "ipython")
os.environ["JUPYTER_CONFIG_DIR"] = str(HOME / "jupyter-config")
os.environ["JUPYTER_DATA_DIR"] = str(HOME / "jupyter-data")
os.environ["JUPYTER_RUNTIME_DIR"] = str(HOME / "jupyter-runtime")

# A shell that runs the tests in the background makes them, and the labs they start, deaf to Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No test is timed: on a busy machine a slow example says nothing of the code. People wait for their
# tests; CI, whose own profile hypothesis brings, tries its full number.
settings.register_profile(
    "busy", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("people", settings.get_profile("busy"), max_examples=30)
settings.load_profile("busy" if "CI" in os.environ else "people")


@pytest.fixture
def no_event_loop() -> Iterator[None]:
    """Set aside the loop that the browser tests leave running in this thread."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


def pytest_unconfigure() -> None:
    """Remove the home when the run is over."""
    shutil.rmtree(HOME, ignore_errors=True)
