"""One sitting of the interleaved timing: every leg prepared, then measured in turn, round after round, restart after restart.

A restart makes everything anew: the interpreters, started one after another (which times the import), and from each a child
per case. Within a round every leg has one turn, in an order drawn by lot, so that all meet the same noise. After each restart
the comparisons that are settled are left alone; the others go on until they are settled too or the budget is spent. Every
round is stored as soon as it is whole.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from cases import _catalog
from cases._record import point_text
from matrix.evidence import Evidence, Pair, Workload
from matrix.prepared import Prepared, TimingFailed
from matrix.processes import Forked, Worker, leg_environment
from matrix.seats import Seat, Settings
from matrix.timings import Timings

IMPORT = "import.tensorflow"
"""The workload that every start of an interpreter times: ``import tensorflow``, of which memory is kept as well."""
FLOOR_WARM_S, FLOOR_SAMPLE_S = 0.002, 0.008


class Sitting:
    """Measures until every comparison is settled or the budget is spent."""

    def __init__(
        self,
        seats: Sequence[Seat],
        workloads: Mapping[str, tuple[_catalog.CaseInfo, Sequence[Mapping[str, Any]]]],
        pairs: Sequence[Pair],
        timings: Timings,
        evidence: Evidence,
        scratch: Path,
        *,
        settings: Settings,
        deadline: float,
        say: Callable[[str], None],
    ) -> None:
        self.seats = {seat.name: seat for seat in seats}
        self.workloads, self.pairs, self.timings, self.evidence = workloads, pairs, timings, evidence
        self.scratch, self.settings, self.deadline, self.say = scratch, settings, deadline, say
        self.lot = random.Random()
        self.measured = 0
        self._children = 0

    @property
    def spent(self) -> bool:
        """Whether the budget is."""
        return time.monotonic() >= self.deadline

    def run(self) -> None:
        """All restarts."""
        try:
            while not self.spent:
                wanted = self.open()
                if not wanted:
                    self.say("nothing is left to measure: every comparison is settled, or has had all its restarts")
                    return
                self._restart(wanted)
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def open(self) -> dict[Workload, set[str]]:
        """``{workload: the legs that have to be measured again}``."""
        found: dict[Workload, set[str]] = {}
        said = self.evidence.verdicts(self.pairs)
        for case, (_, points) in self.workloads.items():
            for params in points:
                workload = (case, point_text(params))
                statuses = self.evidence.statuses.get(workload, {})
                for pair in self.pairs:
                    if any(statuses.get(leg, {}).get("outcome", "match") != "match" for leg in pair):
                        continue
                    drawn = said.get((workload, pair))
                    restarts = drawn.estimate.restarts if drawn else 0
                    undecided = drawn is None or drawn.verdict == "inconclusive"
                    if restarts < self.settings.least_restarts or (
                        undecided and restarts < self.settings.most_restarts
                    ):
                        found.setdefault(workload, set()).update(pair)
        return found

    def _restart(self, wanted: Mapping[Workload, set[str]]) -> None:
        # The clock alone would do, were it never set back: what two restarts gave must not be taken for one's.
        name = f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%S.%fZ}-{os.urandom(4).hex()}"
        legs = [leg for leg in self.seats if any(leg in needed for needed in wanted.values())]
        self.say(f"{len(wanted)} workloads are open on {len(legs)} legs: starting their interpreters")
        with self._workers(name, legs) as workers:
            cases = list(dict.fromkeys(case for case, _ in wanted))
            self.lot.shuffle(cases)
            for case in cases:
                if self.spent:
                    return
                self._case(name, case, wanted, workers)

    @contextlib.contextmanager
    def _workers(self, restart: str, legs: Sequence[str]) -> Iterator[dict[str, Worker]]:
        workers: dict[str, Worker] = {}
        try:
            for leg in self.lot.sample(list(legs), len(legs)):
                seat = self.seats[leg]
                folder = self.scratch / f"worker-{leg}"
                folder.mkdir(parents=True, exist_ok=True)
                workers[leg] = Worker(seat.python, leg_environment(seat.env), folder)
            self._imports(restart, workers)
            yield workers
        finally:
            for worker in workers.values():
                worker.stop()

    def _imports(self, restart: str, workers: Mapping[str, Worker]) -> None:
        says = {
            leg: {
                "": {
                    "outcome": "match",
                    "message": None,
                    "work": 1,
                    "floor": False,
                    "first_ns": None,
                    "peak_memory_bytes": worker.imported["peak_memory_bytes"],
                }
            }
            for leg, worker in workers.items()
        }
        self._store_prepared(restart, IMPORT, workers, says, unit="calls")
        turns = {
            leg: {"calls_ns": [int(worker.imported["elapsed_s"] * 1e9)], "process_ns": None}
            for leg, worker in workers.items()
        }
        self._store_round(restart, 0, (IMPORT, ""), turns)

    def _case(
        self, restart: str, case: str, wanted: Mapping[Workload, set[str]], workers: Mapping[str, Worker]
    ) -> None:
        info, points = self.workloads[case]
        needed = {point_text(params): wanted.get((case, point_text(params)), set()) for params in points}
        asked = [params for params in points if needed[point_text(params)]]
        legs = [leg for leg in workers if any(leg in needed[point_text(params)] for params in asked)]
        with self._prepared(info, asked, legs, workers) as children:
            self._store_statuses(restart, info, asked, children, workers)
            for number in range(self.settings.rounds):
                for index in self.lot.sample(range(len(asked)), len(asked)):
                    if self.spent and self.measured:
                        return
                    workload = (case, point_text(asked[index]))
                    legs = [leg for leg in children if leg in needed[workload[1]] and children[leg].can(index)]
                    turns = self._round(children, legs, index, number)
                    if len(turns) > 1:
                        self._store_round(restart, number, workload, turns)
            if any(child.failed for child in children.values()):
                self._store_statuses(restart, info, asked, children, workers)
        self.say(self._state(case, [point_text(params) for params in asked]))

    @contextlib.contextmanager
    def _prepared(
        self,
        info: _catalog.CaseInfo,
        points: Sequence[Mapping[str, Any]],
        legs: Sequence[str],
        workers: Mapping[str, Worker],
    ) -> Iterator[dict[str, Prepared]]:
        """A child per leg, built and checked; one that does not get that far is named."""
        children: dict[str, Prepared] = {}

        def prepare(leg: str) -> None:
            self._children += 1
            settings = self.settings.of_child(self._children)
            child = children[leg] = Prepared(self.scratch / f"{self._children}-{leg}", info, points)
            try:
                child.prepare(Forked(workers[leg], child.request(leg, settings)))
            except TimingFailed as failed:
                self.say(f"{leg}: {info.id} cannot be timed: {failed}")
                child.crashed(len(child.statuses), str(failed))

        try:
            # What is prepared is not timed yet: two at a time.
            with ThreadPoolExecutor(max_workers=2) as pool:
                list(pool.map(prepare, legs))
            yield children
        finally:
            for child in children.values():
                child.close()

    def _round(
        self, children: Mapping[str, Prepared], legs: Sequence[str], index: int, number: int
    ) -> dict[str, dict[str, Any]]:
        turns = {}
        for leg in self.lot.sample(list(legs), len(legs)):
            child = children[leg]
            try:
                turn = child.turn(index, "call", self.settings.warm_s, self.settings.sample_s)
                if number == 0 and child.statuses[index]["floor"]:
                    turn["floor_ns"] = child.turn(index, "floor", FLOOR_WARM_S, FLOOR_SAMPLE_S)["calls_ns"]
                turns[leg] = turn
            except TimingFailed as failed:
                self.say(f"{leg}: {child.case.id} cannot be timed any more: {failed}")
                child.crashed(index, str(failed))
        return turns

    def _store_statuses(
        self,
        restart: str,
        info: _catalog.CaseInfo,
        points: Sequence[Mapping[str, Any]],
        children: Mapping[str, Prepared],
        workers: Mapping[str, Worker],
    ) -> None:
        """What every child said of its points; those behind one that crashed are asked in the next restart."""
        says = {
            leg: {point_text(params): status for params, status in zip(points, child.statuses, strict=False)}
            for leg, child in children.items()
        }
        self._store_prepared(restart, info.id, workers, says, unit=info.timed["unit"])

    def _store_prepared(
        self,
        restart: str,
        case: str,
        workers: Mapping[str, Worker],
        says: Mapping[str, Mapping[str, Any]],
        unit: str,
    ) -> None:
        legs = {
            leg: {
                "fingerprint": self.seats[leg].fingerprint[case],
                "versions": workers[leg].about["versions"],
                "points": points,
            }
            for leg, points in says.items()
        }
        if not legs:
            return
        line = {
            "kind": "prepared",
            "case": case,
            "digest": next(iter(legs.values()))["fingerprint"]["case"],
            "unit": unit,
            "restart": restart,
            "machine": next(iter(workers.values())).about["machine"],
            "settings": self.settings.measuring,
            "legs": legs,
        }
        self.timings.append(line)
        self.evidence.take_prepared(line, legs)

    def _store_round(self, restart: str, number: int, workload: Workload, turns: Mapping[str, Any]) -> None:
        case, point = workload
        line = {"kind": "round", "case": case, "point": point, "restart": restart, "round": number, "turns": turns}
        self.timings.append(line)
        self.evidence.take_round(line, turns)
        self.measured += 1

    def _state(self, case: str, points: Sequence[str]) -> str:
        """What was measured, and how wide its widest interval still is."""
        widths = [
            high - low
            for point in points
            for one in self.evidence.estimates((case, point), self.pairs).values()
            if one.restarts > 1
            for low, high in [one.interval()]
        ]
        left = max(0.0, self.deadline - time.monotonic())
        wide = f"widest interval ±{50 * max(widths):.1f} %" if widths else "no interval before the second restart"
        return f"{case}, {len(points)} points: {wide}; {left / 60:.0f} min of the budget left"
