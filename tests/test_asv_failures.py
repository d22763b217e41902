"""What `nox -s history` says of benchmarks that failed: which points, why, and what to do next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from matrix import asv_failures
from releases import legs, table

LEG = legs.parse_id("tf2.15.1-py3.10", table.load())
COMMIT = "0123456789" * 4
NAN = float("nan")
PARAMS = [["'eager'", "'graph'"], ["1", "2"]]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Results of one machine, and the reasons that the benchmarks left in ``tmp_path/reasons``."""
    columns = ["result", "params", "version", "started_at"]
    rows: dict[str, list[Any]] = {
        "a.case.time_call": [[1.0, None, NAN, None], PARAMS, "1", 200],
        "a.case.track_rows_per_s": [[1.0, None, NAN, 2.0], PARAMS, "1", 200],
        "an.earlier.time_call": [[None], [["1"]], "1", 50],
        "another.time_call": [None, [["1"]], "1", 200],
    }
    data = {"commit_hash": COMMIT, "env_name": "tfdrift", "date": 1, "params": {"machine": "here"}, "python": "3.10"}
    folder = tmp_path / "results"
    (folder / "here").mkdir(parents=True)
    text = json.dumps({**data, "result_columns": columns, "results": rows, "version": 2})
    (folder / "here" / "01234567-tfdrift.json").write_text(text)
    names = {"a.case": ["mode", "n"], "an.earlier": ["n"], "another": ["n"]}
    discovered = {name: {"name": name, "param_names": names[name.rpartition(".")[0]]} for name in rows}
    (folder / "benchmarks.json").write_text(json.dumps({**discovered, "version": 2}))
    reasons = [
        {"case": "a.case", "point": "mode=eager,n=2", "why": "wrong:\n  gradient"},
        {"case": "a.case", "point": "mode=graph,n=2", "why": "wrong: gradient"},
    ]
    (tmp_path / "reasons").write_text("".join(json.dumps(reason) + "\n" for reason in reasons))
    return folder


@pytest.fixture
def earlier(results: Path) -> asv_failures.Rows:
    """What there was before the run; the clock was a thousand years ahead then, and has been set back since."""
    now = asv_failures.rows(LEG, results, COMMIT)
    file = next(iter(now))[0]
    return {
        (file, "an.earlier.time_call"): now[file, "an.earlier.time_call"],
        (file, "a.case.time_call"): {**now[file, "a.case.time_call"], "started_at": 10**14},
    }


def test_each_case_is_named_with_its_points_the_reason_and_the_next_commands(
    tmp_path: Path, results: Path, earlier: asv_failures.Rows
) -> None:
    words = "--releases 2.15.1 --lanes 3.10 --cases a.case,another"
    assert list(asv_failures.lines(LEG, results, COMMIT, earlier, tmp_path / "reasons")) == [
        "tf2.15.1-py3.10: what follows has no value in the history",
        "  a.case [2 points, the first: mode=eager,n=2]: wrong: gradient",
        f"  another [n=1]: {asv_failures.NO_REASON}",
        f"  What they answer: nox -s matrix -- {words}",
        f"  To measure them again: nox -s history -- {words} --fresh",
    ]


def test_what_failed_in_an_earlier_run_is_not_said_again(tmp_path: Path, results: Path) -> None:
    before = asv_failures.rows(LEG, results, COMMIT)
    assert not list(asv_failures.lines(LEG, results, COMMIT, before, tmp_path / "reasons"))


def test_without_reasons_it_still_says_what_failed(tmp_path: Path, results: Path, earlier: asv_failures.Rows) -> None:
    said = list(asv_failures.lines(LEG, results, COMMIT, earlier, tmp_path / "none"))
    assert f"  a.case [2 points, the first: mode=eager,n=2]: {asv_failures.NO_REASON}" in said


def test_another_lane_has_results_of_its_own(tmp_path: Path, results: Path, earlier: asv_failures.Rows) -> None:
    other = legs.parse_id("tf2.8.4-py3.7", table.load())
    assert not list(asv_failures.lines(other, results, COMMIT, earlier, tmp_path / "reasons"))
