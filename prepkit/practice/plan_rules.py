"""The steps of the plan until the interview, and what it is based on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from prepkit.practice.review import Status

if TYPE_CHECKING:
    import pandas as pd

Step = Literal["write", "finish", "fix", "sketch", "tell", "look again", "rehearse", "rest"]

STEPS: Mapping[Step, tuple[int, str]] = {
    "write": (45, "Write a first version of {label}: {whole}."),
    "finish": (30, "Finish {label}. {gap}."),
    "fix": (20, "Fix what the checks point out in {label}, and keep the rest in your own words."),
    "sketch": (20, "Sketch {label}: {event}one line per part. Then say {each} out loud once."),
    "tell": (15, "Practise {names} out loud, with the timer."),
    "look again": (
        20,
        "Reread {names}, improve what sounded weak, and practise {each} out loud again.",
    ),
    "rehearse": (
        60,
        "Rehearse: shuffle the sheets, or ask somebody to interview you, and answer one "
        "follow-up question from the back of each sheet.",
    ),
    "rest": (20, "Read your story sheets or notes once. Then stop, and rest."),
}
"""For each step: the minutes it takes for one story, and what to do, in a sentence."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done on the first evening already."""

    written: frozenset[str] = frozenset()
    """The ids of the questions whose answers became complete on it."""
    told: frozenset[str] = frozenset()
    """The ids of the questions that were practised on it."""

    @property
    def minutes(self) -> int:
        """How much of the evening that took, by the minutes of the steps."""
        return len(self.written) * STEPS["write"][0] + len(self.told) * STEPS["tell"][0]


NOTHING = Done()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something that the plan is based on, and how well founded it is."""

    text: str
    status: Status
    source: str
    steps: frozenset[Step]
    """The steps that follow it."""


RULES = (
    Rule(
        text="Start early. With more time to remember, candidates tell different stories, and "
        "well over half of these are rated better.",
        status="research",
        source="Huffcutt et al. 2016",
        steps=frozenset({"write", "finish"}),
    ),
    Rule(
        text="When you reread, look at Action and Result first. Candidates say too little in both.",
        status="research",
        source="Bangerter, Corvalan and Cavin 2014",
        steps=frozenset({"fix", "look again"}),
    ),
    Rule(
        text="At most one hour and one new story per evening. One story practised twice is worth "
        "more than two that were only written down.",
        status="convention",
        source="ours",
        steps=frozenset({"write", "finish"}),
    ),
    Rule(
        text="Practise each story again after two days, then after eleven more, and so on.",
        status="convention",
        source="the FSRS scheduler, which was made for flash cards",
        steps=frozenset({"look again"}),
    ),
    Rule(
        text="Nothing new on the last evening.",
        status="convention",
        source="guides for candidates",
        steps=frozenset({"rest"}),
    ),
)
"""What the plan is based on, research first."""


def rules_of(plan: pd.DataFrame) -> tuple[Rule, ...]:
    """Return which of `RULES` a frame of `plan_frame` follows."""
    steps = set(plan["step"])
    return tuple(rule for rule in RULES if steps & rule.steps)
