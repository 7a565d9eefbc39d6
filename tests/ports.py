"""Ports for servers that are told their port, and start a while after it was found free."""

from __future__ import annotations

import itertools
import os
import socket

_EACH = 40  # ports for a process
_FIRST = 10_000 + os.getpid() * _EACH % 20_000
_NEXT = itertools.count()
_REFUSED = 10_080
"""A port of that range at which browsers open no page."""


def unused_port() -> int:
    """Return a port of this machine that nobody has.

    It is of a range that no other worker of the tests looks at, below the ports that systems give
    out by themselves. So it is still free when the server starts.
    """
    for number in _NEXT:
        port = _FIRST + number % _EACH
        with socket.socket() as probe:
            if port != _REFUSED and probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("never reached")
