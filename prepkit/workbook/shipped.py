"""A server extension for JupyterLab: it tells the browser which cells of a page are prepkit's own.

Only these may be run without being asked to, and a notebook can't say so itself, since anybody may
have written it. `prepkit.workbook.server` tells JupyterLab to load this.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from prepkit.workbook.contents import PAGE
from prepkit.workbook.copies import cells_as_shipped, load_copies


class ShippedHandler(APIHandler):
    """Answers which code cells of a page are as they were copied."""

    @web.authenticated
    def post(self) -> None:
        """Take a path and the sources of code cells, and answer with the places of prepkit's own.

        There are none if the notebook isn't a page, or one of prepkit's cells was changed.
        """
        asked = self.get_json_body() or {}
        name = str(asked.get("path", ""))
        cells = [{"cell_type": "code", "source": str(text)} for text in asked.get("code", ())]
        copy = None
        if PAGE.fullmatch(name):
            copy = load_copies(Path(self.contents_manager.root_dir)).get(name)
        places = cells_as_shipped(copy, cells) if copy else ()
        self.finish(json.dumps({"cells": places}))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    path = url_path_join(server.web_app.settings["base_url"], "prepkit", "shipped")
    server.web_app.add_handlers(".*$", [(path, ShippedHandler)])
