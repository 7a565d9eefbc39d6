"""The candidate's answers: one SQLite file. Revisions are added to it and never changed.

Forms and notebooks use ``store``. ``exchange_json`` and ``exchange_markdown`` are the formats for
export and import, ``exchange`` has what they share, and ``transfer`` writes and reads the files.
For coaches, ``students`` finds and reads the students' files, ``hand_ins`` reads what they send
back, and ``collect`` adds it to their files. Below these, ``database`` makes, opens and repairs the
SQLite file, ``salvage`` reads damaged ones, and ``rows`` has the SQL. ``preferences`` has what a
candidate allows to be recorded.
"""

from prepkit.answers.collect import Collected, CollectReport, FileProblem, collect_answers
from prepkit.answers.errors import Conflict, StoreError
from prepkit.answers.store import AnswerStore, user_folder, utc_now
from prepkit.answers.students import (
    read_answers,
    stored_texts,
    student_store,
    student_stores,
    students_folder,
)
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
    "student_store",
    "student_stores",
    "students_folder",
    "user_folder",
    "utc_now",
]
