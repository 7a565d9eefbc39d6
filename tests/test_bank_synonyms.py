"""synonyms.yaml of a bank is read whole, or one error names every problem in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from prepkit.bank.synonyms import Synonyms, read_synonyms
from prepkit.errors import BankError


def wrong_synonyms(folder: Path, text: str | bytes) -> str:
    content = text.encode() if isinstance(text, str) else text
    (folder / "synonyms.yaml").write_bytes(content)
    with pytest.raises(BankError) as caught:
        read_synonyms(folder)
    return str(caught.value).replace(str(folder), "bank")


def test_a_bank_needs_no_synonyms(tmp_path: Path) -> None:
    assert read_synonyms(tmp_path) == ()


def test_synonyms_are_read_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "synonyms.yaml").write_text(
        "- of: [dismissal]\n  words: [fired, let go]\n- of: [incident, loss]\n  words: [outage]\n"
    )
    assert read_synonyms(tmp_path) == (
        Synonyms(of=("dismissal",), words=("fired", "let go")),
        Synonyms(of=("incident", "loss"), words=("outage",)),
    )


def test_everything_wrong_with_synonyms_is_said_at_once(tmp_path: Path) -> None:
    text = (
        "- of: [dismissal]\n"
        "  word: [fired]\n"
        "- of: []\n"
        "  words: outage\n"
        "- fired\n"
        "- words:\n"
        "  - ' '\n"
        "  of: [incident]\n"
    )
    assert wrong_synonyms(tmp_path, text) == (
        "The question bank has 6 problems:\n"
        "  bank/synonyms.yaml:1: 'words: …' is missing\n"
        "  bank/synonyms.yaml:2: unknown key 'word'; did you mean 'words'?\n"
        "  bank/synonyms.yaml:3: of must be a list, such as [one, two]\n"
        "  bank/synonyms.yaml:4: words must be a list, such as [one, two]\n"
        "  bank/synonyms.yaml:5: this must be lines such as 'name: …'\n"
        "  bank/synonyms.yaml:7: 'words: …' has no text"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ":1: the file must be a list: begin each entry with '- of: …'"),
        ("of: [a]\n", ":1: the file must be a list: begin each entry with '- of: …'"),
        (
            "- of: [no]\n  words: [x]\n",
            ":1: YAML reads 'no' as true or false; write it in quotes: 'no'",
        ),
        (
            b"- of: [a]\n  words: [caf\xe9]\n",
            ":2: this is not UTF-8 text: save the file as UTF-8",
        ),
    ],
)
def test_a_file_that_is_no_list_of_synonyms_is_refused(
    tmp_path: Path, text: str | bytes, problem: str
) -> None:
    assert wrong_synonyms(tmp_path, text) == (
        f"The question bank has 1 problem:\n  bank/synonyms.yaml{problem}"
    )
