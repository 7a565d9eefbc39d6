"""The browser side: modules are joined into one script, and what can't be joined is refused."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from prepkit.scripts import STATIC, join_modules, page_script, style_sheet, widget_script
from prepkit.site.bundle import site_bundle, site_script

WIDGETS = (
    "home.js",
    "star_form.js",
    "picker.js",
    "job.js",
    "hand_in.js",
    "fill_in_form.js",
    "key_keeper.js",
    "plan_watch.js",
    "mock.js",
    "stories.js",
    "debrief.js",
    "feedback.js",
)
PAGES = ("theme.js", "search.js", "charts.js", "preview.js", "table.js", "view.js")
SITE = ("site.js", "mock_page.js", "html_form.js")
MODULES = {path.relative_to(STATIC).as_posix(): path for path in sorted(STATIC.rglob("*.js"))}

TEXT = "export const shout = (text) => text.toUpperCase();\nconst hidden = 1;\n"
GREET = (
    'import { shout } from "./text.js";\n\nexport function greet() {\n  return shout("hi");\n}\n'
)


def test_a_module_that_imports_nothing_is_a_function_of_its_own() -> None:
    assert join_modules("text.js", {"text.js": TEXT}) == (
        "const modules = {};\n"
        'modules["text.js"] = (() => {\n'
        "const shout = (text) => text.toUpperCase();\n"
        "const hidden = 1;\n"
        "return { shout };\n"
        "})();\n"
    )


def test_what_a_module_imports_stands_before_it_and_only_once() -> None:
    texts = {
        "text.js": TEXT,
        "words/greet.js": GREET.replace("./text.js", "../text.js"),
        "page.js": 'import { greet } from "./words/greet.js";\n'
        'import {\n  shout,\n} from "./text.js";\n'
        "greet(shout);\nexport default { greet };\n",
    }
    joined = join_modules("page.js", texts)
    assert names_in(joined) == ["text.js", "words/greet.js", "page.js"]
    assert joined.endswith(
        'modules["page.js"] = (() => {\n'
        'const { greet } = modules["words/greet.js"];\n'
        'const { shout } = modules["text.js"];\n'
        "greet(shout);\n"
        "return { default: { greet } };\n"
        "})();\n"
    )


def test_comments_on_lines_of_their_own_are_left_out() -> None:
    text = "// What it is for.\n\nexport const a = {\n  // why\n  b: 1, // ms\n};\n"
    joined = join_modules("a.js", {"a.js": text})
    assert "{\nconst a = {\n  b: 1, // ms\n};\nreturn { a };\n" in joined


@pytest.mark.parametrize(
    "declaration", ["const a = 1;", "class a {}", "function a() {}", "function* a() {}",
                    "async function a() {}"],
)  # fmt: skip
def test_every_kind_of_declaration_can_be_exported(declaration: str) -> None:
    joined = join_modules("a.js", {"a.js": f"export {declaration}\n"})
    assert f"{{\n{declaration}\nreturn {{ a }};\n" in joined


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        (
            {"a.js": 'import { b } from "./b.js";\n'},
            "a.js → b.js: no such module.",
        ),
        (
            {"a.js": 'import { b, c } from "./b.js";\n', "b.js": "export const b = 1;\n"},
            "a.js: b.js exports no c.",
        ),
        (
            {
                "a.js": 'import { b } from "./b.js";\n',
                "b.js": 'import { a } from "./a.js";\nexport const b = a;\n',
            },
            "Modules import each other: a.js → b.js → a.js.",
        ),
        (
            {"a.js": 'import * as b from "./b.js";\n', "b.js": ""},
            "a.js: an import or export in a form that isn't read: "
            'import * as b from "./b.js";',
        ),
        (
            {"a.js": 'import { b as c } from "./b.js";\n', "b.js": "export const b = 1;\n"},
            "a.js: an import or export in a form that isn't read: "
            'import { b as c } from "./b.js";',
        ),
        (
            {"a.js": 'import { b } from "library";\n'},
            "a.js: an import or export in a form that isn't read: "
            'import { b } from "library";',
        ),
        (
            {"a.js": "const b = 1;\nexport { b };\n"},
            "a.js: an import or export in a form that isn't read: export { b };",
        ),
        (
            {"a.js": "export let b = 1;\n"},
            "a.js: an import or export in a form that isn't read: export let b = 1;",
        ),
        (
            {"a.js": "export default 1;\nconst b = 2;\n"},
            "a.js: an import or export in a form that isn't read: export default 1;",
        ),
    ],
)  # fmt: skip
def test_what_can_not_be_joined_is_refused(texts: dict[str, str], problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)) as refused:
        join_modules("a.js", texts)
    assert str(refused.value) == problem


@pytest.mark.long
def test_a_widgets_script_is_a_module_that_imports_nothing() -> None:
    for name in WIDGETS:
        script = widget_script(name)
        assert re.findall(r"^(?:import|export)\b.*", script, re.MULTILINE) == [
            f'export default modules["{name}"].default;'
        ]


@pytest.mark.long
def test_a_pages_script_is_one_function_without_modules() -> None:
    for script in (*map(site_script, SITE), *map(page_script, PAGES)):
        assert script.startswith('(() => {\n"use strict";\n')
        assert script.endswith("})();\n")
        assert re.findall(r"^(?:import|export)\b.*", script, re.MULTILINE) == []


def names_in(script: str) -> list[str]:
    """Return the names of the modules that a script was joined from."""
    return re.findall(r'^modules\["(.+)"\] =', script, re.MULTILINE)


@pytest.mark.long
def test_every_module_is_in_some_script() -> None:
    pages = [*map(site_script, SITE), *map(page_script, PAGES)]
    scripts = [*pages, *map(widget_script, WIDGETS)]
    assert {name for script in scripts for name in names_in(script)} == {*MODULES, "kinds.js"}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_short_and_uses_all_that_it_imports(name: str) -> None:
    text = MODULES[name].read_text("utf-8")
    assert text.count("\n") <= 400
    head = re.findall(r'^import \{([^}]*)\} from ".*";\n', text, re.MULTILINE)
    body = re.sub(r"^import [^;]*;\n", "", text, flags=re.MULTILINE)
    imported = {each for names in head for each in re.findall(r"\w+", names)}
    assert {each for each in imported if not re.search(rf"\b{each}\b", body)} == set()


def test_no_part_of_an_answer_is_named_in_a_script() -> None:
    part = re.compile(r"""["'`.](situation|task|action)\b""", re.IGNORECASE)
    for name, path in MODULES.items():
        assert (name, part.findall(path.read_text("utf-8"))) == (name, [])


def test_style_sheets_are_joined_in_order() -> None:
    sheet = style_sheet("colours.css", "star_form.css")
    assert sheet.index("--pk-ink: light-dark") < sheet.index("/* The STAR form.")


def test_the_sites_script_knows_the_parts_of_every_form() -> None:
    kinds = re.search(r"const KINDS = (.+);\n", site_bundle())
    assert kinds
    for parts in json.loads(kinds[1]).values():
        assert all(set(part) == {"name", "title", "words"} for part in parts)


@pytest.mark.slow
def test_the_modules_are_only_read_when_a_script_is_asked_for() -> None:
    code = (
        "import prepkit.widgets.star_form, prepkit.widgets.hand_in, prepkit.scripts as scripts\n"
        "print(scripts._modules.cache_info().misses)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
