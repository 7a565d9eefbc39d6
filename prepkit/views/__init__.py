"""Frame -> table or plot: objects that display themselves, in a notebook or as plain text."""

from prepkit.views.markup import Table
from prepkit.views.plots import Plot, focus_plot, progress_plot
from prepkit.views.tables import (
    companies_table,
    focus_table,
    next_steps_table,
    progress_table,
    questions_table,
    review_table,
    values_table,
)

__all__ = [
    "Plot",
    "Table",
    "companies_table",
    "focus_plot",
    "focus_table",
    "next_steps_table",
    "progress_plot",
    "progress_table",
    "questions_table",
    "review_table",
    "values_table",
]
