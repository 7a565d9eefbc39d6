"""What is documented of companies' interviews, rounds and rules on AI: loaded, checked, sourced."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from prepkit.bank import Bank, load_bank
from prepkit.bank.loader import read_folder
from prepkit.checks.sources import source_problems
from prepkit.errors import BankError
from prepkit.provenance import SOURCE_KINDS, SourceKind, source_host, source_label
from prepkit.records import AiRule, Round
from tests.site_samples import write_bank

COMPANIES = """\
- name: Acme & Sons
  values:
    - name: Own it
      source_url: https://acme.example/values
      source_kind: second-hand
      checked: 2026-01-31
      used_in_interviews: unknown
  rounds:
    - name: Phone screen
      minutes: 45
      source_url: https://acme.example/interviews
      source_kind: owner
      checked: 2026-01-31
    - name: People management
      about: engineering manager
      minutes: 45-60
      scored: how you grow people
      decides: The hiring manager decides alone
      source_url: https://www.coach.example/acme
      source_kind: coach
      checked: 2026-01-30
      dated: 2024-11
  ai_rule:
    rule: Notes are fine, answers from a model are not
    source_url: https://news.example/acme
    source_kind: press
    checked: 2026-01-29
    dated: 2024
- name: Bolt
  note: It has published no values.
- name: Tax Office
  region: United Kingdom
  note: It has published no values.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a bank with a company, another without anything known, and a public body."""
    folder = write_bank(tmp_path)
    (folder / "companies.yaml").write_text(COMPANIES, "utf-8")
    return folder


@pytest.fixture
def bank(folder: Path) -> Bank:
    return load_bank(folder)


def test_rounds_are_a_frame_in_the_order_of_the_interview(bank: Bank) -> None:
    columns = "company order name about minutes_min minutes_max scored decides source_url"
    assert list(bank.rounds) == [*columns.split(), "source_kind", "checked", "dated"]
    screen, management = bank.rounds.to_dict("records")
    assert list(management.values()) == [
        "Acme & Sons",
        2,
        "People management",
        "engineering manager",
        45,
        60,
        "how you grow people",
        "The hiring manager decides alone",
        "https://www.coach.example/acme",
        "coach",
        pd.Timestamp(2026, 1, 30),
        "2024-11",
    ]
    assert (screen["order"], screen["minutes_min"], screen["minutes_max"]) == (1, 45, 45)
    unknown = ["about", "scored", "decides", "dated"]
    assert bank.rounds.loc[0, unknown].isna().all()


def test_the_frame_of_companies_has_region_and_rule_on_ai(bank: Bank) -> None:
    companies = bank.companies.set_index("company")
    assert list(companies)[-7:] == [
        "note",
        "region",
        "ai_rule",
        "ai_rule_source_url",
        "ai_rule_source_kind",
        "ai_rule_checked",
        "ai_rule_dated",
    ]
    assert list(companies.loc["Acme & Sons"].iloc[-5:]) == [
        "Notes are fine, answers from a model are not",
        "https://news.example/acme",
        "press",
        pd.Timestamp(2026, 1, 29),
        "2024",
    ]
    assert companies.loc["Tax Office", "region"] == "United Kingdom"
    assert companies.loc["Bolt"].isna().sum() == len(list(companies)) - 1


def test_frames_of_rounds_have_the_same_types_without_any(bank: Bank, tmp_path: Path) -> None:
    bare = load_bank(write_bank(tmp_path / "bare"))
    assert len(bare.rounds) == 0
    assert bare.rounds.dtypes.to_dict() == bank.rounds.dtypes.to_dict()
    assert bare.companies.dtypes.to_dict() == bank.companies.dtypes.to_dict()


def test_a_record_of_a_round_keeps_least_and_most_minutes(bank: Bank) -> None:
    screen, management = bank.company_records[0].rounds
    assert (screen.minutes, management.minutes) == ((45, 45), (45, 60))
    assert Round.model_validate(management.model_dump()) == management


@pytest.mark.parametrize("written", ["45-60", "45 - 60", "45–60", "'45-60'"])  # noqa: RUF001
def test_a_range_of_minutes_is_read_as_people_write_it(folder: Path, written: str) -> None:
    (folder / "companies.yaml").write_text(
        COMPANIES.replace("minutes: 45-60", f"minutes: {written}"), "utf-8"
    )
    assert load_bank(folder).company_records[0].rounds[1].minutes == (45, 60)


KINDS = "'owner', 'second-hand', 'press', 'candidate report' or 'coach'"
NOT_MINUTES = "minutes must be a number such as 45, or a range such as 45-60, not"
NOT_DATED = "dated must be a year, a month such as 2024-11 or a day such as 2024-11-19, not"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("minutes: 45-60", "minutes: an hour", f"16: {NOT_MINUTES} 'an hour'"),
        ("minutes: 45-60", "minutes: 45.5", f"16: {NOT_MINUTES} '45.5'"),
        ("minutes: 45-60", "minutes: 0", f"16: {NOT_MINUTES} '0'"),
        ("minutes: 45-60", "minutes: 1:00", f"16: {NOT_MINUTES} '1:00'"),
        (
            "minutes: 45-60",
            "minutes: 60-45",
            "16: the range of minutes '60-45' is the wrong way round; write 45-60",
        ),
        (
            "source_kind: coach",
            "source_kind: candidate-report",
            f"20: source_kind must be {KINDS}, not 'candidate-report';"
            " did you mean 'candidate report'?",
        ),
        (
            "source_kind: coach",
            "source_kind: rumour",
            f"20: source_kind must be {KINDS}, not 'rumour'",
        ),
        ("      source_kind: coach\n", "", "14: 'source_kind: …' is missing"),
        (
            "      source_url: https://www.coach.example/acme\n",
            "",
            "14: 'source_url: …' is missing",
        ),
        ("      checked: 2026-01-30\n", "", "14: 'checked: …' is missing"),
        ("    source_url: https://news.example/acme\n", "", "23: 'source_url: …' is missing"),
        ("dated: 2024-11", "dated: Nov 2024", f"22: {NOT_DATED} 'Nov 2024'"),
        ("dated: 2024-11", "dated: 2024-13", f"22: {NOT_DATED} '2024-13'"),
        ("minutes: 45-60", "minuts: 45-60", "16: unknown key 'minuts'; did you mean 'minutes'?"),
        (
            "about: engineering manager",
            "about: 45",
            "15: YAML reads '45' as a number; write it in quotes: '45'",
        ),
        (
            "    rule: Notes are fine, answers from a model are not\n",
            "",
            "23: 'rule: …' is missing",
        ),
    ],
)
def test_each_problem_of_a_round_or_a_rule_has_its_line(
    folder: Path, old: str, new: str, expected: str
) -> None:
    assert COMPANIES.count(old) == 1
    (folder / "companies.yaml").write_text(COMPANIES.replace(old, new), "utf-8")
    with pytest.raises(BankError) as caught:
        load_bank(folder)
    assert str(caught.value).replace(f"{folder}/", "").splitlines() == [
        "The question bank has 1 problem:",
        f"  companies.yaml:{expected}",
    ]


def test_a_label_names_kind_site_and_days() -> None:
    url, read = "https://www.theverge.com/2024/ai", date(2026, 11, 29)
    assert source_label("press", url, read) == "Press: theverge.com, read 29 November 2026"
    assert source_label("press", url, read, "2024-11") == (
        "Press: theverge.com, dated November 2024, read 29 November 2026"
    )
    assert source_label(None, url, read) == "theverge.com, read 29 November 2026"
    assert source_label(None, "not an address", read) == "not an address, read 29 November 2026"


@pytest.mark.parametrize("kind", SOURCE_KINDS)
def test_each_kind_of_source_is_named_in_words(kind: SourceKind) -> None:
    label = source_label(kind, "https://acme.example/", date(2026, 1, 31), "2024-11-19")
    told = "acme.example, dated 19 November 2024, read 31 January 2026"
    assert label == f"{SOURCE_KINDS[kind]}: {told}"


def test_only_a_secure_address_has_a_site() -> None:
    assert source_host("https://WWW.Acme.example:8443/a") == "acme.example"
    assert [source_host(one) for one in ("http://acme.example", "acme", "", None)] == [""] * 4


def test_an_ask_says_what_kind_of_source_it_has(bank: Bank) -> None:
    asks = bank.asks.dropna(subset=["value"])
    assert set(asks["source_kind"]) == {"second-hand"}
    assert bank.asks["source_kind"].isna().sum() == len(bank.asks) - len(asks)


def test_a_source_of_a_round_or_a_rule_that_cannot_be_right_is_named(folder: Path) -> None:
    text = COMPANIES.replace("2024-11\n", "2026-02\n").replace("2026-01-29", "2026-12-24")
    (folder / "companies.yaml").write_text(text, "utf-8")
    found = [one.message for one in source_problems(read_folder(folder), today=date(2026, 11, 30))]
    assert found == [
        "Acme & Sons, round 'People management': dated February 2026,"
        " which is after it was checked",
        "Acme & Sons, ai_rule: checked on 24 December 2026, which is in the future",
    ]


def test_a_rule_on_ai_is_a_record_with_its_source(bank: Bank) -> None:
    rule = bank.company_records[0].ai_rule
    assert rule == AiRule(
        rule="Notes are fine, answers from a model are not",
        source_url="https://news.example/acme",
        source_kind="press",
        checked=date(2026, 1, 29),
        dated="2024",
    )
