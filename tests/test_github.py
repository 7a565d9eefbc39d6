"""What GitHub and pre-commit read says the same as the code, the Makefile and the bank."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from prepkit.bank import load_bank
from prepkit.forms import FORMS, KINDS
from prepkit.records import LEVELS

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def load(path: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def options(field: str) -> list[str]:
    """Return what the form for a question lets people choose from."""
    form = load(ROOT / ".github" / "ISSUE_TEMPLATE" / "question.yml")
    (found,) = [part for part in form["body"] if part.get("id") == field]
    chosen = found["attributes"]["options"]
    assert isinstance(chosen, list)
    return chosen


def test_the_form_for_a_question_offers_the_categories_kinds_and_levels_of_the_bank() -> None:
    titles = [category.title for category in load_bank().categories]
    assert options("category") == [*titles, "I'm not sure"]
    assert options("kind") == [f"{kind}: {', '.join(FORMS[kind].names)}" for kind in KINDS]
    assert options("level") == list(LEVELS)


def test_the_form_for_a_bug_asks_for_no_private_text() -> None:
    form = load(ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml")
    first, *_, last = form["body"]
    assert first["attributes"]["value"].startswith("**Please don't paste your answers")
    assert last["attributes"]["options"][0]["required"] is True


def test_every_change_is_tested_on_each_python_that_a_release_is_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pythons = re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))
    tests = load(ROOT / ".github" / "workflows" / "tests.yml")
    assert tests["jobs"]["linux"]["strategy"]["matrix"]["python"] == pythons


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_to_a_commit_with_its_version_beside_it(path: Path) -> None:
    uses = re.findall(r"uses: (\S+)(.*)", path.read_text("utf-8"))
    assert uses
    for action, rest in uses:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", rest), action


def test_an_action_has_one_version_in_all_workflows() -> None:
    text = "".join(path.read_text("utf-8") for path in WORKFLOWS)
    pins = set(re.findall(r"uses: ([\w./-]+)@(\w+)", text))
    assert len({action for action, _ in pins}) == len(pins)


def test_only_the_job_that_publishes_can_say_who_it_is() -> None:
    jobs = load(ROOT / ".github" / "workflows" / "release.yml")["jobs"]
    allowed = {name: job["permissions"] for name, job in jobs.items()}
    read = {"contents": "read"}
    assert allowed == {"build": read, "check": read, "publish": {"id-token": "write"}}


def test_pre_commit_asks_the_tools_of_make_lint() -> None:
    (repo,) = load(ROOT / ".pre-commit-config.yaml")["repos"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    _, _, lint = makefile.partition("\nlint:")
    commands = lint.partition("\n\n")[0].replace("$(BIN)/", "")
    entries = [hook["entry"].replace(" --force-exclude", "") for hook in repo["hooks"]]
    assert entries[0] == "git diff --cached --check"
    for entry in entries[1:]:
        assert f"\t{entry}" in commands


def test_what_npm_installs_is_hashed_and_names_no_package_host() -> None:
    text = (ROOT / "tests" / "firefox" / "package-lock.json").read_text("utf-8")
    packages = json.loads(text)["packages"]
    assert all(package.get("integrity") for name, package in packages.items() if name)
    assert "resolved" not in text
