"""The candidate's answers: one SQLite file. Revisions are added to it and never changed.

Forms and notebooks use ``store`` for answers, and ``texts`` for stories and whatever else stands
beside them; ``kinds`` lists the kinds of texts. ``exchange_json`` and ``exchange_markdown`` (with
``stories_markdown`` and ``debriefs_markdown``) are the formats for export and import, ``exchange``
has what they share, and ``transfer`` writes and reads the files. ``debriefs`` and ``attempts`` say
what is stored of an interview, real or mock.
For coaches, ``students`` finds and reads the students' files. What they send back is found by
``returned_files`` and ``archives``, read by ``hand_ins`` within ``limits`` (``returned_notebooks``,
``returned_pages``, ``returned_databases``, ``cut_json`` for what breaks off, ``other_files`` for
the rest) and told apart by ``owners``; ``received`` is what is known of each file then.
``signatures`` and ``proofs`` tell whether it is theirs, ``collect`` adds it to the coach's files,
and ``accounting`` makes the ``ledger``, with ``same_texts``. ``carried`` brings what a notebook
carries into its student's file. ``feedback`` keeps the coach's ratings and comments, which
``feedback_exchange`` writes to a file for another coach and ``feedback_merge`` adds from one;
``calibrations`` keeps how the coach rates answers of the bank. ``scrub_files`` takes out of a file
what ``scrub`` finds and the coach chooses, before an answer is shared.

Below these, ``database`` locks, opens and upgrades the SQLite file, ``checksums`` notices damage,
``repair`` mends it with ``salvage`` and ``backups``, ``schema`` has the format and ``version_1``
the one before, and ``rows`` has the SQL. ``preferences`` has what a candidate allows to be
recorded, ``places`` where they were last.
"""

from prepkit.answers.collect import collect_answers
from prepkit.answers.collect_report import Collected, CollectReport, FileProblem
from prepkit.answers.errors import Conflict, StoreError
from prepkit.answers.import_report import ImportConflict, ImportReport
from prepkit.answers.store import AnswerStore, user_folder, utc_now
from prepkit.answers.students import (
    read_answers,
    stored_texts,
    student_store,
    student_stores,
    students_folder,
)
from prepkit.answers.transfer import (
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
