"""The rounds of mock interviews: general ones, and those that companies are known to have. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prepkit.forms import Kind
from prepkit.records import Question, Round

if TYPE_CHECKING:
    from prepkit.bank import Bank

EACH = 9
"""Minutes per question: half a minute to think, an answer of up to three, two or three follow-ups,
and listening back. A rule of thumb of ours: five questions in 45 minutes, as guides for candidates
say of real interviews."""

LENGTHS = (20, 45)
"""In minutes: an evening's worth, and a whole round. A documented round has its own length, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a round asks about: the questions of some categories, or of some kinds."""

    id: str
    title: str
    about: str
    """What is asked, as a sentence."""
    categories: tuple[str, ...] = ()
    """Slugs; with neither categories nor kinds, every question belongs to it."""
    kinds: tuple[Kind, ...] = ()
    words: str = ""
    """A pattern of what a company calls such a round, or says that it scores there."""
    each: int = EACH
    """Minutes per question."""

    def holds(self, question: Question) -> bool:
        """Tell whether a question may be asked in such a round."""
        if not self.categories and not self.kinds:
            return True
        return question.category in self.categories or question.kind in self.kinds


MIXED = Topic(
    id="mixed",
    title="A mixed interview",
    about="What helps you most tonight, from all categories.",
)

TOPICS = (
    Topic(
        id="people",
        title="People management",
        about="How you lead, coach and hire, and how you have hard conversations.",
        categories=(
            "leading-people",
            "coaching-and-careers",
            "hiring-and-team-building",
            "conflict-and-hard-conversations",
            "how-you-lead",
            "first-time-manager",
        ),
        words=r"people management|\bmanagement\b|managerial|for managers|leadership interview",
    ),
    Topic(
        id="project",
        title="A project in depth",
        about="One project from its beginning to what you would do differently.",
        categories=("going-deep",),
        kinds=("walkthrough",),
        words=r"retrospective|deep dive|(?:one|recent) (?:past )?project",
        each=2 * EACH,
    ),
    Topic(
        id="values",
        title="Values and judgment",
        about="What you stand for, where you were wrong, and what it changed.",
        categories=("judgment-failure-and-values", "communication-and-influence"),
        words=r"\bvalues?\b|cultur|googleyness|life story|dream team|orange cloud",
    ),
    Topic(
        id="behavioural",
        title="Behavioural interview",
        about="Past events: what you did, and what came of it.",
        kinds=("past-event",),
        words=r"behaviou?r|bar raiser|collaboration|competenc|situations|leadership principles"
        r"|experience",
    ),
    Topic(
        id="cases",
        title="Cases",
        about="What you would do if something happened.",
        kinds=("case",),
        words=r"\bcases?\b|hypothetical|scenario",
    ),
    Topic(
        id="technical",
        title="Technical leadership",
        about="Decisions about systems, influence without authority, and strategy.",
        categories=(
            "technical-leadership",
            "staff-engineer",
            "engineering-with-ai",
            "strategy-customers-and-change",
        ),
    ),
    Topic(
        id="delivery",
        title="Delivery and operations",
        about="Getting things done, keeping them running, and measuring both.",
        categories=("delivery-and-execution", "operations-and-metrics"),
    ),
    Topic(
        id="introduction",
        title="First call",
        about="Who you are, why you want this, and what you want to ask.",
        categories=("introduction-and-fit",),
        kinds=("introduction", "motivation"),
        words=r"recruiter|talent partner|\bHR\b|first (?:call|conversation|interview|screen)"
        r"|hiring manager|phone screen|\btalk with|conversation",
    ),
)
"""What rounds ask about. A company's round has the first of them whose words its name has, or else
what it scores; so the more definite ones come first."""

_NOT_SPOKEN = re.compile(
    r"\bcod(?:e|ing)\b|\bpair|\bdesign\b|technical (?:screen|phone|talk|interview|reasoning)"
    r"|^assess|online|\btests?\b|^application|^decision|^offer|^references?\b|team match"
    r"|committee|^review|written|exercise|trial|craft|^set-up|^level\b|decomposition"
    r"|re-engineering|^learning$|tech talk|insider|^visit",
    re.IGNORECASE,
)
"""Rounds for which there is nothing here to practise by talking: code, tests, and what others
decide without you."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MockRound:
    """A round that can be practised."""

    id: str
    title: str
    topic: Topic
    minutes: tuple[int, ...]
    """The lengths to choose from."""
    company: str = ""
    """Whose round it is, as far as it is documented; empty for a general one."""
    documented: Round | None = None

    def questions(self, minutes: int) -> int:
        """Return how many questions it has in so many minutes."""
        return max(1, round(minutes / self.topic.each))


def mock_rounds(bank: Bank) -> tuple[MockRound, ...]:
    """Return the rounds that can be practised: general ones, then those of each company.

    A round for which the bank has no question is left out, and so is one that isn't spoken.
    """
    questions = [bank[one].question for one in bank]
    known = {topic.id for topic in (MIXED, *TOPICS) if any(map(topic.holds, questions))}
    general = [
        MockRound(id=topic.id, title=topic.title, topic=topic, minutes=LENGTHS)
        for topic in (MIXED, *TOPICS)
        if topic.id in known
    ]
    documented = [
        MockRound(
            id=f"{company.name}/{number}",
            title=one.name,
            topic=topic,
            minutes=tuple(sorted({LENGTHS[0], *(one.minutes or LENGTHS)})),
            company=company.name,
            documented=one,
        )
        for company in bank.company_records
        for number, one in enumerate(company.rounds, 1)
        if (topic := _topic_of(one)) and topic.id in known
    ]
    return (*general, *documented)


def _topic_of(one: Round) -> Topic | None:
    """Return what a documented round asks about; None if it isn't spoken."""
    if _NOT_SPOKEN.search(one.name):
        return None
    for text in (one.name, one.scored or ""):
        for topic in TOPICS:
            if topic.words and re.search(topic.words, text, re.IGNORECASE):
                return topic
    return MIXED
