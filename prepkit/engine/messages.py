"""Messages between the fork server, its children and the engine: JSON, preceded by its length."""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from collections.abc import Iterable
from typing import Any

CHILD, NO_CHILD = b"\0", b"\1"
"""The byte before the answer to a request to fork; a socket comes with the first one."""

_LENGTH = struct.Struct("!Q")
_PART = 1 << 20

Message = dict[str, Any]


def pack(message: Message) -> bytes:
    """Return a message as bytes; what isn't JSON is written the way Jupyter writes it.

    Raises
    ------
    ValueError
        If something in the message can't be written at all.
    """
    # Imported here, because the process that guards the fork server doesn't need ZeroMQ.
    from jupyter_client.jsonutil import json_clean
    from jupyter_client.session import json_packer

    try:
        data = json_packer(message)
    except UnicodeEncodeError:  # half a character (a lone surrogate), which Jupyter can't encode
        text = json.dumps(json_clean(message), ensure_ascii=False)
        data = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    return _LENGTH.pack(len(data)) + data


def send(connection: socket.socket, message: Message) -> None:
    """Send one message."""
    connection.sendall(pack(message))


def receive(connection: socket.socket, *, seconds: float | None = None) -> Message:
    """Return the next message.

    Parameters
    ----------
    seconds
        How long to wait for the whole message; None waits as long as the other side lives.

    Raises
    ------
    EOFError
        If the other side has ended, even in the middle of a message.
    TimeoutError
        If the whole message has not arrived in time.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    (length,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size, deadline))
    message: Message = json.loads(_exactly(connection, length, deadline).decode("utf-8", "replace"))
    return message


def readable(descriptors: Iterable[int], seconds: float | None = None) -> set[int]:
    """Return the descriptors that can be read, as soon as one can; none if the time is up."""
    # Not select, which can't handle descriptors above 1023.
    waiting = select.poll()
    for descriptor in descriptors:
        waiting.register(descriptor, select.POLLIN)
    return {one for one, _ in waiting.poll(None if seconds is None else seconds * 1000)}


def _exactly(connection: socket.socket, size: int, deadline: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        rest = None if deadline is None else max(0.0, deadline - time.monotonic())
        if not readable([connection.fileno()], rest):
            raise TimeoutError
        try:
            part = connection.recv(min(size - len(parts), _PART))
        except ConnectionError:
            part = b""
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
