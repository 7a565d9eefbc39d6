"""axe-core finds nothing to object to in the form and the picker, in each theme and width."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.waits import stand_still

pytestmark = pytest.mark.slow

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def violations(page: Page, place: str) -> list[str]:
    """Return each rule that is broken, with the elements that break it."""
    stand_still(page)
    found = Axe().run(page, context=place, options={"resultTypes": ["violations"]})
    return [
        f"{rule['id']}: {[node['html'][:200] for node in rule['nodes']]}"
        for rule in found.response["violations"]
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_form_with_all_that_can_be_open_has_no_violation(host: Any, scheme: str) -> None:
    page = host.open()
    page.emulate_media(color_scheme=scheme)
    host.store.save("craft/01", "situation", "Written elsewhere", based_on=0)
    host.store.save("craft/01", "situation", "Something else altogether", based_on=1)
    page.locator("[data-field=situation]").fill("word " * 100)
    page.locator("[data-field=task]").fill("word " * 30)
    expect(page.locator(".pk-conflict")).to_be_visible()
    page.evaluate("set('level', 'director')")
    page.get_by_label("Point one").check()
    page.locator(".pk-example summary").click()
    page.get_by_role("button", name="Earlier versions of Situation").click()
    expect(page.locator(".pk-past")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".pk-clock")).not_to_have_text("0:00")
    page.get_by_role("button", name="Pause").click()
    assert violations(page, ".pk-host") == []
    page.evaluate("window.line = 'dead'")
    page.locator("[data-field=result]").fill("Cut off")
    expect(page.locator(".pk-bar[data-tone=bad]")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert violations(page, ".pk-host") == []


def test_picker_and_form_in_jupyterlab_have_no_violation_in_either_theme(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    lab.write("axe.ipynb", tmp_path / "answers.sqlite", "pk.Picker(bank, store, log=log)")
    page = context.new_page()
    lab.open(page, "axe.ipynb")
    lab.run(page)
    page.locator("[data-field=task]").fill("Mine to fix")
    page.get_by_role("combobox", name="Find a question").fill("promsie")
    expect(page.locator(".pk-option .pk-mark")).to_have_text("promise")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        light = "true" if scheme == "light" else "false"
        expect(page.locator("body")).to_have_attribute("data-jp-theme-light", light)
        for width in (1100, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert violations(page, ".widget-vbox") == []
