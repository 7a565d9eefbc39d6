"""An executed notebook as one web page that asks nothing of any other host."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any

import nbformat

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.55 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto;
  padding: 0 1rem; }}
pre {{ white-space: pre-wrap; }}
img, svg {{ max-width: 100%; }}
.anchor-link {{ display: none; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""


def notebook_page(nb: nbformat.NotebookNode, title: str) -> str:
    """Return a page with a notebook's text and outputs, without its code.

    Parameters
    ----------
    nb
        An executed notebook.
    title
        What the window is called.
    """
    body, _ = _exporter().from_notebook_node(nb)
    return _PAGE.format(title=escape(title), body=body)


@cache
def _exporter() -> Any:
    # Imported here: it takes half a second, and most packets have no web page.
    from nbconvert import HTMLExporter

    return HTMLExporter(
        template_name="basic",
        exclude_input=True,
        exclude_output_prompt=True,
        exclude_input_prompt=True,
    )
