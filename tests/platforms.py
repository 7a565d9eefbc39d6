"""What differs between systems: tests that can't run on one, and what it says of an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

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
needs_shell = pytest.mark.skipif(
    os.name == "nt", reason="Windows knows programs by their names, and runs no script"
)
needs_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="processes are forked on Linux only"
)


def refusal(act: Callable[[], object]) -> str:
    """Return this system's own words for why `act` fails."""
    with pytest.raises(OSError) as caught:  # noqa: PT011 -- which one differs, too
        act()
    return str(caught.value.strerror)
