"""A stack of one's own: ``--with keras-hub==0.21`` adds packages to every chosen leg, which becomes a leg variant.

Its name says so (``tf2.21.0-py3.11-withkerashub1f0c2a``: the first package, and a digest of all that was asked), its lock is
made on the spot and kept in ``build/stacks``. What TensorFlow came with stays as of its own time; what ``--with`` names may be
as new as ``--locked-until``, or as the day on which the stack was first used here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from matrix.paths import BUILD, UsageError
from matrix.store import write_whole
from releases import lock
from releases import table as tables
from releases.legs import Leg
from releases.table import Table, Variant

STACKS = BUILD / "stacks"
STACK_VERSION = 1
NOTE = "stack.json"
PLAIN = "plain"
"""How --variants names a leg without a variant."""
_TAKEN = re.compile(r"(tensorflow|tf-nightly)(-.*)?|asv-runner|libclang")
_MARK = "with"


@dataclass(frozen=True)
class Stack:
    """What is added to legs."""

    requirements: tuple[str, ...]
    base: str
    """The variant that it is built on, ``plain`` for none."""
    until: date | None
    """What was asked for; None where the day of the first use counts."""
    day: date

    @property
    def name(self) -> str:
        """The variant's name, which is part of the leg's id."""
        asked = json.dumps([sorted(self.requirements), self.base, str(self.until) if self.until else None])
        first = re.sub("[^a-z0-9]", "", Requirement(self.requirements[0]).name.lower())[:20]
        base = "" if self.base == PLAIN else self.base
        return f"{base}{_MARK}{first}{hashlib.sha256(asked.encode()).hexdigest()[:6]}"

    def variant(self, table: Table) -> Variant:
        """As the table has variants."""
        base = None if self.base == PLAIN else table.variants[self.base]
        named = {str(canonicalize_name(Requirement(text).name)): self.until or self.day for text in self.requirements}
        return Variant(
            name=self.name,
            about=f"with {', '.join(self.requirements)}",
            adds=(*(base.adds if base else ()), *self.requirements),
            env=base.env if base else {},
            newer={**(base.newer if base else {}), **named},
            pythons=base.pythons if base else table.lanes,
            locked_until=base.locked_until if base else None,
            locks=STACKS / self.name,
        )


def base_variant(name: str) -> str:
    """The variant without the stack, as the ledger knows it: a stack of one's own is held to the same answers."""
    return name.partition(_MARK)[0]


def is_stack(leg: Leg) -> bool:
    """Whether a leg has more than the table gives it."""
    return leg.variant is not None and leg.variant.locks is not None


def add_options(made: argparse.ArgumentParser) -> None:
    """``--with`` and its date."""
    made.add_argument(
        "--with",
        dest="with_",
        action="append",
        metavar="REQUIREMENT",
        help="add a package to every leg; may be repeated",
    )
    made.add_argument(
        "--locked-until",
        type=_day,
        metavar="DAY",
        help="what --with names as of this day, such as 2026-11-01; now, without",
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-11-01") from error


def choose(options: argparse.Namespace) -> tuple[Table, str | None]:
    """The table with every stack that is known here or asked for, and the text of the variants that are asked for."""
    base = tables.load()
    known = {stack.name: stack for stack in _known()}
    asked = _asked(options, base)
    for stack in asked:
        known.setdefault(stack.name, stack)
    if not known:
        return base, options.variants
    variants = {**base.variants, **{name: stack.variant(base) for name, stack in known.items()}}

    def more(release: tables.Release) -> tables.Release:
        can = (stack.name for stack in known.values() if stack.base == PLAIN or stack.base in release.variants)
        return replace(release, variants=(*release.variants, *can))

    table = replace(
        base,
        variants=variants,
        releases=tuple(map(more, base.releases)),
        candidates=tuple(map(more, base.candidates)),
    )
    # Those of other stacks are known, so that their answers are; but `all` means the table's own.
    text = ",".join(stack.name for stack in asked) if asked else options.variants
    if not asked and text and text.strip() == "all":
        text = ",".join([PLAIN, *base.variants])
    return table, text


def _asked(options: argparse.Namespace, table: Table) -> list[Stack]:
    if not getattr(options, "with_", None):  # some commands know no stacks
        if getattr(options, "locked_until", None):
            raise UsageError("--locked-until is for what --with names. Add --with PACKAGE, or leave it out")
        return []
    requirements = tuple(_requirement(text) for text in options.with_)
    bases = [name.strip() for name in (options.variants or PLAIN).split(",")]
    for name in bases:
        if name != PLAIN and name not in table.variants:
            raise UsageError(
                f"--with: there is no variant {name} to build on. There is: {PLAIN}, {', '.join(table.variants)}"
            )
    today = datetime.now(timezone.utc).date() + timedelta(days=1)
    # A clock that was set back would hide what the table's own locks have already.
    today = max(today, *(row.locked_until for row in table.everything))
    return [Stack(requirements, name, options.locked_until, options.locked_until or today) for name in bases]


def _requirement(text: str) -> str:
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise UsageError(f"--with {text}: no requirement such as keras-hub==0.21 or 'keras-hub>=0.20,<1'") from error
    if requirement.url:
        raise UsageError(f"--with {text}: name a package of the index; what lies at an address may change unseen")
    if _TAKEN.fullmatch(canonicalize_name(requirement.name)):
        raise UsageError(f"--with {text}: {requirement.name} is the leg's own. Choose TensorFlow with --releases")
    return str(requirement)


def _known() -> list[Stack]:
    return [_read(path) for path in sorted(STACKS.glob(f"*/{NOTE}"))]


def _read(path: Path) -> Stack:
    try:
        said: dict[str, Any] = json.loads(path.read_bytes())
        if said["stack_version"] != STACK_VERSION:
            raise ValueError(f"stack_version {said['stack_version']}")
        until = date.fromisoformat(said["until"]) if said["until"] else None
        stack = Stack(
            tuple(map(_requirement, said["requirements"])), said["base"], until, date.fromisoformat(said["day"])
        )
        if stack.name != path.parent.name:
            raise ValueError("its name is not that of its folder")
    except (OSError, ValueError, KeyError, TypeError, UsageError) as error:
        raise UsageError(
            f"{path} is no stack that this tfdrift wrote ({error}). Delete its folder; it is made anew"
        ) from error
    return stack


def lock_missing(legs: Iterable[Leg], table: Table, say: Callable[[str], None] = print) -> None:
    """Make the locks of those legs that have a stack and no lock yet, and remember the stacks."""
    for leg in legs:
        if not is_stack(leg) or leg.lock.exists():
            continue
        assert leg.variant is not None
        say(f"{leg.id}: locking TensorFlow {leg.release.version} {leg.variant.about}")
        try:
            lock.make_for_leg(leg, table)
        except lock.LockError as error:
            raise UsageError(
                f"{leg.id}: no lock with these packages. {error.reason}\nIf a package of theirs has to be newer than this "
                "TensorFlow's time, name it with --with too; if the index was not reached, run the same command again"
            ) from error


def remember(options: argparse.Namespace) -> None:
    """Keep what was asked for, so that the next command knows its legs."""
    for stack in _asked(options, tables.load()):
        path = STACKS / stack.name / NOTE
        if not path.exists():
            said = {
                "stack_version": STACK_VERSION,
                "requirements": list(stack.requirements),
                "base": stack.base,
                "until": str(stack.until) if stack.until else None,
                "day": str(stack.day),
            }
            write_whole(path, json.dumps(said, indent=1).encode() + b"\n")
