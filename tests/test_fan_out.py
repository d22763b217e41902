"""Plan, legs on machines of their own, and a merge: the same tables as one machine that did it all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fan_out import LANE, OWN_CASES, ROOT, Machine, legs_here

CASES = f"{OWN_CASES}/"


@pytest.fixture(scope="module")
def words() -> list[str]:
    releases = ",".join(leg.release.version for leg in legs_here())
    return ["--releases", releases, "--lanes", LANE, "--cases", CASES]


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> Machine:
    """One machine that asked everything and reported; what is not right is in no ledger, so it has findings."""
    machine = Machine(tmp_path_factory.mktemp("single"), legs_here())
    for leg in legs_here():
        machine("matrix", "run", leg.id, *words)
    machine("reports", *words, status=1)
    return machine


def test_a_job_per_leg_gives_the_tables_of_a_single_run(tmp_path: Path, words: list[str], single: Machine) -> None:
    planner, merger = Machine(tmp_path / "planner"), Machine(tmp_path / "merger")
    rows = json.loads(planner("matrix", "plan", *words, "--json"))["include"]
    assert [row["leg"] for row in rows] == [leg.id for leg in legs_here()]
    folders = []
    for row, leg in zip(rows, legs_here(), strict=True):
        machine = Machine(tmp_path / "jobs" / leg.id, [leg])
        share = [*words, "--shard", row["leg"]]
        machine("matrix", "plan", *share)
        machine("matrix", "run", row["leg"], *share)
        assert "is whole: 1 of 2 legs" in machine("reports", *share)
        folders.append(str(machine.folder / "records"))
    assert "4 units of 2 legs taken from 2 stores" in merger("matrix", "merge", "--cases", CASES, *folders)
    merger("reports", status=1)
    assert merger.tables() == single.tables()
    correctness = merger.tables()["correctness.csv"].decode()
    assert {line.split(",")[8] for line in correctness.splitlines()[1:] if "order" not in line} == {"match"}
    for outcome, number in (("match", 5), ("mismatch", 2), ("raised", 2)):
        assert correctness.count(f",{outcome},") == 2 * number
    assert correctness.count(",nothing summed,") == 4


def test_shares_give_the_tables_of_a_single_run(tmp_path: Path, words: list[str], single: Machine) -> None:
    folders = []
    for part in ("1/2", "2/2"):
        machine = Machine(tmp_path / part.replace("/", "of"), legs_here())
        share = [*words, "--shard", part]
        rows = json.loads(machine("matrix", "plan", *share, "--json"))["include"]
        for row in rows:
            machine("matrix", "run", row["leg"], *share)
        machine("reports", *share)
        folders.append(str(machine.folder))
    merger = Machine(tmp_path / "merger")
    said = merger("matrix", "merge", folders[0], "--cases", CASES, status=2)
    assert "1 of 2 legs are in no whole share" in said
    merger("matrix", "merge", *folders, "--cases", CASES)
    merger("reports", status=1)
    assert merger.tables() == single.tables()


def test_a_store_of_cases_that_nobody_named_says_which_option_is_missing(tmp_path: Path, single: Machine) -> None:
    said = Machine(tmp_path / "merger")("matrix", "merge", str(single.folder), status=2)
    assert "there is no such case here" in said
    assert "--cases FOLDER/" in said


def test_the_workflow_calls_what_this_file_tests() -> None:
    text = (ROOT / ".github" / "workflows" / "matrix.yml").read_text()
    for command in ('nox -s plan -- "${options[@]}" --json', '--shard "$LEG"', "nox -s merge --"):
        assert command in text
