"""A candidate's comparison from the stores: the tables, the page, and what is to be said."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

from cases import _catalog
from matrix import candidate as asking
from matrix.pair import Pair
from matrix.paths import RECORDS, UsageError
from matrix.sitting import IMPORT
from matrix.store import Store, Unit
from reports import performance, tables, timings, verdicts
from reports.asked import Asked
from reports.axis import Axis
from reports.build import build
from reports.candidate import Answers, Comparison, Judge, changed_cases, count_changes
from reports.evidence import Evidence, shown
from reports.observed import Rows, observe, places
from reports.upgrade import Comparer


def units(chosen: Pair, cases: Mapping[str, _catalog.CaseInfo]) -> Iterator[Unit]:
    """The units of the two and of the builds before, which speak on as long as their case means the same."""
    yield from Store(RECORDS).units({chosen.baseline.id})
    yield from chosen.store.units({chosen.candidate.id})
    for unit in chosen.store.units({leg.id for leg in chosen.earlier}):
        info = cases.get(unit.case)
        # An earlier build cannot be asked again: an edit that does not change the case's meaning must not make it mute.
        same = info is not None and unit.header.get("case_version") == info.version
        yield dataclasses.replace(unit, stale=None) if unit.stale and same else unit


def compare(
    chosen: Pair,
    cases: Mapping[str, _catalog.CaseInfo],
    options_: argparse.Namespace,
    *,
    nightly: bool,
    not_timed: str,
    again: bool,
) -> Comparison:
    """Everything from the stores, with the tables and the page; ``again`` puts the questions that changed once more."""
    table = chosen.table
    axis, known = Axis.of(table), places(table)
    asked = Asked.of(RECORDS, options_.cases, options_.ledger, axis)
    questions, ledger = asked.questions, asked.ledger()
    evidence = Evidence(shown(questions))
    observed = observe(evidence.watch(units(chosen, questions.cases)), questions, known)
    observed.rows = Rows(tuple(unit for unit in observed.rows.units if unit.case in cases))
    observed.counts = [count for count in observed.counts if count.case in cases]
    before, after = known[chosen.baseline.id], known[chosen.candidate.id]
    answers = Answers(observed.rows)
    changed = changed_cases(answers, before, after, ledger)
    twice = Store(chosen.root / "again")
    if again and changed:
        twice = asking.ask_again(chosen, {case: cases[case] for case in cases if case in changed}, options_)
    second = observe(twice.units({before.leg, after.leg}), questions, known)
    judgements = verdicts.judge(observed.rows, ledger)
    report = verdicts.report(observed, judgements, ledger, axis, cases)
    out: Path = options_.out
    tables.write_correctness(observed.rows, judgements, out / "correctness.csv")
    tables.write_csv(tables.counts(observed.counts), out / "counts.csv")
    environments = {**Store(RECORDS).environments(), **chosen.store.environments()}
    tables.write_csv(
        tables.environments(environments, {place.leg: place for place in report.places}), out / "environments.csv"
    )
    speeds = timings.read(known, questions.cases, chosen.timings)
    timings.write(out, known, questions.cases, chosen.timings, speeds)
    build(report, judgements, observed.counts, ledger, evidence, table, out, speeds=speeds)
    timed = performance.load(out, speeds)
    comparer = Comparer(report, ledger, {row.version: row.pythons for row in table.everything}, timed)
    upgrade = comparer.between(before.position, after.position)
    if not upgrade.compared:
        raise UsageError(
            f"{before.leg} and {after.leg} have no answers to the same questions: nothing can be said of them"
        )
    earlier = [known[leg.id] for leg in chosen.earlier]
    judge = Judge(comparer, answers, Answers(second.rows), before, after, earlier)
    told = judge.speed(timed, {*cases, IMPORT}, first_only=nightly)
    said = {(one.change.case, one.change.point) for one in told}
    return Comparison(
        upgrade=dataclasses.replace(
            upgrade, speed=tuple(one for one in upgrade.speed if (one.case, one.point) in said)
        ),
        told=judge.told(first_only=nightly),
        gone=judge.gone(),
        messages=judge.messages(),
        counts=count_changes(observed.counts, before, after),
        speed=told,
        not_timed=not_timed,
        cases=tuple(sorted({unit.case for unit in observed.rows.units if unit.place == after})),
    )
