"""The nbconvert template: ``jupyter nbconvert --to html --template prepkit`` gives the site's look.

nbconvert finds the template in ``share/jupyter``; the template prints the page that the
preprocessor has made.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from prepkit.site.rendering import standalone_page
from prepkit.text import printable


class StandalonePreprocessor(Preprocessor):
    """Puts the notebook's page into nbconvert's resources, under ``prepkit_page``."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook unchanged, and the resources with its page; log its notices."""
        metadata = resources.get("metadata", {})
        path = metadata.get("path")  # empty for the current folder
        page, notices = standalone_page(
            nb,
            metadata.get("name") or "Notebook",
            folder=None if path is None else Path(path),
        )
        for notice in notices:
            self.log.warning("%s", printable(f"{metadata.get('name')}: {notice}"))
        return nb, {**resources, "prepkit_page": page}
