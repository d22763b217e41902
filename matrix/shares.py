"""A share of one matrix that several machines ask together: ``--shard 2/5``, or ``--shard LEG`` where each leg has a machine.

The division depends on the table and on what was chosen, never on the machine, so all machines agree on it without speaking.
A share that is whole leaves a note in its store, by which the merge sees what is missing or was asked twice.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version

from cases import _catalog
from matrix import environments
from matrix.paths import UsageError
from matrix.store import Store, write_whole
from releases.legs import Leg

SHARE_VERSION = 1
NOTE = "share-*.json"
"""The notes in a store's own folder."""

# Rough costs, only to balance shares: what a leg takes before its first answer, what a download takes, what a point takes.
START_S = 20.0
DOWNLOAD_S_PER_MB = 0.05
POINT_S = 0.2

_PART = re.compile(r"(\d{1,4})/(\d{1,4})")


@dataclass(frozen=True)
class Share:
    """The legs of one machine, and those of all machines together."""

    name: str
    legs: tuple[Leg, ...]
    of: tuple[Leg, ...]

    @property
    def path_name(self) -> str:
        """The file name of its note."""
        return NOTE.replace("*", self.name.replace("/", "-of-"))


def cost_s(leg: Leg, cases: Mapping[str, _catalog.CaseInfo]) -> float:
    """About how long a leg takes on an empty machine; a point whose API the release lacks costs nothing."""
    release = Version(leg.release.version)
    points = sum(
        len(list(_catalog.points(info)))
        for info in cases.values()
        if info.since is None or Version(release.base_version) >= Version(info.since)
    )
    return round(START_S + DOWNLOAD_S_PER_MB * leg.release.download_mb + POINT_S * points, 1)


def divide(legs: Sequence[Leg], number: int, cost: Mapping[str, float]) -> list[tuple[Leg, ...]]:
    """``number`` shares of about equal cost: the dearest leg first, each to the share that has least so far."""
    shares: list[list[Leg]] = [[] for _ in range(number)]
    total = [0.0] * number
    order = {leg.id: place for place, leg in enumerate(legs)}
    for leg in sorted(legs, key=lambda one: (-cost[one.id], order[one.id])):
        least = min(range(number), key=lambda share: (total[share], share))
        shares[least].append(leg)
        total[least] += cost[leg.id]
    return [tuple(sorted(share, key=lambda leg: order[leg.id])) for share in shares]


def share_of(text: str, legs: Sequence[Leg], cases: Mapping[str, _catalog.CaseInfo]) -> Share:
    """The share that ``--shard`` names among all the chosen legs, or :class:`UsageError`."""
    one = [leg for leg in legs if leg.id == text]
    if one:
        return Share(text, tuple(one), tuple(legs))
    match = _PART.fullmatch(text)
    if match is None:
        raise UsageError(
            f"--shard {text}: neither a part such as 2/5 nor one of the chosen legs: {', '.join(leg.id for leg in legs)}"
        )
    part, number = int(match[1]), int(match[2])
    if not 1 <= part <= number:
        raise UsageError(f"--shard {text}: there is no part {part} of {number}. The first is 1/{number}")
    if number > len(legs):
        raise UsageError(f"--shard {text}: {len(legs)} legs are chosen, so some shares would be empty. Use fewer")
    cost = {leg.id: cost_s(leg, cases) for leg in legs}
    return Share(text, divide(legs, number, cost)[part - 1], tuple(legs))


def finish(share: Share, cases: Mapping[str, _catalog.CaseInfo], store: Store, options: argparse.Namespace) -> Path:
    """Leave the note of a share whose every unit is stored and current; otherwise say what is missing."""
    if options.accept:
        raise UsageError("--accept: a share is not the whole matrix. Accept after the merge: nox -s report -- --accept")
    missing = [
        (leg.id, case) for leg in share.legs for case, info in cases.items() if not is_current(store, leg, case, info)
    ]
    if missing:
        raise UsageError(
            f"share {share.name} is not whole: {len(missing)} units were not answered, such as {missing[0][1]} of "
            f"{missing[0][0]}; what was said above has the reason. The same command goes on from here"
        )
    note = {
        "share_version": SHARE_VERSION,
        "share": share.name,
        "legs": [leg.id for leg in share.legs],
        "of": [leg.id for leg in share.of],
        "cases": sorted(cases),
    }
    for path in store.root.glob(NOTE):
        # A store that served another division before must not vouch for it: its answers may have been replaced.
        if (other := read_note(path)) and not same_matrix(other, note):
            path.unlink()
    path = store.root / share.path_name
    write_whole(path, json.dumps(note, indent=1).encode() + b"\n")
    return path


def is_current(store: Store, leg: Leg, case: str, info: _catalog.CaseInfo) -> bool:
    """Whether a unit is stored and answers this checkout's case from this checkout's lock."""
    header = store.header(leg.id, case)
    return header is not None and stale(header, leg, info) is None


def stale(header: Mapping[str, Any], leg: Leg, info: _catalog.CaseInfo) -> str | None:
    """Why the answers of a unit are not those of this checkout, if so."""
    mark = header.get("fingerprint")
    if not isinstance(mark, dict) or (mark.get("case"), mark.get("shared")) != _catalog.sources(info):
        return "another version of the suite asked it: the case or its shared code differs"
    if mark.get("lock") != environments.lock_digest(leg):
        return f"another version of the suite asked it: the lock of {leg.id} differs"
    return None


def same_matrix(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two notes are of shares of the same matrix."""
    return (one["of"], one["cases"]) == (other["of"], other["cases"])


def read_note(path: Path) -> dict[str, Any] | None:
    """A note that can be believed, else None."""
    try:
        note = json.loads(path.read_bytes())
        good = note["share_version"] == SHARE_VERSION and isinstance(note["share"], str)
        lists = [note[name] for name in ("legs", "of", "cases")]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    texts = all(isinstance(one, list) and all(isinstance(text, str) for text in one) for one in lists)
    return dict(note) if good and texts and lists[0] and set(lists[0]) <= set(lists[1]) else None
