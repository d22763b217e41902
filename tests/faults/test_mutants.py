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

OF_OTHER_THINGS = {
    "batch_jacobian.unconnected": "asks what stands where there is no gradient",
    "retracing.*": "asks how often something is traced",
}
"""Cases whose claim is not a gradient's value: they may take gradients that nobody looks at."""


@pytest.mark.parametrize("mutants", ["outputs", "tapes"])
def test_mutants(mutants: str, tmp_path: Path) -> None:
    leg = plan.chosen(options.parse(["--releases", "latest"]))[0].legs[-1]
    python = environments.ensure(leg, pythons.find()[leg.lane], print)
    catalog = _catalog.catalog()
    chosen = catalog if LONG else {case: catalog[case] for case in list(catalog)[::40]}
    tried: Counter[str] = Counter()
    passed: dict[str, list[str]] = {}
    strict = mutants == "outputs"
    extra = {"task": "_mutants", "mutants": mutants}
    blind = set()
    with Supervisor(leg.id, python, tmp_path / "scratch", env=leg.env, extra=extra) as supervisor:
        for case, info in chosen.items():
            # At one point at least every wrong output has to be seen, and of the wrong gradients one.
            sees = False
            for record in supervisor.ask(info, list(_catalog.points(info))):
                if record["outcome"] in ("match", "mismatch"):
                    count, _, names = record["message"].partition(": ")
                    survivors = names.split(", ") if names else []
                    tried[case] += int(count)
                    passed.setdefault(case, []).extend(f"[{record['point']}] {name}" for name in survivors)
                    sees = sees or len(survivors) < (1 if strict else int(count))
            if tried[case] and not sees:
                blind.add(case)
    for case, names in passed.items():
        for name in names:
            print(f"{case}{name}")
    assert {case for case in blind if not any(fnmatch.fnmatch(case, pattern) for pattern in OF_OTHER_THINGS)} == set()
    total = tried.total()
    survivors = sum(map(len, passed.values()))
    survived(
        f"wrong {mutants} of {len(+tried)} cases, as they are in the newest release",
        total - survivors,
        f"a mismatch; {survivors} more pass, see below",
    )
