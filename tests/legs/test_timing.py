"""`nox -s smoke`: the interleaved timing for real, on two releases: its tables and statuses, never its speeds."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from cases import _catalog
from matrix import environments, options, plan
from matrix.evidence import Evidence, pairs_of
from matrix.paths import BUILD
from matrix.seats import Seat, Settings, default_core
from matrix.sitting import IMPORT, Sitting
from matrix.timings import Timings
from releases.legs import Leg

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = "speed.gradient,speed.function_call"
pytestmark = pytest.mark.legs


def two_legs() -> list[Leg]:
    """Two releases that share a lane here."""
    chosen, _ = plan.chosen(options.parse(["--releases", "2.15,2.16", "--lanes", "all"]))
    lanes: dict[str, list[Leg]] = {}
    for leg in chosen.legs:
        lanes.setdefault(leg.lane, []).append(leg)
    for legs in lanes.values():
        if len(legs) > 1:
            return legs
    pytest.fail("no Python here runs both 2.15 and 2.16")


LEGS = two_legs()


def test_two_releases_are_timed_and_the_tables_say_how() -> None:
    words = ["--releases", "2.15,2.16", "--lanes", LEGS[0].lane, "--cases", CASES]
    command = [sys.executable, "-m", "nox", "-s", "timing", "--", *words]
    done = subprocess.run(
        [*command, "--baseline", "2.15", "--budget", "4m", "--restarts", "3", "--rounds", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout, done.stderr)
    frame = pd.read_csv(BUILD / "report" / "performance.csv", dtype={"lane": str})
    assert set(frame.case) == {*CASES.split(","), IMPORT}
    for (leg, baseline), own in frame.groupby(["leg", "baseline"]):
        assert (leg, baseline) in {(LEGS[1].id, LEGS[0].id), (LEGS[0].id, LEGS[0].id)}
        assert set(own.verdict) <= {"slower", "faster", "same", "inconclusive"}
        assert all(own.processes == 3)
        assert all((own.ci_low <= own.ratio) & (own.ratio <= own.ci_high))
    timed = frame[frame.case == "speed.gradient"]
    assert all(timed.numpy_ratio > 0), "the closed form was timed beside it"
    assert all(timed.work_unit == "elements")
    assert len(pd.read_csv(BUILD / "report" / "scaling.csv")) == 2 * 4


def test_a_planted_slowdown_comes_out_slower(tmp_path: Path) -> None:
    """The same release twice, whose calls do twice the work on one side."""
    python = environments.python(LEGS[0])
    info = _catalog.catalog(str(ROOT / "tests" / "timed_cases"))["timed.loop"]
    marks = {info.id: {"case": "a"}, IMPORT: {"case": "import"}}
    seats = [Seat("once", python, {}, marks), Seat("twice", python, {"TFDRIFT_PLANTED": "2"}, marks)]
    for number in range(3):
        folder = tmp_path / str(number)
        sitting = Sitting(
            seats,
            {info.id: (info, [params for params in _catalog.timed_points(info) if params["kind"] == "right"])},
            pairs_of([("once", "3"), ("twice", "3")]),
            Timings(folder / "timings"),
            Evidence(),
            folder / "scratch",
            settings=Settings(least_restarts=3, most_restarts=6, core=default_core()),
            deadline=time.monotonic() + 240,
            say=print,
        )
        sitting.run()
        drawn = sitting.evidence.verdicts(sitting.pairs)
        found = {one.verdict: one for ((case, _), _), one in drawn.items() if case == info.id}
        if set(found) == {"slower"}:
            return
        # On a machine that is busy a sitting may stay open; what it must not say is anything else.
        assert set(found) <= {"slower", "inconclusive"}, found
    pytest.fail(f"three sittings, and still open: {found}")
