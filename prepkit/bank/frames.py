"""load_bank(folder) -> Bank: every question as a record, and all of them as tidy DataFrames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from prepkit.bank.entries import Entries, Entry
from prepkit.bank.loader import Signature, read_folder, signature_of
from prepkit.bank.sections import SECTIONS
from prepkit.files import shipped
from prepkit.forms import KINDS
from prepkit.records import (
    LEVELS,
    AiRule,
    Category,
    Company,
    Question,
    Record,
    Round,
    SourcedAsk,
    Value,
)

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Bank:
    """A question bank: like a dict of entries by id, with everything in it as DataFrames too.

    Changing a frame doesn't change any other bank. Every frame except `questions`, `companies` and
    `rounds` has a column ``question`` with the question's id.
    """

    _entries: Entries = field(repr=False)
    _frames: dict[_Build, pd.DataFrame] = field(repr=False)
    """The frames made so far, shared by all banks loaded from the same files."""
    folder: Path
    """Where its files are."""

    def __len__(self) -> int:
        return len(self._entries.ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries.ids)

    def __contains__(self, question_id: object) -> bool:
        return question_id in self._entries.questions

    def __getitem__(self, question_id: str) -> Entry:
        """Return a question by its id; `UnknownQuestionError` names the nearest ids."""
        return self._entries.entry(question_id)

    @property
    def categories(self) -> tuple[Category, ...]:
        """The categories, in the order of categories.yaml."""
        return self._entries.categories

    @property
    def company_records(self) -> tuple[Company, ...]:
        """The companies with all that is known of them, in the order of companies.yaml.

        The same as the frames `companies` and `rounds`, but as records.
        """
        return self._entries.companies

    @cached_property
    def questions(self) -> pd.DataFrame:
        """One row per question; the index ``question`` is its id.

        Columns: category (slug), category_title, icon, number, of, kind, tags (a tuple), text, why,
        notes.
        """
        return self._frame(_questions)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """One row per question and part of its answer, in the order of the parts.

        Columns: question, part (its name), title, prompt (the question's own, or the form's),
        example (NA if the question has none).
        """
        return self._frame(_parts)

    @cached_property
    def items(self) -> pd.DataFrame:
        """One row per item of a question's lists: question, section, position (from 1), text."""
        return self._frame(_items)

    @cached_property
    def key_points(self) -> pd.DataFrame:
        """One row per key point: question, position (from 1), text."""
        return self._frame(_key_points)

    @cached_property
    def tips(self) -> pd.DataFrame:
        """One row per tip: question, position (from 1), text."""
        return self._frame(_tips)

    @cached_property
    def follow_ups(self) -> pd.DataFrame:
        """One row per follow-up question: question, position (from 1), text."""
        return self._frame(_follow_ups)

    @cached_property
    def levels(self) -> pd.DataFrame:
        """One row per question and level: question, level (ordered), text."""
        return self._frame(_levels)

    @cached_property
    def ratings(self) -> pd.DataFrame:
        """One row per question with a weaker answer: what it and the example are rated, and why.

        Columns: question, score (of the weaker answer, 1 to 5), reason, example_score,
        example_reason.
        """
        return self._frame(_ratings)

    @cached_property
    def companies(self) -> pd.DataFrame:
        """One row per published value; a company without values has one row whose value is NA.

        Columns: company, value, source_url, source_kind, checked (date), superseded_by,
        used_in_interviews, note; region (NA for a company that is no public body); ai_rule, what it
        says about AI during interviews, with ai_rule_source_url, ai_rule_source_kind,
        ai_rule_checked (date) and ai_rule_dated (text).
        """
        return self._frame(_companies)

    @cached_property
    def rounds(self) -> pd.DataFrame:
        """One row per company and round of its interview, as far as they are documented.

        Columns: company, order (from 1), name, about (the role that the source speaks of),
        minutes_min, minutes_max, scored, decides, source_url, source_kind, checked (date), dated
        (the source's own date, a text). What isn't documented is NA.
        """
        return self._frame(_rounds)

    @cached_property
    def asks(self) -> pd.DataFrame:
        """One row per question and company.

        Columns: question, company, value, focus, basis, source_url, checked (date).
        """
        return self._frame(_asks)

    def _frame(self, build: _Build) -> pd.DataFrame:
        if build not in self._frames:
            self._frames[build] = build(self._entries)
        # pandas copies the values only once one of the two is changed.
        return self._frames[build].copy(deep=False)


_Build = Callable[[Entries], "pd.DataFrame"]


def _questions(entries: Entries) -> pd.DataFrame:
    import pandas as pd

    from prepkit.typed_frame import TUPLES, one_of, typed_frame

    rows = [
        (
            category.slug,
            category.title,
            category.icon,
            question.number,
            entries.of[category.slug],
            question.kind,
            question.tags,
            question.text,
            question.why,
            question.notes,
        )
        for question in entries.questions.values()
        for category in [entries.category[question.category]]
    ]
    types = {
        "category": one_of(category.slug for category in entries.categories),
        "category_title": "str",
        "icon": "str",
        "number": "int64",
        "of": "int64",
        "kind": one_of(KINDS),
        "tags": TUPLES,
        "text": "str",
        "why": "str",
        "notes": "str",
    }
    return typed_frame(types, rows).set_index(pd.Index(entries.ids, name="question", dtype="str"))


def _parts(entries: Entries) -> pd.DataFrame:
    from prepkit.typed_frame import typed_frame

    rows = [
        (
            question_id,
            part.name,
            part.title,
            part.prompt,
            (question.example or {}).get(part.name),
        )
        for question_id, question in entries.questions.items()
        for part in question.parts
    ]
    columns = ("question", "part", "title", "prompt", "example")
    return typed_frame(dict.fromkeys(columns, "str"), rows)


def _items(entries: Entries) -> pd.DataFrame:
    from prepkit.typed_frame import one_of, typed_frame

    names = [section.field for section in SECTIONS if section.syntax == "items"]
    rows = [
        (question_id, name, position, text)
        for question_id, question in entries.questions.items()
        for name in names
        for position, text in enumerate(getattr(question, name), 1)
    ]
    types = {"question": "str", "section": one_of(names), "position": "int64", "text": "str"}
    return typed_frame(types, rows)


def _list(section: str, entries: Entries) -> pd.DataFrame:
    from prepkit.typed_frame import typed_frame

    rows = [
        (question_id, position, text)
        for question_id, question in entries.questions.items()
        for position, text in enumerate(getattr(question, section), 1)
    ]
    return typed_frame({"question": "str", "position": "int64", "text": "str"}, rows)


# Not filtered from `_items`: for a small bank, filtering takes as long as all other frames.
_key_points = partial(_list, "key_points")
_tips = partial(_list, "tips")
_follow_ups = partial(_list, "follow_ups")


def _levels(entries: Entries) -> pd.DataFrame:
    from prepkit.typed_frame import one_of, typed_frame

    rows = [
        (question_id, level, question.levels[level])
        for question_id, question in entries.questions.items()
        for level in LEVELS
        if level in question.levels
    ]
    types = {"question": "str", "level": one_of(LEVELS, ordered=True), "text": "str"}
    return typed_frame(types, rows)


def _ratings(entries: Entries) -> pd.DataFrame:
    from prepkit.typed_frame import typed_frame

    types = {
        "question": "str",
        "score": "int64",
        "reason": "str",
        "example_score": "int64",
        "example_reason": "str",
    }
    rows = [
        (question_id, *(getattr(question.weaker, name) for name in list(types)[1:]))
        for question_id, question in entries.questions.items()
        if question.weaker
    ]
    return typed_frame(types, rows)


def _companies(entries: Entries) -> pd.DataFrame:
    from prepkit.typed_frame import typed_frame

    columns = {name: _type_of(Value, name) for name in Value.model_fields}
    rule = {name: _type_of(AiRule, name) for name in AiRule.model_fields}
    rows = [
        (
            company.name,
            *(getattr(value, name, None) for name in columns),
            company.note,
            company.region,
            *(getattr(company.ai_rule, name, None) for name in rule),
        )
        for company in entries.companies
        for value in company.values or (None,)
    ]
    types = {"company": "str", **columns, "note": "str", "region": "str"}
    rules = {"ai_rule" if name == "rule" else f"ai_rule_{name}": rule[name] for name in rule}
    return typed_frame({**types, **rules}, rows).rename(columns={"name": "value"})


def _rounds(entries: Entries) -> pd.DataFrame:
    from prepkit.typed_frame import typed_frame

    types: dict[str, Any] = {"company": "str", "order": "int64"}
    for name in Round.model_fields:
        if name == "minutes":  # the one field that is two columns
            types |= {"minutes_min": "Int64", "minutes_max": "Int64"}
        else:
            types[name] = _type_of(Round, name)

    def cells(one: Round) -> Iterator[Any]:
        for name in Round.model_fields:
            yield from (one.minutes or (None, None)) if name == "minutes" else [getattr(one, name)]

    rows = [
        (company.name, order, *cells(one))
        for company in entries.companies
        for order, one in enumerate(company.rounds, 1)
    ]
    return typed_frame(types, rows)


def _asks(entries: Entries) -> pd.DataFrame:
    from prepkit.typed_frame import typed_frame

    columns = {name: _type_of(SourcedAsk, name) for name in SourcedAsk.model_fields}
    rows = [
        (question_id, *(getattr(sourced, name) for name in columns))
        for question_id, question in entries.questions.items()
        for sourced in map(entries.sourced, question.asks)
    ]
    return typed_frame({"question": "str", **columns}, rows)


def _type_of(record: type[Record], name: str) -> Any:
    """Return the type of a field's column: days, one of a few words, or texts."""
    # Read from the record, so that a new field becomes a column without a change here.
    from prepkit.typed_frame import DAYS, one_of

    annotation = record.model_fields[name].annotation
    for one in (annotation, *get_args(annotation)):  # the field may be None, too
        if get_origin(one) is Literal:
            return one_of(get_args(one))
    return DAYS if date in (annotation, *get_args(annotation)) else "str"


_loaded: dict[Path, tuple[Signature, Bank, Mapping[str, Question]]] = {}
"""The last bank loaded from each folder in this process, with the signature of its files.

Beside it, its questions by what they were made from (`prepkit.bank.loader.Records.read`).
"""


def load_bank(folder: Path | None = None) -> Bank:
    """Load a question bank, or raise one error that lists every problem in every file.

    Loading the same folder again in the same process reads the files only if one has changed, and
    parses only those that have.

    Parameters
    ----------
    folder : Path, optional
        Has questions/<category>/<nn>-<slug>.md, categories.yaml and companies.yaml. Without it, the
        bank that comes with prepkit is loaded.

    Returns
    -------
    Bank

    Raises
    ------
    BankError
        With every problem: its file and line, what is wrong, and what would be right.
    """
    folder = shipped_folder() if folder is None else Path(folder)
    key = folder.resolve()
    signature = signature_of(key)
    known = _loaded.get(key)
    if known is None or known[0] != signature:
        records = read_folder(folder, known[2] if known else {})
        known = _loaded[key] = (signature, Bank(Entries(records), {}, key), records.read)
    # A new object each time, so that what one caller does with a frame doesn't affect another.
    return replace(known[1])


def shipped_folder() -> Path:
    """Return the folder of the bank that comes with prepkit, in a wheel or in a checkout."""
    return shipped("data")
