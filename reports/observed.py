"""What the store holds, as plain rows in the report's order: the one place that reads units."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from packaging.version import Version

from cases import _catalog
from releases.legs import legs_of
from releases.table import Table
from reports.axis import variant_name
from reports.points import Space

_LARGEST = sys.float_info.max


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

    rows: list[Row] = field(default_factory=list)
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
    order = {leg: number for number, leg in enumerate(known)}
    # Each unit is read as it comes and its records dropped: a million of them would not fit beside their rows.
    parts = []
    for unit in units:
        found = Observed()
        parts.append(((order.get(unit.leg, len(order)), unit.leg, unit.case), found))
        place = known.get(unit.leg)
        if place is None:
            found.left_out.append(LeftOut(unit.leg, unit.case, "releases.toml has no such leg", None))
        elif unit.case not in questions.cases:
            found.left_out.append(LeftOut(unit.leg, unit.case, "the case is no longer in cases/", None))
        elif reason := unit.problem or unit.stale or _foreign(unit, questions.spaces[unit.case]):
            found.left_out.append(
                LeftOut(unit.leg, unit.case, reason, _again(place, questions.named.get(unit.case, unit.case)))
            )
        else:
            _read(unit, place, questions, found)
    parts.sort(key=lambda part: part[0])
    return Observed(
        rows=[row for _, part in parts for row in part.rows],
        counts=[count for _, part in parts for count in part.counts],
        left_out=[unit for _, part in parts for unit in part.left_out],
    )


def _foreign(unit: UnitLike, space: Space) -> str | None:
    """Points that the case does not have must not be judged as if it had."""
    strange = [record["point"] for record in unit.records if record["point"] not in space.index]
    return f"the case has no point {strange[0]!r}" if strange else None


def _again(place: Place, case: str) -> str:
    variant = f" --variants {place.variant}" if place.variant else ""
    return f"nox -s matrix -- --releases {place.release} --lanes {place.lane}{variant} --cases {case}"


def _read(unit: UnitLike, place: Place, questions: Questions, found: Observed) -> None:
    index = questions.spaces[unit.case].index
    track = questions.cases[unit.case].track
    versions = unit.header["versions"]
    for record in sorted(unit.records, key=lambda record: index[record["point"]]):
        point, outcome, outputs = record["point"], record["outcome"], record["outputs"]
        behaviour = Behaviour(
            outcome,
            _text(record["explanation"]) if outcome == "mismatch" else None,
            _text(record["error_type"]) if outcome == "raised" else None,
            _text(wrong_counts(outputs, track)) if outcome == "mismatch" and track else None,
        )
        message, error_type = _text(record["message"]), _text(record["error_type"])
        error = _finite(record["max_rel_err"])
        found.rows.append(Row(place, unit.case, point, behaviour, error, error_type, message, versions))
        for name in track:
            if name in outputs:
                values, expected = (_numbers(outputs[name][side]) for side in ("observed", "expected"))
                several = max(len(values), len(expected)) > 1
                for number in range(max(len(values), len(expected))):
                    label = f"{name}[{number}]" if several else name
                    pair = (side[number] if number < len(side) else None for side in (values, expected))
                    found.counts.append(Count(place, unit.case, point, label, *pair))


def by_unit(rows: Sequence[Row]) -> Iterator[tuple[Place, str, Sequence[Row]]]:
    """(leg, case, its rows) of rows in the report's order: with a million of them, what a unit shares is looked at once."""
    start, last = 0, None
    for at, row in enumerate(rows):
        if last is None or row.place is not last.place or row.case != last.case:
            if last is not None:
                yield last.place, last.case, rows[start:at]
            start, last = at, row
    if last is not None:
        yield last.place, last.case, rows[start:]


def wrong_counts(outputs: Mapping[str, Any], track: Iterable[str]) -> str | None:
    """``traces=3`` of the tracked outputs that are not as the oracle says, so that another wrong count is noticed."""
    texts = []
    for name in track:
        if name in outputs and not outputs[name]["agrees"]:
            values = _numbers(outputs[name]["observed"])
            texts.append(f"{name}={' '.join(str(value) for value in values) or 'none'}")
    return ", ".join(texts) or None


def _numbers(side: Mapping[str, Any] | None) -> list[Any]:
    """The values of one side of an output as numbers or words; none where it is missing."""
    values = side.get("values") if isinstance(side, Mapping) else None
    if values is None:
        return []
    return [
        int(value) if isinstance(value, float) and value.is_integer() else value
        for value in (values if isinstance(values, list) else [values])
    ]


def _finite(error: float | None) -> float | None:
    """JSON can hold an integer of a thousand digits, and Python's reader takes a NaN: neither is an error that was computed."""
    return error if error is None or -_LARGEST <= error <= _LARGEST else None


def _text(text: str | None) -> str | None:
    """JSON can hold half a surrogate pair, which no file in UTF-8 can, and a null, which no CSV of Python 3.10 can."""
    return text and text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
