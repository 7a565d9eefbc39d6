"""Which questions a set holds: a category's, a company's, or those that serve one student best."""

from prepkit.choice.aims import Aims, read_aims
from prepkit.choice.chosen import FIRST_CATEGORIES, WEIGHTS, chosen_questions
from prepkit.choice.coverage import COVERS, coverage_frame
from prepkit.choice.names import (
    category_questions,
    category_slug,
    company_name,
    company_questions,
)

__all__ = [
    "COVERS",
    "FIRST_CATEGORIES",
    "WEIGHTS",
    "Aims",
    "category_questions",
    "category_slug",
    "chosen_questions",
    "company_name",
    "company_questions",
    "coverage_frame",
    "read_aims",
]
