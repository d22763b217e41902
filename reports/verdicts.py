"""The verdict on a run: what differs from the ledger, and the exit status. Computation only; no text, no pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.axis import Axis
from reports.ledger import AS_EXPECTED, Entry, Judgement, Ledger
from reports.observed import Behaviour, LeftOut, Observed, Place, Questions, Row, by_unit
from reports.stories import Grid, Story, grid, stories

UNUSED = "unused"
"""The kind of a finding about an entry of the ledger that covers nothing that exists."""


@dataclass(frozen=True)
class Finding:
    """Points of one case that differ from the ledger in the same way on the same legs."""

    kind: str
    case: str
    patterns: tuple[str, ...]
    places: tuple[Place, ...]
    observed: Behaviour | None
    expected: Behaviour
    points: int
    message: str | None = None
    """What one of the points said when it raised or crashed."""
    entry: Entry | None = None
    remark: str | None = None


@dataclass(frozen=True)
class Report:
    """All that a page about a run needs, computed once: every rendering only writes it down."""

    axis: Axis
    places: tuple[Place, ...]
    rows: Sequence[Row]
    findings: tuple[Finding, ...]
    stories: tuple[Story, ...]
    grid: Grid
    left_out: tuple[LeftOut, ...]
    ran: Mapping[str, frozenset[Place]]
    """The legs that answered each case."""
    versions: Mapping[str, Mapping[str, str]]
    unreasoned: int

    @property
    def exit_status(self) -> int:
        """0: nothing unexpected; 1: findings; 2: nothing to report on."""
        return 2 if not self.rows else 1 if self.findings else 0


def judge(rows: Sequence[Row], ledger: Ledger) -> list[Judgement]:
    """The ledger's word on each row, in order."""
    found: list[Judgement] = []
    for place, case, unit in by_unit(rows):
        if ledger.of(case):
            found += [ledger.judge(case, row.point, place, row.behaviour) for row in unit]
        else:
            # No entry: points that behave alike are judged alike.
            known = {one: ledger.judge(case, "", place, one) for one in {row.behaviour for row in unit}}
            found += [known[row.behaviour] for row in unit]
    return found


def report(
    observed: Observed, judgements: Sequence[Judgement], ledger: Ledger, axis: Axis, cases: Iterable[str]
) -> Report:
    """Everything about a run; of the ledger's unused entries only those of the ``cases`` that were asked for."""
    rows, wanted = observed.rows, set(cases)
    questions = ledger.questions
    unused = [
        Finding(UNUSED, entry.case, entry.patterns, (), None, entry.behaviour, 0, entry=entry, remark=why)
        for entry, why in ledger.unused()
        if entry.case in wanted
    ]
    ran: dict[str, dict[Place, None]] = {}
    for place, case, _ in by_unit(rows):
        ran.setdefault(case, {})[place] = None
    return Report(
        axis=axis,
        places=tuple(dict.fromkeys(place for place, _, _ in by_unit(rows))),
        rows=rows,
        findings=(*findings(rows, judgements, questions), *unused),
        stories=stories(rows, axis, questions),
        grid=grid(rows, axis),
        left_out=tuple(observed.left_out),
        ran={case: frozenset(legs) for case, legs in ran.items()},
        versions=_versions(rows),
        unreasoned=sum(entry.case in wanted for entry in ledger.without_reason()),
    )


def _versions(rows: Sequence[Row]) -> dict[str, dict[str, str]]:
    """What answered on each leg; where several environments did (stores of two machines, put together), all of them."""
    found: dict[str, dict[str, dict[str, None]]] = {}
    for place, _, unit in by_unit(rows):
        versions = found.setdefault(place.leg, {})
        for name, version in unit[0].versions.items():
            versions.setdefault(name, {})[str(version or "?")] = None
    return {
        leg: {name: " and ".join(sorted(several)) for name, several in versions.items()}
        for leg, versions in found.items()
    }


def findings(rows: Iterable[Row], judgements: Iterable[Judgement], questions: Questions) -> tuple[Finding, ...]:
    """Unexpected rows, gathered: those of a case that differ in the same way, then those of them on the same legs."""
    alike: dict[tuple[str, str, Behaviour, Behaviour], dict[str, list[Row]]] = {}
    for row, (status, expected) in zip(rows, judgements, strict=True):
        if status != AS_EXPECTED:
            alike.setdefault((row.case, status, row.behaviour, expected), {}).setdefault(row.point, []).append(row)
    found = []
    for (case, status, observed, expected), by_point in alike.items():
        by_legs: dict[tuple[Place, ...], list[str]] = {}
        for point, same in by_point.items():
            by_legs.setdefault(tuple(row.place for row in same), []).append(point)
        for legs, points in by_legs.items():
            patterns = questions.spaces[case].cover(points)
            message = next((row.message for row in by_point[points[0]] if row.message), None)
            found.append(Finding(status, case, patterns, legs, observed, expected, len(points), message))
    return tuple(sorted(found, key=lambda finding: (finding.case, finding.kind, finding.patterns, finding.places)))
