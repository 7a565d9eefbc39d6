"""MockInterview: a mock interview on a page of the workbook.

The browser side (prepkit/static/mock.js) asks, records and rates; this side keeps what it sends.
Widget state and output hold nothing of it: a saved or published notebook must not contain what
somebody said.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import traitlets

from prepkit.answers import AnswerStore
from prepkit.answers.preferences import PracticeLog
from prepkit.widgets.component import Component, Message
from prepkit.widgets.mock_host import Buffers, MockHost
from prepkit.widgets.star_form import workbook_name

if TYPE_CHECKING:
    from prepkit.bank import Bank

_ABOUT = (
    "A mock interview asks one question at a time, records your answers on this computer if you "
    "want it to, and lets you listen and rate them. It needs JupyterLab, and a page that was run: "
    "choose Run > Run All Cells. These rounds don't depend on a company:"
)


class MockInterview(Component):
    """A mock interview: rounds to choose from, questions, recordings and ratings.

    Parameters
    ----------
    bank
        The questions.
    store
        The candidate's answers; attempts are kept in it, and recordings in a folder beside it.
    log
        Where practice is logged if the candidate allows it; without one, nothing is logged.
    """

    script = "mock.js"
    styles = ("colours.css", "star_form.css", "mock.css")

    workbook = traitlets.Unicode().tag(sync=True)
    """A short name for the store; the browser keeps drafts and recordings on their way under it."""

    def __init__(self, bank: Bank, store: AnswerStore, *, log: PracticeLog | None = None) -> None:
        self.host = MockHost(bank, store, log=log)
        super().__init__(workbook=workbook_name(store))

    def receive(self, message: Mapping[str, Any], buffers: Buffers) -> tuple[Message, ...]:
        """Do what a message from the browser asks for, and return the messages that answer it."""
        return self.host.answer(message, buffers)

    def handle(self, message: Mapping[str, Any]) -> tuple[Message, ...]:
        """Answer a message that brings no bytes."""
        return self.receive(message, ())

    def fallback(self) -> dict[str, str]:
        """Return what it is, and its rounds."""
        rounds = [one.topic for one in self.host.rounds.values() if not one.company]
        listed = "".join(f"<li>{escape(one.title)}: {escape(one.about)}</li>" for one in rounds)
        return {
            "text/plain": "\n".join([_ABOUT, *(f"- {one.title}: {one.about}" for one in rounds)]),
            "text/html": f"<p>{escape(_ABOUT)}</p><ul>{listed}</ul>",
        }
