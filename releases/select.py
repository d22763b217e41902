"""Chooses releases as people name them (`2.15`, `2.10..2.16`, `latest`), and the legs that this machine can run."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from packaging.version import Version

from releases.legs import Leg, lanes_of
from releases.pythons import Interpreter
from releases.table import Release, Table, Variant

WORDS = {
    "all": "every release",
    "latest": "the newest release",
    "eras": "a sample of the whole history",
    "keras2": "those whose tf.keras is Keras 2",
    "keras3": "those whose tf.keras is Keras 3",
    "candidates": "pre-releases",
}
_DASH = "\N{EN DASH}"
_VERSION = re.compile(r"\d+\.\d+(\.\d+((a|b|rc)\d+|\.dev\d+)?)?")


class SelectionError(ValueError):
    """Words that select nothing: says what exists."""


def select(spec: str, table: Table) -> tuple[Release, ...]:
    """The releases that a comma-separated selection names, in order of version."""
    tokens = [token.strip() for token in spec.split(",") if token.strip()]
    if not tokens:
        raise SelectionError(f"the selection of releases is empty. {_what_exists(table)}")
    return tuple(sorted({release for token in tokens for release in _one(token, table)}))


def _one(token: str, table: Table) -> list[Release]:
    releases = table.releases
    by_word = {
        "all": list(releases),
        "latest": [releases[-1]],
        "eras": [release for release in releases if release.era],
        "keras2": [release for release in releases if release.keras == 2],
        "keras3": [release for release in releases if release.keras == 3],
        "candidates": list(table.candidates),
    }
    if token in by_word:
        if not by_word[token]:
            raise SelectionError(f'"{token}" selects nothing in this table. {_what_exists(table)}')
        return by_word[token]
    if ".." in token:
        return _range(token, table)
    named = [release for release in table.everything if release.version == token]
    named = named or [release for release in releases if release.minor == token]
    if not named:
        raise _unknown(token, table)
    return named


def _range(token: str, table: Table) -> list[Release]:
    """Both ends are minors or versions, both are included, and either may be left open."""
    low, _, high = token.partition("..")
    for end in (low, high):
        # A range may end at what is not a row (2.4.0, 2.99), but not at what is no version at all.
        if end and not _VERSION.fullmatch(end):
            raise _unknown(end, table)
    if not low and not high:
        raise SelectionError('".." has no end. Write 2.10..2.16, ..2.4 or 2.16.., or the word all.')

    def inside(release: Release) -> bool:
        version, minor = Version(release.version), Version(release.minor)
        above = not low or (minor if _is_minor(low) else version) >= Version(low)
        below = not high or (minor if _is_minor(high) else version) <= Version(high)
        return above and below

    found = [release for release in table.releases if inside(release)]
    if not found:
        swapped = f" Did you mean {high}..{low}?" if low and high and Version(low) > Version(high) else ""
        raise SelectionError(f'the range "{token}" holds no release.{swapped} {_what_exists(table)}')
    return found


def _is_minor(text: str) -> bool:
    return text.count(".") == 1


def _unknown(token: str, table: Table) -> SelectionError:
    names = [*WORDS, *(r.minor for r in table.releases), *(r.version for r in table.everything)]
    # "2.15.9" is near many versions, but what is meant is most likely the row of its own minor.
    own = [r.version for r in table.everything if token.startswith(f"{r.minor}.")]
    near = own or difflib.get_close_matches(token, names, 3)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return SelectionError(f'there is no release "{token}" in the table.{hint} {_what_exists(table)}')


def _what_exists(table: Table) -> str:
    candidates = "".join(f", {release.version}" for release in table.candidates)
    return (
        f"There are {', '.join(r.version for r in table.releases)}{candidates}; "
        f"minors (2.15), ranges (2.10..2.16, ..2.4, 2.16..) and the words {', '.join(WORDS)}. "
        "A version that is missing is added with: nox -s new_release -- VERSION"
    )


@dataclass(frozen=True)
class Missing:
    """A release that cannot run here: why, and the one command that would change it."""

    release: Release
    lanes_wanted: tuple[str, ...]
    reason: str
    remedy: str
    variant: str = "plain"
    installable: bool = True
    """Whether a Python is what is missing; otherwise the lanes that were asked for rule the release out."""


@dataclass(frozen=True)
class Plan:
    """What will run, and what cannot."""

    legs: tuple[Leg, ...]
    missing: tuple[Missing, ...]

    def missing_lines(self) -> list[str]:
        """What cannot run here, a line for each remedy: `2.0: needs Python 3.7 (not found): uv python install 3.7`."""
        groups: dict[tuple[str, str], list[Missing]] = {}
        for one in self.missing:
            groups.setdefault((one.variant, one.remedy), []).append(one)
        lines = []
        for (variant, remedy), ones in groups.items():
            name = "" if variant == "plain" else f" {variant}"
            shared = tuple(lane for lane in ones[0].lanes_wanted if all(lane in one.lanes_wanted for one in ones))
            reason = _not_found(shared) if ones[0].installable else _elsewhere(shared)
            lines.append(f"{spans([one.release for one in ones])}{name}: {reason}: {remedy}")
        return lines


def _not_found(lanes: tuple[str, ...]) -> str:
    return f"needs Python {_either(lanes)} (not found)"


def _elsewhere(lanes: tuple[str, ...]) -> str:
    return f"runs on Python {_either(lanes)}, which --lanes leaves out"


def _either(lanes: tuple[str, ...]) -> str:
    return " or ".join(filter(None, [", ".join(lanes[:-1]), lanes[-1]]))


def spans(releases: list[Release]) -> str:
    """Minors as ranges, for people: `2.0` to `2.3` becomes one range. A candidate keeps its full version."""
    minors = sorted({Version(r.minor).release for r in releases if not r.candidate})
    runs: list[list[tuple[int, ...]]] = []
    for minor in minors:
        if runs and runs[-1][-1] == (minor[0], minor[1] - 1):
            runs[-1].append(minor)
        else:
            runs.append([minor])
    texts = [".".join(map(str, run[0])) + (_DASH + ".".join(map(str, run[-1])) if run[1:] else "") for run in runs]
    return ", ".join([*texts, *(r.version for r in releases if r.candidate)])


def plan(
    table: Table,
    *,
    releases: str | None = None,
    lanes: str | None = None,
    variants: str | None = None,
    interpreters: Mapping[str, Interpreter],
) -> Plan:
    """The legs that these interpreters can run, and what is missing for the rest of what was asked."""
    wanted_lanes = _lanes(lanes, table)
    legs: list[Leg] = []
    missing: list[Missing] = []
    wanted_variants = _variants(variants, table)
    for release in select("all" if releases is None else releases, table):
        for variant in wanted_variants:
            possible = lanes_of(release, variant)
            if not possible and variant and variant.name not in release.variants:
                continue  # legacy Keras in 2.10, say: there is no such thing, so nothing is missing
            wanted = [lane for lane in possible if lane in wanted_lanes] if wanted_lanes else list(possible)
            found = [lane for lane in wanted if lane in interpreters]
            if wanted_lanes is None and found:
                found = [lane for lane in found if lane in table.core_lanes] or found[:1]
            legs += [Leg(release, lane, variant) for lane in found]
            absent = [lane for lane in wanted if lane not in interpreters]
            if not found or (wanted_lanes is not None and lanes != "all" and absent):
                missing.append(_missing(release, variant, possible, wanted if not found else absent))
    if not legs and not missing:
        raise SelectionError(
            f"none of the selected releases has the variant {variants}. "
            f"Releases that do: {_with_variants(table, wanted_variants)}"
        )
    return Plan(tuple(legs), tuple(missing))


def missing(leg: Leg) -> Missing:
    """What a leg lacks where its Python is not."""
    return _missing(leg.release, leg.variant, (leg.lane,), [leg.lane])


def _missing(release: Release, variant: Variant | None, possible: tuple[str, ...], wanted: list[str]) -> Missing:
    name = variant.name if variant else "plain"
    if not wanted:
        remedy = f"nox -s matrix -- --lanes {possible[0]}"
        return Missing(release, possible, _elsewhere(possible), remedy, name, installable=False)
    return Missing(release, tuple(wanted), _not_found(tuple(wanted)), f"uv python install {wanted[0]}", name)


def _lanes(text: str | None, table: Table) -> tuple[str, ...] | None:
    if text is None:
        return None
    if text.strip() == "all":
        return table.lanes
    tokens = [token.strip().removeprefix("py") for token in text.split(",") if token.strip()]
    for token in tokens or [text]:
        if token not in table.lanes:
            raise SelectionError(f'there is no lane "{token}". Lanes are {", ".join(table.lanes)}, or the word all.')
    return tuple(tokens)


def _variants(text: str | None, table: Table) -> list[Variant | None]:
    if text is None:
        return [None]
    tokens = [token.strip() for token in text.split(",") if token.strip()]
    if tokens == ["all"]:
        tokens = ["plain", *table.variants]
    for token in tokens or [text]:
        if token != "plain" and token not in table.variants:
            near = difflib.get_close_matches(token, ["plain", *table.variants], 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            known = ", ".join(["plain", *table.variants, "all"])
            raise SelectionError(f'there is no variant "{token}".{hint} Variants are {known}.')
    return [None if token == "plain" else table.variants[token] for token in dict.fromkeys(tokens)]


def _with_variants(table: Table, variants: list[Variant | None]) -> str:
    names = {variant.name for variant in variants if variant}
    return ", ".join(release.version for release in table.everything if names & set(release.variants))
