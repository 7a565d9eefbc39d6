"""README and docs say what is true: their commands run, their links lead somewhere.

What is checked of every page takes no process. Running the commands of a page, in order and in one
folder as a reader would, is slow.
"""

from __future__ import annotations

import argparse
import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from prepkit import command_line
from prepkit.bank.calibration import Reference
from prepkit.bank.competencies import Competency
from prepkit.bank.lists import read_list
from prepkit.bank.synonyms import Synonyms
from prepkit.forms import FORMS
from prepkit.records import Category, Company
from prepkit.site.settings import load_settings
from tests.docs_reader import (
    PAGES,
    ROOT,
    Block,
    Command,
    anchors,
    blocks,
    codes,
    commands,
    emphasized,
    links,
)

README_LINES = 120
LANGUAGES = {"sh", "powershell", "python", "toml", "yaml", "markdown", "text"}

NOT_RUN = {
    "make lab": "installs into .venv and opens a browser; tests/browser opens the same workbook",
    "make demo": "tests/test_demo.py builds the same",
    "make test": "runs this test",
    "make fast": "runs this test",
    "make lint": "is run by .ci/run",
    "make faults": "tests of its own, and for a long time",
    "make firefox": "tests of its own",
    "make benchmarks": "takes long, and changes nothing",
    "make scale": "takes half an hour, and changes nothing",
    "prepkit lab": "serves until it is closed; tests/browser does that",
    "conda env create -f environment.yml": "there is no conda where the tests run",
    "conda activate prepkit": "there is no conda where the tests run",
    "py -3.12 -m venv .venv": "for Windows",
    r".venv\Scripts\python -m pip install --require-hashes -r constraints.txt": "for Windows",
    r".venv\Scripts\python -m pip install --no-deps --no-build-isolation -e .": "for Windows",
    r".venv\Scripts\prepkit lab": "for Windows",
    "pip wheel --no-deps --no-build-isolation -w ../my-site/prepkit .": "needs a whole checkout; a"
    " test of the workflow in docs/publishers.md runs it in one",
    "dask scheduler": "for other machines; tests/test_packets_cluster.py starts one",
    "dask worker tcp://10.0.0.5:8786 --nthreads 1": "for other machines",
    "prepkit packets roster.csv -o /shared/spring --scheduler tcp://10.0.0.5:8786": "needs them",
    "prepkit packets roster.csv -o s3://bucket/spring --scheduler tcp://10.0.0.5:8786": "needs S3",
}
"""Commands that are not run here, and why. Each of them must be in the docs, word for word."""

RUN_HERE = {"prepkit", "papermill", "jupyter", "python", "mkdir", "cp"}
"""The first words of what is run."""


def ids(value: object) -> str | None:
    """Return what a test about a page is called."""
    return value.relative_to(ROOT).as_posix() if isinstance(value, Path) else None


every_page = pytest.mark.parametrize("page", PAGES, ids=ids)


@cache
def _parser() -> argparse.ArgumentParser:
    """Return the command line's parser."""
    return command_line._parser()


def all_commands() -> Iterator[Command]:
    for page in PAGES:
        yield from commands(page)


# ---- what is said without running anything -------------------------------------------------------


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= README_LINES


@every_page
def test_every_block_says_what_it_is(page: Path) -> None:
    assert [
        f"{one.place}: {one.language!r}" for one in blocks(page) if one.language not in LANGUAGES
    ] == []


@every_page
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert [
        f"{place}: {link}" for place, link in links(page) if not leads_somewhere(page, link)
    ] == []


def leads_somewhere(page: Path, link: str) -> bool:
    """Tell whether a link is to a file and heading that are there; other hosts are not asked."""
    parts = urlsplit(link)
    if parts.scheme:
        return parts.scheme == "https" and "." in parts.netloc
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.is_relative_to(ROOT) or not target.exists():
        return False
    return not parts.fragment or (target.suffix == ".md" and parts.fragment in anchors(target))


def test_every_command_is_run_or_has_a_reason() -> None:
    strange = [
        str(one)
        for one in all_commands()
        if one.text not in NOT_RUN and one.words[0] not in RUN_HERE
    ]
    assert strange == []


def test_every_reason_is_of_a_command_in_the_docs() -> None:
    assert set(NOT_RUN) - {one.text for one in all_commands()} == set()


def test_every_command_of_prepkit_has_the_options_it_is_given() -> None:
    wrong = []
    for one in all_commands():
        if one.words[0] == "prepkit":
            try:
                _parser().parse_args(one.words[1:])
            except SystemExit:
                wrong.append(str(one))
    assert wrong == []


@cache
def options_of(*words: str) -> frozenset[str] | None:
    """Return the options of a command of prepkit and of those below it; None if there is none."""
    parser: argparse.ArgumentParser = _parser()
    for word in words:
        below = _commands_of(parser)
        if word not in below:
            return None
        parser = below[word]
    return frozenset(_all_options(parser))


def _commands_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _all_options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
    for below in _commands_of(parser).values():
        yield from _all_options(below)


FOREIGN_OPTIONS = {"--engine", "--require-hashes", "--nthreads"}
OF_THE_READER = {".github/workflows/site.yml"}
"""Files that the docs tell people to make."""


@every_page
def test_commands_and_options_in_the_text_are_there(page: Path) -> None:
    targets = make_targets()
    wrong = []
    for place, code in codes(page):
        words = code.split()
        if words[:1] == ["make"] and re.fullmatch(r"[a-z]+", code[5:]):
            right = words[1] in targets
        elif words[:1] == ["prepkit"] and len(words) > 1:
            named = [word for word in words[1:3] if re.fullmatch("[a-z]+", word)]
            known = options_of(*named) or (options_of(named[0]) if named else options_of())
            options = {word for word in words if word.startswith("-")}
            right = known is not None and options <= known
        elif re.match(r"--[a-z]", code):
            known = options_of()
            right = words[0] in FOREIGN_OPTIONS or (known is not None and words[0] in known)
        else:
            continue
        if not right:
            wrong.append(f"{place}: {code}")
    assert wrong == []


@cache
def make_targets() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))


def test_every_make_command_in_the_docs_has_its_target() -> None:
    wrong = [
        str(one)
        for one in all_commands()
        if one.words[0] == "make" and one.words[1] not in make_targets()
    ]
    assert wrong == []


@pytest.mark.long
@every_page
def test_files_and_modules_in_the_text_are_there(page: Path) -> None:
    wrong = []
    for place, code in codes(page):
        is_path = re.fullmatch(
            r"(?:prepkit|tests|notebooks|data|docs|\.github|\.ci)/[\w./-]*", code
        )
        if is_path and code not in OF_THE_READER and not (ROOT / code).exists():
            wrong.append(f"{place}: {code}")
        if re.fullmatch(r"prepkit(?:\.\w+)+", code) and not is_name(code):
            wrong.append(f"{place}: {code}")
    assert wrong == []


def is_name(dotted: str) -> bool:
    """Tell whether there is a module of this name, or one that defines its last part or two."""
    *folders, last = dotted.split(".")
    path = ROOT.joinpath(*folders, last)
    if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file():
        return True
    *above, name = folders
    defined = _defined_in(ROOT.joinpath(*folders))
    return last in defined or f"{name}.{last}" in _defined_in(ROOT.joinpath(*above))


@cache
def _defined_in(module: Path) -> frozenset[str]:
    """Return what a module defines or imports, and the methods of its classes as ``Class.name``."""
    file = module.with_suffix(".py") if module.name else module
    file = file if file.is_file() else module / "__init__.py"
    if not file.is_file():
        return frozenset()
    names: set[str] = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            inside = (one for one in node.body if isinstance(one, ast.FunctionDef))
            names |= {f"{node.name}.{one.name}" for one in inside}
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {one.id for one in targets if isinstance(one, ast.Name)}
    return frozenset(names)


LABELS_OF_OTHERS = {"Shut Down", "Run All Cells", "Source: GitHub Actions", "Download ZIP"}
"""Of JupyterLab and GitHub."""


@cache
def what_people_see() -> str:
    """Return the sources in which the texts of the workbook and of the site stand."""
    kinds = (
        *((ROOT / "prepkit/static").rglob("*.js"), (ROOT / "prepkit/site/template").glob("*.j2")),
        *((ROOT / "prepkit/widgets").glob("*.py"), (ROOT / "notebooks").rglob("*.ipynb")),
        (ROOT / "prepkit/labextension").rglob("*.js"),
    )
    return "\n".join(path.read_text("utf-8") for kind in kinds for path in kind)


@every_page
def test_buttons_and_menus_in_the_text_have_the_names_that_people_see(page: Path) -> None:
    wrong = []
    for place, text in emphasized(page):
        label = text.split(" \N{BLACK RIGHT-POINTING SMALL TRIANGLE} ")[-1]
        # Words in lower case are stressed, or name a notebook.
        is_label = label[:1].isupper() and label not in LABELS_OF_OTHERS
        if is_label and label not in what_people_see():
            wrong.append(f"{place}: {text}")
    assert wrong == []


# ---- files that the docs show --------------------------------------------------------------------


def shown(page: str, language: str, beginning: str) -> Block:
    """Return the one block of a page that begins so."""
    found = [one for one in blocks(ROOT / page, language) if one.text.startswith(beginning)]
    assert len(found) == 1, f"{page}: {len(found)} {language} blocks begin with {beginning!r}"
    return found[0]


def test_the_settings_that_publishers_are_shown_are_all_that_there_are(tmp_path: Path) -> None:
    block = shown("docs/publishers.md", "toml", "title")
    (tmp_path / "public").mkdir()
    file = tmp_path / "site.toml"
    file.write_text(block.text, "utf-8")
    settings = load_settings(file)
    assert settings.files == tmp_path / "public"
    scripts = {
        f"{name}_{field}" for name in settings.scripts for field in ("script", "cookies", "hosts")
    }
    plain = set(type(settings).model_fields) - set(settings.scripts)
    assert set(tomllib.loads(block.text)) == plain | scripts


@pytest.mark.parametrize(
    ("kind", "beginning"),
    [
        (Category, "- slug:"),
        (Company, "- name:"),
        (Synonyms, "- of:"),
        (Competency, "- category:"),
        (Reference, "- question:"),
    ],
)
def test_the_lists_of_a_bank_are_shown_as_they_are_read(
    kind: type[Any], beginning: str, tmp_path: Path
) -> None:
    file = tmp_path / "list.yaml"
    file.write_text(shown("docs/bank.md", "yaml", beginning).text, "utf-8")
    assert read_list(file, kind)


def test_the_question_file_that_is_shown_is_one_that_the_tests_read() -> None:
    file = ROOT / "tests/data/kinds/questions/openers/02-why-us.md"
    assert shown("docs/bank.md", "markdown", "---\n").text == file.read_text("utf-8")


def test_every_kind_is_listed_with_its_parts() -> None:
    text = (ROOT / "docs/bank.md").read_text("utf-8")
    for kind, form in FORMS.items():
        (row,) = [line for line in text.split("\n") if line.startswith(f"| `{kind}` |")]
        assert row.endswith(f"| {', '.join(form.names)} |")


def test_the_workflow_that_is_shown_is_one_and_its_commands_are_right() -> None:
    block = shown("docs/publishers.md", "yaml", "name: Site")
    workflow = yaml.load(block.text, yaml.BaseLoader)  # 'on' is a word there, and no truth value
    assert workflow["on"]["push"] == {"branches": ["main"]}
    for name, job in workflow["jobs"].items():
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step), f"{block.place}: {name}: {step}"
            assert re.fullmatch(r"actions/[\w-]+@v\d+", step.get("uses", "actions/a@v1"))
            words = step.get("run", "").replace("$BASE_URL", "https://example.org").split()
            if words[:1] == ["prepkit"]:
                _parser().parse_args([word.strip('"') for word in words[1:]])


def test_the_drawing_of_the_rooms_is_that_of_the_import_contract() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = [set(layer.split(" | ")) for layer in contract["contracts"][0]["layers"]]
    drawing = shown("docs/architecture.md", "text", " ")
    lines = [set(re.findall(r"prepkit\.(\w+)", line)) for line in drawing.text.splitlines()]
    assert [line for line in lines if line] == layers


def test_the_workflow_that_is_shown_has_the_actions_of_our_own() -> None:
    ours: dict[str, str] = {}
    for file in (ROOT / ".github/workflows").glob("*.yml"):
        # Pinned by their commits, with the version in a comment; Dependabot keeps both up to date.
        for action, version in re.findall(
            r"(actions/[\w-]+)@\w+ # (v\d+)", file.read_text("utf-8")
        ):
            ours[action] = version
    text = shown("docs/publishers.md", "yaml", "name: Site").text
    shared = {
        one: version for one, version in re.findall(r"(actions/[\w-]+)@(v\d+)", text) if one in ours
    }
    assert "actions/checkout" in shared
    assert shared == {action: ours[action] for action in shared}


@every_page
def test_python_in_the_docs_can_be_read(page: Path) -> None:
    for block in blocks(page, "python"):
        compile(block.text, str(block.place), "exec")
