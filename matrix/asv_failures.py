"""Why benchmarks failed: asv keeps only that they did, so the benchmarks themselves leave a line with the reason."""

from __future__ import annotations

import ast
import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from matrix import asv_results
from matrix.words import harmless
from releases.legs import Leg, lanes_of

VARIABLE = "TFDRIFT_FAILURES"
"""Names the file to the benchmarks (`benchmarks/_shared.py`)."""
SHOWN = 160
"""Characters of a reason."""
_COLUMNS = ("result", "params", "version", "started_at")
NO_REASON = "took longer than its limit, or its process ended: asv's words are above"


Rows = dict[tuple[Path, str], dict[str, Any]]
"""What asv has of a leg, by file and benchmark."""


def rows(leg: Leg, results: Path, commit: str) -> Rows:
    """All that is stored of a leg. What a run measured is what differs from before: a clock may be set back in between."""
    environment = "tfdrift" if leg.lane == lanes_of(leg.release)[0] else f"tfdrift-py{leg.lane}"
    found = {}
    for path in results.glob(f"*/{commit[:8]}-{environment}.json"):
        data = asv_results.read(path)
        for benchmark in data["results"]:
            row = asv_results.measured(data, benchmark)
            found[path, benchmark] = {name: row.get(name) for name in _COLUMNS}
    return found


def lines(leg: Leg, results: Path, commit: str, before: Rows, reasons: Path) -> Iterator[str]:
    """What to print of a leg: the points that failed since it had ``before``, by case and reason, and the next commands."""
    why = _reasons(reasons)
    names = {name: about.get("param_names", []) for name, about in asv_results.benchmarks(results).items()}
    groups: dict[tuple[str, str], list[str]] = {}
    for benchmark, point in sorted(_failed(rows(leg, results, commit), before, names)):
        case = benchmark.rpartition(".")[0]
        points = groups.setdefault((case, why.get((case, point), NO_REASON)), [])
        if point not in points:
            points.append(point)
    if not groups:
        return
    yield f"{leg.id}: what follows has no value in the history"
    for (case, reason), points in groups.items():
        count = f"{len(points)} points, the first: {points[0]}" if len(points) > 1 else points[0]
        yield f"  {case} [{count}]: {reason}"
    words = (
        f"--releases {leg.release.version} --lanes {leg.lane} --cases {','.join(sorted({case for case, _ in groups}))}"
    )
    yield f"  What they answer: nox -s matrix -- {words}"
    yield f"  To measure them again: nox -s history -- {words} --fresh"


def _failed(now: Rows, before: Rows, names: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """``(benchmark, point)`` of what was measured since and has no result."""
    for (path, benchmark), row in now.items():
        # As text: a NaN is not equal to itself.
        if repr(row) == repr(before.get((path, benchmark))):
            continue
        combinations = list(itertools.product(*(row.get("params") or [])))
        values = row.get("result") or [None] * len(combinations)
        for values_of, result in zip(combinations, values, strict=True):
            if result is None:
                yield benchmark, _point(names.get(benchmark, []), values_of)


def _point(names: list[str], texts: tuple[str, ...]) -> str:
    """The point as records name it; asv has values as Python writes them."""
    return ",".join(f"{name}={ast.literal_eval(text)}" for name, text in zip(names, texts, strict=True))


def _reasons(path: Path) -> dict[tuple[str, str], str]:
    if not path.exists():
        return {}
    found: list[dict[str, Any]] = [json.loads(line) for line in path.read_text().splitlines()]
    return {(each["case"], each["point"]): harmless(" ".join(each["why"].split()))[:SHOWN] for each in found}
