"""Where between two versions something changed: halving, with versions left out that cannot be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from packaging.version import Version


class CannotTell(RuntimeError):
    """A version cannot be asked, or its answer does not decide: says why. Its neighbours are asked instead."""


def narrow(
    good: str, between: Sequence[str], bad: str, changed: Callable[[str], bool], skipped: dict[str, str], *, misses: int
) -> tuple[str, str]:
    """The last version that is as ``good`` is and the first that is not, of those between which ``changed`` can tell.

    ``between`` is in order and has neither end. What could not be asked is added to ``skipped`` with the reason; after
    ``misses`` such versions in a row, the rest is left as it is.
    """
    left, in_a_row = list(between), 0
    while left and in_a_row < misses:
        middle = _next(good, left, bad)
        try:
            if changed(left[middle]):
                bad, left = left[middle], left[:middle]
            else:
                good, left = left[middle], left[middle + 1 :]
            in_a_row = 0
        except CannotTell as error:
            skipped[left.pop(middle)] = str(error)
            in_a_row += 1
    skipped.update((version, f"not tried, after {misses} in a row could not be asked") for version in left)
    return good, bad


def _next(good: str, left: Sequence[str], bad: str) -> int:
    """Which to ask: where minors meet, since patches seldom change an answer and each costs a virtualenv; else the middle."""
    minors = [Version(one).release[:2] for one in (good, *left, bad)]
    meet = [place for place in range(len(left) + 1) if minors[place] != minors[place + 1]]
    if not meet:
        return len(left) // 2
    return min(meet[(len(meet) - 1) // 2], len(left) - 1)
