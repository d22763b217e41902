"""The timeline: the same bytes everywhere, hashes that never change, and git's own words over it."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from matrix import timeline
from matrix.paths import UsageError
from releases import table as tables

TABLE = tables.load()
PINNED = {"2.0.4": "64578c25757e", "2.15.1": "59efe6a56f3d", "2.21.0": "150de6c88b92"}


@pytest.fixture(autouse=True)
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matrix.locking.BUILD", tmp_path / "build")


def build(folder: Path, table: tables.Table = TABLE, with_results: tuple[str, ...] = ()) -> tuple[dict[str, str], str]:
    return timeline.ensure(table, folder, with_results)


def git(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> list[str]:
    done = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def with_release(
    like: str, version: str, day: date, table: tables.Table = TABLE, instead: bool = False
) -> tables.Table:
    """The table with a row more; or with that row in the place of the one it is like, as a new patch release has it."""
    old = next(release for release in table.everything if release.version == like)
    minor = ".".join(version.split(".")[:2])
    new = dataclasses.replace(old, version=version, minor=minor, uploaded=day, candidate="rc" in version)
    kept = tuple(release for release in table.releases if not (instead and release == old))
    if new.candidate:
        return dataclasses.replace(table, candidates=tuple(sorted((*table.candidates, new))))
    return dataclasses.replace(table, releases=tuple(sorted((*kept, new))))


def test_two_fresh_builds_are_the_same_whatever_the_time_zone_and_gits_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = build(tmp_path / "a")
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[user]\nname = Somebody\nemail = s@example.org\n[commit]\ngpgsign = true\n[core]\nautocrlf = true\n"
        "useReplaceRefs = false\n[init]\ndefaultBranch = trunk\n[i18n]\ncommitEncoding = latin1\n"
    )
    for name, value in {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_AUTHOR_DATE": "2001-01-01",
        "GIT_COMMITTER_NAME": "Somebody",
        "GIT_DIR": str(tmp_path / "elsewhere"),
    }.items():
        monkeypatch.setenv(name, value)
    second, _ = build(tmp_path / "b")
    monkeypatch.undo()
    assert first == second
    refs = [git(tmp_path / name, "for-each-ref", "--format=%(refname)=%(objectname)") for name in "ab"]
    assert refs[0] == refs[1]
    objects = [sorted(git(tmp_path / name, "cat-file", "--batch-check", "--batch-all-objects")) for name in "ab"]
    assert objects[0] == objects[1]


def test_these_hashes_are_in_results_of_other_machines_and_can_never_change(tmp_path: Path) -> None:
    hashes, _ = build(tmp_path / "a")
    assert {version: hashes[version][:12] for version in ("2.0.4", "2.15.1", "2.21.0")} == PINNED


def test_the_releases_are_in_order_of_version_with_tags_and_their_own_days(tmp_path: Path) -> None:
    hashes, _ = build(tmp_path / "a")
    releases = [release.version for release in TABLE.releases]
    assert git(tmp_path / "a", "rev-list", "--reverse", "--first-parent", "releases") == [hashes[v] for v in releases]
    assert git(tmp_path / "a", "rev-parse", "v2.15.1") == [hashes["2.15.1"]]
    day = next(release.uploaded for release in TABLE.releases if release.version == "2.15.1")
    assert git(tmp_path / "a", "log", "-1", "--format=%as %cs", "v2.15.1") == [str(day)] * 2
    assert git(tmp_path / "a", "show", "v2.15.1:leg") == ["tf2.15.1-py{lane}"]


def test_a_range_of_releases_is_a_range_of_commits(tmp_path: Path) -> None:
    hashes, _ = build(tmp_path / "a")
    between = git(tmp_path / "a", "rev-list", "--first-parent", "v2.14.1..v2.17.1")
    assert between == [hashes["2.17.1"], hashes["2.16.2"], hashes["2.15.1"]]
    # In asv's page: order and place on the axis.
    axis = [
        hash
        for hash in git(tmp_path / "a", "rev-list", "--all", "--date-order", "--reverse")
        if hash in hashes.values()
    ]
    assert axis == list(hashes.values())


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    build(tmp_path / "a")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")}
    assert "up to date" in build(tmp_path / "a")[1]
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")}


@pytest.mark.parametrize(
    ("like", "version", "day", "instead"),
    [
        ("2.21.0", "2.22.0", date(2026, 12, 1), False),
        ("2.15.1", "2.15.2", date(2026, 12, 1), True),
        ("2.22.0rc0", "2.22.0rc1", date(2026, 10, 20), False),
        ("2.22.0rc0", "2.15.2rc0", date(2026, 10, 20), False),
    ],
)
def test_it_only_grows(tmp_path: Path, like: str, version: str, day: date, instead: bool) -> None:
    before, _ = build(tmp_path / "a")
    table = with_release(like, version, day, instead=instead)
    after, done = build(tmp_path / "a", table)
    assert {name: hash for name, hash in after.items() if name != version} == before
    assert "1 releases are new" in done
    fresh, _ = build(tmp_path / "fresh", table)
    assert (
        fresh.items() <= after.items()
    )  # elsewhere it is the same, but for the release that is no longer in the table
    assert set(after) - set(fresh) == ({like} if instead else set())
    branch = "candidates" if "rc" in version else "releases"
    assert after[version] in git(tmp_path / "a", "rev-list", branch)


def test_a_patch_release_comes_in_its_place_although_it_is_the_latest(tmp_path: Path) -> None:
    hashes, _ = build(tmp_path / "a", with_release("2.15.1", "2.15.2", date(2026, 12, 1)))
    order = git(tmp_path / "a", "rev-list", "--reverse", "v2.14.1..v2.16.2")
    assert order == [hashes["2.15.1"], hashes["2.15.2"], hashes["2.16.2"]]


def test_candidates_are_on_a_branch_of_their_own(tmp_path: Path) -> None:
    hashes, _ = build(tmp_path / "a")
    for candidate in TABLE.candidates:
        assert hashes[candidate.version] not in git(tmp_path / "a", "rev-list", "releases")
        assert hashes[candidate.version] in git(tmp_path / "a", "rev-list", "candidates")
    none = dataclasses.replace(TABLE, candidates=())
    hashes, _ = build(tmp_path / "b", none)
    assert git(tmp_path / "b", "rev-parse", "candidates") == [
        hashes["2.21.0"]
    ]  # asv wants every branch that it is told of


@pytest.mark.parametrize(
    "damage", ["a commit of somebody", "a tag moved", "an object gone", "no repository", "no HEAD"]
)
def test_a_dirty_timeline_is_built_again_and_it_says_why(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "a"
    hashes, _ = build(folder)
    if damage == "a commit of somebody":
        git(folder, "update-ref", "refs/heads/mine", hashes["2.15.1"])
    elif damage == "a tag moved":
        git(folder, "update-ref", "refs/tags/v2.15.1", hashes["2.16.2"])
    elif damage == "an object gone":
        (folder / "objects" / hashes["2.15.1"][:2] / hashes["2.15.1"][2:]).unlink()
    elif damage == "no HEAD":
        (folder / "HEAD").unlink()
    else:
        subprocess.run(["rm", "-rf", str(folder)], check=True)
        folder.mkdir()
    again, done = build(folder, with_results=(hashes["2.15.1"],))
    assert again == hashes
    assert "built with 23 releases" in done
    assert any(word in done for word in ("damaged", "did not put there", "tags were changed"))
    assert "up to date" in build(folder)[1]


def test_a_rebuild_that_would_lose_results_is_refused(tmp_path: Path) -> None:
    hashes, _ = build(tmp_path / "a")
    newer = with_release("2.15.1", "2.15.2", date(2026, 12, 1), instead=True)
    subprocess.run(["rm", "-rf", str(tmp_path / "a")], check=True)
    with pytest.raises(
        UsageError, match=r"results of 1 commits that are in no timeline.*nox -s new_release.*nox -s timeline"
    ):
        build(tmp_path / "a", newer, (hashes["2.15.1"],))


def test_a_changed_day_would_lose_results_and_is_refused(tmp_path: Path) -> None:
    hashes, _ = build(tmp_path / "a")
    moved = with_release("2.15.1", "2.15.1", date(2024, 3, 9), instead=True)
    with pytest.raises(UsageError, match=r"2\.15\.1 was uploaded on 2024-03-08.*Put 2024-03-08 back"):
        build(tmp_path / "a", moved, (hashes["2.15.1"],))
    assert build(tmp_path / "a", moved)[0]["2.15.1"] != hashes["2.15.1"]  # without results nothing is lost


def test_without_git_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="Install git"):
        build(tmp_path / "a")
