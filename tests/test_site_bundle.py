"""The script of the published pages is one classic script."""

from __future__ import annotations

import re

from prepkit.site.bundle import site_bundle


def test_the_bundle_is_one_function_without_modules() -> None:
    bundle = site_bundle()
    assert bundle.startswith('(() => {\n"use strict";\n')
    assert bundle.endswith("})();\n")
    assert re.findall(r"^(?:import|export)\b.*", bundle, re.MULTILINE) == []


def test_the_bundle_holds_the_form_once_and_the_site_after_it() -> None:
    bundle = site_bundle()
    marks = [
        "class Form {",
        "const starForm = { render };",
        "const toJson = ",
        "class BrowserStore {",
        "class AnswersPage {",
        "const runConsent = ",
        "\nstart();\n",
    ]
    assert [bundle.count(mark) for mark in marks] == [1] * len(marks)
    assert sorted(marks, key=bundle.index) == marks
