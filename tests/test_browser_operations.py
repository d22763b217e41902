"""The table of operations in a real headless browser: its filters, keys, print and accessibility."""

import re
from pathlib import Path

import pytest
from operations_store import page_of
from playwright.sync_api import expect

pytestmark = pytest.mark.page


def test_it_is_filtered_walked_printed_and_accessible(visit, tmp_path):
    import axe_playwright_python

    page = visit(page_of(tmp_path / "cases", tmp_path), "#operations", reduced_motion="reduce")
    rows = page.locator("#ops tr.case:visible th code")
    expect(rows).to_have_text(["abs", "pow@zero", "tanh"])
    expect(page.locator("#op-found")).to_have_text("3 ops")
    page.uncheck("#op-odd")
    expect(rows).to_have_text(["abs", "fft", "pow@zero", "tanh"])
    page.fill("#op-search", "lookuperror")
    expect(rows).to_have_text(["abs"])
    page.fill("#op-search", "")
    page.focus("#ops td a[tabindex='0']")
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#ops td a:focus")).to_have_attribute("aria-label", "fft in 2.2: unsupported")
    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#matrix/sweep\.math/2\.2$"))
    expect(page.locator("dialog[open]")).to_contain_text("sweep.math")
    page.keyboard.press("Escape")
    page.evaluate("location.hash = '#operations'")
    expect(page.locator("#ops")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#op-filters")).to_be_hidden()
    expect(page.locator("#ops")).to_be_visible()
