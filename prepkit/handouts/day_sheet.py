"""The day pack: two pages for the day of an interview, with nothing in it that nobody wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from prepkit.handouts.blocks import Block
from prepkit.handouts.excerpt import Number, first_sentences, numbers_in
from prepkit.handouts.inline import Inline, soften
from prepkit.handouts.notices import Notice
from prepkit.handouts.paragraphs import directed
from prepkit.handouts.prose import answer_blocks, bank_inline
from prepkit.handouts.rounds import NumberedSources, interview_fields
from prepkit.interviews import interview_of
from prepkit.practice.interview_day import Gap, Ready, Telling, questions_to_ask, stories_for
from prepkit.practice.names import company_name
from prepkit.records import STATE_TITLES, Answer, Level
from prepkit.sheet import level_title
from prepkit.text import capitalize_first, format_day, pluralize
from prepkit.words import count_words, start_beyond

if TYPE_CHECKING:
    from prepkit.bank import Bank

NUMBERS = 4
"""The most numbers of a story: what can be taken in at a glance."""
MOST_WORDS, MOST_CHARACTERS = 60, 400
"""Beyond these, even a first sentence is cut."""

GAP_HINT = "Answer the question that is named here, or add it to one of your stories in 04-stories."

DAY_BEFORE: Sequence[tuple[str, str]] = (
    (
        "The evening before",
        "Read these pages, and say the first sentence of each story out loud once. Then stop: "
        "nothing new tonight.",
    ),
    (
        "Have with you",
        "These pages, paper, a pen and water. For a call: try camera, microphone and charger, and "
        "have a phone number in case the line drops. Ask before you look at notes.",
    ),
    (
        "Afterwards",
        "Write down what they asked while you still know it, on the page 06-debrief. What went "
        "badly comes first in your next plan.",
    ),
)
DAY_BEFORE_BASIS = "Our advice, after guides for candidates. It doesn't come from the company."


def day_block(
    bank: Bank,
    name: str,
    ready: Sequence[Ready],
    answers: Mapping[str, Answer],
    notice: Notice,
    *,
    level: Level | None = None,
    interview: date | None = None,
) -> Block:
    """Return a day pack as the template takes it.

    Raises
    ------
    PrepkitError
        If the bank has no such company.
    """
    name = company_name(bank, name)
    company = next(one for one in bank.company_records if one.name == name)
    day = stories_for(bank, name, ready, answers, level)
    sources = NumberedSources()
    return {
        "t": "day",
        "running": f"Day pack · {name}",
        "company": name,
        "about": _about(level, interview),
        "level": level_title(level) if level else "",
        "missing": _missing(name, bool(day.tellings), bool(day.gaps)),
        "stories": [_story(one, notice) for one in day.tellings],
        "others": [{"title": _title(one), "values": ", ".join(one.values)} for one in day.others],
        "gaps": [_gap(one) for one in day.gaps],
        "gap_hint": GAP_HINT,
        **interview_fields(interview_of(company), sources),
        "ask": [
            {"round": title, "questions": [bank_inline(one) for one in questions]}
            for title, questions in questions_to_ask(bank).items()
        ],
        "before": [{"when": when, "what": what} for when, what in DAY_BEFORE],
        "basis": DAY_BEFORE_BASIS,
        "sources": sources.blocks(),
    }


def _about(level: Level | None, interview: date | None) -> str:
    """Return such as ``Engineering manager · Thursday 3 December 2026``."""
    day = format_day(interview, weekday=True) if interview else ""
    return " · ".join(filter(None, [level_title(level) if level else "", day]))


def _missing(company: str, has_stories: bool, has_gaps: bool) -> str:
    """Return what to do where nothing is written yet; an empty text if something is."""
    if has_stories:
        return ""
    nothing = "You have no complete story or answer yet, so there is nothing to remind you of."
    if has_gaps:
        return f"{nothing} Below is what to begin with: one question is enough for an evening."
    return f"{nothing} No question here names {company}: begin with any, in 02-answer."


def _story(telling: Telling, notice: Notice) -> Block:
    """Return a story to tell: its beginning, its numbers and what to dwell on."""
    numbers = numbers_in(telling.ready.parts)
    shown = _leading(numbers)
    return {
        "title": _title(telling),
        "place": _place(telling),
        "question": bank_inline(telling.entry.question.text) if telling.ready.title else [],
        "values": list(telling.values),
        "opening": answer_blocks(_opening(telling, notice), notice),
        "numbers": [{"number": one.number, "label": one.label} for one in shown],
        "more": len(numbers) - len(shown),
        "dwell": answer_blocks(telling.dwell, notice) if telling.dwell.strip() else [],
        "focus": bank_inline(capitalize_first(telling.focus)) if telling.focus else [],
        "expected": bank_inline(capitalize_first(telling.level)) if telling.level else [],
    }


def _place(telling: Telling) -> str:
    return f"{telling.entry.category.title} Q{telling.entry.question.number}"


def _title(telling: Telling) -> list[Block]:
    """Return the title as a paragraph in its own direction."""
    if own := " ".join(telling.ready.title.split()):
        content: list[Inline] = [soften(own)]
        return [directed({"t": "paragraph", "c": content}, own)]
    return [{"t": "paragraph", "c": bank_inline(telling.entry.question.text)}]


def _leading(numbers: Sequence[Number]) -> list[Number]:
    """Return the first numbers, those in digits before those in words, in the order of the text."""
    chosen = sorted(numbers, key=lambda number: not number.in_digits)[:NUMBERS]
    return [number for number in numbers if number in chosen]


def _opening(telling: Telling, notice: Notice) -> str:
    """Return how a story begins; a very long first sentence is cut, and that is said."""
    written = next((part for part in telling.ready.parts if part.strip()), "")
    told = first_sentences(written)
    kept = told[: start_beyond(told, MOST_WORDS)].rstrip()[:MOST_CHARACTERS]
    if kept == told:
        return told
    notice(
        f"{telling.ready.title or _place(telling)} starts with a sentence of "
        f"{pluralize(count_words(told), 'word')}; only its beginning is shown"
    )
    return f"{kept} …"


def _gap(gap: Gap) -> Block:
    """Return a value without a story, with the first question about it and how many more."""
    if not gap.questions:
        return {"value": gap.value, "place": "", "more": 0}
    entry, state = gap.questions[0]
    return {
        "value": gap.value,
        "place": f"{entry.category.title} Q{entry.question.number}",
        "question": bank_inline(entry.question.text),
        "state": state,
        "status": STATE_TITLES[state],
        "more": len(gap.questions) - 1,
    }
