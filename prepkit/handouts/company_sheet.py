"""The company sheet: its values, the questions that probe each, and how far your answers are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from prepkit.handouts.blocks import Block, Notice
from prepkit.handouts.excerpt import first_sentences
from prepkit.handouts.prose import answer_blocks, bank_inline
from prepkit.practice.names import asks_by_company, company_name
from prepkit.records import STATES, Answer, Basis, Value
from prepkit.sheet import category_mark, legend_text, source_link
from prepkit.text import capitalize_first, format_day, pluralize

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry

    _Asked = tuple[Entry, str]  # a question, and what the company listens for in it


def company_block(bank: Bank, name: str, answers: Mapping[str, Answer], notice: Notice) -> Block:
    """Return a company's sheet as the template takes it.

    Values that the company has replaced are left out, unless a question still names one.

    Raises
    ------
    PrepkitError
        If the bank has no such company.
    """
    name = company_name(bank, name)
    company = next(one for one in bank.published_values if one.name == name)
    asks = asks_of(bank, name)
    sheet = _CompanySheet(answers, notice)
    values = [
        sheet.value(value, asks.get(value.name, []))
        for value in company.values
        if value.superseded_by is None or value.name in asks
    ]
    probed = [value for value in values if value["questions"]]
    if None in asks:
        probed.append(sheet.without_value(asks[None]))
    return {
        "t": "company",
        "running": f"Company sheet · {name}",
        "company": name,
        "note": bank_inline(company.note) if company.note else [],
        "progress": _progress(asks, answers),
        "values": probed,
        "unprobed": [value for value in values if not value["questions"]],
        "sources": sheet.sources(),
        "legend": legend_text(sheet.bases),
    }


def asks_of(bank: Bank, name: str) -> dict[str | None, list[_Asked]]:
    """Return the questions that list a company, by the value they name, None for none."""
    asks: dict[str | None, list[_Asked]] = {}
    for entry, ask in asks_by_company(bank)[name]:
        asks.setdefault(ask.value, []).append((entry, ask.focus))
    return asks


def _progress(asks: Mapping[str | None, Sequence[_Asked]], answers: Mapping[str, Answer]) -> str:
    """Return such as ``3 questions here: 1 complete, 0 started, 2 untouched``."""
    entries = {entry.id: entry for group in asks.values() for entry, _ in group}
    counts = Counter(_answer(answers, one).state(entry.parts) for one, entry in entries.items())
    states = ", ".join(f"{counts[state]} {state}" for state in reversed(STATES))
    if not entries:
        return "No question lists it yet"
    return f"{pluralize(len(entries), 'question')} here: {states}"


def _answer(answers: Mapping[str, Answer], question_id: str) -> Answer:
    return answers.get(question_id, Answer(question=question_id))


class _CompanySheet:
    """Makes the parts of one sheet; numbers its sources, and says each question only once."""

    def __init__(self, answers: Mapping[str, Answer], notice: Notice) -> None:
        self._answers = answers
        self._notice = notice
        self._sources: dict[tuple[str, str, str], int] = {}
        self._said: set[str] = set()
        self.bases: set[Basis] = set()

    def value(self, value: Value, asked: Sequence[_Asked]) -> Block:
        """Return a value; the same source read on the same day has one number."""
        key = (value.source_url, value.source_kind, format_day(value.checked))
        return {
            **self._group(value.name, value.basis, asked),
            "source": self._sources.setdefault(key, len(self._sources) + 1),
            "replaced": value.superseded_by or "",
        }

    def without_value(self, asked: Sequence[_Asked]) -> Block:
        """Return what questions look for without naming a published value."""
        return {
            **self._group("No published value", "inferred", asked),
            "source": None,
            "replaced": "",
        }

    def sources(self) -> list[Block]:
        return [
            {
                "number": number,
                "link": source_link(url),
                "kind": "" if kind == "owner" else kind,
                "checked": checked,
            }
            for (url, kind, checked), number in self._sources.items()
        ]

    def _group(self, name: str, basis: Basis, asked: Sequence[_Asked]) -> Block:
        self.bases.add(basis)
        return {
            "name": name,
            "basis": basis.capitalize(),
            "questions": [self._question(*one) for one in asked],
        }

    def _question(self, entry: Entry, focus: str) -> Block:
        answer = _answer(self._answers, entry.id)
        said = entry.id in self._said
        self._said.add(entry.id)
        state = answer.state(entry.parts)
        told = state == "complete" and not said
        opening = first_sentences(answer.text(entry.parts[0].name), words=0) if told else ""
        return {
            "place": f"Q{entry.question.number}",
            **category_mark(entry.category.icon),
            "category": entry.category.title,
            "text": [] if said else bank_inline(entry.question.text),
            "focus": bank_inline(capitalize_first(focus)),
            "state": state,
            "opening": answer_blocks(opening, self._notice),
        }
