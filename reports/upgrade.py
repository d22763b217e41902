"""What changes from one release to another: computed from the rows of two legs; no text, no pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from reports.columns import Column, histories
from reports.ledger import Ledger
from reports.observed import MATCH, Behaviour, Columns, Place
from reports.performance import Performance
from reports.speeds import Change as SpeedChange
from reports.verdicts import Report

SECTIONS = ("wrong", "breaks", "refused", "otherwise", "right", "available", "retraces", "stays")
"""What can become of an answer; in the order in which a person about to upgrade wants to know."""
DIGIT = 10.0
"""An error that grows by this factor has lost a decimal digit."""
PACKAGES = ("keras", "numpy", "protobuf")
REASONS_MOST = 4


class UnknownRelease(Exception):
    """A release that the report has no answers of; the message lists those that it has."""


class Reason(NamedTuple):
    """Why an answer is as it is, as the ledger has it."""

    text: str
    link: str
    before: bool
    """Whether it is why the answer was so before."""
    after: bool
    """Whether it is why the answer is so after."""


class Change(NamedTuple):
    """Points of one case that go the same way."""

    section: str
    case: str
    patterns: tuple[str, ...]
    points: int
    before: Behaviour
    after: Behaviour
    reasons: tuple[Reason, ...]


class Digits(NamedTuple):
    """A case that is right in both releases, with errors that grew (or shrank) by a digit or more."""

    case: str
    points: int
    before: float
    after: float


@dataclass(frozen=True)
class Upgrade:
    """All that changes between two releases."""

    before: Place
    after: Place
    changes: tuple[Change, ...]
    right_in_both: int
    compared: int
    only_one: tuple[str, ...]
    """Cases that only one of the two answered."""
    lost: tuple[Digits, ...] = ()
    gained: tuple[Digits, ...] = ()
    environment: tuple[tuple[str, str, str], ...] = ()
    speed: tuple[SpeedChange, ...] = ()

    @cached_property
    def sections(self) -> Mapping[str, tuple[Change, ...]]:
        """The changes by section."""
        return {name: tuple(one for one in self.changes if one.section == name) for name in SECTIONS}

    @property
    def same_python(self) -> bool:
        """Whether both were asked on the same Python, so that no difference can be Python's."""
        return (self.before.lane, self.before.variant) == (self.after.lane, self.after.variant)


def traced(track: Iterable[str]) -> bool:
    """Whether what a case counts are traces."""
    return any("trace" in name for name in track)


def section(before: Behaviour, after: Behaviour, *, traces: bool) -> str | None:
    """Where a change belongs; ``None`` for what is right, or not there, in both."""
    if before == after:
        return None if before.outcome in ("match", "unsupported") else "stays"
    kinds = before.outcome, after.outcome
    if traces and (before.counts or after.counts) and set(kinds) <= {"match", "mismatch"}:
        return "retraces"
    if after.outcome == "mismatch":
        return "otherwise" if before.outcome == "mismatch" else "wrong"
    if after.outcome in ("timeout", "crashed"):
        return "breaks"
    if after.outcome in ("raised", "unsupported"):
        return "refused" if before.outcome in ("match", "mismatch") else "otherwise"
    return "available" if before.outcome == "unsupported" else "right"


class _Between(NamedTuple):
    """What becomes of the points of a case from one way of answering all of it to another, whichever legs do so."""

    right_in_both: int
    compared: int
    only_one: bool
    """Whether only one of the two answered some of it."""
    changes: list[tuple[Change, list[str]]]
    """Without reasons, and the points of each."""


class Comparer:
    """Compares any two releases of a report: what is common to all pairs is done once."""

    def __init__(
        self,
        report: Report,
        ledger: Ledger,
        pythons: Mapping[str, Sequence[str]],
        performance: Performance | None = None,
    ) -> None:
        """``pythons`` are the Pythons of each release, ``{"2.15.1": ("3.9", …)}``."""
        self.report, self.ledger, self.pythons, self.performance = report, ledger, pythons, performance
        self.legs = report.places
        number = {place: index for index, place in enumerate(self.legs)}
        self._groups: dict[str, list[tuple[tuple[Behaviour | None, ...], list[str]]]] = {}
        self._ways: dict[str, list[int]] = {}
        """By case, which legs answer all of it alike: these have the same number."""
        for case, units in report.rows.by_case().items():
            legs: list[Column[Behaviour | None]] = [((), ())] * len(self.legs)
            for unit in units:
                legs[number[unit.place]] = unit.points, unit.behaviours
            alike: dict[tuple[Behaviour | None, ...], list[str]] = {}
            for point, history in histories(legs, None):
                alike.setdefault(history, []).append(point)
            self._groups[case] = list(alike.items())
            ways: dict[tuple[Behaviour | None, ...], int] = {}
            self._ways[case] = [ways.setdefault(way, len(ways)) for way in zip(*alike, strict=True)]
        self._known: dict[tuple[str, int, int], _Between] = {}

    @property
    def positions(self) -> list[str]:
        """The releases that there are answers of."""
        return self.report.axis.ordered(place.position for place in self.legs)

    def place_of(self, text: str) -> str:
        """The position that a person means by ``2.10`` or ``2.10.1``."""
        for place in self.legs:
            if text in (place.position, place.release):
                return place.position
        raise UnknownRelease(
            f"there are no answers of release {text!r}. There are: {', '.join(self.positions)}. "
            f"Ask it first: nox -s matrix -- --releases {text}"
        )

    def legs_of(self, before: str, after: str) -> tuple[int, int]:
        """The two legs to compare: on one Python if there is one that both ran on, else each on its preferred."""
        pairs = self.report.axis.legs
        one, other = (
            {(leg.lane, leg.variant): at for at, leg in enumerate(self.legs) if leg.position == position}
            for position in (before, after)
        )
        order = [*pairs.get(after, ()), *pairs.get(before, ())]
        common = [pair for pair in order if pair in one and pair in other]
        if common:
            pair = min(common, key=lambda pair: (bool(pair[1]), order.index(pair)))
            return one[pair], other[pair]
        first, second = (
            next((found[pair] for pair in pairs.get(position, ()) if pair in found), next(iter(found.values())))
            for position, found in ((before, one), (after, other))
        )
        return first, second

    def between(self, before: str, after: str, *, outcomes_only: bool = False) -> Upgrade:
        """Everything that changes from one position to another, or without digits and speed, which take longer."""
        one, other = self.legs_of(before, after)
        first, second = self.legs[one], self.legs[other]
        changes: list[Change] = []
        right = compared = 0
        only_one = []
        for case in self._groups:
            found = self._between(case, one, other)
            right += found.right_in_both
            compared += found.compared
            if found.only_one:
                only_one.append(case)
            changes += [self._explained(change, points, first, second) for change, points in found.changes]
        return Upgrade(
            before=first,
            after=second,
            changes=tuple(changes),
            right_in_both=right,
            compared=compared,
            only_one=tuple(only_one),
            lost=() if outcomes_only else self._digits(first, second),
            gained=() if outcomes_only else self._digits(second, first, backwards=True),
            environment=self._environment(first, second),
            speed=self.performance.between(first.leg, second.leg) if self.performance and not outcomes_only else (),
        )

    def _between(self, case: str, one: int, other: int) -> _Between:
        """What becomes of the points of a case from one leg to another."""
        way, another = self._ways[case][one], self._ways[case][other]
        if (case, way, another) not in self._known:
            self._known[case, way, another] = self._compared(case, one, other)
        return self._known[case, way, another]

    def _compared(self, case: str, one: int, other: int) -> _Between:
        traces = traced(self.ledger.questions.cases[case].track)
        alike: dict[tuple[Behaviour, Behaviour], list[str]] = {}
        right = compared = halves = 0
        for history, points in self._groups[case]:
            was, becomes = history[one], history[other]
            if was is None or becomes is None:
                halves += (was is None) != (becomes is None)
                continue
            compared += len(points)
            if was == becomes == MATCH:
                right += len(points)
            elif section(was, becomes, traces=traces):
                alike.setdefault((was, becomes), []).extend(points)
        changes = [(self._change(case, *pair, points), points) for pair, points in alike.items()]
        return _Between(right, compared, halves > 0, changes)

    def change(
        self, case: str, was: Behaviour, becomes: Behaviour, points: Sequence[str], before: Place, after: Place
    ) -> Change:
        """What becomes of these points of a case, all of which go the same way, and why."""
        return self._explained(self._change(case, was, becomes, points), points, before, after)

    def _change(self, case: str, was: Behaviour, becomes: Behaviour, points: Sequence[str]) -> Change:
        name = section(was, becomes, traces=traced(self.ledger.questions.cases[case].track))
        assert name is not None
        patterns = self.ledger.questions.spaces[case].cover(points)
        return Change(name, case, patterns, len(points), was, becomes, ())

    def _explained(self, change: Change, points: Sequence[str], before: Place, after: Place) -> Change:
        """The same with why the answers are so."""
        if not self.ledger.of(change.case):
            return change
        points = sorted(points, key=self.ledger.questions.spaces[change.case].index.__getitem__)
        reasons = self._reasons(change.case, points, (before, change.before), (after, change.after))
        return change._replace(reasons=tuple(reasons))

    def _reasons(self, case: str, points: Sequence[str], *both: tuple[Place, Behaviour]) -> Iterable[Reason]:
        """Why the answers are not right where they are not; each reason once, what holds after the upgrade first.

        What the ledger expects of a release is no reason for another answer that the release gives.
        """
        sides: list[dict[tuple[str, str], None]] = [{}, {}]
        for side, (place, behaviour) in zip(sides, both, strict=True):
            for point in points:
                entry = self.ledger.entry(case, point, place.position, place.lane, place.variant)
                if entry and entry.reason and entry.behaviour == behaviour:
                    side[entry.reason, entry.link] = None
        was, becomes = sides
        for text, link in [*becomes, *(one for one in was if one not in becomes)][:REASONS_MOST]:
            yield Reason(text, link, (text, link) in was, (text, link) in becomes)

    def _digits(self, one: Place, other: Place, *, backwards: bool = False) -> tuple[Digits, ...]:
        found = []
        for case, units in self.report.rows.by_case().items():
            errors = {unit.place: _errors(unit) for unit in units if unit.place in (one, other)}
            before, after = errors.get(one, {}), errors.get(other, {})
            lost = [(was, after[point]) for point, was in before.items() if after.get(point, 0) >= DIGIT * was]
            if lost:
                was, becomes = max(lost, key=lambda pair: pair[1] / pair[0])
                found.append(Digits(case, len(lost), *((becomes, was) if backwards else (was, becomes))))
        return tuple(found)

    def _environment(self, before: Place, after: Place) -> tuple[tuple[str, str, str], ...]:
        was, becomes = (self.report.versions[place.leg] for place in (before, after))
        return (
            ("tensorflow", before.release, after.release),
            ("pythons", span(self.pythons.get(before.release, ())), span(self.pythons.get(after.release, ()))),
            ("python", before.lane, after.lane),
            *((name, str(was.get(name) or "?"), str(becomes.get(name) or "?")) for name in PACKAGES),
        )


def _errors(unit: Columns) -> dict[str, float]:
    """The errors of right answers, in the two digits that can be compared between releases."""
    return {
        point: float(f"{error:.1e}")
        for point, behaviour, error in zip(unit.points, unit.behaviours, unit.errors, strict=True)
        if error and behaviour.outcome == "match"
    }


def span(pythons: Sequence[str]) -> str:
    """``3.7–3.10``."""  # noqa: RUF002
    ordered = sorted(pythons, key=lambda text: [int(part) for part in text.split(".")])
    return "–".join(dict.fromkeys((ordered[0], ordered[-1]))) if ordered else "?"  # noqa: RUF001
