"""The search between two versions: it finds the pair, asks little, and says what it could not ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matrix.narrowing import CannotTell, narrow

VERSIONS = [f"2.{minor}.{patch}" for minor in range(3, 9) for patch in range(5)]


def search(
    versions: list[str], first_changed: str, broken: set[str] = frozenset(), misses: int = 99
) -> tuple[tuple[str, str], list[str], dict[str, str]]:
    asked: list[str] = []
    skipped: dict[str, str] = {}

    def changed(version: str) -> bool:
        asked.append(version)
        if version in broken:
            raise CannotTell("it is broken")
        return VERSIONS.index(version) >= VERSIONS.index(first_changed)

    pair = narrow(versions[0], versions[1:-1], versions[-1], changed, skipped, misses=misses)
    return pair, asked, skipped


@pytest.mark.parametrize("first", VERSIONS[1:])
def test_the_pair_is_found_wherever_it_lies(first: str) -> None:
    pair, asked, skipped = search(VERSIONS, first)
    assert pair == (VERSIONS[VERSIONS.index(first) - 1], first)
    assert len(asked) == len(set(asked)) <= 8
    assert not skipped


def test_where_minors_meet_comes_first() -> None:
    pair, asked, _ = search(["2.3.4", "2.4.0", "2.4.1", "2.4.2", "2.4.3", "2.4.4"], "2.4.0")
    assert (pair, asked) == (("2.3.4", "2.4.0"), ["2.4.0"])
    pair, asked, _ = search(VERSIONS[:10], "2.4.0")
    assert (pair, asked) == (("2.3.4", "2.4.0"), ["2.4.0", "2.3.4"])


@given(st.integers(1, len(VERSIONS) - 1), st.sets(st.sampled_from(VERSIONS[1:-1])))
def test_what_cannot_be_asked_widens_the_pair_and_is_named(place: int, broken: set[str]) -> None:
    pair, _, skipped = search(VERSIONS, VERSIONS[place], broken)
    able = [version for version in VERSIONS if version not in broken]
    low = max((one for one in able if VERSIONS.index(one) < place), key=VERSIONS.index)
    high = min((one for one in able if VERSIONS.index(one) >= place), key=VERSIONS.index)
    assert pair == (low, high)
    between = set(VERSIONS[VERSIONS.index(low) + 1 : VERSIONS.index(high)])
    assert between <= set(skipped) <= broken
    assert all(skipped[version] == "it is broken" for version in between)


def test_after_some_misses_in_a_row_the_rest_is_not_tried() -> None:
    pair, asked, skipped = search(VERSIONS, VERSIONS[12], set(VERSIONS), misses=3)
    assert (pair, len(asked)) == ((VERSIONS[0], VERSIONS[-1]), 3)
    assert set(skipped) == set(VERSIONS[1:-1])
    assert sum("not tried, after 3 in a row" in why for why in skipped.values()) == len(VERSIONS) - 2 - 3


def test_with_nothing_between_nothing_is_asked() -> None:
    assert search(["2.3.4", "2.4.0"], "2.4.0")[:2] == (("2.3.4", "2.4.0"), [])
