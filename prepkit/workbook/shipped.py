"""A server extension for JupyterLab: it tells the browser what of a notebook is prepkit's own.

Only cells that are as they were copied may be run without being asked to, or be shown without
their code. A notebook can't say so itself, since anybody may have written it.
`prepkit.workbook.server` tells JupyterLab to load this.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from prepkit.workbook.contents import PAGE
from prepkit.workbook.copies import (
    cells_as_shipped,
    default_notebooks,
    load_copies,
    texts_as_shipped,
)
from prepkit.workbook.pages import pages_in


class ShippedHandler(APIHandler):
    """Answers which cells of a page are as they were copied."""

    @web.authenticated
    def post(self) -> None:
        """Take a path and the cells of a notebook, and answer with the places of prepkit's own.

        There are none if the notebook isn't a page, or one of prepkit's code cells was changed.
        Whether prepkit copied the notebook at all is in the answer, too.
        """
        asked = self.get_json_body() or {}
        name = str(asked.get("path", ""))
        cells = [
            {"cell_type": str(cell["cell_type"]), "source": str(cell["source"])}
            for cell in asked.get("cells", ())
        ]
        copy = load_copies(Path(self.contents_manager.root_dir)).get(name)
        code = cells_as_shipped(copy, cells) if copy and PAGE.fullmatch(name) else ()
        text = texts_as_shipped(default_notebooks() / name, cells) if code else ()
        self.finish(json.dumps({"copied": copy is not None, "code": code, "text": text}))


class PagesHandler(APIHandler):
    """Answers which pages the workbook has, for the strip at the top."""

    @web.authenticated
    def get(self) -> None:
        """Answer with the path and the label of each page, in order, and whether it is run."""
        labels = pages_in(Path(self.contents_manager.root_dir))
        pages = [
            {"path": path, "label": label, "runs": PAGE.fullmatch(path) is not None}
            for path, label in labels.items()
        ]
        self.finish(json.dumps({"pages": pages}))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    for name, handler in (("shipped", ShippedHandler), ("pages", PagesHandler)):
        path = url_path_join(server.web_app.settings["base_url"], "prepkit", name)
        server.web_app.add_handlers(".*$", [(path, handler)])
