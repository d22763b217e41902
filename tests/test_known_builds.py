"""What is kept of builds that are in no table: read back as it was, and nobody else's."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from matrix.known_builds import ASKED, KnownBuild, KnownBuilds, with_candidates
from matrix.paths import UsageError
from releases.table import load


def build(version: str, distribution: str = "tf-nightly") -> KnownBuild:
    return KnownBuild(
        version, "3.12", distribution, f"{distribution}=={version}", "2026-10-01", ASKED, "2026-10-02T03:04:05Z"
    )


def test_builds_come_back_in_order_of_version(tmp_path: Path) -> None:
    known = KnownBuilds(tmp_path, "3.12")
    for version in ("2.99.0.dev20261010", "2.99.0.dev20261009", "2.98.0rc1"):
        known.keep(build(version))
    assert [one.version for one in known.read()] == ["2.98.0rc1", "2.99.0.dev20261009", "2.99.0.dev20261010"]
    assert known.get("2.98.0rc1") == build("2.98.0rc1")
    assert KnownBuilds(tmp_path, "3.11").read() == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"known_version": 1, "version": "1"}', "\x00"])
def test_a_damaged_file_is_a_build_that_nobody_asked(tmp_path: Path, text: str) -> None:
    known = KnownBuilds(tmp_path, "3.12")
    known.keep(build("2.98.0rc1"))
    (known.folder / "2.98.0rc1.json").write_text(text)
    assert known.read() == []


def test_a_newer_file_is_refused_and_kept(tmp_path: Path) -> None:
    known = KnownBuilds(tmp_path, "3.12")
    known.keep(build("2.98.0rc1"))
    path = known.folder / "2.98.0rc1.json"
    newer = json.dumps({**json.loads(path.read_text()), "known_version": 99})
    path.write_text(newer)
    with pytest.raises(UsageError, match="written by a newer tfdrift"):
        known.read()
    assert path.read_text() == newer


def test_only_a_version_of_a_nightly_is_one_of_a_series() -> None:
    assert build("2.99.0.dev20261009").nightly
    assert not build("2.99.0.dev20261009+1a2b3c4d").nightly
    assert not build("2.99.0rc0", "tensorflow").nightly


def test_a_build_takes_the_place_of_the_row_of_its_version(tmp_path: Path) -> None:
    table = load()
    known = KnownBuilds(tmp_path, "3.12")
    own = known.release(build("2.22.0rc0", "tensorflow-cpu"), table)
    nightly = known.release(build("2.23.0.dev20261026"), table)
    rows = with_candidates(table, [nightly, own]).candidates
    assert [row.version for row in rows] == ["2.22.0rc0", "2.23.0.dev20261026"]
    assert all((row.lanes, row.candidate, row.locks) == (("3.12",), True, known.locks) for row in rows)


@pytest.mark.parametrize(
    "change",
    [{"version": "../../x"}, {"uploaded": "soon"}, {"uploaded": 7}, {"version": None}, {"version": "2.98.0rc2"}],
)
def test_a_build_that_is_none_was_never_asked(change: dict[str, Any], tmp_path: Path) -> None:
    known = KnownBuilds(tmp_path, "3.12")
    known.keep(build("2.98.0rc1"))
    path = known.folder / "2.98.0rc1.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    (known.folder / "deep.json").write_bytes(b"[" * 200_000)
    os.mkfifo(known.folder / "pipe.json")
    assert known.read() == []
