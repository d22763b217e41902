"""Every case is a check: made wrong by a factor, a sign or a lost gradient, it comes out as a mismatch. On a real release."""

from __future__ import annotations

import fnmatch
from collections import Counter
from pathlib import Path

import pytest

from cases import _catalog
from matrix import environments, options, plan
from matrix.supervisor import Supervisor
from releases import pythons
from tests.faults.tally import LONG, survived

pytestmark = pytest.mark.legs

MUTANTS = ("outputs", "tape_factor", "tape_sign", "tape_lost")
"""See ``cases/_mutants.py``, which only a leg can import."""


OF_OTHER_THINGS = ("determinism.*", "retracing.*")
"""Cases that ask how often something is traced, or whether it repeats itself: a gradient's value is not their claim."""


@pytest.mark.parametrize("mutants", MUTANTS)
def test_mutants(mutants: str, tmp_path: Path) -> None:
    leg = plan.chosen(options.parse(["--releases", "latest"]))[0].legs[-1]
    python = environments.ensure(leg, pythons.find()[leg.lane], print)
    catalog = _catalog.catalog()
    chosen = catalog if LONG else {case: catalog[case] for case in list(catalog)[::40]}
    found: dict[str, Counter[str]] = {}
    said = []
    extra = {"task": "_mutants", "mutants": mutants}
    with Supervisor(leg.id, python, tmp_path / "scratch", env=leg.env, extra=extra) as supervisor:
        for case, info in chosen.items():
            records = supervisor.ask(info, list(_catalog.points(info)))
            found[case] = Counter(record["outcome"] for record in records)
            said += [
                f"{case}[{r['point']}]: {r['message']}" for r in records if r["outcome"] not in ("match", "unsupported")
            ]
    asked = {case for case, outcomes in found.items() if set(outcomes) != {"unsupported"}}
    blind = {case for case in asked if not found[case]["match"]}
    print("\n".join(said))
    if mutants in ("tape_factor", "tape_sign"):
        blind = {case for case in blind if not any(fnmatch.fnmatch(case, pattern) for pattern in OF_OTHER_THINGS)}
    assert blind == set()
    points = sum(found[case]["match"] for case in asked)
    survived(
        f"mutants of cases: {mutants}", points, f"points of {len(asked)} cases at which every such mutant is a mismatch"
    )
