"""parsed.markets: what each market is, which degrees it wins on and what became of it."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, sample, tell

PLAIN = {
    "ticker": "KXHIGHNY-26JUN10-X", "event_ticker": "KXHIGHNY-26JUN10", "status": "active",
    "result": "", "open_time": "2026-06-09T14:00:00Z", "close_time": "2026-06-11T05:00:00Z",
}  # fmt: skip


def test_a_market_of_a_known_series_has_station_day_and_bounds(store):
    tell(store, "kalshi_markets", sample("kalshi_markets"))
    expect(
        table(store, "parsed.markets"),
        """
        ticker                 | series_ticker | station_id | measure | climate_date
        KXHIGHNY-26JUN10-B72.5 | KXHIGHNY      | KNYC       | high    | 2026-06-10
        KXHIGHNY-26JUN10-T77   | KXHIGHNY      | KNYC       | high    | 2026-06-10
        """,
    )
    expect(
        table(store, "parsed.markets"),
        """
        strike_type | floor_strike | cap_strike | lower_f | upper_f | bounds_evidence | close_at
        between     | 72           | 73         | 72      | 73      | strikes         | +1d 05:00
        greater     | 77           | -          | 78      | -       | strikes         | +1d 05:00
        """,
    )
    assert reasons(store, "markets") == []


@pytest.mark.parametrize("nesting", [lambda b: b, lambda b: {"event": {"markets": b["markets"]}}])
def test_an_event_carries_its_markets_beside_it_or_within(store, nesting):
    tell(store, "kalshi_event", nesting(sample("kalshi_markets")))
    assert table(store, "parsed.markets").height == 2
    assert reasons(store, "markets") == []


def test_the_older_ticker_prefix_belongs_to_the_same_station(store):
    market = {
        **PLAIN,
        "ticker": "HIGHNY-24AUG20-T70",
        "event_ticker": "HIGHNY-24AUG20",
        "yes_sub_title": "69° or below",
    }
    tell(store, "kalshi_markets", {"markets": [market]})
    expect(
        table(store, "parsed.markets"),
        """
        series_ticker | station_id | climate_date | lower_f | upper_f | bounds_evidence
        HIGHNY        | KNYC       | 2024-08-20   | -       | 69      | subtitle
        """,
    )


def test_a_market_outside_the_known_series_counts_and_has_no_bounds(store):
    market = {
        **PLAIN, "ticker": "KXMLBHIT-26JUN11-3", "event_ticker": "KXMLBHIT-26JUN11",
        "strike_type": "greater", "floor_strike": 3.5, "expiration_value": "a walk-off",
    }  # fmt: skip
    tell(store, "kalshi_markets", {"markets": [market]})
    expect(
        table(store, "parsed.markets"),
        """
        series_ticker | station_id | climate_date | floor_strike | lower_f | bounds_evidence
        KXMLBHIT      | -          | -            | 3.5          | -       | -
        """,
    )
    assert reasons(store, "markets") == []


@pytest.mark.parametrize(
    ("change", "climate_date", "reason"),
    [
        ({"rules_primary": "Of the day, for June 10, 2026, if"}, "2026-06-10", None),
        ({"rules_primary": "for Jun 09, 2026, is"}, None, "rules: 2026-06-09, ticker: 2026-06-10"),
        ({"rules_primary": "no date"}, "2026-06-10", None),
        ({"event_ticker": "KXHIGHNY-LATER"}, "2026-06-10", None),
        ({"event_ticker": "KXHIGHNY-26FEB30", "rules_primary": ""}, None, "undecidable"),
    ],
    ids=str,
)
def test_the_rules_say_the_day_and_the_ticker_only_checks_it(store, change, climate_date, reason):
    market = {**PLAIN, "yes_sub_title": "72° to 73°", "rules_primary": "for Jun 10, 2026, if"}
    tell(store, "kalshi_markets", {"markets": [{**market, **change}]})
    expect(table(store, "parsed.markets"), f"climate_date\n{climate_date or '-'}")
    found = reasons(store, "markets")
    assert len(found) == (reason is not None)
    assert reason is None or reason in found[0][1]


@pytest.mark.parametrize(
    ("change", "picture", "reason"),
    [
        ({"result": "yes"}, "market_result\nyes", None),
        ({"result": "void"}, "market_result\nvoid", None),
        ({"result": "perhaps"}, "market_result\n-", "result is perhaps"),
        ({"result": None}, "market_result\n-", "result is missing"),
        ({"settlement_value_dollars": "1.0000"}, "settlement_value_dollars\n1", None),
        ({"settlement_value": 0}, "settlement_value_dollars\n0", None),
        (
            {"settlement_value_dollars": "7"},
            "settlement_value_dollars\n-",
            "settlement_value_dollars is 7",
        ),
        ({"expiration_value": "82.00"}, "expiration_value_f\n82", None),
        ({"expiration_value": " "}, "expiration_value_f\n-", None),
        (
            {"expiration_value": "84. The report was late."},
            "expiration_value_f\n-",
            "expiration_value is 84. The report was late.",
        ),
        ({"expiration_value": "1e9"}, "expiration_value_f\n-", "expiration_value is 1e9"),
        (
            {"settlement_ts": "2026-06-11T12:00:00Z", "status": "finalized"},
            "settled_at | status\n+1d 12:00 | finalized",
            None,
        ),
        ({"settlement_ts": "later"}, "settled_at\n-", "settlement_ts is later"),
        ({"close_time": None}, "close_at\n-", "close_time is missing"),
        ({"open_time": "2026"}, "open_at\n-", "open_time is 2026"),
        ({"floor_strike": "inf"}, "floor_strike\n-", None),
    ],
    ids=str,
)
def test_what_is_unknown_is_null_in_a_market_that_stays(store, change, picture, reason):
    market = {**PLAIN, "yes_sub_title": "72° to 73°", **change}
    tell(store, "kalshi_markets", {"markets": [market]})
    expect(table(store, "parsed.markets"), picture)
    assert reasons(store, "markets") == ([(0, reason)] if reason else [])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ticker": None}, "ticker is missing"),
        ({"ticker": {"x": 1}}, 'ticker is {"x":1}'),
        ({"event_ticker": 5}, "event_ticker is 5"),
        ({"status": None}, "status is missing"),
        ({"status": ["active"]}, 'status is ["active"]'),
    ],
    ids=str,
)
def test_a_market_without_its_names_is_a_reject_and_the_other_lands(store, change, reason):
    first, second = sample("kalshi_markets")["markets"]
    tell(store, "kalshi_markets", {"markets": [{**first, **change}, second]})
    expect(table(store, "parsed.markets"), "ticker\nKXHIGHNY-26JUN10-T77")
    assert reasons(store, "markets") == [(0, reason)]


@pytest.mark.parametrize("hours", [("12:00", "13:00"), ("13:00", "12:00")])
def test_the_latest_version_stays_whatever_landed_first(store, hours):
    for hour in hours:
        status = "active" if hour == "12:00" else "closed"
        market = {**PLAIN, "yes_sub_title": "72° to 73°", "status": status}
        tell(store, "kalshi_markets", {"markets": [market]}, received_at=hour)
    expect(table(store, "parsed.markets"), "status | received_at\nclosed | 13:00")


def test_the_template_is_one_for_all_days_and_brackets(store):
    def said(day, condition):
        return f"If the high for Jun {day}, 2026, {condition}, Yes. Judged on June {day + 1}, 2026."

    texts = [
        said(10, "is between 72-73°"),
        said(9, "is less than -4°"),
        said(11, "is greater than 101°"),
        said(10, "is between 72-73°").replace("high", "maximum"),
    ]
    markets = [
        {**PLAIN, "ticker": f"KXHIGHNY-26JUN10-X{n}", "rules_primary": text}
        for n, text in enumerate(texts)
    ]
    tell(store, "kalshi_markets", {"markets": markets})
    hashes = store.frame("select rules_template_sha256 from parsed.markets order by ticker")
    first, second, third, other = hashes["rules_template_sha256"]
    assert first == second == third != other


def test_archived_markets_tell_their_results_and_no_quotes(store):
    tell(store, "kalshi_historical_markets", sample("kalshi_markets"))
    assert table(store, "parsed.markets").height == len(sample("kalshi_markets")["markets"])
    assert table(store, "parsed.quotes").is_empty()
    assert reasons(store, "markets") == []


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ({"settlement_value": 50}, "0.50"),
        ({"settlement_value": "0.5000"}, "0.50"),
        ({"settlement_value_dollars": "0.5000"}, "0.50"),
        ({"settlement_value": 0.5}, "-"),
    ],
    ids=str,
)
def test_a_scalar_value_is_cents_as_a_number_and_dollars_as_a_text(store, sent, value):
    first = sample("kalshi_markets")["markets"][0]
    first.pop("settlement_value_dollars", None)
    tell(store, "kalshi_historical_markets", {"markets": [{**first, "result": "scalar", **sent}]})
    expect(
        table(store, "parsed.markets"),
        f"market_result | settlement_value_dollars\n scalar | {value}",
    )
