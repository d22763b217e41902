"""The page in a real headless browser: what it shows, filters, addresses, the upgrade, accessibility, hostile records.

`nox -s page` runs these; without chromium they fail and say how to get it.
"""

import csv
import io
import json
import re
from pathlib import Path

import chromium
import pytest
from page_store import comparer, fill, hostile, page_of, report_of, time
from small_store import MINORS, catalogue_at, place, write

from cases import _catalog
from matrix.store import Store
from reports import evidence, performance, tables, verdicts
from reports.axis import Axis
from reports.ledger import Ledger
from reports.observed import Behaviour, Observed, Questions, Row
from reports.page.render import page as render
from reports.signs import GLYPHS
from reports.stories import first_places
from reports.upgrade import Comparer

pytestmark = pytest.mark.page
ENOUGH_CASES, ENOUGH_POINTS = 100, 2000


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    path = chromium.find()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=chromium.OPTIONS)
        yield opened
        opened.close()


@pytest.fixture
def world(tmp_path, monkeypatch):
    return Store(tmp_path / "records"), catalogue_at(monkeypatch, tmp_path / "cases")


@pytest.fixture
def visit(browser, tmp_path):
    """Opens a page's text; afterwards nothing may have been logged as an error, nor anything but the file asked for."""
    contexts, said, asked = [], [], []

    def open_(text: str, address: str = "", **options):
        file = tmp_path / "index.html"
        file.write_text(text, encoding="utf-8")
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri() + address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    assert sum(url.startswith("file:") for url in asked) == len(contexts)


@pytest.fixture
def small(world, tmp_path):
    fill(*world)
    time(tmp_path / "tables")
    return page_of(*world, tmp_path / "tables")


def test_the_matrix_shows_what_the_csv_says(world, small, visit):
    report, judgements, *_ = report_of(*world)
    text = tables.correctness(report.rows, [one.status for one in judgements]).to_csv(index=False)
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


def rows(page):
    return page.evaluate(
        "[...document.querySelectorAll('tr.case[data-case]')].filter((r) => r.offsetParent).map((r) => r.dataset.case)"
    )


def test_search_and_filters_choose_rows(small, visit):
    page = visit(small)
    assert rows(page) == ["losses.decorated", "losses.late", "tape.traces"]
    page.fill("#search", "LOGITS shortcut")
    assert rows(page) == ["losses.decorated"]
    page.fill("#search", "count")
    assert rows(page) == ["tape.traces"], "the claim is searched too"
    page.fill("#search", "zzz")
    assert rows(page) == []
    assert page.is_visible("#none")
    page.click("#clear-none")
    page.wait_for_function("document.getElementById('found').textContent === '3 of 3 cases'")
    page.check("[name=status][value=unsupported]")
    assert rows(page) == ["losses.late"]
    page.uncheck("[name=status][value=unsupported]")
    page.select_option("#family", "tape")
    assert rows(page) == ["tape.traces"]
    page.select_option("#family", "")
    page.select_option("#sort", "weight")
    assert rows(page)[0] == "losses.decorated"
    assert page.text_content("tr.case:first-child th code") == "losses.decorated"
    page.select_option("#sort", "name")
    page.check("#changes")
    assert "losses.late" in rows(page)


def opened_wholly(page):
    """What belongs to a point is made by an event that comes after the click."""
    page.wait_for_function(
        "[...document.querySelectorAll('dialog .point[open]')].every((one) => one.children.length > 1)"
    )


def test_a_deep_link_opens_the_cell_and_back_closes_it(small, visit):
    page = visit(small, "#matrix/losses.decorated/2.1")
    text = page.inner_text("dialog[open]")
    for words in (
        "losses.decorated",
        "wrong (logits shortcut)",
        "A claim.",
        "--releases 2.1.1 --lanes 3.10 --cases losses.decorated",
    ):
        assert words in text
    assert "numpy 1.19.5" in text
    page.click("dialog .point summary >> nth=0")
    opened_wholly(page)
    opened = page.inner_text("dialog .point[open]")
    assert "[1, 2, nan] 3" in opened
    assert "[1, 2, 3] 3" in opened
    assert page.locator("dialog .point[open] svg.chart").count() == 1
    page.select_option("dialog .bar select", "tf2.3.1-py3.10")
    page.wait_for_function("location.hash === '#matrix/losses.decorated/tf2.3.1-py3.10'")
    assert "The points in 2.3.1" in page.inner_text("dialog[open]")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("location.hash") == "#matrix"
    page.evaluate("location.hash = '#matrix/no.such/2.1'")
    page.wait_for_function("document.getElementById('found').textContent === 'There is no case no.such'")
    page.evaluate("location.hash = '#matrix/%E0%A4%A'")
    assert page.is_visible("#view-matrix")


def test_keys_alone_reach_a_cell_and_its_details(small, visit):
    page = visit(small)
    page.focus("#cases td a[tabindex='0']")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("losses.late in 2.1")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('dialog[open]')")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("losses.late in 2.1")


def plain(found):
    """An upgrade as the script has it."""
    return {
        "changes": sorted(
            [one.section, one.case, one.points, one.before.outcome, one.after.outcome] for one in found.changes
        ),
        "right": found.right_in_both,
        "compared": found.compared,
        "only": list(found.only_one),
        "legs": [found.before.leg, found.after.leg],
        "lost": [list(one) for one in found.lost],
        "gained": [list(one) for one in found.gained],
        "environment": [list(one) for one in found.environment],
        "speed": [[one.case, one.point, round(one.ratio, 6), round(one.ci_low, 6), one.verdict] for one in found.speed],
    }


SCRIPT = """([before, after]) => {
  const found = upgrade(before, after);
  const outcome = (number) => data.behaviours[number][0];
  const digits = (one) => [one.case, one.points, one.before, one.after];
  return {
    changes: found.changes.map((one) => [one.section, one.case, one.points, outcome(one.before), outcome(one.after)]),
    right: found.right, compared: found.compared, only: found.only,
    legs: [found.before, found.after].map((leg) => data.legs[leg].id),
    lost: found.lost.map(digits), gained: found.gained.map(digits), environment: found.environment,
    speed: found.speed.map((one) => [one.case, one.point, +one.ratio.toFixed(6), +one.ci_low.toFixed(6), one.verdict]),
  };
}"""


def test_the_script_compares_any_pair_as_python_does(world, small, visit, tmp_path):
    made = comparer(*world, tmp_path / "tables")
    page = visit(small)
    for pair in [(one, other) for one in MINORS for other in MINORS if one != other]:
        said = page.evaluate(SCRIPT, list(pair))
        said["changes"].sort()
        assert said == plain(made.between(*pair)), pair


def test_the_upgrade_form_answers(small, visit):
    page = visit(small, "#upgrade")
    page.select_option("#before", "2.1")
    page.select_option("#after", "2.3")
    page.click("#pair [type=submit]")
    page.wait_for_function("location.hash === '#upgrade/2.1/2.3'")
    text = page.inner_text("#upgrade-result")
    for words in (
        "From TensorFlow 2.1.1 to 2.3.1",
        "Becomes wrong",
        "Newly refused",
        "no difference is Python's",
        "NumPy",
    ):
        assert words in text
    page.click("#turn")
    page.wait_for_function("location.hash === '#upgrade/2.3/2.1'")
    assert "From TensorFlow 2.3.1 to 2.1.1" in page.inner_text("#upgrade-result")
    page.evaluate("location.hash = '#upgrade/2.1/9.9'")
    page.wait_for_function(
        "document.getElementById('upgrade-result').textContent.includes('There are no answers of 9.9')"
    )


def test_performance_shows_intervals_and_what_is_inconclusive(small, visit):
    page = visit(small, "#performance/tf2.3.1-py3.10/tf2.2.1-py3.10")
    text = page.inner_text("#view-performance")
    for words in (
        "inconclusive: the interval is wider than the margin",
        "0.7 \u2013 1.2",
        "raised",
        "1.02",
        "interleaved",
    ):
        assert words in text
    assert page.locator("#view-performance svg circle.inconclusive").count() >= 1
    assert page.locator("#view-performance svg.chart").count() >= 3


def test_without_times_the_page_says_how_to_get_them(world, visit, tmp_path):
    fill(*world)
    page = visit(page_of(*world, tmp_path / "none"), "#performance")
    assert "nox -s timing" in page.inner_text("#view-performance")
    page.evaluate("location.hash = '#upgrade/2.1/2.3'")
    page.wait_for_function("document.getElementById('upgrade-result').textContent.includes('nox -s timing')")


def test_hostile_records_are_shown_and_do_nothing(world, visit, tmp_path):
    hostile(*world)
    page = visit(page_of(*world, tmp_path), "#matrix/losses.decorated/2.1")
    for summary in page.locator("dialog .point summary").all():
        summary.click()
    opened_wholly(page)
    text = page.inner_text("dialog")
    assert "</script><script>alert(1)</script><img src=x onerror=alert(1)>" in text
    assert "\\u202eevil" in text
    assert "Ж中" in text
    assert page.locator("img[src=x]").count() == 0
    page.evaluate("location.hash = '#upgrade/2.1/2.2'")
    page.wait_for_function("document.getElementById('upgrade-result').textContent.includes('alert(1)')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address",
    ["#matrix", "#matrix/losses.decorated/2.1", "#upgrade/2.1/2.3", "#performance", "#retracing", "#pictures"],
)
def test_axe_finds_nothing_serious(small, visit, address, scheme):
    import axe_playwright_python

    page = visit(small, address, color_scheme=scheme)
    for summary in page.locator("dialog[open] .point summary").all():
        summary.click()
    opened_wholly(page)
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
    for view in ("matrix", "upgrade/2.1/2.3", "performance", "retracing", "matrix/losses.decorated/2.1"):
        page.evaluate(f"location.hash = '#{view}'")
        page.wait_for_timeout(50)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, view


def test_nothing_moves_while_it_loads(small, visit):
    page = visit(small)
    shift = page.evaluate(
        """() => new Promise((done) => { let sum = 0;
        new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
          .observe({ type: "layout-shift", buffered: true });
        setTimeout(() => done(sum), 200); })"""
    )
    assert shift < 0.01


def test_without_script_the_tables_are_there(small, visit):
    page = visit(small, java_script_enabled=False)
    assert page.locator("#cases tr.case").count() == 3
    assert page.locator("#cases th[scope=col]").count() == len(MINORS) + 1
    assert page.is_visible("#view-retracing")


def test_in_print_the_matrix_is_whole(small, visit):
    page = visit(small)
    page.emulate_media(media="print")
    assert page.is_hidden(".filters")
    assert page.is_visible("#cases")
    assert page.pdf()


def test_many_legs_and_points_stay_fluid(visit, tmp_path):
    """60 legs with 2,000 points: a filter, a cell and an upgrade answer at once."""
    each = ENOUGH_POINTS // ENOUGH_CASES
    for number in range(ENOUGH_CASES):
        file = tmp_path / "many" / f"family{number % 9}" / f"case{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'"""Claim {number}."""\nPARAMS = {{"n": {tuple(range(each))}}}\n', encoding="utf-8")
    asked = Questions.of(_catalog.catalog(str(tmp_path / "many")))
    minors = tuple(f"2.{number}" for number in range(60))
    axis = Axis(minors, (), ("3.10",), dict.fromkeys(minors, (("3.10", ""),)))
    found = [
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
    judgements = verdicts.judge(found, ledger)
    report = verdicts.report(Observed(rows=found), judgements, ledger, axis, asked.cases)
    timed = performance.load(tmp_path)
    text = render(
        report, judgements, ledger, Comparer(report, ledger, {}, timed), evidence.Evidence(), [], timed, [], ""
    )
    assert len(found) == 60 * ENOUGH_POINTS
    page = visit(text)
    took = page.evaluate(
        """async () => {
        const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        const times = {};
        const clock = async (name, act) => {
          await frame();
          const from = performance.now();
          act();
          await frame();
          times[name] = performance.now() - from;
        };
        const type = (text) => {
          const box = document.getElementById('search');
          box.value = text;
          box.dispatchEvent(new Event('input', { bubbles: true }));
        };
        await clock('filter', () => type('case7'));
        await clock('all', () => type(''));
        await clock('cell', () => { location.hash = '#matrix/family0.case0/2.30'; });
        await clock('close', () => { location.hash = '#matrix'; });
        await clock('upgrade', () => { location.hash = '#upgrade/2.3/2.50'; });
        return times; }"""
    )
    assert max(took.values()) < 1000, took
    assert len(text) < 6_000_000


def test_one_release_only(world, visit, tmp_path):
    write(*world, place("2.1").leg, "losses.decorated")
    page = visit(page_of(*world, tmp_path), "#upgrade")
    assert "An upgrade needs answers of two releases" in page.inner_text("#view-upgrade")


def test_the_policy_forbids_everything_but_the_page(small):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', small)
    assert policy
    assert "unsafe" not in policy[1]
    assert policy[1].startswith("default-src 'none'")
    assert json.dumps(policy[1]).count("sha256-") == 2
