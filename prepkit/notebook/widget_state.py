"""The state of ipywidgets that a notebook stores -> the texts that the widgets showed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prepkit.notebook.fields import mapping, sequence
from prepkit.notebook.html_tree import parse_html

STATE_MIME = "application/vnd.jupyter.widget-state+json"
"""The key of a notebook's metadata under which JupyterLab and nbclient store the state."""

_REFERENCE = "IPY_MODEL_"
_MARKUP = frozenset({"HTMLModel", "HTMLMathModel"})
_SILENT = frozenset({"ButtonModel", "PasswordModel"})


def widget_states(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the stored widgets of a notebook's metadata, by id."""
    found: Any = metadata
    for key in ("widgets", STATE_MIME, "state"):
        found = mapping(found).get(key)
    return mapping(found)


def widget_content(view: Any, states: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what a widget and the widgets in it show, in order.

    Parameters
    ----------
    view
        The data of an output of the type `WIDGET_VIEW`.
    states
        The result of `widget_states`.

    Returns
    -------
    list of tuple
        Each is a label and the text beside it, or ``""`` and an output in a notebook's format.
    """
    name = mapping(view).get("model_id")
    found: list[tuple[str, Any]] = []
    seen: set[str] = set()
    waiting = [str(name)]
    while waiting:
        name = waiting.pop()
        model = states.get(name)
        if name in seen or not isinstance(model, Mapping):
            continue
        seen.add(name)
        kind, state = str(model.get("model_name")), model.get("state")
        if not isinstance(state, Mapping) or kind in _SILENT:
            continue
        found += [("", title) for title in sequence(state.get("titles")) if isinstance(title, str)]
        if kind == "OutputModel":
            found += [
                ("", one) for one in sequence(state.get("outputs")) if isinstance(one, Mapping)
            ]
        elif text := _value_text(kind, state):
            found.append((str(state.get("description") or ""), text))
        children = sequence(state.get("children"))
        waiting += [str(child).removeprefix(_REFERENCE) for child in reversed(children)]
    return found


def _value_text(kind: str, state: Mapping[str, Any]) -> str:
    """Return the value of one widget as its form shows it."""
    if options := sequence(state.get("_options_labels")):
        index = state.get("index")
        chosen = sequence(index) or [index]
        return ", ".join(
            str(options[i]) for i in chosen if isinstance(i, int) and 0 <= i < len(options)
        )
    value = state.get("value")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and kind in _MARKUP:
        return parse_html(value).text().strip()
    if several := sequence(value):
        return ", ".join(str(one) for one in several)
    return str(value) if isinstance(value, str | int | float) else ""
