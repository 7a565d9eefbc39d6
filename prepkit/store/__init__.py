"""The candidate's answers: one SQLite file, to which revisions are only ever added.

``answers`` is the store itself, ``transfer`` takes answers into files and back. ``students`` finds
and reads the files of a coach's students, ``returned`` reads what they hand in, and ``collecting``
adds it. ``file`` opens, makes and repairs the SQLite file, ``salvage`` reads damaged ones, ``rows``
turns rows into records.
"""

from prepkit.store.answers import AnswerStore, user_folder, utc_now
from prepkit.store.collecting import Collected, CollectReport, FileProblem, collect_answers
from prepkit.store.errors import Conflict, StoreError
from prepkit.store.returned import HAND_IN_MIME
from prepkit.store.students import read_answers, student_stores, students_folder
from prepkit.store.transfer import (
    ImportConflict,
    ImportReport,
    export_answers,
    export_of,
    import_answers,
    import_file,
)

__all__ = [
    "HAND_IN_MIME",
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
    "student_stores",
    "students_folder",
    "user_folder",
    "utc_now",
]
