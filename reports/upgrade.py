"""What changes from one release to another: computed from the rows of two legs; no text, no pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reports.ledger import Ledger
from reports.observed import MATCH, Behaviour, Place, by_unit
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


@dataclass(frozen=True)
class Change:
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
    sections: Mapping[str, tuple[Change, ...]] = field(init=False)

    def __post_init__(self) -> None:
        by_name = {name: tuple(one for one in self.changes if one.section == name) for name in SECTIONS}
        object.__setattr__(self, "sections", by_name)

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
        histories: dict[str, dict[str, list[Behaviour | None]]] = {}
        self._errors: dict[str, dict[str, list[float | None]]] = {}
        rounded: dict[float, float] = {}
        for place, case, unit in by_unit(report.rows):
            at, points = number[place], histories.setdefault(case, {})
            errors = self._errors.setdefault(case, {})
            for row in unit:
                if row.point not in points:
                    points[row.point] = [None] * len(self.legs)
                    errors[row.point] = [None] * len(self.legs)
                points[row.point][at] = row.behaviour
                if row.max_rel_err and row.behaviour.outcome == "match":
                    error = rounded.get(row.max_rel_err)
                    if error is None:
                        error = rounded[row.max_rel_err] = float(f"{row.max_rel_err:.1e}")
                    errors[row.point][at] = error
        self._groups: dict[str, list[tuple[list[Behaviour | None], list[str]]]] = {}
        for case, by_point in histories.items():
            alike: dict[tuple[Behaviour | None, ...], list[str]] = {}
            for point, history in by_point.items():
                alike.setdefault(tuple(history), []).append(point)
            self._groups[case] = [(list(history), same) for history, same in alike.items()]
        self._covers: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}

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
            {(self.legs[at].lane, self.legs[at].variant): at for at in range(len(self.legs)) if self._is(at, position)}
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

    def _is(self, leg: int, position: str) -> bool:
        return self.legs[leg].position == position

    def between(self, before: str, after: str, *, outcomes_only: bool = False) -> Upgrade:
        """Everything that changes from one position to another, or without digits and speed, which take longer."""
        one, other = self.legs_of(before, after)
        changes: list[Change] = []
        right = compared = 0
        only_one = []
        for case, groups in self._groups.items():
            traces = traced(self.ledger.questions.cases[case].track)
            alike: dict[tuple[Behaviour, Behaviour], list[str]] = {}
            halves = 0
            for history, points in groups:
                was, becomes = history[one], history[other]
                if was is None or becomes is None:
                    halves += (was is None) != (becomes is None)
                    continue
                compared += len(points)
                if was == becomes == MATCH:
                    right += len(points)
                elif section(was, becomes, traces=traces):
                    alike.setdefault((was, becomes), []).extend(points)
            if halves:
                only_one.append(case)
            changes += [
                self.change(case, *pair, points, self.legs[one], self.legs[other]) for pair, points in alike.items()
            ]
        first, second = self.legs[one], self.legs[other]
        return Upgrade(
            before=first,
            after=second,
            changes=tuple(changes),
            right_in_both=right,
            compared=compared,
            only_one=tuple(only_one),
            lost=() if outcomes_only else self._digits(one, other),
            gained=() if outcomes_only else self._digits(other, one, backwards=True),
            environment=self._environment(first, second),
            speed=self.performance.between(first.leg, second.leg) if self.performance and not outcomes_only else (),
        )

    def change(
        self, case: str, was: Behaviour, becomes: Behaviour, points: Iterable[str], before: Place, after: Place
    ) -> Change:
        """What becomes of these points of a case, all of which go the same way, and why."""
        index = self.ledger.questions.spaces[case].index
        points = sorted(points, key=index.__getitem__)
        key = case, tuple(points)
        if key not in self._covers:
            self._covers[key] = self.ledger.questions.spaces[case].cover(points)
        name = section(was, becomes, traces=traced(self.ledger.questions.cases[case].track))
        assert name is not None
        reasons = tuple(self._reasons(case, points, (before, was), (after, becomes)))
        return Change(name, case, self._covers[key], len(points), was, becomes, reasons)

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

    def _digits(self, one: int, other: int, *, backwards: bool = False) -> tuple[Digits, ...]:
        found = []
        for case, by_point in self._errors.items():
            worst: tuple[float, float, float] | None = None
            count = 0
            for errors in by_point.values():
                was, becomes = errors[one], errors[other]
                if was and becomes and becomes >= DIGIT * was:
                    count += 1
                    if worst is None or becomes / was > worst[0]:
                        worst = becomes / was, was, becomes
            if worst:
                found.append(Digits(case, count, *(worst[:0:-1] if backwards else worst[1:])))
        return tuple(found)

    def _environment(self, before: Place, after: Place) -> tuple[tuple[str, str, str], ...]:
        was, becomes = (self.report.versions[place.leg] for place in (before, after))
        return (
            ("tensorflow", before.release, after.release),
            ("pythons", span(self.pythons.get(before.release, ())), span(self.pythons.get(after.release, ()))),
            ("python", before.lane, after.lane),
            *((name, str(was.get(name) or "?"), str(becomes.get(name) or "?")) for name in PACKAGES),
        )


def span(pythons: Sequence[str]) -> str:
    """``3.7–3.10``."""  # noqa: RUF002
    ordered = sorted(pythons, key=lambda text: [int(part) for part in text.split(".")])
    return "–".join(dict.fromkeys((ordered[0], ordered[-1]))) if ordered else "?"  # noqa: RUF001
