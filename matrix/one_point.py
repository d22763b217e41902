"""``CASE[POINT]`` as people type it, and the one answer that a leg gives there."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from cases import _catalog
from cases._record import point_text
from matrix.options import choose_cases
from matrix.paths import UsageError
from matrix.supervisor import Supervisor
from matrix.words import harmless

TRIES = 2
SHOWN = 12


@dataclasses.dataclass(frozen=True)
class OnePoint:
    """A case and one assignment of its parameters."""

    info: _catalog.CaseInfo
    params: Mapping[str, Any]

    def __str__(self) -> str:
        text = point_text(self.params)
        return f"{self.info.id}[{text}]" if text else self.info.id


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a point gave, as far as a bisect compares it: not the digits, not the words of a message."""

    outcome: str
    explanation: str | None
    error_type: str | None
    counts: tuple[tuple[str, Any], ...]
    message: str | None = dataclasses.field(default=None, compare=False)

    def __str__(self) -> str:
        words = {"match": "right", "mismatch": "wrong"}.get(self.outcome, self.outcome)
        if self.explanation or self.outcome == "raised":
            words += f" ({self.explanation or self.error_type})"
        words += "".join(f", {name} {value}" for name, value in self.counts)
        return harmless(words + (f": {self.message.splitlines()[0][:200]}" if self.message else ""))


class Unsteady(RuntimeError):
    """A point does not give the same answer twice on one leg."""


def parse(text: str) -> OnePoint:
    """The one point that ``CASE`` or ``CASE[name=value,…]`` names; what it leaves out must not matter."""
    match = re.fullmatch(r"([^\[\]*?,]+)(?:\[(.*)\])?", text.strip())
    if not match:
        raise UsageError(
            f"{text!r} names no point. Write the case and its point, quoted: 'tape.stop_recording[mode=eager]'"
        )
    info, *others = choose_cases(match[1]).values()
    if others:
        raise UsageError(
            f"{match[1]} names {1 + len(others)} cases; name one of: {', '.join([info.id, *(one.id for one in others)])}"
        )
    points = list(_catalog.points(info))
    wanted = [part.strip() for part in (match[2] or "").split(",") if part.strip()]
    for part in wanted:
        name, _, value = part.partition("=")
        if name not in info.params:
            raise UsageError(f"{info.id} has no parameter {name!r}. {_parameters(info)}")
        if value not in map(str, info.params[name]):
            raise UsageError(f"{info.id}: {name} is never {value!r}. {_parameters(info)}")
    found = [params for params in points if set(wanted) <= {f"{name}={value}" for name, value in params.items()}]
    if len(found) == 1:
        return OnePoint(info, found[0])
    listed = [str(OnePoint(info, params)) for params in found or points]
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    what = (
        f"names {len(found)} points; name one of" if found else "names no point, since EXCLUDE leaves it out; there is"
    )
    raise UsageError(f"{text!r} {what}: {'; '.join(listed[:SHOWN])}{more}")


def _parameters(info: _catalog.CaseInfo) -> str:
    if not info.params:
        return "It has no parameters: name the case alone"
    return "It has " + "; ".join(f"{name}={'|'.join(map(str, values))}" for name, values in info.params.items())


def ask(supervisor: Supervisor, point: OnePoint) -> Answer:
    """What the supervisor's leg answers, asked ``TRIES`` times in processes of their own; or :class:`Unsteady`."""
    answers = [_answer(supervisor.ask(point.info, [point.params])[0], point.info) for _ in range(TRIES)]
    if len(set(answers)) > 1:
        raise Unsteady(" and then ".join(map(str, answers)))
    return answers[0]


def _answer(record: Mapping[str, Any], info: _catalog.CaseInfo) -> Answer:
    counts = []
    for name in info.track:
        observed = record["outputs"].get(name, {}).get("observed")
        if observed:
            values = observed["values"]
            counts.append((name, tuple(values) if len(values) > 1 else values[0]))
    return Answer(
        record["outcome"], record["explanation"], record["error_type"], tuple(counts), record["message"] or None
    )
