"""The candidate's answers: one SQLite file, to which revisions are only ever added."""

from prepkit.store.answers import AnswerStore, user_folder, utc_now
from prepkit.store.errors import Conflict, StoreError

__all__ = [
    "AnswerStore",
    "Conflict",
    "StoreError",
    "user_folder",
    "utc_now",
]
