"""MockHost: answers the messages of a mock interview, from the bank, the store and the recordings.

It needs no widget, so that every message can be tried without a browser.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from prepkit.answers import AnswerStore
from prepkit.answers.attempts import Attempts, read_attempt
from prepkit.answers.debriefs import debriefs_of
from prepkit.answers.errors import explain
from prepkit.answers.kinds import DEBRIEF
from prepkit.answers.planned import PlanError, Planned, load_planned
from prepkit.answers.preferences import PracticeLog
from prepkit.answers.recordings import RecordingError, Recordings
from prepkit.answers.texts import Texts
from prepkit.bank.frames import shipped_folder
from prepkit.bank.rubric import Dimension, read_rubric
from prepkit.errors import PrepkitError
from prepkit.interviews import HEARSAY_NOTICE
from prepkit.practice.debriefs import setbacks
from prepkit.practice.mock import draw_questions
from prepkit.practice.mock_rounds import MockRound, mock_rounds
from prepkit.practice.progress import due_after, due_frame
from prepkit.records import LEVELS, Level
from prepkit.widgets.component import Binary, Message
from prepkit.widgets.mock_content import (
    mock_question,
    mock_rubric,
    offered_companies,
    offered_levels,
    offered_round,
)

if TYPE_CHECKING:
    from prepkit.bank import Bank

Buffers = Sequence[bytes | memoryview]

_MISFIT = "the page and the workbook don't understand each other."


class MockHost:
    """What stands behind a mock interview in a notebook.

    Parameters
    ----------
    bank
        The questions.
    store
        The candidate's answers; attempts are kept in it, and recordings in a folder beside it.
    log
        Where practice is logged if the candidate allows it.
    now
        The clock; it gives moments with a time zone.
    seed
        Gives each interview the number that decides its questions among equals.
    """

    def __init__(
        self,
        bank: Bank,
        store: AnswerStore,
        *,
        log: PracticeLog | None = None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        seed: Callable[[], int] = lambda: secrets.randbelow(2**32),
    ) -> None:
        self._bank, self._store, self._log = bank, store, log
        self._now, self._seed = now, seed
        self.recordings = Recordings(store.path.parent / "recordings")
        self._attempts = Attempts(store)

    @cached_property
    def rounds(self) -> dict[str, MockRound]:
        """The rounds that can be practised, by id."""
        return {one.id: one for one in mock_rounds(self._bank)}

    @cached_property
    def rubric(self) -> tuple[Dimension, ...]:
        """What an answer is rated on: the rubric that comes with prepkit."""
        return read_rubric(shipped_folder())

    def answer(self, message: Mapping[str, Any], buffers: Buffers = ()) -> tuple[Message, ...]:
        """Do what a message from the browser asks for, and return the messages that answer it.

        What can't be done is answered with ``{"type": "error", …}``. A message of an unknown type
        gets no answer.
        """
        actions: dict[object, Callable[[Mapping[str, Any]], Sequence[Message]]] = {
            "offer": self._offer,
            "draw": self._draw,
            "chunk": lambda one: self._chunk(one, buffers),
            "finish": self._finish,
            "takes": self._takes,
            "play": self._play,
            "delete": self._delete,
            "attempt": self._attempt,
            "attempts": self._earlier,
            "comebacks": self._comebacks,
        }
        kind = message.get("type")
        if kind not in actions:
            return ()
        try:
            answers = actions[kind](message)
        except (PrepkitError, OSError) as error:
            answers = _error(kind, *explain(error))
        except (LookupError, TypeError, ValueError):
            # The browser side of another version, as in a page that stayed open for an update.
            answers = _error(kind, _MISFIT, "Reload the page")
        for one in answers:
            one |= {"view": message.get("view"), "seq": message.get("seq")}
        return tuple(answers)

    def _offer(self, _message: Mapping[str, Any]) -> list[Message]:
        planned = self._planned()
        companies = offered_companies(self._bank, list(self.rounds.values()))
        takes = self.recordings.takes()
        return [
            {
                "type": "offer",
                "rounds": [offered_round(one) for one in self.rounds.values()],
                "companies": companies,
                "company": next((one for one in planned.companies if one in companies), None),
                "levels": offered_levels(),
                "level": planned.level,
                "recordings": {"count": len(takes), "bytes": sum(one.size for one in takes)},
                "note": HEARSAY_NOTICE,
            }
        ]

    def _draw(self, message: Mapping[str, Any]) -> list[Message]:
        chosen = self.rounds.get(message["round"])
        if chosen is None:
            raise PrepkitError("This round isn't there any more. Choose another one.")
        level: Level | None = message["level"] if message["level"] in LEVELS else None
        now, seed = self._now(), self._seed()
        reviews = self._store.reviews()
        debriefs = debriefs_of(Texts(self._store, DEBRIEF).load())
        drawn = draw_questions(
            self._bank,
            chosen,
            int(message["minutes"]),
            now=now,
            seed=seed,
            answers=self._store.load(),
            reviews=reviews,
            planned=self._planned().questions,
            company=str(message["company"] or ""),
            level=level,
            setbacks=setbacks(debriefs, reviews, now),
        )
        rubric = mock_rubric(self.rubric)
        questions = [
            {**mock_question(self._bank[one.question], level, one.reason), "rubric": rubric}
            for one in drawn
        ]
        source = rubric[0]["source"] if rubric else None
        session = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{seed:08x}"
        return [
            {
                "type": "session",
                "session": session,
                "questions": questions,
                "rubric_source": source,
            }
        ]

    def _planned(self) -> Planned:
        """Return what the plan is for; if it can't be read, the page with the plan says so."""
        try:
            return load_planned(self._store.path.parent)
        except PlanError:
            return Planned()

    def _chunk(self, message: Mapping[str, Any], buffers: Buffers) -> list[Message]:
        data = bytes(buffers[0])
        if len(data) != message["size"]:
            raise RecordingError("A piece of the recording came with other bytes than it says.")
        entry = self._bank[message["question"]]
        take = message["take"]
        size = self.recordings.write(take, entry.id, message["mime"], int(message["at"]), data)
        return [{"type": "written", "take": take, "size": size}]

    def _finish(self, message: Mapping[str, Any]) -> list[Message]:
        take, sha256 = message["take"], message["sha256"]
        kept = self.recordings.finish(take, int(message["size"]), sha256)
        if not kept.whole:
            return [{"type": "written", "take": take, "size": kept.size}]
        return [{"type": "kept", "take": take, "size": kept.size, "sha256": sha256}]

    def _takes(self, message: Mapping[str, Any]) -> list[Message]:
        seconds: dict[str, float] = {}
        for kept in self._attempts.load(message["question"]):
            spoken = [(kept.attempt.take, kept.attempt.seconds)]
            spoken += [(one.take, one.seconds) for one in kept.attempt.follow_ups]
            seconds |= {take: length for take, length in spoken if take}
        texts = {one: self._bank[one].question.text for one in self._bank}
        takes = [
            {
                "take": one.id,
                "question": one.question,
                "text": texts.get(one.question, ""),
                "at": one.at.isoformat(),
                "seconds": seconds.get(one.id),
                "mime": one.mime,
                "size": one.size,
                "whole": one.whole,
            }
            for one in self.recordings.takes(message["question"])
        ]
        return [{"type": "takes", "takes": takes}]

    def _play(self, message: Mapping[str, Any]) -> list[Message]:
        take = message["take"]
        pieces = list(self.recordings.read(take))
        if not pieces:
            raise RecordingError("This recording is empty.")
        total = sum(len(piece) for _, piece in pieces)
        mime = next(one.mime for one in self.recordings.takes() if one.id == take)
        about = {"type": "audio", "take": take, "total": total, "mime": mime}
        return [Binary(piece, **about, at=at, size=len(piece)) for at, piece in pieces]

    def _delete(self, message: Mapping[str, Any]) -> list[Message]:
        self.recordings.delete(message["take"])
        return [{"type": "deleted", "take": message["take"]}]

    def _attempt(self, message: Mapping[str, Any]) -> list[Message]:
        attempt = read_attempt(message)
        question = self._bank[attempt.question].id
        is_new = self._attempts.add(attempt)
        if is_new and self._log is not None:
            spoken = attempt.seconds + sum(one.seconds for one in attempt.follow_ups)
            self._log.record(question, self._now(), round(spoken))
        due = None
        if attempt.rating:
            mine = [one for one in self._store.reviews() if one.question == question]
            due = due_frame(mine, self._now())["due"].iloc[0].isoformat()
        return [{"type": "attempted", "question": question, "due": due}]

    def _earlier(self, message: Mapping[str, Any]) -> list[Message]:
        attempts = [
            {
                **kept.attempt.model_dump(mode="json"),
                "at": kept.at.isoformat(),
                "recording": self._state(kept.attempt.take),
            }
            for kept in self._attempts.load(message["question"])
        ]
        return [{"type": "attempts", "question": message["question"], "attempts": attempts}]

    def _state(self, take: str | None) -> str | None:
        try:
            return self.recordings.state(take) if take else None
        except RecordingError:
            return "missing"

    def _comebacks(self, message: Mapping[str, Any]) -> list[Message]:
        question = message["question"]
        due = due_after(self._store.reviews(), question, self._store.moment())
        days = {rating: moment.isoformat() for rating, moment in due.items()}
        return [{"type": "comebacks", "question": question, "due": days}]


def _error(about: object, message: str, remedy: str) -> list[Message]:
    return [{"type": "error", "about": about, "message": message, "remedy": remedy}]
