"""The settings of a site: what a file may say, every problem of it, and the policy of the pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prepkit.errors import PrepkitError
from prepkit.site.settings import (
    Script,
    Settings,
    SettingsError,
    content_security_policy,
    load_settings,
)

NOTHING = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "media-src blob:; connect-src 'self'; form-action 'self'; base-uri 'none'"
)


def written(folder: Path, text: str) -> Path:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> str:
    """Return the error's text, with the folder left out of it."""
    with pytest.raises(PrepkitError) as caught:
        load_settings(written(folder, text))
    return str(caught.value).replace(f"{folder}/", "")


def test_a_file_may_set_everything(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    path = written(
        tmp_path,
        'title = "Questions"\ndescription = """Two\nlines"""\nbase_url = "https://q.example/prep"\n'
        'language = "en-GB"\nauthor = "Ada"\nrepository = "https://code.example/ada/q"\n'
        'answers = "ada-q"\nfiles = "public"\ntrust_html = true\n'
        'analytics_script = "https://stats.example/s.js?site=1"\n'
        'analytics_cookies = ["_ga", "_pk_*"]\nanalytics_hosts = ["https://*.api.example/"]\n'
        'marketing_script = "http://localhost:8123/m.js"\n',
    )
    assert load_settings(path) == Settings(
        title="Questions",
        description="Two lines",
        base_url="https://q.example/prep/",
        language="en-GB",
        author="Ada",
        repository="https://code.example/ada/q",
        answers="ada-q",
        files=tmp_path / "public",
        trust_html=True,
        analytics=Script(
            script="https://stats.example/s.js?site=1",
            cookies=("_ga", "_pk_*"),
            hosts=("https://*.api.example",),
        ),
        marketing=Script(script="http://localhost:8123/m.js"),
    )


def test_an_empty_file_is_as_none(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "# nothing yet\n")) == Settings()


def test_every_problem_is_told_with_its_line(tmp_path: Path) -> None:
    text = (
        'titel = "Questions"\n'
        'description = """\n'
        'base_url = "this is text"\n'
        '"""\n'
        'base_url = "http://q.example"\n'
        "language = 5\n"
        'trust_html = "yes"\n'
        'files = "public"\n'
        'analytics_script = "javascript:alert(1)"\n'
        'analytics_cookies = "_ga"\n'
        'marketing_hosts = ["https://a.example/path"]\n'
        "[marketing]\n"
    )
    assert refused(tmp_path, text) == (
        "site.toml has 10 problems:\n"
        "  site.toml:1: there is no setting 'titel'; did you mean 'title'?\n"
        "  site.toml:5: base_url: expected an address that begins with https://, without ? and #, "
        "found 'http://q.example'\n"
        "  site.toml:6: language: expected a language, such as 'en' or 'en-GB', found 5\n"
        "  site.toml:7: trust_html: expected true or false, found 'yes'\n"
        "  site.toml:8: files: there is no folder public\n"
        "  site.toml:9: analytics_script: expected an address that begins with https://, found "
        "'javascript:alert(1)'\n"
        "  site.toml:10: analytics_cookies: expected a list of names of cookies, such as ['_ga', "
        "'_pk_*'], found '_ga'\n"
        "  site.toml:11: marketing_hosts: expected a list of hosts without a path, such as "
        "['https://stats.example'], found 'https://a.example/path'\n"
        "  site.toml:11: marketing_hosts: it needs marketing_script, which is missing\n"
        "  site.toml:12: there is no setting 'marketing'; did you mean 'marketing_hosts'?"
    )


def test_order_and_redirects_are_read_and_refused_with_their_lines(tmp_path: Path) -> None:
    text = (
        'toc = ["a.ipynb", {path = "b", title = "Part B"}]\n'
        'redirects."old.html" = "notebooks/new.html#there"\nredirects."b/" = "https://b.example/"\n'
    )
    settings = load_settings(written(tmp_path, text))
    assert [(one.path, one.title) for one in settings.toc] == [("a.ipynb", ""), ("b", "Part B")]
    assert settings.redirects == {
        "old.html": "notebooks/new.html#there",
        "b/": "https://b.example/",
    }
    list_of_notebooks = (
        "a list of notebooks and folders, such as ['intro.ipynb', {path = 'lectures', title ="
        " 'Lectures'}]"
    )
    assert refused(tmp_path, '\ntoc = ["a", {title = "B"}, 7]\n') == (
        "site.toml has 2 problems:\n"
        "  site.toml:2: toc: an entry has no path\n"
        f"  site.toml:2: toc: expected {list_of_notebooks}, found 7"
    )
    assert refused(tmp_path, 'redirects."../a.html" = "b.html"\n') == (
        "site.toml has 1 problem:\n"
        "  site.toml:1: redirects: '../a.html' can't have been a page of this site: give its"
        " address without the site's, such as 'notebooks/old.html' or 'old/'"
    )
    assert refused(tmp_path, 'redirects."a.html" = "javascript:alert(1)"\n') == (
        "site.toml has 1 problem:\n"
        "  site.toml:1: redirects: 'javascript:alert(1)' is neither a page of this site, such as"
        " 'notebooks/new.html', nor an address that begins with https://"
    )
    assert refused(tmp_path, 'redirects = ["a.html"]\n') == (
        "site.toml has 1 problem:\n"
        "  site.toml:1: redirects: expected pairs of addresses, such as {'notebooks/old.html' ="
        " 'notebooks/new.html'}, found ['a.html']"
    )


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    assert refused(tmp_path, 'title = "Q"\nanswers = \n') == (
        "site.toml has 1 problem:\n  site.toml:2: this isn't valid TOML: Invalid value"
    )


def test_a_folder_without_a_name_is_not_that_of_the_settings(tmp_path: Path) -> None:
    assert refused(tmp_path, 'files = " "\n') == (
        "site.toml has 1 problem:\n  site.toml:1: files: expected the name of a folder, found ' '"
    )


def test_one_script_that_is_missing_is_one_problem(tmp_path: Path) -> None:
    text = 'title = "Q"\nanalytics_hosts = []\nanalytics_cookies = [5]\n'
    assert refused(tmp_path, text) == (
        "site.toml has 2 problems:\n"
        "  site.toml:2: analytics_hosts: it needs analytics_script, which is missing\n"
        "  site.toml:3: analytics_cookies: expected a list of names of cookies, such as ['_ga', "
        "'_pk_*'], found 5"
    )


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PrepkitError) as caught:
        load_settings(tmp_path / "site.toml")
    assert str(caught.value) == f"{tmp_path}/site.toml: no such file"


def test_without_settings_a_page_calls_nobody() -> None:
    assert content_security_policy(Settings()) == NOTHING


def test_the_policy_lists_just_what_is_set() -> None:
    settings = Settings(
        analytics=Script(script="https://Stats.example/s.js", hosts=("https://in.example",)),
        marketing=Script(script="https://stats.example/m.js"),
    )
    hosts = "https://stats.example https://in.example"
    assert content_security_policy(settings) == (
        NOTHING.replace("'wasm-unsafe-eval'", f"'wasm-unsafe-eval' {hosts}")
        .replace("data:", f"data: {hosts}")
        .replace("connect-src 'self'", f"connect-src 'self' {hosts}")
    )


ADDRESSES = st.one_of(
    st.text(),
    st.from_regex(r"https?://[a-z*.;:'\" /?#@-]{0,30}", fullmatch=True),
    st.text("htps:/.;'* \nselfx?#0", max_size=40).map("https://".__add__),
)


@given(script=ADDRESSES, host=ADDRESSES)
def test_no_setting_adds_to_the_policy_but_hosts(
    tmp_path_factory: pytest.TempPathFactory, script: str, host: str
) -> None:
    quoted = [json.dumps(one.replace("\x7f", ""), ensure_ascii=True) for one in (script, host)]
    if any("\\ud" in one for one in quoted):  # TOML writes such characters otherwise
        return
    text = f"analytics_script = {quoted[0]}\nanalytics_hosts = [{quoted[1]}]\n"
    try:
        settings = load_settings(written(tmp_path_factory.getbasetemp(), text))
    except SettingsError:
        return
    policy = content_security_policy(settings)
    assert policy.count(";") == NOTHING.count(";")
    directive = policy.split("; ")[1].split()
    assert all(
        one.startswith(("https://", "http://localhost", "http://127.")) for one in directive[3:]
    )
