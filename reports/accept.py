"""Rewrites the ledger from what was observed: few entries, ranges and wildcards, the same bytes for the same outcomes.

First every point on every leg gets one expectation (observed, else what the ledger said), then equal ones are gathered.
What was not run keeps its expectation; where nobody ever looked, a lane or a candidate follows those that were seen.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import tomli_w

from matrix.store import write_whole
from reports.axis import Axis
from reports.ledger import PLAIN, Entry, Ledger
from reports.observed import MATCH, Behaviour, Questions, Row

HEADER = """\
# Accepted outcomes of the cases {family}.*; everything else is expected to match.
# Rewritten by `nox -s matrix -- --accept`, which keeps `reason` and `link` but no comments.
"""

Pair = tuple[str, str]
"""A lane and a variant."""


class Group(NamedTuple):
    """What the cells of one entry have in common."""

    lanes: tuple[str, ...] | None
    variants: tuple[str, ...] | None
    behaviour: Behaviour
    reason: str
    link: str


Spec = tuple[tuple[str, ...] | None, tuple[str, ...] | None, Behaviour]
"""What some lanes and variants show; ``None`` stands for any."""
Slice = Mapping[Pair, Behaviour]
"""What is expected of one point in one release, by lane and variant."""


def accept(rows: Iterable[Row], ledger: Ledger, axis: Axis, folder: Path) -> list[Path]:
    """Write the files whose text changes; returns them. A family without entries has no file."""
    texts = accepted(rows, ledger, axis)
    families = {case.partition(".")[0] for case in ledger.questions.cases}
    written = []
    for path in sorted({*folder.glob("*.toml"), *(folder / f"{family}.toml" for family in families)}):
        text = texts.get(path.stem)
        if text is None:
            if path.exists():
                path.unlink()
                written.append(path)
        elif not path.exists() or path.read_bytes() != text.encode():
            write_whole(path, text.encode())
            written.append(path)
    return written


def accepted(rows: Iterable[Row], ledger: Ledger, axis: Axis) -> dict[str, str]:
    """``{family: the text of its file}``."""
    observed: dict[str, dict[str, dict[str, dict[Pair, Behaviour]]]] = {}
    for row in rows:
        place = row.place
        at = observed.setdefault(row.case, {}).setdefault(row.point, {}).setdefault(place.position, {})
        at[place.lane, place.variant] = row.behaviour
    every = sorted({*observed, *(entry.case for entry in ledger.entries)})
    families: dict[str, dict[str, Any]] = {}
    for case in every:
        if case in observed:
            entries = _Case(case, observed[case], ledger, axis).entries()
        else:
            entries = [_as_written(entry) for entry in ledger.of(case)]
        if entries:
            families.setdefault(case.partition(".")[0], {})[case] = entries
    return {
        family: HEADER.format(family=family) + "".join(_toml(case, table) for case in cases for table in cases[case])
        for family, cases in families.items()
    }


class _Case:
    """The expectations of one case, gathered into entries."""

    def __init__(
        self, case: str, seen: dict[str, dict[str, dict[Pair, Behaviour]]], ledger: Ledger, axis: Axis
    ) -> None:
        self.case, self.seen, self.ledger, self.axis = case, seen, ledger, axis
        self.questions: Questions = ledger.questions
        self.space = self.questions.spaces[case]
        self.old = ledger.of(case)

    def entries(self) -> list[dict[str, Any]]:
        """All entries of the case, in order of their first point and release."""
        cells: dict[Group, dict[str, set[str]]] = {}
        for point in self.space.texts:
            newest: list[Spec] = []
            for position in self.axis.positions:
                specs = self._specs(point, position, newest)
                if position == self.axis.minors[-1]:
                    newest = specs
                for lanes, variants, behaviour in specs:
                    reason, link = self._why(point, position, lanes, variants, behaviour)
                    group = Group(lanes, variants, behaviour, reason, link)
                    cells.setdefault(group, {}).setdefault(point, set()).add(position)
        found = []
        for group, by_point in cells.items():
            alike: dict[frozenset[str], list[str]] = {}
            for point, positions in by_point.items():
                alike.setdefault(frozenset(positions), []).append(point)
            for where, points in alike.items():
                order = (self.space.index[points[0]], self.axis.index[self.axis.ordered(where)[0]])
                entry = self._entry(group, self.space.cover(points), self.axis.format(where))
                found.append((order, repr(entry), entry))
        return [entry for _, _, entry in sorted(found, key=lambda item: item[:2])]

    def _specs(self, point: str, position: str, newest: list[Spec]) -> list[Spec]:
        """What to write of a point in a release: (lanes, variants, behaviour), disjoint."""
        seen = self.seen.get(point, {}).get(position)
        if not seen and position in self.axis.candidates and self._follows(point, position):
            return newest
        return [spec for spec in _split(self._slice(point, position, seen or {})) if spec[2] != MATCH]

    def _follows(self, point: str, candidate: str) -> bool:
        """Whether a candidate that was not run goes with the newest release: unless the ledger treats it apart."""
        newest = self.axis.minors[-1]
        covering = [entry for entry in self.old if point in entry.points]
        named = [part.strip() for entry in covering for part in entry.releases.split(",")]
        closed = any(newest in entry.positions and candidate not in entry.positions for entry in covering)
        return candidate not in named and not closed

    def _slice(self, point: str, position: str, seen: Slice) -> dict[Pair, Behaviour]:
        """One expectation per lane and variant, the default ones included."""
        kept = {
            pair: entry.behaviour
            for pair in self.axis.legs[position]
            if (entry := self.ledger.entry(self.case, point, position, *pair))
        }
        result = dict(seen)
        # Where the ledger said nothing of this release, an unseen lane follows the seen ones: it is left out here.
        for pair in self.axis.legs[position] if kept or not seen else ():
            result.setdefault(pair, kept.get(pair, self._default(position)))
        silent = {MATCH, self._default(position)}
        return {pair: MATCH if behaviour in silent else behaviour for pair, behaviour in result.items()}

    def _default(self, position: str) -> Behaviour:
        return self.questions.default(self.case, position)

    def _why(
        self,
        point: str,
        position: str,
        lanes: tuple[str, ...] | None,
        variants: tuple[str, ...] | None,
        what: Behaviour,
    ) -> tuple[str, str]:
        """Reason and link of the old entry that this continues: the same cell's, the same point's, the same explanation's."""
        alike = [entry for entry in self.old if entry.behaviour[:2] == what[:2]]
        same_point = [entry for entry in alike if point in entry.points]
        pairs = [
            pair
            for pair in self.axis.legs[position]
            if (lanes is None or pair[0] in lanes) and (variants is None or pair[1] in variants)
        ]
        for pair in pairs:
            for entry in same_point:
                if entry.covers(point, position, *pair):
                    return entry.reason, entry.link
        for entry in same_point:
            if entry.behaviour.error_type == what.error_type:
                return entry.reason, entry.link
        reasons = {(entry.reason, entry.link) for entry in alike}
        return reasons.pop() if what.explanation and len(reasons) == 1 else ("", "")

    def _entry(self, group: Group, patterns: Iterable[str], releases: str) -> dict[str, Any]:
        variants = None if group.variants is None else [variant or PLAIN for variant in group.variants]
        return _table(patterns, releases, group.lanes, variants, group.behaviour, group.reason, group.link)


def _split(at: Slice) -> Iterator[Spec]:
    """The behaviours of one slice that are not a match, with the lanes and variants they hold for.

    Lanes are named only where lanes differ, and variants only where variants do.
    """
    by_lane = {lane: behaviour for (lane, _), behaviour in at.items()}
    by_variant = {variant: behaviour for (_, variant), behaviour in at.items()}
    if len(set(at.values())) == 1:
        yield None, None, next(iter(at.values()))
    elif all(by_lane[lane] == behaviour for (lane, _), behaviour in at.items()):
        for behaviour in sorted(set(by_lane.values()), key=repr):
            yield _having(by_lane, behaviour), None, behaviour
    elif all(by_variant[variant] == behaviour for (_, variant), behaviour in at.items()):
        for behaviour in sorted(set(by_variant.values()), key=repr):
            yield None, _having(by_variant, behaviour), behaviour
    else:
        for variant in sorted(by_variant):
            lanes = {lane: behaviour for (lane, other), behaviour in at.items() if other == variant}
            for behaviour in sorted(set(lanes.values()), key=repr):
                same = _having(lanes, behaviour)
                yield same if len(same) < len(lanes) else None, (variant,), behaviour


def _having(behaviours: Mapping[str, Behaviour], wanted: Behaviour) -> tuple[str, ...]:
    """The lanes (3.7 before 3.10) or variants with this behaviour."""
    names = [name for name, behaviour in behaviours.items() if behaviour == wanted]
    return tuple(sorted(names, key=lambda name: (len(name), name)))


def _as_written(entry: Entry) -> dict[str, Any]:
    variants = None if entry.variants is None else [variant or PLAIN for variant in entry.variants]
    return _table(entry.patterns, entry.releases, entry.lanes, variants, entry.behaviour, entry.reason, entry.link)


def _table(
    patterns: Iterable[str],
    releases: str,
    lanes: Iterable[str] | None,
    variants: Iterable[str] | None,
    behaviour: Behaviour,
    reason: str,
    link: str,
) -> dict[str, Any]:
    """An entry as TOML has it; what says nothing is left out, but the reason is always there to be filled in."""
    table: dict[str, Any] = {"points": list(patterns), "releases": releases}
    table["lanes"] = ", ".join(lanes) if lanes is not None else None
    table["variants"] = ", ".join(variants) if variants is not None else None
    table |= {**behaviour._asdict(), "reason": reason, "link": link or None}
    return {name: value for name, value in table.items() if value is not None}


def _toml(case: str, table: Mapping[str, Any]) -> str:
    """One entry's lines; by hand, because tomli_w would put short entries on one line and each pattern on its own."""
    lines = ["", f"[[{_quoted(case)}]]"]
    for name, value in table.items():
        if isinstance(value, str):
            lines.append(f"{name} = {_quoted(value)}")
            continue
        quoted = [_quoted(item) for item in value]
        joined = f"{name} = [{', '.join(quoted)}]"
        lines.append(
            joined if len(joined) <= 120 else "\n    ".join([f"{name} = [", *(f"{item}," for item in quoted)]) + "\n]"
        )
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return tomli_w.dumps({"k": text})[len("k = ") : -1]
