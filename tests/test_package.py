"""What is shipped: the public names, the constraints, and a wheel that works on its own."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

import prepkit

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_the_version_is_the_same_wherever_it_stands() -> None:
    version = PROJECT["project"]["version"]
    extension = ROOT / "prepkit/labextension/prepkit/package.json"
    assert json.loads(extension.read_text("utf-8"))["version"] == version
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/bug.yml").read_text("utf-8"))
    placeholders = [part.get("attributes", {}).get("placeholder") for part in form["body"]]
    assert f"prepkit {version}" in placeholders
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    sections = re.findall(r"^## (.*)", changes, re.M)
    assert sections[0] == "[Unreleased]"
    assert re.fullmatch(re.escape(f"[{version}]") + r" - \d{4}-\d\d-\d\d", sections[1])


def test_public_names_are_sorted_and_each_can_be_had() -> None:
    assert sorted(prepkit.__all__) == prepkit.__all__
    for name in prepkit.__all__:
        assert getattr(prepkit, name).__doc__, f"{name} has no docstring"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'prepkit' has no attribute 'load_banks'$"):
        prepkit.load_banks  # type: ignore[attr-defined] # noqa: B018


def test_import_prepkit_loads_no_heavy_module() -> None:
    code = "import sys, prepkit; print(*{'pandas', 'pydantic', 'IPython'} & set(sys.modules))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (printed.stdout.strip(), printed.stderr) == ("", "")


def imported(node: ast.AST) -> Iterator[str]:
    """Yield the top-level names of the modules that code imports when it runs, by any means."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module.partition(".")[0]
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        match node.args:
            case [ast.Constant(value=str(name))]:
                yield name.partition(".")[0]
    for child in ast.iter_child_nodes(node):
        yield from imported(child)


def normalized(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split("[<>=\\[]", requirement)[0]).lower()


@pytest.mark.slow
def test_every_module_that_is_imported_is_declared_and_nothing_else() -> None:
    files = sorted((ROOT / "prepkit").rglob("*.py"))
    names = {name for file in files for name in imported(ast.parse(file.read_text("utf-8")))}
    third_party = names - set(sys.stdlib_module_names) - {"prepkit"}
    distributions = packages_distributions()
    needed = {normalized(distributions[name][0]) for name in third_party}
    always, extras = (PROJECT["project"][f"{kind}dependencies"] for kind in ("", "optional-"))
    declared = {normalized(one) for group in (always, *extras.values()) for one in group}
    assert needed - declared == set()
    # What is run as a program, or whose files are published, and not imported.
    assert declared - needed == {"bokeh", "jupyterlab", "plotly"}


@pytest.mark.parametrize("name", ["constraints.txt", "constraints-dev.txt"])
def test_constraints_are_hashed_and_name_no_package_host(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    pins = re.findall(r"^[a-z0-9._-]+==\S+(?: ;[^\n]*)? \\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(pins) == text.count("==") - len(re.findall(r" ;[^\n]*==", text))
    assert not re.search(r"//|index|find-links", text)


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("constraints.txt", PROJECT["project"]["dependencies"]),
        ("constraints-dev.txt", PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_constraints_pin_every_dependency(name: str, needed: list[str]) -> None:
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / name).read_text("utf-8"), re.MULTILINE))
    assert {re.split("[<>=]", one)[0] for one in needed} <= pinned


def test_conda_and_pip_users_get_the_same_pythons() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    python, pip, editable = environment["dependencies"]
    assert python == f"python {PROJECT['project']['requires-python']}"
    assert (pip, editable) == ("pip", {"pip": ["-e ."]})


@pytest.mark.slow
def test_a_wheel_brings_the_questions_the_notebooks_and_the_licences(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "installed")
    for folder in ("data", "notebooks"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and ".ipynb_checkpoints" not in path.parts:
                assert f"prepkit/{path.relative_to(ROOT)}" in names
    assert {"prepkit/static/star_form.js", "prepkit/static/form/field.js"} <= names
    assert {"prepkit/static/site.css", "prepkit/static/package.json"} <= names
    extension = (ROOT / "prepkit" / "labextension").rglob("*")
    assert {str(path.relative_to(ROOT)) for path in extension if path.is_file()} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("nbconvert/templates/prepkit/conf.json") for name in names)

    # Run from another folder, with only the unpacked wheel on the path before the dependencies.
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "prepkit", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
            capture_output=True,
            text=True,
        )

    check = run("check")
    assert check.stderr == ""
    assert str(tmp_path / "installed" / "prepkit" / "data") in check.stdout
    site = run("site", "--base-url", "https://example.org")
    assert site.stderr == ""
    assert (tmp_path / "build" / "site" / "assets" / "site.css").is_file()
