"""The matrix in a real headless browser: what it shows, filters, addresses, keys, and the details of a cell."""

import csv
import io
import re

import pytest
from page_store import report_of
from playwright.sync_api import expect
from small_store import MINORS

from reports import tables
from reports.signs import GLYPHS
from reports.stories import first_places

pytestmark = pytest.mark.page


def test_the_matrix_shows_what_the_csv_says(world, small, visit, tmp_path):
    report, judgements, *_ = report_of(*world)
    tables.write_correctness(report.rows, judgements, tmp_path / "correctness.csv")
    text = (tmp_path / "correctness.csv").read_text(encoding="utf-8")
    standing = {key: one.leg for key, one in first_places(report.rows, report.axis).items()}
    wanted = {}
    for row in csv.DictReader(io.StringIO(text)):
        minor = row["release"].rpartition(".")[0]
        if standing[row["case"], minor] == row["leg"]:
            wanted.setdefault((row["case"], minor), []).append(row["outcome"])
    page = visit(small)
    shown = page.evaluate(
        """() => [...document.querySelectorAll('#cases td a')].map((a) => {
        const sign = a.querySelector('span').firstChild.textContent;
        return [...decodeURIComponent(a.hash).split('/').slice(1), sign, a.closest('td').cellIndex]; })"""
    )
    assert {(case, release) for case, release, _, _ in shown} == set(wanted)
    for case, release, sign, column in shown:
        outcome = next(name for name, one in GLYPHS.items() if one == sign)
        assert outcome in wanted[case, release]
        assert outcome == "match" or any(one != "match" for one in wanted[case, release])
        assert column == MINORS.index(release) + 1


def shows(page, *names):
    """Waits until these cases are the visible ones, in this order."""
    expect(page.locator("#cases tr.case:visible th code")).to_have_text(list(names))


def test_search_and_filters_choose_rows(small, visit):
    page = visit(small)
    everything = ("decorated", "late", "traces")
    shows(page, *everything)
    page.fill("#search", "LOGITS shortcut")
    shows(page, "decorated")
    page.fill("#search", "count")  # of the claim
    shows(page, "traces")
    page.fill("#search", "zzz")
    shows(page)
    expect(page.locator("#none")).to_be_visible()
    page.click("#clear-none")
    shows(page, *everything)
    expect(page.locator("#found")).to_have_text("3 of 3 cases")
    page.check("[name=status][value=unsupported]")
    shows(page, "late")
    page.uncheck("[name=status][value=unsupported]")
    page.select_option("#family", "tape")
    shows(page, "traces")
    page.select_option("#family", "")
    page.select_option("#sort", "weight")
    shows(page, "losses.decorated", "tape.traces", "losses.late")
    page.select_option("#sort", "name")
    shows(page, *everything)
    page.check("#changes")
    shows(page, *everything)


def test_a_deep_link_opens_the_cell_and_its_points(small, visit):
    page = visit(small, "#matrix/losses.decorated/2.1")
    dialog = page.locator("dialog[open]")
    for words in (
        "losses.decorated",
        "wrong (logits shortcut)",
        "A claim.",
        "--releases 2.1.1 --lanes 3.10 --cases losses.decorated",
        "numpy 1.19.5",
    ):
        expect(dialog).to_contain_text(words)
    dialog.locator(".point summary").first.click()
    point = dialog.locator(".point[open]")
    expect(point).to_contain_text("[1, 2, nan] 3")
    expect(point).to_contain_text("[1, 2, 3] 3")
    expect(point.locator("svg.chart")).to_have_count(1)
    dialog.locator(".bar select").select_option("tf2.3.1-py3.10")
    expect(page).to_have_url(re.compile(r"#matrix/losses\.decorated/tf2\.3\.1-py3\.10$"))
    expect(dialog).to_contain_text("The points in 2.3.1")


def test_closing_and_going_back_belong_to_the_address(small, visit):
    page = visit(small)
    dialog = page.locator("dialog[open]")
    page.locator("#cases td a").first.click()
    expect(dialog).to_have_count(1)
    page.go_back()
    expect(dialog).to_have_count(0)
    page.go_forward()
    expect(dialog).to_have_count(1)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(re.compile("#matrix$"))
    page.go_back()
    expect(dialog).to_have_count(1)


def test_an_address_of_nothing_says_so(small, visit):
    page = visit(small, "#matrix/no.such/2.1")
    expect(page.locator("#found")).to_have_text("There is no case no.such")
    page.evaluate("location.hash = '#upgrade'")
    expect(page.locator("#view-upgrade")).to_be_visible()
    page.evaluate("location.hash = '#matrix/%E0%A4%A'")
    expect(page.locator("#view-matrix")).to_be_visible()


def test_keys_alone_reach_a_cell_and_its_details(small, visit):
    page = visit(small)
    page.focus("#cases td a[tabindex='0']")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    here = page.locator("#cases td a:focus")
    expect(here).to_have_attribute("aria-label", re.compile(r"^losses\.late in 2\.1"))
    expect(page.locator("#cases td a[tabindex='0']")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_contain_text("losses.late")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(here).to_have_attribute("aria-label", re.compile(r"^losses\.late in 2\.1"))
