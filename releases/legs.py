"""A leg is a release on one Python, perhaps with another Keras: one pinned virtualenv, one nox session."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from releases.table import LOCKS, Release, Table, Variant

_ID = re.compile(r"tf(?P<version>[^-]+)-py(?P<lane>\d+\.\d+)(?:-(?P<variant>[a-z][a-z0-9]*))?")


class LegError(ValueError):
    """A text names no leg of the table: says what exists."""


def lock_path(release: Release, variant: Variant | None = None, folder: Path = LOCKS) -> Path:
    """Where the lock of a release lies."""
    return folder / f"tf{release.version}{'-' + variant.name if variant else ''}.txt"


@dataclass(frozen=True)
class Leg:
    """One release on one lane: what is installed, and under which name its records are kept."""

    release: Release
    lane: str
    variant: Variant | None = None

    @property
    def id(self) -> str:
        """The leg's name in nox, in the records and in the tables."""
        return f"tf{self.release.version}-py{self.lane}{'-' + self.variant.name if self.variant else ''}"

    @property
    def lock(self) -> Path:
        """What is installed, with hashes."""
        if self.variant and self.variant.locks:
            return self.variant.locks / f"{self.id}.txt"
        return lock_path(self.release, self.variant, self.release.locks)

    @property
    def env(self) -> Mapping[str, str]:
        """Environment variables that belong to the leg."""
        return self.variant.env if self.variant else {}

    @property
    def keras(self) -> int:
        """Which Keras `tf.keras` is on this leg."""
        return 2 if self.env.get("TF_USE_LEGACY_KERAS") == "1" else self.release.keras

    @property
    def tags(self) -> tuple[str, ...]:
        """What nox's --tags and -k can select; -k takes Python expressions, so `2.15` is `tf2_15` there."""
        tags = [f"tf{self.release.minor.replace('.', '_')}", f"keras{self.keras}", f"py{self.lane}"]
        if self.release.era:
            tags.append("eras")
        if self.lane != lanes_of(self.release, self.variant)[0]:
            tags.append("overlap")
        if self.variant:
            tags.append(self.variant.name)
        if self.release.candidate:
            tags.append("candidate")
        return tuple(tags)

    def __str__(self) -> str:
        return self.id


def lanes_of(release: Release, variant: Variant | None = None) -> tuple[str, ...]:
    """The lanes that a release can run on, the preferred first; none where it cannot have the variant."""
    if variant is None:
        return release.lanes
    if variant.name not in release.variants:
        return ()
    return tuple(lane for lane in release.lanes if lane in variant.pythons)


def legs_of(release: Release, table: Table) -> tuple[Leg, ...]:
    """Every leg that a release could have, whatever Pythons are here."""
    variants = [None, *(table.variants[name] for name in release.variants)]
    return tuple(Leg(release, lane, variant) for variant in variants for lane in lanes_of(release, variant))


def parse_id(text: str, table: Table) -> Leg:
    """The leg with this id, or a LegError that lists what exists."""
    every = {leg.id: leg for release in table.everything for leg in legs_of(release, table)}
    if text in every:
        return every[text]
    match = _ID.fullmatch(text)
    if not match:
        near = difflib.get_close_matches(text, every, 3)
        hint = f" Near it: {', '.join(near)}." if near else ""
        raise LegError(f'"{text}" is no id of a leg, such as tf2.15.1-py3.10.{hint} All ids: python -m releases list')
    same = [leg.id for leg in every.values() if leg.release.version == match["version"]]
    if same:
        raise LegError(f'there is no leg "{text}". Legs of {match["version"]}: {", ".join(same)}')
    known = ", ".join(release.version for release in table.everything)
    raise LegError(f'there is no leg "{text}": the table has no release {match["version"]}. Releases: {known}')
