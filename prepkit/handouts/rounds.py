"""A company's interview as blocks, with numbers for its sources."""

from __future__ import annotations

from prepkit.handouts.blocks import Block
from prepkit.handouts.prose import bank_inline
from prepkit.interviews import Interview, RoundView, Source
from prepkit.text import capitalize_first


class NumberedSources:
    """Numbers sources in the order in which they are named: each once."""

    def __init__(self) -> None:
        self._numbers: dict[Source, int] = {}

    def number(self, source: Source) -> int:
        """Return the number of a source; the same for one that was read on the same day."""
        return self._numbers.setdefault(source, len(self._numbers) + 1)

    def blocks(self) -> list[Block]:
        """Return all sources that were named."""
        return [
            {"number": number, "href": source.href, "label": source.label}
            for source, number in self._numbers.items()
        ]


def interview_fields(interview: Interview, sources: NumberedSources) -> Block:
    """Return what the template shows of an interview: rounds, rule on AI, and what isn't known."""
    return {
        "rounds": [_round(one, sources) for one in interview.rounds],
        "rule": _rule(interview, sources),
        "notices": list(interview.notices),
    }


def _round(one: RoundView, sources: NumberedSources) -> Block:
    """Return a round; what isn't documented is empty."""
    return {
        "name": one.name,
        "facts": " · ".join(filter(None, [capitalize_first(one.facts), one.hearsay])),
        "scored": bank_inline(one.scored) if one.scored else [],
        "decides": bank_inline(one.decides) if one.decides else [],
        "source": sources.number(one.source),
    }


def _rule(interview: Interview, sources: NumberedSources) -> Block | None:
    """Return what the company says about AI; None if nothing is documented."""
    source = interview.rule_source
    if source is None:
        return None
    return {"text": bank_inline(interview.rule), "source": sources.number(source)}
