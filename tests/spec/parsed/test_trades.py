"""parsed.trades: what others traded in public."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, sample, tell

CENTS = {
    "trade_id": "t-1", "ticker": "KXHIGHNY-25FEB21-B31.5", "count": 19, "yes_price": 75,
    "no_price": 25, "taker_side": "no", "created_time": "2025-02-22T04:53:00.275922Z",
}  # fmt: skip


def test_decimal_strings_are_read_exactly(store):
    tell(store, "kalshi_trades", sample("kalshi_trades"))
    expect(
        table(store, "parsed.trades"),
        """
        trade_id | traded_at   | yes_price_dollars | contracts | taker_outcome_side
        trade-1  | 15:00:00.25 | 0.31              | 2.50      | yes
        trade-2  | 15:00:01    | 0.305             | 1.00      | no
        """,
    )
    assert reasons(store, "trades") == []


def test_integer_cents_are_read_exactly(store):
    tell(store, "kalshi_trades", {"trades": [CENTS]})
    expect(
        table(store, "parsed.trades"),
        """
        trade_id | traded_at                  | yes_price_dollars | contracts | taker_outcome_side
        t-1      | 2025-02-22T04:53:00.275922 | 0.75              | 19.00     | no
        """,
    )


def test_the_taker_is_known_from_its_book_side_alone(store):
    record = {k: v for k, v in CENTS.items() if k != "taker_side"}
    tell(store, "kalshi_trades", {"trades": [{**record, "taker_book_side": "ask"}]})
    expect(table(store, "parsed.trades"), "taker_outcome_side\nno")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"trade_id": None}, "trade_id is missing"),
        ({"ticker": None}, "ticker is missing"),
        ({"created_time": "noon"}, "created_time is noon"),
        ({"yes_price_dollars": None}, "yes_price_dollars is missing"),
        ({"yes_price_dollars": "-0.31"}, "yes_price_dollars is -0.31"),
        ({"count_fp": "2.505"}, "count_fp is 2.505"),
        ({"count_fp": 0}, "count_fp is 0"),
        (
            {"taker_outcome_side": None, "taker_book_side": None},
            "taker_outcome_side is missing",
        ),
        ({"taker_outcome_side": True}, "taker_outcome_side is true"),
    ],
    ids=str,
)
def test_a_trade_that_cannot_be_read_is_a_reject_and_the_other_lands(store, change, reason):
    first, second = sample("kalshi_trades")["trades"]
    tell(store, "kalshi_trades", {"trades": [{**first, **change}, second]})
    expect(table(store, "parsed.trades"), "trade_id\ntrade-2")
    assert reasons(store, "trades") == [(0, reason)]


def test_archived_trades_in_their_own_key_names_are_read_in_dollars(store):
    tell(store, "kalshi_historical_trades", sample("kalshi_historical_trades"))
    expect(
        table(store, "parsed.trades"),
        """
        trade_id | traded_at  | yes_price_dollars | contracts | taker_outcome_side
        trade-1  | 14:30:00.5 | 0.30              | 12.50     | yes
        trade-2  | 14:31:00   | 0.04              | 3.00      | no
        """,
    )
    assert reasons(store, "trades") == []


@pytest.mark.parametrize(
    "priced",
    [
        {"yes_price": 30, "count": 7, "taker_side": "yes", "ts": 1781101800},
        {
            "yes_price": 30, "yes_price_dollars": "0.3000", "count": 7, "taker_side": "yes",
            "ts": 1781101800,
        },
        {
            "yes_price_dollars": "0.3000", "count_fp": "7.00", "taker_outcome_side": "yes",
            "taker_book_side": "bid", "ts_ms": 1781101800000,
        },
    ],
    ids=["cents", "both", "fixed point"],
)  # fmt: skip
def test_a_frame_of_any_generation_is_the_trade_that_the_list_tells(store, priced):
    msg = {"trade_id": "t-1", "market_ticker": "KXHIGHNY-26JUN10-B72.5", **priced}
    tell(store, "kalshi_ws", {"type": "trade", "sid": 1, "seq": 16, "msg": msg})
    listed = {
        "trade_id": "t-1", "ticker": "KXHIGHNY-26JUN10-B72.5", "yes_price_dollars": "0.3000",
        "count_fp": "7.00", "taker_outcome_side": "yes", "created_time": "2026-06-10T14:30:00Z",
    }  # fmt: skip
    tell(store, "kalshi_trades", {"trades": [listed]}, received_at="13:00")
    expect(
        table(store, "parsed.trades"),
        """
        trade_id | ticker                 | traded_at | yes_price_dollars | contracts
        t-1      | KXHIGHNY-26JUN10-B72.5 | 14:30     | 0.30              | 7.00
        """,
    )
    assert store.frame("select * from parsed.rejects").is_empty()
