"""Ratios of times between two legs, from rounds in which both were measured: estimate, interval, verdict.

The data of one comparison are log ratios ``x[restart][round]``: within a round both legs met the same noise, and the rounds of
a restart share two processes, which differ from the next two even where the release does not. So the restart is the unit that
varies, and rounds only sharpen it.

- Of a turn's single calls a low quantile counts (``QUANTILE``): noise only ever adds time.
- Within a restart the median over rounds, over restarts the Hodges-Lehmann estimate (the median of all pairwise means):
  neither is moved by a round in which the machine slept. Hodges & Lehmann, Ann. Math. Stat. 34 (1963).
- The standard error is that of a hierarchical bootstrap which draws restarts and keeps the rounds within each: to draw rounds
  as well would count their noise twice (Davison & Hinkley 1997, 3.8). It is half the width of the central 68 %, times
  sqrt(R / (R - 1)), since a bootstrap of R restarts shows (R - 1) / R of their variance.
- A few restarts know their own variance badly. Comparisons of one workload share a machine and a noise, so that each variance
  is drawn towards their median with the weight of ``PRIOR_DF`` degrees of freedom (Smyth, Stat. Appl. Genet. Mol. Biol. 3,
  2004). The interval is Student's, with the degrees of freedom of both.

scipy is loaded where it is needed first: it takes longer than a report of a store without times.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

QUANTILE = 0.25
LEAST_MARGIN = 0.02
MOST_MARGIN = 0.25
"""A wider margin says that the machine was too busy to tell: then nothing is called the same."""
ACTED_ON = 1 / 3
"""Share of the margin below which a change, however certain, is not called one."""
CONFIDENCE = 0.95
FALSE_DISCOVERIES = 0.01
PRIOR_DF = 6.0
RESAMPLES = 400
AT_ONCE = 200
"""Comparisons whose resamples are held in memory together: a few ten megabytes."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """One comparison's log ratio with its standard error; ``df`` are the restarts' degrees of freedom."""

    log_ratio: float
    error: float
    df: float
    rounds: int
    restarts: int

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """The confidence interval of the log ratio."""
        from scipy import special

        if not math.isfinite(self.error):
            return -math.inf, math.inf
        half = float(special.stdtrit(self.df, 0.5 + confidence / 2)) * self.error
        return self.log_ratio - half, self.log_ratio + half

    @property
    def p_value(self) -> float:
        """Two-sided, of the hypothesis that both legs are equally fast."""
        from scipy import special

        if not math.isfinite(self.error):
            return 1.0
        if self.error == 0:
            return 1.0 if self.log_ratio == 0 else 0.0
        return float(2 * special.stdtr(self.df, -abs(self.log_ratio) / self.error))


def turn_time(calls_ns: Sequence[float]) -> float:
    """What one call of a turn takes, in seconds: a low quantile of the single calls."""
    return float(np.quantile(np.asarray(calls_ns, float), QUANTILE)) * 1e-9


def estimate(by_restart: Sequence[Sequence[float]]) -> Estimate:
    """From log ratios, one inner sequence per restart; at least one round each."""
    return estimates([by_restart])[0]


def estimates(comparisons: Sequence[Sequence[Sequence[float]]], seed: int = 0) -> list[Estimate]:
    """Of each comparison what :func:`estimate` says of it alone; many at once are much faster."""
    if not comparisons:
        return []
    from scipy import stats

    found: list[Estimate | None] = [None] * len(comparisons)
    alike: dict[int, list[int]] = {}
    kept = [[rounds for rounds in by_restart if len(rounds)] for by_restart in comparisons]
    for at, by_restart in enumerate(kept):
        if not by_restart:
            raise ValueError("no rounds to compare")
        alike.setdefault(len(by_restart), []).append(at)
    for restarts, every in alike.items():
        chosen = np.random.default_rng(seed).integers(restarts, size=(RESAMPLES, restarts))
        for start in range(0, len(every), AT_ONCE):
            some = every[start : start + AT_ONCE]
            medians = np.array([[median(rounds) for rounds in kept[at]] for at in some], float)
            centres = _hodges_lehmann(medians)
            if restarts < 2:
                errors = np.full(len(some), math.inf)
            else:
                low, high = np.quantile(_hodges_lehmann(medians[:, chosen]), stats.norm.cdf([-1.0, 1.0]), axis=1)
                errors = (high - low) / 2 * math.sqrt(restarts / (restarts - 1))
            for at, centre, error in zip(some, centres, errors, strict=True):
                rounds = sum(map(len, kept[at]))
                found[at] = Estimate(float(centre), float(error), restarts - 1.0, rounds, restarts)
    return [one for one in found if one is not None]


def _hodges_lehmann(values: Floats) -> Floats:
    """Along the last axis: the median of the means of all pairs, each value paired with itself as well."""
    first, second = np.triu_indices(values.shape[-1])
    means = np.sort((values[..., first] + values[..., second]) / 2, axis=-1)
    middle = means.shape[-1] // 2
    result: Floats = means[..., middle] if means.shape[-1] % 2 else (means[..., middle - 1] + means[..., middle]) / 2
    return result


def join(one: Estimate, other: Estimate) -> Estimate:
    """The log ratio over a third leg: the sum of two, whose errors are taken to be independent (Welch and Satterthwaite).

    They share the third leg's noise, so that this is too wide rather than too narrow.
    """
    error = math.hypot(one.error, other.error)
    if not 0 < error < math.inf:
        df = min(one.df, other.df)
    else:
        df = 1 / sum((part.error / error) ** 4 / part.df for part in (one, other) if part.error)
    rounds, restarts = min(one.rounds, other.rounds), min(one.restarts, other.restarts)
    return Estimate(one.log_ratio + other.log_ratio, error, df, rounds, restarts)


def moderate(estimates: Sequence[Estimate], among: Sequence[Estimate] | None = None) -> list[Estimate]:
    """The estimates of one workload's comparisons, each variance drawn towards the median of them all.

    That median can be ``among`` others: the comparisons that are always drawn, where these are asked for besides.
    """
    known = [one.error**2 * one.restarts for one in among or estimates if math.isfinite(one.error)]
    if len(known) < 3:
        return list(estimates)
    prior = float(np.median(known))
    moderated = []
    for one in estimates:
        own = one.error**2 * one.restarts if math.isfinite(one.error) else 0.0
        df = PRIOR_DF + one.df
        variance = (PRIOR_DF * prior + one.df * own) / df
        moderated.append(Estimate(one.log_ratio, math.sqrt(variance / one.restarts), df, one.rounds, one.restarts))
    return moderated


def margin(same: Estimate | None) -> float:
    """The effect that counts: 2 %, or what this workload shows when a release is measured against itself."""
    if same is None or not math.isfinite(same.error):
        return LEAST_MARGIN
    low, high = same.interval()
    return max(LEAST_MARGIN, math.expm1(min(max(-low, high), 10.0)))


def verdicts(estimates: Sequence[Estimate], margins: Sequence[float]) -> list[str]:
    """``slower``, ``faster``, ``same`` or ``inconclusive`` for each comparison of a family.

    A change is called where it is significant, with false discoveries over the whole family held at 1 %
    (Benjamini & Hochberg 1995), and its estimate is at least a third of the margin, below which nobody would act on it. The
    same is called where the interval lies within the margin, which is not so wide that it says nothing, and there is no such
    estimate whose interval already leaves 0 out: more restarts will tell. All else is open.
    """
    if not estimates:
        return []
    from scipy import stats

    adjusted = stats.false_discovery_control([one.p_value for one in estimates])
    found = []
    for one, q_value, limit in zip(estimates, adjusted, margins, strict=True):
        low, high = one.interval()
        effect = math.log1p(limit)
        suspect = abs(one.log_ratio) >= effect * ACTED_ON and not low <= 0 <= high
        if suspect and q_value <= FALSE_DISCOVERIES:
            found.append("slower" if one.log_ratio > 0 else "faster")
        elif not suspect and limit <= MOST_MARGIN and -effect <= low and high <= effect:
            found.append("same")
        else:
            found.append("inconclusive")
    return found


def exponent(sizes: Sequence[float], seconds: Sequence[float], errors: Sequence[float]) -> tuple[float, float, float]:
    """Exponent of time against size, a weighted fit of log time on log size, with its interval.

    ``errors`` are standard errors of the log times. With more sizes than two the residuals widen the interval.
    """
    from scipy import stats

    x, y = np.log(np.asarray(sizes, float)), np.log(np.asarray(seconds, float))
    weights = 1.0 / np.maximum(np.asarray(errors, float), 1e-4) ** 2
    centred = x - np.average(x, weights=weights)
    spread = float(np.sum(weights * centred**2))
    slope = float(np.sum(weights * centred * y)) / spread
    residuals = y - np.average(y, weights=weights) - slope * centred
    df = len(x) - 2
    scale = max(1.0, float(np.sum(weights * residuals**2)) / df) if df > 0 else 1.0
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, max(df, 1))) * math.sqrt(scale / spread)
    return slope, slope - half, slope + half
