"""The tables of the timing, from made-up rounds whose ratios are known."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from cases import _catalog
from matrix.evidence import AGAIN, Evidence
from matrix.timings import Timings
from releases.table import load
from reports import timings as tables
from reports.observed import places
from reports.speeds import Speeds

KNOWN = places(load())
CASES = _catalog.catalog(str(Path(__file__).parent / "timed_cases"))
A, B, OTHER = "tf2.14.1-py3.10", "tf2.15.1-py3.10", "tf2.9.3-py3.7"
POINTS = {2000: "kind=right,n=2000", 4000: "kind=right,n=4000", 8000: "kind=right,n=8000"}


def prepared(restart: str, legs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "kind": "prepared",
        "case": "timed.loop",
        "digest": "d",
        "unit": "elements",
        "restart": restart,
        "machine": {"cpu": "made up"},
        "settings": {},
        "legs": {leg: {"fingerprint": {}, "versions": {}, "points": points} for leg, points in legs.items()},
    }


def status(outcome: str = "match") -> dict[str, Any]:
    return {
        "outcome": outcome,
        "message": None,
        "work": 2000,
        "floor": True,
        "first_ns": 5,
        "peak_memory_bytes": 1000,
    }


def evidence(factors: dict[str, float], restarts: int = 5, power: float = 1.0) -> Evidence:
    """Every leg's time is its factor times that of the size; the floor takes a hundredth."""
    lot, found = random.Random(7), Evidence()
    for restart in range(restarts):
        name = str(restart)
        found.take_prepared(prepared(name, {leg: {p: status() for p in POINTS.values()} for leg in factors}), factors)
        for size, point in POINTS.items():
            for number in range(4):
                noise = lot.gauss(0, 0.02)
                turns = {}
                for leg, factor in factors.items():
                    base = 1e6 * (size / 2000) ** power
                    time_ns = int(base * factor * (1 + noise + lot.gauss(0, 0.001)))
                    turns[leg] = {"calls_ns": [time_ns] * 3, "process_ns": [time_ns] * 3, "floor_ns": [int(base / 100)]}
                line = {"case": "timed.loop", "point": point, "restart": name, "round": number, "turns": turns}
                found.take_round(line, factors)
    return found


def test_a_slower_release_is_called_so_with_its_ratio() -> None:
    frame = tables.performance(Speeds(evidence({A: 1.0, B: 1.1, B + AGAIN: 1.1}), KNOWN), CASES)
    assert list(frame.columns) == tables.PERFORMANCE
    changed = frame[(frame.leg == B) & (frame.baseline == A)]
    assert len(changed) == 3
    assert set(changed.verdict) == {"slower"}
    assert all(changed.ratio.between(1.09, 1.11))
    assert all((changed.ci_low < changed.ratio) & (changed.ratio < changed.ci_high))
    itself = frame[(frame.leg == B) & (frame.baseline == B)]
    assert set(itself.verdict) == {"same"}
    one = changed[changed.point == POINTS[2000]].iloc[0]
    assert one.numpy_ratio == pytest.approx(110, rel=0.05)
    assert one.work_per_s == pytest.approx(2000 / one.median_s)
    assert (one.work_unit, one.processes, one.rounds) == ("elements", 5, 20)
    # Compared with the leg that has a twin as well, which is the sitting's baseline.
    assert not frame[(frame.leg == A) & (frame.baseline == B)].empty


def test_lanes_are_never_compared() -> None:
    frame = tables.performance(Speeds(evidence({OTHER: 1.0, A: 3.0, B: 1.0}), KNOWN), CASES)
    pairs = set(zip(frame.leg, frame.baseline.fillna(""), strict=True))
    assert (A, OTHER) not in pairs
    assert (OTHER, "") in pairs, "what has no baseline still has its time"


def test_what_was_not_timed_says_why() -> None:
    found = evidence({A: 1.0, B: 1.0})
    found.take_prepared(
        prepared("9", {B: {POINTS[4000]: status("mismatch"), POINTS[8000]: status("unsupported")}}), [B]
    )
    frame = tables.performance(Speeds(found, KNOWN), CASES)
    own = frame[frame.leg == B].set_index("point")
    assert own.verdict[POINTS[4000]] == "wrong_result"
    assert own.verdict[POINTS[8000]] == "unsupported"
    assert own.median_s.isna()[POINTS[4000]]


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_growth_with_size_is_found(power: float) -> None:
    frame = tables.scaling(evidence({A: 1.0, B: 1.0}, power=power), KNOWN, CASES)
    assert list(frame.columns) == tables.SCALING
    assert set(frame.workload) == {"timed.loop[kind=right]"}
    assert all(abs(frame.exponent - power) < 0.05)
    assert all((frame.ci_low <= frame.exponent) & (frame.exponent <= frame.ci_high))


def test_the_study_of_the_instrument_is_counted() -> None:
    def one(injected: float, verdict: str, log_ratio: float) -> dict[str, Any]:
        return {"workload": "w", "injected": injected, "verdict": verdict, "log_ratio": log_ratio}

    session = {
        "method": "tfdrift",
        "condition": "quiet",
        "seconds": 80.0,
        "comparisons": [
            *(one(0.0, "same", 0.001 * sign) for sign in (-1, 1)),
            one(0.0, "faster", 0.0),
            one(0.0, "inconclusive", 0.0),
            *(one(0.05, "slower", 0.05) for _ in range(3)),
            one(0.05, "faster", 0.05),
        ],
    }
    frame = tables.sensitivity([session]).set_index("injected")
    assert (frame.found[0.0], frame.comparisons[0.0]) == (1, 4), "any verdict is false where nothing was injected"
    assert frame.found[0.05] == 3, "the wrong direction is no find"
    assert frame.seconds_per_comparison[0.0] == 10.0
    assert frame.found_low[0.0] < 0.25 < frame.found_high[0.0]
    assert frame.sd_log_ratio[0.0] == pytest.approx((2e-6 / 3) ** 0.5)


def test_tables_of_which_nothing_was_measured_are_removed(tmp_path: Path) -> None:
    stale = tmp_path / "performance.csv"
    stale.write_text("old")
    tables.write(tmp_path, KNOWN, CASES, Timings(tmp_path / "timings"))
    assert not stale.exists()
