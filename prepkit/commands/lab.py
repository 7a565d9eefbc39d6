"""``prepkit lab``: a candidate opens the workbook."""

from __future__ import annotations

import argparse
from pathlib import Path

from prepkit.commands.options import Commands, add_command, add_flag, port


def add(commands: Commands) -> None:
    """Add the command."""
    lab = add_command(commands, "lab", "open the workbook in JupyterLab", _lab)
    add_flag(lab, "--no-browser", "print the address instead of opening a browser")
    lab.add_argument(
        "--port",
        type=port,
        help="the port to use; keep to the same one, because your browser keeps unsaved drafts"
        " per address",
    )
    lab.add_argument(
        "--folder",
        type=Path,
        help="where your notebooks are (default: prepkit in your documents folder)",
    )


def _lab(arguments: argparse.Namespace) -> int:
    from importlib.metadata import version

    import platformdirs

    from prepkit.answers import user_folder
    from prepkit.workbook import DEFAULT_PORT, copy_notebooks, default_notebooks, serve

    # In the documents folder, where people look for their files. The answers are elsewhere, so
    # that nobody deletes them by tidying up.
    folder = arguments.folder or Path(platformdirs.user_documents_dir()) / "prepkit"
    report = copy_notebooks(default_notebooks(), folder, version=version("prepkit"))
    print(*report.lines, sep="\n", flush=True)
    return serve(
        folder,
        home=user_folder(),
        port=arguments.port or DEFAULT_PORT,
        open_browser=not arguments.no_browser,
    )
