"""A ladder's probabilities under a normal distribution."""

from __future__ import annotations

import math

import polars as pl
import pytest
from scipy.stats import norm

from kwx_core.ladder import Bounds
from kwx_core.normal import bracket_probability

LADDER = [
    Bounds(None, 69),
    Bounds(70, 71),
    Bounds(72, 73),
    Bounds(74, 75),
    Bounds(76, 77),
    Bounds(78, None),
]


def probabilities(edges, mean, sd):
    frame = pl.DataFrame(
        {
            "lower": [lower for lower, _ in edges],
            "upper": [upper for _, upper in edges],
            "mean": [mean] * len(edges),
            "sd": [sd] * len(edges),
        },
        schema=dict.fromkeys(("lower", "upper", "mean", "sd"), pl.Float64),
    )
    columns = [pl.col(name) for name in frame.columns]
    return frame.select(bracket_probability(*columns)).to_series().to_list()


@pytest.mark.parametrize(
    ("mean", "sd", "expect"),
    [
        (72.2, 2.38, [0.128, 0.256, 0.323, 0.210, 0.070, 0.013]),
        (73.0, 1.0, [0.000, 0.067, 0.625, 0.302, 0.006, 0.000]),
        (73.0, 2.0, [0.040, 0.187, 0.372, 0.296, 0.093, 0.012]),
        (73.5, 5.94, [0.250, 0.118, 0.132, 0.132, 0.118, 0.250]),
    ],
)
def test_a_ladder_has_the_worked_probabilities_and_sums_to_one(mean, sd, expect):
    found = probabilities([bounds.edges_f() for bounds in LADDER], mean, sd)
    assert [round(p, 3) for p in found] == expect
    assert sum(found) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("distance", [0.0, 1.0, 5.0, 8.0, 12.0, 20.0, 30.0, 37.0])
@pytest.mark.parametrize("side", [-1, 1])
def test_far_tails_agree_with_scipy_to_eleven_digits(distance, side):
    lower, upper = sorted((side * distance, side * (distance + 0.7)))
    expect = (
        norm.sf(lower) - norm.sf(upper) if side > 0 else norm.cdf(upper) - norm.cdf(lower)
    )  # The tail in which the subtraction does not cancel.
    (found,) = probabilities([(lower, upper)], 0.0, 1.0)
    assert found == pytest.approx(expect, rel=1e-11, abs=0)
    assert found > 0


def test_a_naive_difference_of_distribution_functions_would_lose_the_tail():
    assert norm.cdf(9.7) - norm.cdf(9.0) == 0.0
    assert probabilities([(9.0, 9.7)], 0.0, 1.0)[0] == pytest.approx(1.1285e-19, rel=1e-3)


@pytest.mark.parametrize(
    ("lower", "upper", "expect"),
    [
        (None, 0.0, 0.5),
        (0.0, None, 0.5),
        (None, None, 1.0),
        (None, 9.0, norm.cdf(9.0)),
        (9.0, None, norm.sf(9.0)),
        (3.0, 3.0, 0.0),
    ],
)
def test_an_absent_edge_is_infinite(lower, upper, expect):
    (found,) = probabilities([(lower, upper)], 0.0, 1.0)
    assert found == pytest.approx(expect, rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("mean", "sd"),
    [
        (None, 1.0),
        (70.0, None),
        (70.0, 0.0),
        (70.0, -1.0),
        (math.nan, 1.0),
        (70.0, math.nan),
        (math.inf, 1.0),
        (70.0, math.inf),
    ],
)
@pytest.mark.parametrize("edges", [(69.5, 71.5), (None, 71.5), (None, None)])
def test_an_unknown_distribution_gives_an_unknown_probability(mean, sd, edges):
    assert probabilities([edges], mean, sd) == [None]
