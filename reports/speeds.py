"""How times change between any two legs: from the rounds in which both were measured, or else over a third leg.

performance.csv has each release against the one before it and against the baselines. For any other two the same rounds say it
as directly; only legs that never met (of two lanes, or of two sittings) are joined through one that met both.
"""

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from matrix import evidence, ratios
from matrix.evidence import AGAIN, Evidence, Pair, Workload, pairs_of
from matrix.ratios import Estimate
from reports.observed import Place

TURNED = {"slower": "faster", "faster": "slower"}
"""What a verdict becomes when the two releases change places."""


class Change(NamedTuple):
    """How the time of one point changes between two legs."""

    case: str
    point: str
    ratio: float
    ci_low: float
    ci_high: float
    margin: float
    verdict: str
    through: str = ""
    """The release that two ratios were joined over; nothing where both legs were measured in the same rounds."""


class Speeds:
    """The comparisons that rounds allow, each drawn when it is asked for."""

    def __init__(self, rounds: Evidence, known: Mapping[str, Place]) -> None:
        self.rounds, self.known = rounds, known
        self.legs = [leg for leg in known if any(leg in said for said in rounds.statuses.values())]
        twins = [leg for leg in self.legs if any(leg + AGAIN in said for said in rounds.statuses.values())]
        seats = [(leg, known[leg].lane) for leg in self.legs]
        self.pairs = pairs_of([*seats, *((leg + AGAIN, known[leg].lane) for leg in twins)], twins)
        """Those of performance.csv."""
        self._order = {leg: number for number, leg in enumerate(self.legs)}
        self._drawn: dict[Workload, dict[Pair, Estimate | None]] = {workload: {} for workload in rounds.rounds}
        self._always: dict[Workload, list[Estimate]] = {}
        self._margins: dict[Workload, float] = {}

    def draw_all(self) -> None:
        """Draw the comparison of every two legs of a lane at once, which is much faster than one after another."""
        lanes: dict[str, list[str]] = {}
        for leg in self.legs:
            lanes.setdefault(self.known[leg].lane, []).append(leg)
        every = [(leg, base) for own in lanes.values() for at, leg in enumerate(own) for base in own[:at]]
        for workload in self._drawn:
            self._draw(workload, every)

    def between(self, before: str, after: str) -> list[Change]:
        """Of every workload that can be compared, in order. False discoveries are held over these comparisons."""
        if not {before, after} <= self._order.keys() or self.known[before].release == self.known[after].release:
            return []
        if self._order[after] < self._order[before]:
            # One direction is drawn: the other says the same, turned round.
            return [turned(one) for one in self.between(after, before)]
        found = [(workload, one) for workload in sorted(self._drawn) if (one := self._one(workload, before, after))]
        margins = [self._margins[workload] for workload, _ in found]
        said = ratios.verdicts([estimate for _, (estimate, _) in found], margins)
        return [
            change(workload, one, margin, verdict, through)
            for (workload, (one, through)), margin, verdict in zip(found, margins, said, strict=True)
        ]

    def _one(self, workload: Workload, before: str, after: str) -> tuple[Estimate, str] | None:
        """The estimate, and the release that it was joined over, if any."""
        one, other = self.known[before], self.known[after]
        said = self.rounds.statuses.get(workload, {})
        if any(leg not in said or said[leg]["outcome"] != "match" for leg in (before, after)):
            # What is wrong by now has no time, though older rounds may have one.
            return None
        if one.lane == other.lane:
            self._draw(workload, [(after, before)])
            if direct := self._ratio(workload, (after, before)):
                return direct, ""
        links = list(self._links(one, other))
        self._draw(workload, [pair for _, parts in links for pair in parts])
        joined = []
        for release, pairs in links:
            parts = [part for pair in pairs if (part := self._ratio(workload, pair))]
            if len(parts) == len(pairs):
                joined.append((parts[0] if len(parts) == 1 else ratios.join(*parts), release))
        # What rests on most; of several the first, which is the newest.
        return max(joined, key=lambda item: (item[0].restarts, item[0].rounds), default=None)

    def _links(self, before: Place, after: Place) -> Iterator[tuple[str, list[Pair]]]:
        """Releases that may have met both, the newest first, with the comparisons that lead over each.

        On one lane that is a third leg. Of two lanes it is a release that ran on both, each of its legs on its own lane.
        """
        for leg in reversed(self.legs):
            place = self.known[leg]
            if (place.lane, place.variant) != (before.lane, before.variant):
                continue
            if before.lane == after.lane:
                if leg not in (before.leg, after.leg):
                    yield place.release, [(leg, before.leg), (after.leg, leg)]
                continue
            for twin in self.legs:
                there = self.known[twin]
                if (there.release, there.lane, there.variant) == (place.release, after.lane, after.variant):
                    yield place.release, [pair for pair in ((leg, before.leg), (after.leg, twin)) if pair[0] != pair[1]]

    def _draw(self, workload: Workload, pairs: Iterable[Pair]) -> None:
        """Draw what is not known yet, each with the noise that the comparisons of performance.csv show."""
        if workload not in self._always:
            always = self.rounds.compare(workload, self.pairs)
            self._always[workload] = list(always.values())
            self._margins[workload] = evidence.margin(
                dict(zip(always, ratios.moderate(self._always[workload]), strict=True))
            )
        known = self._drawn[workload]
        missing = [pair for pair in dict.fromkeys(map(self._ordered, pairs)) if pair not in known]
        if not missing:
            return
        raw = self.rounds.compare(workload, missing)
        found = dict(zip(raw, ratios.moderate(list(raw.values()), self._always[workload]), strict=True))
        known.update({pair: found.get(pair) for pair in missing})

    def _ratio(self, workload: Workload, pair: Pair) -> Estimate | None:
        """What was drawn of a pair, in its direction."""
        ordered = self._ordered(pair)
        one = self._drawn[workload][ordered]
        return one if one is None or ordered == pair else dataclasses.replace(one, log_ratio=-one.log_ratio)

    def _ordered(self, pair: Pair) -> Pair:
        leg, base = pair
        return pair if self._order[leg] > self._order[base] else (base, leg)


def change(workload: Workload, one: Estimate, margin: float, verdict: str, through: str) -> Change:
    """A comparison as ratio and interval."""
    low, high = one.interval()
    return Change(*workload, math.exp(one.log_ratio), math.exp(low), _exp(high), margin, verdict, through)


def turned(one: Change) -> Change:
    """The same with the two legs in each other's place."""
    low = 1 / one.ci_high
    high = 1 / one.ci_low if one.ci_low else math.inf
    return one._replace(ratio=1 / one.ratio, ci_low=low, ci_high=high, verdict=TURNED.get(one.verdict, one.verdict))


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf
