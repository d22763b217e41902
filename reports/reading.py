"""Reads a whole store for a report, in as many processes as there are processors: reading is most of a large report's work."""

import multiprocessing
import os
import warnings
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from matrix.paths import UsageError
from matrix.store import Store
from reports import quick
from reports.evidence import Evidence, shown
from reports.observed import Columns, Observed, Place, Questions, Rows, in_order, observe

SMALL_BYTES = 10_000_000
"""A store that is read before other processes are at work."""


Found = tuple[Observed, Evidence]


def read(store: Store, questions: Questions, known: Mapping[str, Place], processes: int | None = None) -> Found:
    """Everything that the store says, and what stands behind it: the same from any number of processes."""
    sizes = store.sizes()
    if processes is None:
        processes = 1 if sum(sizes.values()) < SMALL_BYTES else processors()
    return _together(_in_processes(_shares(sizes, processes), store, questions, known), known)


def processors() -> int:
    """How many this process may use; one where processes cannot be forked, since others would begin from nothing."""
    if "fork" not in multiprocessing.get_all_start_methods() or not hasattr(os, "sched_getaffinity"):
        return 1
    return len(os.sched_getaffinity(0))


def _shares(sizes: Mapping[str, int], count: int) -> list[frozenset[str]]:
    """The cases, parted so that each process has about as many bytes to read."""
    loads = [0] * max(1, min(count, len(sizes)))
    shares: list[set[str]] = [set() for _ in loads]
    for case in sorted(sizes, key=lambda case: (-sizes[case], case)):
        least = loads.index(min(loads))
        loads[least] += sizes[case]
        shares[least].add(case)
    return [frozenset(share) for share in shares]


def _in_processes(
    shares: list[frozenset[str]], store: Store, questions: Questions, known: Mapping[str, Place]
) -> list[Found]:
    if len(shares) == 1:
        return [_read(shares[0], store, questions, known)]
    with warnings.catch_warnings():
        # Newer Pythons warn of a fork beside threads. Those are NumPy's, which the children never call.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            with ProcessPoolExecutor(
                len(shares), multiprocessing.get_context("fork"), _remember, (store, questions, known)
            ) as pool:
                return list(pool.map(_read_share, shares))
        except BrokenProcessPool as error:
            raise UsageError(
                f"a process that read {store.root} was ended from outside, as the system does where memory runs out. "
                "Nothing is lost: free some, and run the same command again"
            ) from error


_MINE: list[tuple[Store, Questions, Mapping[str, Place]]] = []
"""What a child was forked with."""


def _remember(store: Store, questions: Questions, known: Mapping[str, Place]) -> None:
    _MINE[:] = [(store, questions, known)]


def _read_share(cases: frozenset[str]) -> Found:
    return _read(cases, *_MINE[0])


def _read(cases: frozenset[str], store: Store, questions: Questions, known: Mapping[str, Place]) -> Found:
    evidence = Evidence(shown(questions))
    return observe(evidence.watch(store.units(cases=cases, load=quick.load)), questions, known), evidence


def _together(found: Iterable[Found], known: Mapping[str, Place]) -> Found:
    """All of it in the report's order."""
    units: list[Columns] = []
    together, evidence = Observed(), Evidence()
    for some, own in found:
        units += some.rows.units
        together.counts += some.counts
        together.left_out += some.left_out
        evidence.take_in(own)
    together.rows = Rows(tuple(units))
    return in_order(together, known), evidence
