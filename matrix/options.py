"""The words after ``--`` of ``nox -s matrix``: one parser for every session that takes them."""

from __future__ import annotations

import argparse
import difflib
import fnmatch
from collections.abc import Mapping, Sequence

from cases import _catalog
from matrix import own_cases, stacks
from matrix.paths import UsageError

MOST_REPEATS = 1000


class Parser(argparse.ArgumentParser):
    """Errors are :class:`UsageError`, so that each command ends with one sentence and status 2."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{message}. What there is: {self.format_usage().strip()}")


def parser(prog: str = "nox -s matrix --", *, shared: bool = False) -> argparse.ArgumentParser:
    """The options of matrix and report; a session that has no use for one takes it all the same.

    ``shared`` ones also take a stack of one's own, and a share of the matrix: what is timed is timed on one machine.
    """
    made = Parser(prog=prog, allow_abbrev=False, description="Ask releases of TensorFlow about gradients.")
    made.add_argument(
        "--releases", help="2.15, 2.15.1, 2.10..2.16, latest, all, keras2, keras3, eras, candidates; commas join"
    )
    made.add_argument("--lanes", help="Pythons to run on, such as 3.10,3.12, or all; by default the core lanes")
    made.add_argument("--variants", help="Keras variants: plain, tfkeras, newkeras, or all; by default plain")
    made.add_argument("--cases", help="patterns of case ids, such as 'losses.*,tape.reset', or FOLDER/; by default all")
    made.add_argument("--fresh", action="store_true", help="ask again what is already stored")
    made.add_argument(
        "--repeat", type=_count, default=1, metavar="N", help="ask N times, and report answers that change"
    )
    made.add_argument(
        "--isolate", choices=("fork", "spawn"), help="how cases are kept apart; by default fork where it exists"
    )
    made.add_argument("--time-limit", type=_positive, metavar="SECONDS", help="replaces the time limits of cases")
    made.add_argument("--memory-limit", type=_positive, metavar="MB", help="replaces the memory limits of cases")
    made.add_argument("--download-python", action="store_true", help="let uv download the Pythons that are missing")
    made.add_argument("--no-disk-check", action="store_true", help="start although the disk looks too small")
    made.add_argument("--accept", action="store_true", help="write what was observed into the ledger")
    if shared:
        stacks.add_options(made)
        made.add_argument(
            "--shard", metavar="2/5|LEG", help="ask this share only and judge nothing; other machines ask the others"
        )
    return made


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_REPEATS:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {MOST_REPEATS}")
    return int(text)


def _positive(text: str) -> float:
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return number


def parse(arguments: Sequence[str], prog: str = "nox -s matrix --") -> argparse.Namespace:
    """The options in ``arguments``, or :class:`UsageError`."""
    return parser(prog, shared=True).parse_args(list(arguments))


def choose_cases(patterns: str | None) -> Mapping[str, _catalog.CaseInfo]:
    """The cases whose id matches one of the comma-separated patterns; every pattern must match something.

    ``FOLDER/`` and ``FOLDER/PATTERN`` name cases of one's own; without patterns all of tfdrift's are meant.
    """
    try:
        catalog = _catalog.catalog()
    except _catalog.CaseError as error:
        raise UsageError(str(error)) from error
    if patterns is None:
        return catalog
    chosen: set[str] = set()
    further: dict[str, _catalog.CaseInfo] = {}
    for pattern in filter(None, (part.strip() for part in patterns.split(","))):
        own = own_cases.chosen(pattern)
        if own is not None:
            twice = [case for case in own if case in further and further[case].path != own[case].path]
            if twice:
                raise UsageError(f"{own[twice[0]].path} and {further[twice[0]].path} are both called {twice[0]}")
            further.update(own)
            continue
        matching = fnmatch.filter(catalog, pattern)
        if not matching:
            near = difflib.get_close_matches(pattern, catalog, 3, 0.5)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            families = ", ".join(sorted({f"{case.partition('.')[0]}.*" for case in catalog}))
            raise UsageError(f"no case matches {pattern!r}{hint} There is: {families}. nox -s cases lists them all")
        chosen.update(matching)
    return {**{case: info for case, info in catalog.items() if case in chosen}, **further}
