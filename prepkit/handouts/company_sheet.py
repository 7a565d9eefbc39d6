"""The company sheet: its values, the questions that probe each, and how far your answers are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from prepkit.handouts.blocks import Block, Notice
from prepkit.handouts.excerpt import first_sentences
from prepkit.handouts.prose import answer_blocks, bank_inline
from prepkit.handouts.worksheet import BASES, LEGEND, category_mark, source_link
from prepkit.practice.names import company_name
from prepkit.records import STATES, Answer
from prepkit.text import format_day, pluralize

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
    # Missing values of the frame are None here: no company's name or note is a number.
    frame = bank.companies.astype("object")
    rows = frame[frame["company"] == name].where(frame.notna(), None).to_dict("records")
    asks = asks_of(bank, name)
    sheet = _Sheet(answers, notice)
    values = [
        sheet.value(row, asks.get(row["value"], []))
        for row in rows
        if row["value"] and (row["superseded_by"] is None or row["value"] in asks)
    ]
    probed = [value for value in values if value["questions"]]
    if None in asks:
        probed.append(sheet.without_value(asks[None]))
    bases = {value["basis"] for value in [*values, *probed]}
    return {
        "t": "company",
        "running": f"Company sheet · {name}",
        "company": name,
        "note": bank_inline(rows[0]["note"]) if rows[0]["note"] else [],
        "progress": _progress(asks, answers),
        "values": probed,
        "unprobed": [value for value in values if not value["questions"]],
        "sources": sheet.sources(),
        "legend": " ".join(LEGEND[basis] for basis in BASES if BASES[basis] in bases),
    }


def asks_of(bank: Bank, name: str) -> dict[str | None, list[_Asked]]:
    """Return the questions that list a company, by the value they name, None for none."""
    asks: dict[str | None, list[_Asked]] = {}
    for question_id in bank:
        entry = bank[question_id]
        for ask in entry.asks:
            if ask.company == name:
                asks.setdefault(ask.value, []).append((entry, ask.focus))
    return asks


def _progress(asks: Mapping[str | None, Sequence[_Asked]], answers: Mapping[str, Answer]) -> str:
    """Return such as ``3 questions here: 1 complete, 0 started, 2 untouched``."""
    entries = {entry.id: entry for group in asks.values() for entry, _ in group}
    counts = Counter(_answer(answers, one).state(entry.parts) for one, entry in entries.items())
    states = ", ".join(f"{counts[state]} {state}" for state in reversed(STATES))
    return (
        f"{pluralize(len(entries), 'question')} here: {states}"
        if entries
        else "No question lists it yet"
    )


def _answer(answers: Mapping[str, Answer], question_id: str) -> Answer:
    return answers.get(question_id, Answer(question=question_id))


class _Sheet:
    """Makes the parts of one sheet; numbers its sources, and says each question only once."""

    def __init__(self, answers: Mapping[str, Answer], notice: Notice) -> None:
        self._answers = answers
        self._notice = notice
        self._sources: dict[tuple[str, str, str], int] = {}
        self._said: set[str] = set()

    def value(self, row: Mapping[Any, Any], asked: Sequence[_Asked]) -> Block:
        """Return a value; the same source read on the same day has one number."""
        key = (row["source_url"], row["source_kind"], format_day(row["checked"].date()))
        return {
            "name": row["value"],
            "basis": BASES[
                "stated" if row["used_in_interviews"] == "stated" else "published value"
            ],
            "source": self._sources.setdefault(key, len(self._sources) + 1),
            "replaced": row["superseded_by"] or "",
            "questions": [self._question(*one) for one in asked],
        }

    def without_value(self, asked: Sequence[_Asked]) -> Block:
        """Return what questions look for without naming a published value."""
        return {
            "name": "No published value",
            "basis": BASES["inferred"],
            "source": None,
            "replaced": "",
            "questions": [self._question(*one) for one in asked],
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
            "focus": bank_inline(focus),
            "state": state,
            "opening": answer_blocks(opening, self._notice),
        }
