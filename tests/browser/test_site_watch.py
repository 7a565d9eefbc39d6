"""The author's preview in a browser: pages load anew after a build, and show why one has failed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from prepkit.errors import PrepkitError
from prepkit.site.settings import Settings, content_security_policy
from prepkit.site.watch import Preview

pytestmark = pytest.mark.slow


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    made = Preview(tmp_path, 0)
    thread = threading.Thread(target=made.serve_forever, args=(0.05,))
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join(5)


def test_a_page_under_the_site_s_policy_loads_anew_and_shows_what_failed(
    context: BrowserContext, preview: Preview
) -> None:
    page, errors = context.new_page(), list[str]()
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))

    def write(text: str) -> None:
        policy = content_security_policy(Settings())
        (preview.folder / "index.html").write_text(
            '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>A</title>'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
            f'<link rel="icon" href="data:,"><body><h1>{text}</h1></body>'
        )

    def fail() -> None:
        raise PrepkitError("a.ipynb, cell 2, source: a stored answer, \u201cOur import\u201d")

    write("One")
    page.goto(preview.url)
    expect(page.locator("h1")).to_have_text("One")
    preview.build(fail)
    alert = page.get_by_role("alert")
    expect(alert).to_have_text(
        "The site wasn't built, so this page is still the one from the last build.\n\n"
        "a.ipynb, cell 2, source: a stored answer, \u201cOur import\u201d"
    )
    page.reload()  # a page that is opened later shows it, too
    expect(alert).to_be_visible()
    preview.build(lambda: write("Two"))
    expect(page.locator("h1")).to_have_text("Two")
    expect(alert).to_have_count(0)
    assert errors == []
