"""``nox -s timing``: measure releases against each other, interleaved: ``python -m matrix timing``."""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from cases import _catalog
from matrix import environments, options, own_cases, stacks
from matrix.evidence import AGAIN, Choose, Evidence, pairs_of
from matrix.locking import leg_lock
from matrix.paths import RECORDS, SCRATCH, UsageError
from matrix.plan import chosen
from matrix.processes import WorkerError
from matrix.seats import Seat, Settings, default_core, own_cores
from matrix.sitting import IMPORT, Sitting
from matrix.timings import TIMING_VERSION, Timings
from releases.legs import Leg
from releases.pythons import Interpreter
from releases.select import SelectionError, select
from releases.table import load

IMPORT_DIGEST = "import"
IMPORT_S = 5.0
"""About what one interpreter takes to import TensorFlow."""
SEAT_MB = 900
"""About what one leg's interpreter and its child hold."""
INSTRUMENT = Path(_catalog.ROOT) / "_timing.py"


def parser(
    prog: str = "nox -s timing --",
    *,
    baseline: str = "compare with this release too, not only with the one before",
    budget: str = "1h",
) -> argparse.ArgumentParser:
    """The options of matrix, and those of the instrument; what a baseline is and the usual budget are the command's."""
    made = options.parser(prog)
    stacks.add_options(made)
    made.add_argument("--baseline", metavar="RELEASE", help=baseline)
    made.add_argument(
        "--budget", type=seconds, default=seconds(budget), help=f"time to spend, such as 20m; by default {budget}"
    )
    made.add_argument("--rounds", type=count, default=Settings.rounds, help="rounds of each restart")
    made.add_argument("--restarts", type=count, default=Settings.most_restarts, help="restarts after which to give up")
    made.add_argument("--threads", type=count, help="threads of TensorFlow's pools; by default TensorFlow's own choice")
    add_core(made)
    return made


def add_core(made: argparse.ArgumentParser) -> None:
    """The processor on which everything is timed."""
    made.add_argument(
        "--core",
        type=_core,
        default=default_core(),
        help="keep what is timed on this processor, or 'none'; by default the last one",
    )


def seconds(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m|min|h)?", text)
    if not match or float(match[1]) <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 90s, 10m or 1h")
    return float(match[1]) * {"s": 1, "m": 60, "min": 60, "h": 3600, None: 1}[match[2]]


def count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no positive whole number")
    return int(text)


def _core(text: str) -> int | None:
    if text == "none":
        return None
    own = own_cores()
    if not text.isdigit() or int(text) not in own:
        raise argparse.ArgumentTypeError(
            f"{text!r} is none of this machine's processors: {', '.join(map(str, own)) or 'none'}"
        )
    return int(text)


def timed_cases(patterns: str | None) -> dict[str, tuple[_catalog.CaseInfo, list[dict[str, Any]]]]:
    """The cases that are timed, with their timed points."""
    found = {
        case: (info, _catalog.timed_points(info)) for case, info in options.choose_cases(patterns).items() if info.timed
    }
    if not found:
        raise UsageError(f"no case that matches {patterns!r} is timed. Those that are: nox -s cases shows their unit")
    return found


def instrument_digest() -> str:
    """The code that takes the times: other code, other times."""
    return hashlib.sha256(INSTRUMENT.read_bytes()).hexdigest()[:16]


def fingerprint(leg: Leg, interpreter: Interpreter, info: _catalog.CaseInfo | None) -> dict[str, Any]:
    """Everything that could change a leg's times at one case, or at the import (no case)."""
    case, shared = _catalog.sources(info) if info else (IMPORT_DIGEST, "")
    return {
        "case": case,
        "shared": shared,
        "lock": environments.lock_digest(leg),
        "python": interpreter.version,
        "instrument": instrument_digest(),
        "timing_version": TIMING_VERSION,
    }


def is_current(cases: Mapping[str, _catalog.CaseInfo]) -> Callable[[str, str], bool]:
    """Whether stored times of a case, by the digest of its source, are of the case as it is now."""
    digests = {case: _catalog.sources(info)[0] for case, info in cases.items() if info.timed}
    digests[IMPORT] = IMPORT_DIGEST
    return lambda case, digest: digests.get(case) == digest


def same_as(seats: Sequence[Seat], settings: Settings) -> Choose:
    """What was measured of these seats in this way, and can be gone on with."""
    marks = {seat.name: seat.fingerprint for seat in seats}

    def choose(case: str, prepared: list[dict[str, Any]]) -> list[tuple[dict[str, Any], set[str]]]:
        return [
            (
                line,
                {
                    leg
                    for leg, said in line["legs"].items()
                    if leg in marks and said["fingerprint"] == marks[leg].get(case)
                },
            )
            for line in prepared
            if line["settings"] == settings.measuring
        ]

    return choose


def seats_for(
    legs: Sequence[Leg],
    found: Mapping[str, Interpreter],
    cases: Mapping[str, tuple[_catalog.CaseInfo, Any]],
    twin: Leg,
) -> list[Seat]:
    """A seat for every leg, whose virtualenvs are made if need be, and one for the twin."""
    seats = []
    for leg in legs:
        python = environments.ensure(leg, found[leg.lane], print)
        marks = {case: fingerprint(leg, found[leg.lane], info) for case, (info, _) in cases.items()}
        marks[IMPORT] = fingerprint(leg, found[leg.lane], None)
        seats.append(Seat(leg.id, python, leg.env, marks))
        if leg == twin:
            seats.append(Seat(leg.id + AGAIN, python, leg.env, marks))
    return seats


def baseline_legs(options_: argparse.Namespace, legs: Sequence[Leg]) -> list[Leg]:
    """The legs of the named baseline among those chosen; it must be one release and share a lane with another."""
    if options_.baseline is None:
        return []
    try:
        named = select(options_.baseline, load())
    except SelectionError as error:
        raise UsageError(f"--baseline: {error}") from error
    if len(named) != 1:
        raise UsageError(f"--baseline {options_.baseline} names {len(named)} releases; name one, such as 2.15")
    own = [leg for leg in legs if leg.release.version == named[0].version]
    if not own:
        raise UsageError(
            f"the baseline {named[0].version} cannot run on the lanes chosen here. "
            "Ratios are within a lane: choose lanes that it has with --lanes, or another baseline"
        )
    lanes = {leg.lane for leg in own}
    if not any(leg.lane in lanes for leg in legs if leg not in own):
        raise UsageError(
            f"the baseline {named[0].version} shares no lane with the other releases chosen (it runs on Python "
            f"{', '.join(sorted(lanes))}). Choose a baseline on their lane, or add releases or --lanes"
        )
    return own


def batches(legs: Sequence[Leg], shared: Sequence[Leg], available_mb: float) -> list[list[Leg]]:
    """Legs that fit into memory together; every batch has the baselines and begins with the last leg of the one before."""
    size = max(2 + len(shared), int(available_mb / SEAT_MB) - 1)
    others = [leg for leg in legs if leg not in shared]
    if len(legs) <= size:
        return [list(legs)]
    step = size - len(shared) - 1
    starts = range(0, max(1, len(others) - 1), step)
    return [[leg for leg in legs if leg in shared or leg in others[start : start + step + 1]] for start in starts]


def time_releases(arguments: Sequence[str]) -> None:
    """The command: measure, or raise :class:`UsageError`."""
    options_ = parser().parse_args(list(arguments))
    if not hasattr(os, "mkfifo") or not hasattr(os, "fork"):
        raise UsageError(
            "timing needs a system with fork and named pipes, such as Linux; nox -s history works here too"
        )
    cases = timed_cases(options_.cases)
    if options_.baseline and options_.releases:
        options_.releases = f"{options_.releases},{options_.baseline}"
    plan, found = chosen(options_)
    legs = list(plan.legs)
    own_cases.remember(RECORDS, options_.cases)
    stacks.lock_missing(legs, load())
    stacks.remember(options_)
    shared = baseline_legs(options_, legs)
    if len(legs) < 2 and not shared:
        raise UsageError("a ratio needs two releases on one lane: name another with --releases or --baseline")
    needed = IMPORT_S * (len(legs) + 1)
    if options_.budget < needed:
        raise UsageError(
            f"a budget of {options_.budget:g} s cannot hold one round: to start {len(legs) + 1} interpreters takes about "
            f"{needed:.0f} s. Give more with --budget, or fewer --releases"
        )
    twin = shared[0] if shared else legs[-1]
    timings, begun = Timings.here(), time.monotonic()
    with leg_lock("timing"):
        parts = batches(legs, shared or [twin], psutil.virtual_memory().available / 1e6)
        for number, batch in enumerate(parts):
            left = begun + options_.budget - time.monotonic()
            deadline = time.monotonic() + left / (len(parts) - number)
            if len(parts) > 1:
                print(f"batch {number + 1} of {len(parts)}: {', '.join(leg.id for leg in batch)}", flush=True)
            sit(batch, found, cases, twin, [leg.id for leg in shared], timings, deadline, options_)


def sit(
    legs: Sequence[Leg],
    found: Mapping[str, Interpreter],
    cases: Mapping[str, tuple[_catalog.CaseInfo, list[dict[str, Any]]]],
    twin: Leg,
    baselines: Sequence[str],
    timings: Timings,
    deadline: float,
    options_: argparse.Namespace,
) -> None:
    """Measure these legs together until ``deadline`` (of the monotonic clock); the caller holds the timing's lock."""
    seats = seats_for(legs, found, cases, twin)
    lanes = {leg.id: leg.lane for leg in legs}
    pairs = pairs_of([(seat.name, lanes[seat.name.replace(AGAIN, "")]) for seat in seats], baselines)
    settings = Settings(
        rounds=options_.rounds,
        least_restarts=min(Settings.least_restarts, options_.restarts),
        most_restarts=options_.restarts,
        core=options_.core,
        threads=options_.threads,
    )
    evidence = Evidence() if options_.fresh else Evidence.read(timings, [*cases, IMPORT], same_as(seats, settings))
    sitting = Sitting(
        seats,
        cases,
        pairs,
        timings,
        evidence,
        SCRATCH / f"timing-{os.getpid()}",
        settings=settings,
        deadline=deadline,
        say=lambda text: print(text, flush=True),
    )
    try:
        sitting.run()
    except WorkerError as error:
        raise UsageError(
            f"an interpreter cannot import TensorFlow: {error}. What was measured is kept. Ask the leg first: nox -s matrix"
        ) from error
    if sitting.spent and sitting.measured < len(seats):
        raise UsageError(
            f"the budget of {options_.budget:g} s was spent before one round was whole; what was measured is kept. "
            "Run the same command with a larger --budget"
        )
