"""The whole page in a real headless browser: hostile records, accessibility, a phone, print, no script, very many cells."""

import json
import re
from pathlib import Path

import pytest
from page_store import hostile, page_of
from playwright.sync_api import expect
from small_store import MINORS, place

from cases import _catalog
from reports import evidence, performance, verdicts
from reports.axis import Axis
from reports.ledger import Ledger
from reports.observed import Behaviour, Observed, Questions, Row, Rows
from reports.page.render import page as render
from reports.upgrade import Comparer

pytestmark = pytest.mark.page
ENOUGH_CASES, ENOUGH_POINTS = 100, 2000


def open_all_points(page):
    """Opens every point of a cell's details; what belongs to one is made by an event that comes after the click."""
    for point in page.locator("dialog[open] .point").all():
        point.locator("summary").click()
        expect(point.locator(":scope > div")).to_have_count(1)


def test_hostile_records_are_shown_and_do_nothing(world, visit, tmp_path):
    hostile(*world)
    page = visit(page_of(*world, tmp_path), "#matrix/losses.decorated/2.1")
    open_all_points(page)
    dialog = page.locator("dialog[open]")
    for words in ("</script><script>alert(1)</script><img src=x onerror=alert(1)>", "\\u202eevil", "Ж中"):
        expect(dialog).to_contain_text(words)
    expect(page.locator("img[src=x]")).to_have_count(0)
    page.evaluate("location.hash = '#upgrade/2.1/2.2'")
    expect(page.locator("#upgrade-result")).to_contain_text("alert(1)")
    expect(page.locator("img[src=x]")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address",
    ["#matrix", "#matrix/losses.decorated/2.1", "#upgrade/2.1/2.3", "#performance", "#retracing", "#pictures"],
)
def test_axe_finds_nothing_serious(small, visit, address, scheme):
    import axe_playwright_python

    # A colour that is still on its way to another is neither.
    page = visit(small, address, color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator(f"#view-{address[1:].partition('/')[0]}")).to_be_visible()
    open_all_points(page)
    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")["violations"]
    serious = [
        (one["id"], [node["html"] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_a_phone_scrolls_tables_and_not_the_page(small, visit):
    page = visit(small, viewport={"width": 390, "height": 844})
    for address, shown in (
        ("matrix", "#view-matrix"),
        ("upgrade/2.1/2.3", "#upgrade-result .lead"),
        ("performance", "#performance-result svg"),
        ("retracing", "#view-retracing"),
        ("matrix/losses.decorated/2.1", "dialog[open]"),
    ):
        page.evaluate(f"location.hash = '#{address}'")
        expect(page.locator(shown).first).to_be_visible()
        page.wait_for_function("document.documentElement.scrollWidth <= 390")


SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  const observer = new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
      if (one.sources.some((source) => source.node?.id === "main" && document.getElementById("pushed"))) done(sum);
      sum += one.value;
    }
  });
  observer.observe({ type: "layout-shift", buffered: true });
  // A shift made on purpose: when that one is seen, those before it were.
  const frame = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
  frame(() => {
    const pushed = document.createElement("div");
    pushed.id = "pushed";
    pushed.style.height = "200px";
    document.body.prepend(pushed);
  });
})"""


def test_nothing_moves_while_it_loads(small, visit):
    assert visit(small).evaluate(SHIFTS) < 0.01


def test_without_script_the_tables_are_there(small, visit):
    page = visit(small, java_script_enabled=False)
    expect(page.locator("#cases tr.case")).to_have_count(3)
    expect(page.locator("#cases th[scope=col]")).to_have_count(len(MINORS) + 1)
    expect(page.locator("#view-retracing")).to_be_visible()


def test_in_print_the_matrix_is_whole(small, visit):
    page = visit(small)
    page.emulate_media(media="print")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("#cases")).to_be_visible()
    assert page.pdf()


def test_many_legs_and_points_stay_fluid(visit, tmp_path):
    """60 legs with 2,000 points: how much work a filter, a cell and an upgrade are, which is the same on every machine.

    Counted are the blocks of the script that run: for a filter few per cell of the table, for a cell's details a hundred per
    point and leg of its case, for an upgrade some hundred per point. Ten million would be felt, as tenths of a second.
    """
    each = ENOUGH_POINTS // ENOUGH_CASES
    for number in range(ENOUGH_CASES):
        file = tmp_path / "many" / f"family{number % 9}" / f"case{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'"""Claim {number}."""\nPARAMS = {{"n": {tuple(range(each))}}}\n', encoding="utf-8")
    asked = Questions.of(_catalog.catalog(str(tmp_path / "many")))
    minors = tuple(f"2.{number}" for number in range(60))
    axis = Axis(minors, (), ("3.10",), dict.fromkeys(minors, (("3.10", ""),)))
    rows = [
        Row(
            place(minor)._replace(leg=f"tf{minor}.1-py3.10", release=f"{minor}.1", position=minor),
            *(
                case,
                point,
                Behaviour("mismatch" if (at * 7 + index) % 31 == 0 else "match"),
                1e-7 * (1 + index % 5),
                None,
                None,
            ),
            {"keras": "2.3.0", "numpy": "1.19.5"},
        )
        for index, minor in enumerate(minors)
        for at, case in enumerate(asked.cases)
        for point in asked.spaces[case].texts
    ]
    ledger = Ledger([], asked)
    found = Observed(Rows.of(rows))
    judgements = verdicts.judge(found.rows, ledger)
    report = verdicts.report(found, judgements, ledger, axis, asked.cases)
    timed = performance.load(tmp_path)
    text = render(
        report, judgements, ledger, Comparer(report, ledger, {}, timed), evidence.Evidence(), [], timed, [], ""
    )
    assert len(found.rows) == 60 * ENOUGH_POINTS
    assert len(text) < 6_000_000
    page = visit(text)
    work = Work(page)
    cells = ENOUGH_CASES * len(minors)
    page.fill("#search", "case7")
    expect(page.locator("#found")).to_have_text("11 of 100 cases")
    assert work.since() < 10 * cells
    page.fill("#search", "")
    expect(page.locator("#found")).to_have_text("100 of 100 cases")
    assert work.since() < 10 * cells
    page.evaluate("location.hash = '#matrix/family0.case0/2.30'")
    expect(page.locator("dialog[open] .point")).to_have_count(each)
    assert work.since() < 150 * each * len(minors)
    page.evaluate("location.hash = '#upgrade/2.3/2.50'")
    expect(page.locator("#upgrade-result .lead")).to_be_visible()
    assert work.since() < 500 * ENOUGH_POINTS
    page.evaluate("location.hash = '#matrix'")
    page.set_viewport_size({"width": 1047, "height": 718})  # A4 across, less its margins
    page.emulate_media(media="print")
    expect(page.locator("#filters")).to_be_hidden()
    page.wait_for_function("document.getElementById('cases').getBoundingClientRect().right <= innerWidth")


class Work:
    """Counts how often the page's script enters a block."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)
        self.session.send("Profiler.enable")
        self.session.send("Profiler.startPreciseCoverage", {"callCount": True, "detailed": True})

    def since(self):
        """Blocks since the last time."""
        found = self.session.send("Profiler.takePreciseCoverage")["result"]
        return sum(part["count"] for script in found for one in script["functions"] for part in one["ranges"])


def test_the_policy_forbids_everything_but_the_page(small):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', small)
    assert policy
    assert "unsafe" not in policy[1]
    assert policy[1].startswith("default-src 'none'")
    assert json.dumps(policy[1]).count("sha256-") == 2
