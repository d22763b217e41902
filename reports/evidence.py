"""What stands behind an outcome: observed against expected numbers, and the whole outputs that pictures are drawn from.

Rows hold no numbers, so that a million of them fit; this takes from the units, as they pass, what people will look at.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from matrix.words import harmless
from reports.observed import Questions, UnitLike
from reports.quick import plain

MOST_DIMENSIONS = 32
SHOWN_VALUES = 6
"""Numbers of an output that the page shows; the record has more."""
MATCHES_SHOWN = 20_000
"""Points of which also right answers are shown with their numbers; the cases after those show only what is not right."""
PICTURED = frozenset(
    {
        "losses.decorated_training",
        "jacobian.scalar_source",
        "hessian.guide_matrix",
        "batch_jacobian.guide_slices",
    }
)
"""The cases whose outputs are the pictures of the sources."""

Output = tuple[str, bool, str, str, str]
"""Name, whether it agrees, observed, expected, the largest relative error."""
Outputs = tuple[Output, ...]


class Evidence:
    """Collects from units that are being read."""

    def __init__(self, right_of: Collection[str] | None = None) -> None:
        """``right_of`` are the cases of which right answers are kept too, by default all."""
        self.numbers: dict[tuple[str, str], dict[str, Outputs]] = {}
        """By leg and case, then point: of every answer that is not right."""
        self.right: dict[str, dict[str, Outputs]] = {}
        """By case, then point: of the first leg that gave a right answer."""
        self.whole: dict[tuple[str, str], dict[str, Mapping[str, Any]]] = {}
        """By leg and case of the pictures: the outputs of each point."""
        self._right_of = right_of

    def watch(self, units: Iterable[UnitLike]) -> Iterator[UnitLike]:
        """The same units, looked at on their way."""
        for unit in units:
            if not unit.problem and not unit.stale:
                self._take(unit)
            yield unit

    def take_in(self, other: "Evidence") -> None:
        """Add what was collected from units of other cases."""
        self.numbers.update(other.numbers)
        self.right.update(other.right)
        self.whole.update(other.whole)

    def _take(self, unit: UnitLike) -> None:
        leg, case = unit.leg, unit.case
        if case in PICTURED:
            self.whole[leg, case] = {record["point"]: plain(record["outputs"]) for record in unit.records}
        wanted = self._right_of is None or case in self._right_of
        right = self.right.setdefault(case, {})
        for record in unit.records:
            if record["outcome"] == "match":
                if wanted and record["point"] not in right and record["outputs"]:
                    right[record["point"]] = _shown(record["outputs"])
            elif record["outputs"]:
                self.numbers.setdefault((leg, case), {})[record["point"]] = _shown(record["outputs"])


def shown(questions: Questions) -> frozenset[str]:
    """The cases, in order, whose points are no more than ``MATCHES_SHOWN`` together."""
    sizes = accumulate(len(space.texts) for space in questions.spaces.values())
    return frozenset(case for case, size in zip(questions.spaces, sizes, strict=True) if size <= MATCHES_SHOWN)


def _shown(outputs: Mapping[str, Any]) -> Outputs:
    return tuple(
        (
            harmless(name),
            bool(output["agrees"]),
            harmless(show(output["observed"])),
            harmless(show(output["expected"])),
            brief(output),
        )
        for name, output in outputs.items()
    )


def show(side: Mapping[str, Any] | None) -> str:
    """One side of an output in a line: its first numbers, its type and its shape."""
    if side is None:
        return "missing"
    if not isinstance(side, Mapping):
        return str(side)[:40]
    values = side.get("values")
    if values is None:
        return "None"
    if isinstance(values, str):
        return repr(values[:200])
    if not isinstance(values, list):
        return _number(values)
    shape = side.get("shape")
    if not isinstance(shape, list) or len(shape) > MOST_DIMENSIONS or not all(isinstance(n, int) for n in shape):
        shape = None
    size = len(values) if shape is None else math.prod(shape)
    text = ", ".join(_number(value) for value in values[:SHOWN_VALUES])
    if shape == []:
        return text
    more = ", …" if size > SHOWN_VALUES else ""
    dimensions = "?" if shape is None else "×".join(str(size)[:20] for size in shape)  # noqa: RUF001
    return f"[{text}{more}] {dimensions}"


def brief(output: Mapping[str, Any]) -> str:
    """The error of an output in few digits; nothing where there is none to speak of."""
    if output.get("non_finite"):
        return f"{harmless(str(output['non_finite'])[:20])} not finite"
    return error(output.get("max_rel_err"))


def error(value: Any) -> str:
    """An error in two digits, which is all that can be compared between releases."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    # JSON can hold an integer of a thousand digits, which no float is as large as.
    return f"{value:.1e}" if isinstance(value, float) or abs(value) < 10**300 else "huge"


def _number(value: Any) -> str:
    if isinstance(value, list):
        return f"({', '.join(_number(part) for part in value[:2])})"
    if isinstance(value, float):
        return f"{value:.7g}"
    return str(value)[:40]
