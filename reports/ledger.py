"""The ledger: accepted outcomes, read from ``reports/ledger/<family>.toml``, and what of a run differs from them."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from matrix.stacks import base_variant
from releases._toml import Document, Section
from releases.table import TableError
from reports.axis import Axis, RangeError
from reports.observed import MATCH, Behaviour, Place, Questions
from reports.points import EVERY, PatternError

FOLDER = Path(__file__).with_name("ledger")
OUTCOMES = ("mismatch", "raised", "unsupported", "timeout", "crashed")
PLAIN = "plain"
"""How ``variants`` names the legs without a Keras variant."""

AS_EXPECTED, NEW, CHANGED, STALE = "as expected", "new", "changed", "stale"


@dataclass(frozen=True)
class Entry:
    """One accepted behaviour: which points of a case show it, in which releases, and why."""

    case: str
    patterns: tuple[str, ...]
    releases: str
    behaviour: Behaviour
    reason: str
    link: str
    lanes: tuple[str, ...] | None
    variants: tuple[str, ...] | None
    points: frozenset[str]
    positions: frozenset[str]
    gone: tuple[str, ...]
    where: str

    def covers(self, point: str, position: str, lane: str, variant: str) -> bool:
        """Whether the entry speaks of this point on this leg."""
        return (
            point in self.points
            and position in self.positions
            and (self.lanes is None or lane in self.lanes)
            and (self.variants is None or base_variant(variant) in self.variants)
        )

    def unused(self) -> str | None:
        """Why the entry covers nothing that exists, if so."""
        if self.gone:
            return f"names {', '.join(self.gone)}, which is no longer in releases.toml"
        return None if self.points else f"covers no point of {self.case}"


class Judgement(NamedTuple):
    """The ledger's word on one row: its status and what was expected instead."""

    status: str
    expected: Behaviour


class Ledger:
    """All entries, and the expectation that they give for each point and leg."""

    def __init__(self, entries: Iterable[Entry], questions: Questions) -> None:
        self.entries = tuple(entries)
        self.questions = questions
        self._at: dict[tuple[str, str], list[Entry]] = {}
        self._of: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self._of.setdefault(entry.case, []).append(entry)
            for point in entry.points:
                self._at.setdefault((entry.case, point), []).append(entry)

    def of(self, case: str) -> list[Entry]:
        """The entries of one case, in the file's order."""
        return self._of.get(case, [])

    def entry(self, case: str, point: str, position: str, lane: str, variant: str) -> Entry | None:
        """The first entry that covers this point on this leg."""
        for entry in self._at.get((case, point), ()):
            if entry.covers(point, position, lane, variant):
                return entry
        return None

    def judge(self, case: str, point: str, place: Place, observed: Behaviour) -> Judgement:
        """How an observed behaviour stands to the accepted one."""
        entry = self.entry(case, point, place.position, place.lane, place.variant)
        expected = entry.behaviour if entry else self.questions.default(case, place.position)
        if observed == expected:
            return Judgement(AS_EXPECTED, expected)
        if entry is None:
            # An API that is there earlier than declared, and right, needs nobody's acceptance.
            return Judgement(AS_EXPECTED if observed == MATCH else NEW, expected)
        return Judgement(STALE if observed == MATCH else CHANGED, expected)

    def without_reason(self) -> list[Entry]:
        """Entries that do not say why."""
        return [entry for entry in self.entries if not entry.reason.strip()]

    def unused(self) -> list[tuple[Entry, str]]:
        """Entries that cover nothing that exists, with the reason."""
        return [(entry, why) for entry in self.entries if (why := entry.unused())]


def load(questions: Questions, axis: Axis, folder: Path = FOLDER) -> Ledger:
    """The ledger below ``folder``; a mistake is a :class:`TableError` with file, line and remedy."""
    entries = []
    for path in sorted(folder.glob("*.toml")):
        doc = Document(path)
        for case, tables in doc.data.items():
            entries += _case(doc, case, tables, questions, axis)
    _contradictions(entries, axis)
    return Ledger(entries, questions)


def _case(doc: Document, case: str, tables: Any, questions: Questions, axis: Axis) -> list[Entry]:
    section = f'"{case}"'
    if not isinstance(tables, list):
        raise doc.error(f'{case} is not a list of entries. Head each with [["family.case"]], in quotes.', "", 0, case)
    if case not in questions.cases:
        near = difflib.get_close_matches(case, questions.cases, 1)
        hint = f"Did you mean {near[0]}?" if near else "Delete its entries, or bring the case back."
        raise doc.error(f"there is no case {case} in cases/. {hint}", section)
    if case.partition(".")[0] != doc.path.stem:
        raise doc.error(f"{case} does not belong here. Move it to {case.partition('.')[0]}.toml.", section)
    return [_entry(Section(doc, table, section, number), case, questions, axis) for number, table in enumerate(tables)]


def _entry(row: Section, case: str, questions: Questions, axis: Axis) -> Entry:
    patterns = row.texts("points", lambda text: bool(text.strip()), "a pattern such as 'loss=plain'", (EVERY,))
    points: set[str] = set()
    try:
        for pattern in patterns:
            points |= questions.spaces[case].select(pattern)
    except PatternError as error:
        raise row.error("points", f"{error}. Correct the pattern or delete it.") from error
    releases = row.get("releases", str)
    try:
        positions, gone = axis.parse(releases)
    except RangeError as error:
        raise row.error("releases", f"{error}.") from error
    outcome = row.choice("outcome", OUTCOMES) if row.data.get("outcome") != "match" else "match"
    if outcome == "match":
        raise row.error("outcome", "a match needs no entry: it is what is expected. Delete the entry.")
    given: dict[str, str | None] = {name: row.get(name, str, None) for name in ("explanation", "error_type", "counts")}
    for name, belongs in (("explanation", "mismatch"), ("error_type", "raised"), ("counts", "mismatch")):
        if given[name] is not None and outcome != belongs:
            raise row.error(name, f"{name} belongs to the outcome {belongs}, not to {outcome}. Delete it.")
    given["counts"] = _counts(row, given["counts"], questions.cases[case].track)
    variants = ("", *sorted(axis.variants - {""}))
    entry = Entry(
        case=case,
        patterns=patterns,
        releases=releases,
        behaviour=Behaviour(outcome, **given),
        reason=row.get("reason", str, ""),
        link=row.get("link", str, ""),
        lanes=_names(row, "lanes", {lane: lane for lane in axis.lanes}),
        variants=_names(row, "variants", {variant or PLAIN: variant for variant in variants}),
        points=frozenset(points),
        positions=positions,
        gone=gone,
        where=f"{row.doc.path.name}:{row.doc.line(row.name, row.index)}",
    )
    row.done()
    return entry


def _counts(row: Section, text: str | None, track: tuple[str, ...]) -> str | None:
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if part.partition("=")[0] not in track:
            raise row.error(
                "counts", f"counts names {part!r}; the case tracks {', '.join(track) or 'nothing'}. Write name=value."
            )
    return ", ".join(parts)


def _names(row: Section, key: str, known: Mapping[str, str]) -> tuple[str, ...] | None:
    text = row.get(key, str, None)
    if text is None:
        return None
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise row.error(key, f"{name!r} in {key} is not known. Choose from {', '.join(known)}.")
    return tuple(known[name] for name in names)


def _contradictions(entries: list[Entry], axis: Axis) -> None:
    """Two entries that expect different things of one point on one leg cannot both be right."""
    by_case: dict[str, list[Entry]] = {}
    for entry in entries:
        for other in by_case.setdefault(entry.case, []):
            if entry.behaviour != other.behaviour and (points := entry.points & other.points):
                for position in axis.ordered(entry.positions & other.positions):
                    for lane, variant in axis.legs[position]:
                        point = min(points)
                        if entry.covers(point, position, lane, variant) and other.covers(
                            point, position, lane, variant
                        ):
                            raise TableError(
                                f"{entry.where}: contradicts {other.where}: both cover {entry.case}[{point}] in "
                                f"{position}, Python {lane}. Narrow one of them."
                            )
        by_case[entry.case].append(entry)
