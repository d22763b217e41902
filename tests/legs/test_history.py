"""A real history of two releases: asv measures them in their virtualenvs, and publishes them.

With asv's `--quick`, on one timed and one tracked case of the repository.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cases import _catalog
from matrix import options, plan
from matrix.paths import BUILD
from releases.legs import Leg

pytestmark = pytest.mark.legs
ROOT = Path(__file__).resolve().parent.parent.parent
CASES = "speed.gradient,retracing.defaults"


def chosen() -> tuple[Leg, ...]:
    """Two releases that a Python here can run, of two eras if possible: each on the lane that it prefers."""
    for releases in ("2.4,2.15", "2.15,2.21", "2.12..2.21"):
        legs = [
            leg
            for leg in plan.chosen(options.parse(["--releases", releases]))[0].legs
            if leg.lane == leg.release.lanes[0]
        ]
        if len(legs) >= 2:
            return legs[0], legs[-1]
    pytest.skip("no Python here runs two releases")


LEGS = chosen()
WORDS = ("--releases", ",".join(leg.release.version for leg in LEGS), "--cases", CASES, "--quick")
PLACE = BUILD / "asv" / "quick"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own: asv writes there which machine this is."""
    return tmp_path_factory.mktemp("home")


def run(home: Path, *command: str) -> str:
    env = {**os.environ, "HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    return done.stdout


def test_an_interrupted_run_leaves_no_process_behind(home: Path) -> None:
    env = {**os.environ, "HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "matrix.history", *WORDS, "--fresh"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "Benchmarking" in line:
                break
        started = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        process.communicate()
    assert process.returncode == 130
    assert started
    assert not psutil.wait_procs(started, timeout=10)[1]  # asv's fork server among them


@pytest.fixture(scope="module")
def said(home: Path) -> str:
    return run(home, "matrix.history", *WORDS)


def results() -> dict[str, dict[str, dict[str, object]]]:
    """``{release's commit: {benchmark: row}}``."""
    found = {}
    for path in PLACE.glob("results/*/*-tfdrift.json"):
        data = json.loads(path.read_bytes())
        rows = {name: dict(zip(data["result_columns"], row, strict=False)) for name, row in data["results"].items()}
        found[data["commit_hash"]] = rows
    return found


def test_both_releases_are_measured_and_published(said: str) -> None:
    assert str(PLACE / "html" / "index.html") in said
    rows = [rows for rows in results().values() if "speed.gradient.time_call" in rows]
    assert len(rows) >= 2
    for row in rows:
        times = row["speed.gradient.time_call"]["result"]
        assert isinstance(times, list)
        assert all(time is not None and 0 < time < 60 for time in times if time == time)
        assert any(time == time for time in times)
    published = json.loads((PLACE / "html" / "index.json").read_bytes())
    assert {f"v{leg.release.version}" for leg in LEGS} <= set(published["tags"])
    assert {leg.lane for leg in LEGS} <= set(published["params"]["python"])
    assert "speed.gradient.time_call" in published["benchmarks"]


@pytest.mark.usefixtures("said")
def test_a_count_has_a_value_for_every_point() -> None:
    points = list(_catalog.points(_catalog.catalog()["retracing.defaults"]))
    for rows in results().values():
        if "retracing.defaults.track_traces" in rows:
            counts = rows["retracing.defaults.track_traces"]["result"]
            assert isinstance(counts, list)
            assert len(counts) == len(points)


@pytest.mark.usefixtures("said")
def test_a_second_run_measures_nothing_again(home: Path) -> None:
    before = results()
    run(home, "matrix.history", *WORDS)
    assert results() == before


@pytest.mark.usefixtures("said")
def test_asvs_own_commands_work_on_it(home: Path) -> None:
    settings = ("--config", str(PLACE / "asv.conf.json"))
    old, new = (f"v{leg.release.version}" for leg in LEGS)
    assert "speed.gradient.time_call" in run(home, "asv", "compare", old, new, *settings)
    assert "speed.gradient.time_call" in run(home, "asv", "show", new, *settings)
    assert "tfdrift" in run(home, "asv", "show", *settings)
