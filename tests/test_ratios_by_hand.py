"""The statistics of the timing where they can be worked out by hand, or by another function: each number is exact."""

import math

import numpy as np
import pytest
from scipy import stats

from matrix import ratios
from matrix.ratios import Estimate

EFFECT = math.log1p(0.02)
T_20 = float(stats.t.ppf(0.975, 20))
ONE_DF = float(stats.t.ppf(0.975, 1))


def verdict(log_ratio, error, margin=0.02):
    """Of a comparison that is alone in its family, with 20 degrees of freedom."""
    return ratios.verdicts([Estimate(log_ratio, error, 20, 40, 10)], [margin])[0]


@pytest.mark.parametrize(
    ("medians", "centre"),
    [([0.0, 1.0], 0.5), ([0.0, 1.0, 5.0], 1.75), ([0.0, 1.0, 5.0, 20.0], 4.0), ([1.0, 1.0, 1.0, 1.0, 9.0], 1.0)],
)
def test_the_estimate_is_the_median_of_the_means_of_all_pairs(medians, centre):
    assert ratios.estimate([[value] for value in medians]).log_ratio == pytest.approx(centre)
    assert ratios.estimate([[value - 7, value, value + 1] for value in medians]).log_ratio == pytest.approx(centre)


@pytest.mark.parametrize("restarts", [2, 3, 4, 5])
def test_pairs_are_made_along_the_last_axis(restarts):
    values = np.random.default_rng(8).normal(size=(2, 4, restarts))
    means = [(values[..., i] + values[..., j]) / 2 for i in range(restarts) for j in range(i, restarts)]
    assert ratios._hodges_lehmann(values) == pytest.approx(np.median(means, axis=0))


def test_a_turn_counts_by_its_first_quartile_in_seconds():
    assert ratios.turn_time([5e9, 1e9, 2e9, 3e9, 4e9]) == pytest.approx(2.0)


def test_the_error_of_two_restarts_is_known():
    """A quarter of the resamples holds the lower one alone and a quarter the higher, so that 68 % reach from one to the other."""
    one = ratios.estimate([[0.0, 0.0], [0.1]])
    assert one == Estimate(pytest.approx(0.05), pytest.approx(0.05 * math.sqrt(2)), 1.0, 3, 2)


def test_the_error_of_many_restarts_is_that_of_theory():
    """That of the Hodges-Lehmann estimate of a normal sample is sqrt(pi / 3) times that of its mean."""
    sample = stats.norm.ppf((np.arange(50) + 0.5) / 50)
    one = ratios.estimate([[value] for value in sample])
    assert one.error == pytest.approx(math.sqrt(math.pi / 3 / 50), rel=0.2)
    assert (one.df, one.restarts) == (49, 50)


def test_many_comparisons_at_once_are_what_each_is_alone(monkeypatch):
    monkeypatch.setattr(ratios, "AT_ONCE", 2)
    random = np.random.default_rng(7)
    shapes = [(1, 3), (3, 2), (2, 1), (3, 4), (3, 1), (2, 2), (3, 2), (3, 3), (1, 1)]
    comparisons = [random.normal(0, 0.1, shape).tolist() for shape in shapes]
    assert ratios.estimates(comparisons) == [ratios.estimate(one) for one in comparisons]
    assert ratios.estimates([]) == []
    with_an_empty_one = [*comparisons[1], []]
    assert ratios.estimates([with_an_empty_one]) == [ratios.estimate(comparisons[1])]


def test_the_interval_and_the_p_value_are_those_of_student():
    one = Estimate(0.03, 0.01, 20, 40, 10)
    assert one.interval() == pytest.approx((0.03 - T_20 * 0.01, 0.03 + T_20 * 0.01))
    assert one.interval(0.5) == pytest.approx((0.03 - 0.687 * 0.01, 0.03 + 0.687 * 0.01), rel=1e-3)
    assert one.p_value == pytest.approx(2 * stats.t.sf(3.0, 20))
    assert Estimate(-0.03, 0.01, 20, 40, 10).p_value == one.p_value


def test_without_a_known_error_nothing_is_known_and_without_any_there_is_no_doubt():
    unknown = Estimate(0.1, math.inf, 0, 4, 1)
    assert (unknown.interval(), unknown.p_value) == ((-math.inf, math.inf), 1.0)
    assert Estimate(0.0, 0.0, 5, 40, 6).p_value == 1.0
    assert Estimate(0.1, 0.0, 5, 40, 6).p_value == 0.0
    assert Estimate(0.1, 0.0, 5, 40, 6).interval() == (0.1, 0.1)


def test_a_ratio_over_a_third_leg_has_both_errors_and_the_degrees_of_freedom_of_welch():
    one, other = Estimate(0.1, 0.03, 4, 20, 5), Estimate(-0.3, 0.04, 9, 24, 10)
    df = 0.05**4 / (0.03**4 / 4 + 0.04**4 / 9)
    assert ratios.join(one, other) == Estimate(pytest.approx(-0.2), pytest.approx(0.05), pytest.approx(df), 20, 5)
    certain = Estimate(0.1, 0.0, 3, 8, 4)
    assert ratios.join(one, certain) == Estimate(0.2, 0.03, pytest.approx(4), 8, 4)
    assert ratios.join(certain, certain) == Estimate(0.2, 0.0, 3, 8, 4)
    unknown = Estimate(0.1, math.inf, 0, 4, 1)
    assert ratios.join(one, unknown) == Estimate(0.2, math.inf, 0, 4, 1)


def test_variances_are_drawn_towards_their_median_with_the_weight_of_six_degrees_of_freedom():
    raw = [Estimate(0.1, 0.01, 4, 20, 5), Estimate(0.2, 0.02, 2, 9, 3), Estimate(0.3, 0.06, 9, 40, 10)]
    variances = [5 * 0.01**2, 3 * 0.02**2, 10 * 0.06**2]
    prior = sorted(variances)[1]
    assert ratios.moderate(raw) == [
        Estimate(
            one.log_ratio,
            pytest.approx(math.sqrt((6 * prior + one.df * own) / (6 + one.df) / one.restarts)),
            6 + one.df,
            one.rounds,
            one.restarts,
        )
        for one, own in zip(raw, variances, strict=True)
    ]
    assert ratios.moderate(raw[:2]) == raw[:2], "two tell no median"
    lone = Estimate(0.5, math.inf, 0, 4, 1)
    assert ratios.moderate([lone], raw) == [Estimate(0.5, pytest.approx(math.sqrt(prior)), 6, 4, 1)]
    assert ratios.moderate([*raw[:2], lone]) == [*raw[:2], lone], "what is not known does not count"


def test_a_margin_is_that_of_a_release_against_itself_within_bounds():
    assert ratios.margin(Estimate(0.0, math.inf, 0, 4, 1)) == 0.02
    assert ratios.margin(Estimate(0.01, 0.02, 20, 40, 10)) == pytest.approx(math.expm1(0.01 + T_20 * 0.02))
    assert ratios.margin(Estimate(-0.01, 0.02, 20, 40, 10)) == pytest.approx(math.expm1(0.01 + T_20 * 0.02))
    assert ratios.margin(Estimate(0.5, 2.0, 1, 8, 2)) == math.expm1(10)


def test_a_change_is_called_from_a_third_of_the_margin():
    assert verdict(EFFECT * (1 / 3), 1e-5) == "slower"
    assert verdict(-EFFECT * (1 / 3), 1e-5) == "faster"
    assert verdict(EFFECT * 0.33, 1e-5) == "same"
    assert verdict(-EFFECT * 0.33, 1e-5) == "same"


def test_an_interval_that_leaves_the_margin_on_either_side_is_open():
    assert verdict(0.002, 0.008) == "same"
    assert verdict(0.004, 0.008) == "inconclusive"
    assert verdict(-0.004, 0.008) == "inconclusive"


def test_an_interval_that_touches_nothing_does_not_leave_it_out():
    half = 0.4 * EFFECT
    error = half / T_20
    one = Estimate(0.0, error, 20, 40, 10)
    half = one.interval()[1]
    assert Estimate(half, error, 20, 40, 10).interval()[0] == 0
    assert verdict(half, error) == "same"
    assert verdict(-half, error) == "same"
    assert verdict(half * 1.01, error) == "inconclusive", "more restarts will tell"


def test_a_wide_margin_calls_nothing_the_same():
    assert verdict(0.0, 0.01, margin=0.25) == "same"
    assert verdict(0.0, 0.01, margin=0.26) == "inconclusive"


def test_a_family_needs_a_margin_for_each():
    assert ratios.verdicts([], []) == []
    with pytest.raises(ValueError, match="shorter"):
        ratios.verdicts([Estimate(0.0, 0.01, 20, 40, 10)], [])


def fitted(seconds, errors, scaled):
    """What ``numpy.polyfit`` says of the slope and its standard error."""
    x = np.log(2.0 ** np.arange(len(seconds)))
    cov = True if scaled else "unscaled"
    slopes, covariance = np.polyfit(x, np.log(seconds), 1, w=1 / np.asarray(errors), cov=cov)
    return slopes[0], math.sqrt(covariance[0, 0])


@pytest.mark.parametrize(
    ("seconds", "errors", "scaled"),
    [
        ([1.0, 2.1, 3.9, 8.0], [0.1, 0.2, 0.1, 0.3], False),
        ([1.0, 3.0, 3.1, 8.0], [0.01, 0.02, 0.01, 0.03], True),
        ([1.0, 3.0, 3.1], [0.01, 0.02, 0.01], True),
    ],
)
def test_the_exponent_is_that_of_a_weighted_fit(seconds, errors, scaled):
    slope, error = fitted(seconds, errors, scaled)
    half = float(stats.t.ppf(0.975, len(seconds) - 2)) * error
    found = ratios.exponent(2.0 ** np.arange(len(seconds)), seconds, errors)
    assert found == pytest.approx((slope, slope - half, slope + half))


@pytest.mark.parametrize(("error", "counts_as"), [(0.01, 0.01), (0.0, 1e-4), (2e-4, 2e-4)])
def test_two_sizes_have_an_exponent_by_their_errors_alone(error, counts_as):
    half = ONE_DF * counts_as * math.sqrt(2) / math.log(2)
    assert ratios.exponent([1, 2], [1.0, 4.0], [error] * 2) == pytest.approx((2.0, 2.0 - half, 2.0 + half))
