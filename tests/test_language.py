"""The site in another language: nothing in English is left, and nothing is translated in vain."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from jinja2 import Environment, nodes

from prepkit.errors import PrepkitError
from prepkit.language import CATALOGUES, ENGLISH, language_of, languages
from prepkit.scripts import STATIC
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings, load_settings
from tests.bracketed import DONE, NOW, bracketed_site, unbracketed
from tests.catalogues import (
    Message,
    literals,
    messages,
    read,
    said_in_script,
    scripts,
    templates,
    wanted,
)
from tests.site_samples import code_cell, text_cell, write_bank, write_notebook

NAMES = sorted(path.stem for path in CATALOGUES.glob("*.po"))
_PLACE = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+[^>]*>|%%|%(?!\()")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_HOST = re.compile(r"\b[\w-]+(?:\.[\w-]+)+\b")


def forms(text: Message) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_catalogue_has_every_text_of_the_site_and_no_other(name: str) -> None:
    known, needed = set(messages(read(CATALOGUES / f"{name}.po"))), wanted()
    lacking = {text: sorted(needed[text]) for text in set(needed) - known}
    how = "After a change of words: python tests/catalogues.py"
    assert not lacking, f"not in {name}.po: {lacking}. {how}"
    assert known <= set(needed), f"said nowhere: {sorted(map(str, known - set(needed)))}. {how}"


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_translated_with_the_same_placeholders_and_elements(name: str) -> None:
    catalogue = read(CATALOGUES / f"{name}.po")
    for text, each in messages(catalogue).items():
        done = forms(each.string)
        assert all(done), f"{text} has no translation in {name}.po"
        assert not each.fuzzy, f"the translation of {text} is marked as doubtful"
        assert len(done) == (catalogue.num_plurals if isinstance(text, tuple) else 1)
        for translation in done:
            places = sorted(_PLACE.findall(translation))
            assert places == sorted(_PLACE.findall(forms(text)[-1])), translation
            assert ('"' in translation) == ('"' in forms(text)[-1]), f"a straight quote: {done}"


@pytest.mark.long
def test_every_word_in_a_template_can_be_translated() -> None:
    found = {path.name: words for path in templates() if (words := _said_in(path))}
    assert found == {}, "put these words into {{ _('…') }} or {% trans %}"


def test_a_word_in_a_template_that_cannot_be_translated_is_found(tmp_path: Path) -> None:
    template = tmp_path / "a.html.j2"
    template.write_text(
        "<p class='big'>Plain {{ count }}</p><a title='Tip'>{{ _('Known') }}</a>"
        "{{ crumbs([('', 'Your answers')]) }}{% trans %}Known too{% endtrans %}",
        "utf-8",
    )
    assert _said_in(template) == ["Plain \N{OBJECT REPLACEMENT CHARACTER}", "Tip", "Your answers"]


WORKBOOK_ONLY = {
    *("form/begin.js", "form/header.js", "form/host.js", "form/tellings.js"),
    "mock/upload.js",
}
"""Scripts whose words no page of a site shows."""

NOT_SAID = {
    *("Escape", "Tab", "Enter", "Backspace", "Delete", "AltGraph", "ArrowDown", "ArrowUp"),
    *(
        "DOMContentLoaded",
        "Arrow",
        "Key",
        "Control+S Meta+S Alt+PageDown Alt+PageUp",
        "noopener noreferrer",
    ),
    *("-prompt -count", "button strong", "button danger", "asking shortcuts", "bottom right"),
    *("python -m http.server", "prepkit answers export", "prepkit answers import", "Question:"),
    *("h1, h2, h3, h4, h5", "h2 a", "(prefers-color-scheme: dark)"),
    *("=; max-age=0; path=", "published value", "0px 0px -% 0px", " h  min", "Key points"),
    "urn:moz-tts:speechd:",
    # Errors that another message takes the place of.
    *("this page can't store anything", "the text was changed elsewhere", "not stored"),
    # Of the workbook alone.
    *("in your recordings folder", "Questions, at the end", " of  not yet in your folder"),
    "Recordings stay on this computer, in the folder recordings beside your answers.",
    *("the copy in your folder is being checked", "Kept in this browser; ."),
    "Open the page at http://127.0.0.1 or http://localhost instead of this address",
}
"""Texts in scripts that look like words of a page, and aren't."""


@pytest.mark.long
def test_every_word_in_a_script_can_be_translated() -> None:
    found = {}
    for path in scripts():
        name = path.relative_to(STATIC).as_posix()
        if name in WORKBOOK_ONLY:
            continue
        source = path.read_text("utf-8")
        asked = {one for text in said_in_script(source) for one in forms(text)}
        left = [text for text in literals(source) if text not in asked and _is_in_words(text)]
        if left:
            found[name] = left
    assert found == {}, 'say these words with t("…") or tn("…", "…", count)'


def _is_in_words(literal: str) -> bool:
    if literal in NOT_SAID or literal.startswith(("pk-", "a about after")):
        return False
    if re.search(r"[\[\]>#]|^\.", literal):  # it selects elements
        return False
    is_code = literal.isupper() or re.fullmatch(r"[A-Z]\w+Error|T00:00|WAVEfmt ", literal)
    return _is_said(literal) and not is_code


def test_words_in_a_script_are_found_wherever_they_are() -> None:
    source = (
        "const a = `${t('One {b}', { b: tn('{count} c', '{count} d', 2) })} and more`;\n"
        '// t("no")\nconst e = /"t(/.test(f) ? `x ${g ? `y ${t("Two")}` : ""}` : "Three four";\n'
    )
    assert list(said_in_script(source)) == ["One {b}", ("{count} c", "{count} d"), "Two"]
    left = [text for text in literals(source) if _is_in_words(text)]
    assert left == [" and more", "One {b}", "{count} c", "{count} d", "Two", "Three four"]


def _said_in(path: Path) -> list[str]:
    """Return the words that a template says without asking the catalogue."""
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(path.read_text("utf-8"))
    asked = {
        id(inner)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext")
        for inner in call.find_all(nodes.Const)
    }
    html = "".join(
        each.data if isinstance(each, nodes.TemplateData) else "\N{OBJECT REPLACEMENT CHARACTER}"
        for output in tree.find_all(nodes.Output)
        for each in output.nodes
    )
    said = [text for text in _visible(BeautifulSoup(html, "html.parser")) if _LETTERS.search(text)]
    literals = [each.value for each in tree.find_all(nodes.Const) if id(each) not in asked]
    return said + [each for each in literals if isinstance(each, str) and _is_said(each)]


def _is_said(literal: str) -> bool:
    return bool(re.search(r"^[A-Z]|[A-Za-z]\S* +\S*[A-Za-z]", literal)) and not literal.startswith(
        "<"
    )


def _visible(soup: BeautifulSoup | Tag) -> list[str]:
    for hidden in soup(["script", "style", "code"]):
        hidden.decompose()
    found = [str(text) for text in soup.find_all(string=True) if type(text) is NavigableString]
    for name in ("aria-label", "title", "placeholder", "alt"):
        found += [str(each[name]) for each in soup.select(f"[{name}]")]
    return found


@pytest.mark.long
def test_no_page_says_a_word_of_its_own_that_is_not_translated(tmp_path: Path) -> None:
    bracketed = bracketed_site(tmp_path)
    pages = {path.relative_to(bracketed).as_posix(): path for path in bracketed.rglob("*.html")}
    left = {}
    for name, path in pages.items():
        soup = BeautifulSoup(unbracketed(path.read_text("utf-8")), "html.parser")
        assert soup.html is not None
        assert soup.html["lang"] == "de"
        assert soup.body is not None
        for other in soup.body.find_all(lang="en"):
            kept = [one.extract() for one in other.select("[lang=de]")]
            assert DONE not in other.text, f"{name} says this as if it were English: {other.text}"
            other.replace_with(*kept)
        told = [_HOST.sub("", text) for text in _visible(soup.body) if DONE not in text]
        if words := [text for text in told if _LETTERS.search(text)]:
            left[name] = words
        if not name.startswith(
            ("questions/craft", "questions/people", "notebooks/a-", "notebooks/more")
        ):
            assert soup.title is not None
            assert DONE in soup.title.text, f"{name} has a title in English"
            described = soup.find("meta", {"name": "description"})
            assert isinstance(described, Tag)
            assert DONE in described["content"], f"{name} has a description in English"
    assert left == {}


@pytest.mark.long
def test_a_site_in_german_is_german_around_texts_in_english(tmp_path: Path) -> None:
    bank = write_bank(tmp_path / "bank", questions=1)
    settings = Settings(language="de-AT", content_language="en")
    publish(tmp_path / "site", settings=settings, bank_folder=bank, now=NOW)
    html = (tmp_path / "site" / "questions" / "craft" / "01.html").read_text("utf-8")
    page = BeautifulSoup(html, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "de-AT"
    asked = page.select_one("h1.question")
    assert asked is not None
    assert (asked["lang"], asked.text) == ("en", "Tell me about craft number 1, <and> why.")
    headings = [each.text for each in page.select(".worksheet h2")]
    assert headings[:3] == ["Warum das gefragt wird", "Kernpunkte der Antwort", "Ihre Antwort"]
    prompts = [each.text for each in page.select(".prompts dt")]
    assert prompts == ["Situation", "Aufgabe", "Handlung", "Ergebnis"]
    company = (tmp_path / "site" / "companies" / "acme-sons.html").read_text("utf-8")
    assert "Website des Unternehmens: acme.example, gelesen am 2. Jänner 2026" in company


@pytest.mark.long
def test_what_a_page_says_inside_a_notebook_is_marked_as_its_own_language(tmp_path: Path) -> None:
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "text/plain": "W()"}
    audio = {"audio/x-unknown": "AAAA"}
    cells = [text_cell("# Un rapport"), code_cell(widget), code_cell(audio)]
    source = write_notebook(tmp_path / "rapport.ipynb", *cells)
    settings = Settings(language="de", content_language="fr")
    publish(tmp_path / "site", [source], settings=settings, with_bank=False, now=NOW)
    html = (tmp_path / "site" / "notebooks" / "rapport.html").read_text("utf-8")
    article = BeautifulSoup(html, "html.parser").select_one("article")
    assert article is not None
    assert article["lang"] == "fr"
    own = [(each["lang"], each.text) for each in article.select("[lang]")]
    assert own[:2] == [("de", "Code"), ("de", "Dieser Teil funktioniert nur im Notebook.")]
    assert {language for language, _ in own} == {"de", "en"}


@pytest.mark.long
def test_a_site_in_one_language_marks_no_text(tmp_path: Path) -> None:
    bank = write_bank(tmp_path / "bank", questions=1)
    publish(tmp_path / "site", settings=Settings(language="en-GB"), bank_folder=bank, now=NOW)
    html = (tmp_path / "site" / "questions" / "craft" / "01.html").read_text("utf-8")
    assert html.count("lang=") == 1


def test_a_language_that_there_is_not_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    settings = tmp_path / "site.toml"
    settings.write_text('title = "Entretiens"\nlanguage = "fr"\n', "utf-8")
    with pytest.raises(PrepkitError) as refused:
        load_settings(settings)
    assert str(refused.value).replace(str(tmp_path), "") == (
        "/site.toml has 1 problem:\n"
        "  /site.toml:2: language: there is no site in 'fr' yet; there are 'de' and 'en', each with"
        " any region, such as 'en-GB' or 'de-AT'. If your notebooks are in another language than"
        " the menus, choose one of these, and add: content_language = 'fr'"
    )
    settings.write_text('language = "en"\ncontent_language = "fr"\n', "utf-8")
    assert load_settings(settings).contents == "fr"


def test_days_numbers_and_plurals_are_those_of_the_language() -> None:
    german = language_of("de-CH")
    day = date(2026, 11, 9)
    assert (ENGLISH.day(day), german.day(day)) == ("9 November 2026", "9. November 2026")
    told = [german.period(text) for text in ("2026", "2026-03", "2026-03-14")]
    assert told == ["2026", "März 2026", "14. März 2026"]
    assert (ENGLISH.number(10_010), language_of("de").number(10_010)) == ("10,010", "10.010")
    counted = [german.ngettext("%(num)s round", "%(num)s rounds", count) for count in (1, 2)]
    assert counted == ["1 Runde", "2 Runden"]
    assert german.words(["a", "b", "c"]) == "a, b und c"
    assert languages() == ["de", "en"]
