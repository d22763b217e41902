"""The table of releases loads, and every mistake in it is named with its line and a remedy."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from releases.legs import LegError, legs_of, parse_id
from releases.table import DEFAULT, TableError, load

GOOD = """\
lanes = ["3.10", "3.7"]
core_lanes = ["3.10"]
eras = ["2.10"]
driver_locked_until = 2026-11-16

[every_leg]
requirements = ["asv-runner==0.3.2"]

[variant.tfkeras]
about = "legacy"
requirements = ["tf-keras~={minor}.0"]
env = { TF_USE_LEGACY_KERAS = "1" }

[[release]]
version = "2.10.1"
uploaded = 2022-11-16
pythons = ["3.7", "3.10"]
distribution = "tensorflow-cpu"
keras = 2
locked_until = 2022-12-14
download_mb = 274
installed_mb = 976
variants = []

[[release]]
version = "2.9.3"
uploaded = 2022-11-16
pythons = ["3.7"]
distribution = "tensorflow-cpu"
keras = 2
locked_until = 2022-12-14
download_mb = 260
installed_mb = 950
variants = ["tfkeras"]
"""

MISTAKES = [
    # (what is changed, into what, the line to be named, words of the message)
    ('version = "2.10.1"', 'version = "2.10"', 15, "all three numbers"),
    ('version = "2.10.1"', 'version = "two"', 15, "is not a version"),
    ('version = "2.10.1"', "version = 2.10", 15, "has to be text in quotes"),
    ('version = "2.10.1"', 'version = "2.11.0rc1"', 15, "[[candidate]]"),
    ('version = "2.9.3"', 'version = "2.10.0"', 26, "second row for 2.10, the first is on line 15"),
    ('version = "2.9.3"\n', "", 25, "version is missing in [release]. Add it"),
    ("uploaded = 2022-11-16", 'uploaded = "2022-11-16"', 16, "has to be a date"),
    ("uploaded = 2022-11-16", "uploaded = 2022-11-16T00:00:00Z", 16, "has to be a date"),
    ('pythons = ["3.7", "3.10"]', 'pythons = ["3.7", "3.11"]', 17, "'3.11' in pythons is not one of lanes"),
    ('pythons = ["3.7", "3.10"]', 'pythons = ["3.10", "3.7"]', 17, "not in order"),
    ('pythons = ["3.7", "3.10"]', "pythons = []", 17, "pythons is empty"),
    ('pythons = ["3.7", "3.10"]', "pythons = [3.7]", 17, "3.7 in pythons is not"),
    ('distribution = "tensorflow-cpu"', 'distribution = "tensorflow-gpu"', 18, "Choose one of"),
    ("keras = 2", "keras = 4", 19, "Choose one of 2, 3"),
    ("keras = 2", "keras = true", 19, "has to be a whole number"),
    ("locked_until = 2022-12-14", "locked_until = 2022-11-16", 20, "not later than uploaded"),
    ("download_mb = 274", "download_mb = 0", 21, "above zero"),
    ("installed_mb = 976", "instaled_mb = 976", 14, "installed_mb is missing"),
    ("installed_mb = 976", "installed_mb = 976\nelswhere = 1", 23, "Did you mean elsewhere?"),
    ('variants = ["tfkeras"]', 'variants = ["tfkera"]', 34, "not a variant of this table (tfkeras)"),
    ('eras = ["2.10"]', 'eras = ["2.11"]', 3, "no [[release]]"),
    ('eras = ["2.10"]', "eras = 2", 3, "has to be a list"),
    ('core_lanes = ["3.10"]', 'core_lanes = ["3.13"]', 2, "not one of lanes"),
    ('lanes = ["3.10", "3.7"]', 'lanes = ["python3"]', 1, "not a Python"),
    ("[variant.tfkeras]", "[variant.tf-keras]", 9, "Use small letters only"),
    ("[variant.tfkeras]", "[variants.tfkeras]", 9, "Did you mean variant?"),
    ('"tf-keras~={minor}.0"', '"tf-keras=>1"', 11, "not a requirement"),
    ('KERAS = "1"', "KERAS = 1", 12, "has to be text in quotes"),
    ("driver_locked_until = 2026-11-16\n", "", 1, "driver_locked_until is missing"),
    ("[[release]]", "[release]", 25, "is not valid TOML"),
    ("keras = 2", "keras = ", 19, "is not valid TOML"),
    ("[every_leg]", "[[every_leg]]", 6, "has to be a table"),
    ("[every_leg]", "[everyleg]", 1, "every_leg is missing"),
]


def write(folder: Path, text: str) -> Path:
    path = folder / "releases.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_committed_table_is_complete() -> None:
    """One release per minor from 2.0 on without a gap, and the decisions that others build on."""
    table = load()
    assert [release.minor for release in table.releases[:22]] == [f"2.{minor}" for minor in range(22)]
    assert table.lanes[:2] == table.core_lanes == ("3.10", "3.7")
    for release in table.releases:
        assert set(release.pythons) & set(table.core_lanes), f"{release} runs on no core lane"
        assert release.keras == (2 if int(release.minor.split(".")[1]) < 16 else 3)
        assert bool(release.variants) == (release.keras == 3)


def test_a_good_table_loads_in_order_of_version(tmp_path: Path) -> None:
    table = load(write(tmp_path, GOOD))
    assert [release.version for release in table.releases] == ["2.9.3", "2.10.1"]
    assert table.releases[1].lanes == ("3.10", "3.7")
    assert table.releases[1].uploaded == date(2022, 11, 16)
    assert table.variants["tfkeras"].requirements(table.releases[0]) == ["tf-keras~=2.9.0"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.releases[0].version = "2.9.4"  # type: ignore[misc]


@pytest.mark.parametrize(("old", "new", "line", "words"), MISTAKES, ids=[f"{m[2]}-{m[3]}" for m in MISTAKES])
def test_a_mistake_names_its_line_and_the_remedy(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(TableError) as caught:
        load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:{line}: "), message
    assert words in message
    assert message.rstrip().count(". ") or "Did you mean" in message, f"no remedy: {message}"


def test_a_missing_or_binary_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"cannot be read .* git checkout"):
        load(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(TableError, match="not UTF-8"):
        load(tmp_path / "binary.toml")
    with pytest.raises(TableError, match=r"there is no \[\[release\]\]"):
        load(write(tmp_path, GOOD[: GOOD.index("[[release]]")]))


def test_ids_of_legs_lead_back_to_their_legs() -> None:
    table = load(DEFAULT)
    legs = [leg for release in table.everything for leg in legs_of(release, table)]
    assert len({leg.id for leg in legs}) == len(legs)
    for leg in legs:
        assert parse_id(leg.id, table) == leg
        assert leg.lock.is_file(), leg.lock


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tf2.15.1-py3.12", "Legs of 2.15.1: tf2.15.1-py3.10"),
        ("tf1.15.0-py3.7", "the table has no release 1.15.0. Releases: 2.0.4"),
        ("tf2.15.1-3.10", "Near it: tf2.15.1-py3.10"),
        ("", "python -m releases list"),
    ],
)
def test_a_wrong_id_says_what_exists(text: str, words: str) -> None:
    with pytest.raises(LegError) as caught:
        parse_id(text, load())
    assert words in str(caught.value)


def test_a_leg_has_the_tags_that_nox_selects_by() -> None:
    table = load()
    tags = {text: set(parse_id(text, table).tags) for text in ("tf2.10.1-py3.10", "tf2.10.1-py3.7", "tf2.20.0-py3.10")}
    assert tags["tf2.10.1-py3.10"] == {"tf2_10", "keras2", "py3.10", "eras"}
    assert tags["tf2.10.1-py3.7"] == {"tf2_10", "keras2", "py3.7", "eras", "overlap"}
    assert tags["tf2.20.0-py3.10"] == {"tf2_20", "keras3", "py3.10"}
    legacy = parse_id("tf2.21.0-py3.12-tfkeras", table)
    assert set(legacy.tags) == {"tf2_21", "keras2", "py3.12", "eras", "overlap", "tfkeras"}
    assert legacy.env == {"TF_USE_LEGACY_KERAS": "1"}
    assert legacy.lock.name == "tf2.21.0-tfkeras.txt"
