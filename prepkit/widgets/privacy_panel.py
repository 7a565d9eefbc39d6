"""PrivacyPanel: what the workbook may record besides the answers. Off until it is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from prepkit.answers.preferences import PracticeLog, Preferences, load_preferences, save_preferences
from prepkit.errors import PrepkitError
from prepkit.widgets.key_box import KeyBox

_NECESSARY = (
    "The workbook needs these, so you can't turn them off: a login token, which keeps other people "
    "on your network out, and the file that holds your answers."
)
_ANALYTICS = (
    "Records which questions you opened, and for how many minutes you worked on them. It adds the "
    "minutes column to Your progress. It is a file on this computer and is sent to nobody."
)
_MARKETING = "There is no marketing here, so this does nothing."
_AS_WIDE_AS_NEEDED = {"width": "auto"}


class PrivacyPanel(KeyBox):
    """Three kinds of data, each with a switch. A choice is saved at once.

    Parameters
    ----------
    folder
        The folder of the candidate's own files, with the choices and the practice log.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = PracticeLog(folder)
        self._undoing = False
        self.necessary = _switch("Strictly necessary (always on)", value=True, disabled=True)
        self.analytics = _switch("Practice log")
        self.marketing = _switch("Marketing")
        self.note = widgets.HTML()
        self.delete = _button("Delete the log")
        self.keep = _button("Keep it")
        self.confirm = _button("Delete for good", "danger")
        self.offer = widgets.HBox(layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__(
            [
                widgets.HTML("<h3>Privacy</h3>"),
                *_described(self.necessary, _NECESSARY),
                *_described(self.analytics, _ANALYTICS),
                *_described(self.marketing, _MARKETING),
                self.note,
                self.offer,
            ],
            layout=widgets.Layout(max_width="44em"),
        )
        stored = load_preferences(folder)
        self.analytics.value = stored.analytics
        self.marketing.value = stored.marketing
        if stored.notice:
            self._say(stored.notice)
        self.analytics.observe(self._on_analytics, "value")
        self.marketing.observe(self._on_marketing, "value")
        self.delete.on_click(self._on_delete)
        self.keep.on_click(self._on_keep)
        self.confirm.on_click(self._on_confirm)

    def _on_analytics(self, change: Mapping[str, Any]) -> None:
        if not self._store(change):
            return
        if change["new"]:
            self._say("The practice log is on.")
        elif self._log.exists():
            self._say(
                "The practice log is off. What it has recorded is still on this computer.",
                self.delete,
                self.keep,
            )
        else:
            self._say("The practice log is off. Nothing was recorded.")

    def _on_marketing(self, change: Mapping[str, Any]) -> None:
        if self._store(change):
            self._say(f"Saved. {_MARKETING}")

    def _store(self, change: Mapping[str, Any]) -> bool:
        """Save both choices and return whether that worked; if not, move the switch back."""
        if self._undoing:
            return False
        chosen = Preferences(analytics=self.analytics.value, marketing=self.marketing.value)
        try:
            save_preferences(chosen, self._folder)
        except PrepkitError as error:
            self._say(str(error))
            self._undoing = True
            change["owner"].value = change["old"]
            self._undoing = False
            return False
        return True

    def _on_delete(self, _button: object) -> None:
        self._say(
            "You can't undo deleting the practice log. Your answers are not affected.",
            self.confirm,
            self.keep,
        )

    def _on_keep(self, _button: object) -> None:
        self._say("The practice log was kept.")

    def _on_confirm(self, _button: object) -> None:
        try:
            self._log.delete()
        except PrepkitError as error:
            self._say(str(error), self.confirm, self.keep)
        else:
            self._say("The practice log was deleted.")

    def _say(self, text: str, *offered: widgets.Button) -> None:
        """Say what happened, with buttons for what can be done next."""
        self.note.value = f'<span role="status">{escape(text)}</span>'
        self.offer.children = offered


def _switch(label: str, *, value: bool = False, disabled: bool = False) -> widgets.Checkbox:
    return widgets.Checkbox(
        description=label, value=value, disabled=disabled, indent=False, layout=_AS_WIDE_AS_NEEDED
    )


def _button(label: str, style: str = "") -> widgets.Button:
    return widgets.Button(description=label, button_style=style, layout=_AS_WIDE_AS_NEEDED)


def _described(switch: widgets.Checkbox, text: str) -> tuple[widgets.Widget, widgets.Widget]:
    return switch, widgets.HTML(
        f'<p style="margin:0 0 0.6em 1.6em;line-height:1.5">{escape(text)}</p>'
    )
