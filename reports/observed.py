"""What the store holds, as plain rows in the report's order: the one place that reads units."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from packaging.version import Version

from cases import _catalog
from releases.legs import legs_of
from releases.table import Table
from reports.axis import variant_name
from reports.points import Space
from reports.values import counts_of, finite, storable, wrong_counts


class UnitLike(Protocol):
    """What is needed of :class:`matrix.store.Unit`."""

    @property
    def leg(self) -> str: ...
    @property
    def case(self) -> str: ...
    @property
    def header(self) -> dict[str, Any]: ...
    @property
    def records(self) -> list[dict[str, Any]]: ...
    @property
    def problem(self) -> str | None: ...
    @property
    def stale(self) -> str | None: ...


class Behaviour(NamedTuple):
    """What the ledger compares: an outcome and what distinguishes it from others of its kind."""

    outcome: str
    explanation: str | None = None
    error_type: str | None = None
    counts: str | None = None


MATCH = Behaviour("match")
UNSUPPORTED = Behaviour("unsupported")


class Place(NamedTuple):
    """A leg on the axis."""

    leg: str
    release: str
    position: str
    lane: str
    variant: str


class Row(NamedTuple):
    """One point on one leg."""

    place: Place
    case: str
    point: str
    behaviour: Behaviour
    max_rel_err: float | None
    error_type: str | None
    message: str | None
    versions: Mapping[str, str]


class Columns(NamedTuple):
    """The rows of one unit: once what they share, and columns of the rest."""

    place: Place
    case: str
    versions: Mapping[str, str]
    points: tuple[str, ...]
    behaviours: tuple[Behaviour, ...]
    errors: tuple[float | None, ...]
    error_types: tuple[str | None, ...]
    messages: tuple[str | None, ...]

    def rows(self) -> Iterator[Row]:
        """One after another."""
        columns = self.points, self.behaviours, self.errors, self.error_types, self.messages
        return map(Row, repeat(self.place), repeat(self.case), *columns, repeat(self.versions))


@dataclass(frozen=True)
class Rows:
    """All rows, unit by unit: of a million there are columns, and a row is made when somebody looks at it."""

    units: tuple[Columns, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Rows":
        """From rows in any order; units are in that of their first rows."""
        found: dict[tuple[Place, str], list[Row]] = {}
        for row in rows:
            found.setdefault((row.place, row.case), []).append(row)
        columns = (zip(*(row[2:-1] for row in unit), strict=True) for unit in found.values())
        return cls(
            tuple(
                Columns(*unit, rows[0].versions, *of) for (unit, rows), of in zip(found.items(), columns, strict=True)
            )
        )

    def __len__(self) -> int:
        return sum(len(unit.points) for unit in self.units)

    def __iter__(self) -> Iterator[Row]:
        for unit in self.units:
            yield from unit.rows()

    def by_case(self) -> dict[str, list[Columns]]:
        """The units of each case."""
        found: dict[str, list[Columns]] = {}
        for unit in self.units:
            found.setdefault(unit.case, []).append(unit)
        return found


class Count(NamedTuple):
    """One number that a case tracks, on one leg."""

    place: Place
    case: str
    point: str
    name: str
    value: float | str | None
    expected: float | str | None


class LeftOut(NamedTuple):
    """A unit that says nothing to this report, why, and the command that repeats it (none where none would help)."""

    leg: str
    case: str
    reason: str
    command: str | None


@dataclass(frozen=True)
class Questions:
    """The cases as the ledger and the report need them: their points, first release and counts."""

    cases: Mapping[str, _catalog.CaseInfo]
    spaces: Mapping[str, Space]
    named: Mapping[str, str] = field(default_factory=dict)
    """How ``--cases`` names a case that is not in ``cases/``."""

    @classmethod
    def of(cls, cases: Mapping[str, _catalog.CaseInfo], named: Mapping[str, str] | None = None) -> "Questions":
        """From the catalogue."""
        spaces = {case: Space(info.params, _catalog.points(info)) for case, info in cases.items()}
        return cls(cases, spaces, named or {})

    def default(self, case: str, release: str) -> Behaviour:
        """What is expected where the ledger says nothing."""
        since = self.cases[case].since
        # A candidate of the release that brought the API has it: compare release numbers, not 2.4.0rc0 with 2.4.
        early = since is not None and Version(Version(release).base_version) < Version(since)
        return UNSUPPORTED if early else MATCH


@dataclass
class Observed:
    """Everything that the store says about the cases of this checkout."""

    rows: Rows = field(default_factory=Rows)
    counts: list[Count] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def places(table: Table) -> dict[str, Place]:
    """Every leg that the table knows, in the report's order: by version, lane, variant."""
    candidates = {candidate.version for candidate in table.candidates}
    legs = [leg for release in table.everything for leg in legs_of(release, table)]
    # A candidate comes after all releases, as on the axis.
    legs.sort(key=lambda leg: (leg.release.candidate, leg.release, Version(leg.lane), variant_name(leg)))
    return {
        leg.id: Place(
            leg.id,
            leg.release.version,
            leg.release.version if leg.release.version in candidates else leg.release.minor,
            leg.lane,
            variant_name(leg),
        )
        for leg in legs
    }


def observe(units: Iterable[UnitLike], questions: Questions, known: Mapping[str, Place]) -> Observed:
    """Rows and counts of all units that still answer this checkout's questions; the others with their reason."""
    rows: list[Columns] = []
    counts: list[Count] = []
    left_out: list[LeftOut] = []
    # Each unit is read as it comes and its records dropped: a million of them would not fit beside their rows.
    for unit in units:
        place = known.get(unit.leg)
        if place is None:
            left_out.append(LeftOut(unit.leg, unit.case, "releases.toml has no such leg", None))
        elif unit.case not in questions.cases:
            left_out.append(LeftOut(unit.leg, unit.case, "the case is no longer in cases/", None))
        elif reason := unit.problem or unit.stale or _foreign(unit, questions.spaces[unit.case]):
            left_out.append(
                LeftOut(unit.leg, unit.case, reason, _again(place, questions.named.get(unit.case, unit.case)))
            )
        elif unit.records:
            rows.append(_read(unit, place, questions, counts))
    return in_order(Observed(Rows(tuple(rows)), counts, left_out), known)


def in_order(found: Observed, known: Mapping[str, Place]) -> Observed:
    """The same by leg, then by case."""
    order = {leg: number for number, leg in enumerate(known)}
    return Observed(
        Rows(tuple(sorted(found.rows.units, key=lambda unit: (order[unit.place.leg], unit.case)))),
        sorted(found.counts, key=lambda count: (order[count.place.leg], count.case)),
        sorted(found.left_out, key=lambda unit: (order.get(unit.leg, len(order)), unit.leg, unit.case)),
    )


def _foreign(unit: UnitLike, space: Space) -> str | None:
    """Points that the case does not have must not be judged as if it had."""
    strange = [record["point"] for record in unit.records if record["point"] not in space.index]
    return f"the case has no point {strange[0]!r}" if strange else None


def _again(place: Place, case: str) -> str:
    variant = f" --variants {place.variant}" if place.variant else ""
    return f"nox -s matrix -- --releases {place.release} --lanes {place.lane}{variant} --cases {case}"


_FIELDS = itemgetter("point", "outcome", "explanation", "max_rel_err", "outputs", "error_type", "message")


def _read(unit: UnitLike, place: Place, questions: Questions, counts: list[Count]) -> Columns:
    """The rows of a unit; its counts are added to ``counts``."""
    space, track = questions.spaces[unit.case], questions.cases[unit.case].track
    records = sorted(unit.records, key=lambda record: space.index[record["point"]])
    points, outcomes, explanations, errors, outputs, error_types, messages = zip(*map(_FIELDS, records), strict=True)
    behaviours = tuple(
        MATCH if outcome == "match" else _behaviour(outcome, explanation, error_type, found, track)
        for outcome, explanation, error_type, found in zip(outcomes, explanations, error_types, outputs, strict=True)
    )
    for point, found in zip(points, outputs, strict=True) if track else ():
        counts.extend(Count(place, unit.case, point, *count) for count in counts_of(found, track))
    errors = tuple(map(finite, errors))
    error_types, messages = (tuple(map(storable, said)) if any(said) else said for said in (error_types, messages))
    # Where every point was answered it is the one tuple of them.
    every = space.texts if points == space.texts else points
    return Columns(place, unit.case, unit.header["versions"], every, behaviours, errors, error_types, messages)


def _behaviour(
    outcome: str, explanation: str | None, error_type: str | None, outputs: Mapping[str, Any], track: tuple[str, ...]
) -> Behaviour:
    return Behaviour(
        outcome,
        storable(explanation) if outcome == "mismatch" else None,
        storable(error_type) if outcome == "raised" else None,
        storable(wrong_counts(outputs, track)) if outcome == "mismatch" and track else None,
    )
