"""Frame -> table or plot: objects that display themselves, in a notebook or as plain text."""

from prepkit.widgets.cohort_views import (
    answered_table,
    by_category_table,
    by_company_table,
    cohort_plot,
    standing_table,
    triage_table,
)
from prepkit.widgets.coverage_plots import coverage_plot, star_plot
from prepkit.widgets.packet_tables import (
    chosen_table,
    levels_table,
    plan_table,
    second_look_table,
    target_focus_table,
    targets_table,
)
from prepkit.widgets.passages import (
    Passage,
    coach_note,
    company_sources,
    fill_in_name,
    paragraph,
    plan_rules,
    story_hint,
    welcome,
)
from prepkit.widgets.plots import Plot, focus_plot, progress_plot
from prepkit.widgets.table import Table
from prepkit.widgets.tables import (
    companies_table,
    focus_table,
    next_steps_table,
    progress_table,
    questions_table,
    review_table,
    values_table,
)

__all__ = [
    "Passage",
    "Plot",
    "Table",
    "answered_table",
    "by_category_table",
    "by_company_table",
    "chosen_table",
    "coach_note",
    "cohort_plot",
    "companies_table",
    "company_sources",
    "coverage_plot",
    "fill_in_name",
    "focus_plot",
    "focus_table",
    "levels_table",
    "next_steps_table",
    "paragraph",
    "plan_rules",
    "plan_table",
    "progress_plot",
    "progress_table",
    "questions_table",
    "review_table",
    "second_look_table",
    "standing_table",
    "star_plot",
    "story_hint",
    "target_focus_table",
    "targets_table",
    "triage_table",
    "values_table",
    "welcome",
]
