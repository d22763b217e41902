"""The statistics of the timing, on made-up data whose right answers are known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matrix import ratios
from matrix.ratios import Estimate

RESTART_SD, ROUND_SD = 0.003, 0.006
EFFECTS = (0.0,) * 18 + (0.02, 0.02, 0.03, 0.05, 0.05, -0.05)


def made_up(random, effect, restarts=5, rounds=4, outliers=0.02, restart_sd=RESTART_SD):
    """Log ratios: restarts differ, rounds have heavy tails, now and then the machine sleeps in the middle of one."""
    found = []
    for _ in range(restarts):
        logs = effect + restart_sd * random.standard_normal() + ROUND_SD * random.standard_t(4, rounds)
        logs[random.random(rounds) < outliers] += random.choice([-1, 1]) * random.uniform(0.1, math.log(100))
        found.append(logs)
    return found


def family(random, **kwargs):
    return ratios.moderate([ratios.estimate(made_up(random, math.log1p(effect), **kwargs)) for effect in EFFECTS])


def judged(repetitions=25, seed=1, **kwargs):
    """``[(effect, estimate, verdict)]`` over many families of one workload's comparisons."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(repetitions):
        estimates = family(random, **kwargs)
        said = ratios.verdicts(estimates, [ratios.LEAST_MARGIN] * len(estimates))
        found += list(zip(EFFECTS, estimates, said, strict=True))
    return found


@pytest.mark.parametrize("restarts", [3, 5, 8])
def test_the_interval_covers_the_truth_as_often_as_it_says(restarts):
    found = judged(restarts=restarts)
    covered = [low <= math.log1p(effect) <= high for effect, one, _ in found for low, high in [one.interval()]]
    assert np.mean(covered) > 0.93


def test_a_single_comparison_has_an_honest_interval_too():
    random = np.random.default_rng(2)
    covered = []
    for _ in range(400):
        low, high = ratios.estimate(made_up(random, 0.01)).interval()
        covered.append(low <= 0.01 <= high)
    assert np.mean(covered) > 0.9


def test_false_alarms_are_rare():
    said = [verdict for effect, _, verdict in judged(60) if effect == 0]
    assert sum(verdict in ("slower", "faster") for verdict in said) <= len(said) / 100


@pytest.mark.parametrize(("effect", "share"), [(0.02, 0.8), (0.03, 0.95), (0.05, 0.99)])
def test_slowdowns_are_found(effect, share):
    said = [verdict for injected, _, verdict in judged(60, restarts=8) if injected == effect]
    assert said.count("slower") >= share * len(said)
    assert "faster" not in said


def test_what_is_faster_is_called_so():
    said = [verdict for effect, _, verdict in judged() if effect < 0]
    assert set(said) <= {"faster", "inconclusive"}
    assert "faster" in said


def test_a_drift_that_both_legs_meet_does_not_show():
    random = np.random.default_rng(3)
    drift = np.cumsum(random.normal(0.1, 0.05, 20)).reshape(5, 4)
    one, base = (drift + random.normal(0, 0.002, (5, 4)) for _ in range(2))
    low, high = ratios.estimate(one - base).interval()
    assert low <= 0 <= high
    assert high - low < 0.02


def test_two_modes_of_a_process_widen_the_interval():
    """A process that is 10 % slower in half of its restarts is no basis for a verdict."""
    random = np.random.default_rng(4)
    logs = [[0.1 * random.integers(2) + random.normal(0, 0.003) for _ in range(1)] * 4 for _ in range(6)]
    one = ratios.estimate(logs)
    assert one.interval()[1] - one.interval()[0] > 0.05


def test_one_sleep_among_many_rounds_moves_nothing():
    random = np.random.default_rng(5)
    logs = made_up(random, 0.0, outliers=0.0)
    quiet = ratios.estimate(logs)
    logs[2][1] = math.log(100)
    disturbed = ratios.estimate(logs)
    assert abs(disturbed.log_ratio - quiet.log_ratio) < 0.005
    assert disturbed.interval()[1] < 0.03


def test_one_restart_knows_no_error():
    one = ratios.estimate([[0.1, 0.1, 0.1]])
    assert one.interval() == (-math.inf, math.inf)
    assert one.p_value == 1.0
    assert ratios.verdicts([one], [0.02]) == ["inconclusive"]


def test_no_rounds_are_an_error():
    with pytest.raises(ValueError, match="no rounds"):
        ratios.estimate([[], []])


def test_a_noisy_workload_has_a_wider_margin():
    assert ratios.margin(None) == 0.02
    assert ratios.margin(Estimate(0.0, 0.001, 10, 20, 5)) == 0.02
    assert ratios.margin(Estimate(0.01, 0.02, 10, 20, 5)) == pytest.approx(math.expm1(0.01 + 2.228 * 0.02), rel=1e-3)
    assert ratios.margin(Estimate(-0.01, 0.02, 10, 20, 5)) == ratios.margin(Estimate(0.01, 0.02, 10, 20, 5))


def test_a_significant_trifle_is_no_verdict():
    trifle = Estimate(0.004, 0.0001, 20, 40, 10)
    assert ratios.verdicts([trifle], [0.02]) == ["same"]


def test_a_machine_that_is_too_busy_to_tell_says_nothing_is_the_same():
    wide = Estimate(0.1, 0.3, 2, 8, 2)
    twin = ratios.margin(Estimate(0.5, 2.0, 1, 8, 2))
    assert twin > 100
    assert ratios.verdicts([wide], [twin]) == ["inconclusive"]
    assert ratios.verdicts([Estimate(0.0, 0.01, 20, 40, 10)], [ratios.MOST_MARGIN]) == ["same"]


def test_false_discoveries_are_held_over_the_family():
    """A p-value that would do alone does not among two hundred comparisons without effect."""
    lone = Estimate(0.015, 0.005, 20, 40, 10)
    nothing = [Estimate(0.0, 0.005, 20, 40, 10)] * 200
    assert ratios.verdicts([lone], [0.02]) == ["slower"]
    assert ratios.verdicts([lone, *nothing], [0.02] * 201)[0] == "inconclusive"


def test_a_turn_counts_by_its_low_quantile():
    calls = [1_000_000] * 10 + [100_000_000]
    assert ratios.turn_time(calls) == pytest.approx(1e-3)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=5), min_size=2, max_size=8), st.floats(-1, 1))
def test_a_constant_factor_moves_the_estimate_and_nothing_else(logs, shift):
    one, moved = ratios.estimate(logs), ratios.estimate([[value + shift for value in rounds] for rounds in logs])
    assert moved.log_ratio == pytest.approx(one.log_ratio + shift, abs=1e-9)
    assert moved.error == pytest.approx(one.error, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=5), min_size=2, max_size=8))
def test_exchanging_the_legs_changes_the_sign(logs):
    one, other = ratios.estimate(logs), ratios.estimate([[-value for value in rounds] for rounds in logs])
    assert other.log_ratio == pytest.approx(-one.log_ratio, abs=1e-12)


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0, 3.0])
def test_the_exponent_of_growth_is_found(power):
    random = np.random.default_rng(6)
    sizes = np.array([4.0, 16.0, 64.0])
    hits = 0
    for _ in range(100):
        seconds = 1e-4 * sizes**power * np.exp(random.normal(0, 0.01, 3))
        slope, low, high = ratios.exponent(sizes, seconds, [0.01] * 3)
        hits += low <= power <= high
        assert slope == pytest.approx(power, abs=0.05)
    assert hits > 90
