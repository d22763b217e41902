"""Builds of TensorFlow that are in no table: a version, `tf-nightly`, a wheel, a folder of wheels, an index.

What a person names is found here and becomes a :class:`Build`; nothing is installed, and only an index is asked.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timezone
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urldefrag, urlsplit

from packaging import tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import InvalidVersion, Version
from pypi_simple import DistributionPackage

from releases.index import NIGHTLIES, RELEASES, wheels_of
from releases.user_index import without_secrets

FAMILIES = {"tensorflow": RELEASES, "tf-nightly": NIGHTLIES, **{name: (name,) for name in (RELEASES[0], NIGHTLIES[0])}}
"""What can be named without a version, and where it is looked for."""
WHAT = "2.22.0rc0, tf-nightly, tf-nightly==2.23.0.dev20261026, a wheel (path or URL), a folder of wheels, or an index's URL"
_DIGITS = 8


class BuildError(RuntimeError):
    """There is no such build, or none that this machine could run: says why, and what there is."""


@dataclass(frozen=True)
class Build:
    """A build as it was found."""

    distribution: str
    version: Version
    requirement: str
    """What uv is asked for."""
    lanes: tuple[str, ...]
    """The Pythons asked for that it has a wheel for on this machine, in the order asked."""
    uploaded: date | None = None
    size_bytes: int | None = None
    """Of its wheel, where that is known."""
    index: str | None = None
    """Where it is, if not on the user's own index."""
    digest: str | None = None
    """Tells it from another build of the same version; None where a version is enough, or until its lock is made."""
    remarks: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The version under which its answers are kept: no two builds have the same."""
        if self.digest is None:
            return str(self.version)
        local = ".".join(filter(None, (self.version.local, self.digest[:_DIGITS])))
        return f"{self.version.public}+{local}"

    @property
    def is_file(self) -> bool:
        """Whether it is one wheel, and not a version on an index."""
        return " @ " in self.requirement

    @property
    def where(self) -> str:
        """Where it comes from, for people."""
        if self.is_file:
            return without_secrets(self.requirement.partition(" @ ")[2])
        return f"{self.requirement} from {without_secrets(self.index)}" if self.index else self.requirement


def find(spec: str | None, lanes: Sequence[str]) -> Build:
    """What a person means by ``spec``, nothing being TensorFlow's newest version, for one of these Pythons here.

    Raises :class:`BuildError`, or :class:`releases.index.IndexDown` where nothing can be known.
    """
    if spec is None:
        return _newest(RELEASES, lanes)
    name, _, version = (part.strip() for part in spec.partition("=="))
    if name in FAMILIES and version:
        return _exact(_version(version), FAMILIES[name], lanes)
    if name in FAMILIES:
        return _newest(FAMILIES[name], lanes)
    if "://" in spec:
        path = PurePosixPath(unquote(urlsplit(spec).path))
        return (
            _address(spec, path.name, lanes) if path.suffix == ".whl" else _newest((*RELEASES, *NIGHTLIES), lanes, spec)
        )
    path_here = Path(spec).expanduser()
    if path_here.is_dir():
        return _folder(path_here.resolve(), lanes)
    if path_here.suffix == ".whl":
        return _file(path_here.resolve(), lanes)
    wanted = _version(spec)
    return _exact(wanted, NIGHTLIES if wanted.is_devrelease else RELEASES, lanes)


def _version(text: str) -> Version:
    try:
        version = Version(text)
    except InvalidVersion:
        raise BuildError(f"{text!r} names no build. Name one: {WHAT}") from None
    if len(version.release) != 3:
        raise BuildError(f"{text!r} is no full version. Write all three numbers, such as 2.22.0rc0")
    return version


def _newest(distributions: Iterable[str], lanes: Sequence[str], index: str | None = None) -> Build:
    """The newest version with a wheel for one of these Pythons; newer ones that have none are remarked on."""
    found = _listed(distributions, index)
    where = without_secrets(index) if index else "the package index"
    if not found:
        raise BuildError(f"{where} has no {' or '.join(distributions)}. Name another build: {WHAT}")
    passed = []
    for version in sorted(found, reverse=True):
        for distribution, wheels in found[version].items():
            if any(one.is_yanked for one in wheels):
                passed.append(f"{distribution} {version} was yanked")
            elif build := _of(distribution, version, wheels, lanes, index):
                return replace(build, remarks=tuple(passed))
            else:
                passed.append(f"{distribution} {version} has no wheel for Python {_either(lanes)} on this machine")
    raise BuildError(f"{where} has no build that this machine could run: {passed[0]}. Others: --lanes, or {WHAT}")


def _exact(version: Version, distributions: Sequence[str], lanes: Sequence[str]) -> Build:
    found = _listed(distributions, None)
    if version not in found:
        near = sorted(one for one in found if one.release[:2] == version.release[:2])
        there = f"There are {', '.join(map(str, near[-8:]))}" if near else f"The newest is {max(found, default='none')}"
        raise BuildError(f"the package index has no {distributions[-1]} {version}. {there}")
    for distribution, wheels in found[version].items():
        if any(one.is_yanked for one in wheels):
            why = next((one.yanked_reason for one in wheels if one.yanked_reason), "no reason given")
            raise BuildError(f"{distribution} {version} was yanked ({why}). Name another build")
        if build := _of(distribution, version, wheels, lanes):
            return build
    raise BuildError(
        f"{distributions[-1]} {version} has no wheel for Python {_either(lanes)} on this machine. It has: "
        f"{', '.join(sorted(one.filename for own in found[version].values() for one in own)[:6])}. Another Python: --lanes"
    )


def _listed(distributions: Iterable[str], index: str | None) -> dict[Version, dict[str, list[DistributionPackage]]]:
    found: dict[Version, dict[str, list[DistributionPackage]]] = {}
    for distribution in distributions:
        for version, wheels in wheels_of(distribution, index).items():
            found.setdefault(version, {})[distribution] = wheels
    return found


def _of(
    distribution: str,
    version: Version,
    wheels: Sequence[DistributionPackage],
    lanes: Sequence[str],
    index: str | None = None,
) -> Build | None:
    fitting = {lane: one for lane in lanes for one in wheels if fits(one.filename, lane)}
    if not fitting:
        return None
    mine = fitting[next(iter(fitting))]
    times = [one.upload_time for one in fitting.values() if one.upload_time]
    return Build(
        distribution,
        version,
        f"{distribution}=={version}",
        tuple(fitting),
        max(times).astimezone(timezone.utc).date() if times else None,
        mine.size,
        index,
        # What another index calls 2.22.0rc0 need not be what the user's own calls so.
        (mine.digests.get("sha256") or _digest(index)) if index else None,
    )


def _address(url: str, filename: str, lanes: Sequence[str]) -> Build:
    bare, fragment = urldefrag(url)
    digest = fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else None
    return replace(_wheel(filename, bare, lanes), digest=digest)


def _file(path: Path, lanes: Sequence[str]) -> Build:
    if not path.is_file():
        raise BuildError(f"{path}: there is no such file. Name a build: {WHAT}")
    build = _wheel(path.name, path.as_uri(), lanes)
    with path.open("rb") as stream:
        digest = hashlib.sha256()
        while block := stream.read(1 << 20):
            digest.update(block)
    stat = path.stat()
    return replace(build, digest=digest.hexdigest(), uploaded=_day(stat.st_mtime), size_bytes=stat.st_size)


def _day(seconds: float) -> date:
    """The day of a file's time; today, where that lies in the future or in no calendar: clocks are set, and disks are wrong."""
    today = datetime.now(timezone.utc).date()
    try:
        return min(datetime.fromtimestamp(seconds, timezone.utc).date(), today)
    except (OverflowError, ValueError, OSError):
        return today


def _folder(folder: Path, lanes: Sequence[str]) -> Build:
    """The newest build in a folder, as bazel leaves them: by version, then by the time of the file."""
    found = []
    for path in folder.glob("*.whl"):
        try:
            name, version, _, _ = parse_wheel_filename(path.name)
        except InvalidWheelFilename:
            continue
        if _is_tensorflow(name) and any(fits(path.name, lane) for lane in lanes):
            found.append((version, path.stat().st_mtime_ns, path))
    if not found:
        raise BuildError(f"{folder} holds no wheel of TensorFlow for Python {_either(lanes)} on this machine")
    return _file(max(found)[2], lanes)


def _wheel(filename: str, url: str, lanes: Sequence[str]) -> Build:
    try:
        name, version, _, _ = parse_wheel_filename(filename)
    except (InvalidWheelFilename, InvalidVersion) as error:
        raise BuildError(f"{filename} is no wheel's name ({error}). Keep the name that it was built with") from None
    if not _is_tensorflow(name):
        raise BuildError(f"{filename} is a wheel of {name}, and not of TensorFlow")
    own = tuple(lane for lane in lanes if fits(filename, lane))
    if not own:
        raise BuildError(f"{filename} is not for Python {_either(lanes)} on this machine. Another Python: --lanes")
    return Build(name, version, f"{name} @ {url}", own)


def _is_tensorflow(name: str) -> bool:
    return "tensorflow" in name or name in NIGHTLIES


def fits(filename: str, lane: str) -> bool:
    """Whether a wheel can be installed on this machine into a (CPython) of this lane."""
    try:
        own = parse_wheel_filename(filename)[3]
    except (InvalidWheelFilename, InvalidVersion):
        return False
    return not own.isdisjoint(_supported(lane))


@functools.cache
def _supported(lane: str) -> frozenset[tags.Tag]:
    major, minor = map(int, lane.split("."))
    interpreter = f"cp{major}{minor}"
    # Named, because by default it is the running interpreter's own flags that are taken.
    abis = [interpreter, f"{interpreter}m"] if minor < 8 else [interpreter]
    platforms = list(tags.platform_tags())
    own = tags.cpython_tags((major, minor), abis, platforms)
    return frozenset((*own, *tags.compatible_tags((major, minor), interpreter, platforms)))


def _either(lanes: Sequence[str]) -> str:
    return " or ".join(lanes)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
