"""Machines for the tests: build folders of their own, in which a stand-in takes TensorFlow's place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from matrix import environments
from matrix.options import parse
from matrix.plan import chosen
from releases.legs import Leg

ROOT = Path(__file__).resolve().parent.parent
OWN_CASES = ROOT / "tests" / "own_cases"
LANE = ".".join(map(str, sys.version_info[:2]))
TABLES = ("correctness.csv", "counts.csv", "environments.csv", "summary.md")


def legs_here(*words: str) -> tuple[Leg, ...]:
    """The newest two releases that this Python can run."""
    plan, _ = chosen(parse(["--releases", "all", "--lanes", LANE, *words]))
    if len(plan.legs) < 2:
        pytest.skip(f"fewer than two releases run on Python {LANE}")
    return plan.legs[-2:]


class Machine:
    """One build folder, and commands in it."""

    def __init__(self, folder: Path, legs: Iterable[Leg] = ()) -> None:
        self.folder = folder
        for leg in legs:
            self._stand_in(leg)

    def _stand_in(self, leg: Leg) -> None:
        """A virtualenv that needs no making: this Python, with the stand-in."""
        venv = self.folder / "venvs" / leg.id
        (venv / "bin").mkdir(parents=True)
        script = venv / "bin" / "python"
        path = os.pathsep.join((str(ROOT), str(ROOT / "tests" / "standin")))
        script.write_text(f'#!/bin/sh\nPYTHONPATH="{path}" exec "{sys.executable}" "$@"\n')
        script.chmod(0o755)
        _, found = chosen(parse(["--releases", leg.release.version, "--lanes", leg.lane]))
        mark = {"lock": environments.lock_digest(leg), "python": found[leg.lane].version}
        (venv / environments.MARKER).write_text(json.dumps(mark))

    def __call__(self, *words: str, status: int = 0) -> str:
        """What ``python -m WORDS`` printed; its exit status has to be ``status``."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env={**os.environ, "TFDRIFT_BUILD": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def tables(self) -> dict[str, bytes]:
        """What its report says."""
        return {name: (self.folder / "report" / name).read_bytes() for name in TABLES}
