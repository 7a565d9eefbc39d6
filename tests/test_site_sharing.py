"""What search engines and messengers are told of the pages of a site."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from prepkit.site.publishing import publish
from prepkit.site.rendering import ASSETS
from prepkit.site.settings import Settings
from tests.site_samples import rich_notebook, write_bank, write_notebook

BASE = "https://example.org/practice/"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site of a bank and of a notebook by Ada Marin, at a known address."""
    folder = tmp_path_factory.mktemp("sharing")
    bank = write_bank(folder / "bank", questions=1)
    written = {"authors": [{"name": "Ada Marin"}], "date": "2026-03-01"}
    source = write_notebook(folder / "report.ipynb", *rich_notebook(bank)["cells"], **written)
    settings = Settings(base_url=BASE, content_language="fr", author="Prep Ltd")
    publish(folder / "site", [source], settings=settings, bank_folder=bank, now=NOW)
    return folder / "site"


def read(page: Path) -> tuple[BeautifulSoup, dict[str, dict[str, Any]]]:
    """Return a page, and the data in it by its type."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    data = [json.loads(each.text) for each in soup.select("script[type='application/ld+json']")]
    return soup, {each["@type"]: each for each in data}


@pytest.mark.long
def test_a_question_is_a_learning_resource_in_the_language_of_the_bank(site: Path) -> None:
    _, data = read(site / "questions" / "craft" / "01.html")
    assert data["LearningResource"] == {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "name": "Tell me about craft number 1, <and> why.",
        "description": "It shows judgement under load, and whether you measure before you act.",
        "url": f"{BASE}questions/craft/01.html",
        "inLanguage": "fr",
        "isPartOf": {"@type": "WebSite", "name": "Leadership interviews", "url": BASE},
        "learningResourceType": "Practice question",
        "isAccessibleForFree": True,
        "author": [{"@type": "Person", "name": "Prep Ltd"}],
        "image": f"{BASE}assets/preview.png",
    }
    assert [
        (each["position"], each["name"], each["item"])
        for each in data["BreadcrumbList"]["itemListElement"]
    ] == [
        (1, "Home", BASE),
        (2, "Questions", f"{BASE}questions/"),
        (3, "Craft", f"{BASE}questions/craft/"),
        (4, "Q1", f"{BASE}questions/craft/01.html"),
    ]


@pytest.mark.long
def test_a_notebook_names_its_authors_and_its_day(site: Path) -> None:
    _, data = read(site / "notebooks" / "report.html")
    resource = data["LearningResource"]
    assert resource["author"] == [{"@type": "Person", "name": "Ada Marin"}]
    assert (resource["dateCreated"], resource["inLanguage"]) == ("2026-03-01", "fr")


@pytest.mark.long
def test_every_page_with_an_address_of_its_own_says_what_it_is_and_where(site: Path) -> None:
    without = {"404.html", "answers.html", "search.html"}
    for page in sorted(site.rglob("*.html")):
        name = page.relative_to(site).as_posix()
        soup, data = read(page)
        canonical = soup.select_one("link[rel=canonical]")
        assert canonical is not None
        described = [each for kind, each in data.items() if kind != "BreadcrumbList"]
        assert len(described) == (name not in without), name
        for each in described:
            assert each["url"] == canonical["href"]
            assert (each["@type"] == "WebSite") == (name == "index.html")
        trail = data.get("BreadcrumbList", {"itemListElement": []})["itemListElement"]
        assert bool(trail) == (soup.select_one("nav.crumbs") is not None)
        for step in trail:
            path = step["item"].removeprefix(BASE)
            assert (site / path / "index.html").is_file() or (site / path).is_file(), step
        assert not trail or trail[-1]["item"] == canonical["href"]


@pytest.mark.long
def test_every_page_has_a_picture_with_its_size_and_a_text(site: Path) -> None:
    for page in site.rglob("*.html"):
        soup, _ = read(page)
        told = {
            each["property"]: each["content"] for each in soup.select("meta[property^='og:image']")
        }
        assert told == {
            "og:image": f"{BASE}assets/preview.png",
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": "Leadership interviews",
        }


@pytest.mark.long
def test_a_site_with_another_title_has_the_publishers_picture_or_none(tmp_path: Path) -> None:
    bank = write_bank(tmp_path / "bank", questions=1)
    (tmp_path / "public").mkdir()
    for picture in (False, True):
        if picture:
            shutil.copy(ASSETS / "preview.png", tmp_path / "public" / "preview.png")
        settings = Settings(base_url=BASE, title="My own", files=tmp_path / "public")
        publish(tmp_path / "site", settings=settings, bank_folder=bank, now=NOW)
        _, data = read(tmp_path / "site" / "index.html")
        assert data["WebSite"].get("image") == (f"{BASE}preview.png" if picture else None)


@pytest.mark.long
def test_without_an_address_nothing_is_told(tmp_path: Path) -> None:
    bank = write_bank(tmp_path / "bank", questions=1)
    publish(tmp_path / "site", settings=Settings(), bank_folder=bank, now=NOW)
    for page in (tmp_path / "site").rglob("*.html"):
        soup, data = read(page)
        assert (data, soup.select("meta[property^='og:image']")) == ({}, [])
