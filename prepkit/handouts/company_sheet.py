"""The company sheet: a company's interview and values, the questions, and your answers so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from prepkit.handouts.blocks import Block
from prepkit.handouts.excerpt import first_sentences
from prepkit.handouts.notices import Notice
from prepkit.handouts.prose import answer_blocks, bank_inline
from prepkit.handouts.rounds import NumberedSources, interview_fields
from prepkit.icons import category_mark
from prepkit.interviews import interview_of, source_of
from prepkit.practice.names import asks_by_company, company_name
from prepkit.provenance import Basis, basis_title, legend_text
from prepkit.records import STATE_TITLES, STATES, Answer, SourcedAsk, Value
from prepkit.text import capitalize_first, pluralize

if TYPE_CHECKING:
    from prepkit.bank import Bank, Entry


def company_block(bank: Bank, name: str, answers: Mapping[str, Answer], notice: Notice) -> Block:
    """Return a company's sheet as the template takes it.

    Values that the company has replaced are left out, unless a question still names them.

    Raises
    ------
    PrepkitError
        If the bank has no such company.
    """
    name = company_name(bank, name)
    company = next(one for one in bank.company_records if one.name == name)
    asked = asks_by_company(bank)[name]
    named = {ask.value for _, ask in asked}
    sheet = _CompanySheet(asked, answers, notice)
    interview = interview_of(company)
    # Before the values, because sources are numbered in the order of the page.
    fields = interview_fields(interview, sheet.sources)
    values = [
        sheet.value(value)
        for value in company.values
        if value.superseded_by is None or value.name in named
    ]
    probed = [value for value in values if value["questions"]]
    if None in named:
        probed.append(sheet.without_value())
    return {
        "t": "company",
        "running": f"Company sheet · {name}",
        "company": name,
        "note": bank_inline(company.note) if company.note else [],
        "progress": _progress([entry for entry, _ in asked], answers),
        **fields,
        "values": probed,
        "unprobed": [value for value in values if not value["questions"]],
        "sources": sheet.sources.blocks(),
        "legend": legend_text(sheet.bases),
    }


def _progress(entries: Sequence[Entry], answers: Mapping[str, Answer]) -> str:
    """Return such as ``3 questions: 1 complete, 0 in progress, 2 not started``."""
    states = {entry.id: _answer(answers, entry.id).state(entry.parts) for entry in entries}
    if not states:
        return "No question names it yet"
    counts = Counter(states.values())
    told = ", ".join(f"{counts[state]} {STATE_TITLES[state].lower()}" for state in reversed(STATES))
    return f"{pluralize(len(states), 'question')}: {told}"


def _answer(answers: Mapping[str, Answer], question_id: str) -> Answer:
    return answers.get(question_id, Answer(question=question_id))


class _CompanySheet:
    """Makes the parts of one sheet; numbers its sources, and prints each question only once."""

    def __init__(
        self,
        asked: Sequence[tuple[Entry, SourcedAsk]],
        answers: Mapping[str, Answer],
        notice: Notice,
    ) -> None:
        self._asked = asked
        self._answers = answers
        self._notice = notice
        self._said: set[str] = set()
        self.sources = NumberedSources()
        self.bases: set[Basis] = set()

    def value(self, value: Value) -> Block:
        """Return a value; a source gets one number if it was read on the same day."""
        return {
            **self._group(value.name, value.basis, value.name),
            "source": self.sources.number(source_of(value)),
            "replaced": value.superseded_by or "",
        }

    def without_value(self) -> Block:
        """Return the questions that name the company without one of its published values."""
        return {
            **self._group("No published value", "inferred", None),
            "source": None,
            "replaced": "",
        }

    def _group(self, name: str, basis: Basis, value: str | None) -> Block:
        """Return a value under its name, with the questions that name `value`."""
        self.bases.add(basis)
        return {
            "name": name,
            "basis": basis_title(basis),
            "questions": [
                self._question(entry, ask.focus) for entry, ask in self._asked if ask.value == value
            ],
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
            "status": STATE_TITLES[state],
            "opening": answer_blocks(opening, self._notice),
        }
