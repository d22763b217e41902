"""What was timed, read from the tables of ``build/report/``; empty where nothing was timed yet."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from matrix.paths import UsageError

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


class Change(NamedTuple):
    """How the time of one point changes between two legs."""

    case: str
    point: str
    ratio: float
    ci_low: float
    ci_high: float
    margin: float
    verdict: str
    derived: bool
    """Whether it was worked out from two ratios to a third leg, whose noise it then has too."""


@dataclass(frozen=True)
class Performance:
    """The three tables."""

    comparisons: pd.DataFrame
    scaling: pd.DataFrame
    sensitivity: pd.DataFrame

    @property
    def timed(self) -> bool:
        """Whether there is anything to show."""
        return len(self.comparisons) + len(self.scaling) + len(self.sensitivity) > 0

    def between(self, before: str, after: str) -> tuple[Change, ...]:
        """The points that were timed on both legs, the largest change first."""
        frame = self.comparisons
        wanted = frame[frame["leg"].isin([before, after])]
        by: dict[tuple[str, str], dict[tuple[str, str], Any]] = {}
        for row in wanted.itertuples(index=False):
            by.setdefault((row.case, row.point), {})[row.leg, row.baseline] = row
        found = [change for key, rows in by.items() if (change := _between(*key, rows, before, after))]
        return tuple(sorted(found, key=lambda change: (-abs(math.log(change.ratio)), change.case, change.point)))


def _between(case: str, point: str, rows: dict[tuple[str, str], Any], before: str, after: str) -> Change | None:
    direct = rows.get((after, before))
    if direct is not None and _usable(direct):
        ratio, low, high, margin = (float(getattr(direct, name)) for name in ("ratio", "ci_low", "ci_high", "margin"))
        return Change(case, point, ratio, low, high, margin, str(direct.verdict), False)
    for baseline in dict.fromkeys(baseline for _, baseline in rows):
        one, other = rows.get((before, baseline)), rows.get((after, baseline))
        if before == baseline or one is None or other is None or not (_usable(one) and _usable(other)):
            continue
        ratio = other.ratio / one.ratio
        # Half widths on the log scale add up as if independent: they share the baseline's noise, so that is too wide.
        half = math.hypot(*(math.log(row.ci_high / row.ci_low) / 2 for row in (one, other)))
        margin = max(float(one.margin), float(other.margin))
        low, high = ratio * math.exp(-half), ratio * math.exp(half)
        return Change(case, point, ratio, low, high, margin, verdict(low, high, margin), True)
    return None


def verdict(low: float, high: float, margin: float) -> str:
    """What an interval says: a change only where all of it lies beyond the margin, none where all lies within."""
    if low > 1 + margin:
        return "slower"
    if high < 1 / (1 + margin):
        return "faster"
    return "same" if low >= 1 / (1 + margin) and high <= 1 + margin else "inconclusive"


def _usable(row: Any) -> bool:
    numbers = (row.ratio, row.ci_low, row.ci_high)
    return all(pd.notna(number) and 0 < number < math.inf for number in numbers) and pd.notna(row.margin)


def load(folder: Path) -> Performance:
    """The tables in ``folder``, or a UsageError that names the one that cannot be read."""
    return Performance(*(_read(folder / name, COLUMNS[name]) for name in COLUMNS))


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
