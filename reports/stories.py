"""What each case does over the releases: the cells of the table, and spans of equal behaviour. Computation only."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reports.axis import Axis
from reports.observed import Behaviour, Place, Questions, Row, by_unit

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


def first_places(rows: Sequence[Row], axis: Axis) -> dict[tuple[str, str], Place]:
    """The leg that stands for each case and release: without a variant, on the preferred lane, as far as it was run."""

    def rank(item: tuple[str, Place]) -> tuple[bool, int]:
        place = item[1]
        return bool(place.variant), axis.legs[place.position].index((place.lane, place.variant))

    asked = dict.fromkeys((case, place) for place, case, _ in by_unit(rows))
    best: dict[tuple[str, str], Place] = {}
    for case, place in sorted(asked, key=rank):
        best.setdefault((case, place.position), place)
    return best


def grid(rows: Sequence[Row], axis: Axis) -> Grid:
    """The table's cells."""
    first = first_places(rows, axis)
    cells: dict[tuple[str, str], Cell] = {}
    for place, case, unit in by_unit(rows):
        key = case, place.position
        if first[key] == place:
            cell = cells.setdefault(key, Cell())
            for behaviour, points in Counter(row.behaviour for row in unit).items():
                cell.add(behaviour, points)
    explanations = {name for cell in cells.values() for name in cell.explanations if name is not None}
    return Grid(
        cases=tuple(sorted({row.case for row in rows})),
        positions=tuple(axis.ordered(position for _, position in first)),
        cells=cells,
        explanations=tuple(sorted(explanations)),
        shown=tuple(sorted(set(first.values()), key=lambda place: axis.index[place.position])),
    )


def stories(rows: Sequence[Row], axis: Axis, questions: Questions) -> tuple[Story, ...]:
    """Every point that is not simply right, gathered with those of the same history, case by case."""
    first = first_places(rows, axis)
    main: dict[str, dict[str, dict[str, Behaviour]]] = {}
    for place, case, unit in by_unit(rows):
        if first[case, place.position] == place:
            points = main.setdefault(case, {})
            for row in unit:
                points.setdefault(row.point, {})[place.position] = row.behaviour
    other: dict[tuple[str, str, str], dict[str, dict[str, Behaviour]]] = {}
    for place, case, unit in by_unit(rows):
        if first[case, place.position] == place:
            continue
        points = main[case]
        for row in unit:
            # A point that only this leg has differs from nothing: it is told as its own.
            if points.get(row.point, {}).get(place.position) != row.behaviour:
                key = case, place.lane, place.variant
                other.setdefault(key, {}).setdefault(row.point, {})[place.position] = row.behaviour
    found = [
        story
        for case, points in main.items()
        for story in _gather(case, points, axis, questions)
        if any(not _is_right(span, case, questions) for span in story.spans)
    ]
    for (case, lane, variant), points in other.items():
        found += [
            Story(case, story.patterns, story.spans, lane, variant) for story in _gather(case, points, axis, questions)
        ]
    return tuple(sorted(found, key=lambda story: story.case))


def _is_right(span: Span, case: str, questions: Questions) -> bool:
    return all(
        span.behaviour.outcome == "match" or span.behaviour == questions.default(case, at) for at in span.positions
    )


def _gather(case: str, points: dict[str, dict[str, Behaviour]], axis: Axis, questions: Questions) -> Iterable[Story]:
    alike: dict[tuple[tuple[str, Behaviour], ...], list[str]] = {}
    for point, history in points.items():
        alike.setdefault(tuple(history.items()), []).append(point)
    histories: dict[tuple[tuple[str, Behaviour], ...], list[str]] = {}
    for items, gathered in alike.items():
        known = dict(items)
        histories.setdefault(tuple((at, known[at]) for at in axis.ordered(known)), []).extend(gathered)
    space = questions.spaces[case]
    for same, gathered in sorted(histories.items(), key=lambda item: space.index[item[1][0]]):
        yield Story(case, space.cover(gathered), _spans(same))


def _spans(history: Iterable[tuple[str, Behaviour]]) -> tuple[Span, ...]:
    """Neighbours of equal behaviour become one span; a release that was not run does not part them."""
    spans: list[tuple[Behaviour, list[str]]] = []
    for position, behaviour in history:
        if spans and spans[-1][0] == behaviour:
            spans[-1][1].append(position)
        else:
            spans.append((behaviour, [position]))
    return tuple(Span(behaviour, tuple(positions)) for behaviour, positions in spans)
