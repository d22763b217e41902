"""What was timed, read from the tables of ``build/report/``; empty where nothing was timed yet."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from matrix.paths import UsageError
from reports.speeds import Change, Speeds, turned

COLUMNS = {
    "performance.csv": (
        *("release", "lane", "leg", "baseline", "case", "point", "ratio", "ci_low", "ci_high", "verdict", "median_s"),
        *("work_per_s", "work_unit", "rounds", "processes", "margin", "numpy_ratio", "peak_memory_bytes"),
    ),
    "scaling.csv": ("workload", "case", "lane", "leg", "axis", "exponent", "ci_low", "ci_high"),
    "sensitivity.csv": (
        *("method", "condition", "injected", "comparisons", "found", "found_low", "found_high"),
        *("sd_log_ratio", "seconds_per_comparison"),
    ),
}
"""The columns that are read; a table that lacks one of them (of an earlier tfdrift) has it empty."""
TEXTS = frozenset(
    {"release", "lane", "leg", "baseline", "case", "point", "verdict", "work_unit", "workload", "axis", "method"}
) | {"condition"}
FEWEST_FOR_CHANGES = 4


@dataclass(frozen=True)
class Performance:
    """The three tables, and the rounds where they are at hand."""

    comparisons: pd.DataFrame
    scaling: pd.DataFrame
    sensitivity: pd.DataFrame
    speeds: Speeds | None = None
    """The rounds behind the tables, from which any two legs can be compared."""

    @property
    def timed(self) -> bool:
        """Whether there is anything to show."""
        return len(self.comparisons) + len(self.scaling) + len(self.sensitivity) > 0

    def between(self, before: str, after: str) -> tuple[Change, ...]:
        """The points that can be compared on these legs, the largest change first.

        What performance.csv has is said as it has it; the rest is drawn from the rounds, where they are known.
        """
        found = {(one.case, one.point): one for one in self.speeds.between(before, after)} if self.speeds else {}
        for one in self._stated.get((before, after), ()):
            found[one.case, one.point] = turned(one)
        for one in self._stated.get((after, before), ()):
            found[one.case, one.point] = one
        return tuple(sorted(found.values(), key=lambda one: (-abs(math.log(one.ratio)), one.case, one.point)))

    @cached_property
    def _stated(self) -> dict[tuple[str, str], list[Change]]:
        """The comparisons of performance.csv, by leg and baseline."""
        frame = self.comparisons[self.comparisons["ratio"] > 0]
        found: dict[tuple[str, str], list[Change]] = {}
        for row in frame.itertuples(index=False):
            ratio, low, high, margin = (float(getattr(row, name)) for name in ("ratio", "ci_low", "ci_high", "margin"))
            change = Change(row.case, row.point, ratio, low, high, margin, row.verdict)
            found.setdefault((row.leg, row.baseline), []).append(change)
        return found


def load(folder: Path, speeds: Speeds | None = None) -> Performance:
    """The tables in ``folder``, or a UsageError that names the one that cannot be read."""
    comparisons, scaling, sensitivity = (_read(folder / name, COLUMNS[name]) for name in COLUMNS)
    return Performance(comparisons, scaling, sensitivity, speeds)


def _read(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    if not path.exists():
        empty: pd.DataFrame = pd.DataFrame({name: pd.Series(dtype=str if name in TEXTS else float) for name in columns})
        return empty
    try:
        # Texts stay texts: lane 3.10 is not the number 3.1, and a case may be called "nan".
        frame = pd.read_csv(path, dtype={name: str for name in columns if name in TEXTS}, keep_default_na=False)
        for name in columns:
            if name not in frame.columns:
                frame[name] = "" if name in TEXTS else math.nan
            elif name not in TEXTS:
                frame[name] = pd.to_numeric(frame[name].replace("", math.nan))
        read: pd.DataFrame = frame[list(columns)]
        return read
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}. Delete it and time again: nox -s timing") from error


def changes(values: Sequence[float]) -> list[int]:
    """Where a series (in order of release) changes its level: the numbers of the first values after a change.

    PELT with an RBF cost on logarithms, scaled by the median absolute deviation of their differences: that measures the
    noise between neighbours, which a step does not inflate. The penalty for a change is ln n.
    """
    if len(values) < FEWEST_FOR_CHANGES or min(values) <= 0:
        return []
    import numpy as np
    import ruptures

    logs = np.log(np.asarray(values, dtype=float))
    steps = np.diff(logs)
    noise = float(np.median(np.abs(steps - np.median(steps)))) or float(np.median(np.abs(steps)))
    if noise <= 0:
        noise = 1e-3
    model = ruptures.Pelt(model="rbf", min_size=2, jump=1).fit((logs / noise).reshape(-1, 1))
    return [int(at) for at in model.predict(pen=math.log(len(values)))[:-1]]


def series(performance: Performance, order: Sequence[str]) -> Iterator[tuple[str, str, str, str, list[str], list[int]]]:
    """(baseline, lane, case, point, legs in order, where the level changes) of every history of ratios."""
    frame = performance.comparisons
    usable = frame[frame["ratio"].notna() & (frame["ratio"] > 0) & frame["leg"].isin(order)]
    rank = {leg: number for number, leg in enumerate(order)}
    for key, rows in usable.groupby(["baseline", "lane", "case", "point"], sort=True):
        baseline, lane, case, point = (str(part) for part in key)
        pairs = sorted(zip(rows["leg"], rows["ratio"], strict=True), key=lambda pair: rank[pair[0]])
        yield baseline, lane, case, point, [leg for leg, _ in pairs], changes([float(ratio) for _, ratio in pairs])
