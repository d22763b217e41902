"""How the report grows: `python -m reports.growth [RECORDS …] [--legs N]` builds it from made-up stores, says seconds, megabytes.

The records are made like the ones that a matrix stores: two outputs with a few numbers each, of some answers in a hundred
something is wrong, and neighbouring releases mostly agree. Each size is measured in processes of its own, on all processors
or on the first `--processors` of them; memory is what all of them hold together, pages that they share counted once.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from cases import _catalog
from cases._record import KEPT_VALUES, dump_unit, make_record
from releases.legs import legs_of
from releases.table import Table, load

SIZES = (10_000, 100_000, 1_000_000)
POINTS_OF_A_CASE = 100
PARAMS = {"mode": tuple(f"m{number}" for number in range(5)), "n": tuple(range(20))}


def main(arguments: list[str]) -> int:
    """Measure each size and print a line for it."""
    parser = argparse.ArgumentParser(prog="python -m reports.growth", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), metavar="RECORDS")
    parser.add_argument("--legs", type=int, default=len(load().releases), help="how many: later releases are made up")
    parser.add_argument("--processors", type=int, help="how many to use; by default all")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.build:
        return _build(options.build, options.legs)
    if options.processors:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.processors])
    print(f"On {len(os.sched_getaffinity(0))} processors\n  records report, s of CPU, s store, MB  peak, MB  page, MB")
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="tfdrift-growth-") as folder:
            root = Path(folder)
            stored, made = _store(root, size, options.legs)
            command = [sys.executable, "-m", "reports.growth", "--legs", str(options.legs), "--build", str(root)]
            seconds, peak = _run(command, root / "said")
            cpu = json.loads((root / "cpu.json").read_bytes())
            page = (root / "report/index.html").stat().st_size
            with (root / "report/correctness.csv").open("rb") as table:
                if (rows := sum(1 for _ in table) - 1) != made:
                    raise SystemExit(f"of {made} records the report has {rows}: this measures nothing")
            megabytes = (f"{count / 1e6:>9.1f}" for count in (stored, peak, page))
            print(f"{made:>9} {seconds:>9.1f} {cpu:>9.1f}", *megabytes)
    return 0


def _run(command: list[str], output: Path) -> tuple[float, int]:
    """Seconds of the whole command, and the most bytes that its processes held together, looked at four times a second."""
    peak, started = 0, time.perf_counter()
    with output.open("wb") as stream, subprocess.Popen(command, stdout=stream) as built:
        process = psutil.Process(built.pid)
        while True:
            try:
                if built.wait(timeout=0.25):
                    raise SystemExit(f"{' '.join(command)} ended with status {built.returncode}")
                return time.perf_counter() - started, peak
            except subprocess.TimeoutExpired:
                with contextlib.suppress(psutil.Error):
                    family = [process, *process.children(recursive=True)]
                    peak = max(peak, sum(one.memory_full_info().pss for one in family))


def _table(legs: int) -> Table:
    """The table with so many releases: the first ones of it, and such as may come."""
    table = load()
    last = table.releases[-1]
    first = int(last.minor.partition(".")[2]) + 1
    more = [replace(last, version=f"2.{number}.0", minor=f"2.{number}") for number in range(first, first + legs)]
    return replace(table, releases=(*table.releases, *more)[:legs], candidates=())


def _store(root: Path, size: int, count: int) -> tuple[int, int]:
    """A catalogue and a store of about ``size`` records below ``root``; returns the store's bytes, and how many there are."""
    table = _table(count)
    legs = [legs_of(release, table)[0] for release in table.releases]
    cases = max(1, round(size / POINTS_OF_A_CASE / len(legs)))
    for number in range(cases):
        path = root / f"cases/family{number % 12}/case{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'"""Claim {number}."""\nPARAMS = {PARAMS!r}\n', encoding="utf-8")
    stored = made = 0
    for info in _catalog.catalog(str(root / "cases")).values():
        digests = dict(zip(("case", "shared"), _catalog.sources(info), strict=True))
        for index, leg in enumerate(legs):
            records = [
                _record(leg.id, info.id, params, (at * 7919) % 100, index)
                for at, params in enumerate(_catalog.points(info))
            ]
            header = {
                **{
                    "leg": leg.id,
                    "case": info.id,
                    "case_version": 1,
                    "fingerprint": digests,
                    "machine": {},
                    "settings": {},
                },
                "versions": {
                    "python": f"{leg.lane}.1",
                    "keras": "2.9.0",
                    "numpy": "1.23.5",
                    "tensorflow": leg.release.version,
                },
                **{"started": "2026-11-20T21:00:00Z", "elapsed_s": 1.0},
            }
            path = root / "records" / leg.id / f"{info.id}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            data = dump_unit(header, records)
            stored += len(data)
            made += len(records)
            path.write_bytes(data)
    return stored, made


def _record(leg: str, case: str, params: dict[str, Any], kind: int, release: int) -> dict[str, Any]:
    wrong = kind < 5 and release > 4 * kind
    values = [round(0.125 * number, 3) for number in range(KEPT_VALUES // 3)]
    side = {"dtype": "float32", "shape": [len(values)], "values": values}
    error = 0.5 if wrong else (1 + kind % 9) * 1e-8
    output = {"observed": side, "expected": side, "max_abs_err": error, "max_rel_err": error, "non_finite": 0}
    return make_record(
        *(leg, case, params, "mismatch" if wrong else "match"),
        explanation="logits shortcut" if wrong and kind % 2 else None,
        max_abs_err=error,
        max_rel_err=error,
        outputs={"value": {"agrees": True, **output}, "gradient": {"agrees": not wrong, **output}},
        elapsed_s=0.01,
        peak_memory_bytes=200_000_000,
    )


def _build(root: Path, legs: int) -> int:
    """Build the report of a made-up store as the command does, and write how many seconds of processors it took."""
    import functools
    import gc

    from releases import table
    from reports import __main__ as command

    # Both names of it: whoever asks for the table gets the one of which the store was made.
    table.load = command.load = functools.partial(_table, legs)  # type: ignore[attr-defined]
    _catalog.catalog = functools.partial(_catalog.catalog, str(root / "cases"))
    gc.disable()
    (root / "ledger").mkdir(exist_ok=True)
    folders = {"--records": "records", "--timings": "timings", "--out": "report", "--ledger": "ledger"}
    command.main([word for option, folder in folders.items() for word in (option, str(root / folder))])
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() + children.ru_utime + children.ru_stime
    (root / "cpu.json").write_text(json.dumps(cpu), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
