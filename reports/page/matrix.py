"""The matrix and the table of traces as the template needs them: cells, eras, ranges in words. They work without script."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from reports import text
from reports.axis import Axis
from reports.observed import Behaviour, Count, Place
from reports.signs import GLYPHS, letters
from reports.stories import SEVERITY, Cell, Span, first_places
from reports.verdicts import Report

SEVERAL = "several ways"
MISSING = "missing"
"""The status of a cell that nobody asked."""


@dataclass(frozen=True)
class Square:
    """One cell: what it shows, what it says to who cannot see it, and where an era begins."""

    position: str
    status: str
    sign: str
    letter: str
    number: str
    label: str
    era: bool
    differs: bool
    """Whether another Python or Keras variant of the release does something else."""


@dataclass(frozen=True)
class Line:
    """One case."""

    case: str
    name: str
    claim: str
    words: str
    statuses: str
    changes: bool
    weight: int
    squares: tuple[Square, ...]


@dataclass(frozen=True)
class Family:
    """The cases of one folder."""

    name: str
    not_right: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Band:
    """Neighbouring releases of one era."""

    label: str
    columns: int


def bands(report: Report) -> list[tuple[str, list[Band]]]:
    """Which Keras, NumPy and Python the releases have, as runs of columns."""
    standing: dict[str, Place] = {}
    for place in report.grid.shown:
        standing.setdefault(place.position, place)
    rows = []
    for name in ("Keras", "NumPy", "Python"):
        labels = [_era(name, standing[position], report) for position in report.grid.positions]
        rows.append((name, [Band(label, len(list(same))) for label, same in groupby(labels)]))
    return rows


def _era(name: str, place: Place, report: Report) -> str:
    if name == "Python":
        return f"Python {place.lane}"
    version = text.clean(str(report.versions[place.leg].get(name.lower()) or ""))
    major = version.split(".")[0]
    return f"{name} {major}" if major.isdigit() else f"{name} ?"


def starts(rows: Iterable[tuple[str, list[Band]]]) -> set[int]:
    """The columns where an era begins, the first column excepted."""
    found = set()
    for _, row in rows:
        at = 0
        for band in row:
            found.add(at)
            at += band.columns
    return found - {0}


def families(report: Report, claims: Mapping[str, str]) -> list[Family]:
    """All cases, grouped as in ``cases/``."""
    legend, borders = letters(report), starts(bands(report))
    differing = {
        (told.case, position)
        for told in report.stories
        if told.lane is not None
        for span in told.spans
        for position in span.positions
    }
    changing = {told.case for told in report.stories if len(told.spans) > 1}
    found = []
    for name, cases in groupby(report.grid.cases, key=lambda case: case.partition(".")[0]):
        lines = tuple(_line(case, report, claims, legend, borders, differing, changing) for case in cases)
        found.append(Family(name, sum(line.weight > 0 for line in lines), lines))
    return found


def _line(
    case: str,
    report: Report,
    claims: Mapping[str, str],
    legend: Mapping[str, str],
    borders: set[int],
    differing: set[tuple[str, str]],
    changing: set[str],
) -> Line:
    grid = report.grid
    cells = [grid.cells.get((case, position)) for position in grid.positions]
    squares = tuple(
        _square(case, position, cell, legend, number in borders, (case, position) in differing)
        for number, (position, cell) in enumerate(zip(grid.positions, cells, strict=True))
    )
    present = [cell for cell in cells if cell]
    return Line(
        case=case,
        name=case.partition(".")[2],
        claim=text.clean(claims.get(case, "")),
        words=words(zip(grid.positions, cells, strict=True), report.axis),
        statuses=" ".join(sorted({square.status for square in squares})),
        # That an API is newer than some releases is no story, but a change.
        changes=case in changing or len({cell.worst for cell in present}) > 1 or any(one.differs for one in squares),
        weight=sum(
            cell.not_matching + 100 * (cell.worst == "mismatch") for cell in present if cell.worst != "unsupported"
        ),
        squares=squares,
    )


def _square(case: str, position: str, cell: Cell | None, legend: Mapping[str, str], era: bool, differs: bool) -> Square:
    if cell is None:
        return Square(position, MISSING, "", "", "", f"{case} in {position}: not asked", era, differs)
    names = cell.explanations
    why = _why(cell)
    letter = ""
    if cell.worst == "mismatch" and names != {None}:
        letter = legend[next(iter(names)) or ""] if len(names) == 1 else "*"
    mixed = 0 < cell.not_matching < cell.points
    label = f"{text.clean(case)} in {position}: {text.VERBS[cell.worst]}{f' ({text.clean(why)})' if why else ''}"
    label += f", {cell.not_matching} of {cell.points} points not right" if mixed else ""
    label += "; differs on another Python or Keras" if differs else ""
    number = str(cell.not_matching) if mixed else ""
    return Square(position, cell.worst, GLYPHS[cell.worst], letter, number, label, era, differs)


def _why(cell: Cell) -> str | None:
    names = cell.explanations
    return SEVERAL if len(names) > 1 else next(iter(names), None) if cell.worst == "mismatch" else None


def words(cells: Iterable[tuple[str, Cell | None]], axis: Axis) -> str:
    """The case's worst points as ranges of releases: ``wrong 2.4–2.15: logits shortcut; right since 2.16``."""  # noqa: RUF002
    spans: list[tuple[Behaviour, list[str]]] = []
    for position, cell in cells:
        if cell is None:
            continue
        behaviour = Behaviour(cell.worst, _why(cell))
        if spans and spans[-1][0] == behaviour:
            spans[-1][1].append(position)
        else:
            spans.append((behaviour, [position]))
    return text.history([Span(behaviour, tuple(where)) for behaviour, where in spans], axis) if spans else ""


@dataclass(frozen=True)
class Traces:
    """One way of calling: how often it traced, release by release, beside what is promised."""

    case: str
    way: str
    name: str
    promised: str
    cells: tuple[tuple[str, bool, bool], ...]
    """The number (nothing where it was not asked), whether it is not the promised one, whether an era begins."""
    odd: bool
    changes: bool


def traces(counts: Sequence[Count], report: Report, claims: Mapping[str, str]) -> list[tuple[str, str, list[Traces]]]:
    """(case, claim, ways) of every case that counts, on the legs that stand for the releases."""
    first = first_places(report.rows, report.axis)
    borders = starts(bands(report))
    values: dict[tuple[str, str, str], dict[str, tuple[Any, Any]]] = {}
    for count in counts:
        if first.get((count.case, count.place.position)) == count.place:
            at = values.setdefault((count.case, count.point, count.name), {})
            at[count.place.position] = count.value, count.expected
    found = []
    for case, keys in groupby(values, key=lambda key: key[0]):
        ways = _joined(_traces(key, values[key], report.grid.positions, borders) for key in keys)
        found.append((case, text.clean(claims.get(case, "")), ways))
    merged: dict[str, tuple[str, str, list[Traces]]] = {}
    for case, claim, ways in found:
        merged.setdefault(case, (case, claim, []))[2].extend(ways)
    return [merged[case] for case in sorted(merged)]


def _joined(ways: Iterable[Traces]) -> list[Traces]:
    """Numbers of the same way of calling that always agree (counted, and as TensorFlow reports them) on one line."""
    found: dict[tuple[Any, ...], Traces] = {}
    for way in ways:
        key = way.way, way.promised, way.cells
        found[key] = replace(found[key], name=f"{found[key].name}, {way.name}") if key in found else way
    return list(found.values())


def _traces(
    key: tuple[str, str, str], at: Mapping[str, tuple[Any, Any]], positions: Sequence[str], borders: set[int]
) -> Traces:
    promised = sorted({_count(expected) for _, expected in at.values()})
    cells = []
    for number, position in enumerate(positions):
        value, expected = at.get(position, ("", ""))
        cells.append((_count(value) if position in at else "", value != expected, number in borders))
    shown = {value for value, _, _ in cells if value}
    return Traces(
        case=key[0],
        way=text.clean(key[1].replace(",", ", ")),
        name=text.clean(key[2]),
        promised=" or ".join(promised),
        cells=tuple(cells),
        odd=any(odd for _, odd, _ in cells),
        changes=len(shown) > 1,
    )


def _count(value: Any) -> str:
    return "none" if value is None else text.clean(str(value))


def legend(report: Report) -> list[tuple[str, str, str]]:
    """(status, sign, words) of what the matrix uses, from best to worst."""
    used = {cell.worst for cell in report.grid.cells.values()}
    return [(name, GLYPHS[name], text.VERBS[name]) for name in SEVERITY if name in used]
