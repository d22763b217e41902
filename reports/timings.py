"""The tables of the timing, from the store: performance, and growth with size; columns as in DESIGN.md and docs/timing.md."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cases._catalog import CaseInfo, timed_points
from cases._record import point_text
from matrix import ratios
from matrix.evidence import AGAIN, Evidence, Workload, latest
from matrix.timing import is_current
from matrix.timings import Timings
from reports.observed import Place
from reports.speeds import Speeds
from reports.tables import write_csv

PERFORMANCE = [
    *("release", "lane", "leg", "baseline", "case", "point", "ratio", "ci_low", "ci_high", "verdict", "median_s"),
    *("work_per_s", "work_unit", "rounds", "processes", "margin", "numpy_ratio", "peak_memory_bytes"),
]
SCALING = ["workload", "case", "lane", "leg", "axis", "exponent", "ci_low", "ci_high"]
SENSITIVITY = [
    *("method", "condition", "injected", "comparisons", "found", "found_low", "found_high"),
    *("sd_log_ratio", "seconds_per_comparison", "median_log_ratio"),
]
SIZE = "n"
"""The axis of a timed case that is its size."""
VERDICTS = ("slower", "faster", "same", "inconclusive")
SHOWN = 20
"""Changes that the terminal shows; the page and performance.csv have them all."""
STATUS = {"mismatch": "wrong_result"}
"""How an outcome that kept a point from being timed is called among the verdicts; the others keep their names."""


def performance(speeds: Speeds, cases: Mapping[str, CaseInfo]) -> pd.DataFrame:
    """One line per leg, baseline and workload; a workload that was not timed on a leg has one line that says why."""
    evidence, known, legs, pairs = speeds.rounds, speeds.known, speeds.legs, speeds.pairs
    drawn = evidence.verdicts(pairs)
    lines = []
    for workload in sorted(evidence.statuses):
        for leg in legs:
            status = evidence.statuses[workload].get(leg)
            if status is None:
                continue
            own = [pair for pair in pairs if pair[0] in (leg, leg + AGAIN) and (workload, pair) in drawn]
            facts = _facts(evidence, workload, leg, status, cases)
            place = known[leg]
            where = {
                "release": place.release,
                "lane": place.lane,
                "leg": leg,
                "case": workload[0],
                "point": workload[1],
            }
            if status["outcome"] != "match":
                verdict = STATUS.get(status["outcome"], status["outcome"])
                lines.append({**where, "verdict": verdict, "work_unit": facts["work_unit"]})
                continue
            for pair in own:
                one = drawn[workload, pair]
                low, high = one.estimate.interval()
                lines.append(
                    {
                        **where,
                        **facts,
                        "baseline": pair[1],
                        "ratio": np.exp(one.estimate.log_ratio),
                        "ci_low": np.exp(low),
                        "ci_high": np.exp(high),
                        "verdict": one.verdict,
                        "rounds": one.estimate.rounds,
                        "processes": one.estimate.restarts,
                        "margin": one.margin,
                    }
                )
            if not own and facts["median_s"] is not None:
                lines.append({**where, **facts})
    frame: pd.DataFrame = pd.DataFrame(lines, columns=PERFORMANCE).convert_dtypes()
    return frame


def _facts(
    evidence: Evidence, workload: Workload, leg: str, status: Mapping[str, Any], cases: Mapping[str, CaseInfo]
) -> dict[str, Any]:
    """What is known of a leg at a workload without any baseline."""
    seconds, floors = evidence.seconds(workload, leg), evidence.floors.get(workload, {}).get(leg, [])
    median = float(np.median(seconds)) if seconds else None
    info = cases.get(workload[0])
    return {
        "median_s": median,
        "work_per_s": status["work"] / median if median and status["work"] else None,
        "work_unit": info.timed["unit"] if info else "calls",
        "numpy_ratio": median / float(np.median(floors)) if median and floors else None,
        "peak_memory_bytes": status["peak_memory_bytes"],
    }


def scaling(evidence: Evidence, known: Mapping[str, Place], cases: Mapping[str, CaseInfo]) -> pd.DataFrame:
    """One line per leg and timed case, and per choice of its other parameters: how time grows with size."""
    lines = []
    for case, info in cases.items():
        series: dict[str, list[tuple[float, str]]] = {}
        for params in timed_points(info) if SIZE in info.params else []:
            rest = point_text({name: value for name, value in params.items() if name != SIZE})
            series.setdefault(rest, []).append((float(params[SIZE]), point_text(params)))
        for rest, sizes in series.items():
            for leg, place in known.items():
                fit = _growth(evidence, case, leg, sizes)
                if fit is not None:
                    name = f"{case}[{rest}]" if rest else case
                    line = {"workload": name, "case": case, "lane": place.lane, "leg": leg, "axis": SIZE}
                    lines.append({**line, **dict(zip(("exponent", "ci_low", "ci_high"), fit, strict=True))})
    frame: pd.DataFrame = pd.DataFrame(lines, columns=SCALING)
    return frame


def _growth(
    evidence: Evidence, case: str, leg: str, sizes: Sequence[tuple[float, str]]
) -> tuple[float, float, float] | None:
    """The exponent with its interval; None with fewer than three sizes timed in two restarts."""
    found = [(size, evidence.seconds((case, point), leg)) for size, point in sizes]
    usable = [(size, np.log(seconds)) for size, seconds in found if len(seconds) > 1]
    if len(usable) < 3:
        return None
    errors = [float(np.std(logs, ddof=1)) / len(logs) ** 0.5 for _, logs in usable]
    medians = [float(np.exp(np.median(logs))) for _, logs in usable]
    return ratios.exponent([size for size, _ in usable], medians, errors)


def sensitivity(sessions: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """One line per method, condition and injected slowdown: how many were found, with Clopper and Pearson's 95 % interval.

    ``sd_log_ratio`` is that of the estimates about their own workload's mean injected effect. A session's seconds are shared
    by its comparisons at all slowdowns.
    """
    gathered: dict[tuple[str, str, float], list[Mapping[str, Any]]] = {}
    seconds: dict[tuple[str, str], list[float]] = {}
    for session in sessions:
        way = (session["method"], session["condition"])
        for one in session["comparisons"]:
            gathered.setdefault((*way, one["injected"]), []).append(one)
            seconds.setdefault(way, []).append(session["seconds"] / len(session["comparisons"]))
    lines: list[tuple[Any, ...]] = []
    if gathered:
        from scipy import stats  # takes two seconds to load
    for (method, condition, injected), found in sorted(gathered.items()):
        called = sum(one["verdict"] in (("slower", "faster") if injected == 0 else ("slower",)) for one in found)
        low, high = stats.binomtest(called, len(found)).proportion_ci()
        means: dict[str, list[float]] = {}
        for one in found:
            means.setdefault(one["workload"], []).append(one["log_ratio"])
        squares = [(value - np.mean(values)) ** 2 for values in means.values() if len(values) > 1 for value in values]
        free = sum(len(values) - 1 for values in means.values())
        sd = float(np.sqrt(np.sum(squares) / free)) if free else None
        cost = float(np.mean(seconds[method, condition]))
        median = float(np.median([one["log_ratio"] for one in found]))
        lines.append((method, condition, injected, len(found), called, low, high, sd, cost, median))
    frame: pd.DataFrame = pd.DataFrame(lines, columns=SENSITIVITY)
    return frame


def words(frame: pd.DataFrame) -> list[str]:
    """What the comparisons with the release before say: how many of each verdict, then the changes, the largest first."""
    order = {leg: number for number, leg in enumerate(frame["leg"].unique())}
    earlier = frame["baseline"].map(order) < frame["leg"].map(order)
    compared = frame[earlier].drop_duplicates(["leg", "case", "point"])
    if compared.empty:
        return []
    counts = compared["verdict"].value_counts()
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS if verdict in counts)
    lines = [f"Timing: {len(compared)} comparisons with the release before: {said}."]
    changed = compared[compared["verdict"].isin(["slower", "faster"])]
    largest = changed["ratio"].astype(float).map(lambda ratio: -abs(np.log(ratio))).sort_values(kind="stable").index
    for row in changed.loc[largest[:SHOWN]].itertuples(index=False):
        where = f"{row.case}[{row.point}]" if row.point else row.case
        lines.append(
            f"{row.verdict}: {where} takes {row.ratio:.2f} times as long in {row.leg} as in {row.baseline} "
            f"({row.ci_low:.2f} to {row.ci_high:.2f})"
        )
    if len(changed) > SHOWN:
        lines.append(f"and {len(changed) - SHOWN} more in performance.csv")
    return lines


def read(known: Mapping[str, Place], cases: Mapping[str, CaseInfo], timings: Timings) -> Speeds:
    """What the rounds of this machine, as far as their cases are still the same, say of any two legs."""
    return Speeds(Evidence.read(timings, timings.cases(), latest(is_current(cases))), known)


def write(
    out: Path,
    known: Mapping[str, Place],
    cases: Mapping[str, CaseInfo],
    timings: Timings,
    speeds: Speeds | None = None,
) -> list[str]:
    """Put the tables of this machine's timings in place and say what they show; empty ones are removed.

    ``speeds`` are what :func:`read` gives, where they are at hand.
    """
    speeds = speeds or read(known, cases, timings)
    sessions = [json.loads(path.read_bytes()) for path in sorted((timings.root / "sensitivity").glob("*.json"))]
    frames = {
        "performance.csv": performance(speeds, cases),
        "scaling.csv": scaling(speeds.rounds, speeds.known, cases),
        "sensitivity.csv": sensitivity(sessions),
    }
    for name, frame in frames.items():
        if len(frame):
            write_csv(frame, out / name)
        else:
            (out / name).unlink(missing_ok=True)
    return words(frames["performance.csv"])
