"""What is shown of a company's interview, said once; form, PDF, site and notebook render it. Pure.

What isn't documented is said in words, and so is who says what is: a source may be a candidate or
a coach, who don't speak for the company.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prepkit.language import ENGLISH, Language
from prepkit.provenance import HEARSAY, SOURCE_KINDS, source_label
from prepkit.records import AiRule, Company, Round, Value
from prepkit.text import capitalize_first, end_sentence

TOPICS = ("rounds", "the use of AI in interviews")
"""What may be documented of a company's interview, or not."""

HEARSAY_NOTICE = (
    "Candidate reports and coaches don't speak for the company, so your interview may differ."
)

SEVERAL_NOTICE = "Several sources are listed here, and they may describe the same round."

ROUNDS_TITLE = "Rounds at these companies"
ROUNDS_HINT = (
    "As far as they are documented. Candidate reports and coaches don't speak for the company, so"
    " your interview may differ."
)
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
    who_decides: str = "Who decides"
    """What is said before `decides`."""

    @property
    def what_and_who(self) -> str:
        """What is scored and who decides, as sentences; empty if neither is documented."""
        who = f"{self.who_decides}: {self.decides}" if self.decides else ""
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


def interview_of(company: Company, language: Language = ENGLISH) -> Interview:
    """Return what is shown of a company's interview."""
    rule = company.ai_rule
    return Interview(
        company.name,
        tuple(round_view(one, language) for one in company.rounds),
        end_sentence(rule.rule) if rule else "",
        source_of(rule, language) if rule else None,
        tuple(_notices(company, language)),
    )


def _notices(company: Company, language: Language) -> Iterator[str]:
    """Yield what isn't documented, and how far to trust what is."""
    known = (company.rounds, company.ai_rule)
    if lacking := [what for what, found in zip(TOPICS, known, strict=True) if not found]:
        yield nothing_about(lacking, [company.name], language)
    if len({one.source_url for one in company.rounds}) > 1:
        yield language.gettext(SEVERAL_NOTICE)
    kinds = {one.source_kind for one in (*company.rounds, company.ai_rule) if one}
    if HEARSAY & kinds:
        yield language.gettext(HEARSAY_NOTICE)


def nothing_about(
    what: Sequence[str], companies: Sequence[str], language: Language = ENGLISH
) -> str:
    """Return the sentence about companies of which something isn't documented."""
    return language.gettext(
        "We found nothing about %(what)s at %(companies)s.",
        what=language.words([language.gettext(each) for each in what], "or"),
        companies=language.words(companies),
    )


def minutes_text(least: int, most: int, language: Language = ENGLISH) -> str:
    """Return such as ``45 to 60 minutes``."""
    if least == most:
        return language.ngettext("%(num)s minute", "%(num)s minutes", most)
    return language.gettext("%(least)s to %(most)s minutes", least=least, most=most)


def rounds_by_company(
    companies: Sequence[Company], language: Language = ENGLISH
) -> list[tuple[str, str]]:
    """Return each company's name with its rounds in brief; nothing if no rounds are documented."""
    found = [(one.name, rounds_in_brief(one, language)) for one in companies if one.rounds]
    others = [one.name for one in companies if not one.rounds]
    if found and others:
        nothing = nothing_about(["rounds"], others, language)
        found.append((language.gettext("Other companies"), nothing))
    return found


def rounds_in_brief(company: Company, language: Language = ENGLISH) -> str:
    """Return a company's rounds in a few words, as Markdown: one paragraph per source."""
    by_label: dict[str, list[Round]] = {}
    for one in company.rounds:
        by_label.setdefault(source_of(one, language).label, []).append(one)
    paragraphs = []
    for label, rounds in by_label.items():
        # Brackets would end the link.
        href = rounds[0].source_url.replace("(", "%28").replace(")", "%29")
        names = ", ".join(_briefly(one, language) for one in rounds)
        paragraphs.append(f"{names}. [{label}]({href})")
    return "\n\n".join(paragraphs)


def _briefly(one: Round, language: Language) -> str:
    return f"{one.name} ({minutes_text(*one.minutes, language)})" if one.minutes else one.name


def round_view(one: Round, language: Language = ENGLISH) -> RoundView:
    """Return what is shown of a round."""
    facts = [one.about or "", minutes_text(*one.minutes, language) if one.minutes else ""]
    return RoundView(
        one.name,
        ", ".join(filter(None, facts)),
        capitalize_first(one.scored or ""),
        one.decides or "",
        language.gettext(SOURCE_KINDS[one.source_kind]) if one.source_kind in HEARSAY else "",
        source_of(one, language),
        language.gettext("Who decides"),
    )


def source_of(one: Value | Round | AiRule, language: Language = ENGLISH) -> Source:
    """Return the source of what is said about a company, as readers see it."""
    dated = None if isinstance(one, Value) else one.dated
    label = source_label(one.source_kind, one.source_url, one.checked, dated, language)
    return Source(one.source_url, label)
