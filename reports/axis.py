"""The axis of releases: the order of columns, ranges such as ``2.4..2.15`` and the same ranges in words.

A *position* is one place on it: a minor (``2.15``) or, after all minors, a candidate's full version (``2.22.0rc0``).
"""

import functools
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from releases.legs import Leg, legs_of
from releases.table import Table

_RANGE = re.compile(r"(?P<first>\d+\.\d+)(?P<dots>\.\.(?P<last>\d+\.\d+)?)?\Z")


class RangeError(ValueError):
    """A range of releases that cannot be read; the message says why and what exists."""


@dataclass(frozen=True)
class Axis:
    """Positions in order, and the (lane, variant) pairs that can exist at each; the plain variant is ``""``."""

    minors: tuple[str, ...]
    candidates: tuple[str, ...]
    lanes: tuple[str, ...]
    legs: Mapping[str, tuple[tuple[str, str], ...]]

    @classmethod
    def of(cls, table: Table) -> "Axis":
        """The axis of releases.toml; the preferred leg of each position comes first."""
        at = {release.version: release.minor for release in table.releases}
        at.update((candidate.version, candidate.version) for candidate in table.candidates)
        return cls(
            minors=tuple(release.minor for release in table.releases),
            candidates=tuple(candidate.version for candidate in table.candidates),
            lanes=table.lanes,
            legs={
                at[release.version]: tuple((leg.lane, variant_name(leg)) for leg in legs_of(release, table))
                for release in table.everything
            },
        )

    @functools.cached_property
    def positions(self) -> tuple[str, ...]:
        """All minors, then all candidates."""
        return self.minors + self.candidates

    @functools.cached_property
    def index(self) -> dict[str, int]:
        """Where each position stands."""
        return {position: number for number, position in enumerate(self.positions)}

    @functools.cached_property
    def variants(self) -> frozenset[str]:
        """Every variant that some leg can have."""
        return frozenset(variant for pairs in self.legs.values() for _, variant in pairs)

    def parse(self, text: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """The positions of ``2.0..2.4, 2.16..``, and the candidates it names that are no longer in the table."""
        found: set[str] = set()
        gone: list[str] = []
        for part in (piece.strip() for piece in text.split(",")):
            if part in self.candidates:
                found.add(part)
                continue
            match = _RANGE.match(part)
            if match is None:
                if not _is_prerelease(part):
                    raise RangeError(
                        f"{part!r} is no range of releases; write '2.16', '2.4..2.15', an open '2.4..', or one of the "
                        f"candidates ({', '.join(self.candidates) or 'there are none now'})"
                    )
                gone.append(part)
                continue
            found.update(self._span(match, part))
        return frozenset(found), tuple(gone)

    def _span(self, match: re.Match[str], part: str) -> tuple[str, ...]:
        first, last = match["first"], match["last"]
        for minor in (first, last):
            if minor is not None and minor not in self.minors:
                raise RangeError(f"release {minor} is not in the table, which has {self.minors[0]}..{self.minors[-1]}")
        start = self.index[first]
        if match["dots"] is None:
            return (first,)
        if last is None:
            return self.positions[start:]
        if self.index[last] < start:
            raise RangeError(f"range {part!r} runs backwards; write '{last}..{first}'")
        return self.positions[start : self.index[last] + 1]

    def format(self, positions: Collection[str]) -> str:
        """The text that :meth:`parse` reads back; open-ended where everything from some minor on is meant."""
        written = []
        pre = [candidate for candidate in self.candidates if candidate in positions]
        for run in _runs(self.minors, positions):
            if run[-1] == self.minors[-1] and len(pre) == len(self.candidates):
                pre = []
                written.append(f"{run[0]}..")
            else:
                written.append(run[0] if len(run) == 1 else f"{run[0]}..{run[-1]}")
        return ", ".join(written + pre)

    def words(self, positions: Collection[str]) -> str:
        """The same for people; a dash only spans releases that are all in ``positions``."""
        runs = _runs(self.positions, positions)
        return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)  # noqa: RUF001

    def ordered(self, positions: Iterable[str]) -> list[str]:
        """The positions in the axis's order, each once."""
        return sorted(set(positions), key=self.index.__getitem__)


def variant_name(leg: Leg) -> str:
    """The Keras variant of a leg, ``""`` for none."""
    return leg.variant.name if leg.variant else ""


def _runs(order: tuple[str, ...], chosen: Collection[str]) -> list[list[str]]:
    """Stretches of neighbours in ``order`` that are all chosen."""
    runs: list[list[str]] = []
    adjacent = False
    for position in order:
        if position in chosen:
            if adjacent:
                runs[-1].append(position)
            else:
                runs.append([position])
        adjacent = position in chosen
    return runs


def _is_prerelease(text: str) -> bool:
    try:
        return Version(text).is_prerelease
    except InvalidVersion:
        return False
