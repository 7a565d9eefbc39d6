"""The logic of the browser side, by Node's own test runner."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

NODE = shutil.which("node")
TESTS = sorted((Path(__file__).parent / "static").glob("*.test.mjs"))


@pytest.mark.long
@pytest.mark.skipif(NODE is None, reason="Node runs these, and there is none here")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_the_modules_of_the_browser_side_do_what_their_tests_say(path: Path) -> None:
    done = subprocess.run([str(NODE), "--test", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
