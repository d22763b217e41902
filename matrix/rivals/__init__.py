"""Other instruments on the workloads of the study, for ``nox -s sensitivity -- --rivals``: asv and pyperf.

Each is given what ours is given, a release and a copy of it in which every call does a fixed amount of work more, and
judges by its own rules: ``by_asv.py`` and ``by_pyperf.py`` here, with what runs in the release's interpreter in ``suite/`` (asv),
``script.py`` (pyperf) and ``workload.py`` (both).
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cases import _catalog
from cases._record import point_text
from matrix.paths import UsageError
from matrix.processes import leg_environment
from matrix.store import write_whole
from releases.legs import Leg

INJECTED = (0.0, 0.02, 0.05, 0.2)
"""Fewer slowdowns than ours: these instruments take minutes where ours takes seconds."""
VARIABLE = "TFDRIFT_STUDY"


@dataclass(frozen=True)
class Copies:
    """What is measured: workloads on a leg, and the turns of a loop that make each of them slower."""

    leg: Leg
    python: Path
    workloads: Sequence[tuple[_catalog.CaseInfo, Mapping[str, Any]]]
    spins: Sequence[Mapping[float, int]]
    core: int | None
    scratch: Path
    shares: Sequence[float] = INJECTED

    def names(self) -> list[str]:
        return [f"{info.id}[{point_text(params)}]" for info, params in self.workloads]

    def environment(self, **more: str) -> dict[str, str]:
        """What a process on the leg is given: the file that says which workloads there are."""
        return {**leg_environment(self.leg.env), VARIABLE: str(self.study), **more}

    @property
    def study(self) -> Path:
        return self.scratch / "study.json"

    def write(self, **more: Any) -> None:
        """Write that file."""
        workloads = [
            {
                "case": info.id,
                "path": info.path,
                "params": dict(params),
                "spins": [spins[share] for share in self.shares],
            }
            for (info, params), spins in zip(self.workloads, self.spins, strict=True)
        ]
        write_whole(self.study, json.dumps({"workloads": workloads, "shares": self.shares, **more}).encode())


def ask(words: Sequence[str], env: Mapping[str, str] | None = None, core: int | None = None) -> str:
    """What a command prints, kept on one processor; raises :class:`UsageError` with its last words where it fails."""
    done = subprocess.run(
        list(words),
        env=dict(os.environ if env is None else env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        preexec_fn=(lambda: os.sched_setaffinity(0, [core])) if core is not None else None,
    )
    if done.returncode:
        raise UsageError(f"{' '.join(words[:4])} … ended with status {done.returncode}: {done.stdout[-600:].strip()}")
    return done.stdout
