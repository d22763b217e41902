"""The verdict on a run: what differs from the ledger, and the exit status. Computation only; no text, no pages."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.axis import Axis
from reports.columns import by_unit
from reports.ledger import AS_EXPECTED, Entry, Judgement, Ledger
from reports.observed import Behaviour, LeftOut, Observed, Place, Questions, Rows
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
    rows: Rows
    outcomes: Counter[str]
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


def judge(rows: Rows, ledger: Ledger) -> list[Judgement]:
    """The ledger's word on each row, in order."""
    found: list[Judgement] = []
    for unit in rows.units:
        place, case = unit.place, unit.case
        if ledger.of(case):
            answers = zip(unit.points, unit.behaviours, strict=True)
            found += [ledger.judge(case, point, place, behaviour) for point, behaviour in answers]
        else:
            # No entry: points that behave alike are judged alike.
            known = {one: ledger.judge(case, "", place, one) for one in set(unit.behaviours)}
            found += [known[one] for one in unit.behaviours]
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
    for unit in rows.units:
        ran.setdefault(unit.case, {})[unit.place] = None
    return Report(
        axis=axis,
        places=tuple(dict.fromkeys(unit.place for unit in rows.units)),
        rows=rows,
        outcomes=Counter(behaviour.outcome for unit in rows.units for behaviour in unit.behaviours),
        findings=(*findings(rows, judgements, questions), *unused),
        stories=stories(rows, axis, questions),
        grid=grid(rows, axis),
        left_out=tuple(observed.left_out),
        ran={case: frozenset(legs) for case, legs in ran.items()},
        versions=_versions(rows),
        unreasoned=sum(entry.case in wanted for entry in ledger.without_reason()),
    )


def _versions(rows: Rows) -> dict[str, dict[str, str]]:
    """What answered on each leg; where several environments did (stores of two machines, put together), all of them."""
    found: dict[str, dict[str, dict[str, None]]] = {}
    for unit in rows.units:
        versions = found.setdefault(unit.place.leg, {})
        for name, version in unit.versions.items():
            versions.setdefault(name, {})[str(version or "?")] = None
    return {
        leg: {name: " and ".join(sorted(several)) for name, several in versions.items()}
        for leg, versions in found.items()
    }


def findings(rows: Rows, judgements: Sequence[Judgement], questions: Questions) -> tuple[Finding, ...]:
    """Unexpected rows, gathered: those of a case that differ in the same way, then those of them on the same legs."""
    alike: dict[tuple[str, str, Behaviour, Behaviour], dict[str, list[tuple[Place, str | None]]]] = {}
    for unit, judged in by_unit(rows, judgements):
        told = zip(unit.points, unit.behaviours, unit.messages, judged, strict=True)
        for point, behaviour, message, (status, expected) in told:
            if status != AS_EXPECTED:
                by_point = alike.setdefault((unit.case, status, behaviour, expected), {})
                by_point.setdefault(point, []).append((unit.place, message))
    found = []
    for (case, status, observed, expected), by_point in alike.items():
        by_legs: dict[tuple[Place, ...], list[str]] = {}
        for point, same in by_point.items():
            by_legs.setdefault(tuple(place for place, _ in same), []).append(point)
        for legs, points in by_legs.items():
            patterns = questions.spaces[case].cover(points)
            message = next((said for _, said in by_point[points[0]] if said), None)
            found.append(Finding(status, case, patterns, legs, observed, expected, len(points), message))
    return tuple(sorted(found, key=lambda finding: (finding.case, finding.kind, finding.patterns, finding.places)))
