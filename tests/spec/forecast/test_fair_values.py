"""forecast.fair_values: what each market is worth."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from kwx_core import pipeline
from kwx_core.contracts.base import empty
from kwx_core.contracts.unstored import Ladders, Prices
from kwx_core.forecast.fair_values import fair_values
from kwx_core.store import Store
from tests.spec.drawn import at, frame
from tests.spec.walk import EVENT, NAMES, guidance, ladder, policy, quotes, reports

PHIL = "KXHIGHPHIL-26JUN10"


def worth(store: Store, moment: str, variant: str = "live"):
    return pipeline.believe(store, policy(), at(moment)).fair_values.filter(variant=variant)


@pytest.mark.parametrize(
    ("mean_f", "sd_f", "expected"),
    [
        (72.2, 2.38, (0.128, 0.256, 0.323, 0.210, 0.070, 0.013)),
        (73.0, 1.0, (0.000, 0.067, 0.625, 0.302, 0.006, 0.000)),
        (73.0, 2.0, (0.040, 0.187, 0.372, 0.296, 0.093, 0.012)),
        (73.5, 5.94, (0.250, 0.118, 0.132, 0.132, 0.118, 0.250)),
    ],
)
def test_a_bracket_has_the_mass_of_its_two_full_degrees(
    store: Store, mean_f: float, sd_f: float, expected: tuple[float, ...]
) -> None:
    ladder(store, PHIL, station_id="KPHL")
    guidance(store, mean_f, sd_f, station_id="KPHL")
    found = dict(worth(store, "03:00").select("ticker", "yes_probability").rows())
    for name, probability in zip(NAMES, expected, strict=True):
        assert found[f"{PHIL}-{name}"] == pytest.approx(probability, abs=6e-4), name
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    "broken",
    [
        "update parsed.markets set lower_f = 73 where ticker like '%B72.5'",  # gap
        "update parsed.markets set lower_f = 71 where ticker like '%B72.5'",  # overlap
        "update parsed.markets set upper_f = 90 where ticker like '%T77'",  # no upper tail
        "update parsed.markets set bounds_evidence = null where ticker like '%B74.5'",
        "delete from parsed.markets where ticker like '%T70'",
        "update parsed.markets set close_at = null where ticker like '%B70.5'",
    ],
)
def test_an_event_that_does_not_tile_has_no_opinion_at_all(store: Store, broken: str) -> None:
    ladder(store)
    ladder(store, PHIL, station_id="KPHL")
    guidance(store, 73.0)
    guidance(store, 73.0, station_id="KPHL")
    store._con.execute(broken + f" and event_ticker = '{EVENT}'")
    assert worth(store, "03:00")["event_ticker"].unique().to_list() == [PHIL]


def test_an_event_without_a_forecast_is_absent(store: Store) -> None:
    ladder(store)
    assert worth(store, "03:00").is_empty()


def test_every_variant_values_the_whole_ladder(store: Store) -> None:
    ladder(store)
    guidance(store, 74.0)
    reports(store, ("17:51", 72))
    found = pipeline.believe(store, policy(), at("18:00")).fair_values
    sums = found.group_by("variant").agg(pl.col("yes_probability").sum(), pl.len())
    assert sums["len"].to_list() == [6, 6]
    assert sums["yes_probability"].to_list() == pytest.approx([1.0, 1.0], abs=1e-9)


@pytest.mark.parametrize(
    ("quoted_at", "bid", "ask", "market"),
    [
        ("11:59", "0.30", "0.40", 0.35),
        ("11:59", "0.30", "0.50", 0.40),
        ("11:59", "0.30", "0.51", None),  # too wide to be an opinion
        ("11:59", "-", "0.40", None),
        ("11:59", "0.30", "-", None),
        ("11:55", "0.30", "0.40", 0.35),
        ("11:54", "0.30", "0.40", None),  # too old
    ],
)
def test_the_market_s_opinion_is_the_middle_of_a_fresh_two_sided_quote(
    store: Store, quoted_at: str, bid: str, ask: str, market: float | None
) -> None:
    ladder(store)
    guidance(store, 73.0)
    quotes(store, quoted_at, ("B72.5", bid, ask))
    row = worth(store, "12:00").filter(ticker=f"{EVENT}-B72.5").row(0, named=True)
    assert row["market_probability"] == (None if market is None else pytest.approx(market))
    assert (row["pooled_probability"] is None) == (market is None)


def test_an_unchanged_quote_is_confirmed_by_the_market_list(store: Store) -> None:
    ladder(store, received_at="11:59")
    guidance(store, 73.0)
    quotes(store, "11:54", ("B72.5", "0.30", "0.40"))
    row = worth(store, "12:00").filter(ticker=f"{EVENT}-B72.5").row(0, named=True)
    assert row["market_probability"] == pytest.approx(0.35)


def test_the_pool_lies_between_the_two_and_near_the_market(store: Store) -> None:
    ladder(store)
    guidance(store, 73.0)
    quotes(store, "11:59", ("B72.5", "0.60", "0.70"))
    row = worth(store, "12:00").filter(ticker=f"{EVENT}-B72.5").row(0, named=True)
    assert row["yes_probability"] < row["pooled_probability"] < row["market_probability"]
    assert row["market_probability"] - row["pooled_probability"] < 0.05


@settings(max_examples=60, deadline=None)
@drawn(
    pmf=st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=60),
    first_f=st.integers(-60, 100),
    cuts=st.lists(st.integers(-70, 160), min_size=1, max_size=12, unique=True),
)
def test_brackets_that_tile_the_line_have_values_that_sum_to_one(
    pmf: list[float], first_f: int, cuts: list[int]
) -> None:
    total = sum(pmf)
    extremes = frame("forecast.daily_extremes", "event_ticker | first_f\nE | 0").with_columns(
        pl.Series("pmf", [[p / total for p in pmf]]), pl.Series("first_f", [first_f], pl.Int32)
    )
    edges = sorted(cuts)
    bounds = list(zip([None, *edges], [*(e - 1 for e in edges), None], strict=True))
    rungs = pl.DataFrame(
        {
            "ticker": [str(i) for i in range(len(bounds))],
            "event_ticker": "E",
            "lower_f": pl.Series([b[0] for b in bounds], dtype=pl.Int32),
            "upper_f": pl.Series([b[1] for b in bounds], dtype=pl.Int32),
        }
    )
    rungs = pl.concat([empty(Ladders), rungs], how="diagonal")
    found = fair_values(rungs, extremes, empty(Prices), policy())["yes_probability"]
    assert found.sum() == pytest.approx(1.0, abs=1e-9)
    assert found.min() >= 0.0


def test_values_are_written_down_under_their_variant_and_moment(store: Store) -> None:
    ladder(store)
    guidance(store, 73.0)
    worth(store, "12:00")
    kept = store.frame(
        "select variant, as_of, count(*) as n from forecast.fair_values group by all"
    )
    assert kept.rows() == [("live", at("12:00"), 6)]
    assert store.frame("select policy_id from decided.policies")["policy_id"].to_list() == [
        policy().policy_id
    ]
