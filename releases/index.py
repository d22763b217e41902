"""Asks the package index about one TensorFlow version: when, for which Pythons, how large."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone

import requests
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version
from pypi_simple import ACCEPT_JSON_PREFERRED, DistributionPackage, PyPISimple
from pypi_simple.html import RepositoryPage

TIMEOUT_S = 60.0
RELEASES = ("tensorflow-cpu", "tensorflow")
"""Where releases and candidates are, the smaller wheel first."""
NIGHTLIES = ("tf-nightly-cpu", "tf-nightly")


class IndexProblem(RuntimeError):
    """The index was not reached, or does not have what was asked for: says which, and what to try."""


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
    with _client() as client:
        found: dict[Version, Listed] = {}
        for distribution in distributions:
            wheels: dict[Version, list[DistributionPackage]] = {}
            for file in _files(client, distribution):
                if file.package_type == "wheel" and (version := _version(file)):
                    wheels.setdefault(version, []).append(file)
            for version, own in wheels.items():
                lanes = sorted({lane for one in own for lane in _linux_lanes(one)}, key=Version)
                yanked = any(one.is_yanked for one in own)
                found.setdefault(version, Listed(version, distribution, tuple(lanes), yanked))
    return [found[version] for version in sorted(found)]


def lookup(version: str, distributions: Sequence[str] = RELEASES) -> Found:
    """The version's wheels for Linux x86-64, from the first of the distributions that has it."""
    with _client() as client:
        seen: set[Version] = set()
        for distribution in distributions:
            files = _files(client, distribution)
            seen |= {one for one in map(_version, files) if one}
            mine = [one for one in files if one.package_type == "wheel" and _version(one) == Version(version)]
            if mine:
                return _found(client, distribution, version, mine)
            if any(_version(one) == Version(version) for one in files):
                raise IndexProblem(f"{distribution} {version} has no wheels on the index. It cannot be a release here.")
    near = sorted(one for one in seen if one.release[:2] == Version(version).release[:2])
    there = f" There are {', '.join(map(str, near))}." if near else ""
    raise IndexProblem(
        f"the index has no TensorFlow {version}.{there} Name one that exists: nox -s new_release -- VERSION"
    )


def _client() -> PyPISimple:
    # uv's own settings, so that a mirror is named in one place only.
    endpoint = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL")
    return PyPISimple(endpoint) if endpoint else PyPISimple()


def _files(client: PyPISimple, distribution: str) -> list[DistributionPackage]:
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
        raise IndexProblem(
            f"the package index was not reached for {distribution} ({type(error).__name__}). "
            "Check the network, or name your mirror in UV_DEFAULT_INDEX, and run the command again."
        ) from error


def _found(client: PyPISimple, distribution: str, version: str, wheels: list[DistributionPackage]) -> Found:
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
    return Found(distribution, uploaded, tuple(lanes), round(_size(client, linux[lanes[0]]) / 1e6))


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


def _size(client: PyPISimple, wheel: DistributionPackage) -> int:
    if wheel.size is not None:
        return wheel.size
    try:
        answer = client.s.head(wheel.url, allow_redirects=True, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return int(answer.headers["Content-Length"])
    except (requests.RequestException, KeyError, ValueError) as error:
        raise IndexProblem(
            f"the index does not say how large {wheel.filename} is ({type(error).__name__}). Run the command again."
        ) from error
