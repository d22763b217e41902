"""Why benchmarks failed: asv keeps only that they did, so the benchmarks themselves leave a line with the reason."""

from __future__ import annotations

import ast
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matrix import asv_results
from releases.legs import Leg, lanes_of

VARIABLE = "TFDRIFT_FAILURES"
"""Names the file to the benchmarks (`benchmarks/_shared.py`)."""
SHOWN = 160
"""Characters of a reason."""
NO_REASON = "took longer than its limit, or its process ended: asv's words are above"


def lines(leg: Leg, results: Path, commit: str, began_ms: float, reasons: Path) -> Iterator[str]:
    """What to print of a leg: the points that failed since ``began_ms``, by case and reason, and the next commands."""
    why = _reasons(reasons)
    groups: dict[tuple[str, str], list[str]] = {}
    for benchmark, point in sorted(_failed(leg, results, commit, began_ms)):
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


def _failed(leg: Leg, results: Path, commit: str, began_ms: float) -> Iterator[tuple[str, str]]:
    """``(benchmark, point)`` of what was measured since and has no result."""
    environment = "tfdrift" if leg.lane == lanes_of(leg.release)[0] else f"tfdrift-py{leg.lane}"
    names = {name: about.get("param_names", []) for name, about in asv_results.benchmarks(results).items()}
    for path in results.glob(f"*/{commit[:8]}-{environment}.json"):
        data = asv_results.read(path)
        for benchmark in data["results"]:
            row = asv_results.measured(data, benchmark)
            if (row.get("started_at") or 0) < began_ms:
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
    return {(each["case"], each["point"]): " ".join(each["why"].split())[:SHOWN] for each in found}
