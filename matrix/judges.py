"""Who says whether a leg is still as the good end was: by its answer, or by its time."""

from __future__ import annotations

import argparse
import math
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from cases import _catalog
from cases._record import point_text
from matrix import environments, one_point
from matrix.evidence import AGAIN, Comparison, Evidence
from matrix.locking import leg_lock
from matrix.narrowing import CannotTell
from matrix.one_point import Answer, OnePoint
from matrix.paths import BUILD, SCRATCH, UsageError
from matrix.plan import SPARE_MB
from matrix.processes import WorkerError
from matrix.run import default_isolation
from matrix.seats import Settings
from matrix.sitting import IMPORT, Sitting
from matrix.supervisor import Supervisor
from matrix.timing import same_as, seats_for
from matrix.timings import Timings
from releases.legs import Leg
from releases.pythons import Interpreter

TIMINGS = BUILD / "bisect" / "timings"


class ByAnswer:
    """Asks the point alone, twice; an answer is an outcome, its explanation or exception, and the counts."""

    def __init__(self, point: OnePoint, found: Mapping[str, Interpreter]) -> None:
        self.point, self.found = point, found
        self.answers: dict[str, Answer] = {}

    def said(self, leg: Leg) -> str:
        """What a leg that was asked answered."""
        return str(self.answers[leg.id])

    def begin(self, good: Leg, bad: Leg) -> None:
        """Ask both ends, which must differ."""
        self.good = good
        for leg in (good, bad):
            try:
                self.changed(leg)
            except CannotTell as error:
                raise UsageError(f"{leg.release} cannot be an end: {error}") from error
        if self.answers[good.id] == self.answers[bad.id]:
            raise UsageError(
                f"{good.release} and {bad.release} agree on {self.point}: {self.said(good)}. There is nothing to find "
                "between them; nox -s matrix shows which releases differ"
            )

    def changed(self, leg: Leg) -> bool:
        """Whether a leg's answer is another than the good end's, or :class:`CannotTell`."""
        python = installed(leg, self.found[leg.lane])
        scratch = SCRATCH / f"bisect-{leg.id}-{os.getpid()}"
        with Supervisor(leg.id, python, scratch, env=leg.env, isolate=default_isolation()) as supervisor:
            try:
                supervisor.start()
                answer = self.answers[leg.id] = one_point.ask(supervisor, self.point)
            except WorkerError as error:
                raise CannotTell(f"TensorFlow cannot be imported: {error}") from error
            except one_point.Unsteady as error:
                raise CannotTell(f"it does not answer the same twice: {error}") from error
        return answer != self.answers[self.good.id]


class ByTime:
    """Measures a leg against the good end, interleaved, until the verdict is there."""

    def __init__(self, point: OnePoint, found: Mapping[str, Interpreter], options: argparse.Namespace) -> None:
        if dict(point.params) not in _catalog.timed_points(point.info):
            raise UsageError(f"{point} is not timed. {_timed(point.info)}")
        self.point, self.found, self.options = point, found, options
        self.deadline = time.monotonic() + options.budget
        self.comparisons: dict[str, Comparison] = {}
        self.good: Leg

    def said(self, leg: Leg) -> str:
        """A leg's verdict, with the ratio and its interval."""
        if leg == self.good:
            return "the baseline"
        one = self.comparisons[leg.id]
        low, high = one.estimate.interval()
        return (
            f"{one.verdict}: {_percent(one.estimate.log_ratio)} of the time of {self.good.release} "
            f"({_percent(low)} to {_percent(high)}, {one.estimate.restarts} restarts)"
        )

    def begin(self, good: Leg, bad: Leg) -> None:
        """Measure both ends, which must differ."""
        self.good = good
        try:
            changed = self.changed(bad)
        except CannotTell as error:
            raise UsageError(
                f"{good.release} and {bad.release} cannot be told apart: {error}. Give more --restarts or a larger --budget, "
                "or choose ends that differ more: nox -s timing shows which do"
            ) from error
        if not changed:
            raise UsageError(
                f"{good.release} and {bad.release} agree on {self.point}: {self.said(bad)}. There is nothing to find "
                "between them; nox -s timing shows which releases differ"
            )

    def changed(self, leg: Leg) -> bool:
        """Whether a leg is slower or faster than the good end, or :class:`CannotTell`."""
        if time.monotonic() >= self.deadline:
            raise CannotTell("the budget was spent")
        for each in (self.good, leg):
            installed(each, self.found[each.lane])
        one = self.comparisons[leg.id] = self._compare(leg)
        if one.verdict == "inconclusive":
            raise CannotTell(self.said(leg))
        return one.verdict != "same"

    def _compare(self, leg: Leg) -> Comparison:
        cases = {self.point.info.id: (self.point.info, [dict(self.point.params)])}
        seats = seats_for([self.good, leg], self.found, cases, twin=self.good)
        settings = Settings(
            rounds=self.options.rounds,
            least_restarts=min(Settings.least_restarts, self.options.restarts),
            most_restarts=self.options.restarts,
            core=self.options.core,
        )
        timings = Timings.here(TIMINGS)
        evidence = Evidence.read(timings, [*cases, IMPORT], same_as(seats, settings))
        pairs = [(leg.id, self.good.id), (self.good.id + AGAIN, self.good.id)]
        scratch = SCRATCH / f"bisect-{os.getpid()}"
        sitting = Sitting(
            seats,
            cases,
            pairs,
            timings,
            evidence,
            scratch,
            settings=settings,
            deadline=self.deadline,
            say=lambda text: print(f"  {text}", flush=True),
        )
        with leg_lock("timing"):
            try:
                sitting.run()
            except WorkerError as error:
                raise CannotTell(f"TensorFlow cannot be imported: {error}") from error
        workload = (self.point.info.id, point_text(self.point.params))
        drawn = evidence.verdicts(pairs).get((workload, pairs[0]))
        if drawn is None:
            raise CannotTell(_why_not(evidence.statuses.get(workload, {})))
        return drawn


def installed(leg: Leg, interpreter: Interpreter) -> Path:
    """The interpreter of a leg's virtualenv, which is made if need be, or :class:`CannotTell`."""
    BUILD.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(BUILD).free / 1e6
    if not environments.is_made(leg, interpreter) and free < leg.release.installed_mb + SPARE_MB:
        raise UsageError(
            f"{leg.id} needs {leg.release.installed_mb / 1e3:.1f} GB of disk in {BUILD}, where {free / 1e3:.1f} GB are free. "
            "Free some space, then run the same command again: what was made is kept"
        )
    try:
        with leg_lock(leg.id):
            return environments.ensure(leg, interpreter, lambda text: print(f"  {text}", flush=True))
    except environments.CannotInstall as error:
        raise CannotTell(str(error)) from error


def _why_not(statuses: Mapping[str, Mapping[str, object]]) -> str:
    for leg, status in statuses.items():
        if status["outcome"] != "match":
            return f"only a right answer is timed, and {leg}'s is {status['outcome']}: {status['message']}"
    return "the budget was spent before one round was whole"


def _timed(info: _catalog.CaseInfo) -> str:
    points = [str(OnePoint(info, params)) for params in _catalog.timed_points(info)]
    return f"Timed are: {'; '.join(points)}" if points else "nox -s cases lists the family speed, which is"


def _percent(log_ratio: float) -> str:
    return f"{100 * math.exp(log_ratio):.1f} %"
