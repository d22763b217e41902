"""One leg, asked what is missing or stale: ``python -m matrix run LEG``."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from cases import _catalog
from cases._record import RECORD_VERSION
from matrix import environments
from matrix.paths import RECORDS, SCRATCH, UsageError
from matrix.repeats import combined
from matrix.store import Store
from releases.legs import Leg
from releases.pythons import Interpreter


def fingerprint(
    leg: Leg, interpreter: Interpreter, info: _catalog.CaseInfo, options: argparse.Namespace
) -> dict[str, Any]:
    """Everything that could change what a unit says; a stored unit with another one is asked again."""
    case, shared = _catalog.sources(info)
    settings = json.dumps([sorted(leg.env.items()), options.time_limit, options.memory_limit])
    return {
        "case": case,
        "shared": shared,
        "lock": environments.lock_digest(leg),
        "python": interpreter.version,
        "settings": hashlib.sha256(settings.encode()).hexdigest()[:16],
        "record_version": RECORD_VERSION,
    }


def pending(
    leg: Leg,
    interpreter: Interpreter,
    cases: Mapping[str, _catalog.CaseInfo],
    store: Store,
    options: argparse.Namespace,
) -> dict[str, dict[str, Any]]:
    """``{case: fingerprint}`` of the units that have to be asked: missing, unreadable, stale, or all of them afresh."""
    wanted = {}
    for case, info in cases.items():
        now = fingerprint(leg, interpreter, info, options)
        header = None if options.fresh or options.repeat > 1 else store.header(leg.id, case)
        if header is None or header.get("fingerprint") != now:
            wanted[case] = now
    return wanted


def default_isolation() -> str:
    """Fork where it exists and is safe with threads of the system's own libraries: Linux."""
    return "fork" if hasattr(os, "fork") and Path("/proc/self").exists() else "spawn"


class CannotImport(UsageError):
    """TensorFlow is installed, and its import fails or ends the interpreter."""


def run_leg(
    leg: Leg,
    interpreter: Interpreter,
    cases: Mapping[str, _catalog.CaseInfo],
    options: argparse.Namespace,
    store: Store | None = None,
) -> None:
    """Ask one leg; returns when every wanted unit is stored, in ``store`` or else in the one of all releases."""
    store = store or Store(RECORDS)
    if not pending(leg, interpreter, cases, store, options):
        print(f"{leg.id}: all {len(cases)} cases are stored and up to date")
        return
    # From here on it costs seconds anyway; an unchanged run has been spared these imports.
    from matrix.locking import leg_lock
    from matrix.processes import WorkerError
    from matrix.progress import Progress
    from matrix.supervisor import Supervisor

    with leg_lock(leg.id):
        # Another run may have answered while this one waited.
        wanted = pending(leg, interpreter, cases, store, options)
        _sweep(store, leg)
        with Progress(leg.id, {case: len(list(_catalog.points(cases[case]))) for case in wanted}) as progress:
            python = environments.ensure(leg, interpreter, progress.say)
            isolate = options.isolate or default_isolation()
            supervisor = Supervisor(
                leg.id,
                python,
                SCRATCH / f"{leg.id}-{os.getpid()}",
                env=leg.env,
                isolate=isolate,
                time_limit_s=options.time_limit,
                memory_limit_mb=options.memory_limit,
                tick=progress.tick,
            )
            with supervisor:
                progress.say(f"{leg.id}: importing TensorFlow {leg.release.version}")
                try:
                    supervisor.start()
                except WorkerError as error:
                    raise CannotImport(
                        f"{leg.id}: TensorFlow {leg.release.version} cannot be imported: {error}. If its virtualenv "
                        f'is at fault: rm -r {environments.folder(leg)}, then nox -s "matrix({leg.id})"'
                    ) from error
                for case in wanted:
                    progress.begin(case)
                    _ask(supervisor, store, cases[case], wanted[case], options)
                    progress.end(case)


def _ask(
    supervisor: Any, store: Store, info: _catalog.CaseInfo, mark: dict[str, Any], options: argparse.Namespace
) -> None:
    points = list(_catalog.points(info))
    started, clock = datetime.now(timezone.utc), time.monotonic()
    records = combined([supervisor.ask(info, points) for _ in range(options.repeat)])
    about = supervisor.about or {"versions": {}, "packages": {}, "machine": {}}
    header = {
        "leg": supervisor.leg,
        "case": info.id,
        "case_version": info.version,
        "fingerprint": mark,
        "versions": about["versions"],
        "machine": about["machine"],
        "settings": {
            "isolate": supervisor.isolate,
            "time_limit_s": options.time_limit or float(info.time_limit_s),
            "memory_limit_mb": options.memory_limit or float(info.memory_limit_mb),
            "runs": options.repeat,
        },
        "started": started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "elapsed_s": round(time.monotonic() - clock, 3),
    }
    store.write(header, records)
    store.write_environment(supervisor.leg, about)


def _sweep(store: Store, leg: Leg) -> None:
    """Remove what a killed run of this leg left behind; the leg's lock is held."""
    for leftover in (store.root / leg.id).glob(".*.jsonl.*"):
        leftover.unlink(missing_ok=True)
    for leftover in SCRATCH.glob(f"{leg.id}-[0-9]*"):
        shutil.rmtree(leftover, ignore_errors=True)
