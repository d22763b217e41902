"""A leg whose TensorFlow is a stand-in, asked by the real supervisor, worker and store.

``python -m tests.faults.simulated CASE…`` runs it. Its store lies in ``$TFDRIFT_BUILD``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from cases import _catalog
from cases._record import load_unit
from matrix import ending, environments, options, run
from releases import table
from releases.legs import Leg
from releases.pythons import Interpreter
from releases.table import Variant

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = ROOT / "tests" / "broken_cases"
CHOSEN = ("broken.leak", "broken.right", "broken.wrong")
"""Cases that answer whatever happens around them."""


def leg() -> Leg:
    """The newest release, by name."""
    standin = {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'standin'}"}
    variant = Variant("standin", "a stand-in for TensorFlow", (), standin, {}, ("3.10",))
    return Leg(table.load().releases[-1], "3.10", variant)


def start(build: Path, *cases: str, module: str = __name__, **env: str) -> subprocess.Popen[str]:
    """A run with its store in ``build``, begun: TensorFlow's stand-in is about to be imported."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *(cases or CHOSEN)],
        cwd=ROOT,
        env={**os.environ, "TFDRIFT_BUILD": str(build), "PYTHONPATH": str(ROOT), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Status and standard error of a run that is left alone."""
    _, errors = process.communicate(timeout=120)
    return process.returncode, errors


def family(process: subprocess.Popen[Any]) -> list[psutil.Process]:
    """A process and all that it has started, as far as they live."""
    try:
        parent = psutil.Process(process.pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def left(build: Path, seconds: float = 10.0) -> list[str]:
    """The command lines of processes that still have this build folder in their environment after so many seconds."""
    mark = f"TFDRIFT_BUILD={build}\0".encode()
    deadline = time.monotonic() + seconds
    while True:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if int(folder.name) != os.getpid() and mark in (folder / "environ").read_bytes() + b"\0":
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
        # One that has ended and was not waited for has no command line.
        found = [words for words in found if words]
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def answers(build: Path) -> dict[str, Any]:
    """All that the store says, without what two runs never have in common: times and memory."""
    found = {}
    for path in sorted((build / "records").glob("*/*.jsonl")):
        header, records = load_unit(path.read_bytes())
        for name in ("started", "elapsed_s", "sha256"):
            header.pop(name)
        for record in records:
            record.pop("elapsed_s")
            record.pop("peak_memory_bytes")
        found[path.name] = (header, records)
    return found


def litter(build: Path) -> list[str]:
    """Files that a run which has ended should have taken away: halves of units, and the scratch folder's content."""
    halves = [str(path) for path in (build / "records").glob("*/.*")]
    return halves + [str(path) for path in (build / "scratch").glob("*")]


def ask(chosen: list[str]) -> int:
    """The run itself."""
    environments.ensure = lambda *_: Path(sys.executable)
    environments.lock_digest = lambda _: "lock"
    catalog = _catalog.catalog(str(CASES))
    cases = {name: catalog[name] for name in chosen}
    print("ready", flush=True)
    run.run_leg(leg(), Interpreter("3.10", "3.10.0", Path(sys.executable)), cases, options.parse([]))
    return 0


if __name__ == "__main__":
    sys.exit(ending.status_of(lambda: ask(sys.argv[1:])))
