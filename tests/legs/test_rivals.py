"""`nox -s smoke`: asv and pyperf as instruments of the study, on a release and a copy that is plainly slower."""

from __future__ import annotations

import math
import time
from pathlib import Path

import pytest

from matrix import environments, sensitivity
from matrix.plan import chosen
from matrix.rivals import Copies, by_asv, by_pyperf

pytestmark = pytest.mark.legs
SHARES = (0.0, 9.0)


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    options = sensitivity.parser().parse_args(["--cases", "speed.function_call"])
    options.releases = "latest"
    plan, found = chosen(options)
    leg = plan.legs[-1]
    started = time.perf_counter()
    for _ in range(1_000_000):
        pass
    loops = round(1_000_000 * 1e-3 / (time.perf_counter() - started))  # about a millisecond, ten calls and more
    workloads = sensitivity.workloads_of(options.cases)
    python = environments.ensure(leg, found[leg.lane], print)
    return Copies(leg, python, workloads, [{0.0: 0, 9.0: loops}], None, tmp_path, SHARES)


@pytest.mark.parametrize("instrument", ["asv", "pyperf"])
def test_another_instrument_sees_which_copy_is_slower(copies: Copies, instrument: str) -> None:
    if instrument == "asv":
        session = by_asv.measure(copies, factor=1.02, interleaved=True)
    else:
        session = by_pyperf.measure(copies, processes=2)
    same, slower = session["comparisons"]
    assert (same["injected"], slower["injected"]) == SHARES
    assert same["workload"] == slower["workload"] == copies.names()[0]
    assert slower["log_ratio"] > same["log_ratio"] + math.log(2)
    assert same["verdict"] in ("slower", "faster", "not significant")
    assert slower["verdict"] in ("slower", "not significant")
