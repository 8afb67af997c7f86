"""Twelve tests that the predecessor lacked, by the numbers of its list.

Two are impossible here. 10: nothing is scored yet, so no score can favour a side. 11: kwx has no
ratio of live to shadow figures that a count of contracts could bend.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from kwx_core import pipeline
from kwx_core.normal import bracket_probability
from kwx_core.store import Store
from kwx_core.store.catalog import STAGES
from tests.spec.drawn import at, expect, given, land, table
from tests.spec.walk import (
    EVENT,
    arm,
    book,
    decisions,
    feeds,
    gate,
    guidance,
    ladder,
    override,
    policy,
    quotes,
    reports,
)

B74 = f"{EVENT}-B74.5"
NOW = "22:01"


def world(store: Store, *without: str) -> None:
    """All is well, and NO of 74-75 is wished for."""
    ladder(store)
    guidance(store, 74.0)
    if "reports" not in without:
        reports(store, ("19:51", 72), ("20:51", 72), ("21:51", 71))
    quotes(store, "22:00", ("B72.5", "0.60", "0.65"), ("B74.5", "0.40", "0.45"))
    feeds(store, "22:00", *without)
    book(store, "22:00", ("B74.5", "bid", "0.40", "5"))
    arm(store, "21:00")


def yes_probabilities(store: Store, moment: str) -> dict[str, float]:
    belief = pipeline.believe(store, policy(), at(moment))
    live = belief.fair_values.filter(variant="live")
    return dict(live.select("ticker", "yes_probability").rows())


@pytest.mark.parametrize("value_f", [61.0, 72.2, 73.0, 73.5, 88.0])
def test_01_a_ladder_sums_to_one_before_any_cap_and_its_mode_is_not_sold(store, value_f):
    world(store)
    guidance(store, value_f, 5.0, issued_at="01:00", received_at="01:00")
    found = yes_probabilities(store, "13:00")
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-9)
    mode = max(found, key=found.__getitem__)
    row = decisions(store, NOW).filter(ticker=mode).row(0, named=True)
    assert row["outcome_side"] != "no" or row["verdict"] != "post"


def test_02_a_bracket_below_the_observed_high_has_no_probability_but_a_misread_report(store):
    world(store)
    found = yes_probabilities(store, NOW)
    below = [found[f"{EVENT}-{name}"] for name in ("T70", "B70.5")]
    assert sum(below) <= 0.01
    assert found[f"{EVENT}-T70"] == 0.0


def test_03_a_wider_belief_never_has_more_brackets_worth_buying():
    """And what a bracket can be worth at the most says which conviction can be reached."""
    means = pl.DataFrame({"mean": [70.0 + step / 20 for step in range(101)]})
    most = []
    for tenths in range(5, 60):
        worth = means.select(
            bracket_probability(
                pl.lit(71.5), pl.lit(73.5), pl.col("mean"), pl.lit(tenths / 10)
            ).alias("p")
        )
        most.append((tenths / 10, worth["p"].max(), worth.filter(pl.col("p") >= 0.65).height))
    peaks = [peak for _, peak, _ in most]
    assert peaks == sorted(peaks, reverse=True)
    counts = [count for _, _, count in most]
    assert counts == sorted(counts, reverse=True)
    reachable = max(sd for sd, peak, _ in most if peak >= 0.65)
    assert reachable == 1.0, f"a conviction of .65 is reached up to an sd of {reachable}"


def test_04_an_old_report_blocks_an_entry_however_long_the_high_has_stood(store: Store):
    world(store, "reports")
    reports(store, ("15:00", 72), ("21:30", 71))
    row = decisions(store, NOW).filter(ticker=B74).row(0, named=True)
    assert row["stability_hours"] > 5
    assert (gate(row, "post_peak")["passed"], row["reason"]) == (True, "observation_age")


def test_05_an_entry_that_rests_is_not_placed_again_in_the_next_tick(store: Store):
    world(store)
    rules = policy(override("entry.decision_interval_seconds", "0"))
    assert decisions(store, NOW, rules).filter(ticker=B74)["verdict"].item() == "post"
    [intent] = pipeline.intend(store, rules, at(NOW))["intent_id"]
    given(store, "posted.outcomes", f"intent_id|state|order_id\n{intent}|accepted|o1")
    feeds(store, "22:02")
    row = decisions(store, "22:02", rules).filter(ticker=B74).row(0, named=True)
    assert (row["verdict"], row["reason"]) == ("shadow", "not_resting")
    assert pipeline.intend(store, rules, at("22:02")).is_empty()


def test_06_positions_that_could_not_be_read_order_nothing(store: Store):
    world(store, "kalshi_positions")
    land(store, "kalshi_positions", "", received_at="22:00", status_code=500)
    rows = decisions(store, NOW)
    assert "post" not in rows["verdict"]
    assert pipeline.intend(store, policy(), at(NOW)).is_empty()


def test_07_an_order_whose_answer_was_never_written_is_ours_by_the_order_list(store: Store):
    world(store)
    decisions(store, NOW)
    [said] = pipeline.intend(store, policy(), at(NOW))["client_order_id"]
    given(store, "parsed.orders", f"order_id | client_order_id | ticker\no1 | {said} | {B74}")
    given(store, "parsed.fills", f"fill_id | order_id | ticker\nf1 | o1 | {B74}")
    store._con.execute("delete from posted.intents")
    store.derive("attribution")
    expect(
        table(store, "ledger.attribution"),
        "fill_id | strategy_id | evidence\nf1 | cross_bracket | order_list",
    )


def test_08_a_fill_that_comes_before_its_order_is_attributed_once_the_order_is_there(store: Store):
    given(store, "parsed.fills", f"fill_id | order_id | ticker\nf1 | o1 | {B74}")
    store.derive("attribution")
    assert table(store, "ledger.attribution")["evidence"].to_list() == ["none"]
    given(store, "posted.intents", f"intent_id | client_order_id | ticker\ni1 | xb_1 | {B74}")
    given(store, "parsed.orders", "order_id | client_order_id\no1 | xb_1")
    store.derive("attribution")
    assert table(store, "ledger.attribution")["evidence"].to_list() == ["order_list"]


@pytest.mark.parametrize(
    ("series", "closes_utc"),
    [
        ("KXHIGHNY", 5),
        ("KXHIGHMIA", 5),
        ("KXHIGHCHI", 6),
        ("KXHIGHAUS", 6),
        ("KXHIGHDEN", 7),
        ("KXHIGHLAX", 8),
    ],
)
def test_09_in_summer_the_day_ends_at_standard_midnight_as_the_market_does(
    store: Store, series: str, closes_utc: int
):
    """The closes are those that the exchange sent in 2026; daylight saving does not move them."""
    offset = store.frame(
        "select standard_offset_hours from ref.series join ref.stations using (station_id) "
        "where series_ticker = $series", series=series,
    ).item()  # fmt: skip
    midnight = at("+1d 00:00") - timedelta(hours=float(offset))
    assert midnight == at(f"+1d {closes_utc:02}:00")
    station = store.frame(
        "select station_id from ref.series where series_ticker = $series", series=series
    ).item()
    event = f"{series}-26JUN10"
    ladder(store, event, station_id=station, close_at=midnight.isoformat())
    reports(
        store,
        ((midnight - timedelta(minutes=7)).isoformat(), 80),
        ((midnight + timedelta(minutes=53)).isoformat(), 99),
        station_id=station,
    )
    guidance(store, 74.0, station_id=station)
    belief = pipeline.believe(store, policy(), midnight + timedelta(hours=1))
    seen = belief.evidence.filter(climate_date=date(2026, 6, 10))
    assert seen.is_empty() or seen["running_extreme_f"].max() == 80


def test_10_and_11_nothing_is_scored_and_no_ratio_counts_contracts():
    """Impossible, as the module says."""
    assert "scored" not in STAGES


@pytest.mark.parametrize(
    ("sent", "finding", "severity"),
    [
        ({"surprise": 1}, "field_drift", "info"),
        ({"count_fp": None}, "rejected_records", "halt"),  # it is all that the answer holds
    ],
)
def test_12_a_key_that_is_unknown_or_missing_is_counted_and_told(store, sent, finding, severity):
    sound = {
        "fill_id": "f1", "trade_id": "f1", "order_id": "o1", "ticker": B74,
        "market_ticker": B74, "outcome_side": "yes", "book_side": "bid", "side": "yes",
        "action": "buy", "yes_price_dollars": "0.4000", "no_price_dollars": "0.6000",
        "count_fp": "1.00", "fee_cost": "0.0168", "is_taker": True, "exchange_index": 0,
        "created_time": "2026-06-10T12:00:00Z", "ts": 1781092800,
    }  # fmt: skip
    land(store, "kalshi_fills", {"cursor": "", "fills": [{**sound, **sent}]})
    counts = store.parse()["fills"]
    assert counts.kept + counts.rejected == 1
    found = [one for one in store.audit(at("12:01"), "spec") if one.finding == finding]
    assert severity in {one.severity for one in found}
