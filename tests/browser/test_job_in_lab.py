"""A job description in JupyterLab: pasted, read, there again on the next page, and never in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.test_accessibility import SCHEMES, violations

pytestmark = pytest.mark.slow

POSTING = "Marzipan Ltd\n\nYour tasks\n- Mentor engineers\n- Zigzag daily\n\nBenefits\n- Mentoring"


def test_a_posting_is_read_kept_and_not_in_the_notebook(
    lab: Any, context: BrowserContext, tmp_path: Path
) -> None:
    (lab.bank_folder / "competencies.yaml").write_text(
        "- {of: [craft], category: craft, phrases: [mentor*]}\n", "utf-8"
    )
    lab.write("job.ipynb", tmp_path / "answers.sqlite", "pk.JobDescription(bank, store)")
    page = context.new_page()
    lab.open(page, "job.ipynb")
    box = page.get_by_label("Job description", exact=True)
    lab.run(page, ".pk-job .pk-box")
    box.fill(POSTING)
    expect(page.get_by_text("Saved, on this computer only.")).to_be_visible()
    expect(page.locator(".pk-mark")).to_have_count(1)
    expect(page.locator(".pk-mark")).to_contain_text("Mentor")
    expect(page.get_by_text("1 phrase found, on 1 competency.")).to_be_visible()
    expect(page.get_by_role("link", name="Tell me about a rule you changed.")).to_be_visible()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        light = "true" if scheme == "light" else "false"
        expect(page.locator("body")).to_have_attribute("data-jp-theme-light", light)
        for width in (1100, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert violations(page, ".pk-job") == []
    page.set_viewport_size({"width": 1100, "height": 900})
    assert "Marzipan" not in str(lab.save(page, "job.ipynb"))
    lab.open(page, "job.ipynb")
    lab.run(page, ".pk-job .pk-box")
    expect(box).to_have_value(POSTING)
    expect(page.locator(".pk-mark")).to_have_count(1)
    # What is read comes later than the next key: the focus stays where it went meanwhile.
    box.fill(f"{POSTING}\n\nYour tasks\n- Mentor leaders")
    fold = page.get_by_text("The text with its marks")
    fold.focus()
    expect(page.locator(".pk-mark")).to_have_count(2)
    expect(fold).to_be_focused()
