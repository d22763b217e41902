"""What a run is about to do, said before anything is fetched: ``python -m matrix plan``."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cases import _catalog
from matrix import environments, shares, stacks
from matrix.options import choose_cases, parser
from matrix.paths import BUILD, PYTHONS, UsageError
from releases import pythons, select, table
from releases.legs import Leg, parse_id
from releases.uv import uv_binary

SPARE_MB = 500
LEG_ID = re.compile(r"\btf\d[\w.]*-py\d+\.\d+(?:-[a-z][a-z0-9]*)?")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of the plan, which alone can be JSON."""
    made = parser(shared=True)
    made.add_argument(
        "--json", action="store_true", help="print the legs as a job matrix, for machines with any Python"
    )
    return made.parse_args(list(arguments))


def chosen(options: argparse.Namespace) -> tuple[select.Plan, dict[str, pythons.Interpreter]]:
    """The legs that the options ask for on this machine, and the interpreters found here."""
    found = pythons.find(PYTHONS)
    return _plan(options, found), found


def _plan(options: argparse.Namespace, found: Mapping[str, pythons.Interpreter]) -> select.Plan:
    try:
        known, variants = stacks.choose(options)
        return select.plan(known, releases=options.releases, lanes=options.lanes, variants=variants, interpreters=found)
    except (table.TableError, select.SelectionError) as error:
        raise UsageError(str(error)) from error


def everywhere(options: argparse.Namespace) -> tuple[Leg, ...]:
    """The legs that the options ask for on machines that have every Python: the same ones wherever this is called."""
    return _plan(options, {lane: pythons.Interpreter(lane, lane, Path()) for lane in table.load().lanes}).legs


def share(options: argparse.Namespace, cases: Mapping[str, _catalog.CaseInfo]) -> shares.Share:
    """The share that ``--shard`` names."""
    return shares.share_of(options.shard, everywhere(options), cases)


def show_json(options: argparse.Namespace) -> None:
    """Print the legs as a job matrix in one line: ``{"include": [{"leg", "release", "python", "variant", "cost_s"}]}``."""
    cases = choose_cases(options.cases)
    legs = share(options, cases).legs if options.shard else everywhere(options)
    rows = [
        {
            "leg": leg.id,
            "release": leg.release.version,
            "python": leg.lane,
            "variant": leg.variant.name if leg.variant else "plain",
            "cost_s": shares.cost_s(leg, cases),
        }
        for leg in legs
    ]
    print(json.dumps({"include": rows}, separators=(",", ":")))


def show(options: argparse.Namespace) -> None:
    """Print the plan; raises :class:`UsageError` when nothing can run or the disk cannot hold it."""
    cases = choose_cases(options.cases)
    own = share(options, cases) if options.shard else None
    plan, found = _here(options, own)
    if options.download_python and plan.missing:
        _download_pythons(plan)
        PYTHONS.unlink(missing_ok=True)
        plan, found = _here(options, own)
    if own is not None and plan.missing:
        # Nobody else will ask these: a share that cannot be whole must not look as if it were.
        raise UsageError(
            f"share {own.name} cannot be asked whole here. {'; '.join(plan.missing_lines())}. "
            "Or let uv fetch it: --download-python"
        )
    for line in plan.missing_lines():
        print(f"cannot run here: {line}")
    if not plan.legs:
        raise UsageError("no leg can run here; the lines above say what each one needs")
    stacks.lock_missing(plan.legs, table.load())
    stacks.remember(options)
    absent = [leg for leg in plan.legs if not environments.is_made(leg, found[leg.lane])]
    download = sum(leg.release.download_mb for leg in absent)
    disk = sum(leg.release.installed_mb for leg in absent)
    print(f"{len(plan.legs)} legs, {len(cases)} cases each. ", end="")
    if not absent:
        print("All virtualenvs are made: nothing to download.")
        return
    BUILD.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(BUILD).free / 1e6
    print(
        f"{len(absent)} virtualenvs to make: up to {download / 1e3:.1f} GB to download (less what uv has cached) "
        f"and {disk / 1e3:.1f} GB of disk in {BUILD}, where {free / 1e3:.1f} GB are free."
    )
    if disk + SPARE_MB > free and not options.no_disk_check:
        raise UsageError(
            f"the disk cannot hold it: {disk / 1e3:.1f} GB needed, {free / 1e3:.1f} GB free. Choose fewer releases "
            "(nox -s matrix -- --releases eras), another folder (TFDRIFT_BUILD=/path), or, if uv's cache on the same "
            "disk holds most of it already, --no-disk-check"
        )


def _here(options: argparse.Namespace, own: shares.Share | None) -> tuple[select.Plan, dict[str, pythons.Interpreter]]:
    """What of the options, or of the share, can run on this machine."""
    if own is None:
        return chosen(options)
    found = pythons.find(PYTHONS)
    missing = tuple(select.missing(leg) for leg in own.legs if leg.lane not in found)
    return select.Plan(tuple(leg for leg in own.legs if leg.lane in found), missing), found


def _download_pythons(plan: select.Plan) -> None:
    for lane in sorted({missing.lanes_wanted[0] for missing in plan.missing}):
        print(f"downloading Python {lane}")
        done = subprocess.run([uv_binary(), "python", "install", lane], check=False)
        if done.returncode != 0:
            raise UsageError(f"Python {lane} cannot be downloaded; install it by other means, then run this again")


def legs_on_command_line(argv: Sequence[str]) -> tuple[Leg, ...]:
    """The legs that nox shall know: those that the options after ``--`` choose, and any that is named in full.

    Ends the program with status 2 when the options name something that does not exist: nox has no status for that.
    """
    after = list(argv[argv.index("--") + 1 :]) if "--" in argv else []
    try:
        options = parser(shared=True).parse_known_args(after)[0]
        own = share(options, choose_cases(options.cases)).legs if options.shard else chosen(options)[0].legs
        legs = {leg.id: leg for leg in own}
        for name in LEG_ID.findall(" ".join(argv)):
            legs.setdefault(name, parse_id(name, stacks.choose(options)[0]))
    except (UsageError, ValueError) as error:
        print(f"tfdrift: {error}", file=sys.stderr)
        sys.exit(2)
    return tuple(legs.values())
