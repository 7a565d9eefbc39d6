"""What marks the outputs of prepkit in a notebook: MIME types, and the note below an answer."""

from __future__ import annotations

SHEET_MIME = "application/vnd.prepkit.worksheet+json"
"""The type under which a notebook stores a worksheet as data."""

HAND_IN_MIME = "application/vnd.prepkit.answers+json"
"""The type of the output in which a notebook carries answers, as JSON of an export."""

EXPORT_FORMAT = "prepkit-answers"
"""The value of ``format`` in a JSON file of answers."""

ANSWER_NOTE = "This is the answer as last saved on"
"""How the note below an answer begins, in the output of a form for pages without widgets."""

ANSWER_NOTES = (ANSWER_NOTE, "The answer as it was stored when this was shown, last saved on")
"""The same in all versions of prepkit: by it, answers in older notebooks are recognized too."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
"""The type under which an output shows a widget."""
