"""The mock interview in a notebook: bytes go beside messages, and nothing private is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import prepkit as pk
from prepkit.bank import load_bank
from tests.test_attempts import SENT
from tests.test_mock_host import QUESTION, SOUND, TAKE

BANK = load_bank()
ABOUT = {"take": TAKE, "question": QUESTION, "mime": "audio/webm", "view": "v1", "seq": 1}


@pytest.fixture
def mock(tmp_path: Path) -> pk.MockInterview:
    return pk.MockInterview(BANK, pk.AnswerStore(tmp_path / "answers.sqlite"))


def sent(mock: pk.MockInterview, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any]]:
    """Return what goes to the browser from now on: messages with their buffers."""
    found: list[tuple[Any, Any]] = []
    monkeypatch.setattr(mock, "send", lambda message, buffers: found.append((message, buffers)))
    return found


def test_bytes_come_in_beside_a_message_and_go_out_beside_its_answer(
    mock: pk.MockInterview, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = sent(mock, monkeypatch)
    piece = memoryview(SOUND[:1000])
    mock._on_message(mock, {"type": "chunk", "n": 0, "at": 0, "size": 1000, **ABOUT}, [piece])
    mock._on_message(mock, {"type": "play", **ABOUT}, None)
    (written, none), (audio, buffers) = found
    assert (written["type"], written["size"], none) == ("written", 1000, None)
    assert (audio["type"], buffers) == ("audio", [SOUND[:1000]])
    json.dumps(audio)


def test_a_message_without_bytes_needs_no_browser(mock: pk.MockInterview) -> None:
    (offer,) = mock.handle({"type": "offer", "view": "v1", "seq": 1})
    assert offer["rounds"]


def test_a_page_where_no_widget_runs_says_what_it_is_and_nothing_private(
    mock: pk.MockInterview,
) -> None:
    mock.handle(SENT)
    bundle = mock._repr_mimebundle_()
    assert bundle is not None
    data, _ = bundle
    assert data["text/plain"].startswith("A mock interview asks one question at a time, ")
    assert "\n- Cases: What you would do if something happened." in data["text/plain"]
    assert "<li>Cases: What you would do if something happened.</li>" in data["text/html"]
    state = {name: value for name, value in mock.get_state().items() if name[0] != "_"}
    told = json.dumps([data, state], default=str)
    for private in (SENT["session"], SENT["take"], *SENT["ticked"]):  # type: ignore[misc]
        assert private not in told
