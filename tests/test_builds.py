"""What people name is found on an index, as a file or at an address; what is not there is one clear error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version
from standin_index import LANE, TAG, StandinIndex, serve, standin, use, wheel

from releases import builds, locked, table
from releases.builds import BuildError, find
from releases.index import IndexDown

LANES = (LANE,)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandinIndex]:
    made = StandinIndex(tmp_path / "index")
    wheel(made.folder, "asv-runner", "0.3.2", {"asv_runner.py": ""})
    standin(made.folder, "2.98.0")
    standin(made.folder, "2.99.0rc0")
    standin(made.folder, "2.99.0rc1", tag="cp27-none-any")
    made.add(standin(made.folder, "2.99.0rc2"), yanked="broken gradients")
    made.nightly("20261001")
    with serve(made):
        use(made, monkeypatch, tmp_path / "cache")
        yield made


@pytest.mark.usefixtures("index")
def test_without_a_name_it_is_the_newest_that_can_run_here_and_what_was_passed_over_is_said() -> None:
    found = find(None, LANES)
    assert (found.label, found.requirement, found.lanes) == ("2.99.0rc0", "tensorflow==2.99.0rc0", LANES)
    assert str(found.uploaded) == "2026-10-01"
    assert found.remarks == (
        "tensorflow 2.99.0rc2 was yanked",
        f"tensorflow 2.99.0rc1 has no wheel for Python {LANE} on this machine",
    )


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(
    ("spec", "requirement"),
    [
        ("2.98.0", "tensorflow==2.98.0"),
        ("tensorflow==2.99.0rc0", "tensorflow==2.99.0rc0"),
        ("tf-nightly", "tf-nightly==2.99.0.dev20261001"),
        ("2.99.0.dev20261001", "tf-nightly==2.99.0.dev20261001"),
    ],
)
def test_versions_are_found_where_they_are(spec: str, requirement: str) -> None:
    assert find(spec, LANES).requirement == requirement


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("2.99.0rc7", "has no tensorflow 2.99.0rc7. There are 2.99.0rc0, 2.99.0rc1, 2.99.0rc2"),
        ("2.97.0", "The newest is 2.99.0rc2"),
        ("2.99.0rc2", "was yanked (broken gradients)"),
        ("2.99.0rc1", "has no wheel for Python"),
        ("2.99", "Write all three numbers"),
        ("newest", "names no build. Name one: 2.22.0rc0, tf-nightly"),
        ("nowhere/tensorflow-2.99.0-cp310-cp310-linux_x86_64.whl", "there is no such file"),
        ("https://host.test/six-1.0-py3-none-any.whl", "and not of TensorFlow"),
        ("https://host.test/tensorflow-nonsense.whl", "is no wheel's name"),
        ("https://host.test/tensorflow-2.99.0-cp27-cp27m-win32.whl", "is not for Python"),
        ("tf-nightly-cpu", "has no tf-nightly-cpu"),
    ],
)
def test_what_cannot_be_had_is_one_clear_error(spec: str, words: str) -> None:
    with pytest.raises(BuildError) as caught:
        find(spec, LANES)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_index_that_is_down_is_told_from_one_that_has_nothing(
    index: StandinIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BuildError, match="has no tf-nightly-cpu"):
        find("tf-nightly-cpu", LANES)
    assert index.url
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://me:secret@127.0.0.1:9/simple/")
    with pytest.raises(
        IndexDown, match=r"was not reached for tf-nightly-cpu at http://127\.0\.0\.1:9/simple/"
    ) as caught:
        find("tf-nightly-cpu", LANES)
    assert "secret" not in str(caught.value)


def test_another_index_is_asked_for_anything_of_tensorflow(index: StandinIndex, tmp_path: Path) -> None:
    other = StandinIndex(tmp_path / "other")
    standin(other.folder, "2.99.0rc0")
    with serve(other):
        found = find(other.url, LANES)
    assert (found.version, found.index) == (Version("2.99.0rc0"), other.url)
    # The user's own index has a version of that name as well, which is another build.
    assert found.label != find("2.99.0rc0", LANES).label
    assert found.label.startswith("2.99.0rc0+")
    assert index.url != other.url


def test_a_wheel_is_what_is_in_it_and_not_its_name(tmp_path: Path) -> None:
    first = find(str(standin(tmp_path, "2.99.0")), LANES)
    second = find(str(standin(tmp_path, "2.99.0", body="twice = None")), LANES)
    assert first.version == second.version
    assert first.label != second.label
    assert Version(first.label) > Version("2.99.0")


def test_a_folder_is_its_newest_wheel_of_tensorflow(tmp_path: Path) -> None:
    for version in ("2.98.0", "2.99.0", "2.99.0rc1"):
        standin(tmp_path, version)
    wheel(tmp_path, "six", "9.9", {})
    (tmp_path / "tensorflow-nonsense.whl").write_text("")
    assert find(str(tmp_path), LANES).version == Version("2.99.0")
    with pytest.raises(BuildError, match="holds no wheel of TensorFlow"):
        find(str(tmp_path), ("2.7",))


@pytest.mark.parametrize(
    ("name", "lane", "fits"),
    [
        ("tensorflow-2.22.0-cp310-cp310-{0}.whl", "3.10", True),
        ("tensorflow-2.22.0-cp310-cp310-{0}.whl", "3.11", False),
        ("tensorflow-2.22.0-cp37-cp37m-{0}.whl", "3.7", True),
        ("tensorflow-2.22.0-cp313-cp313t-{0}.whl", "3.13", False),
        ("tensorflow-2.22.0-py3-none-any.whl", "3.12", True),
        ("tensorflow-2.22.0-cp310-cp310-solaris_10_sparc.whl", "3.10", False),
        ("tensorflow.whl", "3.10", False),
    ],
)
def test_a_wheel_fits_a_python_on_this_machine_or_not(name: str, lane: str, fits: bool) -> None:
    from packaging.tags import platform_tags

    assert builds.fits(name.format(next(iter(platform_tags()))), lane) == fits


def lock_of(spec: str, folder: Path) -> tuple[str, str, bool]:
    """A build's label, its lock, and whether that was made just now."""
    made = replace(table.load(), always=("asv-runner==0.3.2",))
    row, new = locked.release(find(spec, LANES), LANE, Path(sys.executable), made, folder)
    return row.version, (folder / f"tf{row.version}.txt").read_text(encoding="utf-8"), new


def pins(text: str) -> set[str]:
    return {line.split()[0] for line in text.splitlines() if "==" in line}


def test_only_tensorflow_and_keras_may_be_pre_releases(index: StandinIndex, tmp_path: Path) -> None:
    for version in ("1.0", "2.0rc1"):
        wheel(index.folder, "other", version, {})
    wheel(index.folder, "keras-nightly", "3.99.0.dev2026100101", {})
    standin(index.folder, "2.99.0rc3", requires=("other", "keras-nightly>=3.99.0.dev0"))
    label, text, new = lock_of("2.99.0rc3", tmp_path / "locks")
    assert (label, new) == ("2.99.0rc3", True)
    assert pins(text) == {
        *("tensorflow==2.99.0rc3", "other==1.0", "keras-nightly==3.99.0.dev2026100101", "asv-runner==0.3.2")
    }
    assert text.count("--hash=sha256:") == 4
    # What is locked stays locked, whatever appears on the index.
    wheel(index.folder, "other", "1.1", {})
    assert lock_of("2.99.0rc3", tmp_path / "locks") == (label, text, False)


def test_what_is_needed_only_as_a_pre_release_does_not_resolve(index: StandinIndex, tmp_path: Path) -> None:
    wheel(index.folder, "other", "2.0rc1", {})
    standin(index.folder, "2.99.0rc3", requires=("other",))
    with pytest.raises(locked.DoesNotResolve, match="other"):
        lock_of("2.99.0rc3", tmp_path / "locks")
    assert not (tmp_path / "locks").exists()


def test_an_index_that_goes_down_in_the_middle_is_not_the_builds_fault(
    index: StandinIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = find("2.99.0rc0", LANES)
    assert index.url
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple/")
    with pytest.raises(IndexDown, match=r"was not reached while tensorflow==2\.99\.0rc0 was resolved"):
        locked.release(build, LANE, Path(sys.executable), table.load(), tmp_path)


@pytest.mark.usefixtures("index")
def test_wheels_and_addresses_are_locked_by_their_hash(index: StandinIndex, tmp_path: Path) -> None:
    path = index.folder / f"tensorflow-2.99.0rc0-{TAG}.whl"
    by_file, text, _ = lock_of(str(path), tmp_path / "locks")
    by_address, _, new = lock_of(index.url.replace("simple/", f"files/{path.name}"), tmp_path / "locks")
    assert f"tensorflow @ {path.as_uri()}" in text
    # The same bytes: the same build, wherever they lie.
    assert (by_address, new) == (by_file, False)


@pytest.mark.skipif(os.name == "nt", reason="paths are POSIX here")
def test_an_address_is_shown_without_its_secrets() -> None:
    name = f"tensorflow-2.99.0-{TAG}.whl"
    shown = find(f"https://me:secret@host.test/{name}?token=1", LANES).where
    assert shown == f"https://host.test/{name}"
