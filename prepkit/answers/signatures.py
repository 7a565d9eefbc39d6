"""The coach's key, and the signatures of fill-in notebooks that are made with it.

A student's notebook comes back by mail or through a shared folder, and anybody could write a
student's id into one. So each notebook is signed: over the student's id, the questions and the run
of packets that it belongs to. Only who has the coach's key can make such a signature.

The key is a file of its own in the coach's user data folder, and not in an export of answers: an
export is for sending on. The first line of the file is the key that signs. Keys that were imported
from another computer come after it, and only check signatures.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from prepkit.answers.errors import StoreError, store_error
from prepkit.errors import PrepkitError
from prepkit.files import PRIVATE_FILE, PRIVATE_FOLDER, atomic_write, read_text, sync_folder

_FILE = "packet-key"
_LENGTH = 32  # in bytes: as long as what SHA-256 gives
_KEY = re.compile(rf"[0-9a-f]{{{2 * _LENGTH}}}")
_MOST = 100
_PURPOSE = "prepkit fill-in notebook"


@dataclass(frozen=True, slots=True)
class CoachKeys:
    """The keys of one coach; none if no packets were made or no key was imported here."""

    # Never in a message or a log: who has a key can sign as this coach.
    _keys: tuple[bytes, ...] = field(default=(), repr=False)

    def __bool__(self) -> bool:
        return bool(self._keys)

    @property
    def name(self) -> str:
        """What tells the key that signs from any other, and doesn't reveal it; '' without one."""
        return hmac.new(self._keys[0], b"name", sha256).hexdigest()[:16] if self._keys else ""

    def student_key(self, student_id: str, run: str) -> bytes:
        """Return the key that signs for one student of one run; empty without a key.

        It can be given to another machine that makes the student's packet: the coach's key can't
        be found from it, nor that of another student.
        """
        return _student_key(self._keys[0], student_id, run) if self._keys else b""

    def verify(self, signature: str, student_id: str, run: str, questions: Sequence[str]) -> bool:
        """Tell whether one of the keys has made a signature."""
        return any(
            hmac.compare_digest(
                sign(_student_key(key, student_id, run), questions).encode(),
                signature.encode("utf-8", "replace"),
            )
            for key in self._keys
        )


def sign(student_key: bytes, questions: Sequence[str]) -> str:
    """Return the signature of a notebook with these questions, as hexadecimal digits."""
    return _keyed(student_key, *questions).hex()


def _student_key(key: bytes, student_id: str, run: str) -> bytes:
    return _keyed(key, _PURPOSE, student_id, run)


def _keyed(key: bytes, *texts: str) -> bytes:
    # As JSON, so that ("ab", "c") and ("a", "bc") differ; half a character is escaped there.
    return hmac.digest(key, json.dumps(texts).encode(), "sha256")


def read_keys(home: Path) -> CoachKeys:
    """Return the keys in a coach's user data folder; nothing is made.

    Raises
    ------
    PrepkitError
        If the file is damaged or can't be read.
    """
    path = home / _FILE
    if not path.exists():
        return CoachKeys()
    _make_private(path)
    return CoachKeys(_parsed(path))


def new_key() -> CoachKeys:
    """Return a key that is stored nowhere yet; see `store_key`."""
    return CoachKeys((secrets.token_bytes(_LENGTH),))


def store_key(home: Path, key: CoachKeys) -> CoachKeys:
    """Store a coach's first key in the user data folder, and return the keys that are there then.

    If there is a key already, `key` isn't stored.

    Raises
    ------
    PrepkitError
        If the file is damaged, or can't be read or written.
    """
    path = home / _FILE
    try:
        home.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        if not path.exists():
            _write_new(path, _lines(key._keys))
    except OSError as error:
        raise store_error(error, path, "No packets were made") from error
    return read_keys(home)


def export_keys(home: Path, path: Path, *, replace: bool = False) -> Path:
    """Write the keys to a file that only its owner can read.

    Raises
    ------
    PrepkitError
        If there is no key, the file already exists and `replace` is false, or it can't be written.
    """
    if not read_keys(home):
        raise StoreError(
            "There is no key yet: 'prepkit packets' makes it with the first fill-in notebooks."
        )
    if path.exists() and not replace:
        raise StoreError(f"{path} already exists. Choose another name, or add --replace.")
    _write(path, _parsed(home / _FILE))
    return path


def import_keys(home: Path, path: Path) -> int:
    """Add the keys in an exported file; return how many are new. Those that are here stay.

    Raises
    ------
    PrepkitError
        If it isn't a file of keys, or the keys can't be stored.
    """
    own = home / _FILE
    before = _parsed(own) if own.exists() else ()
    keys = tuple(dict.fromkeys([*before, *_parsed(path)]))
    if len(keys) > _MOST:
        raise StoreError(f"{path}: nothing was imported, because there would be over {_MOST} keys.")
    if keys != before:
        home.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        _write(own.resolve(), keys)
    return len(keys) - len(before)


def _parsed(path: Path) -> tuple[bytes, ...]:
    lines = read_text(path).split()
    if not lines or not all(map(_KEY.fullmatch, lines)):
        # Without what is in it: a part of a key must not get into a log.
        raise StoreError(
            f"{path} is not a file of keys, or it is damaged. Import a copy made by 'prepkit "
            "answers export-key', after moving this file elsewhere."
        )
    return tuple(map(bytes.fromhex, lines))


def _lines(keys: Sequence[bytes]) -> bytes:
    return "".join(f"{key.hex()}\n" for key in keys).encode()


def _write(path: Path, keys: Sequence[bytes]) -> None:
    try:
        atomic_write(path, _lines(keys), private=True)
    except OSError as error:
        raise PrepkitError(f"{path} can't be written: {error.strerror or error}.") from error


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, whole and on the disk; leave it if it is there by now."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        handle = os.open(
            temporary,
            os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0),
            PRIVATE_FILE,
        )
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        try:
            os.link(temporary, path)  # refused where a file is: of two processes one wins
        except FileExistsError:
            pass
        except OSError:  # a file system without links, as on a memory stick
            if not path.exists():
                temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    with suppress(OSError):  # some network folders can't confirm it
        sync_folder(path.parent)


def _make_private(path: Path) -> None:
    """Let only its owner read the file, which may have come back from a backup for all to read."""
    if os.name == "posix" and path.stat().st_mode & 0o077:
        with suppress(OSError):
            path.chmod(PRIVATE_FILE)
