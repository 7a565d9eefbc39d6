"""What needs no notebook to be run of the engine: its messages, and which kernels it stands for."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.engine import limits
from prepkit.engine.limits import Budget
from prepkit.engine.messages import receive, send
from prepkit.engine.processes import ForkServer, NoForkError
from prepkit.engine.shell import merge_streams
from tests.kernel_specs import kernels, spec
from tests.platforms import needs_linux

pytestmark = needs_linux

SECONDS = 120
"""How long a test waits for what takes a fraction of a second."""


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        yield near, far


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text('aé😀\\"\n'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
)


@pytest.mark.long
@given(content=st.dictionaries(st.text("ab"), JSON))
def test_a_message_arrives_as_it_was_sent(content: dict[str, Any]) -> None:
    near, far = socket.socketpair()
    with near, far:
        send(near, content)
        send(near, {"next": 1})
        assert receive(far) == content
        assert receive(far, seconds=SECONDS) == {"next": 1}


def test_what_json_does_not_know_is_written_as_jupyter_writes_it(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    near, far = ends
    send(near, {"day": datetime(2025, 3, 1, tzinfo=UTC), "bytes": b"\x00\x01", "set": {1}})
    assert receive(far) == {"day": "2025-03-01T00:00:00Z", "bytes": "AAE=", "set": [1]}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\ud800b", "a\ufffdb"),
        ("\udc80", "\ufffd"),
        ("\ude00\ud83d é", "\ufffd\ufffd é"),
        ("\ud83d\ude00", "\N{GRINNING FACE}"),
    ],
)
def test_half_a_character_arrives_as_a_replacement(
    text: str, shown: str, ends: tuple[socket.socket, socket.socket]
) -> None:
    near, far = ends
    send(near, {"text": text + "\ud800"})  # one that Jupyter can't write at all
    assert receive(far) == {"text": shown + "\ufffd"}


def test_what_cannot_be_written_at_all_is_an_error(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    with pytest.raises(ValueError, match="Can't clean for JSON: <object object at"):
        send(ends[0], {"data": object()})


def test_an_end_in_the_middle_of_a_message_is_the_end(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    near, far = ends
    near.sendall(b"\0\0\0\0\0\0\0\x09{")
    near.close()
    with pytest.raises(EOFError):
        receive(far)


def test_half_a_message_does_not_stop_the_clock(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    near, far = ends
    near.sendall(b"\0\0\0\0\0\0\0\x09{")
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        receive(far, seconds=0.05)
    assert 0.05 <= time.monotonic() - began < SECONDS


def test_texts_of_one_stream_become_one_message_and_the_order_stays() -> None:
    event, other = threading.Event(), b"other"
    shown: list[tuple[str, str] | bytes | threading.Event] = [
        *(("stdout", "a"), ("stdout", "b"), ("stderr", "c"), other),
        *(("stderr", ""), event, other, ("stdout", "d")),
    ]

    def read(one: bytes | threading.Event) -> Any:
        if isinstance(one, threading.Event) or one == other:
            return one
        content = json.loads(one[8:])["content"]
        return content["name"], content["text"]

    assert [read(one) for one in merge_streams(shown)] == [
        *(("stdout", "ab"), ("stderr", "c"), other),
        *(event, other, ("stdout", "d")),
    ]


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_than_on_linux_nothing_is_forked(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(NoForkError) as caught:
        ForkServer()
    assert str(caught.value) == f"processes can't be forked safely on {platform}"


@pytest.mark.long
def test_a_kernel_is_known_as_this_python_by_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prepkit.engine import client  # which loads papermill

    here = Path(sys.executable)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / here.name).symlink_to(here)
    kernels(
        tmp_path,
        monkeypatch,
        mine=spec(sys.executable),
        link=spec(str(here.with_name(version))),
        short=spec("python"),
        elsewhere=spec(str(tmp_path / "elsewhere" / here.name)),
        debugged=spec(sys.executable, "-Xfrozen_modules=off"),
        options=spec(sys.executable, "-X", "utf8"),
        environment=spec(sys.executable, A="1"),
    )
    forked = []
    own = ["python3", "mine", "link", "short", "debugged"]
    for name in (*own, "elsewhere", "options", "environment", "no such kernel"):
        with contextlib.suppress(NoForkError):
            client.check_kernel(name)
            forked.append(name)
    assert forked == own


PRINTED = st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.text("ab", max_size=9)))


@given(PRINTED, st.integers(0, 30), st.integers(1, 9))
def test_of_what_a_cell_prints_the_beginning_and_the_end_are_kept(
    texts: list[tuple[str, str]], most: int, end: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "MOST_PRINTED", most)
        patch.setattr(limits, "END", end)
        budget = Budget()
        sent = [one for name, text in texts for one in budget.printed(name, text)]
        last = list(budget.end())
    whole = "".join(text for _, text in texts)
    shown = "".join(text for _, text in sent)
    rest = "".join(text for _, text in last)
    if len(whole) <= most:
        assert (shown, rest) == (whole, "")
        return
    note = f"\n[This cell has printed {most:,} characters. Of the rest, the end is kept.]\n"
    assert shown == whole[:most] + note
    gap, _, kept = rest.rpartition("]\n") if rest.startswith("[") else ("", "", rest)
    assert whole.endswith(kept)
    left_out = len(whole) - most - len(kept)
    assert gap == (f"[{left_out:,} characters are left out here." if left_out else "")
    assert len(kept) >= min(end, len(whole) - most)
    assert len(kept) < 2 * end + 1


def test_after_its_end_a_cell_is_counted_anew() -> None:
    budget = Budget()
    list(budget.printed("stdout", "x" * (limits.MOST_PRINTED + 1)))
    assert list(budget.end()) == [("stdout", "x")]
    assert list(budget.printed("stdout", "y")) == [("stdout", "y")]
    assert list(budget.end()) == []


def test_it_is_said_once_that_no_more_displays_are_kept() -> None:
    budget = Budget()
    assert list(budget.displayed(limits.MOST_DISPLAYED)) == []
    assert not budget.is_spent
    what = "[This cell has displayed 100 MB. What it displays further is left out.]\n"
    assert list(budget.displayed(1)) == [("stderr", what)]
    assert list(budget.displayed(1)) == []
    assert budget.is_spent
    budget.begin()
    assert not budget.is_spent
