"""As test_kill.py, with a real release and through nox: kill -9 of nox, of what it runs, of the leg's interpreter."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from matrix import driver, environments, options, plan
from matrix.paths import BUILD
from releases import pythons
from releases.legs import Leg
from tests.faults import simulated
from tests.faults.tally import many, survived

pytestmark = pytest.mark.legs

CASES = "tape.reset,tape.persistent,nesting.orders,retracing.python_scalars,saved_model.interpreter"


def made_leg() -> Leg:
    """The newest release that can run here, with its virtualenv."""
    leg = plan.chosen(options.parse(["--releases", "latest"]))[0].legs[-1]
    environments.ensure(leg, pythons.find()[leg.lane], print)
    driver.ensure()
    return leg


def build_folder(path: Path) -> Path:
    """A build folder with a store of its own, which borrows the virtualenvs of this one."""
    path.mkdir()
    for part in ("driver", "venvs"):
        (path / part).symlink_to(BUILD / part)
    return path


def start(build: Path, leg: Leg) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "nox", "-j", "2", "-s", f"matrix({leg.id})", "--", "--cases", CASES],
        cwd=simulated.ROOT,
        env={**os.environ, "TFDRIFT_BUILD": str(build)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def whom(process: subprocess.Popen[str], luck: random.Random) -> psutil.Process | None:
    """One of the run's processes, each as likely as the others."""
    family = simulated.family(process)
    return luck.choice(family) if family else None


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Leg, dict[str, object], float]:
    """The leg, what a run says that nobody disturbs, and how long it takes."""
    leg = made_leg()
    build = build_folder(tmp_path_factory.mktemp("real") / "undisturbed")
    started = time.monotonic()
    with start(build, leg) as process:
        said, _ = process.communicate(timeout=600)
    assert process.returncode == 0, said
    return leg, simulated.answers(build), time.monotonic() - started


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_kill_real(number: signal.Signals, undisturbed: tuple[Leg, dict[str, object], float], tmp_path: Path) -> None:
    leg, expected, seconds = undisturbed
    luck = random.Random(number)
    times = many(1, 20 if number == signal.SIGKILL else 10)
    for attempt in range(times):
        build = build_folder(tmp_path / str(attempt))
        with start(build, leg) as process:
            time.sleep(luck.uniform(0.0, seconds))
            victim = whom(process, luck) if number == signal.SIGKILL else psutil.Process(process.pid)
            with contextlib.suppress(psutil.NoSuchProcess):
                if victim is not None:
                    victim.send_signal(number)
            said, _ = process.communicate(timeout=600)
            assert simulated.left(build) == [], said
        for path in (build / "records").glob("*/*.jsonl"):
            # A child that somebody kills is an answer like any other: the case crashed.
            if b'"crashed"' in path.read_bytes():
                path.unlink()
        assert simulated.answers(build).items() <= expected.items()
        with start(build, leg) as process:
            said, _ = process.communicate(timeout=600)
        assert process.returncode == 0, said
        assert simulated.answers(build) == expected
        assert simulated.litter(build) == []
    what = "kill -9 of any process" if number == signal.SIGKILL else f"{number.name} to nox"
    survived(f"{what} of a real run", times, "files whole, no process left, the next run completes")
