"""Columns beside one another: what there is of each row, and what several legs have of each point."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeVar

from reports.observed import Columns, Rows

Value = TypeVar("Value")
Column = tuple[tuple[str, ...], Sequence[Value]]
"""Points and the value of each of them."""


def by_unit(rows: Rows, each: Sequence[Value]) -> Iterator[tuple[Columns, Sequence[Value]]]:
    """Each unit with its part of ``each``, in which there is one value for every row."""
    start = 0
    for unit in rows.units:
        end = start + len(unit.points)
        yield unit, each[start:end]
        start = end


def histories(legs: Sequence[Column[Value]], missing: Value) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """(point, its value on each leg), points in the order in which they come; ``missing`` where a leg was not asked one."""
    every = tuple(dict.fromkeys(chain.from_iterable(dict.fromkeys(points for points, _ in legs))))
    columns = (column if points == every else _over(every, points, column, missing) for points, column in legs)
    return zip(every, zip(*columns, strict=True), strict=True)


def _over(every: tuple[str, ...], points: tuple[str, ...], column: Sequence[Value], missing: Value) -> Sequence[Value]:
    at = dict(zip(points, column, strict=True))
    return [at.get(point, missing) for point in every]
