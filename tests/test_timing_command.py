"""What ``nox -s timing`` does with its words, before anything is measured."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from matrix import timing
from matrix.paths import UsageError
from releases.legs import Leg, legs_of
from releases.select import Plan
from releases.table import load

TABLE = load()
LEGS = {leg.id: leg for release in TABLE.releases for leg in legs_of(release, TABLE) if leg.variant is None}
OLD, MIDDLE_OLD, MIDDLE, NEW, NEWEST = (
    LEGS[name] for name in ("tf2.1.4-py3.7", "tf2.9.3-py3.7", "tf2.9.3-py3.10", "tf2.20.0-py3.10", "tf2.21.0-py3.10")
)


def options(*words: str) -> Any:
    return timing.parser().parse_args(list(words))


def test_without_a_baseline_there_is_only_the_release_before() -> None:
    assert timing.baseline_legs(options(), [NEW, NEWEST]) == []


def test_a_baseline_is_found_on_every_lane_that_it_has() -> None:
    legs = [OLD, MIDDLE_OLD, MIDDLE, NEW]
    assert timing.baseline_legs(options("--baseline", "2.9"), legs) == [MIDDLE_OLD, MIDDLE]


@pytest.mark.parametrize(
    ("baseline", "legs", "words"),
    [
        ("1.15", [NEW, NEWEST], "1.15"),
        ("2.1..2.9", [NEW, NEWEST], "name one"),
        ("2.1", [NEW, NEWEST], "cannot run on the lanes chosen"),
        ("2.1", [OLD, NEW, NEWEST], "shares no lane"),
    ],
)
def test_a_baseline_that_cannot_serve_is_refused(baseline: str, legs: list[Leg], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        timing.baseline_legs(options("--baseline", baseline), legs)


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("10m", 600), ("1.5h", 5400), ("2min", 120)])
def test_a_budget_has_a_unit(text: str, seconds: float) -> None:
    assert options("--budget", text).budget == seconds


@pytest.mark.parametrize(
    "words",
    [
        ("--budget", "soon"),
        ("--budget", "0"),
        ("--rounds", "0"),
        ("--restarts", "x"),
        ("--core", "4096"),
        ("--core", "x"),
    ],
)
def test_words_that_mean_nothing_are_refused(words: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match=words[0]):
        options(*words)


@pytest.fixture
def two_legs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "chosen", lambda _: (Plan(legs=(NEW, NEWEST), missing=()), {}))


@pytest.mark.usefixtures("two_legs")
def test_a_budget_that_cannot_hold_one_round_is_refused_before_anything_starts() -> None:
    with pytest.raises(UsageError, match="cannot hold one round"):
        timing.time_releases(["--budget", "3s"])


@pytest.mark.usefixtures("two_legs")
def test_cases_that_are_not_timed_are_refused() -> None:
    with pytest.raises(UsageError, match="is timed"):
        timing.time_releases(["--cases", "tape.reset"])


def test_one_leg_alone_has_no_ratio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "chosen", lambda _: (Plan(legs=(NEW,), missing=()), {}))
    with pytest.raises(UsageError, match="two releases"):
        timing.time_releases([])


def test_legs_that_fit_together_are_one_batch() -> None:
    legs = list(LEGS.values())[:5]
    assert timing.batches(legs, [legs[0]], 1e6) == [legs]


def test_batches_share_the_baseline_and_overlap() -> None:
    legs = list(LEGS.values())[:12]
    shared = [legs[4]]
    found = timing.batches(legs, shared, timing.SEAT_MB * 5)
    assert len(found) > 1
    assert all(shared[0] in batch for batch in found)
    assert all(len(batch) <= 5 for batch in found)
    assert {leg.id for batch in found for leg in batch} == {leg.id for leg in legs}
    others = [[leg for leg in batch if leg not in shared] for batch in found]
    assert all(before[-1] == after[0] for before, after in itertools.pairwise(others))


def test_the_timed_cases_have_three_sizes_and_a_unit() -> None:
    cases = timing.timed_cases(None)
    assert len(cases) >= 10
    for info, points in cases.values():
        assert info.timed["unit"]
        assert len({params["n"] for params in points}) >= 3, info.id
