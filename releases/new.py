"""Adds a TensorFlow version: asks the index, makes the locks, and then writes its row into releases.toml."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from packaging.version import InvalidVersion, Version

from releases import lock
from releases.index import Found, IndexProblem, lookup
from releases.legs import lock_path
from releases.table import LOCKS, Release, Table, load

REST_MB = 65  # what a leg of 2.20 to 2.22 downloads beside TensorFlow's own wheel, measured
WEEKS = 4


class NewReleaseError(RuntimeError):
    """The version cannot be added: says why, and what to do. Nothing was changed."""


@dataclass(frozen=True)
class _Block:
    """The lines of one [[release]] or [[candidate]] in the text of the table."""

    kind: str
    version: Version
    start: int
    end: int


def add(version: str, table: Table, folder: Path = LOCKS, today: date | None = None) -> list[str]:
    """Adds the row and its locks; gives back what was done, a line each."""
    parsed = _allowed(version, table)
    try:
        found = lookup(str(parsed))
    except IndexProblem as error:
        raise NewReleaseError(str(error)) from error
    release = release_of(parsed, found, table, today or datetime.now(timezone.utc).date())
    said = []
    with tempfile.TemporaryDirectory() as made:
        try:
            paths = [lock.make(release, table, None, Path(made))]
        except lock.LockError as error:
            raise NewReleaseError(f"{error}\nThe table was not changed.") from error
        variants = []
        # A candidate depends on keras-nightly, whose files the variants' Keras would overwrite.
        for name in () if release.candidate else _newest(table).variants:
            try:
                paths.append(lock.make(release, table, table.variants[name], Path(made)))
                variants.append(name)
            except lock.LockError:
                # tf-keras of a new minor comes days after it.
                said.append(f"left out the variant {name}, which does not resolve yet: add it to the row later")
        release = replace(release, variants=tuple(variants))
        text, gone = _edited(table.path.read_text(encoding="utf-8"), release)
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            lock.write(folder / path.name, path.read_text(encoding="utf-8"))
    lock.write(table.path, text)
    for old in gone:
        stale = [lock_path(old, None, folder), *(lock_path(old, one, folder) for one in table.variants.values())]
        for path in stale:
            path.unlink(missing_ok=True)
        said.append(f"took out {old.version}, which it replaces")
    load(table.path)  # what was written has to be readable
    said.append(
        f"added {release.version} ({release.distribution}, Python {', '.join(release.pythons)}) to {table.path.name}"
    )
    return said + [f"made {folder.name}/{path.name}" for path in paths]


def _allowed(version: str, table: Table) -> Version:
    try:
        parsed = Version(version)
    except InvalidVersion:
        raise NewReleaseError(f'"{version}" is not a version. Write it in full: nox -s new_release -- 2.22.0') from None
    if len(parsed.release) != 3 or parsed.local or parsed.epoch:
        raise NewReleaseError(f'"{version}" is not a full version. Write all three numbers, such as 2.22.0.')
    for row in table.everything:
        if Version(row.version) == parsed:
            raise NewReleaseError(f"{parsed} is in the table already. To make its lock again: nox -s lock -- {parsed}")
        if not row.candidate and row.minor == f"{parsed.major}.{parsed.minor}" and Version(row.version) > parsed:
            raise NewReleaseError(
                f"the table has {row.version}, newer than {parsed}, and holds the newest patch of a minor only. "
                "To go back on purpose, edit its row in releases/releases.toml, then: nox -s lock -- " + str(parsed)
            )
    return parsed


def release_of(version: Version, found: Found, table: Table, today: date) -> Release:
    """The row of a version that the index has."""
    pythons = tuple(lane for lane in found.pythons if lane in table.lanes)
    if not pythons:
        raise NewReleaseError(
            f"{version} has wheels for Python {', '.join(found.pythons)} only, and none of them is a lane. "
            "Add one to `lanes` in releases/releases.toml and run the command again."
        )
    newest = _newest(table)
    download = found.wheel_mb + REST_MB
    return Release(
        version=str(version),
        minor=f"{version.major}.{version.minor}",
        uploaded=found.uploaded,
        pythons=pythons,
        distribution=found.distribution,
        elsewhere="tensorflow" if found.distribution == "tensorflow-cpu" else None,
        keras=3 if version.release >= (2, 16) else 2,
        # A date in the future would give another lock tomorrow.
        locked_until=max(min(found.uploaded + timedelta(weeks=WEEKS), today), found.uploaded + timedelta(days=1)),
        download_mb=download,
        # Not measured yet: unpacked in the newest release's proportion.
        installed_mb=round(download * newest.installed_mb / newest.download_mb),
        candidate=version.is_prerelease,
        lanes=tuple(lane for lane in table.lanes if lane in pythons),
        era=not version.is_prerelease and f"{version.major}.{version.minor}" in table.eras,
    )


def _newest(table: Table) -> Release:
    return table.releases[-1]


def _row(release: Release) -> list[str]:
    def texts(values: tuple[str, ...]) -> str:
        return f"[{', '.join(f'{chr(34)}{value}{chr(34)}' for value in values)}]"

    lines = [
        "[[candidate]]" if release.candidate else "[[release]]",
        f'version = "{release.version}"',
        f"uploaded = {release.uploaded}",
        f"pythons = {texts(release.pythons)}",
        f'distribution = "{release.distribution}"',
        f'elsewhere = "{release.elsewhere}"' if release.elsewhere else "",
        f"keras = {release.keras}",
        f"locked_until = {release.locked_until}",
        f"download_mb = {release.download_mb}",
        f"installed_mb = {release.installed_mb}",
        f"variants = {texts(release.variants)}",
    ]
    return [line for line in lines if line]


def _edited(text: str, release: Release) -> tuple[str, list[Release]]:
    """The table's text with the new row in order of version, and the rows it replaced; the rest keeps its bytes."""
    lines = text.splitlines()
    version = Version(release.version)
    gone = []
    for block in reversed(_blocks(lines)):
        # A release replaces its minor's older patch and candidates; a candidate replaces the candidates before it.
        replaced = block.version.release[:2] == version.release[:2] and block.version < version
        if replaced and (not release.candidate or block.kind == "candidate"):
            end = block.end + 1 if block.end < len(lines) and not lines[block.end] else block.end
            del lines[block.start : end]
            gone.append(replace(release, version=str(block.version)))
    kind = "candidate" if release.candidate else "release"
    # Before the first of its kind that is newer; candidates stand below all releases.
    later = [one for one in _blocks(lines) if one.kind == kind and one.version > version]
    if not later and kind == "release":
        later = [one for one in _blocks(lines) if one.kind == "candidate"]
    if later:
        at = later[0].start
        lines[at:at] = [*_row(release), ""]
    else:
        while lines and not lines[-1].strip():
            lines.pop()
        lines += ["", *_row(release)]
    return "\n".join(lines).rstrip("\n") + "\n", gone


def _blocks(lines: list[str]) -> list[_Block]:
    blocks = []
    for start, line in enumerate(lines):
        if header := re.match(r"\s*\[\[(release|candidate)\]\]", line):
            end = start + 1
            while end < len(lines) and lines[end].strip() and not lines[end].lstrip().startswith("["):
                end += 1
            text = "\n".join(lines[start:end])
            version = re.search(r'^\s*version\s*=\s*"([^"]+)"', text, re.MULTILINE)
            if version:
                blocks.append(_Block(header[1], Version(version[1]), start, end))
    return blocks
