"""Machines that share a matrix, and a stack of one's own, with real releases and through nox, as CI calls them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from matrix import driver, options, plan
from matrix.paths import BUILD
from releases.legs import Leg

ROOT = Path(__file__).resolve().parent.parent.parent
TABLES = ("correctness.csv", "counts.csv", "environments.csv", "summary.md")
CASES = ("--cases", "tape.reset,retracing.python_scalars")
PACKAGE, VERSION = "tabulate", "0.9.0"
pytestmark = pytest.mark.legs


def ends() -> tuple[Leg, Leg]:
    """The oldest and the newest release that a Python here can run."""
    legs = plan.chosen(options.parse(["--releases", "all"]))[0].legs
    return legs[0], legs[-1]


class Machine:
    """A build folder of its own, which borrows the virtualenvs of this one."""

    def __init__(self, name: str) -> None:
        driver.ensure()
        self.folder = BUILD / "machines" / name
        self.folder.mkdir(parents=True)
        for part in ("driver", "venvs"):
            (BUILD / part).mkdir(exist_ok=True)
            (self.folder / part).symlink_to(BUILD / part)

    def __call__(self, *words: str) -> str:
        """What ``nox WORDS`` prints on standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "nox", *words],
            cwd=ROOT,
            env={**os.environ, "TFDRIFT_BUILD": str(self.folder)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        print(done.stdout)
        assert done.returncode == 0
        return done.stdout

    def tables(self) -> dict[str, str]:
        """What its report says."""
        return {name: (self.folder / "report" / name).read_text() for name in TABLES}


def test_machines_that_ask_a_leg_each_give_the_tables_of_one_that_asks_all() -> None:
    legs = ends()
    words = (
        "--releases",
        ",".join(leg.release.version for leg in legs),
        "--lanes",
        ",".join({leg.lane for leg in legs}),
    )
    planner, merger, single = (Machine(name) for name in ("planner", "merger", "single"))
    rows = json.loads(planner("-s", "plan", "--", *words, *CASES, "--json"))["include"]
    assert [row["leg"] for row in rows] == [leg.id for leg in legs]
    stores = []
    for row in rows:
        machine = Machine(row["leg"])
        said = machine("-s", "matrix", "--", *words, *CASES, "--shard", row["leg"])
        assert f"Share {row['leg']} is whole: 1 of 2 legs" in said
        stores.append(str(machine.folder / "records"))
    assert "4 units of 2 legs taken from 2 stores" in merger("-s", "merge", "--", *stores)
    single("-s", "matrix", "--", *words, *CASES)
    merged, whole = merger.tables(), single.tables()
    assert merged == whole
    assert set(pd.read_csv(merger.folder / "report" / "correctness.csv")["leg"]) == {leg.id for leg in legs}


CASE = f'''"""A package of one's own is there, in the version that was named, beside TensorFlow.

Oracle: the sum of 1, 2 and 3 is 6; the version is the one that was asked for.
"""

import {PACKAGE}
import tensorflow as tf


def oracle():
    return {{"sum": 6.0, "version": "{VERSION}"}}


def build():
    return lambda: {{"sum": tf.reduce_sum(tf.constant([1.0, 2.0, 3.0])), "version": {PACKAGE}.__version__}}
'''


def test_a_stack_of_ones_own_answers_cases_of_ones_own(tmp_path: Path) -> None:
    leg = ends()[1]
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "package.py").write_text(CASE)
    words = ("--releases", leg.release.version, "--lanes", leg.lane, "--cases", f"{tmp_path / 'own'}/")
    stack = ("--with", f"{PACKAGE}=={VERSION}", "--locked-until", "2026-11-01")
    machine = Machine("stack")
    said = machine("-s", "matrix", "--", *words, *stack)
    assert f"locking TensorFlow {leg.release.version} with {PACKAGE}=={VERSION}" in said
    table = pd.read_csv(machine.folder / "report" / "correctness.csv")
    assert list(table["outcome"]) == ["match"]
    (name,) = table["leg"]
    assert name.startswith(f"{leg.id}-with{PACKAGE}")
    packages = pd.read_csv(machine.folder / "report" / "environments.csv").set_index("package")["version"]
    assert (packages[PACKAGE], str(packages["numpy"])) == (VERSION, table["numpy"][0])
    lock = (machine.folder / "stacks" / name.removeprefix(f"{leg.id}-") / f"{name}.txt").read_text()
    assert "--hash=sha256:" in lock
    assert "://" not in lock
    assert "are stored and up to date" in machine("-s", "matrix", "--", *words, *stack)
