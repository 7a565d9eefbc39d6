"""The command ``prepkit``: everything else is imported once Ctrl-C ends it quietly."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # typing.TYPE_CHECKING without the time that typing takes to load
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are printed on stderr."""
    try:
        # Imported here because Ctrl-C may come while it loads.
        from prepkit.command_line import run

        return run(argv)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
