"""Who takes part in a sitting of the timing, and how turns are measured."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def default_core() -> int | None:
    """The processor to time on: the last that is ours, where there is more than one; None where processes cannot be kept."""
    cores = own_cores()
    return cores[-1] if len(cores) > 1 else None


def own_cores() -> list[int]:
    """The processors that are ours; none where processes cannot be kept on one."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@dataclass(frozen=True)
class Settings:
    """How turns are measured. What children do depends on ``core`` and ``threads``."""

    warm_s: float = 0.01
    sample_s: float = 0.03
    rounds: int = 4
    least_restarts: int = 3
    most_restarts: int = 24
    core: int | None = None
    threads: int | None = None

    @property
    def measuring(self) -> dict[str, Any]:
        """Those that a time depends on: times measured otherwise are never put together."""
        return {name: getattr(self, name) for name in ("warm_s", "sample_s", "core", "threads")}

    def of_child(self, number: int) -> dict[str, Any]:
        """What the child is told; preparing is shared by all processors."""
        cores = own_cores()
        return {"core": self.core, "prepare_on": cores[number % len(cores)] if cores else None, "threads": self.threads}


@dataclass(frozen=True)
class Seat:
    """A leg that takes part; its twin has the same interpreter and another name."""

    name: str
    python: Path
    env: Mapping[str, str]
    fingerprint: Mapping[str, Mapping[str, Any]]
    """Of each case: what could change its times on this leg."""
