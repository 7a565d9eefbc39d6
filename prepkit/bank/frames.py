"""load_bank(folder) -> Bank: every question as a record, and all of them as tidy DataFrames."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from prepkit.bank.loader import read_folder
from prepkit.errors import PrepkitError
from prepkit.records import (
    LEVELS,
    PART_NAMES,
    Basis,
    Category,
    Company,
    Kind,
    Part,
    Question,
    SourcedAsk,
    Value,
)
from prepkit.text import join_quoted

if TYPE_CHECKING:
    import pandas as pd

_Signature = tuple[tuple[str, int, int], ...]


class UnknownQuestionError(PrepkitError, KeyError):
    """An id that the bank doesn't have."""

    def __str__(self) -> str:
        # KeyError would show the message as a quoted string.
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Entry:
    """One question with what stands around it in its bank."""

    question: Question
    category: Category
    of: int
    """How many questions the category has."""
    asks: tuple[SourcedAsk, ...]
    _content: _Content = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """The question's name everywhere, such as ``technical-leadership/06``."""
        return self.question.id

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of an answer, with the question's own prompts where it has some."""
        own = self.question.prompts or {}
        return tuple(
            replace(part, prompt=own.get(part.name, part.prompt)) for part in self.question.parts
        )

    @property
    def previous(self) -> Entry | None:
        """The question before this one in the bank, across categories."""
        return self._content.neighbour(self.id, -1)

    @property
    def next(self) -> Entry | None:
        """The question after this one in the bank, across categories."""
        return self._content.neighbour(self.id, 1)


@dataclass(frozen=True, eq=False)
class Bank:
    """A question bank. Its frames are the caller's own: changing one changes no other bank.

    Every frame but `questions` and `companies` has a column ``question`` with the question's id.
    """

    _content: _Content = field(repr=False)

    def __len__(self) -> int:
        return len(self._content.questions)

    def __iter__(self) -> Iterator[str]:
        return iter(self._content.questions)

    def __contains__(self, question_id: object) -> bool:
        return question_id in self._content.questions

    def __getitem__(self, question_id: str) -> Entry:
        """Return a question by its id; `UnknownQuestionError` names the nearest ids."""
        return self._content.entry(question_id)

    @property
    def categories(self) -> tuple[Category, ...]:
        """The categories, in the order of categories.yaml."""
        return self._content.categories

    @property
    def published_values(self) -> tuple[Company, ...]:
        """The companies with the values that they have published, in the order of companies.yaml.

        The same as the frame `companies`, for those who need no frame.
        """
        return self._content.companies

    @cached_property
    def questions(self) -> pd.DataFrame:
        """One row a question, the index ``question`` its id.

        Columns: category (slug), category_title, icon, number, of, kind, tags (a tuple), text, why,
        prompt_situation … prompt_result, example_situation … example_result, notes.
        """
        return self._content.questions_frame.copy(deep=False)

    @cached_property
    def key_points(self) -> pd.DataFrame:
        """One row a key point: question, position (from 1), text."""
        return self._content.key_points_frame.copy(deep=False)

    @cached_property
    def tips(self) -> pd.DataFrame:
        """One row a tip: question, position (from 1), text."""
        return self._content.tips_frame.copy(deep=False)

    @cached_property
    def follow_ups(self) -> pd.DataFrame:
        """One row a follow-up question: question, position (from 1), text."""
        return self._content.follow_ups_frame.copy(deep=False)

    @cached_property
    def levels(self) -> pd.DataFrame:
        """One row a question and level: question, level (ordered), text."""
        return self._content.levels_frame.copy(deep=False)

    @cached_property
    def companies(self) -> pd.DataFrame:
        """One row a published value; a company without values has one row whose value is NA.

        Columns: company, value, source_url, source_kind, checked (date), superseded_by,
        used_in_interviews, note.
        """
        return self._content.companies_frame.copy(deep=False)

    @cached_property
    def asks(self) -> pd.DataFrame:
        """One row a question and company.

        Columns: question, company, value, focus, basis, source_url, checked (date).
        """
        return self._content.asks_frame.copy(deep=False)


@dataclass(frozen=True, eq=False)
class _Content:
    """What one folder holds: the records, and the frames made of them when first wanted.

    It is shared by all banks loaded from one state of the folder, and never changes.
    """

    questions: dict[str, Question]
    categories: tuple[Category, ...]
    companies: tuple[Company, ...]

    @cached_property
    def ids(self) -> list[str]:
        return list(self.questions)

    @cached_property
    def position(self) -> dict[str, int]:
        return {question_id: index for index, question_id in enumerate(self.questions)}

    @cached_property
    def category(self) -> dict[str, Category]:
        return {category.slug: category for category in self.categories}

    @cached_property
    def of(self) -> dict[str, int]:
        counts = dict.fromkeys(self.category, 0)
        for question in self.questions.values():
            counts[question.category] += 1
        return counts

    @cached_property
    def values(self) -> dict[tuple[str, str], Value]:
        return {(one.name, value.name): value for one in self.companies for value in one.values}

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """The entries that were asked for, by id: each is asked for as a neighbour too."""
        return {}

    def entry(self, question_id: str) -> Entry:
        if known := self.entries.get(question_id):
            return known
        question = self.questions.get(question_id)
        if question is None:
            near = difflib.get_close_matches(str(question_id), self.ids, n=3)
            hint = (
                f"did you mean {join_quoted(near, 'or')}?"
                if near
                else f"ids look like '{self.ids[0]}'"
            )
            raise UnknownQuestionError(f"no question '{question_id}'; {hint}")
        category = self.category[question.category]
        of, asks = self.of[category.slug], tuple(self.asks(question))
        entry = self.entries[question_id] = Entry(question, category, of, asks, self)
        return entry

    def neighbour(self, question_id: str, step: int) -> Entry | None:
        index = self.position[question_id] + step
        return self.entry(self.ids[index]) if 0 <= index < len(self.ids) else None

    def asks(self, question: Question) -> Iterator[SourcedAsk]:
        for ask in question.asks:
            if ask.value is None:
                yield SourcedAsk(company=ask.company, focus=ask.focus, basis="inferred")
                continue
            value = self.values[ask.company, ask.value]
            yield SourcedAsk(
                company=ask.company,
                value=ask.value,
                focus=ask.focus,
                basis="stated" if value.used_in_interviews == "stated" else "published value",
                source_url=value.source_url,
                checked=value.checked,
            )

    @cached_property
    def questions_frame(self) -> pd.DataFrame:
        import pandas as pd

        records = self.questions.values()
        categories = [self.category[one.category] for one in records]
        prompts = [
            {part.name: part.prompt for part in one.parts} | dict(one.prompts or {})
            for one in records
        ]
        slugs = [one.slug for one in self.categories]
        return pd.DataFrame(
            {
                "category": pd.Categorical([one.category for one in records], slugs),
                "category_title": _texts(one.title for one in categories),
                "icon": _texts(one.icon for one in categories),
                "number": pd.array([one.number for one in records], dtype="int64"),
                "of": pd.array([self.of[one.category] for one in records], dtype="int64"),
                "kind": pd.Categorical([one.kind for one in records], get_args(Kind)),
                "tags": pd.Series([one.tags for one in records], dtype="object"),
                "text": _texts(one.text for one in records),
                "why": _texts(one.why for one in records),
                **{
                    f"prompt_{part}": _texts(one.get(part) for one in prompts)
                    for part in PART_NAMES
                },
                **{
                    f"example_{part}": _texts((one.example or {}).get(part) for one in records)
                    for part in PART_NAMES
                },
                "notes": _texts(one.notes for one in records),
            }
        ).set_index(pd.Index(self.ids, name="question", dtype="str"))

    @cached_property
    def key_points_frame(self) -> pd.DataFrame:
        return self._list_frame(lambda question: question.key_points)

    @cached_property
    def tips_frame(self) -> pd.DataFrame:
        return self._list_frame(lambda question: question.tips)

    @cached_property
    def follow_ups_frame(self) -> pd.DataFrame:
        return self._list_frame(lambda question: question.follow_ups)

    def _list_frame(self, items: Callable[[Question], Sequence[str]]) -> pd.DataFrame:
        import pandas as pd

        rows = [
            (question_id, position, text)
            for question_id, question in self.questions.items()
            for position, text in enumerate(items(question), 1)
        ]
        ids, positions, texts = zip(*rows, strict=True) if rows else ((), (), ())
        return pd.DataFrame(
            {
                "question": _texts(ids),
                "position": pd.array(positions, dtype="int64"),
                "text": _texts(texts),
            }
        )

    @cached_property
    def levels_frame(self) -> pd.DataFrame:
        import pandas as pd

        rows = [
            (question_id, level, question.levels[level])
            for question_id, question in self.questions.items()
            for level in LEVELS
            if level in question.levels
        ]
        ids, levels, texts = zip(*rows, strict=True) if rows else ((), (), ())
        return pd.DataFrame(
            {
                "question": _texts(ids),
                "level": pd.Categorical(levels, LEVELS, ordered=True),
                "text": _texts(texts),
            }
        )

    @cached_property
    def companies_frame(self) -> pd.DataFrame:
        import pandas as pd

        rows = [
            (company, value) for company in self.companies for value in company.values or (None,)
        ]
        values = [value for _, value in rows]
        return pd.DataFrame(
            {
                "company": _texts(company.name for company, _ in rows),
                "value": _texts(value.name if value else None for value in values),
                "source_url": _texts(value.source_url if value else None for value in values),
                "source_kind": _choices("source_kind", values),
                "checked": _dates(value.checked if value else None for value in values),
                "superseded_by": _texts(value.superseded_by if value else None for value in values),
                "used_in_interviews": _choices("used_in_interviews", values),
                "note": _texts(company.note for company, _ in rows),
            }
        )

    @cached_property
    def asks_frame(self) -> pd.DataFrame:
        import pandas as pd

        rows = [
            (question_id, ask)
            for question_id, question in self.questions.items()
            for ask in self.asks(question)
        ]
        return pd.DataFrame(
            {
                "question": _texts(question_id for question_id, _ in rows),
                "company": _texts(ask.company for _, ask in rows),
                "value": _texts(ask.value for _, ask in rows),
                "focus": _texts(ask.focus for _, ask in rows),
                "basis": pd.Categorical([ask.basis for _, ask in rows], get_args(Basis)),
                "source_url": _texts(ask.source_url for _, ask in rows),
                "checked": _dates(ask.checked for _, ask in rows),
            }
        )


def _texts(values: Iterable[str | None]) -> Any:
    """Return texts as a pandas string array, None as NA."""
    import pandas as pd

    return pd.array(list(values), dtype="str")


def _dates(values: Iterable[date | None]) -> Any:
    import pandas as pd

    return pd.Series(list(values)).astype("datetime64[s]")


def _choices(name: str, values: Sequence[Value | None]) -> Any:
    """Return a field of `Value` that takes one of a few words, as a categorical."""
    import pandas as pd

    words = get_args(Value.model_fields[name].annotation)
    return pd.Categorical([value and getattr(value, name) for value in values], words)


_loaded: dict[Path, tuple[_Signature, _Content]] = {}
"""The last content of each folder loaded in this process, with the signature of its files."""


def load_bank(folder: Path | None = None) -> Bank:
    """Load a question bank, or raise one error that lists every problem of every file.

    Loading the same folder again in one process reads nothing, unless a file has changed.

    Parameters
    ----------
    folder : Path, optional
        Holds questions/<category>/<nn>-<slug>.md, categories.yaml and companies.yaml. Without it,
        the bank that comes with prepkit.

    Returns
    -------
    Bank

    Raises
    ------
    BankError
        With every problem, its file and line, and what would be right.
    """
    folder = shipped_folder() if folder is None else Path(folder)
    key = folder.resolve()
    signature = _signature(key)
    known = _loaded.get(key)
    if known is None or known[0] != signature:
        known = _loaded[key] = (signature, _Content(*read_folder(folder)))
    return Bank(known[1])


def shipped_folder() -> Path:
    """Return the folder of the bank that comes with prepkit: in a wheel, or in a checkout."""
    here = Path(__file__).parents[1]
    installed = here / "data"
    return installed if installed.is_dir() else here.parent / "data"


def _signature(folder: Path) -> _Signature:
    """Return what changes when a file of the bank does: the path, size and time of each."""
    found: list[tuple[str, int, int]] = []

    def look(path: str | Path) -> None:
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue  # no question; an editor's lock may be a link to nothing
                    if entry.is_dir():
                        look(entry.path)
                    else:
                        stat = entry.stat()
                        found.append((entry.path, stat.st_size, stat.st_mtime_ns))
        except OSError:
            return  # reported when the folder is read

    look(folder / "questions")
    for name in ("categories.yaml", "companies.yaml"):
        try:
            stat = (folder / name).stat()
        except OSError:
            continue
        found.append((name, stat.st_size, stat.st_mtime_ns))
    return tuple(sorted(found))
