"""A bank is loaded whole, into frames with proper types, or one error names every problem."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from prepkit.bank import UnknownQuestionError, load_bank
from prepkit.errors import BankError
from prepkit.forms import FORMS
from prepkit.records import LEVELS, SourcedAsk
from tests.platforms import needs_links, refusal

KINDS_FOLDER = Path(__file__).parent / "data" / "kinds"
"""A bank with one question of each kind."""

CATEGORIES = """\
- slug: leading-people
  title: Leading people
  icon: 🧭
  description: People.
- slug: delivery
  title: Delivery
  icon: 🚚
  description: Work.
"""

COMPANIES = """\
# checked by hand
- name: Amazon
  values:
    - name: Dive Deep
      source_url: https://example.org/principles
      source_kind: owner
      checked: 2026-01-31
      used_in_interviews: stated
    - name: Old Value
      source_url: https://example.org/old
      source_kind: press
      checked: 2025-12-01
      superseded_by: Dive Deep
      used_in_interviews: unknown
- name: Shopify
  note: Values unconfirmed.
"""

QUESTION = """\
---
category: {category}
tags: [one, two]
---
# {text}

## Why this is asked

Because.

## Key points to cover

- a
- b
- c
- d
"""

LONG = """
## Follow-up questions

- x
- y
- z

## By level

- **senior engineer**: S
- **engineering manager**: E
- **senior manager**: M
- **director**: D

## Tips

- t
- u

## Example answer

### Situation

es

### Task

et

### Action

ea

### Result

er

## Companies

| Company | Value | Focus |
| --- | --- | --- |
| Amazon | Dive Deep | causes |
| Amazon | Old Value | history |
| Shopify | \N{EN DASH} | life story |
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a bank of two categories and three questions."""
    write(tmp_path, "categories.yaml", CATEGORIES)
    write(tmp_path, "companies.yaml", COMPANIES)
    for name, category, text, more in [
        ("01-first", "delivery", "Third?", ""),
        ("01-first", "leading-people", "First?", LONG),
        ("02-second", "leading-people", "Second?", ""),
    ]:
        question = QUESTION.format(category=category, text=text) + more
        write(tmp_path, f"questions/{category}/{name}.md", question)
    return tmp_path


def problems(folder: Path) -> list[str]:
    """Return the problems of a bank, with paths from its folder."""
    with pytest.raises(BankError) as caught:
        load_bank(folder)
    head, *lines = str(caught.value).split("\n")
    assert head.startswith("The question bank has ")
    return [
        line.strip().replace(f"{folder}{os.sep}", "").replace(str(folder), ".").replace(os.sep, "/")
        for line in lines
    ]


def test_questions_come_in_the_order_of_categories_and_numbers(folder: Path) -> None:
    bank = load_bank(folder)
    assert list(bank) == ["leading-people/01", "leading-people/02", "delivery/01"]
    assert len(bank) == 3
    assert "delivery/01" in bank
    assert [category.slug for category in bank.categories] == ["leading-people", "delivery"]
    assert list(bank.questions.index) == list(bank)


def test_the_frame_of_questions_has_its_columns_and_types(folder: Path) -> None:
    frame = load_bank(folder).questions
    assert frame.index.name == "question"
    first = frame.loc["leading-people/01"]
    assert first["tags"] == ("one", "two")
    assert (first["number"], first["of"]) == (1, 2)
    assert (first["category_title"], first["icon"]) == ("Leading people", "🧭")
    assert first["kind"] == "past-event"
    types = {name: str(kind) for name, kind in frame.dtypes.items()}
    texts = ["category_title", "icon", "text", "why", "notes"]
    assert {types[name] for name in texts} == {"str"}
    assert (types["category"], types["kind"]) == ("category", "category")
    assert (types["number"], types["of"]) == ("int64", "int64")


def test_the_parts_are_a_frame_of_prompts_and_examples(folder: Path) -> None:
    parts = load_bank(folder).parts
    assert list(parts.columns) == ["question", "part", "title", "prompt", "example"]
    assert len(parts) == 3 * 4
    first = parts[parts["question"] == "leading-people/01"]
    assert list(first["part"]) == ["situation", "task", "action", "result"]
    assert list(first["title"]) == ["Situation", "Task", "Action", "Result"]
    assert list(first["prompt"]) == [part.prompt for part in FORMS["past-event"].parts]
    assert list(first["example"]) == ["es", "et", "ea", "er"]
    assert parts.groupby("question")["example"].count().tolist() == [0, 4, 0]
    assert {str(kind) for kind in parts.dtypes} == {"str"}


def test_the_parts_are_those_of_each_question_s_kind() -> None:
    bank = load_bank(KINDS_FOLDER)
    found = bank.parts.groupby("question", sort=False)["part"].apply(tuple)
    assert found.to_dict() == {key: FORMS[bank[key].question.kind].names for key in bank}
    assert set(bank.questions["kind"]) == set(FORMS)
    assert bank.parts["example"].notna().all()


def test_an_entry_s_parts_have_the_question_s_own_prompts() -> None:
    entry = load_bank(KINDS_FOLDER)["openers/02"]
    assert [(part.name, part.words) for part in entry.parts] == [
        (part.name, part.words) for part in FORMS["motivation"].parts
    ]
    assert entry.parts[1].prompt == "What have you done that shows you mean it?"


def test_the_lists_are_frames_with_positions(folder: Path) -> None:
    bank = load_bank(folder)
    assert len(bank.key_points) == 12
    assert bank.follow_ups.to_dict("list") == {
        "question": ["leading-people/01"] * 3,
        "position": [1, 2, 3],
        "text": ["x", "y", "z"],
    }
    assert list(bank.tips["text"]) == ["t", "u"]
    assert bank.items.iloc[6].to_dict() == {
        "question": "leading-people/01",
        "section": "follow_ups",
        "position": 3,
        "text": "z",
    }
    assert len(bank.items) == len(bank.key_points) + len(bank.follow_ups) + len(bank.tips)


def test_levels_are_ordered(folder: Path) -> None:
    levels = load_bank(folder).levels
    assert list(levels["level"]) == [level for level in LEVELS if level != "staff engineer"]
    assert levels["level"].max() == "director"


def test_other_wordings_are_items_and_ratings_are_a_frame_of_their_own() -> None:
    bank = load_bank(KINDS_FOLDER)
    wordings = bank.items[bank.items["section"] == "also_asked"]
    assert list(wordings["text"]) == ["Why us?", "What do you know about this company?"]
    (rating,) = bank.ratings.to_dict("records")
    assert (rating["question"], rating["score"], rating["example_score"]) == ("openers/02", 2, 4)
    assert rating["reason"].startswith("Every sentence would fit any company")
    assert rating["example_reason"].startswith("The reason is particular and proved")


def test_companies_have_a_row_a_value_and_one_without_values(folder: Path) -> None:
    companies = load_bank(folder).companies
    assert list(companies["company"]) == ["Amazon", "Amazon", "Shopify"]
    assert companies["checked"].dt.date.tolist()[:2] == [date(2026, 1, 31), date(2025, 12, 1)]
    assert companies["value"].isna().tolist() == [False, False, True]
    assert companies["checked"].isna().tolist() == [False, False, True]
    assert companies.loc[1, "superseded_by"] == "Dive Deep"
    assert companies.loc[2, "note"] == "Values unconfirmed."


def test_asks_say_what_they_rest_on(folder: Path) -> None:
    asks = load_bank(folder).asks
    assert list(asks["basis"]) == ["stated", "published value", "inferred"]
    assert asks["checked"].isna().tolist() == [False, False, True]
    assert asks["source_url"].isna().tolist() == [False, False, True]
    assert asks["value"].isna().tolist() == [False, False, True]


def test_a_bank_without_asks_has_frames_of_the_same_types(folder: Path, tmp_path: Path) -> None:
    full = load_bank(folder)
    poor = tmp_path / "poor"
    write(poor, "categories.yaml", CATEGORIES.split("- slug: delivery")[0])
    write(poor, "companies.yaml", "[]\n")
    question = QUESTION.format(category="leading-people", text="?")
    write(poor, "questions/leading-people/01-a.md", question)
    bare = load_bank(poor)
    lists = ("items", "key_points", "tips", "follow_ups", "levels")
    names = ("parts", *lists, "ratings", "companies", "asks")
    for name in names:
        assert getattr(bare, name).dtypes.to_dict() == getattr(full, name).dtypes.to_dict(), name
    assert len(bare.asks) == len(bare.companies) == len(bare.tips) == 0
    types = full.questions.dtypes.drop("category")  # which knows the categories of its bank
    assert bare.questions.dtypes.drop("category").to_dict() == types.to_dict()


def test_an_entry_knows_its_neighbours_and_asks(folder: Path) -> None:
    bank = load_bank(folder)
    entry = bank["leading-people/02"]
    assert (entry.id, entry.of, entry.category.title) == ("leading-people/02", 2, "Leading people")
    assert entry.parts == FORMS["past-event"].parts
    assert entry.previous is not None
    assert entry.next is not None
    assert (entry.previous.id, entry.next.id) == ("leading-people/01", "delivery/01")
    assert entry.next.next is None
    assert entry.previous.previous is None
    url, checked = "https://example.org/principles", date(2026, 1, 31)
    assert entry.previous.asks[::2] == (
        SourcedAsk(
            company="Amazon",
            value="Dive Deep",
            focus="causes",
            basis="stated",
            source_url=url,
            source_kind="owner",
            checked=checked,
        ),
        SourcedAsk(company="Shopify", focus="life story", basis="inferred"),
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("delivery/1", "no question 'delivery/1'; did you mean 'delivery/01'?"),
        ("zzz", "no question 'zzz'; ids look like 'leading-people/01'"),
    ],
)
def test_an_unknown_id_names_the_nearest(folder: Path, wrong: str, message: str) -> None:
    with pytest.raises(UnknownQuestionError) as caught:
        load_bank(folder)[wrong]
    assert str(caught.value) == message
    assert isinstance(caught.value, KeyError)


def test_loading_again_reads_nothing_until_a_file_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_bank(folder)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", None)
        assert load_bank(folder)["delivery/01"].question is first["delivery/01"].question
    path = folder / "questions/delivery/01-first.md"
    path.write_text(path.read_text("utf-8").replace("Third?", "Changed?"), "utf-8")
    assert load_bank(folder)["delivery/01"].question.text == "Changed?"
    assert first["delivery/01"].question.text == "Third?"


def test_only_the_files_that_changed_are_parsed_again(folder: Path) -> None:
    first = load_bank(folder)
    path = folder / "questions/delivery/01-first.md"
    path.write_text(path.read_text("utf-8").replace("Third?", "Changed?"), "utf-8")
    again = load_bank(folder)
    assert again["delivery/01"].question.text == "Changed?"
    for same in ("leading-people/01", "leading-people/02"):
        assert again[same].question is first[same].question


def test_a_file_under_another_number_is_another_question(folder: Path) -> None:
    first = load_bank(folder)
    moved = folder / "questions/delivery/01-first.md"
    write(folder, "questions/delivery/02-second.md", moved.read_text("utf-8"))
    again = load_bank(folder)
    assert again["delivery/01"].question is first["delivery/01"].question
    assert again["delivery/02"].question.number == 2


def test_a_problem_of_a_file_that_did_not_change_has_its_line_too(folder: Path) -> None:
    load_bank(folder)
    path = folder / "companies.yaml"
    path.write_text(path.read_text("utf-8").replace("name: Shopify", "name: Elsewhere"), "utf-8")
    text = (folder / "questions/leading-people/01-first.md").read_text("utf-8")
    line = text.split("\n").index(next(row for row in text.split("\n") if "| Shopify" in row)) + 1
    assert problems(folder) == [
        f"questions/leading-people/01-first.md:{line}: companies.yaml has no company 'Shopify'"
    ]


@needs_links
def test_an_editor_s_lock_hides_no_change(folder: Path) -> None:
    for name in ("leading-people", "delivery"):
        (folder / "questions" / name / ".#01-first.md").symlink_to("nobody@nowhere")
    load_bank(folder)
    for path in sorted(folder.glob("questions/*/0*.md")):
        path.write_text(path.read_text("utf-8").replace("Because.", "Changed."), "utf-8")
        assert load_bank(folder).questions["why"].eq("Changed.").any()
        path.write_text(path.read_text("utf-8").replace("Changed.", "Because."), "utf-8")
        assert not load_bank(folder).questions["why"].eq("Changed.").any()


def test_changing_a_frame_changes_no_other_bank(folder: Path) -> None:
    mine = load_bank(folder)
    mine.questions.loc["delivery/01", "text"] = "spoilt"
    mine.questions["new"] = 1
    mine.asks.loc[:, "focus"] = "spoilt"
    mine.asks.index.name = "spoilt"
    other = load_bank(folder)
    assert other.questions.loc["delivery/01", "text"] == "Third?"
    assert "new" not in other.questions
    assert list(other.asks["focus"]) == ["causes", "history", "life story"]
    assert other.asks.index.name is None


def test_a_byte_order_mark_is_read_over(folder: Path) -> None:
    path = folder / "questions/delivery/01-first.md"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(load_bank(folder)) == 3


def test_hidden_files_are_no_questions(folder: Path) -> None:
    write(folder, "questions/.DS_Store", "")
    write(folder, "questions/delivery/.ipynb_checkpoints/01-first.md", "")
    assert len(load_bank(folder)) == 3


def test_every_problem_of_every_file_comes_in_one_error(folder: Path) -> None:
    question = folder / "questions/leading-people/01-first.md"
    text = (
        question.read_text("utf-8").replace("## Tips", "## Tip").replace("Dive Deep", "Deep Dive")
    )
    question.write_text(text, "utf-8")
    write(folder, "companies.yaml", COMPANIES.replace("owner", "rumour"))
    write(folder, "questions/delivery/notes.txt", "")
    assert problems(folder) == [
        "companies.yaml:6: source_kind must be 'owner', 'second-hand', 'press',"
        " 'candidate report' or 'coach', not 'rumour'",
        "questions/delivery/notes.txt: a question file's name must be two digits (from 01), a"
        " hyphen, lowercase words joined by hyphens, and .md, such as '06-scaling-a-system.md'",
        "questions/leading-people/01-first.md:31: unknown heading '## Tip';"
        " did you mean '## Tips'?",
    ]


def wrong(name: str, old: str, new: str, *expected: str) -> object:
    return pytest.param(name, old, new, list(expected), id=expected[0])


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        wrong(
            "companies.yaml",
            "name: Amazon",
            "nmae: Amazon",
            "2: 'name: …' is missing",
            "2: unknown key 'nmae'; did you mean 'name'?",
        ),
        wrong(
            "companies.yaml",
            "https://example.org/old",
            "example.org",
            "10: source_url must be a full address that starts with 'https://', not 'example.org'",
        ),
        wrong(
            "companies.yaml",
            "2025-12-01",
            "last year",
            "12: checked must be a date such as 2026-01-31, not 'last year'",
        ),
        wrong(
            "companies.yaml",
            "stated",
            "no",
            "8: YAML reads 'no' as true or false; write it in quotes: 'no'",
        ),
        wrong(
            "companies.yaml",
            "name: Old Value",
            "name: Dive Deep",
            "2: two values have the same name",
        ),
        wrong(
            "companies.yaml",
            "name: Shopify",
            "name: amazon",
            "15: the name 'amazon' appears twice; keep one",
        ),
        wrong(
            "companies.yaml",
            "- name: Shopify\n  note",
            "- Shopify: x\n   note",
            "16: this isn't valid YAML: mapping values are not allowed in this context",
        ),
        wrong(
            "companies.yaml",
            COMPANIES,
            "name: x\n",
            "1: the file must be a list: begin each entry with '- name: …'",
        ),
        wrong(
            "companies.yaml",
            "- name: Shopify\n  note: Values unconfirmed.",
            "- Shopify",
            "15: this must be lines such as 'name: …'",
        ),
        wrong(
            "categories.yaml",
            "slug: delivery",
            "slug: Delivery",
            "5: slug must be made of lowercase letters, digits and single hyphens, not 'Delivery'",
        ),
        wrong("categories.yaml", "icon: 🚚", "icon:", "7: 'icon: …' has no text"),
        wrong(
            "categories.yaml",
            "description: Work.",
            "description: Work.\n- slug: planning\n  title: P\n  icon: p\n  description: P",
            "9: the category 'planning' has no questions: there is no folder questions/planning",
        ),
    ],
)
def test_problems_of_the_lists_have_their_lines(
    folder: Path, name: str, old: str, new: str, expected: list[str]
) -> None:
    text = CATEGORIES if name == "categories.yaml" else COMPANIES
    assert text.count(old) == 1
    write(folder, name, text.replace(old, new))
    assert problems(folder) == [f"{name}:{problem}" for problem in expected]


def test_an_empty_note_of_a_company_is_no_note(folder: Path) -> None:
    write(folder, "companies.yaml", COMPANIES.replace("note: Values unconfirmed.", "note:"))
    assert load_bank(folder).companies["note"].isna().all()


def test_a_folder_without_an_entry_names_the_nearest(folder: Path) -> None:
    write(folder, "categories.yaml", CATEGORIES.replace("slug: delivery", "slug: deliveries"))
    assert problems(folder) == [
        "categories.yaml:5: the category 'deliveries' has no questions: there is no folder"
        " questions/deliveries",
        "questions/delivery: categories.yaml has no category 'delivery'; did you mean"
        " 'deliveries'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "| Amazon | Dive Deep",
            "| Amazn | Dive Deep",
            "58: companies.yaml has no company 'Amazn'; did you mean 'Amazon'?",
        ),
        (
            "| Dive Deep",
            "| Deep dive",
            "58: companies.yaml has no value 'Deep dive' for Amazon; did you mean 'Dive Deep'?",
        ),
        (
            "| Old Value",
            "| Thrift",
            "59: companies.yaml has no value 'Thrift' for Amazon;"
            " its values are 'Dive Deep' and 'Old Value'",
        ),
        (
            "| Shopify | \N{EN DASH}",
            "| Shopify | Thrift",
            "60: companies.yaml has no value 'Thrift' for Shopify; it lists none",
        ),
    ],
)
def test_a_company_or_value_that_is_not_known_has_the_line_of_its_row(
    folder: Path, old: str, new: str, message: str
) -> None:
    path = folder / "questions/leading-people/01-first.md"
    text = path.read_text("utf-8").replace(old, new)
    path.write_text(text, "utf-8")
    assert problems(folder) == [f"questions/leading-people/01-first.md:{message}"]
    assert new.strip("| ").split(" ")[0] in text.split("\n")[int(message[:2]) - 1]


def test_numbers_must_be_unique_and_without_a_gap(folder: Path) -> None:
    text = QUESTION.format(category="delivery", text="?")
    write(folder, "questions/delivery/01-second.md", text)
    write(folder, "questions/delivery/04-fourth.md", text)
    write(folder, "questions/delivery/00-none.md", text)
    assert problems(folder) == [
        "questions/delivery: the numbers have a gap: there is no 02 or 03 before 04",
        "questions/delivery/00-none.md: a question file's name must be two digits (from 01),"
        " a hyphen, lowercase words joined by hyphens, and .md, such as '06-scaling-a-system.md'",
        "questions/delivery/01-second.md: the number 01 is already used by '01-first.md'",
    ]


def test_files_in_wrong_places_are_named(folder: Path) -> None:
    write(folder, "questions/readme.md", "")
    (folder / "questions/empty").mkdir()
    (folder / "questions/delivery/05-folder.md").mkdir()
    found = problems(folder)
    assert "questions/readme.md: this file must be in the folder of a category" in found
    assert "questions/empty: categories.yaml has no category 'empty'" in found
    assert "questions/empty: this category has no questions" in found
    reason = refusal((folder / "questions/delivery/05-folder.md").read_bytes)
    assert f"questions/delivery/05-folder.md: it can't be read: {reason}" in found


def test_a_file_that_is_not_utf8_is_named_with_its_line(folder: Path) -> None:
    path = folder / "questions/delivery/01-first.md"
    path.write_bytes(path.read_bytes().replace(b"Because.", b"Bec\xe4use."))
    assert problems(folder) == [
        "questions/delivery/01-first.md:9: this is not UTF-8 text: save the file as UTF-8"
    ]


def test_a_folder_that_is_no_bank_is_refused(tmp_path: Path) -> None:
    needed = "a question bank has questions/, categories.yaml and companies.yaml"
    assert problems(tmp_path) == [f".: it has no folder 'questions'; {needed}"]
    missing = tmp_path / "missing"
    assert problems(missing) == [f".: no such folder; {needed}"]
    (tmp_path / "questions").mkdir()
    assert problems(tmp_path) == ["categories.yaml: no such file", "companies.yaml: no such file"]


def test_the_bank_that_ships_loads() -> None:
    bank = load_bank()
    assert bank["technical-leadership/06"].question.asks
