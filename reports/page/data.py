"""The page's data: everything that its script shows on demand, as plain values for JSON."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from reports import evidence as evidences
from reports import text, upgrade_text
from reports.columns import by_unit, histories
from reports.ledger import Judgement, Ledger
from reports.observed import Behaviour, Place
from reports.page.encode import Dictionary, Known, runs
from reports.performance import Performance, series
from reports.signs import GLYPHS
from reports.speeds import Change as SpeedChange
from reports.upgrade import SECTIONS, Change, Comparer, Reason, section, span, traced
from reports.verdicts import Report

LONGEST_MESSAGE = 2000
PAIRS_MOST = 2000
"""So many pairs of releases are compared beforehand; with more, those that are farthest from the newest are left out."""
SPEEDS_MOST = 60_000
"""So many ratios of times between two releases are in the page, the newest first: under two megabytes."""
_THREAD = re.compile(r"(?:tensorflow/tensorflow\s*#|github\.com/tensorflow/tensorflow/(?:issues|pull)/)(\d+)")
_ALSO = re.compile(r"#(\d{3,6})\b")


def build(
    report: Report,
    judgements: Sequence[Judgement],
    ledger: Ledger,
    comparer: Comparer,
    evidence: evidences.Evidence,
    performance: Performance,
) -> dict[str, Any]:
    """One dictionary; short keys, because there are many."""
    texts = Dictionary()
    texts("")
    cells = _Cells(report, judgements, evidence, texts)
    numbers = {case: index for index, case in enumerate(cells.cases)}
    changes, workloads = Dictionary(), Dictionary()
    return {
        "positions": list(report.grid.positions),
        "lanes": list(report.axis.lanes),
        "legs": [_leg(place, report, comparer.pythons) for place in report.places],
        "outcomes": {name: [GLYPHS[name], text.VERBS[name]] for name in GLYPHS},
        "cases": [_case(case, report, ledger, cells) for case in cells.cases],
        "histories": cells.histories,
        "behaviours": [
            [one.outcome, text.does(one), int(bool(one.counts))] if one.outcome else None
            for one in cells.behaviours.values
        ],
        "upgrades": _upgrades(report, comparer, cells, numbers, texts, changes, workloads),
        "changes": changes.values,
        "workloads": workloads.values,
        "performance": _performance(performance, report.axis.ordered(report.grid.positions), report),
        "texts": texts.values,
        "words": {
            "sections": [[name, *upgrade_text.TITLES[name]] for name in SECTIONS],
            "becomes": _becomes(),
            "packages": upgrade_text.PACKAGES,
            "lost": upgrade_text.LOST,
            "gained": upgrade_text.GAINED,
            "verdicts": upgrade_text.VERDICTS,
            "through": upgrade_text.THROUGH,
            "notShared": upgrade_text.NOT_SHARED,
        },
    }


class _Cells:
    """Histories over the legs of everything that is known of a point, by number."""

    def __init__(
        self, report: Report, judgements: Sequence[Judgement], evidence: evidences.Evidence, texts: Dictionary
    ) -> None:
        self.behaviours, written = Dictionary(), Dictionary()
        # Number 0 is a leg that did not answer.
        self.behaviours(Behaviour(""))
        legs = {place: number for number, place in enumerate(report.places)}
        behaviours, statuses, shown = Known(self.behaviours), Known(texts), Known(texts)
        errors = Known(lambda error: texts(evidences.error(error)))
        messages = Known(lambda said: texts(message(said)))
        nothing: tuple[tuple[str, ...], Sequence[Sequence[int]]] = (), [()] * 5
        raw: dict[str, list[tuple[tuple[str, ...], Sequence[Sequence[int]]]]] = {}
        for unit, judged in by_unit(report.rows, judgements):
            wrong, right = evidence.numbers.get((unit.place.leg, unit.case), {}), evidence.right.get(unit.case, {})
            numbers = [
                (
                    behaviours[behaviour],
                    errors[error],
                    messages[said],
                    statuses[status],
                    # A right answer looks as the first leg's that gave it: releases differ in the last digits only.
                    shown[(right if behaviour.outcome == "match" else wrong).get(point) or ""],
                )
                for point, behaviour, error, said, (status, _) in zip(
                    unit.points, unit.behaviours, unit.errors, unit.messages, judged, strict=True
                )
            ]
            at = raw.setdefault(unit.case, [nothing] * len(legs))
            at[legs[unit.place]] = unit.points, list(zip(*numbers, strict=True))
        self.cases = sorted(raw)
        known = Known(lambda column: written(runs(column)))
        self.points = {}
        for case in self.cases:
            kinds = [histories([(points, columns[kind]) for points, columns in raw[case]], 0) for kind in range(5)]
            self.points[case] = [
                [text.clean(told[0][0]), *(known[column] for _, column in told)] for told in zip(*kinds, strict=True)
            ]
        self.histories = written.values


def message(said: str | None) -> str:
    """What was said, for people: its lines kept, what no page can show spelt out, and no megabytes of it."""
    if not said:
        return ""
    shown = "\n".join(text.clean(line) for line in said[: 2 * LONGEST_MESSAGE].splitlines())[:LONGEST_MESSAGE]
    return shown if len(said) <= LONGEST_MESSAGE else f"{shown} … ({len(said)} characters)"


def _leg(place: Place, report: Report, pythons: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    versions = report.versions[place.leg]
    return {
        "id": place.leg,
        "release": place.release,
        "position": report.axis.index[place.position],
        "name": place.position,
        "lane": place.lane,
        "variant": place.variant,
        "pythons": span(pythons.get(place.release, ())),
        "versions": {text.clean(name): text.clean(str(version or "?")) for name, version in sorted(versions.items())},
    }


def _case(case: str, report: Report, ledger: Ledger, cells: _Cells) -> dict[str, Any]:
    info = ledger.questions.cases[case]
    entries = [entry for entry in ledger.of(case) if entry.reason or entry.link]
    links = "\n".join(entry.link for entry in entries)
    return {
        "id": case,
        "claim": claim(info.claim),
        "doc": "\n".join(text.clean(line) if line.strip() else "" for line in info.doc.splitlines()),
        "since": info.since,
        "traced": traced(info.track),
        "threads": threads(info.doc, links),
        "stories": [
            [text.patterns(told.patterns), text.story(told, report.axis)]
            for told in report.stories
            if told.case == case
        ],
        "reasons": [
            [
                text.patterns(entry.patterns),
                entry.releases,
                text.does(entry.behaviour),
                text.clean(entry.reason),
                text.clean(entry.link),
            ]
            for entry in entries
        ],
        "points": cells.points[case],
    }


def claim(first_line: str) -> str:
    """A docstring's first line without its markup."""
    return text.clean(first_line).replace("``", "")


def threads(doc: str, links: str = "") -> list[int]:
    """The numbers of TensorFlow's threads that a docstring and the ledger name, each once."""
    found = [int(number) for number in _THREAD.findall(links)]
    for line in doc.splitlines():
        if _THREAD.search(line):
            # "tensorflow/tensorflow #40984, #46923": those after the first are of the same repository.
            found += [int(number) for number in _ALSO.findall(line)]
    return sorted(set(found))


def _becomes() -> dict[str, dict[str, dict[str, str | None]]]:
    """Section by outcome before and after: the script turns an upgrade round by the rule that made it."""
    return {
        kind: {
            one: {
                other: section(Behaviour(one), Behaviour(other, "else", counts="traces=2"), traces=traces)
                for other in GLYPHS
            }
            for one in GLYPHS
        }
        for kind, traces in (("plain", False), ("traced", True))
    }


def _upgrades(
    report: Report,
    comparer: Comparer,
    cells: _Cells,
    cases: Mapping[str, int],
    texts: Dictionary,
    changes: Dictionary,
    workloads: Dictionary,
) -> dict[str, list[Any]]:
    """``{"2.10 2.21": [leg, leg, right in both, compared, [cases of one], changes, speeds]}``.

    A change is a number in ``changes``, which has six for each: many pairs of releases have the same ones. The speeds are six
    numbers each: workload (number in ``workloads``), ratio and interval, verdict, the release joined over.
    """
    legs = {place: number for number, place in enumerate(report.places)}
    pairs = sorted(combinations(comparer.positions, 2), key=lambda pair: -report.axis.index[pair[1]])[:PAIRS_MOST]
    found = {}
    rows = 0

    def numbered(change: Change) -> int:
        where = texts(text.patterns(change.patterns))
        outcomes = cells.behaviours(change.before), cells.behaviours(change.after)
        # 0: of the older release, 1: of the newer, 2: of both.
        reasons = tuple((text.clean(one.text), text.clean(one.link), _sides(one)) for one in change.reasons)
        return changes((cases[change.case], where, change.points, *outcomes, texts(reasons)))

    known = Known(numbered)
    if comparer.performance and comparer.performance.speeds:
        comparer.performance.speeds.draw_all()
    for before, after in pairs:
        upgrade = comparer.between(before, after, outcomes_only=True)
        speeds = comparer.performance.between(upgrade.before.leg, upgrade.after.leg) if comparer.performance else ()
        rows += len(speeds)
        found[f"{before} {after}"] = [
            *(legs[upgrade.before], legs[upgrade.after], upgrade.right_in_both, upgrade.compared),
            [cases[case] for case in upgrade.only_one],
            [known[change] for change in upgrade.changes],
            [number for one in speeds for number in _speed(one, workloads, texts)] if rows <= SPEEDS_MOST else None,
        ]
    return found


def _speed(one: SpeedChange, workloads: Dictionary, texts: Dictionary) -> Iterator[int | None]:
    """Logarithms of the ratio and its interval, in ten thousandths, which is finer than any of them is known."""
    yield workloads((one.case, one.point, _plain(one.margin)))
    for ratio in (one.ratio, one.ci_low, one.ci_high):
        yield round(1e4 * math.log(ratio)) if 0 < ratio < math.inf else None
    yield list(upgrade_text.VERDICTS).index(one.verdict)
    yield texts(text.clean(one.through))


def _sides(reason: Reason) -> int:
    return 2 if reason.before and reason.after else int(reason.after)


def _performance(performance: Performance, positions: Sequence[str], report: Report) -> dict[str, Any]:
    """The tables as lists of rows, texts by number; empty lists where nothing was timed."""
    frame = performance.comparisons
    order = list(dict.fromkeys(frame["leg"])) if len(frame) else []
    rank = {place.leg: number for number, place in enumerate(report.places)}
    order.sort(key=lambda leg: (rank.get(leg, len(rank)), leg))
    return {
        "legs": order,
        "baselines": [leg for leg, _ in Counter(frame["baseline"]).most_common() if leg],
        "columns": list(frame.columns),
        "rows": _rows(frame),
        "scaling": {"columns": list(performance.scaling.columns), "rows": _rows(performance.scaling)},
        "sensitivity": {"columns": list(performance.sensitivity.columns), "rows": _rows(performance.sensitivity)},
        "changes": [
            [baseline, lane, case, point, legs, at]
            for baseline, lane, case, point, legs, at in series(performance, order)
            if at
        ],
        "positions": list(positions),
    }


def _rows(frame: Any) -> list[list[Any]]:
    return [[_plain(value) for value in row] for row in frame.itertuples(index=False)]


def _plain(value: Any) -> Any:
    """A value that JSON has; numbers in seven digits, and nothing for those that are none."""
    if isinstance(value, str):
        return text.clean(value)
    number = float(value)
    return float(f"{number:.7g}") if number - number == 0 else None
