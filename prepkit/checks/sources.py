"""What a bank says about companies: each statement has a source that can be right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from prepkit.bank.loader import Records
from prepkit.errors import Problem
from prepkit.records import AiRule, Company, Round, Value
from prepkit.text import format_day, format_period

# A company's own words, read on its page or as quoted from it: only these state what it does.
_OF_THE_COMPANY = ("owner", "second-hand")


def source_problems(records: Records, *, today: date) -> Iterator[Problem]:
    """Yield what is said without a source, from a source that can't be right, or out of date."""
    if not records.files:
        return
    companies = records.files[0].source.path.parents[2] / "companies.yaml"
    yield from _retired(records)
    for company in records.companies:
        name = company.name
        if not company.values and not company.note:
            yield Problem(companies, 0, f"{name} has no values; add a note that says why")
        for what, source in _sources(company):
            if source.checked > today:
                day = format_day(source.checked)
                message = f"{name}, {what}: checked on {day}, which is in the future"
                yield Problem(companies, 0, message)
            dated = None if isinstance(source, Value) else source.dated
            if dated and dated > f"{source.checked}":
                day = f"{format_period(dated)}, which is after it was checked"
                yield Problem(companies, 0, f"{name}, {what}: dated {day}")
        for value in company.values:
            if value.used_in_interviews == "stated" and value.source_kind not in _OF_THE_COMPANY:
                message = (
                    f"{name}, '{value.name}': 'stated' needs a source_kind of 'owner'"
                    " or 'second-hand'"
                )
                yield Problem(companies, 0, message)


def _sources(company: Company) -> Iterator[tuple[str, Value | Round | AiRule]]:
    """Yield what is said about a company with a source of its own, and what to call it."""
    yield from ((f"'{value.name}'", value) for value in company.values)
    yield from ((f"round '{one.name}'", one) for one in company.rounds)
    if company.ai_rule:
        yield "ai_rule", company.ai_rule


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
