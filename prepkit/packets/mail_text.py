"""What a mail to a student says: a text with placeholders, the coach's own or one of ours. Pure.

The first line of a text is its subject: ``Subject: Your packet``. Below it, and in it, a name in
braces stands for what the roster says: ``{name}``. Other braces stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from prepkit.errors import InputError, Problem, Problems
from prepkit.records import Student
from prepkit.text import did_you_mean, format_day, join_words

PLACEHOLDERS = ("name", "student_id", "files", "interview_date", "level", "companies")
"""What a text may have in braces."""

_PLACE = re.compile(r"\{([^{}\s]+)\}")
_SUBJECT = re.compile(r"subject:\s*(.*?)\s*", re.IGNORECASE)

PACKETS = """\
Subject: Your interview preparation

Dear {name},

these files are for you alone:

{files}

If you write your answers in one of them, send that file back to me.
"""

FEEDBACK = """\
Subject: Feedback on your answers

Dear {name},

I have read your answers. What I think of them is in these files, which are for you alone:

{files}
"""


class MailTextError(InputError):
    """Every problem in a text for mails."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__("The text for the mails has {count}:", problems)


@dataclass(frozen=True, slots=True)
class MailText:
    """The text of mails, with its placeholders."""

    subject: str
    body: str

    def lacking(self, student: Student) -> tuple[str, ...]:
        """Return the placeholders for which the roster has nothing about a student."""
        found = _values(student)
        used = _PLACE.findall(self.subject + self.body)
        return tuple(name for name in PLACEHOLDERS if name in used and not found.get(name, " "))

    def fill(self, student: Student, files: str) -> tuple[str, str]:
        """Return the subject, which is one line, and the body of the mail to a student.

        Parameters
        ----------
        files
            What stands for ``{files}``: one line for each.
        """
        values = {**_values(student), "files": files}

        def value(place: re.Match[str]) -> str:
            return values.get(place[1], place[0])

        return " ".join(_PLACE.sub(value, self.subject).split()), _PLACE.sub(value, self.body)


def read_mail_text(text: str, path: Path | None = None) -> MailText:
    """Return a text for mails.

    Parameters
    ----------
    path
        The text's file, for errors.

    Raises
    ------
    MailTextError
        If it has no subject, or a placeholder that doesn't exist. All of them are named.
    """
    problems = Problems(path, error=MailTextError)
    lines = text.strip("\n").split("\n")
    skipped = len(text) - len(text.lstrip("\n"))
    subject = _SUBJECT.fullmatch(lines[0])
    if not (subject and subject[1]):
        problems.add_error(
            "the first line must be the subject, such as 'Subject: Your packet'", line=skipped + 1
        )
    for number, line in enumerate(lines, skipped + 1):
        for name in _PLACE.findall(line):
            if name not in PLACEHOLDERS:
                hint = did_you_mean(name, PLACEHOLDERS, otherwise="choose from")
                problems.add_error(f"there is no placeholder {{{name}}}{hint}", line=number)
    problems.raise_any()
    assert subject
    return MailText(subject[1], "\n".join(lines[1:]).strip("\n") + "\n")


def _values(student: Student) -> Mapping[str, str]:
    day = student.interview_date
    return {
        "name": " ".join(student.name.split()),
        "student_id": student.student_id,
        "interview_date": format_day(day) if day else "",
        "level": student.level or "",
        "companies": join_words(student.companies) if student.companies else "",
    }
