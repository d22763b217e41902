"""The table of operations, op by release, from the answers of the sweep: which derivative is wrong or refused, in which mode."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports import text
from reports.observed import Behaviour, Row
from reports.page.matrix import MISSING, Square, bands, starts
from reports.signs import GLYPHS
from reports.stories import SEVERITY, Span, first_places
from reports.verdicts import Report

FAMILY = "sweep."
ORDERS = {"first": "1st", "second": "2nd", "third": "3rd"}
MODES = {"eager": "e", "graph": "g"}
"""The letters of what happens in one mode only."""
_FINE = ("match", "unsupported")


@dataclass(frozen=True)
class Operation:
    """One op with one kind of inputs."""

    name: str
    case: str
    words: str
    right: bool
    """Whether it is right in every release that has it."""
    squares: tuple[Square, ...]


@dataclass(frozen=True)
class Namespace:
    """The ops of ``tf.math``."""

    name: str
    not_right: int
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class _Answer:
    case: str
    order: str
    mode: str
    row: Row


def namespaces(report: Report) -> list[Namespace]:
    """Everything that the sweep asked, as lines by namespace; the leg shown is the one that the matrix shows."""
    borders = starts(bands(report))
    first = first_places(report.rows, report.axis)
    found: dict[str, dict[str, dict[str, list[_Answer]]]] = {}
    swept = [unit for unit in report.rows.units if unit.case.startswith(FAMILY)]
    for row in (row for unit in swept if first[unit.case, unit.place.position] == unit.place for row in unit.rows()):
        point = dict(part.partition("=")[::2] for part in row.point.split(","))
        if "op" not in point:
            continue
        # A case of ops from everywhere has the namespace in the op's name.
        namespace, name, order = row.case[len(FAMILY) :], point["op"], point.get("order", "third")
        if "order" not in point:
            namespace, _, name = name.partition(".")
        at = found.setdefault(namespace, {}).setdefault(name, {}).setdefault(row.place.position, [])
        at.append(_Answer(row.case, order, point["mode"], row))
    return [_namespace(name, found[name], report, borders) for name in sorted(found)]


def _namespace(
    name: str, ops: Mapping[str, Mapping[str, list[_Answer]]], report: Report, borders: set[int]
) -> Namespace:
    lines = tuple(_operation(op, ops[op], report, borders) for op in sorted(ops, key=str.lower))
    return Namespace(text.clean(name), sum(not line.right for line in lines), lines)


def _operation(name: str, at: Mapping[str, list[_Answer]], report: Report, borders: set[int]) -> Operation:
    squares, spans = [], list[tuple[Behaviour, list[str]]]()
    for number, position in enumerate(report.grid.positions):
        if position not in at:
            squares.append(
                Square(position, MISSING, "", "", "", f"{name} in {position}: not asked", number in borders, False)
            )
            continue
        behaviour, order, mode = _worst(at[position])
        label = f"{text.clean(name)} in {position}: {text.does(behaviour)}"
        sign, letter = GLYPHS[behaviour.outcome], MODES.get(mode, "")
        squares.append(
            Square(position, behaviour.outcome, sign, letter, ORDERS.get(order, ""), label, number in borders, False)
        )
        if spans and spans[-1][0] == behaviour:
            spans[-1][1].append(position)
        else:
            spans.append((behaviour, [position]))
    return Operation(
        name=text.clean(name),
        case=next(answer.case for answers in at.values() for answer in answers),
        words=text.history([Span(behaviour, tuple(where)) for behaviour, where in spans], report.axis),
        right=all(behaviour.outcome in _FINE for behaviour, _ in spans),
        squares=tuple(squares),
    )


def _worst(answers: Iterable[_Answer]) -> tuple[Behaviour, str, str]:
    """What the op does, the lowest derivative that is not right, and the mode if it is not right in one mode only."""
    answers = list(answers)
    bad = [answer for answer in answers if answer.row.behaviour.outcome not in _FINE]
    if not bad:
        outcomes = [answer.row.behaviour.outcome for answer in answers]
        return Behaviour(max(outcomes, key=SEVERITY.index)), "", ""
    # Higher derivatives go wrong with lower ones, and an answer that asks for several says which was the first.
    order = min((_order(answer) for answer in bad), key=list(ORDERS).index)
    here = [answer for answer in bad if _order(answer) == order]
    worst = max(here, key=lambda answer: SEVERITY.index(answer.row.behaviour.outcome)).row.behaviour
    modes = {answer.mode for answer in bad}
    both = {answer.mode for answer in answers if answer.order == here[0].order or answer.order == "second"} >= set(
        MODES
    )
    mode = modes.pop() if both and len(modes) == 1 else ""
    named = worst.explanation or worst.error_type or ""
    if named.endswith(" derivative"):
        # The sweep's own names: "NaN second derivative", or "NaN derivative" where it is all of them.
        what = [named if order in named else named.replace("derivative", f"{order} derivative")]
    else:
        what = [f"{order} derivative", named]
    what.append(f"{mode} only" if mode else "")
    return Behaviour(worst.outcome, ", ".join(word for word in what if word)), order, mode


def _order(answer: _Answer) -> str:
    """Which derivative is not right."""
    said = (answer.row.message or "").partition(":")[0].replace("_float32", "")
    return said if answer.row.behaviour.outcome == "mismatch" and said in ORDERS else answer.order
