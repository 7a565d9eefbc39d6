"""PlanWatch: tells widgets of Jupyter's own that the candidate's plan was made or changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from prepkit.widgets.component import Component, Message


class PlanWatch(Component):
    """A widget that shows nothing, and calls back when the plan may be another one.

    That is when it is drawn, and when a page of this browser says that it has kept a plan.

    Parameters
    ----------
    changed
        Is called then.
    """

    script = "plan_watch.js"
    styles = ()

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        super().__init__(layout=widgets.Layout(display="none"))

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Call back; nothing is sent."""
        self._changed()
        return ()
