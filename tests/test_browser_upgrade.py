"""The upgrade and the performance views in a real headless browser: the script says what Python says."""

import re

import pytest
from page_store import comparer, fill, page_of, rounds, time
from playwright.sync_api import expect
from small_store import MINORS, place, write

pytestmark = pytest.mark.page


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
    speed: found.speed,
  };
}"""


def test_the_script_compares_any_pair_as_python_does(world, visit, tmp_path):
    fill(*world)
    time(tmp_path / "tables")
    made = comparer(*world, tmp_path / "tables", rounds())
    page = visit(page_of(*world, tmp_path / "tables", rounds()))
    for pair in [(one, other) for one in MINORS for other in MINORS if one != other]:
        said = page.evaluate(SCRIPT, list(pair))
        said["changes"].sort()
        found = made.between(*pair)
        times = {(one["case"], one["point"]): one for one in said.pop("speed")}
        assert said == plain(found), pair
        assert times.keys() == {(one.case, one.point) for one in found.speed}, pair
        for one in found.speed:
            shown, numbers = times[one.case, one.point], ("ratio", "ci_low", "ci_high", "margin")
            assert (shown["verdict"], shown["through"]) == (one.verdict, one.through), pair
            # The page has them in ten thousandths.
            expected = pytest.approx([getattr(one, name) for name in numbers], rel=2e-4)
            assert [shown[name] for name in numbers] == expected, pair


def test_where_a_ratio_is_from_is_said(world, visit, tmp_path):
    fill(*world)
    page = visit(page_of(*world, tmp_path / "tables", rounds()), "#upgrade/2.0/2.3")
    table = page.locator("#upgrade-result table", has_text="times the time")
    expect(table).to_contain_text("1.8")
    expect(table).to_contain_text("joined over 2.1.1")


def test_the_upgrade_form_answers(small, visit):
    page = visit(small, "#upgrade")
    page.select_option("#before", "2.1")
    page.select_option("#after", "2.3")
    page.click("#pair [type=submit]")
    expect(page).to_have_url(re.compile(r"#upgrade/2\.1/2\.3$"))
    result = page.locator("#upgrade-result")
    for words in (
        "From TensorFlow 2.1.1 to 2.3.1",
        "Becomes wrong",
        "Newly refused",
        "no difference is Python's",
        "NumPy",
    ):
        expect(result).to_contain_text(words)
    page.click("#turn")
    expect(page).to_have_url(re.compile(r"#upgrade/2\.3/2\.1$"))
    expect(result).to_contain_text("From TensorFlow 2.3.1 to 2.1.1")
    page.evaluate("location.hash = '#upgrade/2.1/9.9'")
    expect(result).to_contain_text("There are no answers of 9.9")


def test_performance_shows_intervals_and_what_is_inconclusive(small, visit):
    page = visit(small, "#performance/tf2.3.1-py3.10/tf2.2.1-py3.10")
    view = page.locator("#view-performance")
    for words in (
        "inconclusive: the interval is wider than the margin",
        "0.7 \u2013 1.2",
        "raised",
        "1.02",
        "interleaved",
    ):
        expect(view).to_contain_text(words)
    expect(view.locator("svg circle.inconclusive")).not_to_have_count(0)
    page.wait_for_function("document.querySelectorAll('#view-performance svg.chart').length >= 3")


def test_without_times_the_page_says_how_to_get_them(world, visit, tmp_path):
    fill(*world)
    page = visit(page_of(*world, tmp_path / "none"), "#performance")
    expect(page.locator("#view-performance")).to_contain_text("nox -s timing")
    page.evaluate("location.hash = '#upgrade/2.1/2.3'")
    expect(page.locator("#upgrade-result")).to_contain_text("nox -s timing")


def test_one_release_only(world, visit, tmp_path):
    write(*world, place("2.1").leg, "losses.decorated")
    page = visit(page_of(*world, tmp_path), "#upgrade")
    expect(page.locator("#view-upgrade")).to_contain_text("An upgrade needs answers of two releases")


def test_releases_that_share_no_case_cannot_be_compared(world, visit, tmp_path):
    write(*world, place("2.1").leg, "losses.decorated")
    write(*world, place("2.2").leg, "losses.late")
    page = visit(page_of(*world, tmp_path), "#upgrade/2.1/2.2")
    expect(page.locator("#upgrade-result")).to_contain_text(
        "nothing can be compared: nox -s matrix -- --releases 2.1,2.2"
    )
