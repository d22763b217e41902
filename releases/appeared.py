"""What the index has and the table has not: new minors, patches and candidates; and what of the table was taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from packaging.version import Version

from releases.index import Listed
from releases.table import Release, Table


class Difference(NamedTuple):
    """One thing that the table and the index do not agree on."""

    version: str
    what: str
    command: str
    """What to do about it; empty where there is nothing to do but to know it."""


def differences(table: Table, listed: Iterable[Listed]) -> list[Difference]:
    """All of them, in order of version; ``listed`` is everything that the index has of TensorFlow."""
    every = {one.version: one for one in listed}
    first = Version(table.releases[0].minor)
    usable = [
        one
        for one in every.values()
        # Without a wheel for one of the lanes nothing could be asked; a post or dev release is no release of TensorFlow's.
        if not one.yanked
        and set(one.pythons) & set(table.lanes)
        and one.version >= first
        and not (one.version.is_postrelease or one.version.is_devrelease or one.version.local)
    ]
    found = [*_finals(table, usable), *_candidates(table, usable), *_taken_back(table, every)]
    return sorted(found, key=lambda one: Version(one.version))


def _finals(table: Table, usable: Iterable[Listed]) -> Iterator[Difference]:
    rows = {release.minor: release for release in table.releases}
    newest: dict[str, Listed] = {}
    for one in usable:
        if not one.version.is_prerelease:
            minor = _minor(one.version)
            newest[minor] = max(newest.get(minor, one), one, key=lambda each: each.version)
    for minor, one in newest.items():
        row = rows.get(minor)
        command = f"nox -s new_release -- {one.version}"
        pythons = ", ".join(one.pythons)
        if row is None:
            yield Difference(str(one.version), f"a new minor, for Python {pythons}", command)
        elif one.version > Version(row.version):
            lost = sorted(set(row.pythons) - set(one.pythons), key=Version)
            but = f"; it has no wheel for Python {', '.join(lost)}, which {row.version} has" if lost else ""
            yield Difference(
                str(one.version), f"a new patch of {minor}, of which the table has {row.version}{but}", command
            )


def _candidates(table: Table, usable: Iterable[Listed]) -> Iterator[Difference]:
    """The newest pre-release of every minor that is not out yet."""
    usable = list(usable)
    out = max((one.version for one in usable if not one.version.is_prerelease), default=Version("0"))
    newest: dict[str, Version] = {}
    for one in usable:
        if one.version.is_prerelease and one.version.release > out.release:
            newest[_minor(one.version)] = max(newest.get(_minor(one.version), one.version), one.version)
    have = {Version(release.version) for release in table.candidates}
    for version in newest.values():
        if version not in have:
            yield Difference(
                str(version),
                "a new candidate",
                f"nox -s candidate -- {version} (or, to keep it: nox -s new_release -- {version})",
            )


def _taken_back(table: Table, every: dict[Version, Listed]) -> Iterator[Difference]:
    for row in table.everything:
        one = every.get(Version(row.version))
        if one is None:
            yield Difference(
                row.version, "is in the table, and the index has it no more: its lock cannot be installed anew", ""
            )
        elif one.yanked:
            yield Difference(row.version, f"is in the table, and was yanked{_instead(row, every)}", "")


def _instead(row: Release, every: dict[Version, Listed]) -> str:
    later = [one for one in every.values() if one.version > Version(row.version) and _minor(one.version) == row.minor]
    return "" if any(not one.yanked for one in later) else "; no patch has followed it"


def _minor(version: Version) -> str:
    return f"{version.major}.{version.minor}"


def lines(table: Table, found: Iterable[Difference]) -> list[str]:
    """What to print: a line each, or that there is nothing."""
    said = [f"{one.version}: {one.what}{f': {one.command}' if one.command else ''}" for one in found]
    if said:
        return said
    candidates = "".join(f", and {one.version}" for one in table.candidates)
    return [
        f"The table has what the index has: {len(table.releases)} minors, {table.releases[0].version} to "
        f"{table.releases[-1].version}{candidates}."
    ]
