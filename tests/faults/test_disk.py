"""A full disk, at every write of a run, is one clear error; what was stored before stays, and a later run completes it."""

from __future__ import annotations

from pathlib import Path

from tests.faults import simulated
from tests.faults.tally import many, survived

FULL = "tests.faults.full_disk"


def test_full_disk(tmp_path: Path) -> None:
    assert simulated.finish(simulated.start(tmp_path / "undisturbed")) == (0, "")
    expected = simulated.answers(tmp_path / "undisturbed")
    failures = 0
    for after in range(0, 1000, many(8, 1)):
        build = tmp_path / str(after)
        status, errors = simulated.finish(simulated.start(build, module=FULL, TFDRIFT_FULL_AFTER=str(after)))
        assert simulated.left(build) == []
        if status == 0:
            break
        failures += 1
        assert status == 2, errors
        assert "No space left on device" in errors
        assert errors.count("\n") == 1, errors
        assert simulated.answers(build).items() <= expected.items()
        assert simulated.finish(simulated.start(build)) == (0, "")
        assert simulated.answers(build) == expected
        assert simulated.litter(build) == []
    assert failures > many(5, 40)
    survived(
        "disk full, at each write of a simulated run",
        failures,
        "status 2, one line, nothing lost; the next run completes",
    )
