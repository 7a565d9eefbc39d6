"""The candidate's answers: one SQLite file, to which revisions are only ever added.

``store`` is what forms and notebooks use. ``exchange_json`` and ``exchange_markdown`` are the
formats of the files that answers go into and come from, ``exchange`` is what they have in common,
and ``transfer`` writes and reads such files. ``students`` finds and reads the files of a coach's
students, ``hand_ins`` reads what they send back, and ``collect`` adds it. ``database`` opens, makes
and repairs the SQLite file, ``salvage`` reads damaged ones, ``rows`` selects and inserts.
``preferences`` has what a candidate allows to be recorded.
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
