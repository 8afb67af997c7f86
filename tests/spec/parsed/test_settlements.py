"""parsed.settlements: what the exchange said of each settled market, money kept as reported."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, sample, tell


def test_cents_and_strings_are_kept_as_dollars(store):
    tell(store, "kalshi_settlements", sample("kalshi_settlements"))
    expect(
        table(store, "parsed.settlements"),
        """
        ticker                 | market_result | settlement_value_dollars | revenue_reported_dollars
        KXHIGHNY-26JUN10-B72.5 | yes           | 1.00                     | 1.00
        KXHIGHNY-26JUN10-T77   | no            | 0.00                     | 0.50
        """,
    )
    expect(
        table(store, "parsed.settlements"),
        """
        yes_contracts_reported | no_cost_reported_dollars | fee_reported_dollars | settled_at
        1.00                   | 0.00                     | 0.0147               | +1d 12:00
        0.00                   | 0.48                     | 0.00                 | +1d 12:00
        """,
    )
    assert reasons(store, "settlements") == []


def test_integer_counts_and_costs_of_the_older_format_are_read(store):
    first = {
        "ticker": "KXHIGHNY-X", "event_ticker": "KXHIGHNY", "market_result": "void", "revenue": 0,
        "settled_time": "2026-01-10T04:00:00Z", "yes_count": 37, "no_count": 36,
        "yes_total_cost": 4286, "no_total_cost": 1, "fee_cost": "0.7300", "value": None,
    }  # fmt: skip
    tell(store, "kalshi_settlements", {"settlements": [first]})
    expect(
        table(store, "parsed.settlements"),
        """
        market_result | yes_contracts_reported | yes_cost_reported_dollars
        void          | 37.00                  | 42.86
        """,
    )


@pytest.mark.parametrize(
    ("change", "picture", "reason"),
    [
        ({"market_result": ""}, "market_result\n-", None),
        ({"market_result": "scalar", "value": 50}, "settlement_value_dollars\n0.50", None),
        ({"market_result": "draw"}, "market_result\n-", "market_result is draw"),
        ({"market_result": None}, "market_result\n-", "market_result is missing"),
        ({"settled_time": None}, "settled_at\n-", "settled_time is missing"),
        ({"settled_time": "soon"}, "settled_at\n-", "settled_time is soon"),
        ({"event_ticker": None}, "event_ticker\n-", "event_ticker is missing"),
        ({"value": 4559}, "settlement_value_dollars\n-", "value is 4559"),
        ({"value": -1}, "settlement_value_dollars\n-", "value is -1"),
        ({"revenue": None}, "revenue_reported_dollars\n-", None),
        ({"revenue": "inf"}, "revenue_reported_dollars\n-", "revenue is inf"),
        ({"revenue": 16807}, "revenue_reported_dollars\n168.07", None),
        ({"fee_cost": {}}, "fee_reported_dollars\n-", "fee_cost is {}"),
        (
            {"yes_total_cost_dollars": "0.3000001"},
            "yes_cost_reported_dollars\n-",
            "yes_total_cost_dollars is 0.3000001",
        ),
        ({"yes_count_fp": True}, "yes_contracts_reported\n-", "yes_count_fp is true"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_null_in_a_row_that_stays_and_is_said(
    store, change, picture, reason
):
    first, _ = sample("kalshi_settlements")["settlements"]
    tell(store, "kalshi_settlements", {"settlements": [{**first, **change}]})
    expect(table(store, "parsed.settlements"), picture)
    assert reasons(store, "settlements") == ([(0, reason)] if reason else [])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ticker": None}, "ticker is missing"),
        ({"ticker": 5}, "ticker is 5"),
        ({"event_ticker": ["x"]}, 'event_ticker is ["x"]'),
        ({"exchange_index": 1.5}, "exchange_index is 1.5"),
        ({"no_count_fp": "-0.50"}, "no_count_fp is -0.50"),
    ],
    ids=str,
)
def test_a_settlement_of_nothing_known_is_a_reject_and_the_other_lands(store, change, reason):
    first, second = sample("kalshi_settlements")["settlements"]
    tell(store, "kalshi_settlements", {"settlements": [{**first, **change}, second]})
    expect(table(store, "parsed.settlements"), "ticker\nKXHIGHNY-26JUN10-T77")
    assert reasons(store, "settlements") == [(0, reason)]


def test_the_latest_receipt_stays(store):
    first, _ = sample("kalshi_settlements")["settlements"]
    for hour, result in (("12:00", ""), ("14:00", "yes"), ("13:00", "no")):
        body = {"settlements": [{**first, "market_result": result}]}
        tell(store, "kalshi_settlements", body, received_at=hour)
    expect(table(store, "parsed.settlements"), "market_result | received_at\nyes | 14:00")


def test_fixed_point_rows_of_every_ending_are_read_void_and_scalar_among_them(store):
    # No recording shows one: constructed from the specification, void as it was until 2026-06-10.
    tell(store, "kalshi_settlements", sample("kalshi_settlements_endings"))
    expect(
        table(store, "parsed.settlements"),
        """
        ticker                 | market_result | settlement_value_dollars | revenue_reported_dollars
        KXHIGHNY-26JUN10-B72.5 | yes           | 1.00                     | 0.00
        KXHIGHNY-26JUN10-B74.5 | no            | -                        | 0.00
        KXHIGHNY-26JUN10-B76.5 | scalar        | 0.50                     | 1.25
        KXHIGHNY-26JUN10-T70   | void          | -                        | 0.00
        KXHIGHNY-26JUN10-T77   | -             | -                        | 0.00
        """,
    )
    expect(
        table(store, "parsed.settlements"),
        """
        ticker                 | yes_contracts_reported | no_contracts_reported | exchange_index
        KXHIGHNY-26JUN10-B72.5 | 168.00                 | 168.00                | 0
        KXHIGHNY-26JUN10-B74.5 | 0.00                   | 1.00                  | 0
        KXHIGHNY-26JUN10-B76.5 | 2.50                   | 0.00                  | 2
        KXHIGHNY-26JUN10-T70   | 1.00                   | 0.00                  | 0
        KXHIGHNY-26JUN10-T77   | 0.00                   | 0.50                  | 0
        """,
    )
    assert reasons(store, "settlements") == []
