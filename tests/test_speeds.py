"""Times of any two legs from made-up rounds whose ratios are known: direct, over a third leg, from lane to lane."""

import math

import pytest
from page_store import APART, FACTORS, rounds, time
from small_store import PLACES, place

from matrix import ratios
from matrix.ratios import Estimate
from reports import performance, upgrade_text
from reports.speeds import Change, Speeds, turned


def leg(position: str, lane: str = "3.10") -> str:
    return place(position, lane).leg


def one(speeds: Speeds, before: str, after: str) -> Change:
    found = speeds.between(before, after)
    assert [change.point for change in found] == ["n=1", "n=2"]
    return found[0]


@pytest.mark.parametrize(("before", "after"), [("2.1", "2.3"), ("2.3", "2.1"), ("2.1", "2.2")])
def test_two_legs_that_met_are_compared_in_their_own_rounds(before, after):
    change = one(rounds(), leg(before), leg(after))
    truth = FACTORS[after, "3.10"] / FACTORS[before, "3.10"]
    assert change.through == ""
    assert change.ratio == pytest.approx(truth, rel=0.005)
    assert change.ci_low <= truth <= change.ci_high
    assert change.verdict == ("same" if truth == 1 else "slower" if truth > 1 else "faster")


def test_backwards_is_the_mirror():
    speeds = rounds()
    there, back = one(speeds, leg("2.1"), leg("2.3")), one(speeds, leg("2.3"), leg("2.1"))
    assert turned(there) == back
    assert (there.ratio * back.ratio, there.ci_low * back.ci_high) == pytest.approx((1, 1))


def test_two_legs_that_never_met_are_joined_over_one_that_met_both():
    change = one(rounds(), *(leg(*at) for at in APART))
    assert change.through == "2.1.1"
    assert change.ratio == pytest.approx(1.2, rel=0.005)
    assert change.verdict == "slower"
    assert "joined over 2.1.1" in upgrade_text.speed(change)


def test_from_lane_to_lane_a_release_on_both_takes_python_out():
    change = one(rounds(), leg("2.0", "3.7"), leg("2.3"))
    assert change.through == "2.1.1"
    # 2.0 to 2.1 on Python 3.7, then 2.1 to 2.3 on 3.10; that the lanes differ by a factor of three is not seen.
    assert change.ratio == pytest.approx(1.5 * 1.2, rel=0.005)
    on_the_link = one(rounds(), leg("2.1", "3.7"), leg("2.3"))
    assert on_the_link.through == "2.1.1"
    assert on_the_link.ratio == pytest.approx(1.2, rel=0.005)


def test_what_was_not_timed_is_not_made_up():
    speeds = rounds()
    assert speeds.between(leg("2.1"), leg("2.2", "3.7")) == []
    assert speeds.between(leg("2.1"), leg("2.1")) == []
    assert Speeds(type(speeds.rounds)(), PLACES).between(leg("2.1"), leg("2.3")) == []


def test_a_wrong_answer_has_no_time():
    speeds = rounds()
    speeds.rounds.statuses["losses.late", "n=1"] = {
        name: {**said, "outcome": "mismatch" if name == leg("2.3") else "match"}
        for name, said in speeds.rounds.statuses["losses.late", "n=1"].items()
    }
    assert [change.point for change in speeds.between(leg("2.1"), leg("2.3"))] == ["n=2"]


def test_all_at_once_is_the_same_as_one_by_one():
    at_once, singly = rounds(), rounds()
    at_once.draw_all()
    legs = [leg(*at) for at in FACTORS]
    pairs = [(before, after) for before in legs for after in legs]
    assert [at_once.between(*pair) for pair in pairs] == [singly.between(*pair) for pair in pairs]


def test_a_joined_interval_is_wider_by_what_both_add():
    first, second = Estimate(0.1, 0.03, 5.0, 20, 6), Estimate(0.2, 0.04, 5.0, 30, 6)
    joined = ratios.join(first, second)
    assert (joined.log_ratio, joined.error) == pytest.approx((0.3, 0.05))
    # Welch and Satterthwaite: (0.03^2 + 0.04^2)^2 / ((0.03^4 + 0.04^4) / 5)
    assert joined.df == pytest.approx(0.05**4 / ((0.03**4 + 0.04**4) / 5))
    assert (joined.rounds, joined.restarts) == (20, 6)
    unknown = Estimate(0.2, math.inf, 0.0, 3, 1)
    assert ratios.join(first, unknown).interval() == (-math.inf, math.inf)


def test_one_restart_knows_no_interval_and_says_nothing():
    change = one(rounds(restarts=1), leg("2.1"), leg("2.3"))
    assert (change.ci_low, change.ci_high, change.verdict) == (0, math.inf, "inconclusive")


def test_what_the_table_has_is_said_as_it_has_it(tmp_path):
    time(tmp_path)
    timed = performance.load(tmp_path, rounds())
    stated, drawn = timed.between(leg("2.3"), leg("2.1"))
    assert (stated.point, stated.ratio, stated.verdict) == ("n=1", 0.5, "faster")
    assert (drawn.point, drawn.ratio) == ("n=2", pytest.approx(1 / 1.2, rel=0.005))
    assert timed.between(leg("2.1"), leg("2.3"))[0] == turned(stated)
