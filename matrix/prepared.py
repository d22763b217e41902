"""A child that has built and checked the points of one case, and times turns of calls on command: POSIX only."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cases import _catalog
from matrix.processes import Child, tail

TURN_LIMIT_S = 120.0
"""Seconds beyond what was asked for after which a turn is given up."""
STEP_S = 0.5


class TimingFailed(RuntimeError):
    """The child ended or went silent; the message says how."""


class Prepared:
    """The child's side of the conversation; ``statuses`` has one entry per point, in order."""

    def __init__(self, folder: Path, case: _catalog.CaseInfo, points: Sequence[Mapping[str, Any]]) -> None:
        self.folder, self.case, self.points = folder, case, list(points)
        self.statuses: list[dict[str, Any]] = []
        self.child: Child | None = None
        self.failed = False
        self._buffer = b""
        (folder / "work").mkdir(parents=True)
        for name in ("commands", "answers"):
            os.mkfifo(folder / name)
        # Open for reading and writing: neither side's opening waits for the other's.
        self._commands = os.open(folder / "commands", os.O_RDWR)
        self._answers = os.open(folder / "answers", os.O_RDWR | os.O_NONBLOCK)

    def request(self, leg: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """What the worker is asked to fork."""
        return {
            "task": "_timing",
            "leg": leg,
            "case": self.case.id,
            "path": self.case.path,
            "points": [dict(params) for params in self.points],
            "settings": dict(settings),
            "commands": str(self.folder / "commands"),
            "answers": str(self.folder / "answers"),
            "results": str(self.folder / "results.jsonl"),
            "log": str(self.folder / "log.txt"),
            "folder": str(self.folder / "work"),
        }

    def prepare(self, child: Child) -> None:
        """Wait until every point is built and checked; raises :class:`TimingFailed`."""
        self.child = child
        while len(self.statuses) < len(self.points):
            answer = self._receive(float(self.case.time_limit_s))
            if answer.pop("prepared") != len(self.statuses):
                raise TimingFailed("answered out of turn")
            self.statuses.append(answer)

    def can(self, point: int) -> bool:
        """Whether a point can be timed: it is right, and the process is still there."""
        return not self.failed and self.statuses[point]["outcome"] == "match"

    def turn(self, point: int, of: str, warm_s: float, sample_s: float, spin: int = 0) -> dict[str, Any]:
        """One turn: ``{"calls_ns": …, "process_ns": …}``."""
        command = {"point": point, "of": of, "warm_s": warm_s, "sample_s": sample_s, "spin": spin}
        os.write(self._commands, json.dumps(command).encode() + b"\n")
        return self._receive(warm_s + sample_s + TURN_LIMIT_S)

    def _receive(self, seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            if select.select([self._answers], [], [], min(STEP_S, max(deadline - time.monotonic(), 0)))[0]:
                self._buffer += os.read(self._answers, 1 << 20)
                continue
            status = self.child.wait(0.001) if self.child else None
            if status is not None:
                raise TimingFailed(f"ended with status {status}; its last words: {tail(self.folder / 'log.txt')}")
            if time.monotonic() >= deadline:
                raise TimingFailed(f"no answer within {seconds:g} s")
        line, _, self._buffer = self._buffer.partition(b"\n")
        return dict(json.loads(line))

    def crashed(self, point: int, message: str) -> None:
        """Note that a point ended its process, so that it is not asked again."""
        self.failed = True
        status = {"outcome": "crashed", "message": message, "work": None, "floor": False}
        self.statuses[point : point + 1] = [{**status, "first_ns": None, "peak_memory_bytes": None}]

    def close(self) -> None:
        """End the child, whatever it is doing, and leave nothing behind."""
        with contextlib.suppress(OSError):
            os.write(self._commands, b'{"stop": true}\n')
        if self.child is not None:
            self.child.kill()
        os.close(self._commands)
        os.close(self._answers)
        shutil.rmtree(self.folder, ignore_errors=True)
