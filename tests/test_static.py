"""The logic of the browser side, by Node's own test runner."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import combinations
from pathlib import Path

import pytest

import prepkit

NODE = shutil.which("node")
TESTS = sorted((Path(__file__).parent / "static").glob("*.test.mjs"))


@pytest.mark.long
@pytest.mark.skipif(NODE is None, reason="Node runs these, and there is none here")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_the_modules_of_the_browser_side_do_what_their_tests_say(path: Path) -> None:
    done = subprocess.run([str(NODE), "--test", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


PACKAGE = Path(prepkit.__file__).parent
SHEETS = [*PACKAGE.glob("static/*.css"), *PACKAGE.glob("labextension/**/*.css")]
FORM = {"pk-form", "pk-host"}  # the form is a part of several pages
LEADS = re.compile(r"^\s*\.(pk-[a-z-]+)", re.MULTILINE)


def test_no_two_parts_of_a_page_have_a_class_of_one_name_for_their_rules() -> None:
    # All style sheets of the parts of a page are global there.
    leading = {
        path.name: set(LEADS.findall(re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)))
        for path in SHEETS
        if path.name != "colours.css"  # the same for all of them
    }
    assert leading["home.css"], "the pattern finds nothing any more"
    for (one, its), (other, others) in combinations(leading.items(), 2):
        assert not (its & others) - FORM, f"{one} and {other}"


@pytest.mark.parametrize("part", ["mock", "debrief", "feedback"])
def test_the_look_of_a_part_does_not_depend_on_which_style_sheet_was_loaded_last(part: str) -> None:
    # Each part brings the form's sheet along, and that takes away whatever the page around has
    # done: `.pk-form.pk-form :where(*)`. A rule of the part with only two classes would lose to one
    # that is loaded later.
    css = re.sub(r"/\*.*?\*/", "", (PACKAGE / f"static/{part}.css").read_text("utf-8"), flags=re.S)
    root = rf"\.pk-{part}"
    assert len(re.findall(rf"{root}{root} [.>*:\w]", css)) > 20
    assert re.findall(rf"(?<![\w-]){root} [.>*:\w].*", css) == []
