"""Runs at once on one store wait for each other, and together answer each question once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import simulated
from tests.faults.tally import many, survived


@pytest.mark.parametrize("number", [2, 8])
def test_runs_at_once(number: int, tmp_path: Path) -> None:
    assert simulated.finish(simulated.start(tmp_path / "alone")) == (0, "")
    times = many(1, 10)
    for attempt in range(times):
        build = tmp_path / str(attempt)
        runs = [simulated.start(build) for _ in range(number)]
        ended = [simulated.finish(process) for process in runs]
        assert ended == [(0, "")] * number
        assert simulated.answers(build) == simulated.answers(tmp_path / "alone")
        assert simulated.litter(build) == []
    survived(f"{number} runs at once on one store", times, "each waits or finds all answered; the tables of one run")
