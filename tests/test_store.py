"""The answers file as forms and notebooks use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prepkit.store import AnswerStore, Conflict

QUESTION = "technical-leadership/06"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AnswerStore]:
    with AnswerStore(tmp_path / "answers.sqlite") as store:
        yield store


def test_a_saved_text_is_there_in_another_process(store: AnswerStore) -> None:
    saved = store.save(QUESTION, "task", "Mine.", based_on=0)
    with AnswerStore(store.path) as other:
        assert other.answer(QUESTION).revisions == {"task": saved}


def test_saving_on_an_older_revision_is_a_conflict_with_both_texts(store: AnswerStore) -> None:
    store.save(QUESTION, "task", "One.", based_on=0)
    second = store.save(QUESTION, "task", "Two.", based_on=1)
    with pytest.raises(Conflict) as caught:
        store.save(QUESTION, "task", "Three.", based_on=1)
    assert (caught.value.current, caught.value.text) == (second, "Three.")
    assert [revision.text for revision in store.history(QUESTION, "task")] == ["One.", "Two."]
