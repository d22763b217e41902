"""``asv continuous`` as an instrument: two commits of one release, of which the second is the slower copy."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from matrix import timeline
from matrix.paths import ROOT, UsageError
from matrix.rivals import Copies, ask

BENCHMARK = "Workload.time_call"
_LINE = re.compile(r"^\|\s*([-+]?)[^|]*\|[^|]*\|[^|]*\|[^|]*\|\s*Workload\.time_call\((\d+), (\d+)\)")
_SAID = {"+": "slower", "-": "faster", "": "not significant"}


def measure(copies: Copies, *, factor: float, interleaved: bool) -> dict[str, Any]:
    """The session of the study: what asv says of every workload at every slowdown."""
    started = time.monotonic()
    timeline.ensure()  # asv's plugin wants one, even where another repository is measured
    folder = copies.scratch / f"asv-{factor}-{interleaved}"
    plain, slowed = _commits(folder / "repository", copies.leg.release.version)
    copies.write(slowed=slowed)
    config = _settings(folder, copies)
    _asv(copies, config, "machine", "--yes", "--machine", "study")
    words = ["--interleave-rounds"] if interleaved else []
    ran = _asv(copies, config, "continuous", plain, slowed, "--machine", "study", "--factor", str(factor), *words)
    text = _asv(copies, config, "compare", plain, slowed, "--machine", "study", "--factor", str(factor))
    said = {
        (int(workload), int(share)): _SAID[sign]
        for sign, workload, share in (found.groups() for found in map(_LINE.match, text.splitlines()) if found)
    }
    if len(said) != len(copies.workloads) * len(copies.shares):
        raise UsageError(f"asv says nothing of some workloads: {ran[-600:]}{text[-600:]}")
    logs = _log_ratios(folder / "results" / "study", plain, slowed)
    comparisons = [
        {"workload": name, "injected": injected, "log_ratio": log, "verdict": said[place]}
        for (place, (name, injected)), log in zip(_grid(copies), logs, strict=True)
    ]
    shutil.rmtree(folder, ignore_errors=True)
    method = f"asv continuous, factor {factor:g}" + (", interleaved" if interleaved else "")
    return {"method": method, "seconds": round(time.monotonic() - started, 1), "comparisons": comparisons}


def _grid(copies: Copies) -> list[tuple[tuple[int, int], tuple[str, float]]]:
    """Numbers and names of workloads and shares, in asv's order."""
    return [
        ((workload, share), (name, injected))
        for workload, name in enumerate(copies.names())
        for share, injected in enumerate(copies.shares)
    ]


def _commits(repository: Path, version: str) -> tuple[str, str]:
    """Two commits that name the same release."""
    repository.mkdir(parents=True)
    (repository / timeline.LEG_FILE).write_text(f"tf{version}-py{{lane}}\n", encoding="utf-8")
    who = ["-c", "user.name=tfdrift", "-c", "user.email=tfdrift"]
    made = []
    git = ["git", "-C", str(repository)]
    subprocess.run([*git, "init", "--quiet", "--initial-branch=releases"], check=True)
    subprocess.run([*git, "add", timeline.LEG_FILE], check=True)
    for name in ("plain", "slowed"):
        subprocess.run([*git, *who, "commit", "--quiet", "--allow-empty", "-m", name], check=True)
        made.append(subprocess.check_output([*git, "rev-parse", "HEAD"], text=True).strip())
    return made[0], made[1]


def _settings(folder: Path, copies: Copies) -> Path:
    settings = {
        "version": 1,
        "project": "study",
        "repo": str(folder / "repository" / ".git"),
        "branches": ["releases"],
        "plugins": [".matrix.asv_environment"],
        "environment_type": "tfdrift",
        "pythons": [copies.leg.lane],
        "benchmark_dir": str(Path(__file__).parent / "suite"),
        "env_dir": str(folder / "env"),
        "results_dir": str(folder / "results"),
        "html_dir": str(folder / "html"),
    }
    path = folder / "asv.conf.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    return path


def _asv(copies: Copies, config: Path, command: str, *words: str) -> str:
    # Which workloads there are goes through asv to the release's processes; `continuous` ends with 1 where it found a change.
    place = ["sh", "-c", 'cd "$0" && "$@"; status=$?; [ $status -le 1 ] && exit 0; exit $status', str(ROOT)]
    asv = [sys.executable, "-m", "asv", command, *words, "--config", str(config)]
    return ask([*place, *asv], copies.environment(HOME=str(config.parent)), copies.core)


def _log_ratios(results: Path, plain: str, slowed: str) -> list[float]:
    """Of the medians, by workload and share."""
    medians = []
    for commit in (plain, slowed):
        (path,) = results.glob(f"{commit[:8]}-*.json")
        medians.append(json.loads(path.read_bytes())["results"][BENCHMARK][0])
    return [math.log(after / before) for before, after in zip(*medians, strict=True)]
