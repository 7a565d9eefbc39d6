"""What can't run everywhere: each mark says for whom, and why."""

from __future__ import annotations

import os
import sys

import pytest

needs_links = pytest.mark.skipif(
    os.name == "nt", reason="on Windows, making a link takes rights that most people don't have"
)
needs_modes = pytest.mark.skipif(
    os.name == "nt", reason="Windows has rules about who may read a file, but not these"
)
needs_posix_files = pytest.mark.skipif(
    os.name == "nt", reason="Windows replaces no file that is open, and has no such file names"
)
needs_shell = pytest.mark.skipif(os.name == "nt", reason="Windows runs no shell script")
needs_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="processes are forked on Linux only"
)
