"""A sitting of the timing: real processes of a stand-in, whose statuses and rounds are checked, never whose speed."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from cases import _catalog
from cases._record import point_text
from matrix.evidence import AGAIN, Evidence, pairs_of
from matrix.seats import Seat, Settings
from matrix.sitting import IMPORT, Sitting
from matrix.timings import Timings

CASES = _catalog.catalog(str(Path(__file__).parent / "timed_cases"))
LOOP = CASES["timed.loop"]
QUICK = Settings(warm_s=0.001, sample_s=0.004, rounds=2, least_restarts=2, most_restarts=2)
MARK = {"timed.loop": {"case": "a"}, IMPORT: {"case": "import"}}


def seat(name: str, standin: dict[str, str], **env: str) -> Seat:
    return Seat(name, Path(sys.executable), {**standin, **env}, MARK)


def sit(
    tmp_path: Path,
    seats: list[Seat],
    evidence: Evidence | None = None,
    *,
    kinds: tuple[str, ...] = ("right",),
    settings: Settings = QUICK,
    budget: float = 60.0,
) -> tuple[Sitting, Timings, list[str]]:
    said: list[str] = []
    points = [params for params in _catalog.timed_points(LOOP) if params["kind"] in kinds]
    timings = Timings(tmp_path / "timings")
    sitting = Sitting(
        seats,
        {"timed.loop": (LOOP, points)},
        pairs_of([(one.name, "3.11") for one in seats]),
        timings,
        evidence or Evidence(),
        tmp_path / "scratch",
        settings=settings,
        deadline=time.monotonic() + budget,
        say=said.append,
    )
    sitting.run()
    return sitting, timings, said


def test_each_restart_has_its_rounds_in_which_every_leg_has_a_turn(tmp_path: Path, standin: dict[str, str]) -> None:
    before = psutil.Process().children(recursive=True)  # Python's resource tracker, say
    seats = [seat("a", standin), seat("b", standin), seat("b" + AGAIN, standin)]
    sitting, timings, _ = sit(tmp_path, seats)
    lines = list(timings.lines("timed.loop"))
    rounds = [line for line in lines if line["kind"] == "round"]
    assert len({line["restart"] for line in rounds}) == 2
    assert len(rounds) == 2 * 2 * 3
    for line in rounds:
        assert set(line["turns"]) == {"a", "b", "b" + AGAIN}
        assert all(turn["calls_ns"] and min(turn["calls_ns"]) > 0 for turn in line["turns"].values())
        assert all(("floor_ns" in turn) == (line["round"] == 0) for turn in line["turns"].values())
    prepared = [line for line in lines if line["kind"] == "prepared"]
    status = prepared[0]["legs"]["a"]["points"]["kind=right,n=4000"]
    assert (status["outcome"], status["work"], status["floor"]) == ("match", 4000, True)
    drawn = sitting.evidence.verdicts(sitting.pairs)
    assert {pair for _, pair in drawn} == {("b", "a"), ("b" + AGAIN, "b")}
    assert (IMPORT, "") in sitting.evidence.rounds
    assert not set(psutil.Process().children(recursive=True)) - set(before)
    assert not (tmp_path / "scratch").exists()


def test_only_what_is_right_is_timed_and_the_rest_says_why(tmp_path: Path, standin: dict[str, str]) -> None:
    sitting, timings, _ = sit(
        tmp_path, [seat("a", standin), seat("b", standin)], kinds=("right", "wrong", "missing", "raising")
    )
    statuses = {point: legs["a"] for (case, point), legs in sitting.evidence.statuses.items() if case == "timed.loop"}
    assert statuses["kind=wrong,n=2000"]["outcome"] == "mismatch"
    assert statuses["kind=missing,n=2000"]["outcome"] == "unsupported"
    assert statuses["kind=raising,n=2000"]["outcome"] == "raised"
    assert "no such loop" in statuses["kind=raising,n=2000"]["message"]
    assert {line["point"] for line in timings.lines("timed.loop") if line["kind"] == "round"} == {
        point_text({"kind": "right", "n": n}) for n in (2000, 4000, 8000)
    }


@pytest.mark.parametrize("kind", ["dying", "fading"])
def test_a_child_that_ends_is_named_and_the_sitting_goes_on(tmp_path: Path, standin: dict[str, str], kind: str) -> None:
    _, _, said = sit(tmp_path, [seat("a", standin), seat("b", standin)], kinds=(kind,))
    assert any("cannot be timed" in line and "status 7" in line for line in said)


def test_what_was_measured_is_gone_on_with(tmp_path: Path, standin: dict[str, str]) -> None:
    seats = [seat("a", standin), seat("b", standin)]
    first, timings, _ = sit(tmp_path, seats)
    again = Evidence.read(timings, ["timed.loop", IMPORT], lambda _, lines: [(line, {"a", "b"}) for line in lines])
    assert again.rounds == first.evidence.rounds
    second, _, said = sit(tmp_path, seats, again)
    assert second.measured == 0
    assert "nothing is left to measure" in said[-1]


def test_a_planted_slowdown_is_called_slower(tmp_path: Path, standin: dict[str, str]) -> None:
    seats = [seat("a", standin), seat("b", standin, TFDRIFT_PLANTED="2")]
    settings = Settings(warm_s=0.002, sample_s=0.008, rounds=3, least_restarts=4, most_restarts=8)
    for number in range(4):
        sitting, _, _ = sit(tmp_path / str(number), seats, settings=settings)
        drawn = sitting.evidence.verdicts(sitting.pairs)
        found = {one.verdict: one for ((case, _), _), one in drawn.items() if case == "timed.loop"}
        if set(found) == {"slower"}:
            return
        # On a machine that is busy a sitting may stay open; what it must not say is anything else.
        assert set(found) <= {"slower", "inconclusive"}, found
    pytest.fail(f"four sittings, and still open: {found}")


def test_a_spent_budget_ends_it(tmp_path: Path, standin: dict[str, str]) -> None:
    settings = Settings(warm_s=0.001, sample_s=0.004, rounds=1000, least_restarts=9, most_restarts=9)
    begun = time.monotonic()
    sitting, timings, _ = sit(tmp_path, [seat("a", standin), seat("b", standin)], settings=settings, budget=4.0)
    assert sitting.spent
    assert time.monotonic() - begun < 30
    assert any(line["kind"] == "round" for line in timings.lines("timed.loop"))


def test_a_line_that_was_cut_short_or_altered_is_left_out_and_the_next_one_is_whole(tmp_path: Path) -> None:
    timings = Timings(tmp_path)
    rows: list[dict[str, Any]] = [{"kind": "round", "case": "c", "round": number} for number in range(4)]
    timings.append(rows[0])
    path = tmp_path / "c.jsonl"
    path.write_bytes(path.read_bytes() + b'deadbeef {"kind": ')
    timings.append(rows[1])
    timings.append(rows[2])
    data = path.read_bytes()
    path.write_bytes(data[:-5] + b"9" + data[-4:])
    timings.append(rows[3])
    assert [line["round"] for line in timings.lines("c")] == [0, 1, 3]
    assert timings.damaged == 2


def test_pairs_are_within_a_lane_and_with_the_twin() -> None:
    legs = [("a7", "3.7"), ("b7", "3.7"), ("b10", "3.10"), ("c10", "3.10"), ("c10" + AGAIN, "3.10")]
    assert pairs_of(legs) == [("b7", "a7"), ("c10", "b10"), ("c10" + AGAIN, "c10")]
    assert pairs_of([("a", "1"), ("b", "1"), ("c", "1")], ["a"]) == [("b", "a"), ("c", "b"), ("c", "a")]
