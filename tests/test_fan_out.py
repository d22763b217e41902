"""Plan, legs on machines of their own, and a merge: the same tables as one machine that did it all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from fan_out import LANE, OWN_CASES, ROOT, TABLES, Machine, legs_here

from matrix import driver
from releases.legs import Leg

CASES = f"{OWN_CASES}/"
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "matrix.yml").read_text(encoding="utf-8"))


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


def checkout(folder: Path, legs: tuple[Leg, ...] = ()) -> Path:
    """What a runner has after the first steps of a job: the repository, the driver's packages, and the legs."""
    # Only what is whole may be borrowed: nox would make anything else anew, in its place.
    mark, whole = (
        Path(sys.prefix) / "tfdrift.txt",
        f"{hashlib.sha256(driver.LOCK.read_bytes()).hexdigest()} {sys.version}",
    )
    if not mark.exists() or mark.read_text(encoding="utf-8") != whole:
        pytest.skip("not run in the driver's virtualenv: nox -s tests")
    away = shutil.ignore_patterns("build", ".git", ".venv", ".nox", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, folder, ignore=away)
    Machine(folder / "build", legs)
    (folder / "build").mkdir(exist_ok=True)
    (folder / "build" / "driver").symlink_to(sys.prefix)
    return folder


def step(folder: Path, job: str, name: str, **env: str) -> str:
    """Run one step of the workflow as GitHub does, in a checkout; returns what it left for the steps after it."""
    (script,) = (one["run"] for one in WORKFLOW["jobs"][job]["steps"] if one.get("name") == name)
    output, summary = folder / "output.txt", folder / "step_summary.md"
    output.touch()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {key: value for key, value in os.environ.items() if key != "TFDRIFT_BUILD"}
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={**own, "PATH": path, "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return output.read_text()


def test_the_jobs_of_the_workflow_give_the_tables_of_a_single_run(
    tmp_path: Path, words: list[str], single: Machine
) -> None:
    options = " ".join(words)
    said = step(checkout(tmp_path / "plan"), "plan", "Plan", OPTIONS=options)
    assert said.startswith("legs={")
    rows = json.loads(said.removeprefix("legs="))["include"]
    assert [row["leg"] for row in rows] == [leg.id for leg in legs_here()]
    merger = checkout(tmp_path / "merge")
    for row, leg in zip(rows, legs_here(), strict=True):
        runner = checkout(tmp_path / leg.id, (leg,))
        step(runner, "leg", "Ask", OPTIONS=options, LEG=row["leg"])
        # What the artifact holds, and where it is unpacked.
        shutil.copytree(runner / "build" / "records", merger / "stores" / f"store-{leg.id}")
    assert step(merger, "merge", "Merge the stores and build the page", OPTIONS=options, PARTIAL="") == "status=1\n"
    report = merger / "build" / "report"
    assert {name: (report / name).read_bytes() for name in TABLES} == single.tables()
    assert (report / "status").read_text() == "1\n"
    assert (merger / "step_summary.md").read_bytes() == single.tables()["summary.md"]
    correctness = single.tables()["correctness.csv"].decode()
    for outcome, number in (("match", 5), ("mismatch", 2), ("raised", 2)):
        assert correctness.count(f",{outcome},") == 2 * number
    assert correctness.count(",nothing summed,") == 4


def test_a_leg_that_failed_is_missed_and_the_others_are_merged(
    tmp_path: Path, words: list[str], single: Machine
) -> None:
    merger, name, options = checkout(tmp_path / "merge"), "Merge the stores and build the page", " ".join(words)
    (one, other) = legs_here()
    runner = Machine(tmp_path / "runner", [one])
    runner("matrix", "run", one.id, *words)
    runner("reports", *words, "--shard", one.id)
    shutil.copytree(runner.folder / "records", merger / "stores" / f"store-{one.id}")
    assert step(merger, "merge", name, OPTIONS=options, PARTIAL="") == "status=2\n"
    assert not (merger / "build" / "records").exists()
    assert step(merger, "merge", name, OPTIONS=options, PARTIAL="--partial").endswith("status=1\n")
    legs = {
        line.split(",")[2] for line in (merger / "build" / "report" / "correctness.csv").read_text().splitlines()[1:]
    }
    assert legs == {one.id}
    assert other.id in {path.name for path in (single.folder / "records").iterdir()}


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
