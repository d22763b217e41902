"""A kill at any moment loses nothing that was stored, leaves nothing behind, and the next run completes what is missing."""

from __future__ import annotations

import contextlib
import random
import signal
import time
from pathlib import Path

import psutil
import pytest

from tests.faults import simulated
from tests.faults.tally import many, survived


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], float]:
    """What a run says that nobody disturbs, and how long it takes."""
    build = tmp_path_factory.mktemp("undisturbed")
    started = time.monotonic()
    assert simulated.finish(simulated.start(build)) == (0, "")
    return simulated.answers(build), time.monotonic() - started


def complete(build: Path, undisturbed: dict[str, object]) -> None:
    """Every file is whole; what is stored stays, what is missing comes, and nothing else lies about."""
    before = simulated.answers(build)
    stamps = {path: path.stat().st_mtime_ns for path in (build / "records").glob("*/*.jsonl")}
    status, errors = simulated.finish(simulated.start(build))
    assert (status, errors) == (0, "")
    assert simulated.answers(build) == undisturbed
    assert {path: path.stat().st_mtime_ns for path in stamps} == stamps
    assert before.items() <= undisturbed.items()
    assert simulated.litter(build) == []


@pytest.mark.parametrize("whom", ["supervisor", "worker", "child"])
def test_kill(whom: str, undisturbed: tuple[dict[str, object], float], tmp_path: Path) -> None:
    expected, seconds = undisturbed
    moments = random.Random(whom)
    times = many(3, 40)
    for number in range(times):
        build = tmp_path / str(number)
        process = simulated.start(build)
        time.sleep(moments.uniform(0.0, seconds))
        family = simulated.family(process)
        generation = {"supervisor": 0, "worker": 1, "child": 2}[whom]
        with contextlib.suppress(psutil.NoSuchProcess):
            if len(family) > generation:
                family[generation].kill()
        status, errors = simulated.finish(process)
        assert simulated.left(build) == []
        if whom == "supervisor":
            assert status in (0, -signal.SIGKILL)
        else:
            # Whoever asks sees it, and says of the point that it crashed; that answer is a whole one, too.
            assert (status, errors) == (0, "") or "cannot be imported" in errors
            for path in (build / "records").glob("*/*.jsonl"):
                if b'"crashed"' in path.read_bytes():
                    path.unlink()
        complete(build, expected)
    survived(f"kill -9 of the {whom}, simulated leg", times, "files whole, no process left, the next run completes")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt(number: signal.Signals, undisturbed: tuple[dict[str, object], float], tmp_path: Path) -> None:
    expected, seconds = undisturbed
    moments = random.Random(number)
    times = many(3, 40)
    for attempt in range(times):
        build = tmp_path / str(attempt)
        process = simulated.start(build)
        time.sleep(moments.uniform(0.0, seconds))
        process.send_signal(number)
        status, errors = simulated.finish(process)
        assert simulated.left(build) == []
        if status != 0:  # not yet over
            assert status in (130, -signal.SIGINT), errors  # see matrix/ending.py
            assert (
                errors
                == "tfdrift: interrupted; what was answered or measured is stored, the same command goes on from here\n"
            )
            assert simulated.litter(build) == []
        complete(build, expected)
    survived(
        f"{number.name} to the supervisor, simulated leg",
        times,
        "status 130, one line, nothing left; the next run completes",
    )
