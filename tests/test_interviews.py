"""What readers see of a company's interview: form, company sheet, site and notebook."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

import prepkit as pk
from prepkit.answers.planned import Planned, save_planned
from prepkit.bank import Bank, load_bank
from prepkit.errors import PrepkitError
from prepkit.handouts import Layout, company_sheet_pdf, worksheet_pdf
from prepkit.interviews import Source, interview_of, minutes_text, rounds_in_brief
from prepkit.practice.names import by_region, company_name
from prepkit.records import Company, Round
from prepkit.sheet import Section, sheet_of
from prepkit.site.bank_pages import bank_pages
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from prepkit.widgets.content import question_content
from prepkit.widgets.plan_watch import PlanWatch
from prepkit.widgets.worksheet import Worksheet
from tests.site_samples import write_bank
from tests.test_companies import COMPANIES

OWN = "Company's own site: acme.example, read 31 January 2026"
COACH = "Coach or preparation site: coach.example, dated November 2024, read 30 January 2026"
PRESS = "Press: news.example, dated 2024, read 29 January 2026"
HEARSAY = "Candidate reports and coaches don't speak for the company, so your interview may differ."
SEVERAL = "Several sources are listed here, and they may describe the same round."
NOTHING = "We found nothing about rounds or the use of AI in interviews at"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_bank(tmp_path / "bank")
    (folder / "companies.yaml").write_text(COMPANIES, "utf-8")
    return folder


@pytest.fixture
def bank(folder: Path) -> Bank:
    return load_bank(folder)


def company(bank: Bank, name: str) -> Company:
    return next(one for one in bank.company_records if one.name == name)


def words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def paper(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


# ---- in words --------------------------------------------------------------------------------


def test_minutes_are_told_as_people_say_them() -> None:
    assert minutes_text(45, 60) == "45 to 60 minutes"
    assert minutes_text(45, 45) == "45 minutes"
    assert minutes_text(1, 1) == "1 minute"


def test_a_round_is_told_with_what_is_documented_and_with_its_source(bank: Bank) -> None:
    interview = interview_of(company(bank, "Acme & Sons"))
    screen, management = interview.rounds
    assert (screen.name, screen.facts, screen.scored, screen.decides, screen.hearsay) == (
        "Phone screen",
        "45 minutes",
        "",
        "",
        "",
    )
    assert screen.source == Source("https://acme.example/interviews", OWN)
    assert management.facts == "engineering manager, 45 to 60 minutes"
    assert (management.hearsay, management.source.label) == ("Coach or preparation site", COACH)
    assert interview.rule == "Notes are fine, answers from a model are not."
    assert interview.rule_source == Source("https://news.example/acme", PRESS)
    assert interview.notices == (SEVERAL, HEARSAY)


def test_what_is_not_documented_is_said(bank: Bank) -> None:
    assert interview_of(company(bank, "Bolt")).notices == (f"{NOTHING} Bolt.",)
    acme = company(bank, "Acme & Sons")
    without_rule = acme.model_copy(update={"ai_rule": None, "rounds": acme.rounds[:1]})
    assert interview_of(without_rule).notices == (
        "We found nothing about the use of AI in interviews at Acme & Sons.",
    )
    without_rounds = acme.model_copy(update={"rounds": ()})
    assert interview_of(without_rounds).notices == (
        "We found nothing about rounds at Acme & Sons.",
    )


def test_rounds_in_brief_name_a_source_once_for_all_rounds_that_it_documents(bank: Bank) -> None:
    acme = company(bank, "Acme & Sons")
    url = "https://acme.example/interviews/chat"
    changes = {"name": "Chat", "minutes": None, "source_url": url}
    chat = acme.rounds[0].model_copy(update=changes)
    three = acme.model_copy(update={"rounds": (*acme.rounds, chat)})
    assert rounds_in_brief(three) == (
        f"Phone screen (45 minutes), Chat. [{OWN}](https://acme.example/interviews)\n\n"
        "People management (45 to 60 minutes)."
        f" [{COACH}](https://www.coach.example/acme)"
    )


def test_an_address_with_brackets_stays_one_link(bank: Bank) -> None:
    one = company(bank, "Acme & Sons").rounds[0]
    odd = Round.model_validate({**one.model_dump(), "source_url": "https://a.example/b_(c)"})
    assert rounds_in_brief(Company(name="A", rounds=(odd,))).endswith(
        "(https://a.example/b_%28c%29)"
    )


def test_companies_come_before_public_bodies_which_are_below_their_regions() -> None:
    given = [
        Company(name="Tax Office", region="Malta"),
        Company(name="zebra"),
        Company(name="Post", region="Austria"),
        Company(name="Acme"),
        Company(name="Archive", region="Malta"),
    ]
    names = {title: [one.name for one in listed] for title, listed in by_region(given).items()}
    assert list(names.items()) == [
        ("Companies", ["Acme", "zebra"]),
        ("Austria", ["Post"]),
        ("Malta", ["Archive", "Tax Office"]),
    ]
    assert list(by_region(given[:1])) == ["Malta"]


def test_an_unknown_company_is_offered_all_with_public_bodies_last(bank: Bank) -> None:
    with pytest.raises(PrepkitError) as caught:
        company_name(bank, "Xyz")
    assert str(caught.value) == (
        "no company 'Xyz'; there are 'Acme & Sons', 'Bolt' and 'Tax Office'"
    )


# ---- beside a question -----------------------------------------------------------------------


def rounds_of(bank: Bank) -> Section:
    return next(one for one in sheet_of(bank["craft/01"]).sections if one.name == "rounds")


def test_a_question_has_the_rounds_of_its_companies_folded_after_what_they_look_for(
    bank: Bank,
) -> None:
    names = [one.name for one in sheet_of(bank["craft/01"]).sections]
    assert names.index("rounds") == names.index("companies") + 1
    section = rounds_of(bank)
    assert section.title == "Rounds at these companies"
    assert section.hint == f"As far as they are documented. {HEARSAY}"
    acme = rounds_in_brief(company(bank, "Acme & Sons"))
    assert [(one.title, one.text) for one in section.items] == [
        ("Acme & Sons", acme),
        ("Other companies", "We found nothing about rounds at Bolt."),
    ]
    assert (
        section.model_dump(mode="json", exclude_defaults=True)
        in question_content(bank["craft/01"])["sections"]
    )


def test_a_question_whose_companies_document_nothing_has_no_such_section(tmp_path: Path) -> None:
    bare = load_bank(write_bank(tmp_path / "bare"))
    assert "rounds" not in [one.name for one in sheet_of(bare["craft/01"]).sections]


@pytest.mark.long
@pytest.mark.parametrize(("compact", "pages"), [(True, 2), (False, 4)])
def test_rounds_are_not_on_a_worksheet(bank: Bank, compact: bool, pages: int) -> None:
    handout = worksheet_pdf([Worksheet(bank["craft/01"])], Layout(compact=compact))
    assert len(PdfReader(BytesIO(handout.pdf)).pages) == pages
    assert "Phone screen" not in paper(handout.pdf)


# ---- the company sheet -----------------------------------------------------------------------


@pytest.mark.long
def test_a_company_sheet_has_rounds_rule_and_who_says_so(bank: Bank) -> None:
    handout = company_sheet_pdf(bank, "Acme & Sons", {})
    assert handout.notices == ()
    text = paper(handout.pdf)
    for part in (
        "Phone screen",
        "45 minutes",
        "People management",
        "Engineering manager, 45 to 60 minutes · Coach or preparation site",
        "How you grow people",
        "Who decides: The hiring manager decides alone",
        "AI in the interview: Notes are fine, answers from a model are not.",
        HEARSAY,
        OWN,
        COACH,
        PRESS,
    ):
        assert part in text, part
    assert text.count("Not documented") == 1
    assert text.index("Phone screen") < text.index("Own it")


def test_a_company_sheet_says_that_nothing_is_documented(bank: Bank) -> None:
    text = paper(company_sheet_pdf(bank, "Tax Office", {}).pdf)
    assert f"{NOTHING} Tax Office." in text
    assert "AI in the interview" not in text


# ---- the site --------------------------------------------------------------------------------


def site_of(folder: Path) -> Path:
    site = folder.parent / "site"
    publish(site, settings=Settings(), bank_folder=folder, now=datetime(2026, 11, 30, tzinfo=UTC))
    return site


@pytest.fixture
def site(folder: Path) -> Path:
    return site_of(folder)


def page(site: Path, path: str) -> BeautifulSoup:
    return BeautifulSoup((site / path).read_text("utf-8"), "html.parser")


def plain(text: str) -> str:
    """Return a text as the site shows it: with typographic apostrophes."""
    return text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


@pytest.mark.long
def test_a_page_of_a_company_has_its_interview_before_its_values(site: Path) -> None:
    shown = page(site, "companies/acme-sons.html")
    rounds = [words(str(one)) for one in shown.select(".in-order li")]
    assert rounds == [
        plain(f"Phone screen 45 minutes {OWN}"),
        plain(
            "People management Engineering manager, 45 to 60 minutes How you grow people"
            f" Who decides: The hiring manager decides alone {COACH}"
        ),
    ]
    headings = [one.get_text() for one in shown.select("main h2")]
    assert headings == ["The interview", "Own it"]
    text = words(str(shown.main))
    rule = f"AI in the interview Notes are fine, answers from a model are not. {PRESS}"
    assert plain(f"{rule} {SEVERAL} {HEARSAY}") in text
    assert plain("Company's own site, read second-hand: acme.example, read 31 January 2026") in text


@pytest.mark.long
def test_a_page_of_a_public_body_says_so_and_that_nothing_is_documented(site: Path) -> None:
    shown = page(site, "companies/tax-office.html")
    assert shown.select_one(".place") is not None
    text = words(str(shown.main))
    assert "Public body · United Kingdom" in text
    assert f"{NOTHING} Tax Office." in text
    assert not shown.select(".interview")


@pytest.mark.long
def test_companies_and_public_bodies_can_be_shown_one_region_at_a_time(site: Path) -> None:
    shown = page(site, "companies/index.html")
    links = {one.get_text(): one["href"] for one in shown.select(".regions a")}
    assert links == {
        "All": "#main",
        "Companies 2": "#in-companies",
        "United Kingdom 1": "#in-united-kingdom",
    }
    sections = {
        str(one["id"]): [name.get_text() for name in one.select("h3")]
        for one in shown.select("section.region")
    }
    assert sections == {
        "in-companies": ["Acme & Sons", "Bolt"],
        "in-united-kingdom": ["Tax Office"],
    }
    assert "1 published value, 2 rounds, 6 questions" in words(str(shown.main))


@pytest.mark.long
def test_without_public_bodies_the_list_of_companies_has_no_regions(tmp_path: Path) -> None:
    shown = page(site_of(write_bank(tmp_path / "bare")), "companies/index.html")
    assert not shown.select(".regions")
    assert [one.get_text() for one in shown.select(".card h2")] == ["Acme & Sons", "Bolt"]


def test_a_page_of_a_question_is_made_again_when_the_rounds_change(folder: Path) -> None:
    def keys() -> dict[str, str]:
        return {one.path: one.cache_key for one in bank_pages(load_bank(folder), [], [])}

    before = keys()
    (folder / "companies.yaml").write_text(COMPANIES.replace("45-60", "50-60"), "utf-8")
    after = keys()
    changed = {path for path, key in after.items() if before[path] != key}
    assert {"questions/craft/01.html", "companies/acme-sons.html"} <= changed
    assert "companies/bolt.html" not in changed


# ---- the notebook ----------------------------------------------------------------------------


def test_a_company_is_chosen_from_a_list_with_public_bodies_by_region(bank: Bank) -> None:
    picker = pk.CompanyPicker(bank)
    everything = [
        ("Acme & Sons", "Acme & Sons"),
        ("Bolt", "Bolt"),
        ("United Kingdom: Tax Office", "Tax Office"),
    ]
    assert list(picker.company.options) == everything
    assert [text for text, _ in picker.region.options] == [
        "Companies and public bodies",
        "Companies",
        "United Kingdom",
    ]
    picker.region.value = "United Kingdom"
    assert list(picker.company.options) == [("Tax Office", "Tax Office")]
    assert f"{NOTHING} Tax Office." in words(picker.view.value)
    picker.region.value = ""
    assert list(picker.company.options) == everything
    assert picker.company.value == "Tax Office"


@pytest.mark.long
def test_the_chosen_company_shows_its_rounds_and_its_rule_on_ai(bank: Bank) -> None:
    picker = pk.CompanyPicker(bank, "bolt")
    assert picker.company.value == "Bolt"
    assert "It has published no values." in words(picker.view.value)
    picker.company.value = "Acme & Sons"
    shown = BeautifulSoup(picker.view.value, "html.parser")
    cells = [[words(str(cell)) for cell in row("td")] for row in shown.select("tbody tr")]
    assert [words(str(one)) for one in shown.select("thead th")] == [
        "Round",
        "For whom, how long",
        "What is scored, who decides",
        "Source",
    ]
    assert cells[1][:2] == [
        "Engineering manager, 45 to 60 minutes",
        "How you grow people. Who decides: The hiring manager decides alone.",
    ]
    text = shown.get_text()
    assert f"AI in the interview: Notes are fine, answers from a model are not. {PRESS}" in text
    assert HEARSAY in text
    assert shown.select("a")[0]["href"] == "https://acme.example/interviews"


def test_the_picker_opens_on_the_first_company_of_the_plan_and_follows_it(
    bank: Bank, tmp_path: Path
) -> None:
    store = pk.AnswerStore(tmp_path / "own" / "answers.sqlite")
    save_planned(Planned(companies=("Nobody's", "Tax Office", "Bolt")), store.path.parent)
    picker = pk.CompanyPicker(bank, store=store)
    assert picker.company.value == "Tax Office"
    picker.region.value = "United Kingdom"
    save_planned(Planned(companies=("Bolt",)), store.path.parent)
    drawn_again(picker)
    assert (picker.region.value, picker.company.value) == ("", "Bolt")
    assert "It has published no values." in words(picker.view.value)
    picker.company.value = "Acme & Sons"
    save_planned(Planned(companies=("Tax Office",)), store.path.parent)
    drawn_again(picker)
    assert picker.company.value == "Acme & Sons", "what somebody chose here stays"
    assert pk.CompanyPicker(bank, "bolt", store=store).company.value == "Bolt"


def test_a_picker_without_a_plan_opens_on_the_first_and_takes_a_plan_made_later(
    bank: Bank, tmp_path: Path
) -> None:
    store = pk.AnswerStore(tmp_path / "own" / "answers.sqlite")
    picker = pk.CompanyPicker(bank, store=store)
    drawn_again(picker)
    assert picker.company.value == "Acme & Sons"
    save_planned(Planned(companies=("Bolt",)), store.path.parent)
    drawn_again(picker)
    assert picker.company.value == "Bolt"
    (store.path.parent / "plan.json").write_bytes(b"{")
    drawn_again(picker)
    assert picker.company.value == "Bolt"
    assert pk.CompanyPicker(bank, store=store).company.value == "Acme & Sons"


def drawn_again(picker: pk.CompanyPicker) -> None:
    """Say what the browser side says when it is drawn, or hears of another plan."""
    [watch] = [one for one in picker.children if isinstance(one, PlanWatch)]
    watch.handle({"type": "look"})


def test_where_no_widget_runs_all_companies_can_be_read(bank: Bank) -> None:
    shown = pk.CompanyPicker(bank)._repr_mimebundle_()
    assert shown["text/plain"].splitlines() == [
        "Acme & Sons",
        f"Phone screen (45 minutes). {OWN}",
        "People management (engineering manager, 45 to 60 minutes). How you grow people."
        f" Who decides: The hiring manager decides alone. {COACH}",
        f"AI in the interview: Notes are fine, answers from a model are not. {PRESS}",
        SEVERAL,
        HEARSAY,
        f"{NOTHING} Bolt and Tax Office.",
    ]


def test_a_picker_of_companies_needs_one(tmp_path: Path) -> None:
    folder = write_bank(tmp_path / "bare")
    with pytest.raises(PrepkitError, match="no company 'Xyz'; there are 'Acme & Sons' and 'Bolt'"):
        pk.CompanyPicker(load_bank(folder), "Xyz")


def test_without_public_bodies_there_is_no_list_of_regions(tmp_path: Path) -> None:
    picker = pk.CompanyPicker(load_bank(write_bank(tmp_path / "bare")))
    assert picker.region.layout.display == "none"


def test_a_picker_of_questions_lists_public_bodies_after_companies(folder: Path) -> None:
    path = folder / "questions" / "craft" / "01-topic.md"
    text = path.read_text("utf-8").replace("| Bolt |", "| Tax Office |")
    path.write_text(text, "utf-8")
    picker = pk.Picker(load_bank(folder), pk.AnswerStore(folder.parent / "answers.sqlite"))
    lists, _ = picker.questions.handle({"type": "load"})
    assert lists["companies"] == [
        ["Acme & Sons", "Acme & Sons"],
        ["Bolt", "Bolt"],
        ["Tax Office", "United Kingdom: Tax Office"],
    ]
