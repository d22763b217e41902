"""Asks one leg, and turns everything that can go wrong there into a record. Standard library only.

The supervisor is the only one who knows the time. It starts the leg's worker (``cases/_worker.py``), hands it one case at
a time, reads what the case's child writes to a file of its own, and ends the child when a point takes too long or the
child holds too much memory. What a child leaves unanswered gets a record that says why, and the next point has a fresh
child.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from cases import _catalog
from cases._record import RecordError, check_record, make_record
from matrix.processes import (
    POLL_S,
    START_LIMIT_S,
    Child,
    Forked,
    Spawned,
    Worker,
    leg_environment,
    resident_bytes,
    tail,
    thread_count,
)

Record = dict[str, Any]
THREADS_MOST = 4096
"""Threads that a child may have: TensorFlow has a few for each processor, and a bomb of them takes the machine's."""


@dataclass
class Ending:
    """How a child ended: its exit status (negative: a signal's number), or the limit for which it was ended."""

    status: int | None = None
    timeout_s: float | None = None
    memory_bytes: int | None = None
    threads: int | None = None
    garbled: str | None = None
    log: str = ""

    def outcome(self) -> tuple[str, str, str]:
        """Outcome, error type and message for the point in which the child ended."""
        tail = f"; its last words: {self.log}" if self.log else ""
        if self.timeout_s is not None:
            return "timeout", "Timeout", f"no answer within {self.timeout_s:g} s"
        if self.memory_bytes is not None:
            return "crashed", "MemoryLimit", f"held {self.memory_bytes / 1e6:.0f} MB and was ended for it{tail}"
        if self.threads is not None:
            return "crashed", "ThreadLimit", f"had {self.threads} threads and was ended for it{tail}"
        if self.garbled is not None:
            return "crashed", "GarbledResult", f"wrote a result that cannot be read: {self.garbled}{tail}"
        if self.status is not None and self.status < 0:
            name = signal.Signals(-self.status).name if -self.status in signal.valid_signals() else str(-self.status)
            return "crashed", name, f"ended by {name}{tail}"
        return "crashed", "Exit", f"exited with status {self.status} before it had answered{tail}"


@dataclass
class _Results:
    """The child's file of results, read as it grows."""

    path: Path
    begun: int = -1
    begun_at: float = field(default_factory=time.monotonic)
    records: list[Record] = field(default_factory=list)
    ready: dict[str, Any] | None = None
    ended: bool = False
    garbled: str | None = None
    _offset: int = 0

    def read(self) -> None:
        try:
            with self.path.open("rb") as stream:
                stream.seek(self._offset)
                data = stream.read()
        except FileNotFoundError:
            return
        whole, newline, _ = data.rpartition(b"\n")
        self._offset += len(whole) + len(newline)
        for line in whole.splitlines():
            try:
                self._take(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                self.garbled = self.garbled or f"{error}: {line[:80]!r}"

    def _take(self, message: dict[str, Any]) -> None:
        if "begin" in message:
            self.begun, self.begun_at = int(message["begin"]), time.monotonic()
        elif "record" in message:
            check_record(message["record"])
            if len(self.records) != self.begun:
                raise RecordError("a record out of turn")
            self.records.append(message["record"])
            self.begun_at = time.monotonic()
        elif "ready" in message:
            self.ready, self.begun_at = message["ready"], time.monotonic()
        elif "end" in message:
            self.ended = True
        else:
            raise RecordError("neither begin, record nor end")


class Supervisor:
    """One leg's interpreter, ready to be asked; use it as a context manager.

    ``isolate`` is ``fork`` (TensorFlow imported once, a child per case) or ``spawn`` (a fresh interpreter per case).
    Limits given here replace those that cases declare; ``extra`` goes into every request, such as another ``task``.
    """

    def __init__(
        self,
        leg: str,
        python: Path,
        scratch: Path,
        *,
        env: Mapping[str, str] | None = None,
        isolate: str = "fork",
        time_limit_s: float | None = None,
        memory_limit_mb: float | None = None,
        tick: Callable[[], None] = lambda: None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.leg, self.python, self.isolate = leg, python, isolate
        self.time_limit_s, self.memory_limit_mb, self.tick = time_limit_s, memory_limit_mb, tick
        self.scratch, self.extra = scratch, dict(extra or {})
        self.env = leg_environment(env or {})
        self.about: dict[str, Any] | None = None
        self._worker: Worker | None = None
        self._children = 0
        self._begun = -1

    def __enter__(self) -> Supervisor:
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_worker()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def start(self) -> None:
        """Import TensorFlow in the leg, so that the first case need not; raises :class:`WorkerError`."""
        if self.isolate == "fork" and self._worker is None:
            self._worker = Worker(self.python, self.env, self.scratch)
            self.about = self._worker.about

    def ask(self, case: _catalog.CaseInfo, points: Sequence[Mapping[str, Any]]) -> list[Record]:
        """A record for each of ``points``, whatever the case does to its process."""
        records: list[Record] = []
        while len(records) < len(points):
            rest = list(points[len(records) :])
            batch = rest[:1] if case.isolate == "point" else rest
            answered, ending = self._ask_child(case, batch)
            records += answered
            if ending is not None:
                outcome, error_type, message = ending.outcome()
                # A child that ended before its first point would do so again: all its points share its fate.
                lost = batch if self._begun < 0 else batch[len(answered) :][:1]
                for params in lost:
                    records.append(
                        make_record(self.leg, case.id, params, outcome, error_type=error_type, message=message)
                    )
        return records

    def _ask_child(
        self, case: _catalog.CaseInfo, points: Sequence[Mapping[str, Any]]
    ) -> tuple[list[Record], Ending | None]:
        self._children += 1
        folder = self.scratch / str(self._children)
        work = folder / "work"
        work.mkdir(parents=True)
        request = {
            "leg": self.leg,
            "case": case.id,
            "path": case.path,
            "points": [dict(params) for params in points],
            "results": str(folder / "results.jsonl"),
            "log": str(folder / "log.txt"),
            "folder": str(work),
            **self.extra,
        }
        results = _Results(folder / "results.jsonl")
        try:
            with self._child(request, folder) as child:
                ending = self._watch(child, results, case, len(points))
        finally:
            self._begun = results.begun
        if ending is not None:
            ending.log = tail(folder / "log.txt")
        self.about = self.about or results.ready
        shutil.rmtree(folder, ignore_errors=True)
        return results.records, ending

    @contextlib.contextmanager
    def _child(self, request: dict[str, Any], folder: Path) -> Iterator[Child]:
        child: Child
        if self.isolate == "fork":
            child = self._forked(request)
            if child.pid == 0:
                # The worker had gone while nobody asked it anything: that is not this case's fault.
                self._stop_worker()
                child = self._forked(request)
        else:
            child = Spawned(self.python, self.env, request, folder)
        try:
            yield child
        finally:
            child.kill()
            if self._worker is not None and self._worker.gone:
                self._stop_worker()

    def _forked(self, request: dict[str, Any]) -> Forked:
        self.start()
        assert self._worker is not None
        return Forked(self._worker, request)

    def _watch(self, child: Child, results: _Results, case: _catalog.CaseInfo, count: int) -> Ending | None:
        """Wait for the child's end, or end it; None when it answered everything."""
        time_limit = self.time_limit_s if self.time_limit_s is not None else case.time_limit_s
        memory_limit = (self.memory_limit_mb if self.memory_limit_mb is not None else case.memory_limit_mb) * 1e6
        ending: Ending | None = None
        while ending is None:
            status = child.wait(POLL_S)
            results.read()
            self.tick()
            limit = time_limit if results.begun >= 0 or self.isolate == "fork" else START_LIMIT_S
            if status is not None:
                ending = Ending(status=status)
            elif time.monotonic() - results.begun_at > limit:
                ending = Ending(timeout_s=limit)
            elif (memory := resident_bytes(child.pid)) > memory_limit:
                ending = Ending(memory_bytes=memory)
            elif (threads := thread_count(child.pid)) > THREADS_MOST:
                ending = Ending(threads=threads)
        child.kill()
        results.read()
        if results.garbled is not None:
            ending.garbled = results.garbled
        answered = results.ended and len(results.records) == count and results.garbled is None
        return None if answered else ending

    def _stop_worker(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None
