"""The kinds of texts that an answers file has, and the fields of each.

A feature that stores something new adds a kind here: export, import, repair and the search for
private texts then carry it, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prepkit.answers.exchange import is_question_id
from prepkit.forms import ANSWER_FIELDS, FORMS

REVISION = "revision"
"""A text of a part of an answer: `subject` is the question, `field` the part."""
REVIEW = "review"
"""A rehearsal of the question `subject`: `text` is a JSON object with its rating and seconds."""
STORY = "story"
"""A story that serves many questions: `subject` is its id, `field` one of its texts."""
TELLING = "telling"
"""What to dwell on when the story `subject` is told for the question `field`."""
MOCK = "mock"
"""A mock interview's attempt at the question `subject`: each number is another attempt, as JSON."""
DEBRIEF = "debrief"
"""What somebody noted after an interview, as JSON: `subject` is when."""
JOB = "job"
"""A job description as it was pasted."""
RATING = "rating"
"""How one rater rates the answer to the question `subject`: each number is another rating, as JSON.
"""
COMMENT = "comment"
"""A coach's comment on the answer to the question `subject`, as JSON: each number is a new comment,
a change of an earlier one, or its removal."""
REPLY = "reply"
"""What a student answers to a comment: `subject` is the question, `field` the comment's id."""

REMOVED = "\N{SYMBOL FOR NULL} removed"
"""The text of a telling that was taken back: readable in an export, and nobody types it."""


@dataclass(frozen=True, slots=True)
class TextKind:
    """What is known about the texts of one kind."""

    noun: str
    """What a message calls one of them."""
    fields: tuple[str, ...] = ()
    """The names of its fields; empty if any id is one, such as that of a question."""
    marks: tuple[str, ...] = ()
    """The fields whose texts nobody has written, such as ticked key points of the bank; in JSON,
    the names of such values."""
    is_json: bool = False
    is_log: bool = False
    """Whether each number stands for itself, so that two files are merged by adding them up."""


KINDS: Mapping[str, TextKind] = {
    REVISION: TextKind("answer", ANSWER_FIELDS, ("key_points",)),
    STORY: TextKind(
        "story", ("title", *FORMS["past-event"].names, "tags", "removed"), ("removed",)
    ),
    TELLING: TextKind("story"),
    MOCK: TextKind(
        "mock interview", ("attempt",), ("ticked", "follow_ups"), is_json=True, is_log=True
    ),
    DEBRIEF: TextKind("debrief", ("debrief",), is_json=True),
    JOB: TextKind("job description", ("text",)),
    RATING: TextKind("rating", ("rating",), ("rater",), is_json=True, is_log=True),
    COMMENT: TextKind("comment", ("comment",), ("rater",), is_json=True, is_log=True),
    REPLY: TextKind("reply"),
}
"""Every kind of text by its name; rehearsals are no texts."""


def has_field(kind: str, field: str) -> bool:
    """Tell whether the texts of a kind have such a field."""
    known = KINDS.get(kind)
    if known is None:
        return False
    return field in known.fields if known.fields else is_question_id(field)


def written_texts(kind: str, field: str, text: str) -> Iterator[str]:
    """Yield what somebody wrote in a stored text; of JSON, its values that are several words."""
    known = KINDS.get(kind, TextKind(kind))
    if field in known.marks or text == REMOVED:
        return
    if not known.is_json:
        yield text
        return
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        yield text
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [one for name, one in reversed(value.items()) if name not in known.marks]
        elif isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, str) and len(value.split()) > 1:  # an id or a date is one word
            yield value
