"""A report page made from the small world, for the tests of the page: hostile words and numbers included."""

import math
import random
from pathlib import Path

from small_store import AXIS, PLACES, count, place, write

from matrix.evidence import Evidence as Rounds
from matrix.store import Store
from reports import performance, verdicts
from reports.evidence import Evidence
from reports.ledger import Ledger
from reports.observed import Questions, observe
from reports.page.render import page
from reports.speeds import Speeds
from reports.upgrade import Comparer

WRONG = {"outcome": "mismatch", "explanation": "logits shortcut", "max_rel_err": 0.25}
HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)> \x1b[2J \u202eevil\x07 \u2028 \u2029 {{7*7}} "
    "Ж中'\" \ud800"
)
PYTHONS = {f"{position}.1": ("3.7", "3.10") for position in ("2.0", "2.1", "2.2", "2.3")}


def output(observed, expected, *, error: float | None = 0.25) -> dict:
    """One output of three numbers."""
    sides = [{"dtype": "float32", "shape": [3], "values": list(values)} for values in (observed, expected)]
    errors = {"max_abs_err": error, "max_rel_err": error, "non_finite": 0}
    return {"gradient": {"agrees": observed == expected, "observed": sides[0], "expected": sides[1], **errors}}


def fill(store: Store, asked: Questions) -> None:
    """Answers in which something becomes right, wrong, refused and available, and traces change."""
    raised = {"outcome": "raised", "error_type": "ValueError", "message": "bad | shape"}
    wrong = {**WRONG, "outputs": output((1.0, 2.0, "nan"), (1.0, 2.0, 3.0))}
    right = {"max_rel_err": 3e-8, "outputs": output((1.0, 2.0, 3.0), (1.0, 2.0, 3.0), error=3e-8)}
    worse = {"max_rel_err": 4e-6}
    by_position = {
        "2.1": {"loss=plain,loop=eager": wrong, "loss=plain,loop=graph": wrong, "loss=decorated,loop=eager": right},
        "2.2": {"loss=plain,loop=eager": wrong, "loss=plain,loop=fit": raised, "loss=decorated,loop=eager": right},
        "2.3": {"loss=plain,loop=fit": raised, "loss=decorated,loop=fit": wrong, "loss=decorated,loop=eager": worse},
    }
    for position, answers in by_position.items():
        write(store, asked, place(position).leg, "losses.decorated", answers)
        traces = {"": {"outcome": "mismatch", "outputs": count(3)} if position == "2.1" else {"outputs": count(1)}}
        write(store, asked, place(position).leg, "tape.traces", traces)
    early = {f"n={n}": {"outcome": "unsupported"} for n in (1, 2)}
    write(store, asked, place("2.1").leg, "losses.late", early)
    write(store, asked, place("2.2").leg, "losses.late")
    write(store, asked, place("2.2", "3.7").leg, "losses.late", {"n=2": {"outcome": "crashed"}})
    write(store, asked, place("2.0", "3.7").leg, "losses.decorated", by_position["2.1"])


def hostile(store: Store, asked: Questions) -> None:
    """Records that want to be markup, script, control characters, megabytes and no numbers."""
    strange = {
        "outcome": "mismatch",
        "explanation": HOSTILE,
        "outputs": output((HOSTILE, "nan", "inf"), ("-inf", 1, 2)),
    }
    raised = {"outcome": "raised", "error_type": HOSTILE, "message": HOSTILE}
    for position in ("2.1", "2.2"):
        versions = {"python": HOSTILE, "numpy": HOSTILE, "keras": None}
        answers = {"loss=plain,loop=eager": strange, "loss=plain,loop=fit": raised}
        write(store, asked, place(position).leg, "losses.decorated", answers, versions=versions)


def report_of(store: Store, asked: Questions):
    """(report, judgements, ledger, evidence, counts) of what is stored."""
    evidence, ledger = Evidence(), Ledger([], asked)
    found = observe(evidence.watch(store.units()), asked, PLACES)
    judgements = verdicts.judge(found.rows, ledger)
    return verdicts.report(found, judgements, ledger, AXIS, asked.cases), judgements, ledger, evidence, found.counts


def comparer(store: Store, asked: Questions, tables: Path, speeds: Speeds | None = None) -> Comparer:
    """Compares the releases of the small world."""
    report, _, ledger, _, _ = report_of(store, asked)
    return Comparer(report, ledger, PYTHONS, performance.load(tables, speeds))


def page_of(store: Store, asked: Questions, tables: Path, speeds: Speeds | None = None) -> str:
    """The whole page."""
    report, judgements, ledger, evidence, counts = report_of(store, asked)
    timed = performance.load(tables, speeds)
    made = Comparer(report, ledger, PYTHONS, timed)
    return page(report, judgements, ledger, made, evidence, counts, timed, [], "No pictures.")


FACTORS = {("2.0", "3.7"): 1.0, ("2.1", "3.7"): 1.5, ("2.1", "3.10"): 1.0, ("2.2", "3.10"): 1.0, ("2.3", "3.10"): 1.2}
APART = ("2.2", "3.10"), ("2.3", "3.10")
"""Two legs that are never measured in the same round."""


def rounds(restarts: int = 5) -> Speeds:
    """Made-up rounds of two workloads: a leg's time is its factor times that of the round, which no other round has.

    3.10's times are all a third of 3.7's: that is Python's, and never to be taken for TensorFlow's.
    """
    lot, found = random.Random(3), Rounds()
    status = {"outcome": "match", "message": None, "work": 1, "floor": False, "first_ns": 1, "peak_memory_bytes": 1}
    for restart in range(restarts):
        for number in range(6):
            away = place(*APART[number % 2]).leg
            for point in ("n=1", "n=2"):
                noise = lot.uniform(1, 2)
                times = {
                    place(*at).leg: noise * factor * (1 if at[1] == "3.7" else 1 / 3) * math.exp(lot.gauss(0, 0.001))
                    for at, factor in FACTORS.items()
                }
                times.pop(away)
                workload = ("losses.late", point)
                found.rounds.setdefault(workload, {}).setdefault(str(restart), []).append(times)
                found.statuses[workload] = {place(*at).leg: status for at in FACTORS}
    return Speeds(found, PLACES)


TIMES = """\
release,lane,leg,baseline,case,point,ratio,ci_low,ci_high,verdict,median_s,work_per_s,work_unit,rounds,processes,margin,numpy_ratio,peak_memory_bytes
2.1.1,3.10,tf2.1.1-py3.10,tf2.3.1-py3.10,losses.late,n=1,0.5,0.45,0.55,faster,0.01,100,rows,40,3,0.05,2.5,200000000
2.2.1,3.10,tf2.2.1-py3.10,tf2.3.1-py3.10,losses.late,n=1,0.9,0.7,1.2,inconclusive,0.02,50,rows,40,3,0.05,5,200000000
2.2.1,3.10,tf2.2.1-py3.10,tf2.3.1-py3.10,losses.late,n=2,,,,raised,,,rows,,,,,
2.3.1,3.10,tf2.3.1-py3.10,,losses.late,n=1,,,,,0.02,50,rows,,,,,
"""
SCALING = (
    "workload,case,lane,leg,axis,exponent,ci_low,ci_high\nlosses.late,losses.late,3.10,tf2.1.1-py3.10,n,1.02,0.9,1.1\n"
)
SENSITIVITY = (
    "method,condition,injected,comparisons,found,found_low,found_high,sd_log_ratio,seconds_per_comparison\n"
    "interleaved,quiet,0,40,1,0.001,0.13,0.01,2.5\ninterleaved,quiet,0.05,40,38,0.83,0.99,0.01,2.5\n"
)


def time(tables: Path) -> None:
    """The tables of a timing."""
    tables.mkdir(parents=True, exist_ok=True)
    for name, table in (("performance", TIMES), ("scaling", SCALING), ("sensitivity", SENSITIVITY)):
        (tables / f"{name}.csv").write_text(table, encoding="utf-8")
