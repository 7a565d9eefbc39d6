"""The built site: its pages and links, what a build takes over, and what stops it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from prepkit.__main__ import main
from prepkit.answers import AnswerStore, user_folder
from prepkit.bank import load_bank
from prepkit.errors import PrepkitError
from prepkit.records import Answer
from prepkit.site.build import BuildReport, page_code_digest
from prepkit.site.build_dir import SiteFolder
from prepkit.site.publishing import publish
from prepkit.site.settings import Settings
from prepkit.text import capitalize_first
from prepkit.widgets.table import glance_table
from prepkit.widgets.worksheet import Worksheet
from tests.package_copies import copy_package, longer
from tests.site_samples import (
    code_cell,
    notebook,
    rich_notebook,
    text_cell,
    write_bank,
    write_notebook,
    write_question,
)

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
ADDRESS = "https://example.org/practice/"


def build(
    folder: Path, *notebooks: Path, now: datetime = MONDAY, settings: Settings | None = None
) -> BuildReport:
    return publish(
        folder / "site",
        notebooks,
        settings=settings or Settings(base_url=ADDRESS),
        bank_folder=folder / "bank",
        now=now,
    )


def files(site: Path) -> dict[str, bytes]:
    """Return all files but those of the search index, which has tests of its own."""
    found = {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }
    return {name: content for name, content in found.items() if not name.startswith("pagefind/")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_bank(tmp_path / "bank")
    return tmp_path


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a bank and its site, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    write_bank(folder / "bank")
    build(folder)
    return folder


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Path:
    """Return a folder of the test's own with a bank and its site."""
    return shutil.copytree(built_once, tmp_path, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site of the bank that ships, with a notebook."""
    folder = tmp_path_factory.mktemp("shipped")
    bank = write_bank(folder / "bank")
    source = write_notebook(folder / "A report.ipynb", *rich_notebook(bank)["cells"])
    publish(
        folder / "site",
        [source],
        settings=Settings(base_url=ADDRESS),
        now=MONDAY,
    )
    return folder / "site"


class Page(HTMLParser):
    """What the checks of all pages look at: the tags with their attributes, and the title."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.title: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep the first text of a title."""
        if self.title is None and self.tags and self.tags[-1][0] == "title":
            self.title = data


def pages(site: Path) -> dict[str, Page]:
    return {
        path.relative_to(site).as_posix(): Page(path.read_text("utf-8"))
        for path in site.rglob("*.html")
    }


@pytest.fixture(scope="module")
def shipped_pages(shipped: Path) -> dict[str, Page]:
    """Read the pages of the bank that ships once, as there are many."""
    return pages(shipped)


@pytest.mark.long
def test_every_question_category_company_and_level_has_a_page(
    shipped_pages: dict[str, Page],
) -> None:
    bank = load_bank()
    found = set(shipped_pages)
    assert {f"questions/{question}.html" for question in bank} <= found
    assert {f"questions/{one.slug}/index.html" for one in bank.categories} <= found
    assert "levels/senior-engineer.html" in found
    assert "companies/uk-civil-service.html" in found
    assert {"index.html", "search.html", "answers.html", "404.html"} <= found
    assert {"notebooks/a-report.html", "notebooks/index.html"} <= found


@pytest.mark.long
def test_a_question_page_shows_all_that_its_file_holds_in_the_order_of_reading(
    shipped: Path,
) -> None:
    question = load_bank()["technical-leadership/06"].question
    html = (shipped / "questions/technical-leadership/06.html").read_text("utf-8")
    page = BeautifulSoup(html, "html.parser")
    text = " ".join(page.main.get_text(" ").split())  # type: ignore[union-attr]
    assert question.example is not None
    assert question.prompts is not None
    assert question.weaker is not None
    wanted = [
        "Technical leadership",
        "Q6 of 10",
        question.text,
        question.why,
        question.key_points[0],
        question.prompts["situation"],
        question.tips[0],
        question.follow_ups[0],
        question.also_asked[0],
        capitalize_first(question.levels["senior engineer"]),
        question.example["situation"],
        question.interviewer_notes[0].text,
        question.weaker.text,
        "Dive Deep",
        "amazon.jobs",
        "Stated: the company says",
    ]
    # The first words: pages have typographic apostrophes.
    places = [text.index(" ".join(words.split()[:5])) for words in wanted]
    assert places == sorted(places)


def check_links(site: Path, found: dict[str, Page], root: str) -> None:
    """Fail unless every address that a page names is there; `root` is where 404.html begins."""
    ids = {name: {given.get("id") for _, given in page.tags} for name, page in found.items()}
    for name, page in found.items():
        for tag, given in page.tags:
            if not (given.keys() & {"href", "src"} or (tag == "form" and "action" in given)):
                continue
            address = str(given.get("href") or given.get("src") or given.get("action"))
            if address.startswith(("https://", "data:")):
                continue
            path, fragment = urldefrag(address)
            base = "" if name == "404.html" else name.rpartition("/")[0]
            path = path.removeprefix(root).partition("?")[0]
            target = Path("/", base, unquote(path)).resolve() if path else Path("/", name)
            known = target.relative_to("/").as_posix()
            assert (site / known).is_file(), f"{name}: {address}"
            if fragment:
                assert fragment in ids[known], f"{name}: {address}"


@pytest.mark.long
def test_every_link_and_file_that_a_page_names_is_there(
    shipped: Path, shipped_pages: dict[str, Page]
) -> None:
    check_links(shipped, shipped_pages, "/practice/")


@pytest.mark.long
def test_no_page_names_another_host_but_in_links_that_a_reader_follows(
    shipped_pages: dict[str, Page],
) -> None:
    for name, page in shipped_pages.items():
        for tag, given in page.tags:
            if tag not in ("link", "meta", "form") and "src" not in given:
                continue
            for address in (given.get("src"), given.get("href"), given.get("action")):
                foreign = str(address or "").startswith(("http", "//"))
                assert not foreign or str(address).startswith(ADDRESS), f"{name}: {tag} {given}"


@pytest.mark.long
def test_every_meta_says_what_it_is_about(built_once: Path) -> None:
    for path in built_once.rglob("*.html"):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for meta in page.find_all("meta"):
            assert {"charset", "http-equiv", "name", "property"} & meta.attrs.keys(), meta


@pytest.mark.long
def test_every_page_has_a_title_a_description_and_one_first_heading(
    shipped_pages: dict[str, Page],
) -> None:
    titles = []
    for name, page in shipped_pages.items():
        assert page.title is not None, name
        titles.append(page.title)
        about = [one for tag, one in page.tags if (tag, one.get("name")) == ("meta", "description")]
        assert about[0]["content"], name
        assert [tag for tag, _ in page.tags].count("h1") == 1, name
    assert len(set(titles)) == len(titles)


@pytest.mark.long
def test_texts_of_the_bank_are_never_markup(built: Path) -> None:
    page = (built / "site/questions/craft/01.html").read_text("utf-8")
    assert "&lt;and&gt;" in page
    assert "<and>" not in page
    assert "companies/acme-sons.html" in page


@pytest.mark.long
def test_a_second_build_makes_nothing_and_changes_no_byte(folder: Path) -> None:
    source = write_notebook(folder / "report.ipynb", *rich_notebook(folder / "bank")["cells"])
    first = build(folder, source)
    before = files(folder / "site")
    second = build(folder, source, now=MONDAY + timedelta(days=1))
    assert (first.made, second.made) == (first.pages, 0)
    assert files(folder / "site") == before


@pytest.mark.long
def test_the_same_input_gives_the_same_bytes_in_another_folder(
    built: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    write_bank(other / "bank")
    build(other)
    assert files(built / "site") == files(other / "site")


@pytest.mark.long
def test_a_changed_text_makes_its_page_and_no_other_question(built: Path) -> None:
    write_question(built / "bank", "craft", 2, why="For another reason.")
    assert build(built).made == 1
    assert "For another reason." in (built / "site/questions/craft/02.html").read_text("utf-8")


@pytest.mark.long
def test_a_changed_title_is_changed_wherever_it_stands(built: Path) -> None:
    write_question(built / "bank", "craft", 2, text="Something else?")
    build(built)
    stale = [
        name
        for name, content in files(built / "site").items()
        if name.endswith(".html") and b"craft number 2" in content
    ]
    assert stale == []


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_package(tmp_path_factory.mktemp("copy"))


@pytest.mark.long
@pytest.mark.parametrize(
    ("path", "more", "counts"),
    [
        ("site/watch.py", "\nfurther = 1\n", False),
        ("packets/run.py", "\nfurther = 1\n", False),
        ("site/rendering.py", "\n# Further.\n", False),
        ("site/rendering.py", "\nfurther = 1\n", True),
        ("notebook/sanitize.py", "\nfurther = 1\n", True),
        ("site/template/question.html.j2", "<!-- further -->", True),
    ],
)
def test_only_code_that_makes_pages_makes_them_again(
    package: Path, path: str, more: str, counts: bool
) -> None:
    with longer(package / path, more):
        assert (page_code_digest(package) != page_code_digest()) is counts


@pytest.mark.long
def test_a_changed_script_is_loaded_from_another_address(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def address() -> str:
        page = BeautifulSoup((built / "site/index.html").read_text("utf-8"), "html.parser")
        return str(page.select_one('[src*="site.bundle.js"]')["src"])  # type: ignore[index]

    first = build(built)
    before = address()
    monkeypatch.setattr("prepkit.site.build.site_bundle", lambda *spoken: "changed();")
    assert build(built).made == first.pages
    assert address() != before
    assert (built / "site/assets/site.bundle.js").read_text("utf-8") == "changed();"


def test_what_code_does_is_looked_at_again_only_when_its_files_have_changed(tmp_path: Path) -> None:
    first = SiteFolder(tmp_path / "site")
    assert first.remember("pages 1", lambda: "one") == "one"
    first.publish_atomically()
    second = SiteFolder(tmp_path / "site")
    assert second.remember("pages 1", lambda: "never asked") == "one"
    assert second.remember("pages 2", lambda: "two") == "two"


@pytest.mark.long
def test_a_question_that_is_gone_leaves_no_page(built: Path) -> None:
    (built / "bank/questions/people/03-topic.md").unlink()
    build(built)
    assert not (built / "site/questions/people/03.html").exists()
    assert "people/03" not in (built / "site/search.html").read_text("utf-8")


@pytest.mark.long
def test_a_page_that_was_changed_or_lost_is_made_again(built: Path) -> None:
    before = files(built / "site")
    (built / "site/questions/craft/01.html").write_text("spoilt", "utf-8")
    (built / "site/questions/craft/02.html").unlink()
    next((built / "site/pagefind").rglob("*.pf_fragment")).unlink()
    assert build(built).made == 2
    assert files(built / "site") == before
    assert len(list((built / "site/pagefind").rglob("*.pf_fragment"))) == 6


@pytest.mark.long
def test_a_damaged_memory_of_the_last_build_costs_only_time(built: Path) -> None:
    first = build(built)
    (built / ".site.json").write_text('{"pages": {"index.html": 3}}', "utf-8")
    assert build(built).made == first.pages


def test_a_folder_with_other_files_is_refused_and_left_alone(folder: Path) -> None:
    (folder / "site").mkdir()
    (folder / "site" / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(PrepkitError) as refused:
        build(folder)
    assert str(refused.value) == (
        f"Nothing was built: {folder / 'site'} holds files that prepkit didn't write, and building"
        " the site there would delete them: thesis.txt. Choose another folder with -o, or move the"
        " files away. If they belong on the site, put them in a folder and name it in site.toml:"
        ' files = "public".'
    )
    assert (folder / "site" / "thesis.txt").read_text("utf-8") == "mine"


@pytest.mark.long
def test_a_file_put_into_the_site_is_not_lost_by_the_next_build(built: Path) -> None:
    (built / "site" / "CNAME").write_text("example.org", "utf-8")
    with pytest.raises(PrepkitError, match="CNAME"):
        build(built)
    assert (built / "site" / "CNAME").exists()


@pytest.mark.long
def test_the_publishers_files_are_on_the_site_unless_it_has_one_of_that_name(
    folder: Path,
) -> None:
    (folder / "public").mkdir()
    (folder / "public" / "CNAME").write_text("example.org", "utf-8")
    settings = Settings(base_url=ADDRESS, files=folder / "public")
    build(folder, settings=settings)
    assert (folder / "site" / "CNAME").read_text("utf-8") == "example.org"
    (folder / "public" / "index.html").write_text("mine", "utf-8")
    with pytest.raises(PrepkitError) as refused:
        build(folder, settings=settings)
    assert str(refused.value) == (
        f"{folder / 'public' / 'index.html'}: the site makes a file index.html itself; rename"
        " or remove yours."
    )
    assert (folder / "site" / "CNAME").exists()


@pytest.mark.long
def test_an_error_in_the_bank_leaves_the_old_site(built: Path) -> None:
    before = files(built / "site")
    (built / "bank/questions/craft/01-topic.md").write_text("no question", "utf-8")
    with pytest.raises(PrepkitError):
        build(built)
    assert files(built / "site") == before


@pytest.mark.long
def test_a_build_that_ended_between_the_two_renames_is_recovered_from(built: Path) -> None:
    before = files(built / "site")
    (built / "site").rename(built / ".site.old")
    (built / ".site.new").mkdir()
    assert build(built).made == 0
    assert files(built / "site") == before
    assert sorted(path.name for path in built.iterdir() if path.name.startswith(".")) == [
        ".site.json"
    ]


@pytest.mark.faults
@pytest.mark.slow
def test_a_build_killed_at_any_moment_leaves_a_whole_site(folder: Path) -> None:
    build(folder)
    sites = []
    for round_ in range(2):
        write_question(folder / "bank", "craft", 2, text=f"Round {round_}?")
        build(folder)
        sites.append({k: v for k, v in files(folder / "site").items() if k.endswith(".html")})
    command = [sys.executable, "-m", "prepkit", "site", "--bank", str(folder / "bank")]
    command += ["-o", str(folder / "site"), "--base-url", ADDRESS]
    for round_ in range(12):
        write_question(folder / "bank", "craft", 2, text=f"Round {round_ % 2}?")
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(0.25 + 0.06 * round_)
        process.send_signal(signal.SIGKILL)
        process.wait()
        there = folder / "site" if (folder / "site").exists() else folder / ".site.old"
        found = {k: v for k, v in files(there).items() if k.endswith(".html")}
        assert found in sites
    subprocess.run(command, check=True, capture_output=True)
    found = {k: v for k, v in files(folder / "site").items() if k.endswith(".html")}
    assert found == sites[1]


@pytest.mark.long
def test_the_sitemap_and_the_feed_are_xml_and_date_what_changed(built: Path) -> None:
    write_question(built / "bank", "craft", 2, why="For another reason.")
    later = MONDAY + timedelta(days=2)
    build(built, now=later)
    atom = {"a": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.fromstring((built / "site/feed.xml").read_text("utf-8"))
    entries = feed.findall("a:entry", atom)
    assert len(entries) == 6
    assert entries[0].findtext("a:id", "", atom) == f"{ADDRESS}questions/craft/02.html"
    assert [entry.findtext("a:updated", "", atom) for entry in entries] == [
        later.isoformat(),
        *[MONDAY.isoformat()] * 5,
    ]
    urls = ElementTree.fromstring((built / "site/sitemap.xml").read_text("utf-8"))
    found = {url[0].text for url in urls}
    assert {ADDRESS, f"{ADDRESS}questions/craft/", f"{ADDRESS}companies/bolt.html"} <= found
    assert f"{ADDRESS}404.html" not in found


@pytest.mark.long
def test_without_an_address_there_is_a_site_and_a_word_on_what_it_lacks(folder: Path) -> None:
    report = build(folder, settings=Settings())
    assert report.notices == ()
    assert report.hints == (
        "No sitemap and no feed were made, because they need the site's address. Give it with"
        " --base-url https://… or as base_url in site.toml.",
    )
    assert not (folder / "site/feed.xml").exists()


@pytest.mark.long
def test_notebooks_alone_are_a_site_too(folder: Path) -> None:
    source = write_notebook(folder / "report.ipynb", text_cell("# Alone"))
    report = publish(
        folder / "site",
        [source],
        settings=Settings(),
        with_bank=False,
        now=MONDAY,
    )
    assert report.pages == 5
    assert "Alone" in (folder / "site/index.html").read_text("utf-8")
    assert not (folder / "site/questions").exists()
    check_links(folder / "site", pages(folder / "site"), "/")


@pytest.mark.long
@pytest.mark.parametrize("trusted", [False, True])
def test_a_question_that_a_notebook_names_in_a_table_leads_to_its_page_as_long_as_there_is_one(
    folder: Path, trusted: bool
) -> None:
    table = glance_table(
        {"Question": ["Kept", "Removed", "Unknown"]},
        caption="Some",
        opens={"Question": ["craft/01", "craft/03", "craft/99"]},
    )
    source = write_notebook(folder / "report.ipynb", code_cell({"text/html": table.html}))

    def links() -> dict[str, str | None]:
        build(folder, source, settings=Settings(trust_html=trusted))
        html = (folder / "site/notebooks/report.html").read_text("utf-8")
        assert "pk-open" not in html.partition("<table")[2].partition("</table>")[0]
        check_links(folder / "site", pages(folder / "site"), "/")
        cells = BeautifulSoup(html, "html.parser").select("table.prepkit-table tbody th")
        return {cell.text: str(cell.a["href"]) if cell.a else None for cell in cells}

    page = "../questions/craft/{}.html".format
    assert links() == {"Kept": page("01"), "Removed": page("03"), "Unknown": None}
    (folder / "bank/questions/craft/03-topic.md").unlink()
    assert links() == {"Kept": page("01"), "Removed": None, "Unknown": None}


@pytest.mark.long
def test_the_command_builds_a_site_and_says_how_many_pages(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    (folder / "site.toml").write_text(
        'title = "Ours"\nbase_url = "https://ours.example"\n', "utf-8"
    )
    assert main(["site", "--bank", "bank"]) == 0
    assert capsys.readouterr().out == (
        f"{Path('build/site')}: 23 pages, 23 built now, 0 unchanged\n"
    )
    assert "<title>Ours</title>" in (folder / "build/site/index.html").read_text("utf-8")
    assert "https://ours.example/feed.xml" in (folder / "build/site/feed.xml").read_text("utf-8")


def test_the_command_refuses_an_address_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["site", "--base-url", "example.org"])
    assert ended.value.code == 2
    assert (
        "'example.org' is not a web address: give one such as https://" in capsys.readouterr().err
    )


@pytest.mark.long
def test_a_notebook_with_a_stored_answer_is_not_published_unless_told_to(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREPKIT_HOME", str(folder / "own"))
    words = "I told the whole team on Monday that the date would not hold."
    store = AnswerStore(user_folder() / "answers.sqlite")
    store.save("craft/01", "action", words, based_on=0)
    source = write_notebook(folder / "mine.ipynb", code_cell({"text/plain": f"x {words} y"}))
    command = ["site", str(source), "-o", str(folder / "site"), "--bank", str(folder / "bank")]
    assert main(command) == 1
    assert f"{source}, cell 1, output 1" in capsys.readouterr().err
    assert not (folder / "site").exists()
    assert main([*command, "--allow-answers"]) == 0


@pytest.mark.slow
def test_nbconvert_renders_a_notebook_with_the_template(folder: Path) -> None:
    nb = rich_notebook(folder / "bank")
    nb["metadata"]["widgets"] = {"state": "a draft of mine"}
    source = write_notebook(folder / "report.ipynb", *nb["cells"], **nb["metadata"])
    jupyter = shutil.which("jupyter", path=str(Path(sys.executable).parent))
    assert jupyter is not None
    command = [jupyter, "nbconvert", "--to", "html", "--template", "prepkit", str(source)]
    subprocess.run(command, check=True, capture_output=True)
    html = (folder / "report.html").read_text("utf-8")
    page = BeautifulSoup(html, "html.parser")
    assert page.h1 is not None
    assert page.h1.string == "A report"
    assert page.select_one(".star") is not None
    assert "a draft of mine" not in html
    assert not [tag for tag in page.select("[src], link") if "http" in str(tag)]


@pytest.mark.long
def test_a_packets_page_shows_the_answer_and_no_form(folder: Path) -> None:
    from prepkit.packets.page import packet_page

    store = AnswerStore(folder / "answers.sqlite")
    store.save("craft/01", "action", "I <did> it.", based_on=0)
    answer: Answer = store.answer("craft/01")
    sheet = Worksheet(load_bank(folder / "bank")["craft/01"], answer)
    html = packet_page(notebook(code_cell(sheet._repr_mimebundle_())), "Ada")
    page = BeautifulSoup(html, "html.parser")
    assert "I <did> it." in page.get_text()
    assert page.select(".star, textarea") == []
