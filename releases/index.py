"""Asks the package index about one TensorFlow version: when, for which Pythons, how large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone

import requests
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version
from pypi_simple import ACCEPT_JSON_PREFERRED, DistributionPackage, PyPISimple
from pypi_simple.html import RepositoryPage

from releases.user_index import default_index, first_indexes, without_secrets

TIMEOUT_S = 60.0
RELEASES = ("tensorflow-cpu", "tensorflow")
"""Where releases and candidates are, the smaller wheel first."""
NIGHTLIES = ("tf-nightly-cpu", "tf-nightly")


class IndexProblem(RuntimeError):
    """The index was not reached, or does not have what was asked for: says which, and what to try."""


class IndexDown(IndexProblem):
    """The index was not reached, or gave no answer that can be read: nothing is known of what it has."""


@dataclass(frozen=True)
class Found:
    """What the index knows of one version."""

    distribution: str
    uploaded: date
    pythons: tuple[str, ...]
    wheel_mb: int


@dataclass(frozen=True)
class Listed:
    """One version as the index lists it; `pythons` are the lanes with a wheel for Linux x86-64."""

    version: Version
    distribution: str
    pythons: tuple[str, ...]
    yanked: bool


def listed(distributions: Sequence[str] = RELEASES) -> list[Listed]:
    """Every version that the index has a wheel of, in order; of each the first distribution that has it."""
    found: dict[Version, Listed] = {}
    for distribution in distributions:
        for version, own in wheels_of(distribution).items():
            lanes = sorted({lane for one in own for lane in _linux_lanes(one)}, key=Version)
            yanked = any(one.is_yanked for one in own)
            found.setdefault(version, Listed(version, distribution, tuple(lanes), yanked))
    return [found[version] for version in sorted(found)]


def wheels_of(distribution: str, index: str | None = None) -> dict[Version, list[DistributionPackage]]:
    """The wheels of every version, on this index or else on the user's first that has any."""
    wheels: dict[Version, list[DistributionPackage]] = {}
    for file in _files(distribution, index):
        if file.package_type == "wheel" and (version := _version(file)):
            wheels.setdefault(version, []).append(file)
    return wheels


def lookup(version: str, distributions: Sequence[str] = RELEASES) -> Found:
    """The version's wheels for Linux x86-64, from the first of the distributions that has it."""
    seen: set[Version] = set()
    for distribution in distributions:
        files = _files(distribution)
        seen |= {one for one in map(_version, files) if one}
        mine = [one for one in files if one.package_type == "wheel" and _version(one) == Version(version)]
        if mine:
            return _found(distribution, version, mine)
        if any(_version(one) == Version(version) for one in files):
            raise IndexProblem(f"{distribution} {version} has no wheels on the index. It cannot be a release here.")
    near = sorted(one for one in seen if one.release[:2] == Version(version).release[:2])
    there = f" There are {', '.join(map(str, near))}." if near else ""
    raise IndexProblem(
        f"the index has no TensorFlow {version}.{there} Name one that exists: nox -s new_release -- VERSION"
    )


def _files(distribution: str, index: str | None = None) -> list[DistributionPackage]:
    """As uv does it: of several indexes the first that has the package, so that none can be put in another's place."""
    for one in [index] if index else [*first_indexes(), default_index()]:
        with PyPISimple(one) if one else PyPISimple() as client:
            if files := _asked(client, distribution):
                return files
    return []


def _asked(client: PyPISimple, distribution: str) -> list[DistributionPackage]:
    url = client.get_project_url(distribution)
    try:
        response = client.s.get(url, headers={"Accept": ACCEPT_JSON_PREFERRED}, timeout=TIMEOUT_S)
        if response.status_code == 404:
            return []
        response.raise_for_status()
        if "html" not in response.headers.get("Content-Type", ""):
            return client.get_project_page(distribution, timeout=TIMEOUT_S, accept=ACCEPT_JSON_PREFERRED).packages
        files = []
        # A mirror that speaks HTML may give the time of the upload as an attribute of the link.
        for link in RepositoryPage.from_html(response.text, base_url=url).links:
            file = DistributionPackage.from_link(link, distribution)
            when = link.get_str_attrib("data-upload-time")
            file.upload_time = datetime.fromisoformat(when.replace("Z", "+00:00")) if when else None
            files.append(file)
        return files
    except (requests.RequestException, ValueError) as error:
        raise IndexDown(
            f"the package index was not reached for {distribution} at {without_secrets(client.endpoint)} "
            f"({type(error).__name__}). Check the network, or name your mirror in UV_DEFAULT_INDEX, and run the command "
            "again."
        ) from error


def _found(distribution: str, version: str, wheels: list[DistributionPackage]) -> Found:
    if any(one.is_yanked for one in wheels):
        why = next((one.yanked_reason for one in wheels if one.yanked_reason), "no reason given")
        raise IndexProblem(f"{distribution} {version} was yanked ({why}). Choose the patch release that follows it.")
    linux = {lane: one for one in wheels for lane in _linux_lanes(one)}
    if not linux:
        raise IndexProblem(f"{distribution} {version} has no wheels for Linux x86-64. It cannot be a release here.")
    times = [one.upload_time for one in wheels if one.upload_time]
    if not times:
        raise IndexProblem(
            f"the index does not say when {distribution} {version} was uploaded. "
            "Ask another one (UV_DEFAULT_INDEX), or write the row in releases/releases.toml by hand."
        )
    uploaded = max(times).astimezone(timezone.utc).date()
    lanes = sorted(linux, key=Version)
    return Found(distribution, uploaded, tuple(lanes), round(size(linux[lanes[0]]) / 1e6))


def _linux_lanes(wheel: DistributionPackage) -> set[str]:
    try:
        tags = parse_wheel_filename(wheel.filename)[3]
    except InvalidWheelFilename:
        return set()
    return {
        f"{tag.interpreter[2]}.{tag.interpreter[3:]}"
        for tag in tags
        # cp313t is the free-threaded build, which is another lane.
        if tag.interpreter.startswith("cp") and not tag.abi.endswith("t")
        if tag.platform.startswith("manylinux") and tag.platform.endswith("x86_64")
    }


def _version(file: DistributionPackage) -> Version | None:
    try:
        return Version(file.version or "")
    except ValueError:
        return None


def size(wheel: DistributionPackage) -> int:
    """A wheel's size in bytes, as the index says or else as its server does."""
    if wheel.size is not None:
        return wheel.size
    try:
        answer = requests.head(wheel.url, allow_redirects=True, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return int(answer.headers["Content-Length"])
    except (requests.RequestException, KeyError, ValueError) as error:
        raise IndexProblem(
            f"the index does not say how large {wheel.filename} is ({type(error).__name__}). Run the command again."
        ) from error
