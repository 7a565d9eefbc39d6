"""The messages about texts that a browser loads and saves: one form of them for all widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from prepkit.answers import Conflict
from prepkit.answers.errors import explain
from prepkit.errors import PrepkitError
from prepkit.records import Revision
from prepkit.widgets.component import Message

Action = Callable[[Mapping[str, Any]], tuple[Message, ...]]
"""What answers one kind of message."""


def act(actions: Mapping[str, Action], message: Mapping[str, Any]) -> tuple[Message, ...]:
    """Do what a message from the browser asks for, and return the messages that answer it.

    An error that the candidate can act on is answered with ``{"type": "error", …}``, and the page
    shows it. A message of an unknown type gets no answer.
    """
    kind = str(message.get("type"))
    if kind not in actions:
        return ()
    try:
        return actions[kind](message)
    except (PrepkitError, OSError) as error:
        reason, remedy = explain(error)
        return (reply(message, "error", about=kind, message=reason, remedy=remedy),)


def reply(request: Mapping[str, Any], kind: str, **content: Any) -> Message:
    """Return an answer addressed to the view that asked, since every window receives it."""
    address = {name: request.get(name) for name in ("view", "seq", "question", "field")}
    return {"type": kind, **address, **content}


def stored(revision: Revision) -> Message:
    """Return what a browser knows of a stored text."""
    return {
        "text": revision.text,
        "revision": revision.revision,
        "saved_at": revision.saved_at.isoformat(),
    }


def changed_message(revision: Revision, *, by: str = "") -> Message:
    """Return the message that tells every view of a new text, but for the one that saved it."""
    place = {"question": revision.question, "field": revision.field, "by": by}
    return {"type": "changed", **place, **stored(revision)}


def save_replies(
    request: Mapping[str, Any], save: Callable[[], Revision]
) -> tuple[Revision | None, tuple[Message, ...]]:
    """Save a text, and return it with the answers; without it if another window was first."""
    try:
        saved = save()
    except Conflict as conflict:
        return None, (reply(request, "conflict", **stored(conflict.current)),)
    saved_at = stored(saved)["saved_at"]
    return saved, (
        reply(request, "saved", revision=saved.revision, saved_at=saved_at),
        changed_message(saved, by=request["view"]),
    )


def history_reply(request: Mapping[str, Any], revisions: Iterable[Revision]) -> Message:
    """Return the answer to a request for the earlier versions of a text."""
    past = [{**stored(revision), "origin": revision.origin} for revision in revisions]
    return reply(request, "history", revisions=past)
