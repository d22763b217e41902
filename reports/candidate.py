"""What a candidate changes against its baseline: findings, what earlier builds had already, messages, speed. No text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reports.ledger import AS_EXPECTED, Ledger
from reports.observed import Behaviour, Count, Place, Row
from reports.performance import Performance
from reports.speeds import Change as SpeedChange
from reports.upgrade import Change, Comparer, Upgrade, section, traced

FINDING, KNOWN, ACCEPTED, BETTER, UNSTEADY = "finding", "known", "accepted", "better", "not repeatable"
KINDS = (FINDING, KNOWN, UNSTEADY, ACCEPTED, BETTER)
"""What a change counts as; only findings make the exit status 1."""
_OF_ITS_PLACE = (
    (re.compile(r"0x[0-9a-fA-F]+"), "0x…"),
    (re.compile(r"[^\s\"'(]*/site-packages/"), ""),
    (re.compile(r"(/[\w.+-]+)+/"), "…/"),
    (re.compile(r"__autograph_generated_file\w+"), "__autograph_generated_file"),
    (re.compile(r"\bline \d+"), "line …"),
)
"""What differs in a message from one process or virtualenv to the next, and says nothing."""


@dataclass(frozen=True)
class Told:
    """Points of one case that change in the same way and count as the same."""

    kind: str
    change: Change
    first: str
    """The first build that has it: the candidate, or a nightly before it."""
    message: str | None = None
    """What the candidate says at the first of the points, where it is not right."""


class Gone(NamedTuple):
    """Points that the build before had changed, and that are as in the baseline again."""

    case: str
    patterns: tuple[str, ...]
    points: int
    was: Behaviour
    becomes: Behaviour
    last: str


class Message(NamedTuple):
    """An exception of the same type with other words."""

    case: str
    patterns: tuple[str, ...]
    points: int
    error_type: str
    before: str
    after: str


class CountChange(NamedTuple):
    """A number that a case tracks and that is not what it was."""

    case: str
    point: str
    name: str
    before: float | str | None
    after: float | str | None
    expected: float | str | None


class Speed(NamedTuple):
    """A timed point, and the first build of which the same is said."""

    change: SpeedChange
    kind: str
    first: str


@dataclass(frozen=True)
class Comparison:
    """All that is said of a candidate."""

    upgrade: Upgrade
    told: tuple[Told, ...]
    gone: tuple[Gone, ...]
    messages: tuple[Message, ...]
    counts: tuple[CountChange, ...]
    speed: tuple[Speed, ...]
    not_timed: str
    cases: tuple[str, ...]

    def of(self, kind: str) -> list[Told]:
        """The changes that count as this."""
        return [one for one in self.told if one.kind == kind]

    @property
    def slower(self) -> list[Speed]:
        """The points that are slower than before for the first time."""
        return [one for one in self.speed if one.kind == FINDING]

    @property
    def findings(self) -> int:
        """How many findings there are; each is some points of one case, or one timed point."""
        return len(self.of(FINDING)) + len(self.slower)


class Answers:
    """Rows by leg, case and point."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = {(row.place.leg, row.case, row.point): row for row in rows}

    def behaviour(self, leg: str, case: str, point: str) -> Behaviour | None:
        """What a leg did there; None where it was not asked."""
        row = self.rows.get((leg, case, point))
        return row.behaviour if row else None


def changed_cases(answers: Answers, before: Place, after: Place, ledger: Ledger) -> set[str]:
    """The cases in which something differs: what is worth asking twice."""
    found = set()
    for (leg, case, point), row in answers.rows.items():
        if leg == after.leg and (was := answers.rows.get((before.leg, case, point))):
            traces = traced(ledger.questions.cases[case].track)
            changes = section(was.behaviour, row.behaviour, traces=traces) not in (None, "stays")
            if changes or message_of(was) != message_of(row):
                found.add(case)
    return found


def message_of(row: Row) -> str | None:
    """What an exception said, without what belongs to its process and virtualenv."""
    if row.behaviour.outcome != "raised" or row.message is None:
        return None
    words = row.message
    for pattern, instead in _OF_ITS_PLACE:
        words = pattern.sub(instead, words)
    return words


class Judge:
    """Compares the two legs point by point, and with the builds before."""

    def __init__(
        self,
        comparer: Comparer,
        answers: Answers,
        again: Answers,
        before: Place,
        after: Place,
        earlier: Sequence[Place],
    ) -> None:
        """``again`` are the answers to the questions that were put twice; ``earlier`` the builds before, oldest first."""
        self.comparer, self.ledger = comparer, comparer.ledger
        self.answers, self.again = answers, again
        self.before, self.after, self.earlier = before, after, tuple(earlier)

    def _points(self) -> Iterable[tuple[str, str, Row, Row]]:
        for (leg, case, point), row in self.answers.rows.items():
            if leg == self.after.leg and (was := self.answers.rows.get((self.before.leg, case, point))):
                yield case, point, was, row

    def told(self, *, first_only: bool) -> tuple[Told, ...]:
        """Every change; with ``first_only`` what an earlier build had already is no finding any more."""
        alike: dict[tuple[str, str, Behaviour, Behaviour, str], list[str]] = {}
        for case, point, was, becomes in self._points():
            kind_of = section(was.behaviour, becomes.behaviour, traces=traced(self.ledger.questions.cases[case].track))
            if kind_of in (None, "stays"):
                continue
            first = self.first(case, point, becomes.behaviour)
            kind = self._kind(case, point, becomes.behaviour)
            if kind == FINDING and first_only and first != self.after.release:
                kind = KNOWN
            alike.setdefault((case, kind, was.behaviour, becomes.behaviour, first), []).append(point)
        found = [
            Told(
                kind,
                self.comparer.change(case, was, becomes, points, self.before, self.after),
                first,
                self.answers.rows[self.after.leg, case, points[0]].message,
            )
            for (case, kind, was, becomes, first), points in alike.items()
        ]
        return tuple(sorted(found, key=lambda one: (KINDS.index(one.kind), one.change.case, one.change.patterns)))

    def _kind(self, case: str, point: str, becomes: Behaviour) -> str:
        if self._unsteady(case, point):
            return UNSTEADY
        if becomes.outcome == "match":
            return BETTER
        if self.ledger.judge(case, point, self.after, becomes).status == AS_EXPECTED:
            return ACCEPTED
        return FINDING

    def _unsteady(self, case: str, point: str) -> bool:
        """Whether either leg said something else when it was asked again."""
        for place in (self.before, self.after):
            once, twice = (found.behaviour(place.leg, case, point) for found in (self.answers, self.again))
            if twice is not None and once != twice:
                return True
        return False

    def first(self, case: str, point: str, behaviour: Behaviour) -> str:
        """The first build since which this point has done the same; builds that were not asked it say nothing."""
        first = self.after.release
        for place in reversed(self.earlier):
            found = self.answers.behaviour(place.leg, case, point)
            if found is not None and found != behaviour:
                break
            if found is not None:
                first = place.release
        return first

    def gone(self) -> tuple[Gone, ...]:
        """What the last build that was asked had changed, and the candidate has not."""
        alike: dict[tuple[str, Behaviour, Behaviour, str], list[str]] = {}
        for case, point, was, becomes in self._points():
            for place in reversed(self.earlier):
                last = self.answers.behaviour(place.leg, case, point)
                if last is not None:
                    if last != becomes.behaviour and becomes.behaviour == was.behaviour:
                        alike.setdefault((case, last, becomes.behaviour, place.release), []).append(point)
                    break
        spaces = self.ledger.questions.spaces
        return tuple(
            Gone(case, spaces[case].cover(points), len(points), last, becomes, release)
            for (case, last, becomes, release), points in sorted(alike.items(), key=lambda item: item[0][0])
        )

    def messages(self) -> tuple[Message, ...]:
        """Exceptions of one type whose words changed, the same words together."""
        alike: dict[tuple[str, str, str, str], list[str]] = {}
        for case, point, was, becomes in self._points():
            if was.behaviour != becomes.behaviour or message_of(was) == message_of(becomes):
                continue
            if any(self._says_otherwise(place, case, point) for place in (self.before, self.after)):
                continue
            key = (case, becomes.behaviour.error_type or "?", message_of(was) or "", message_of(becomes) or "")
            alike.setdefault(key, []).append(point)
        spaces = self.ledger.questions.spaces
        return tuple(
            Message(case, spaces[case].cover(points), len(points), error_type, before, after)
            for (case, error_type, before, after), points in sorted(alike.items())
        )

    def _says_otherwise(self, place: Place, case: str, point: str) -> bool:
        once, twice = (found.rows.get((place.leg, case, point)) for found in (self.answers, self.again))
        return once is not None and twice is not None and message_of(once) != message_of(twice)

    def speed(self, performance: Performance, cases: Collection[str], *, first_only: bool) -> tuple[Speed, ...]:
        """Every timed point of these cases; slower ones that an earlier build was too are known."""
        before = {place.release: self._verdicts(performance, place) for place in self.earlier}
        found = []
        for change in performance.between(self.before.leg, self.after.leg):
            if change.case not in cases:
                continue
            first = self.after.release
            for place in reversed(self.earlier):
                verdict = before[place.release].get((change.case, change.point))
                if verdict is not None and verdict != change.verdict:
                    break
                if verdict is not None:
                    first = place.release
            kind = {"slower": FINDING, "faster": BETTER}.get(change.verdict, "")
            if kind == FINDING and first_only and first != self.after.release:
                kind = KNOWN
            found.append(Speed(change, kind, first))
        return tuple(found)

    def _verdicts(self, performance: Performance, place: Place) -> dict[tuple[str, str], str]:
        between = performance.between(self.before.leg, place.leg)
        # An inconclusive one is not a verdict: it neither begins nor ends anything.
        return {(one.case, one.point): one.verdict for one in between if one.verdict != "inconclusive"}


def count_changes(counts: Iterable[Count], before: Place, after: Place) -> tuple[CountChange, ...]:
    """The tracked numbers that differ between the two legs."""
    sides: Mapping[str, dict[tuple[str, str, str], Count]] = {before.leg: {}, after.leg: {}}
    for one in counts:
        if one.place.leg in sides:
            sides[one.place.leg][one.case, one.point, one.name] = one
    was = sides[before.leg]
    return tuple(
        CountChange(*key, was[key].value, one.value, one.expected)
        for key, one in sides[after.leg].items()
        if key in was and was[key].value != one.value
    )
