"""Writes statistics.json beside this file: what scipy and others make of drawn numbers. Not run by the tests.

    python -m venv venv && venv/bin/pip install scipy==1.17.1 numpy==2.4.6 pymannkendall==1.4.3
    venv/bin/python test/golden/statistics.py && npx biome format --write test/golden/statistics.json
"""

import functools
import itertools
import json
import math
import pathlib

import numpy as np
import pymannkendall
import scipy
from scipy import stats

random = np.random.default_rng(20240918)


def numbers(array, digits=4):
    """Rounded before anything is computed from them, so that both sides see the same numbers."""
    return [round(float(value), digits) for value in array]


def welch():
    for m, n, spread in ((2, 2, 1), (5, 5, 3), (3, 40, 0.2), (30, 12, 10)):
        base, candidate = numbers(random.normal(10, 1, m)), numbers(random.normal(10.5, spread, n))
        result = stats.ttest_ind(candidate, base, equal_var=False)
        low, high = result.confidence_interval(0.95)
        yield {"base": base, "candidate": candidate, "statistic": result.statistic, "degrees": result.df, "pValue": result.pvalue, "low": low, "high": high}


def mann_whitney():
    for m, n, digits in ((3, 4, 4), (8, 8, 4), (20, 35, 4), (6, 7, 0), (40, 60, 1), (80, 90, 6)):
        base, candidate = numbers(random.normal(0, 2, m), digits), numbers(random.normal(0.5, 2, n), digits)
        tied = len(set(base + candidate)) < m + n
        method = "asymptotic" if tied or m * n > 2500 else "exact"
        result = stats.mannwhitneyu(candidate, base, method=method)
        yield {"base": base, "candidate": candidate, "u": result.statistic, "pValue": result.pvalue, "method": "exact" if method == "exact" else "normal"}


def signed_rank():
    for n, digits in ((4, 4), (9, 4), (30, 4), (100, 6), (12, 0), (60, 1), (140, 6)):
        differences = numbers(random.normal(0.4, 1.5, n), digits)
        moved = [value for value in differences if value != 0]
        tied = len({abs(value) for value in moved}) < len(moved)
        exact = not tied and len(moved) <= 100
        result = stats.wilcoxon(differences, method="exact" if exact else "asymptotic", correction=not exact)
        ranks = stats.rankdata(np.abs(moved))
        positive = float(sum(rank for rank, value in zip(ranks, moved) if value > 0))
        yield {"differences": differences, "positive": positive, "pValue": result.pvalue, "method": "exact" if exact else "normal"}


def hodges_lehmann():
    """The distribution of the rank sum by listing all sets of ranks; the means of pairs in plain sight."""
    for n, level in ((6, 0.95), (9, 0.95), (12, 0.99), (15, 0.9)):
        values = numbers(random.normal(3, 1, n))
        sums = np.zeros(n * (n + 1) // 2 + 1)
        for signs in itertools.product((0, 1), repeat=n):
            sums[sum(rank for rank, sign in zip(range(1, n + 1), signs) if sign)] += 1
        below = np.concatenate([[0], np.cumsum(sums)]) / 2**n
        inner = max(c for c in range(1, len(sums)) if below[c] <= (1 - level) / 2)
        means = sorted((values[i] + values[j]) / 2 for i in range(n) for j in range(i, n))
        yield {"values": values, "level": level, "value": float(np.median(means)), "low": means[inner - 1], "high": means[-inner], "attained": 1 - 2 * below[inner]}


def sign_test():
    for n in (5, 12, 77):
        differences = numbers(random.normal(0.5, 1, n), 0)
        positive, negative = sum(value > 0 for value in differences), sum(value < 0 for value in differences)
        yield {"differences": differences, "positive": positive, "negative": negative, "pValue": stats.binomtest(positive, positive + negative).pvalue}


def quantiles():
    for n, p, level in ((6, 0.5, 0.95), (100, 0.5, 0.95), (100, 0.9, 0.99), (1000, 0.99, 0.95), (100_000, 0.999, 0.95)):
        ranks = np.arange(1, n + 1)
        tail = (1 - level) / 2
        low = int(ranks[stats.binom.cdf(ranks - 1, n, p) <= tail].max())
        high = int(ranks[stats.binom.sf(ranks - 1, n, p) <= tail].min())
        yield {"n": n, "p": p, "level": level, "lowRank": low, "highRank": high, "attained": stats.binom.cdf(high - 1, n, p) - stats.binom.cdf(low - 1, n, p)}


def trends():
    for n, slope, phi, digits in ((4, 1, 0, 3), (12, 0.1, 0, 3), (30, 0, 0.7, 3), (60, 0.02, 0.6, 3), (60, 0.02, 0.6, 0), (100, 0, -0.3, 3)):
        values = [0.0]
        for noise in random.normal(0, 1, n - 1):
            values.append(phi * values[-1] + noise)
        values = numbers(np.array(values) + slope * np.arange(n), digits)
        plain, corrected = pymannkendall.original_test(values), pymannkendall.hamed_rao_modification_test(values)
        yield {"values": values, "s": plain.s, "tau": plain.Tau, "slope": plain.slope, "plain": plain.p, "corrected": corrected.p, "correction": corrected.var_s / plain.var_s}


class Drawn(np.random.Generator):
    """Draws indices as xoshiro128** of src/stats/random.ts does, so that scipy's bootstrap sees the same sets."""

    def __new__(cls, seed):
        return super().__new__(cls, np.random.PCG64(0))

    def __init__(self, seed):
        super().__init__(np.random.PCG64(0))
        mask = 0xFFFFFFFF
        state, self.words = seed & mask, []
        for _ in range(4):
            state = (state + 0x9E3779B9) & mask
            mixed = state
            mixed = (mixed ^ (mixed >> 16)) * 0x85EBCA6B & mask
            mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35 & mask
            self.words.append(mixed ^ (mixed >> 16))

    def word(self):
        mask, s = 0xFFFFFFFF, self.words
        rotate = lambda value, bits: ((value << bits) | (value >> (32 - bits))) & mask
        answer = rotate(s[1] * 5 & mask, 7) * 9 & mask
        shifted = s[1] << 9 & mask
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotate(s[3], 11)
        return answer

    def integers(self, low, high=None, size=None, **_):
        bound = low if high is None else high - low
        limit = 2**32 - 2**32 % bound
        drawn = np.empty(int(np.prod(size)), dtype=np.int64)
        for index in range(drawn.size):
            word = self.word()
            while word >= limit:
                word = self.word()
            drawn[index] = word % bound
        return drawn.reshape(size)


def bootstraps():
    for n, statistic, seed, resamples in ((12, "mean", 1, 500), (40, "mean", 2, 999), (25, "deviation", 3, 500), (31, "median", 4, 500)):
        values = numbers(random.gamma(2, 1, n))
        compute = {"mean": np.mean, "median": np.median, "deviation": lambda x, axis: np.std(x, axis=axis, ddof=1)}[statistic]
        result = stats.bootstrap((values,), compute, n_resamples=resamples, method="BCa", rng=Drawn(seed))
        yield {"values": values, "statistic": statistic, "seed": seed, "resamples": resamples, "low": result.confidence_interval.low, "high": result.confidence_interval.high}


def adjusted():
    for n in (1, 5, 20):
        p = numbers(random.beta(0.4, 2, n), 5)
        order = np.argsort(p, kind="stable")
        holm = np.empty(n)
        holm[order] = np.minimum(1, np.maximum.accumulate((n - np.arange(n)) * np.array(p)[order]))
        yield {"p": p, "holm": list(holm), "benjaminiHochberg": list(stats.false_discovery_control(p))}


def deviations():
    for n in (1, 6, 51):
        values = numbers(random.standard_cauchy(n))
        yield {"values": values, "mad": stats.median_abs_deviation(values), "scaled": stats.median_abs_deviation(values, scale="normal")}


def tails():
    for x in (-6, -1.5, 0, 0.3, 2.9, 3, 3.1, 8, 30):
        yield {"x": x, "normalAbove": stats.norm.sf(x), "studentBeyond": [{"degrees": degrees, "p": 2 * stats.t.sf(abs(x), degrees)} for degrees in (1, 2.5, 19, 500)]}


def rank_sum_shift():
    """scipy has the test alone: the interval inverts it, its ranks counted out with whole numbers; its normal form for the two large sets."""
    for m, n, digits, level in ((4, 4, 4, 0.95), (3, 5, 4, 0.95), (10, 12, 4, 0.99), (25, 30, 4, 0.95), (60, 50, 6, 0.95)):
        base, candidate = numbers(random.normal(0, 1, m), digits), numbers(random.normal(0.8, 1, n), digits)
        differences = sorted(x - y for x in candidate for y in base)
        tail = (1 - level) / 2
        if m * n <= 2500:
            below = np.concatenate([[0.0], np.cumsum([int(ways) for ways in rank_sums(m, n)], dtype=object) / math.comb(m + n, m)]).astype(float)
            inner = max(c for c in range(len(below)) if below[c] <= tail)
            attained = 1 - 2 * below[inner]
        else:
            inner = math.floor(m * n / 2 + stats.norm.ppf(tail) * math.sqrt(m * n * (m + n + 1) / 12))
            attained = level
        bound = 0.3
        method = "exact" if m * n <= 2500 else "asymptotic"
        above = stats.mannwhitneyu(np.array(candidate) - bound, base, alternative="greater", method=method).pvalue
        yield {"base": base, "candidate": candidate, "level": level, "value": float(np.median(differences)), "low": differences[inner - 1], "high": differences[m * n - inner],
               "attained": attained, "bound": bound, "above": above, "method": "exact" if m * n <= 2500 else "normal"}


@functools.cache
def rank_sums(m, n):
    """Orders of m and n values by U: those that end with a value of the second set add m."""
    if m == 0 or n == 0:
        return (1,)
    ways = [0] * (m * n + 1)
    for value, count in enumerate(rank_sums(m - 1, n)):
        ways[value] += count
    for value, count in enumerate(rank_sums(m, n - 1)):
        ways[value + m] += count
    return tuple(ways)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value.item() if isinstance(value, np.generic) else value


sections = {"welch": welch, "mannWhitney": mann_whitney, "signedRank": signed_rank, "hodgesLehmann": hodges_lehmann, "signTest": sign_test, "quantiles": quantiles,
            "trends": trends, "bootstrap": bootstraps, "adjusted": adjusted, "deviations": deviations, "tails": tails, "rankSumShift": rank_sum_shift}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "madeBy": f"scipy {scipy.__version__}, numpy {np.__version__}, pymannkendall {pymannkendall.__version__}",
    **{name: plain(list(make())) for name, make in sections.items()},
}))
