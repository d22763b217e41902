"""What the timings of one machine say: times by workload, leg, restart and round, and the comparisons drawn from them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matrix import ratios
from matrix.ratios import Estimate
from matrix.timings import Timings

AGAIN = "+again"
"""Ends the name of the second process of a leg that is measured against itself."""

Workload = tuple[str, str]
"""A case and the text of one of its points."""
Pair = tuple[str, str]
"""A leg and the leg that it is compared with."""


Choose = Callable[[str, list[dict[str, Any]]], list[tuple[dict[str, Any], set[str]]]]
"""From a case's ``prepared`` lines those that count, each with the legs for which it does."""


def latest(current: Callable[[str, str], bool]) -> Choose:
    """Of each leg what has the same fingerprint and settings as its last; ``current`` says whether a case is still that one."""

    def choose(case: str, prepared: list[dict[str, Any]]) -> list[tuple[dict[str, Any], set[str]]]:
        lines = [line for line in prepared if current(case, line["digest"])]
        last = {leg: said["fingerprint"] for line in lines for leg, said in line["legs"].items()}
        return [
            (line, {leg for leg, said in line["legs"].items() if said["fingerprint"] == last[leg]})
            for line in lines
            if line["settings"] == lines[-1]["settings"]
        ]

    return choose


@dataclass
class Evidence:
    """Rounds that can be put together."""

    rounds: dict[Workload, dict[str, list[dict[str, float]]]] = field(default_factory=dict)
    """``{workload: {restart: [{leg: seconds}, one per round]}}``."""
    floors: dict[Workload, dict[str, list[float]]] = field(default_factory=dict)
    """``{workload: {leg: seconds of the closed form in NumPy, one per round that timed it}}``."""
    statuses: dict[Workload, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """``{workload: {leg: what it said before it was timed}}``."""
    machine: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, timings: Timings, cases: Iterable[str], choose: Choose) -> Evidence:
        """From the store; ``choose`` says which legs of which restarts are still to be believed."""
        evidence = cls()
        for case in cases:
            lines = list(timings.lines(case))
            chosen = choose(case, [line for line in lines if line["kind"] == "prepared"])
            usable: dict[str, set[str]] = {}
            for line, legs in chosen:
                usable.setdefault(line["restart"], set()).update(legs)
                evidence.take_prepared(line, legs)
            for line in lines:
                if line["kind"] == "round" and line["restart"] in usable:
                    evidence.take_round(line, usable[line["restart"]])
        return evidence

    def take_prepared(self, line: dict[str, Any], legs: Iterable[str]) -> None:
        """What ``legs`` said before they were timed."""
        self.machine, self.settings = line["machine"], line["settings"]
        for leg in legs:
            for point, status in line["legs"][leg]["points"].items():
                self.statuses.setdefault((line["case"], point), {})[leg] = status

    def take_round(self, line: dict[str, Any], legs: Iterable[str]) -> None:
        """One round's turns, as far as they are of ``legs``."""
        workload = (line["case"], line["point"])
        turns = {leg: line["turns"][leg] for leg in legs if leg in line["turns"]}
        times = {leg: ratios.turn_time(turn["calls_ns"]) for leg, turn in turns.items()}
        self.rounds.setdefault(workload, {}).setdefault(line["restart"], []).append(times)
        for leg, turn in turns.items():
            if turn.get("floor_ns"):
                self.floors.setdefault(workload, {}).setdefault(leg, []).append(ratios.turn_time(turn["floor_ns"]))

    def compare(self, workload: Workload, pairs: Sequence[Pair]) -> dict[Pair, Estimate]:
        """The log ratios of legs' times to their baselines', from the rounds that have both; what has none is not there."""
        restarts = self.rounds.get(workload, {}).values()
        logs = [[{leg: math.log(time) for leg, time in times.items()} for times in rounds] for rounds in restarts]
        found = {}
        for leg, base in pairs:
            both = [[one[leg] - one[base] for one in rounds if leg in one and base in one] for rounds in logs]
            if any(both):
                found[leg, base] = both
        return dict(zip(found, ratios.estimates(list(found.values())), strict=True))

    def estimates(self, workload: Workload, pairs: Sequence[Pair]) -> dict[Pair, Estimate]:
        """Those of a workload's comparisons that can be drawn, which know each other's noise."""
        raw = self.compare(workload, pairs)
        return dict(zip(raw, ratios.moderate(list(raw.values())), strict=True))

    def seconds(self, workload: Workload, leg: str) -> list[float]:
        """A leg's time in every restart: the median over rounds."""
        found = []
        for rounds in self.rounds.get(workload, {}).values():
            times = sorted(times[leg] for times in rounds if leg in times)
            if times:
                found.append(times[len(times) // 2])
        return found

    def verdicts(self, pairs: Sequence[Pair]) -> dict[tuple[Workload, Pair], Comparison]:
        """Every comparison that can be drawn, with its verdict; false discoveries are held over all of them."""
        drawn: list[tuple[Workload, Pair, Estimate, float]] = []
        for workload in self.rounds:
            estimates = self.estimates(workload, pairs)
            limit = margin(estimates)
            drawn += [(workload, pair, one, limit) for pair, one in estimates.items()]
        said = ratios.verdicts([one for *_, one, _ in drawn], [limit for *_, limit in drawn])
        return {
            (workload, pair): Comparison(one, limit, word)
            for (workload, pair, one, limit), word in zip(drawn, said, strict=True)
        }


def margin(estimates: Mapping[Pair, Estimate]) -> float:
    """The effect that counts at a workload, by what its twin shows."""
    return ratios.margin(next((one for (leg, base), one in estimates.items() if leg == base + AGAIN), None))


@dataclass(frozen=True)
class Comparison:
    """One leg against its baseline at one workload."""

    estimate: Estimate
    margin: float
    verdict: str


def pairs_of(legs: Sequence[tuple[str, str]], baselines: Iterable[str] = ()) -> list[Pair]:
    """The comparisons to draw among ``(leg, lane)`` in order of version: with the leg before, with named baselines, with a twin.

    Ratios are within a lane, since another Python is another speed. A name that ends in ``+again`` is a leg's twin.
    """
    pairs: list[Pair] = []
    lanes = list(dict.fromkeys(lane for _, lane in legs))
    for lane in lanes:
        own = [leg for leg, of in legs if of == lane and not leg.endswith(AGAIN)]
        pairs += [(leg, before) for before, leg in itertools.pairwise(own)]
        for base in baselines:
            if base in own:
                pairs += [(leg, base) for leg in own if leg != base and (leg, base) not in pairs]
    pairs += [(leg, leg[: -len(AGAIN)]) for leg, _ in legs if leg.endswith(AGAIN)]
    return pairs
