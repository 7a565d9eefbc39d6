"""The balance of a bank: questions per category, companies per question, and its sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from prepkit.bank.loader import Records
from prepkit.errors import Problem
from prepkit.text import format_day

PER_CATEGORY = 10
MOST_CASES = 0.10
LEAST_COMPANIES = 16

MOST_OF_ONE_COMPANY = 0.45
"""The largest share of the questions that may name the same company (0 to 1)."""


def spread_problems(records: Records, *, today: date) -> Iterator[Problem]:
    """Yield what is wrong with a bank's counts, companies and sources."""
    files = records.files
    if not files:
        return
    root = files[0].source.path.parents[2]
    categories, companies = root / "categories.yaml", root / "companies.yaml"
    counts = Counter(file.question.category for file in files)
    for category in records.categories:
        if counts[category.slug] != PER_CATEGORY:
            message = f"'{category.slug}' has {counts[category.slug]} questions"
            yield Problem(categories, 0, f"{message}; a category needs {PER_CATEGORY}")
    cases = sum(file.question.kind == "case" for file in files)
    if cases > MOST_CASES * len(files):
        message = f"{cases} of {len(files)} questions are cases"
        yield Problem(root, 0, f"{message}; at most {MOST_CASES:.0%} may be")
    if len(records.companies) < LEAST_COMPANIES:
        message = f"{len(records.companies)} companies; a bank needs at least {LEAST_COMPANIES}"
        yield Problem(companies, 0, message)
    asked = Counter(ask.company for file in files for ask in file.question.asks)
    for company, count in asked.items():
        if count > MOST_OF_ONE_COMPANY * len(files):
            message = f"{company} is named in {count} of {len(files)} questions"
            yield Problem(companies, 0, f"{message}; at most {MOST_OF_ONE_COMPANY:.0%} may name it")
    yield from _retired(records)
    for company_record in records.companies:
        name = company_record.name
        if not asked[name]:
            yield Problem(companies, 0, f"no question names {name}; remove it, or add it to one")
        if not company_record.values and not company_record.note:
            yield Problem(companies, 0, f"{name} has no values; add a note that says why")
        for value in company_record.values:
            if value.checked > today:
                day = format_day(value.checked)
                message = f"{name}, '{value.name}': checked on {day}, which is in the future"
                yield Problem(companies, 0, message)
            if value.used_in_interviews == "stated" and value.source_kind != "owner":
                message = f"{name}, '{value.name}': 'stated' needs a source_kind of 'owner'"
                yield Problem(companies, 0, message)


def _retired(records: Records) -> Iterator[Problem]:
    """Yield the asks whose value the company has replaced."""
    retired = {
        (company.name, value.name): value.superseded_by
        for company in records.companies
        for value in company.values
        if value.superseded_by
    }
    for file in records.files:
        for index, ask in enumerate(file.question.asks):
            successor = retired.get((ask.company, ask.value or ""))
            if successor:
                message = f"{ask.company} has replaced '{ask.value}' with '{successor}'; use that"
                yield file.problem(("asks", index), message)
