"""A coach's roster, in whatever file and words it comes -> students, or what has to be asked.

``file`` opens a roster's file with the readers in ``formats``; ``cells`` says what a cell holds.
``mapping`` is the file beside the roster in which the coach answers (``open_questions`` has its
lines to choose from), and ``headers`` finds what each column is, by the names in ``aliases``.
``readings`` reads a column as a whole: ``ids``, ``dates``, ``levels`` and ``companies`` have a
module each, other columns are in ``columns``, and ``faults`` says what is wrong with cells.
``reader`` puts it together, ``understanding`` is the way in, and ``check`` is what a coach sees.
"""

from prepkit.packets.roster.reader import Understood
from prepkit.packets.roster.understanding import (
    read_roster,
    read_student_ids,
    read_student_names,
    understand,
    understand_roster,
)

__all__ = [
    "Understood",
    "read_roster",
    "read_student_ids",
    "read_student_names",
    "understand",
    "understand_roster",
]
