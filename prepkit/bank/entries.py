"""The questions of a bank, each with its category, its companies and its neighbours."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from prepkit.bank.loader import Records
from prepkit.errors import PrepkitError
from prepkit.forms import Part
from prepkit.records import Ask, Category, Company, Question, SourcedAsk, Value
from prepkit.text import did_you_mean


class UnknownQuestionError(PrepkitError, KeyError):
    """An id that the bank doesn't have."""

    def __str__(self) -> str:
        # KeyError would show the message as a quoted string.
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Entry:
    """One question with its category, its companies and its neighbours in the bank."""

    question: Question
    category: Category
    of: int
    """How many questions the category has."""
    asks: tuple[SourcedAsk, ...]
    companies: tuple[Company, ...]
    """The companies that list it, each once, in the order of `asks`."""
    _entries: Entries = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """The question's name everywhere, such as ``technical-leadership/06``."""
        return self.question.id

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of an answer, with the question's own prompts if it has any."""
        return self.question.parts

    @property
    def previous(self) -> Entry | None:
        """The question before this one in the bank, across categories."""
        return self._entries.neighbour(self.id, -1)

    @property
    def next(self) -> Entry | None:
        """The question after this one in the bank, across categories."""
        return self._entries.neighbour(self.id, 1)

    def other(self, question_id: str) -> Entry:
        """Return another question of the same bank; `UnknownQuestionError` if it isn't there."""
        return self._entries.entry(question_id)


class Entries:
    """The contents of one folder. Shared by all banks loaded from the same files; never changes."""

    def __init__(self, records: Records) -> None:
        self.questions = records.questions
        self.categories = records.categories
        self.companies = records.companies
        self.ids = list(self.questions)
        self.category = {category.slug: category for category in self.categories}
        self.of = Counter(question.category for question in self.questions.values())
        """How many questions each category has, by slug."""
        self._position = {question_id: index for index, question_id in enumerate(self.ids)}
        self._value: dict[tuple[str, str | None], Value] = {
            (company.name, value.name): value
            for company in self.companies
            for value in company.values
        }
        self._company = {company.name: company for company in self.companies}
        self._made: dict[str, Entry] = {}

    def entry(self, question_id: str) -> Entry:
        """Return a question by its id; `UnknownQuestionError` names the nearest ids."""
        if known := self._made.get(question_id):
            return known
        question = self.questions.get(question_id)
        if question is None:
            near = did_you_mean(str(question_id), self.ids, most=3)
            hint = near or f"; ids look like '{self.ids[0]}'"
            raise UnknownQuestionError(f"no question '{question_id}'{hint}")
        category = self.category[question.category]
        asks = tuple(map(self.sourced, question.asks))
        # Kept, because each entry is also needed as a neighbour.
        entry = self._made[question_id] = Entry(
            question, category, self.of[category.slug], asks, self._companies_of(question), self
        )
        return entry

    def neighbour(self, question_id: str, step: int) -> Entry | None:
        """Return the question `step` places later in the bank; None past either end."""
        index = self._position[question_id] + step
        return self.entry(self.ids[index]) if 0 <= index < len(self.ids) else None

    def _companies_of(self, question: Question) -> tuple[Company, ...]:
        return tuple(
            self._company[name] for name in dict.fromkeys(a.company for a in question.asks)
        )

    def sourced(self, ask: Ask) -> SourcedAsk:
        """Return an ask with its basis and source."""
        value = self._value.get((ask.company, ask.value))
        if value is None:
            return SourcedAsk(company=ask.company, focus=ask.focus, basis="inferred")
        return SourcedAsk(
            company=ask.company,
            value=ask.value,
            focus=ask.focus,
            basis=value.basis,
            source_url=value.source_url,
            source_kind=value.source_kind,
            checked=value.checked,
        )
