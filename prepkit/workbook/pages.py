"""The pages of the workbook, as the strip at the top of JupyterLab names them."""

from __future__ import annotations

from pathlib import Path

from prepkit.workbook.copies import load_copies

_LABELS = {
    "01-start.ipynb": "Start",
    "02-answer.ipynb": "Answer",
    "03-companies.ipynb": "Companies",
    "04-stories.ipynb": "Stories",
    "05-mock.ipynb": "Mock interview",
    "06-debrief.ipynb": "After the interview",
    "handout.ipynb": "Print",
}


def pages_in(folder: Path) -> dict[str, str]:
    """Return the label of each page in the user's folder, by file name, in the strip's order.

    Only notebooks that prepkit copied there are pages: another one may have the same name.
    """
    copies = load_copies(folder)
    return {
        name: label
        for name, label in _LABELS.items()
        if name in copies and (folder / name).is_file()
    }
