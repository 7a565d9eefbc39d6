"""The candidate's answers: one SQLite file, to which revisions are only ever added.

``answers`` is the store itself, ``transfer`` takes answers into files and back, ``file`` opens,
makes and repairs the SQLite file, ``salvage`` reads damaged ones, ``rows`` turns rows into records.
"""

from prepkit.store.answers import AnswerStore, user_folder, utc_now
from prepkit.store.errors import Conflict, StoreError
from prepkit.store.transfer import (
    ImportConflict,
    ImportReport,
    export_answers,
    export_of,
    import_answers,
    import_file,
)

__all__ = [
    "AnswerStore",
    "Conflict",
    "ImportConflict",
    "ImportReport",
    "StoreError",
    "export_answers",
    "export_of",
    "import_answers",
    "import_file",
    "user_folder",
    "utc_now",
]
