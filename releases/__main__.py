"""The commands behind `nox -s lock`, `nox -s new_release` and `nox -s releases`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TextIO

from releases.check import check
from releases.legs import legs_of
from releases.lock import OWN, LockError, make, make_own
from releases.select import SelectionError, select
from releases.table import Table, TableError, load
from releases.uv import UvMissing, uv_binary


def main(argv: list[str] | None = None) -> int:
    """0: done. 1: `lock --check` found problems, `compare` differences. 2: wrong usage, or the index was not reached."""
    parser = argparse.ArgumentParser(prog="python -m releases", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    lock = commands.add_parser("lock", help="make the locks of these releases and their variants again")
    lock.add_argument(
        "releases", help="a selection such as 2.15.1, 2.16.., all (candidates included), driver, mutation or audit"
    )
    lock.add_argument("--check", action="store_true", help="make nothing: say what does not agree with the table")
    new = commands.add_parser("new", help="add a TensorFlow version to the table, from the package index")
    new.add_argument("version", help="in full: 2.22.0")
    commands.add_parser("list", help="every release and its legs")
    commands.add_parser("compare", help="what the index has that the table has not, and what of the table was yanked")
    options = parser.parse_args(argv)
    try:
        table = load()
        if options.command == "list":
            return _list(table)
        if options.command == "compare":
            return _compare(table)
        if options.command == "new":
            return _new(options.version, table)
        return _check(options.releases, table) if options.check else _lock(options.releases, table)
    except (TableError, SelectionError, LockError, UvMissing) as error:
        _say(f"error: {error}", sys.stderr)
        return 2
    except OSError as error:
        _say(
            f"error: {error.filename or 'a file'}: {error.strerror}. Check that the folder can be written.", sys.stderr
        )
        return 2


def _list(table: Table) -> int:
    for release in table.everything:
        kind = " (candidate)" if release.candidate else ""
        legs = " ".join(leg.id for leg in legs_of(release, table))
        _say(f"{release.version:10} {release.uploaded} keras {release.keras}{kind}  {legs}")
    return 0


def _lock(spec: str, table: Table) -> int:
    jobs: list[Callable[[], Path]] = []
    if spec in OWN:
        jobs.append(partial(make_own, spec, table))
    else:
        for release in table.everything if spec == "all" else select(spec, table):
            for variant in [None, *(table.variants[name] for name in release.variants)]:
                jobs.append(partial(make, release, table, variant))
    failed: list[LockError] = []
    uv_binary()  # found here, because Python 3.10's sysconfig, which uv asks, is not safe in threads
    # They wait for the index more than they work.
    with ThreadPoolExecutor(max_workers=3) as pool:
        for future in [pool.submit(job) for job in jobs]:
            try:
                _say(f"locked {future.result().name}")
            except LockError as error:
                failed.append(error)
    for one in failed:
        _say(f"error: {one}", sys.stderr)
    return 2 if failed else 0


def _check(spec: str, table: Table) -> int:
    chosen = None if spec == "all" else [] if spec in OWN else [r.version for r in select(spec, table)]
    problems = check(table, chosen)
    for problem in problems:
        _say(problem, sys.stderr)
    return 1 if problems else 0


def _compare(table: Table) -> int:
    try:
        from releases.appeared import differences, lines
        from releases.index import IndexProblem, listed
    except ModuleNotFoundError as error:
        _say(f"error: {error.name} is missing, which asks the index. Run: nox -s releases", sys.stderr)
        return 2
    try:
        every = listed()
        if not every:
            raise IndexProblem("the index has no TensorFlow at all. Check that UV_DEFAULT_INDEX names a whole one.")
        found = differences(table, every)
    except IndexProblem as error:
        _say(f"error: {error}", sys.stderr)
        return 2
    for line in lines(table, found):
        _say(line)
    return 1 if found else 0


def _new(version: str, table: Table) -> int:
    try:
        from releases.new import NewReleaseError, add
    except ModuleNotFoundError as error:
        _say(f"error: {error.name} is missing, which asks the index. Run: nox -s new_release -- {version}", sys.stderr)
        return 2
    try:
        for line in add(version, table):
            _say(line)
    except NewReleaseError as error:
        _say(f"error: {error}", sys.stderr)
        return 2
    return 0


def _say(text: str, stream: TextIO | None = None) -> None:
    print(text, file=stream or sys.stdout, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
