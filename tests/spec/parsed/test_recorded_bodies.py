"""Every recorded body is read; what is rejected is what a person would refuse as well."""

from __future__ import annotations

import json

import pytest

from tests.shared import shared
from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import NOUNS_OF_FEED, tell

GEN1 = "gen1_2024-2025_integer_cents"
GEN3 = "gen3_2026-06_fixed_point_demo"
GEN4 = "gen4_2026-07_weather_prod"
GEN5 = "gen5_2026-09-04_weather_prod_exchange_index_TWC"

# Who recorded these trimmed the quotes away, so no market of theirs has one.
TRIMMED = {
    "markets_KXHIGHNY-26SEP01_settled_TWC_trimmed_keys.json",
    "historical_markets_KXHIGHNY-26JUL02_NWS_trimmed_keys.json",
}
# One market alone is another endpoint's answer, and an error is no list of markets.
NO_LIST = {"markets__single.json", "markets__unauth_single.json", "markets__limit_over_max.json"}

PATTERNS = [
    (GEN1, "event_*.json", "kalshi_event"),
    (GEN3, "markets__*.json", "kalshi_markets"),
    (GEN3, "trades__*.json", "kalshi_trades"),
    (GEN3, "fills__*.json", "kalshi_fills"),
    (GEN3, "settlements__*.json", "kalshi_settlements"),
    (GEN3, "portfolio__orders_list.json", "kalshi_orders"),
    (GEN3, "portfolio__positions.json", "kalshi_positions"),
    (GEN3, "auth__balance_ok.json", "kalshi_balance"),
    (GEN3, "auth__balance_alt_host.json", "kalshi_balance"),
    (GEN3, "orderbook__*.json", "kalshi_orderbook"),
    (GEN4, "kxhighny_*.json", "kalshi_markets"),
    (GEN5, "*markets_*.json", "kalshi_markets"),
    (GEN5, "event_*.json", "kalshi_event"),
    (GEN5, "trades_*.json", "kalshi_trades"),
    (GEN5, "orderbook_*.json", "kalshi_orderbook"),
]


def recorded(folder, pattern):
    return [
        path
        for path in sorted(shared("payloads", "kalshi", folder).glob(pattern))
        if not path.name.endswith(".meta.json")
    ]


@pytest.mark.parametrize(("folder", "pattern", "feed"), PATTERNS, ids="/".join)
def test_every_recorded_body_is_read(store, folder, pattern, feed):
    paths = recorded(folder, pattern)
    assert paths
    for number, path in enumerate(paths):
        tell(store, feed, path.read_bytes(), request="KXHIGHLAX-26SEP05-T80", endpoint=path.name,
             page=number)  # fmt: skip
    rejects = store.frame(
        "select endpoint, noun, position, reason from parsed.rejects "
        "inner join landed.requests using (request_id)"
    )
    for endpoint, noun, position, reason in rejects.rows():
        if endpoint in TRIMMED:
            assert noun == "quotes"
            assert "yes_bid_dollars is missing" in reason
        else:
            assert endpoint in NO_LIST, (endpoint, noun, reason)
            assert (noun, position) == ("markets", -1)
    for noun in NOUNS_OF_FEED[feed]:
        is_empty_recording = pattern == "settlements__*.json"
        assert table(store, f"parsed.{noun}").is_empty() == is_empty_recording


def test_the_trades_recorded_in_cents_are_read(store):
    (path,) = recorded(GEN1, "trades_*.json")
    grouped = json.loads(path.read_text(encoding="utf-8"))
    trades = [trade for group in grouped.values() for trade in group]
    tell(store, "kalshi_trades", {"trades": trades})
    assert table(store, "parsed.trades").height == len(trades) > 100
    assert store.frame("select * from parsed.rejects").is_empty()


def test_the_recorded_fills_cost_what_the_exchange_charged(store):
    (path,) = recorded(GEN3, "fills__*.json")
    tell(store, "kalshi_fills", path.read_bytes())
    expect(
        table(store, "parsed.fills"),
        """
        outcome_side | price_dollars | contracts | fee_dollars | is_taker
        yes          | 0.52          | 1.00      | 0.0175      | true
        yes          | 0.99          | 1.00      | 0.0007      | true
        yes          | 0.99          | 1.00      | 0.0007      | true
        """,
    )


def test_a_winner_without_strikes_has_the_bounds_of_its_words(store):
    (path,) = recorded(GEN1, "event_KXHIGHAUS-25JAN17_tail_missing_strike_fields.json")
    tell(store, "kalshi_event", path.read_bytes())
    expect(
        table(store, "parsed.markets").filter(bounds_evidence="subtitle"),
        "strike_type | market_result | climate_date\n- | yes | 2025-01-17",
    )


def test_recorded_weather_is_read(store):
    tell(store, "metar", shared("payloads", "weather", "awc_metar_samples.json").read_bytes())
    expect(
        table(store, "parsed.observations"),
        """
        station_id | observed_at          | kind  | lower_f | upper_f
        KMCI       | 2025-06-19T20:53:00Z | point | 86      | 86
        KNYC       | 2026-05-21T18:51:00Z | point | 58      | 58
        """,
    )
    body = shared("payloads", "weather", "open_meteo_previous_runs_KNYC_ecmwf.json").read_bytes()
    request = "source_id=open_meteo_ecmwf;stations=KNYC;unit=°F"
    tell(store, "open_meteo", body, request=request)
    expect(
        table(store, "parsed.guidance").filter(measure="high"),
        """
        climate_date | issued_at            | value_f
        2025-01-28   | 2025-01-28T05:00:00Z | 34.9
        2025-01-28   | 2025-01-27T05:00:00Z | 32.9
        """,
    )
    assert store.frame("select * from parsed.rejects").is_empty()
