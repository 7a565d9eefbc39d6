"""Frame -> table or plot: objects that display themselves, in a notebook or as plain text."""

from prepkit.views.cohort import (
    answered_table,
    by_category_table,
    by_company_table,
    cohort_plot,
    standing_table,
    talk_first_table,
)
from prepkit.views.coverage import coverage_plot, star_plot
from prepkit.views.markup import Table
from prepkit.views.packet import (
    chosen_table,
    levels_table,
    plan_table,
    second_look_table,
    target_focus_table,
    targets_table,
)
from prepkit.views.passages import (
    Passage,
    coach_note,
    company_sources,
    fill_in_name,
    paragraph,
    plan_rules,
    story_hint,
    welcome,
)
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
    "talk_first_table",
    "target_focus_table",
    "targets_table",
    "values_table",
    "welcome",
]
