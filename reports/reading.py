"""Reads a whole store for a report, in as many processes as there are processors: reading is most of a large report's work."""

import multiprocessing
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import groupby, repeat
from typing import NamedTuple

from matrix.paths import UsageError
from matrix.store import Store
from reports import quick
from reports.evidence import Evidence, shown
from reports.observed import Behaviour, Count, LeftOut, Observed, Place, Questions, Row, observe

SMALL_BYTES = 10_000_000
"""A store that is read before other processes are at work."""


class Pack(NamedTuple):
    """The rows of one unit without all that they share: what other processes send is small."""

    leg: str
    case: str
    versions: Mapping[str, str]
    points: tuple[int, ...] | None
    """By number; ``None`` is every point of the case, in order."""
    behaviours: tuple[Behaviour, ...]
    errors: tuple[float | None, ...]
    said: tuple[tuple[str | None, ...], tuple[str | None, ...]] | None
    """Types and messages of errors; ``None`` where there are none."""


Found = tuple[list[Pack], list[Count], list[LeftOut], Evidence]


def read(
    store: Store, questions: Questions, known: Mapping[str, Place], processes: int | None = None
) -> tuple[Observed, Evidence]:
    """Everything that the store says, and what stands behind it: the same from any number of processes."""
    sizes = store.sizes()
    if processes is None:
        processes = 1 if sum(sizes.values()) < SMALL_BYTES else processors()
    found = _in_processes(_shares(sizes, processes), store, questions, known)
    return _together(found, questions, known)


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
    found = observe(evidence.watch(store.units(cases=cases, load=quick.load)), questions, known)
    return list(_packs(found.rows, questions)), found.counts, found.left_out, evidence


def _packs(rows: Iterable[Row], questions: Questions) -> Iterator[Pack]:
    one: dict[Behaviour, Behaviour] = {}
    for (leg, case), unit in groupby(rows, key=lambda row: (row.place.leg, row.case)):
        _, _, points, behaviours, errors, types, messages, versions = zip(*unit, strict=True)
        space = questions.spaces[case]
        yield Pack(
            leg,
            case,
            versions[0],
            None if points == space.texts else tuple(map(space.index.__getitem__, points)),
            # One object for each: what is the same need not be sent, kept and compared again.
            tuple(one.setdefault(behaviour, behaviour) for behaviour in behaviours),
            errors,
            (types, messages) if any(types) or any(messages) else None,
        )


def _together(found: Iterable[Found], questions: Questions, known: Mapping[str, Place]) -> tuple[Observed, Evidence]:
    """All of it in the report's order: by leg, then by case."""
    order = {leg: number for number, leg in enumerate(known)}
    packs: list[Pack] = []
    together, evidence = Observed(), Evidence()
    for some, counts, left_out, own in found:
        packs += some
        together.counts += counts
        together.left_out += left_out
        evidence.take_in(own)
    packs.sort(key=lambda pack: (order[pack.leg], pack.case))
    together.counts.sort(key=lambda count: (order[count.place.leg], count.case))
    together.left_out.sort(key=lambda unit: (order.get(unit.leg, len(order)), unit.leg, unit.case))
    for pack in packs:
        texts = questions.spaces[pack.case].texts
        points = texts if pack.points is None else [texts[number] for number in pack.points]
        types, messages = pack.said or (repeat(None), repeat(None))
        unit = repeat(known[pack.leg]), repeat(pack.case)
        answers = points, pack.behaviours, pack.errors, types, messages, repeat(pack.versions)
        together.rows.extend(map(Row._make, zip(*unit, *answers, strict=False)))
    return together, evidence
