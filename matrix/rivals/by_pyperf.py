"""``pyperf compare_to`` as an instrument: a release's times in one file, its slower copy's in another."""

from __future__ import annotations

import math
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyperf

from matrix.rivals import Copies, ask

PROCESSES, VALUES = 8, 3


def measure(copies: Copies, processes: int = PROCESSES) -> dict[str, Any]:
    """The session of the study: what pyperf says of every workload at every slowdown."""
    started = time.monotonic()
    copies.write()
    folder = copies.scratch / "pyperf"
    folder.mkdir()
    # The release's interpreter gets pyperf, which is pure Python, and nothing else of the driver's.
    spec = find_spec("pyperf")
    assert spec is not None
    assert spec.submodule_search_locations
    (folder / "pyperf").symlink_to(spec.submodule_search_locations[0])
    comparisons = []
    for index, name in enumerate(copies.names()):
        plain = _run(copies, folder, index, -1, processes)
        for share, injected in enumerate(copies.shares):
            slowed = _run(copies, folder, index, share, processes)
            text = ask([sys.executable, "-m", "pyperf", "compare_to", str(plain), str(slowed)])
            said = next((word for word in ("slower", "faster") if f"x {word}" in text), "not significant")
            ratio = pyperf.Benchmark.load(str(slowed)).mean() / pyperf.Benchmark.load(str(plain)).mean()
            comparisons.append({"workload": name, "injected": injected, "log_ratio": math.log(ratio), "verdict": said})
    method = f"pyperf compare_to, {processes} processes"
    return {"method": method, "seconds": round(time.monotonic() - started, 1), "comparisons": comparisons}


def _run(copies: Copies, folder: Path, workload: int, share: int, processes: int) -> Path:
    path = folder / f"{workload}-{share}.json"
    path.unlink(missing_ok=True)
    script = Path(__file__).parent / "script.py"
    options = ["--copy-env", "--processes", str(processes), "--values", str(VALUES), "--quiet", "--output", str(path)]
    words = [str(copies.python), str(script), str(workload), str(share), *options]
    ask(words, copies.environment(PYTHONPATH=str(folder)), copies.core)
    return path
