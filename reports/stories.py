"""What each case does over the releases: the cells of the table, and spans of equal behaviour. Computation only."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reports.axis import Axis
from reports.columns import Column, histories
from reports.observed import Behaviour, Columns, Place, Questions, Rows

SEVERITY = ("match", "unsupported", "raised", "timeout", "crashed", "mismatch")
"""From best to worst: an answer that is silently wrong does more harm than none."""


@dataclass
class Cell:
    """One case in one release: the worst outcome of its points, and how many do not match."""

    points: int = 0
    not_matching: int = 0
    worst: str = "match"
    explanations: set[str | None] = field(default_factory=set)

    def add(self, behaviour: Behaviour, points: int = 1) -> None:
        """Count points in."""
        self.points += points
        if behaviour.outcome == "match":
            return
        self.not_matching += points
        self.worst = max(self.worst, behaviour.outcome, key=SEVERITY.index)
        if behaviour.outcome == "mismatch":
            self.explanations.add(behaviour.explanation)


@dataclass(frozen=True)
class Grid:
    """The table, case by release: the cells by (case, position), each of the leg that stands for the release."""

    cases: tuple[str, ...]
    positions: tuple[str, ...]
    cells: dict[tuple[str, str], Cell]
    explanations: tuple[str, ...]
    shown: tuple[Place, ...]
    """The legs that stand for the releases."""


@dataclass(frozen=True)
class Span:
    """Releases, in order, in which some points behave the same."""

    behaviour: Behaviour
    positions: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """Points of a case with the same history; on other legs than the first only where they differ from it."""

    case: str
    patterns: tuple[str, ...]
    spans: tuple[Span, ...]
    lane: str | None = None
    variant: str | None = None


def first_places(rows: Rows, axis: Axis) -> dict[tuple[str, str], Place]:
    """The leg that stands for each case and release: without a variant, on the preferred lane, as far as it was run."""

    def rank(item: tuple[str, Place]) -> tuple[bool, int]:
        place = item[1]
        return bool(place.variant), axis.legs[place.position].index((place.lane, place.variant))

    asked = dict.fromkeys((unit.case, unit.place) for unit in rows.units)
    best: dict[tuple[str, str], Place] = {}
    for case, place in sorted(asked, key=rank):
        best.setdefault((case, place.position), place)
    return best


def grid(rows: Rows, axis: Axis) -> Grid:
    """The table's cells."""
    first = first_places(rows, axis)
    cells: dict[tuple[str, str], Cell] = {}
    for unit in rows.units:
        key = unit.case, unit.place.position
        if first[key] == unit.place:
            cell = cells.setdefault(key, Cell())
            for behaviour, points in Counter(unit.behaviours).items():
                cell.add(behaviour, points)
    explanations = {name for cell in cells.values() for name in cell.explanations if name is not None}
    return Grid(
        cases=tuple(sorted({unit.case for unit in rows.units})),
        positions=tuple(axis.ordered(position for _, position in first)),
        cells=cells,
        explanations=tuple(sorted(explanations)),
        shown=tuple(sorted(set(first.values()), key=lambda place: axis.index[place.position])),
    )


def stories(rows: Rows, axis: Axis, questions: Questions) -> tuple[Story, ...]:
    """Every point that is not simply right, gathered with those of the same history, case by case."""
    first = first_places(rows, axis)
    found: list[Story] = []
    for case, units in rows.by_case().items():
        main = {unit.place.position: unit for unit in units if first[case, unit.place.position] == unit.place}
        told = _gather(case, {at: (unit.points, unit.behaviours) for at, unit in main.items()}, axis, questions)
        found += [story for story in told if any(not _is_right(span, case, questions) for span in story.spans)]
        other: dict[tuple[str, str], dict[str, Column[Behaviour | None]]] = {}
        for unit in units:
            place = unit.place
            differing = _differing(unit, main[place.position])
            if differing:
                at = other.setdefault((place.lane, place.variant), {})
                at[place.position] = tuple(differing), tuple(differing.values())
        for (lane, variant), answers in other.items():
            told = _gather(case, answers, axis, questions)
            found += [Story(case, story.patterns, story.spans, lane, variant) for story in told]
    return tuple(sorted(found, key=lambda story: story.case))


def _differing(unit: Columns, main: Columns) -> dict[str, Behaviour]:
    """What a leg does otherwise than the one that stands for the release.

    A point that only this leg has differs from nothing: it is told as its own.
    """
    if (unit.points, unit.behaviours) == (main.points, main.behaviours):
        return {}
    known = dict(zip(main.points, main.behaviours, strict=True))
    return {
        point: behaviour
        for point, behaviour in zip(unit.points, unit.behaviours, strict=True)
        if known.get(point) != behaviour
    }


def _is_right(span: Span, case: str, questions: Questions) -> bool:
    return all(
        span.behaviour.outcome == "match" or span.behaviour == questions.default(case, at) for at in span.positions
    )


def _gather(
    case: str, answers: Mapping[str, Column[Behaviour | None]], axis: Axis, questions: Questions
) -> Iterable[Story]:
    """The points of a case, by history; ``answers`` by release."""
    positions = axis.ordered(answers)
    alike: dict[tuple[Behaviour | None, ...], list[str]] = {}
    for point, history in histories([answers[at] for at in positions], None):
        alike.setdefault(history, []).append(point)
    space = questions.spaces[case]
    for same, gathered in sorted(alike.items(), key=lambda item: space.index[item[1][0]]):
        asked = [(at, one) for at, one in zip(positions, same, strict=True) if one is not None]
        yield Story(case, space.cover(gathered), _spans(asked))


def _spans(history: Iterable[tuple[str, Behaviour]]) -> tuple[Span, ...]:
    """Neighbours of equal behaviour become one span; a release that was not run does not part them."""
    spans: list[tuple[Behaviour, list[str]]] = []
    for position, behaviour in history:
        if spans and spans[-1][0] == behaviour:
            spans[-1][1].append(position)
        else:
            spans.append((behaviour, [position]))
    return tuple(Span(behaviour, tuple(positions)) for behaviour, positions in spans)
