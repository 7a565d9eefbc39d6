"""The candidate's answers: one SQLite file, to which revisions are only ever added.

``answers`` is the store itself, ``transfer`` takes answers into files and back. ``students`` finds
and reads the files of a coach's students, ``returned`` reads what they hand in, and ``collecting``
adds it. ``file`` opens, makes and repairs the SQLite file, ``salvage`` reads damaged ones, ``rows``
turns rows into records.
"""

from prepkit.answers.collect import Collected, CollectReport, FileProblem, collect_answers
from prepkit.answers.errors import Conflict, StoreError
from prepkit.answers.store import AnswerStore, user_folder, utc_now
from prepkit.answers.students import read_answers, stored_texts, student_stores, students_folder
from prepkit.answers.transfer import (
    ImportConflict,
    ImportReport,
    export_answers,
    export_of,
    import_answers,
    import_file,
)

__all__ = [
    "AnswerStore",
    "CollectReport",
    "Collected",
    "Conflict",
    "FileProblem",
    "ImportConflict",
    "ImportReport",
    "StoreError",
    "collect_answers",
    "export_answers",
    "export_of",
    "import_answers",
    "import_file",
    "read_answers",
    "stored_texts",
    "student_stores",
    "students_folder",
    "user_folder",
    "utc_now",
]
