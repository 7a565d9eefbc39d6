"""What is shown of a company's interview, said once; form, PDF, site and notebook render it. Pure.

What isn't documented is said in words, and so is who says what is: a source may be a candidate or
a coach, who don't speak for the company.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from prepkit.provenance import HEARSAY, SOURCE_KINDS, SourceKind, source_label
from prepkit.records import AiRule, Company, Round, Value
from prepkit.text import end_sentence, join_words, pluralize

LACKING = ("rounds", "the use of AI in interviews")
"""What may not be documented of a company's interview."""

HEARSAY_NOTICE = (
    "Candidate reports and coaches don't speak for the company, so your interview may differ."
)

ROUNDS_TITLE = "Rounds at these companies"
ROUNDS_HINT = f"As far as they are documented. {HEARSAY_NOTICE}"
"""The heading above `rounds_by_company`, and the line below it."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where something is known from: a link, and its text."""

    href: str
    label: str


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round in words; what isn't documented is empty."""

    name: str
    facts: str
    """For which role, and how long: ``engineering manager, 45 to 60 minutes``."""
    scored: str
    decides: str
    hearsay: str
    """What kind of source it is, if that doesn't speak for the company; otherwise empty."""
    source: Source

    @property
    def what_and_who(self) -> str:
        """What is scored and who decides, as sentences; empty if neither is documented."""
        who = f"Who decides: {self.decides}" if self.decides else ""
        return " ".join(end_sentence(text) for text in (self.scored, who) if text)


@dataclass(frozen=True, slots=True)
class Interview:
    """What is documented of a company's interview."""

    company: str
    rounds: tuple[RoundView, ...]
    rule: str
    """What it says about AI during interviews; empty if nothing is documented."""
    rule_source: Source | None
    notices: tuple[str, ...]
    """What isn't documented, and who doesn't speak for the company: sentences."""


def interview_of(company: Company) -> Interview:
    """Return what is shown of a company's interview."""
    rule = company.ai_rule
    documented: list[Round | AiRule] = [*company.rounds, *([rule] if rule else [])]
    return Interview(
        company.name,
        tuple(map(_round_view, company.rounds)),
        end_sentence(rule.rule) if rule else "",
        source_of(rule) if rule else None,
        notices(
            company.name,
            rounds=bool(company.rounds),
            rule=bool(rule),
            kinds=[one.source_kind for one in documented],
        ),
    )


def notices(
    company: str, *, rounds: bool, rule: bool, kinds: Iterable[SourceKind]
) -> tuple[str, ...]:
    """Return what isn't documented of a company's interview, and who doesn't speak for it.

    Parameters
    ----------
    company
        The company's name.
    rounds, rule
        Whether there are rounds, and a rule on AI.
    kinds
        The kinds of the sources of what is documented.
    """
    lacking = [what for what, known in zip(LACKING, (rounds, rule), strict=True) if not known]
    found = [nothing_about(lacking, [company])] if lacking else []
    if HEARSAY.intersection(kinds):
        found.append(HEARSAY_NOTICE)
    return tuple(found)


def nothing_about(what: Sequence[str], companies: Sequence[str]) -> str:
    """Return the sentence about companies of which something isn't documented."""
    return f"Nothing is documented about {join_words(what, 'or')} at {join_words(companies)}."


def minutes_text(least: int, most: int) -> str:
    """Return such as ``45 to 60 minutes``."""
    return pluralize(most, "minute") if least == most else f"{least} to {most} minutes"


def rounds_by_company(companies: Sequence[Company]) -> list[tuple[str, str]]:
    """Return each company's name with its rounds in brief; nothing if no rounds are documented."""
    found = [(one.name, rounds_in_brief(one)) for one in companies if one.rounds]
    others = [one.name for one in companies if not one.rounds]
    if found and others:
        found.append(("Other companies", nothing_about(["rounds"], others)))
    return found


def rounds_in_brief(company: Company) -> str:
    """Return a company's rounds in a few words, as Markdown: one paragraph per source."""
    paragraphs = []
    for source, rounds in groupby(company.rounds, source_of):
        href = source.href.replace("(", "%28").replace(")", "%29")  # they would end the link
        names = ", ".join(_briefly(one) for one in rounds)
        paragraphs.append(f"{names}. [{source.label}]({href})")
    return "\n\n".join(paragraphs)


def _briefly(one: Round) -> str:
    return f"{one.name} ({minutes_text(*one.minutes)})" if one.minutes else one.name


def _round_view(one: Round) -> RoundView:
    facts = [one.about or "", minutes_text(*one.minutes) if one.minutes else ""]
    return RoundView(
        one.name,
        ", ".join(filter(None, facts)),
        one.scored or "",
        one.decides or "",
        SOURCE_KINDS[one.source_kind] if one.source_kind in HEARSAY else "",
        source_of(one),
    )


def source_of(one: Value | Round | AiRule) -> Source:
    """Return the source of what is said about a company, as readers see it."""
    dated = None if isinstance(one, Value) else one.dated
    label = source_label(one.source_kind, one.source_url, one.checked, dated)
    return Source(one.source_url, label)
