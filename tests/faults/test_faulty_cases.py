"""What a case does to its process, the next case does not see; what it answers wrongly, however oddly, is seen.

What a point does to its own process alone (it raises, hangs, crashes, fills the memory) is in tests/test_supervisor.py; here is
what that leaves out, and all of it again in real releases.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cases import _catalog
from matrix import environments, locking, options, plan, run
from matrix.repeats import CHANGES
from matrix.store import Store
from matrix.supervisor import THREADS_MOST, Supervisor
from releases import pythons
from releases.legs import Leg
from releases.pythons import Interpreter
from tests.faults import simulated
from tests.faults.tally import LONG, survived

BROKEN = _catalog.catalog(str(simulated.CASES))
HOLDS = ("hold_the_lock", "backtrack", "big_number")
"""Endless in C, with the interpreter's lock held: nothing inside of the process can end it."""
OUTCOMES = {
    **dict.fromkeys(("raise", "system_exit"), "raised"),
    **dict.fromkeys(("hang", *HOLDS), "timeout"),
    **dict.fromkeys(("exit", "kill", "segfault", "abort", "recurse", "memory", "garble", "bomb"), "crashed"),
    **dict.fromkeys(("shout", "close", "threads", "no_folder", "no_environment"), "match"),
}
"""What becomes of the point in the middle, by what it does."""


def ask(
    supervisor: Supervisor, case: str, limits: Mapping[str, Any] | None = None, **fixed: Any
) -> list[dict[str, Any]]:
    info = BROKEN[f"broken.{case}"]._replace(**(limits or {}))
    points = [p for p in _catalog.points(info) if all(p[name] == value for name, value in fixed.items())]
    return supervisor.ask(info, points)


@pytest.fixture
def supervisor(tmp_path: Path, standin: dict[str, str]) -> Iterator[Supervisor]:
    with Supervisor("leg", Path(sys.executable), tmp_path / "scratch", env=standin) as made:
        yield made


@pytest.mark.parametrize(("how", "isolate"), [*((how, "fork") for how in HOLDS), ("hold_the_lock", "spawn")])
def test_what_holds_the_interpreters_lock_is_ended_in_time(supervisor: Supervisor, how: str, isolate: str) -> None:
    supervisor.isolate, supervisor.time_limit_s = isolate, 2.0
    begun = time.monotonic()
    records = ask(supervisor, "middle", how=how)
    assert [record["outcome"] for record in records] == ["match", "timeout", "match"]
    assert time.monotonic() - begun < 30
    assert [record["outcome"] for record in ask(supervisor, "right")] == ["match"] * 3


def test_a_bomb_of_threads_is_ended_before_it_takes_the_machines(supervisor: Supervisor) -> None:
    records = ask(supervisor, "middle", how="bomb")
    assert [record["outcome"] for record in records] == ["match", "crashed", "match"]
    if records[1]["error_type"] == "ThreadLimit":
        assert THREADS_MOST < int(records[1]["message"].split()[1]) < 10 * THREADS_MOST
    assert [record["outcome"] for record in ask(supervisor, "right")] == ["match"] * 3


@pytest.mark.parametrize("isolate", ["fork", "spawn"])
def test_the_settings_of_a_process_do_not_reach_the_next_case(supervisor: Supervisor, isolate: str) -> None:
    supervisor.isolate = isolate
    records = {record["params"]["what"]: record["outcome"] for record in ask(supervisor, "settings")}
    kept = {"folder", "environment", "numpy_errors", "numpy_seed"}
    assert {what for what, outcome in records.items() if outcome == "match"} >= kept
    for what in sorted(kept):
        (changed,) = ask(supervisor, "settings", what=what)
        (after,) = ask(supervisor, "clean", of="process")
        assert (changed["outcome"], after["outcome"], after["message"]) == ("match", "match", None)


def test_the_check_of_settings_can_fail(tmp_path: Path, standin: dict[str, str]) -> None:
    strange = {**standin, "TF_DETERMINISTIC_OPS": "1"}
    with Supervisor("leg", Path(sys.executable), tmp_path / "scratch", env=strange) as supervisor:
        (record,) = ask(supervisor, "clean", of="process")
    assert (record["outcome"], record["message"]) == ("mismatch", "deterministic_ops: 1 where None is right")


def test_what_is_not_finite_is_right_only_where_the_oracle_has_it(supervisor: Supervisor) -> None:
    for record in ask(supervisor, "not_finite"):
        answer, right = record["params"]["answer"], record["params"]["right"]
        assert record["outcome"] == ("match" if answer == right else "mismatch"), record["point"]
        assert record["outputs"]["numbers"]["non_finite"] == (answer != "1")


def test_an_answer_of_another_type_shape_or_name_is_not_right(supervisor: Supervisor) -> None:
    records = {record["params"]["what"]: record for record in ask(supervisor, "kinds")}
    assert {what for what, record in records.items() if record["outcome"] == "match"} == {"right"}
    assert {what for what, record in records.items() if record["outcome"] == "raised"} == {"nested"}
    said = {what: record["message"] for what, record in records.items()}
    assert said["column"] == "ones: shape (3, 1) where (3,) is right"
    assert said["name"] == "ones: not given"


def test_an_answer_that_changes_from_run_to_run_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(locking, "BUILD", tmp_path)
    monkeypatch.setattr(environments, "ensure", lambda *_: Path(sys.executable))
    monkeypatch.setattr(environments, "lock_digest", lambda _: "lock")
    store, leg, here = Store(tmp_path / "records"), simulated.leg(), Interpreter("3.10", "3.10.0", Path(sys.executable))
    cases = {"broken.unsteady": BROKEN["broken.unsteady"]}
    run.run_leg(leg, here, cases, options.parse(["--repeat", "3"]), store)
    (unit,) = store.units()
    assert unit.header["settings"]["runs"] == 3
    found = {record["params"]["how"]: record for record in unit.records}
    assert {how: (one["outcome"], one["explanation"]) for how, one in found.items()} == {
        "steady": ("match", None),
        "last_digit": ("match", None),
        "value": ("mismatch", CHANGES),
        "raises": ("raised", CHANGES),
        "crashes": ("crashed", CHANGES),
    }
    assert found["steady"]["message"] is None
    assert found["last_digit"]["message"] == "2 of 3 runs differ from the first, within the tolerance"
    assert found["value"]["message"] == "2 of 3 runs: mismatch; 1 of 3 runs: match"
    assert found["raises"]["message"] == "2 of 3 runs: raised (ValueError); 1 of 3 runs: match"


def ends() -> list[Leg]:
    """The oldest and the newest release that can run here."""
    legs = plan.chosen(options.parse([]))[0].legs
    return [legs[0], legs[-1]]


SHORT = ("hold_the_lock", "bomb")


@pytest.mark.legs
def test_faulty_cases_of_real_releases(tmp_path: Path) -> None:
    """Each fault, and after it a case that is right only in a process as it begins."""
    deeds = [how for how in OUTCOMES if LONG or how in SHORT]
    settings = [params["what"] for params in _catalog.points(BROKEN["broken.settings"])]
    counts = {"deeds": 0, "settings": 0}
    wrong: list[str] = []
    for leg in ends():
        python = environments.ensure(leg, pythons.find()[leg.lane], print)
        # As much as TensorFlow needs, and time enough to fill it where the machine hands memory out slowly.
        limits = {"memory_limit_mb": 1500, "time_limit_s": 10.0}
        with Supervisor(leg.id, python, tmp_path / leg.id, env=leg.env) as supervisor:
            for how in deeds:
                given = {**limits, "time_limit_s": 60.0} if how == "memory" else limits
                outcomes = [record["outcome"] for record in ask(supervisor, "middle", given, how=how)]
                after = ask(supervisor, "clean")
                if outcomes != ["match", OUTCOMES[how], "match"] or {one["outcome"] for one in after} != {"match"}:
                    wrong.append(f"{leg.id} {how}: {outcomes}, then {[one['message'] for one in after]}")
                counts["deeds"] += 1
            for what in settings:
                (record,) = ask(supervisor, "settings", what=what)
                after = ask(supervisor, "clean")
                if record["outcome"] == "crashed" or {one["outcome"] for one in after} != {"match"}:
                    wrong.append(f"{leg.id} {what}: {record['message']}, then {[one['message'] for one in after]}")
                # What a release does not have was not changed in it.
                counts["settings"] += record["outcome"] == "match"
    assert wrong == []
    assert counts["settings"] > len(settings)
    survived(
        "faulty cases, oldest and newest release",
        counts["deeds"],
        "each costs its own point; the points beside it and the next case are right",
    )
    survived("settings that a case leaves changed", counts["settings"], "the next case finds them as they begin")
