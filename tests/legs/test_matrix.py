"""`nox -s smoke`: a real small matrix, from an empty store, over releases of several eras.

What the table says of the decorated loss is checked against mathematics done here in another way than in the case: the right
gradient by central differences of the loss in float64, the shortcut's by the definition of the fused op's gradient.
"""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cases import _catalog
from matrix import environments, options, plan
from matrix.paths import BUILD
from matrix.supervisor import Supervisor
from releases.legs import Leg

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = "losses.decorated_gradient,losses.two_tapes,tape.reset,nesting.second_derivative,retracing.python_scalars"
pytestmark = pytest.mark.legs


def chosen() -> tuple[Leg, ...]:
    """A release of every era that a Python here can run; more releases where there are fewer than four."""
    for releases in ("2.1,2.4,2.10,2.15,2.21", "2.12..2.21"):
        legs, _ = plan.chosen(options.parse(["--releases", releases]))
        if len({leg.release for leg in legs.legs}) >= 4:
            return legs.legs
    pytest.fail("no Python here runs four releases")


LEGS = chosen()
WORDS = ("--releases", ",".join(dict.fromkeys(leg.release.version for leg in LEGS)), "--cases", CASES)


def nox(*arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "nox", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    print(done.stdout, done.stderr)
    return done


@pytest.fixture(scope="module")
def run() -> subprocess.CompletedProcess[str]:
    shutil.rmtree(BUILD / "records", ignore_errors=True)
    return nox("-s", "matrix", "--", *WORDS)


@pytest.fixture(scope="module")
def correctness(run: subprocess.CompletedProcess[str]) -> pd.DataFrame:
    assert run.returncode == 0, "something differs from the ledger, or could not run"
    return pd.read_csv(BUILD / "report" / "correctness.csv", keep_default_na=False)


@pytest.fixture(scope="module")
def thread() -> Iterator[ModuleType]:
    """The case's data, without TensorFlow."""
    sys.modules["tensorflow"] = SimpleNamespace()  # type: ignore[assignment]
    yield importlib.import_module("cases.losses._thread")
    del sys.modules["tensorflow"]


def test_every_leg_answers_every_point(correctness: pd.DataFrame) -> None:
    catalog = options.choose_cases(CASES)
    points = sum(len(list(_catalog.points(info))) for info in catalog.values())
    assert correctness.groupby("leg").size().to_dict() == {leg.id: points for leg in LEGS}
    assert {leg.split("-")[0] for leg in correctness["leg"]} == {f"tf{leg.release.version}" for leg in LEGS}
    assert set(correctness["ledger"]) == {"as expected"}


def test_the_tables_the_summary_and_the_sentence_are_there(run: subprocess.CompletedProcess[str]) -> None:
    for name in ("correctness.csv", "counts.csv", "environments.csv", "summary.md"):
        assert (BUILD / "report" / name).stat().st_size > 0
    assert "logits shortcut" in run.stdout


def test_the_decorated_loss_is_as_mathematics_has_it(correctness: pd.DataFrame, thread: Any) -> None:
    features, labels, kernel, bias = (np.asarray(array, np.float64) for array in thread.data(48))
    targets = np.eye(3)[labels.astype(int)] * [1.0, 1.0, 0.1]

    def loss(b: np.ndarray) -> float:
        z = features @ kernel + b
        return float(np.mean(-np.sum(targets * (z - np.log(np.exp(z).sum(1, keepdims=True))), axis=1)))

    h = 1e-6
    right = np.array([(loss(bias + h * unit) - loss(bias - h * unit)) / (2 * h) for unit in np.eye(3)])
    p = np.exp(features @ kernel + bias)
    shortcut = (p / p.sum(1, keepdims=True) - targets).mean(0)
    assert np.abs(right - shortcut).max() > 0.05

    rows = correctness[correctness["case"] == "losses.decorated_gradient"]
    assert len(rows) == 16 * len(LEGS)
    seen = set()
    for row in rows.itertuples():
        if row.outcome not in ("match", "mismatch"):
            continue
        observed = observed_bias(row.leg, row.point)
        kind = {True: "right", False: row.explanation}[row.outcome == "match"]
        assert np.allclose(observed, right, atol=1e-5) == (kind == "right"), row
        assert np.allclose(observed, shortcut, atol=1e-5) == (kind == "logits shortcut"), row
        seen.add(kind)
    assert {"right", "logits shortcut"} <= seen
    graph = rows[rows["point"] == "loss=plain,loop=graph,labels=vector"]
    assert set(zip(graph["outcome"], graph["explanation"], strict=True)) == {("mismatch", "logits shortcut")}
    decorated = rows[rows["point"] == "loss=decorated,loop=graph,labels=vector"]
    assert set(decorated["outcome"]) == {"match"}


def observed_bias(leg: str, point: str) -> np.ndarray:
    with (BUILD / "records" / leg / "losses.decorated_gradient.jsonl").open() as stream:
        records = [json.loads(line) for line in stream][1:]
    (record,) = (record for record in records if record["point"] == point)
    return np.array(record["outputs"]["bias"]["observed"]["values"])


def test_a_second_run_asks_nothing(correctness: pd.DataFrame) -> None:
    before = {path: path.stat().st_mtime_ns for path in BUILD.glob("records/*/*.jsonl")}
    assert len(before) == len(LEGS) * correctness["case"].nunique()
    done = nox("-s", "matrix", "--", *WORDS)
    assert done.returncode == 0
    assert done.stdout.count("are stored and up to date") == len(LEGS)
    assert {path: path.stat().st_mtime_ns for path in BUILD.glob("records/*/*.jsonl")} == before


@pytest.mark.usefixtures("correctness")
def test_a_virtualenv_of_which_half_is_gone_is_made_anew() -> None:
    leg = LEGS[-1]
    (numpy,) = environments.folder(leg).glob("[Ll]ib/**/site-packages/numpy")
    shutil.rmtree(numpy)
    done = nox("-s", f"matrix({leg.id})", "--", "--cases", "tape.reset", "--fresh")
    assert done.returncode == 0
    assert "files are gone from its virtualenv" in done.stdout
    assert numpy.exists()


@pytest.mark.usefixtures("correctness")
@pytest.mark.parametrize("leg", [LEGS[0], LEGS[-1]], ids=lambda leg: leg.id)
def test_broken_cases_cost_themselves_only_on_the_oldest_and_the_newest(leg: Leg, tmp_path: Path) -> None:
    info = _catalog.catalog(str(ROOT / "tests" / "broken_cases"))["broken.middle"]
    # Time enough to fill the memory, also where the machine hands it out slowly.
    info = info._replace(memory_limit_mb=1500, time_limit_s=30.0)
    expected = {"hang": "timeout", "memory": "crashed", "segfault": "crashed", "exit": "crashed", "raise": "raised"}
    expected |= {"kill": "crashed", "abort": "crashed", "shout": "match", "close": "match", "system_exit": "raised"}
    with Supervisor(leg.id, environments.python(leg), tmp_path / "scratch", env=leg.env) as supervisor:
        points = [{"how": how, "n": n} for how in expected for n in (1, 2, 3)]
        records = supervisor.ask(info, points)
    outcomes = {(record["params"]["how"], record["params"]["n"]): record["outcome"] for record in records}
    assert {how: outcomes[how, 2] for how in expected} == expected
    assert {outcomes[how, n] for how in expected for n in (1, 3)} == {"match"}
