"""What a coach's students are called, so that no two of them look like one. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from prepkit.records import Student


def names_told_apart(students: Sequence[Student], others: Iterable[str] = ()) -> dict[str, str]:
    """Return what to call each student, by id.

    It is the name, followed by the id if another one of the whole roster has the same name: a table
    that shows only one of the two doesn't know that there is another.

    Parameters
    ----------
    students
        The roster.
    others
        The ids of students who may be missing in it. They come after it, sorted by id, with the id
        as their name.
    """
    count = Counter(student.name for student in students)
    names = {
        one.student_id: f"{one.name} ({one.student_id})" if count[one.name] > 1 else one.name
        for one in students
    }
    return names | {each: each for each in sorted(others) if each not in names}
