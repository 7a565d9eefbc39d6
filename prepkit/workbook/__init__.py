"""The workbook on a candidate's computer: notebooks in their own folder, open in JupyterLab."""

from prepkit.workbook.copies import CopyReport, copy_notebooks, default_notebooks
from prepkit.workbook.lab import DEFAULT_PORT, serve

__all__ = ["DEFAULT_PORT", "CopyReport", "copy_notebooks", "default_notebooks", "serve"]
