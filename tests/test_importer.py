"""Importing pages makes a bank that loads, overwrites nothing, and says what it did."""

from __future__ import annotations

from pathlib import Path

import pytest

from prepkit.bank import load_bank
from prepkit.bank.importer.write import Imported, import_pages
from prepkit.errors import BankError, PrepkitError

PAGE = """\
🧭
Leading People · Q{number} of 10

{question}

Why This Is Asked

To see judgement.

Key Points to Cover

  • a
  • b
  • c
  • d

Common mistakes in answers

  • Saying we

Companies Known to Ask This

Company Variation / Focus
{companies}

Cookie Preferences
Always on
"""


def page(folder: Path, name: str, number: int = 1, question: str = "How did it go?",
         companies: str = "Amazon Scale") -> Path:  # fmt: skip
    path = folder / "pages" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(PAGE.format(number=number, question=question, companies=companies), "utf-8")
    return path


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "bank"


def one(path: Path, into: Path, category: str | None = None) -> Imported:
    """Import one page."""
    (done,) = import_pages([path], into, category=category)
    return done


def test_an_imported_page_is_a_bank_that_loads(tmp_path: Path, into: Path) -> None:
    done = one(page(tmp_path, "a.txt"), into)
    bank = load_bank(into)
    assert done.written == into / "questions/leading-people/01-how-did-it-go.md"
    entry = bank["leading-people/01"]
    assert (entry.category.title, entry.category.icon) == ("Leading People", "🧭")
    assert entry.asks[0].focus == "Scale"
    assert entry.question.notes == "### Common mistakes in answers\n\n• Saying we"


def test_what_was_done_is_said(tmp_path: Path, into: Path) -> None:
    source = page(tmp_path, "a.txt", number=3)
    assert str(one(source, into)) == "\n".join(
        [
            f"Written: {into / 'questions/leading-people/03-how-did-it-go.md'} (from {source})",
            "  Moved to Notes: 'Common mistakes in answers': • Saying we",
            "  Left out: the cookie dialog: Cookie Preferences / Always on",
            "  Note: added to companies.yaml, without published values: Amazon",
            "  Note: added 'leading-people' to categories.yaml; please check its description",
            "  Note: the bank can't be loaded until leading-people also has 01 and 02 (numbers must"
            " have no gap)",
            "  Still to write: '## Follow-up questions'",
            "  Still to write: '## By level'",
            "  Still to write: '## Tips'",
            "  Still to write: '## Example answer'",
        ]
    )


def test_the_same_page_is_imported_once(tmp_path: Path, into: Path) -> None:
    source = page(tmp_path, "a.txt")
    written = one(source, into).written
    assert written is not None
    before = written.read_bytes()
    again = one(source, into)
    assert str(again) == f"Skipped: {source}: the bank already has this question, in {written}"
    assert written.read_bytes() == before
    assert len(load_bank(into)) == 1


def test_a_number_that_is_taken_becomes_the_next_free_one(tmp_path: Path, into: Path) -> None:
    one(page(tmp_path, "a.txt"), into)
    done = one(page(tmp_path, "b.txt", question="And then?"), into)
    assert done.written == into / "questions/leading-people/02-and-then.md"
    assert done.notices == ("number 1 is already taken here, so the question became 02",)
    assert len(load_bank(into)) == 2


def test_a_folder_of_pages_is_imported_and_a_bad_one_stops_no_other(
    tmp_path: Path, into: Path
) -> None:
    page(tmp_path, "a.txt")
    page(tmp_path, "c.md", number=2, question="And then?")
    (tmp_path / "pages/b.txt").write_text("Shopping", "utf-8")
    (tmp_path / "pages/d.txt").write_bytes(b"caf\xe9")
    (tmp_path / "pages/picture.png").write_bytes(b"")
    done = import_pages([tmp_path / "pages", tmp_path / "none.md"], into)
    assert [bool(one.written) for one in done] == [True, False, True, False, False]
    assert [str(one) for one in done if one.error] == [
        f"Not imported: {tmp_path / 'pages/b.txt'}: no question found; a question page has the"
        " headings 'Why this is asked' and 'Key points to cover'",
        f"Not imported: {tmp_path / 'pages/d.txt'}:1: this is not UTF-8 text: save the file as"
        " UTF-8",
        f"Not imported: {tmp_path / 'none.md'}: no such file",
    ]
    assert len(load_bank(into)) == 2


def test_lists_that_are_there_are_added_to(tmp_path: Path, into: Path) -> None:
    into.mkdir()
    companies = "# mine\n\n- name: Amazon\n  note: known"
    (into / "companies.yaml").write_text(companies, "utf-8")
    one(page(tmp_path, "a.txt", companies="amazon Scale\nNo: risk\nNO: cost"), into)
    text = (into / "companies.yaml").read_text("utf-8")
    assert text == f"{companies}\n- name: 'No'\n"
    assert list(load_bank(into).asks["company"]) == ["Amazon", "No", "No"]


def test_a_value_that_is_not_known_goes_into_the_focus(tmp_path: Path, into: Path) -> None:
    table = "| Company | Value | Focus |\n| --- | --- | --- |\n| Amazon | Thrift | cost |"
    source = page(tmp_path, "a.md")
    text = source.read_text("utf-8").replace("Company Variation / Focus\nAmazon Scale", table)
    source.write_text(text, "utf-8")
    done = one(source, into)
    assert done.notices[0] == (
        "companies.yaml has no value 'Thrift' for Amazon, so it was put into the focus"
    )
    assert list(load_bank(into).asks["focus"]) == ["Thrift: cost"]


def test_the_category_can_be_given(tmp_path: Path, into: Path) -> None:
    done = one(page(tmp_path, "a.txt"), into, category="delivery")
    assert done.written == into / "questions/delivery/01-how-did-it-go.md"
    assert load_bank(into).categories[0].title == "Delivery"


def test_a_page_without_a_category_asks_for_one(tmp_path: Path, into: Path) -> None:
    source = page(tmp_path, "a.txt")
    source.write_text(source.read_text("utf-8").replace("Leading People · ", ""), "utf-8")
    assert one(source, into).error == (
        f"{source}: the page doesn't name its category; add one, such as"
        " --category technical-leadership"
    )
    assert not into.exists()


def test_a_category_that_is_no_slug_is_refused(tmp_path: Path, into: Path) -> None:
    with pytest.raises(PrepkitError) as caught:
        import_pages([page(tmp_path, "a.txt")], into, category="Leading People")
    assert str(caught.value) == (
        "the category 'Leading People' must be lowercase letters, digits and single hyphens,"
        " such as 'leading-people'"
    )


def test_a_bank_whose_lists_are_wrong_is_left_alone(tmp_path: Path, into: Path) -> None:
    into.mkdir()
    (into / "companies.yaml").write_text("- nome: x\n", "utf-8")
    with pytest.raises(BankError):
        import_pages([page(tmp_path, "a.txt")], into)
    assert [path.name for path in into.iterdir()] == ["companies.yaml"]


def test_a_list_that_nothing_can_be_added_to_is_left_alone(tmp_path: Path, into: Path) -> None:
    into.mkdir()
    flow = into / "companies.yaml"
    flow.write_text("[{name: Uber}]\n", "utf-8")
    done = one(page(tmp_path, "a.txt"), into)
    assert done.error == (
        f"{flow}: prepkit can't add to the end of this list; add it by hand: - name: Amazon"
    )
    assert [path.name for path in into.rglob("*")] == ["companies.yaml"]


def test_a_failed_write_leaves_nothing_behind(
    tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one(page(tmp_path, "a.txt"), into)
    before = {path: path.read_bytes() for path in into.rglob("*") if path.is_file()}

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device", "disk")

    monkeypatch.setattr("os.fsync", full)
    source = page(tmp_path, "b.txt", number=2, question="And then?", companies="Uber Speed")
    assert one(source, into).error == "disk: No space left on device"
    assert {path: path.read_bytes() for path in into.rglob("*") if path.is_file()} == before


def test_a_page_saved_as_unicode_by_windows_is_read(tmp_path: Path, into: Path) -> None:
    source = page(tmp_path, "a.txt")
    source.write_bytes(source.read_text("utf-8").replace("\n", "\r\n").encode("utf-16"))
    assert one(source, into).written is not None
