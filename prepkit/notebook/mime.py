"""The types of outputs that have a meaning here."""

from __future__ import annotations

SHEET_MIME = "application/vnd.prepkit.worksheet+json"
"""The type under which a notebook stores a worksheet as data."""

HAND_IN_MIME = "application/vnd.prepkit.answers+json"
"""The type of the output in which a notebook carries answers, as JSON of an export."""

EXPORT_FORMAT = "prepkit-answers"
"""What a JSON file of answers says that it is, under ``format``."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
"""The type under which an output shows a widget."""
