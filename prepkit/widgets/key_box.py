"""KeyBox: a column of Jupyter's own widgets that keeps its keys from the notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import ipywidgets as widgets  # type: ignore[import-untyped]

from prepkit.scripts import widget_script


class KeyBox(widgets.VBox):  # type: ignore[misc]  # its base has no types
    """A column of widgets. A key that is pressed in one of them never reaches the notebook.

    Without it, JupyterLab takes the keys that a list, a tick box or a button leaves over for its
    own: "b" adds a cell, and "x" cuts the one with the widget.
    """

    def __init__(self, children: Sequence[widgets.Widget], **state: Any) -> None:
        super().__init__([*children, _key_keeper()], **state)
        self.add_class("prepkit-keys")


def _key_keeper() -> anywidget.AnyWidget:
    """Return a widget that shows nothing, and brings the script that keeps the keys."""
    script = widget_script("key_keeper.js")
    return anywidget.AnyWidget(_esm=script, layout=widgets.Layout(display="none"))
