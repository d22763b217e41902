"""Reads releases.toml, the only list of TensorFlow versions, and refuses what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import total_ordering
from pathlib import Path
from types import MappingProxyType

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from releases._toml import Document, Section, TableError

__all__ = ["DEFAULT", "LOCKS", "Release", "Table", "TableError", "Variant", "load"]

DEFAULT = Path(__file__).with_name("releases.toml")
LOCKS = Path(__file__).with_name("locks")
DISTRIBUTIONS = ("tensorflow", "tensorflow-cpu", "tf-nightly", "tf-nightly-cpu")


@total_ordering
@dataclass(frozen=True, eq=True)
class Release:
    """One TensorFlow version and what is known about it; in order of version."""

    version: str
    minor: str
    uploaded: date
    pythons: tuple[str, ...]
    distribution: str
    keras: int
    locked_until: date
    download_mb: int
    installed_mb: int
    variants: tuple[str, ...] = ()
    candidate: bool = False
    elsewhere: str | None = None
    without: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()
    """The same Pythons as `pythons`, the table's preferred ones first."""
    era: bool = False
    locks: Path = LOCKS
    """The folder of its locks; elsewhere for a release that is in no table."""

    def __lt__(self, other: Release) -> bool:
        return Version(self.version) < Version(other.version)

    def __str__(self) -> str:
        return self.version


@dataclass(frozen=True)
class Variant:
    """The same release with another Keras: what is added to its lock, and to its environment."""

    name: str
    about: str
    adds: tuple[str, ...]
    env: Mapping[str, str]
    newer: Mapping[str, date]
    pythons: tuple[str, ...]
    locked_until: date | None = None
    locks: Path | None = None
    """The folder of a lock for each leg, where the variant is in no table."""

    def requirements(self, release: Release) -> list[str]:
        """What is added to the release's own requirements."""
        return [text.replace("{minor}", release.minor) for text in self.adds]


@dataclass(frozen=True)
class Table:
    """All of releases.toml, checked."""

    releases: tuple[Release, ...]
    candidates: tuple[Release, ...]
    lanes: tuple[str, ...]
    core_lanes: tuple[str, ...]
    variants: Mapping[str, Variant]
    eras: tuple[str, ...]
    always: tuple[str, ...]
    """Requirements of every leg."""
    newer: Mapping[str, date]
    """Packages of every leg that are younger than most releases, and until when they were uploaded."""
    driver_locked_until: date
    path: Path = DEFAULT

    @property
    def everything(self) -> tuple[Release, ...]:
        """Releases and candidates, in order of version."""
        return tuple(sorted((*self.releases, *self.candidates)))


def load(path: Path = DEFAULT) -> Table:
    """The table, or a TableError with the line and the remedy."""
    doc = Document(path)
    top = Section(doc, doc.data, "", 0)
    lanes = top.texts("lanes", lambda text: bool(re.fullmatch(r"3\.\d+", text)), 'a Python such as "3.10"')
    core = top.texts("core_lanes", lanes.__contains__, f"one of lanes ({', '.join(lanes)})")
    eras = top.texts("eras", lambda text: bool(re.fullmatch(r"\d+\.\d+", text)), 'a minor such as "2.10"')
    variants = {}
    for name in top.get("variant", dict, {}):
        variants[name] = _variant(Section(doc, doc.data["variant"][name], f"variant.{name}", 0), name, lanes)
    every = Section(doc, top.get("every_leg", dict), "every_leg", 0)
    always = every.texts("requirements", _is_requirement, "a requirement such as asv-runner==0.3.2")
    newer = _dates(every, "newer")
    every.done()
    driver_locked_until = top.get("driver_locked_until", date)
    top.get("release", list, [])
    top.get("candidate", list, [])
    top.done()
    rows: dict[str, list[Release]] = {"release": [], "candidate": []}
    lines: dict[str, int] = {}
    for kind, found in rows.items():
        tables = doc.data.get(kind, [])
        for index, row in enumerate(tables):
            section = Section(doc, row, kind, index)
            release = _release(section, lanes, eras, variants, candidate=kind == "candidate")
            # Candidates may stand beside the release of their own minor; two releases of a minor would be two answers.
            same = release.minor if kind == "release" else release.version
            if same in lines:
                raise section.error(
                    "version",
                    f"a second row for {same}, the first is on line {lines[same]}. "
                    "Keep the newest patch release of a minor and delete the other row.",
                )
            lines[same] = doc.line(kind, index, "version")
            found.append(release)
    if not rows["release"]:
        raise doc.error("there is no [[release]]. Restore the table: git checkout -- releases/releases.toml")
    for era in eras:
        if era not in {release.minor for release in rows["release"]}:
            raise top.error(
                "eras", f"eras names {era}, of which there is no [[release]]. Add that row or drop the era."
            )
    return Table(
        releases=tuple(sorted(rows["release"])),
        candidates=tuple(sorted(rows["candidate"])),
        lanes=lanes,
        core_lanes=core,
        variants=MappingProxyType(variants),
        eras=eras,
        always=always,
        newer=newer,
        driver_locked_until=driver_locked_until,
        path=path,
    )


def _release(
    row: Section, lanes: tuple[str, ...], eras: tuple[str, ...], variants: Mapping[str, Variant], *, candidate: bool
) -> Release:
    version = row.get("version", str)
    try:
        parsed = Version(version)
    except InvalidVersion:
        raise row.error(
            "version", f'version "{version}" is not a version. Write it as the index does: "2.15.1".'
        ) from None
    if len(parsed.release) != 3 or str(parsed) != version:
        raise row.error("version", f'version "{version}" is not written in full. Write all three numbers: "2.15.1".')
    if parsed.is_prerelease != candidate:
        right = "candidate" if parsed.is_prerelease else "release"
        raise row.error("version", f"{version} belongs in a [[{right}]]. Change the row's header to [[{right}]].")
    pythons = row.texts("pythons", lanes.__contains__, f"one of lanes ({', '.join(lanes)})")
    if list(pythons) != sorted(set(pythons), key=Version):
        raise row.error(
            "pythons", "pythons are not in order, or one is there twice. Write the oldest first, each once."
        )
    uploaded, until = row.get("uploaded", date), row.get("locked_until", date)
    if until <= uploaded:
        raise row.error(
            "locked_until",
            f"locked_until {until} is not later than uploaded {uploaded}: no lock could contain the release. "
            "Choose a day some weeks after the upload.",
        )
    known = ", ".join(variants) or "none"
    minor = f"{parsed.major}.{parsed.minor}"
    release = Release(
        version=version,
        minor=minor,
        uploaded=uploaded,
        pythons=pythons,
        distribution=row.choice("distribution", DISTRIBUTIONS),
        elsewhere=row.choice("elsewhere", DISTRIBUTIONS, None),
        without=row.texts("without", lambda text: bool(re.fullmatch(r"[a-z0-9-]+", text)), "a package's name", ()),
        keras=row.choice("keras", (2, 3)),
        locked_until=until,
        download_mb=row.positive("download_mb"),
        installed_mb=row.positive("installed_mb"),
        variants=row.texts("variants", variants.__contains__, f"a variant of this table ({known})", empty=True),
        candidate=candidate,
        lanes=tuple(lane for lane in lanes if lane in pythons),
        era=minor in eras and not candidate,
    )
    row.done()
    return release


def _variant(row: Section, name: str, lanes: tuple[str, ...]) -> Variant:
    if not re.fullmatch(r"[a-z][a-z0-9]*", name) or name == "plain":
        raise row.error(
            "", f"\"{name}\" cannot be a variant's name: it is part of a leg's id. Use small letters only, no dash."
        )
    env = row.get("env", dict, {})
    if bad := [key for key, value in env.items() if not isinstance(value, str)]:
        raise row.error("env", f"env.{bad[0]} has to be text in quotes. Put its value in quotes.")
    variant = Variant(
        name=name,
        about=row.get("about", str),
        adds=row.texts("requirements", _is_requirement, "a requirement such as keras>=3.15"),
        env=MappingProxyType(env),
        newer=_dates(row, "newer"),
        pythons=row.texts("pythons", lanes.__contains__, f"one of lanes ({', '.join(lanes)})", lanes),
        locked_until=row.get("locked_until", date, None),
    )
    row.done()
    return variant


def _dates(row: Section, key: str) -> Mapping[str, date]:
    found = row.get(key, dict, {})
    for name, value in found.items():
        if type(value) is not date:
            raise row.error(key, f"{key}.{name} = {value!r} has to be a date. Write it without quotes: 2026-11-01.")
    return MappingProxyType(found)


def _is_requirement(text: str) -> bool:
    try:
        Requirement(text.replace("{minor}", "2.16"))
    except InvalidRequirement:
        return False
    return True
