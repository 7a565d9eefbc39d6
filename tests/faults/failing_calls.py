"""Makes one of SQLite's calls to the system fail, by SQLite's own hook for tests.

The hook is `xSetSystemCall` of https://www.sqlite.org/c3ref/vfs.html, which every SQLite for Unix
has. It is reached where Python uses the SQLite of the system, and not one that is built in.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_POINTER, _INT, _LONG, _SIZE = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64, ctypes.c_size_t
_SIGNED = ctypes.c_ssize_t

CALLS: dict[str, tuple[Any, ...]] = {
    "pread64": (_SIGNED, _INT, _POINTER, _SIZE, _LONG),
    "pwrite64": (_SIGNED, _INT, _POINTER, _SIZE, _LONG),
    "unlink": (_INT, ctypes.c_char_p),
    "openDirectory": (_INT, ctypes.c_char_p, _POINTER),
    "open": (_INT, ctypes.c_char_p, _INT, _INT),
}
"""The calls that a save makes: what each returns, and its arguments."""


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("iVersion", _INT),
        ("szOsFile", _INT),
        ("mxPathname", _INT),
        ("pNext", _POINTER),
        ("zName", ctypes.c_char_p),
        ("pAppData", _POINTER),
        *((f"of_version_1_and_2_{number}", _POINTER) for number in range(13)),
        ("xSetSystemCall", _POINTER),
        ("xGetSystemCall", _POINTER),
    ]


def _vfs() -> Any:
    name = ctypes.util.find_library("sqlite3")
    if name is None:
        return None
    try:
        library = ctypes.CDLL(name)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        found = library.sqlite3_vfs_find(None)
    except (OSError, AttributeError):
        return None
    return found if found and found.contents.iVersion >= 3 else None


@contextmanager
def failing(call: str, number: int, error: int) -> Iterator[list[int]]:
    """Let the call of this `number` (from 0) fail with `error`; yield the calls that were made.

    After the first failure all later calls of the kind fail too, as on a disk that is gone.
    """
    vfs = _vfs()
    assert vfs is not None
    setter = ctypes.CFUNCTYPE(_INT, _POINTER, ctypes.c_char_p, _POINTER)(
        vfs.contents.xSetSystemCall
    )
    getter = ctypes.CFUNCTYPE(_POINTER, _POINTER, ctypes.c_char_p)(vfs.contents.xGetSystemCall)
    here, name = ctypes.cast(vfs, _POINTER), call.encode()
    kind = ctypes.CFUNCTYPE(*CALLS[call], use_errno=True)
    real = kind(getter(here, name))
    made: list[int] = []

    def replaced(*arguments: Any) -> Any:
        made.append(len(made))
        if made[-1] >= number:
            ctypes.set_errno(error)
            return -1
        return real(*arguments)

    replacement = kind(replaced)
    setter(here, name, ctypes.cast(replacement, _POINTER))
    try:
        yield made
    finally:
        setter(here, name, None)


def is_possible() -> bool:
    """Tell whether Python's SQLite can be reached: a call through it must be seen."""
    import sqlite3
    import tempfile
    from pathlib import Path

    if _vfs() is None:
        return False
    with tempfile.TemporaryDirectory() as folder, failing("open", 10**9, 5) as made:
        connection = sqlite3.connect(Path(folder) / "any.sqlite")
        connection.execute("CREATE TABLE any (x)")
        connection.close()
    return bool(made)
