"""What the site's search is made of, in Python: synonyms, words, and the index itself."""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.bank import load_bank, shipped_folder
from prepkit.bank.synonyms import Synonyms, read_synonyms
from prepkit.errors import PrepkitError
from prepkit.records import Company, Question
from prepkit.site.search import index_words, search_settings, search_words, with_keys
from prepkit.site.search_index import IN_A_PART, INDEX
from prepkit.site.terms import fold
from tests.platforms import needs_shell
from tests.site_samples import index_pages

QUESTION = Question(
    category="craft",
    number=1,
    tags=("dismissal", "on-call"),
    text="Tell me about someone whose employment you ended.",
    why="Why.",
    key_points=("One", "Two", "Three", "Four"),
)


def page(title: str, text: str, words: str = "") -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta content="{words}" data-pagefind-meta="words[content]">'
        '<meta content="Acme" data-pagefind-filter="company[content]"></head>'
        f"<body><nav>Elsewhere</nav><main data-pagefind-body><h1>{title}</h1><p>{text}</p>"
        "</main></body></html>"
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "questions").mkdir(parents=True)
    (folder / "questions" / "01.html").write_text(page("A question", "Growing pains.", "outage"))
    (folder / "questions" / "02.html").write_text(page("Another question", "Growing old."))
    (folder / "index.html").write_text(
        "<!doctype html><html lang=en><body>Front page</body></html>"
    )
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.long
def test_the_shipped_synonyms_all_belong_to_a_question() -> None:
    bank = load_bank()
    questions = [bank[one].question for one in bank]
    synonyms = read_synonyms(shipped_folder())
    assert synonyms
    for entry in synonyms:
        for of in entry.of:
            alone = [Synonyms(of=(of,), words=("xyzzy",))]
            assert any("xyzzy" in search_words(one, alone) for one in questions), of


def test_a_question_is_found_by_its_tags_and_their_synonyms() -> None:
    synonyms = [
        Synonyms(of=("dismissal",), words=("fired", "let go")),
        Synonyms(of=("incident",), words=("outage",)),
        Synonyms(of=("employment you ended", "call"), words=("fired", "pager")),
    ]
    assert search_words(QUESTION, synonyms) == "dismissal on call fired let go pager"


def test_a_question_is_found_by_the_other_wordings_in_which_it_is_asked() -> None:
    asked = QUESTION.model_copy(update={"also_asked": ("Who did you fire?", "When did you fire?")})
    words = search_words(asked, [])
    assert words == "dismissal on call Who did you fire? When did you fire?"


def test_a_synonym_counts_for_whole_words_only() -> None:
    assert search_words(QUESTION, [Synonyms(of=("employ", "on"), words=("x",))]) == (
        "dismissal on call x"
    )
    assert search_words(QUESTION, [Synonyms(of=("employ",), words=("x",))]) == "dismissal on call"


def test_suggestions_are_the_tags_of_most_questions() -> None:
    other = QUESTION.model_copy(update={"tags": ("on-call", "pay")})
    settings = search_settings(
        [QUESTION, other],
        [],
        [
            Company(name="Tax Office", region="Malta"),
            Company(name="zebra"),
            Company(name="Post", region="Austria"),
            Company(name="Acme"),
        ],
    )
    assert settings == {
        "questions": True,
        "suggestions": ["on call", "dismissal", "pay"],
        "order": {
            "category": [],
            "company": ["Acme", "zebra", "Post", "Tax Office"],
            "level": [
                "Senior engineer",
                "Staff engineer",
                "Engineering manager",
                "Senior manager",
                "Director",
            ],
            "kind": [
                "Past event",
                "How you work",
                "Case",
                "Introduction",
                "Motivation",
                "Walkthrough",
                "Notebook",
            ],
        },
    }


def test_the_words_of_a_text_are_small_and_have_no_digits() -> None:
    assert index_words("The outage, a TEAM of 12") == {"the", "outage", "team", "of"}


def test_a_word_with_hyphens_is_also_known_without() -> None:
    assert index_words("A trade-off") == {"trade", "off", "tradeoff"}


def test_words_to_correct_misspelt_ones_by_are_as_they_are_written() -> None:
    assert index_words("The Café in Łódź, a ﬁrst judg\u00adment") == {
        *("the", "café", "in", "łódź", "first", "judgment"),
    }


def test_what_nobody_types_is_no_word_to_correct_by() -> None:
    assert index_words(f"x1y2zz 0xdeadbeef {'spam' * 20} 東京都 a") == set()


@pytest.mark.long
@given(st.text())
def test_every_word_of_a_text_is_in_it(text: str) -> None:
    plain = fold(text).replace("-", "").replace("'", "")
    assert all(fold(word).replace("'", "") in plain for word in index_words(text))


def test_keys_are_given_only_to_pages_whose_words_would_not_be_found() -> None:
    assert with_keys(page("A question", "Growing pains, “quoted”.").encode()) is None
    keyed = with_keys(page("Über <i>Ł</i>ódź", "東京&#8203;都").encode())
    assert keyed is not None
    assert keyed.startswith(
        b'<!doctype html><html lang="en"><head><meta content="'
        + "lodz ꙮ東京 ꙮ京都 ꙮ都ꙮ".encode()
        + b'" data-pagefind-meta="terms[content]"><meta charset'
    )


def test_what_pagefind_ignores_has_no_keys() -> None:
    html = page("A question", "</p><nav data-pagefind-ignore>Łódź</nav><p>Ærø")
    assert b'content="aero"' in (with_keys(html.encode()) or b"")


def test_an_index_holds_what_the_search_page_needs_and_no_more(site: Path) -> None:
    index_pages(site)
    index = site / INDEX
    shared = {"facets.json", "made-of.json", "words.json"}
    assert {path.name for path in index.iterdir()} == {"0", *shared}
    names = {path.name for path in (index / "0").iterdir() if path.suffix != ".pf_meta"}
    assert names == {
        *("pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "wasm.en.pagefind"),
        *("counts.json", "facets.json", "filter", "fragment", "index"),
    }
    assert len(list((index / "0" / "fragment").iterdir())) == 2
    assert sum(len(content) for content in files(index).values()) < 250_000


def test_a_language_without_a_stemmer_keeps_the_program_for_it(site: Path) -> None:
    index_pages(site, language="is")
    assert (site / INDEX / "0" / "wasm.unknown.pagefind").exists()


def test_the_words_of_an_index_are_those_of_its_pages(site: Path) -> None:
    index_pages(site)
    words = (site / INDEX / "words.json").read_text(encoding="utf-8")
    assert words == (
        '{"parts":1,"whole":true,"words":["growing","question","another","old","outage","pains"]}'
    )


def test_the_same_pages_give_the_same_index(site: Path) -> None:
    index_pages(site)
    first = files(site / INDEX)
    index_pages(site)
    assert files(site / INDEX) == first


def test_an_index_replaces_the_one_that_was_there(site: Path) -> None:
    index_pages(site)
    (site / "questions" / "02.html").unlink()
    index_pages(site)
    assert len(list((site / INDEX / "0" / "fragment").iterdir())) == 1


def test_settings_of_another_pagefind_change_nothing(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_pages(site)
    expected = files(site / INDEX)
    (tmp_path / "pagefind.toml").write_text('glob = "nothing/*.html"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAGEFIND_GLOB", "nothing/*.html")
    index_pages(site)
    assert files(site / INDEX) == expected


def test_what_to_install_is_said_where_pagefind_is_missing(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pagefind_bin", None)
    with pytest.raises(PrepkitError) as caught:
        index_pages(site)
    assert str(caught.value) == (
        "The site's search needs Pagefind. Install it: pip install pagefind_bin"
    )


@needs_shell
def test_a_program_that_cannot_be_started_is_said_with_its_place(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pagefind"
    program.write_text("no program")
    monkeypatch.setattr("pagefind_bin.get_executable", lambda: program)
    with pytest.raises(PrepkitError) as caught:
        index_pages(site)
    assert str(caught.value) == (
        f"Pagefind can't be started ({program}: Permission denied). Install it again:"
        " pip install --force-reinstall pagefind_bin"
    )


def test_a_site_without_pages_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(PrepkitError) as caught:
        index_pages(tmp_path)
    assert str(caught.value) == f"{tmp_path} has no page that search could find."


@needs_shell
def test_what_pagefind_says_is_passed_on_once(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pagefind"
    program.write_text("#!/bin/sh\necho 'Error: No room.'; echo 'Error: No room.'; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr("pagefind_bin.get_executable", lambda: program)
    with pytest.raises(PrepkitError) as caught:
        index_pages(site)
    assert str(caught.value) == "Pagefind couldn't make the search index: No room."


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Return a site whose index has several parts."""
    folder = tmp_path / "large"
    (folder / "questions").mkdir(parents=True)
    for number in range(3 * IN_A_PART):
        path = folder / "questions" / f"{number:03d}.html"
        path.write_text(page(f"Question {number}", f"Word{number} and more."))
    return folder


@pytest.mark.long
def test_a_large_index_has_parts_and_the_program_once(large: Path) -> None:
    index_pages(large)
    found = files(large / INDEX)
    assert [name for name in found if name.endswith(".js")] == [
        "0/pagefind-worker.js",
        "0/pagefind.js",
    ]
    assert sum(name.endswith(".pf_fragment") for name in found) == 3 * IN_A_PART
    shared = {"facets.json", "made-of.json", "words.json"}
    assert {name.split("/")[0] for name in found} == {"0", "1", "2", *shared}


@pytest.mark.long
def test_the_pages_with_each_value_of_a_filter_are_in_one_file(large: Path) -> None:
    index_pages(large)
    shared = json.loads((large / INDEX / "facets.json").read_bytes())
    fragments = {path.stem: path for path in (large / INDEX).rglob("*.pf_fragment")}
    assert sorted(shared["ids"]) == sorted(fragments)
    for name, values in shared["facets"].items():
        for value, places in values.items():
            for place, id_ in enumerate(shared["ids"]):
                kept = gzip.decompress(fragments[id_].read_bytes())
                filters = json.loads(kept.removeprefix(b"pagefind_dcd"))["filters"]
                assert (value in filters.get(name, [])) == (place in places)
    assert shared["facets"]


@pytest.mark.long
def test_only_the_part_of_a_changed_page_is_made_anew(large: Path, tmp_path: Path) -> None:
    index_pages(large)
    old = tmp_path / "old"
    (large / INDEX).rename(old)
    path = large / "questions" / "007.html"
    path.write_text(page("Question 7", "Changed."))
    index_pages(large, old)
    inodes = {one.relative_to(old): one.stat().st_ino for one in old.rglob("pagefind-entry.json")}
    new = large / INDEX
    taken = [part for part, inode in inodes.items() if (new / part).stat().st_ino == inode]
    assert len(taken) == 2
    with_old = files(new)
    index_pages(large)
    assert files(new) == with_old


@pytest.mark.slow
def test_what_pagefind_ignores_makes_no_part_anew_but_filters_in_it_do(
    large: Path, tmp_path: Path
) -> None:
    path = large / "questions" / "007.html"
    plain = path.read_text()

    def with_links(links: str) -> dict[str, bytes]:
        path.write_text(plain.replace("</h1>", f"</h1><ol data-pagefind-ignore>{links}</ol>"))
        index_pages(large, tmp_path / "old")
        return files(large / INDEX)

    first = with_links("<li>A neighbour</li>")
    (large / INDEX).rename(tmp_path / "old")
    assert with_links("<li>Its new title</li>") == first
    assert with_links('<li data-pagefind-filter="company">Bolt</li>') != first
    shutil.rmtree(tmp_path / "old")
    assert with_links("<li>Its new title</li>") == first


@pytest.mark.slow
def test_a_damaged_old_index_is_made_anew(large: Path, tmp_path: Path) -> None:
    index_pages(large)
    expected = files(large / INDEX)
    old = tmp_path / "old"
    (large / INDEX).rename(old)
    (old / "made-of.json").write_text("not JSON")
    (old / "1" / "counts.json").unlink()
    (old / "2" / "facets.json").unlink()
    index_pages(large, old)
    assert files(large / INDEX) == expected
