"""The points of a case as a space: patterns that select some of them, and the few patterns that cover a given set."""

import fnmatch
import functools
import itertools
from collections.abc import Collection, Iterable

EVERY = "*"
"""The pattern of all points."""

Box = tuple[str | None, ...]
"""One value, or ``None`` for any, per parameter."""
Wide = list[list[str] | None]
"""Some values, or ``None`` for any, per parameter."""


class PatternError(ValueError):
    """A pattern that names what the case does not have; the message says what it has."""


class Space:
    """The points of one case, in the catalogue's order."""

    def __init__(self, names: Collection[str], points: Iterable[dict[str, object]]) -> None:
        """``points`` are assignments of every name, as the catalogue gives them."""
        self.names = tuple(names)
        self._values = [tuple(str(point[name]) for name in self.names) for point in points]
        self.texts = tuple(
            ",".join(f"{name}={value}" for name, value in zip(self.names, values, strict=True))
            for values in self._values
        )
        self.index = {text: number for number, text in enumerate(self.texts)}
        self._covered: dict[frozenset[str], tuple[str, ...]] = {}

    def select(self, pattern: str) -> frozenset[str]:
        """The points that ``name=value,name=one|other`` means: values may be globs, a name left out means any."""
        wanted: dict[int, list[str]] = {}
        for part in [] if pattern.strip() == EVERY else pattern.split(","):
            name, equals, value = (piece.strip() for piece in part.partition("="))
            if not equals:
                raise PatternError(f"{part.strip()!r} in {pattern!r} is not name=value; {self._has()}")
            if name not in self.names:
                raise PatternError(f"{pattern!r} names the parameter {name!r}; {self._has()}")
            column = self.names.index(name)
            known = list(dict.fromkeys(values[column] for values in self._values))
            wanted[column] = [value] if value in known else value.split("|")
            for one in wanted[column]:
                if not set(one) & set("*?[") and one not in known:
                    raise PatternError(f"{pattern!r}: {name} is never {one!r}, only {', '.join(known)}")
        return frozenset(
            text
            for text, values in zip(self.texts, self._values, strict=True)
            if all(
                any(values[column] == glob or fnmatch.fnmatchcase(values[column], glob) for glob in globs)
                for column, globs in wanted.items()
            )
        )

    def _has(self) -> str:
        return f"the case has {', '.join(self.names)}" if self.names else f"the case has no parameters, only {EVERY!r}"

    def cover(self, chosen: Collection[str]) -> tuple[str, ...]:
        """Few patterns whose union is exactly ``chosen``: the largest that fit, taken greedily, in a fixed order."""
        chosen = frozenset(chosen)
        if chosen not in self._covered:
            self._covered[chosen] = self._cover(chosen)
        return self._covered[chosen]

    def _cover(self, chosen: frozenset[str]) -> tuple[str, ...]:
        picked = [values for text, values in zip(self.texts, self._values, strict=True) if text in chosen]
        # Ties go to the box with most free parameters, then to the first point in order: so the text never flickers.
        fitting = sorted(
            ((box, members) for box, members in _boxes(picked).items() if len(members) == len(self._boxes[box])),
            key=lambda item: (-item[0].count(None), min(item[1])),
        )
        left, found = set(range(len(picked))), []
        while left:
            box, members = max(fitting, key=lambda item: len(item[1] & left))
            found.append((min(members), [None if value is None else [value] for value in box]))
            left -= members
        found.sort(key=lambda item: item[0])
        return tuple(map(self._text, _merged([wide for _, wide in found])))

    @functools.cached_property
    def _boxes(self) -> dict[Box, set[int]]:
        return _boxes(self._values)

    def _text(self, wide: Wide) -> str:
        named = zip(self.names, wide, strict=True)
        return ",".join(f"{name}={'|'.join(values)}" for name, values in named if values is not None) or EVERY


def _merged(boxes: list[Wide]) -> list[Wide]:
    """The same points in fewer boxes: two that differ in the values of one parameter become one with both values."""
    boxes = list(boxes)
    number = 0
    while number < len(boxes):
        unions = ((other, union) for other in range(number) if (union := _union(boxes[other], boxes[number])))
        other, union = next(unions, (0, None))
        if union is None:
            number += 1
        else:
            boxes[other] = union
            del boxes[number]
            # The wider box may now fit one before it.
            number = other
    return boxes


def _union(one: Wide, other: Wide) -> Wide | None:
    differ = [column for column, (mine, its) in enumerate(zip(one, other, strict=True)) if mine != its]
    mine, its = (one[differ[0]], other[differ[0]]) if len(differ) == 1 else (None, None)
    # A value that itself holds the bar would read as two.
    if mine is None or its is None or "|" in "".join(mine + its):
        return None
    both = [*mine, *(value for value in its if value not in mine)]
    return [both if column == differ[0] else values for column, values in enumerate(one)]


def _boxes(points: list[tuple[str, ...]]) -> dict[Box, set[int]]:
    """Which of the points lie in each box that holds one of them; a free parameter of a box is ``None``."""
    found: dict[Box, set[int]] = {}
    for number, values in enumerate(points):
        for box in itertools.product(*((value, None) for value in values)):
            found.setdefault(box, set()).add(number)
    return found
