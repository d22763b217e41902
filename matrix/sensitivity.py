"""``nox -s sensitivity``: the instrument measured with itself: ``python -m matrix sensitivity``.

One release is measured against itself, as two legs of their own interpreters, many times: at every injected slowdown in the
same rounds, which is a fixed amount of work in every call, as large as a share of the call's time was when the session began.
What ``ratios.verdicts`` then says of each is counted: at no injection every ``slower`` or ``faster`` is false.

The rule of a sitting is followed: a comparison is judged after the least number of restarts, and goes on only while it is
open. The margin is that of the repetition before, so that no comparison is judged by itself.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import multiprocessing
import os
import random
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np

from cases import _catalog
from cases._record import point_text
from matrix import environments, options, ratios, rivals
from matrix.locking import leg_lock
from matrix.paths import SCRATCH, UsageError
from matrix.plan import chosen
from matrix.prepared import Prepared, TimingFailed
from matrix.processes import Forked, Worker, leg_environment
from matrix.rivals import by_asv, by_pyperf
from matrix.seats import Settings
from matrix.store import write_whole
from matrix.timing import add_core, timed_cases
from matrix.timings import Timings

INJECTED = (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2)
RESTARTS = Settings.most_restarts
LOOP_S = 2e-8
"""About what one turn of Python's empty loop takes."""
CALIBRATING_RESTARTS, CALIBRATING_ROUNDS = 3, 12
OPEN = "inconclusive"
METHOD = "tfdrift"
QUIET, BUSY = "quiet", "busy"
Ratios = dict[float, list[list[float]]]
"""``{injected: log ratios by restart}``."""


def parser() -> argparse.ArgumentParser:
    """The options of matrix, and those of the study."""
    made = options.parser("nox -s sensitivity --")
    made.add_argument("--repetitions", type=int, default=4, help="comparisons of each workload at each slowdown")
    made.add_argument("--busy", action="store_true", help="with another process busy")
    made.add_argument("--rivals", action="store_true", help="asv continuous and pyperf compare_to as well (an hour)")
    add_core(made)
    return made


def workloads_of(patterns: str | None) -> list[tuple[_catalog.CaseInfo, dict[str, Any]]]:
    """One point of every timed case: the one in the middle of those that it times."""
    found = timed_cases(patterns)
    return [(info, points[len(points) // 2]) for info, points in found.values()]


def measure_instrument(arguments: Sequence[str]) -> None:
    """The command: run the study and keep its counts, or raise :class:`UsageError`."""
    options_ = parser().parse_args(list(arguments))
    options_.releases = options_.releases or "latest"
    plan, found = chosen(options_)
    if not plan.legs:
        raise UsageError("no leg can run here for the releases asked for")
    leg = plan.legs[-1]
    workloads = workloads_of(options_.cases)
    python = environments.ensure(leg, found[leg.lane], print)
    settings = Settings(core=options_.core)
    condition = BUSY if options_.busy else QUIET
    begun = time.monotonic()
    timings = Timings.here()
    with leg_lock("timing"), _busy(options_.busy):
        study = Study(python, leg.env, workloads, settings, SCRATCH / f"sensitivity-{os.getpid()}")

        def keep(session: dict[str, Any]) -> None:
            settings_ = {"leg": leg.id, "condition": condition, "settings": settings.measuring}
            method = re.sub(r"[^a-z0-9]+", "_", session["method"])
            path = timings.root / "sensitivity" / f"{condition}-{leg.id}-{study.begun}-{method}.json"
            write_whole(path, json.dumps({**session, **settings_}, indent=1).encode() + b"\n")

        try:
            study.calibrate()
            for number in range(options_.repetitions):
                study.repeat()
                spent = (time.monotonic() - begun) / 60
                print(
                    f"repetition {number + 1} of {options_.repetitions}, {spent:.0f} min: {study.words()}", flush=True
                )
                keep(study.result())
            if options_.rivals:
                copies = rivals.Copies(leg, python, workloads, study.spins, options_.core, study.scratch)
                for session in _rivals(copies):
                    keep(session)
        except TimingFailed as failed:
            raise UsageError(f"a workload cannot be timed: {failed}. Choose other --cases") from failed
        finally:
            shutil.rmtree(study.scratch, ignore_errors=True)


def _rivals(copies: rivals.Copies) -> Iterator[dict[str, Any]]:
    """The sessions of the other instruments, one after the other."""
    yield by_asv.measure(copies, factor=1.1, interleaved=False)
    yield by_asv.measure(copies, factor=1.02, interleaved=True)
    yield by_pyperf.measure(copies)


@contextlib.contextmanager
def _busy(wanted: bool) -> Iterator[None]:
    """Another process that never rests, on whichever processor the system gives it."""
    if not wanted:
        yield
        return
    process = multiprocessing.get_context("spawn").Process(target=_spin, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def _spin() -> None:
    numbers = list(range(100_000))
    while True:
        numbers.sort(key=lambda number: -number)
        numbers.reverse()


class Study:
    """All repetitions of one session."""

    def __init__(
        self,
        python: Path,
        env: Mapping[str, str],
        workloads: Sequence[tuple[_catalog.CaseInfo, dict[str, Any]]],
        settings: Settings,
        scratch: Path,
    ) -> None:
        self.python, self.env, self.workloads, self.settings, self.scratch = python, env, workloads, settings, scratch
        self.begun = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S")
        self.lot = random.Random()
        self.spins: list[dict[float, int]] = []
        self.margins = [ratios.LEAST_MARGIN] * len(workloads)
        self.judged: list[dict[str, Any]] = []
        self.raw: list[dict[str, Any]] = []
        self._folders = 0
        self._begun_at = time.monotonic()

    def calibrate(self) -> None:
        """How many turns of an empty loop are the injected share of each workload's call."""
        found: list[list[dict[float, float]]] = [[] for _ in self.workloads]
        lengths: list[dict[float, int]] = []
        for _ in range(CALIBRATING_RESTARTS):
            with self._workers() as workers:
                for index in range(len(self.workloads)):
                    with self._pair(workers, index) as (one, _):
                        if len(lengths) == index:
                            call_s = self._time(one, 0)
                            lengths.append({share: round(share * call_s / LOOP_S) for share in INJECTED})
                        found[index] += [self._added(one, lengths[index]) for _ in range(CALIBRATING_ROUNDS)]
        self.spins = [self._spins(*both) for both in zip(lengths, found, strict=True)]

    def _added(self, child: Prepared, lengths: Mapping[float, int]) -> dict[float, float]:
        """What loops of several lengths add to the time of a call, as shares of it."""
        times = {share: self._time(child, lengths[share]) for share in self.lot.sample(INJECTED, len(INJECTED))}
        return {share: times[share] / times[0.0] - 1 for share in INJECTED if share}

    @staticmethod
    def _spins(lengths: Mapping[float, int], found: Sequence[Mapping[float, float]]) -> dict[float, int]:
        """By a line through what loops of several lengths add: one costs less in a call than alone, and less if short."""
        shares = [share for share in INJECTED if share]
        added = [float(np.median([one[share] for one in found])) for share in shares]
        slope, start = np.polyfit([lengths[share] for share in shares], added, 1)
        return {share: max(1, round((share - start) / slope)) if share else 0 for share in INJECTED}

    def repeat(self) -> None:
        """One comparison of every workload at every injected slowdown; a workload is left when all of its own are settled."""
        logs: list[Ratios] = [{share: [] for share in INJECTED} for _ in self.workloads]
        settled: dict[tuple[int, float], dict[str, Any]] = {}
        for restarts in range(1, RESTARTS + 1):
            undecided = [index for index in range(len(logs)) if self._is_open(settled, index)]
            if not undecided:
                break
            with self._workers() as workers:
                for index in undecided:
                    with self._pair(workers, index) as (one, other):
                        rounds = [self._round(one, other, self.spins[index]) for _ in range(self.settings.rounds)]
                    for share in INJECTED:
                        logs[index][share].append([found[share] for found in rounds])
            if restarts >= self.settings.least_restarts:
                self._settle(logs, settled)
        for index, found in enumerate(logs):
            self.margins[index] = ratios.margin(ratios.estimate(found[0.0]))
        self.judged += settled.values()
        self.raw.append({self._name(index): list(found.items()) for index, found in enumerate(logs)})

    @staticmethod
    def _is_open(settled: Mapping[tuple[int, float], Mapping[str, Any]], index: int) -> bool:
        verdicts = [settled.get((index, share), {}).get("verdict", OPEN) for share in INJECTED]
        return OPEN in verdicts

    def _settle(self, logs: Sequence[Ratios], settled: dict[tuple[int, float], dict[str, Any]]) -> None:
        """Judge all together; what is settled stays as it is."""
        keys = [(index, share) for index in range(len(logs)) for share in INJECTED]
        estimates = []
        for found in logs:
            estimates += ratios.moderate([ratios.estimate(found[share]) for share in INJECTED])
        said = ratios.verdicts(estimates, [self.margins[index] for index, _ in keys])
        for key, one, verdict in zip(keys, estimates, said, strict=True):
            if settled.get(key, {"verdict": OPEN})["verdict"] == OPEN:
                settled[key] = {
                    "workload": self._name(key[0]),
                    "injected": key[1],
                    "log_ratio": one.log_ratio,
                    "error": one.error,
                    "margin": self.margins[key[0]],
                    "restarts": len(logs[key[0]][key[1]]),
                    "verdict": verdict,
                }

    def _round(self, one: Prepared, other: Prepared, spins: Mapping[float, int]) -> dict[float, float]:
        """Log ratios; each has turns of its own on both sides, so that neither is called more often and so warmer."""
        found = {}
        for share in self.lot.sample(INJECTED, len(INJECTED)):
            sides = [(one, 0), (other, spins[share])]
            times = {side: self._time(*sides[side]) for side in self.lot.sample((0, 1), 2)}
            found[share] = math.log(times[1] / times[0])
        return found

    def _time(self, child: Prepared, spin: int) -> float:
        return ratios.turn_time(child.turn(0, "call", self.settings.warm_s, self.settings.sample_s, spin)["calls_ns"])

    @contextlib.contextmanager
    def _workers(self) -> Iterator[list[Worker]]:
        """New interpreters for both sides."""
        workers: list[Worker] = []
        try:
            # In this thread: a worker ends with the thread that started it.
            for side in ("one", "other"):
                folder = self.scratch / side
                folder.mkdir(parents=True, exist_ok=True)
                workers.append(Worker(self.python, leg_environment(self.env), folder))
            yield workers
        finally:
            for worker in workers:
                worker.stop()

    @contextlib.contextmanager
    def _pair(self, workers: Sequence[Worker], index: int) -> Iterator[list[Prepared]]:
        """A child of each interpreter that has one workload ready."""
        info, params = self.workloads[index]
        children: list[Prepared] = []

        def prepare(worker: Worker) -> None:
            self._folders += 1
            child = Prepared(self.scratch / f"{self._folders}-{id(worker)}", info, [params])
            children.append(child)
            child.prepare(Forked(worker, child.request("", self.settings.of_child(self._folders))))
            if child.statuses[0]["outcome"] != "match":
                raise UsageError(
                    f"{self._name(index)} is not right on this release: choose other --cases or --releases"
                )

        try:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(prepare, workers))
            yield children
        finally:
            for child in children:
                child.close()

    def _name(self, index: int) -> str:
        info, params = self.workloads[index]
        return f"{info.id}[{point_text(params)}]"

    def words(self) -> str:
        """What was found so far, in a line."""
        parts = []
        for share in INJECTED:
            own = [one for one in self.judged if one["injected"] == share]
            found = sum(one["verdict"] in ("slower", "faster") for one in own)
            parts.append(f"{share:.0%}: {found}/{len(own)}")
        return ", ".join(parts)

    def result(self) -> dict[str, Any]:
        """Everything that the tables need, and what it cost."""
        return {
            "method": METHOD,
            "seconds": round(time.monotonic() - self._begun_at, 1),
            "comparisons": self.judged,
            "log_ratios": self.raw,
        }
