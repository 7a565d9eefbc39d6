"""What a page says about its example: an interviewer's notes, and a weaker answer with ratings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from prepkit.bank.importer.lines import Line, PageSection, heading_of, name_of, safe
from prepkit.bank.importer.sections import Leftovers, safe_item
from prepkit.records import RATED, WEAKER, InterviewerNote, WeakerAnswer

_MINUS = "-\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}"
_NUMBERED = re.compile(
    rf"(?P<sign>[+{_MINUS}])[ \t]*(?P<number>[1-9][0-9]?)[:.)][ \t]+(?P<text>.+)"
)
_SAID = re.compile(
    rf"(?:[-*][ \t]+)?[+{_MINUS}]?[ \t]*(?P<sign>plus|minus)[ \t]*[:,][ \t]*(?P<text>.+?)[ \t]*"
    r"\(key point (?P<number>[1-9][0-9]?)\)",
    re.IGNORECASE,
)
_RATING = re.compile(
    rf"\W*(?P<what>{'|'.join(RATED.values())})[\W_]*?(?P<score>[1-5])[ \t]*(?:of|/)[ \t]*5\b"
    r"[\s.:,*_]*(?P<reason>.*)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\*\*([^*:]{2,40}):\*\*[ \t]+(\S.*)")
_TITLES = {name_of(title): name for name, title in WEAKER.items()}
_SCORES = {name_of(what): name for name, what in RATED.items()}


def read_notes(section: PageSection, leftovers: Leftovers) -> tuple[InterviewerNote, ...]:
    """Read what the interviewer notes: ``+ 2: …``, or as pages show it: ``Plus: … (key point 2)``.

    Parameters
    ----------
    section
        Its lines.
    leftovers
        Gets the lines that aren't such notes.
    """
    notes: list[tuple[str, int, list[str]]] = []
    for line in section.lines:
        found = None if line.code else _NUMBERED.fullmatch(line.bare) or _SAID.fullmatch(line.bare)
        if found:
            sign = "+" if found["sign"].lower() in ("+", "plus") else "-"
            notes.append((sign, int(found["number"]), [found["text"]]))
        elif notes and (line.indent or not line.text):
            notes[-1][2].append(line.text if line.code else line.bare)
        elif line.text:
            leftovers.move(section.heading, line.text)
    return tuple(
        InterviewerNote.model_validate({"sign": sign, "key_point": number, "text": text})
        for sign, number, lines in notes
        if (text := safe_item("\n".join(lines)))
    )


def keep_notes(
    notes: Sequence[InterviewerNote], most: int, leftovers: Leftovers
) -> tuple[InterviewerNote, ...]:
    """Return the notes about one of the `most` key points of a page; the others go to Notes."""
    for note in notes:
        if note.key_point > most:
            sign = "Plus" if note.sign == "+" else "Minus"
            leftovers.move(
                "What the interviewer notes", f"{sign}: {note.text} (key point {note.key_point})"
            )
    return tuple(note for note in notes if note.key_point <= most)


def read_weaker(section: PageSection, leftovers: Leftovers) -> WeakerAnswer | None:
    """Read a weaker answer; None, with all of it kept for Notes, if a part of it is missing."""
    scores: dict[str, int] = {}
    texts: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in section.lines:
        title, rest = _title_of(line)
        rating = None if line.code else _RATING.fullmatch(line.bare)
        if rating and (name := _SCORES[name_of(rating["what"])]) not in scores:
            scores[name] = int(rating["score"])
            current = texts[name.replace("score", "reason")] = [rating["reason"]]
        elif title == "scores":
            current = None
        elif title and title not in texts:
            current = texts[title] = [rest] if rest else []
        elif current is not None:
            current.append(line.text)
        elif line.text:
            leftovers.move(section.heading, line.text)
    found: Mapping[str, Any] = {
        **{name: safe("\n".join(lines)) for name, lines in texts.items() if name in WEAKER},
        **{
            name: safe_item("\n".join(line.strip() for line in lines))
            for name, lines in texts.items()
            if name not in WEAKER
        },
        **scores,
    }
    if all(found.get(name) for name in WeakerAnswer.model_fields):
        return WeakerAnswer(**found)
    _move(found, section.heading, leftovers)
    return None


def _title_of(line: Line) -> tuple[str, str]:
    """Return what a heading or a label below a weaker answer begins, and the text after it.

    Both are empty for any other line.
    """
    heading = heading_of(line)
    text = heading[1] if heading else line.bare
    label = _LABEL.fullmatch(text)
    name = "" if line.code else _TITLES.get(name_of(label[1] if label else text), "")
    return name, label[2] if name and label else ""


def _move(found: Mapping[str, Any], heading: str, leftovers: Leftovers) -> None:
    """Keep the parts of a weaker answer for Notes."""
    for name in ("text", "lift"):
        if found.get(name):
            leftovers.move(heading, f"**{WEAKER[name]}:** {found[name]}")
    for name, what in RATED.items():
        if name in found:
            reason = found.get(name.replace("score", "reason"), "")
            leftovers.move(heading, f"**{what}: {found[name]} of 5.** {reason}".strip())
