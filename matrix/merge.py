"""``nox -s merge -- FOLDER...``: takes the stores of other machines into this one, all of them or nothing.

Everything is read and checked before anything is written. Of what several stores hold the answers have to agree; where they
do not, that is a finding, and a person decides.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cases import _catalog
from cases._record import RecordError
from matrix import foreign, merge_timings, options, own_cases, shares, stacks
from matrix.foreign import ForeignStore, ForeignUnit
from matrix.paths import BUILD, RECORDS, UsageError
from matrix.store import ENVIRONMENT, Store, write_whole
from matrix.words import harmless
from releases.legs import Leg, legs_of
from releases.table import load

SHOWN = 5
"""Lines of each kind that are said in full."""


def parser() -> argparse.ArgumentParser:
    """The folders, and the options of matrix, so that all machines can be given the same words."""
    made = options.parser("nox -s merge --")
    stacks.add_options(made)
    made.add_argument(
        "folders", nargs="+", type=Path, metavar="FOLDER", help="a build folder of another machine, or its records"
    )
    made.add_argument("--partial", action="store_true", help="take what there is although shares are missing")
    return made


def merge(arguments: Sequence[str], root: Path = RECORDS, timings: Path = BUILD / "timings") -> int:
    """Exit status 0: taken; 1: the stores disagree, nothing was taken. :class:`UsageError`: nothing could be taken."""
    asked = parser().parse_args(list(arguments))
    if asked.accept:
        raise UsageError("--accept: first see what the machines found together, then: nox -s report -- --accept")
    own = Store(root)
    _refuse_own(asked.folders, root)
    table, _ = stacks.choose(asked)
    legs = {leg.id: leg for release in table.everything for leg in legs_of(release, table)}
    cases = own_cases.every(root, asked.cases)
    places = [place for folder in asked.folders if (place := foreign.records_of(folder))]
    stacks.remember(asked)
    stacks.lock_missing((leg for leg in legs.values() if any((place / leg.id).is_dir() for place in places)), load())
    stores = [foreign.read(place, legs, cases) for place in places]
    timed = merge_timings.plan(asked.folders, timings)
    _refuse_problems([problem for store in stores for problem in (*store.problems, *timed.problems)])
    _check_shares(stores, asked.partial)
    taken, said_twice, disagreements = _together(stores, own, legs, cases)
    if disagreements:
        _say(disagreements, "disagreement")
        print(
            f"{len(disagreements)} answers differ between machines, so nothing was taken. Ask again what is in doubt "
            "(nox -s matrix -- --releases R --cases C --fresh), or leave one of the stores out"
        )
        return 1
    _refuse_ways_out(root, {unit.leg for unit in taken})
    for unit in taken:
        write_whole(own.path(unit.leg, unit.case), unit.data)
    for store in stores:
        for leg, data in store.environments.items():
            if not (root / leg / ENVIRONMENT).exists():
                write_whole(root / leg / ENVIRONMENT, data)
    timed.write()
    own_cases.remember(root, asked.cases)
    also = f"; {said_twice} more were there already or in two stores, and agree" if said_twice else ""
    print(f"{len(taken)} units of {len({unit.leg for unit in taken})} legs taken from {len(stores)} stores{also}")
    for line in timed.lines:
        print(line)
    return 0


def _refuse_own(folders: Iterable[Path], root: Path) -> None:
    for folder in folders:
        own, place = root.resolve(), foreign.records_of(folder) or folder
        if own in (folder.resolve(), *folder.resolve().parents) or place.resolve() == own:
            raise UsageError(
                f"{folder} is this machine's own store, into which the others are taken. Name the others only"
            )


def _refuse_ways_out(root: Path, legs: Iterable[str]) -> None:
    """A link in this machine's own store must not lead what is written elsewhere."""
    for path in (root, *(root / leg for leg in sorted(legs))):
        if path.is_symlink():
            raise UsageError(f"{path} is a link, and nothing is written through it. Put a folder in its place")


def _refuse_problems(problems: Sequence[str]) -> None:
    problems = list(dict.fromkeys(problems))
    if problems:
        more = f"\nand {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        raise UsageError(
            "nothing was taken, because of what is wrong with a store:\n" + "\n".join(problems[:SHOWN]) + more
            + "\nAsk these again where they come from, or leave that store out"
        )  # fmt: skip


def _check_shares(stores: Sequence[ForeignStore], partial: bool) -> None:
    """By the notes that whole shares leave: none twice, none of another matrix, none missing."""
    notes = [(note, store) for store in stores for note in store.notes]
    if not notes:
        return
    first, where = notes[0]
    owner: dict[str, tuple[dict[str, Any], ForeignStore]] = {}
    for note, store in notes:
        if not shares.same_matrix(note, first):
            raise UsageError(
                f"share {note['share']} in {store.root} is of another matrix than share {first['share']} in {where.root}: "
                "give every machine the same releases, lanes, variants and cases. Nothing was taken"
            )
        for leg in note["legs"]:
            if leg in owner:
                other, elsewhere = owner[leg]
                raise UsageError(
                    f"shares overlap: share {note['share']} in {store.root} and share {other['share']} in {elsewhere.root} "
                    f"both asked {leg}, so another share was perhaps asked by nobody. Give every machine its own "
                    "--shard. Nothing was taken"
                )
            owner[leg] = (note, store)
    missing = [leg for leg in first["of"] if leg not in owner]
    if missing and not partial:
        raise UsageError(
            f"{len(missing)} of {len(first['of'])} legs are in no whole share: {', '.join(missing[:SHOWN])}"
            f"{', ...' if len(missing) > SHOWN else ''}. Ask their shares, or take what there is: --partial. Nothing was taken"
        )
    _say([f"missing: {leg}, which no whole share has" for leg in missing], "missing leg")


def _together(
    stores: Sequence[ForeignStore], own: Store, legs: Mapping[str, Leg], cases: Mapping[str, _catalog.CaseInfo]
) -> tuple[list[ForeignUnit], int, list[str]]:
    """The units to write, how many were said twice, and where those differ."""
    taken: list[ForeignUnit] = []
    known: dict[tuple[str, str], ForeignUnit] = {}
    disagreements: list[str] = []
    twice = 0
    for store in stores:
        for unit in store.units:
            at = (unit.leg, unit.case)
            before = known.get(at) or _own_unit(own, unit, legs, cases)
            if before is None:
                taken.append(unit)
                known[at] = unit
                continue
            known[at] = before
            twice += 1
            disagreements += _differences(before, unit)
    return taken, twice, disagreements


def _own_unit(
    own: Store, unit: ForeignUnit, legs: Mapping[str, Leg], cases: Mapping[str, _catalog.CaseInfo]
) -> ForeignUnit | None:
    """What this machine's own store says of the same; what is stale or damaged says nothing, and is replaced."""
    path = own.path(unit.leg, unit.case)
    try:
        return foreign.unit(path, path.read_bytes(), legs, cases)
    except (OSError, RecordError, ValueError):
        return None


def _differences(one: ForeignUnit, other: ForeignUnit) -> list[str]:
    found = []
    for point, answer in one.answers.items():
        if answer != other.answers[point]:
            where = f"{one.case}[{point}]" if point else one.case
            found.append(
                f"{one.leg} {where}: {_words(answer)} in {foreign.shown(one.path.parent.parent)}, "
                f"{_words(other.answers[point])} in {foreign.shown(other.path.parent.parent)}"
            )
    return found


def _words(answer: tuple[Any, ...]) -> str:
    outcome, explanation, error_type, counts = answer
    more = [str(one) for one in (explanation, error_type) if one]
    more += [f"{name}={values}" for name, values in counts.items()]
    return foreign.shown(f"{outcome} ({', '.join(more)})" if more else outcome)


def _say(lines: Sequence[str], what: str) -> None:
    for line in lines[: 4 * SHOWN]:
        print(harmless(line))
    if len(lines) > 4 * SHOWN:
        print(f"and {len(lines) - 4 * SHOWN} more of the kind: {what}")
