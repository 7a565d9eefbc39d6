"""The forms of answers: which parts an answer to each kind of question has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal

Kind = Literal["past-event", "approach", "case", "introduction", "motivation", "walkthrough"]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the texts that make up an answer."""

    name: str
    """Its name in files and in the store."""
    title: str
    prompt: str
    """Shown if the question has no prompt of its own."""
    words: tuple[int, int]
    """The usual minimum and maximum of words: a rule of thumb, not research (see `FORMS`)."""

    @property
    def letter(self) -> str:
        """The first letter of the title, shown where there is little room."""
        return self.title[0]

    @property
    def least(self) -> int:
        """The fewest words with which the part counts as written (see `FORMS`).

        ``static/shared/words.js`` says the same in a browser.
        """
        return ceil(self.words[0] / 2)


@dataclass(frozen=True, slots=True)
class Form:
    """The parts of an answer to one kind of question."""

    title: str
    """The kind's name for readers, such as ``Past event``."""
    template: str
    """The heading above the prompts in a question file."""
    parts: tuple[Part, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts, in order."""
        return tuple(part.name for part in self.parts)

    @property
    def words(self) -> tuple[int, int]:
        """The usual minimum and maximum of words of a whole answer."""
        least, most = zip(*(part.words for part in self.parts), strict=True)
        return sum(least), sum(most)


FORMS: Mapping[Kind, Form] = {
    "past-event": Form(
        "Past event",
        "STAR template",
        (
            Part(
                "situation",
                "Situation",
                "Set the scene: what was happening, in which team, and what was at stake?",
                (40, 90),
            ),
            Part("task", "Task", "What was yours to solve or decide?", (10, 50)),
            Part(
                "action",
                "Action",
                "Which steps did you take, in what order, and why those? Say “I”, not “we”.",
                (90, 180),
            ),
            Part(
                "result",
                "Result",
                "What came of it? Give a number if there is an honest one, and what you learned"
                " or changed since.",
                (30, 90),
            ),
        ),
    ),
    "approach": Form(
        "How you work",
        "Answer template",
        (
            Part("principle", "Principle", "What do you go by, in one or two sentences?", (35, 65)),
            Part(
                "example",
                "Example",
                "One short real case: what you did, in steps, and why.",
                (115, 230),
            ),
            Part("result", "Result", "What came of it, before and after?", (30, 55)),
            Part(
                "limits",
                "Limits",
                "Where does it fail, and what have you changed since?",
                (35, 65),
            ),
        ),
    ),
    "case": Form(
        "Case",
        "Answer template",
        (
            Part(
                "clarify",
                "Clarify",
                "What would you ask first, and what do you assume until you know?",
                (40, 80),
            ),
            Part(
                "options",
                "Options",
                "Which two or three ways are there, and what does each cost?",
                (50, 105),
            ),
            Part(
                "decision",
                "Decision",
                "Which one would you take, in which steps, and why that one?",
                (90, 175),
            ),
            Part(
                "measure",
                "Measure",
                "How would you know that it works, by when, and what if it doesn't?",
                (30, 60),
            ),
        ),
    ),
    "introduction": Form(
        "Introduction",
        "Answer template",
        (
            Part(
                "now", "Now", "Your role, your team, and what you are known for there.", (55, 105)
            ),
            Part("before", "Before", "The two or three steps that led you there.", (50, 100)),
            Part("next", "Next", "What you want to do next, and why here.", (40, 75)),
        ),
    ),
    "motivation": Form(
        "Motivation",
        "Answer template",
        (
            Part("point", "Point", "Your answer, in one or two sentences.", (25, 60)),
            Part("proof", "Proof", "Something you did that shows it.", (60, 135)),
            Part("fit", "Fit", "Why it matters for this role at this company.", (20, 55)),
        ),
    ),
    "walkthrough": Form(
        "Walkthrough",
        "Answer template",
        (
            Part(
                "context",
                "Context",
                "The problem, the people it mattered to, and your part in it.",
                (45, 90),
            ),
            Part(
                "choices",
                "Choices",
                "The decisions that shaped it, what else you considered, and why.",
                (105, 210),
            ),
            Part("outcome", "Outcome", "What came of it, before and after.", (25, 60)),
            Part("hindsight", "Hindsight", "What would you do differently today?", (35, 65)),
        ),
    ),
}
"""The kinds of questions, in order, and the parts of an answer to each kind.

The numbers of words are a rule of thumb, not research. They come from the bank's own examples, at
the pace of `prepkit.words`:

- Past events: the shortest and the longest text of each part in 109 examples, to the ten below and
  above. The whole answers take 1:35 to 2:10 minutes.
- The other kinds have fewer examples: 16 approaches, 12 of motivation, 8 cases, 4 walkthroughs and
  an introduction, and so few are more alike than good answers are. Here a whole answer takes the
  time that guides for candidates give: 1:30 to 3:00 minutes for approaches, cases and walkthroughs,
  1:00 to 2:00 for introductions, 0:45 to 1:45 for motivation. It is divided among the parts as the
  examples divide it, to five words, and up to the longest example where that is longer.

An answer is complete when each part has half of its usual minimum (`Part.least`). That is a rule of
thumb, too: somebody who writes only notes to speak from needs about half the words of what is said,
and with less, a part says nothing that an interviewer could ask about.
"""

KINDS: tuple[Kind, ...] = tuple(FORMS)

PART_NAMES: tuple[str, ...] = tuple(
    dict.fromkeys(name for form in FORMS.values() for name in form.names)
)
"""The name of every part, each once; some kinds share a part's name."""

ANSWER_FIELDS = (*PART_NAMES, "key_points")
"""The fields that the store keeps: the parts of all kinds, and the ticked key points (one per line
of text)."""
