"""parsed.fills: what the exchange told us was filled, whatever it said it in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, sample, tell

FIXED_POINT = {
    "action": "buy", "count_fp": "1.00", "created_time": "2026-06-10T14:30:00.5Z",
    "fee_cost": "0.017500", "fill_id": "f-1", "is_taker": True, "market_ticker": "KXHIGHNY-X",
    "no_price_dollars": "0.4800", "order_id": "o-1", "side": "yes", "subaccount_number": 0,
    "ticker": "KXHIGHNY-X", "trade_id": "f-1", "ts": 1781101800, "yes_price_dollars": "0.5200",
}  # fmt: skip
SIDELESS = {k: v for k, v in FIXED_POINT.items() if k not in {"side", "action"}}
CENTS = {
    "trade_id": "f-1", "order_id": "o-1", "ticker": "KXHIGHNY-X", "side": "yes", "action": "buy",
    "count": 3, "yes_price": 30, "no_price": 70, "is_taker": False,
    "created_time": "2025-06-10T14:30:00Z",
}  # fmt: skip


def without(record, *names):
    return {name: value for name, value in record.items() if name not in names}


@pytest.mark.parametrize(
    ("record", "picture"),
    [
        (
            FIXED_POINT,
            """
            fill_id | order_id | client_order_id | ticker     | outcome_side | price_dollars
            f-1     | o-1      | -               | KXHIGHNY-X | yes          | 0.52
            """,
        ),
        (
            FIXED_POINT,
            """
            yes_price_dollars | contracts | fee_dollars | is_taker | exchange_index | filled_at
            0.52              | 1.00      | 0.0175      | true     | 0              | 14:30:00.5
            """,
        ),
        (
            CENTS,
            """
            fill_id | outcome_side | price_dollars | contracts | fee_dollars | is_taker
            f-1     | yes          | 0.30          | 3.00      | -           | false
            """,
        ),
        (
            {**FIXED_POINT, "count": 1, "yes_price": 52, "no_price": 48},
            """
            fill_id | outcome_side | price_dollars | contracts
            f-1     | yes          | 0.52          | 1.00
            """,
        ),
        # Whole contracts beside a fraction, whichever way they were made whole.
        ({**FIXED_POINT, "count_fp": "1.50", "count": 1}, "contracts\n1.50"),
        ({**FIXED_POINT, "count_fp": "1.50", "count": 2}, "contracts\n1.50"),
        (
            {**SIDELESS, "outcome_side": "no", "book_side": "ask"},
            """
            fill_id | outcome_side | price_dollars | yes_price_dollars
            f-1     | no           | 0.48          | 0.52
            """,
        ),
        (
            {**SIDELESS, "book_side": "ask"},
            """
            fill_id | outcome_side | price_dollars | yes_price_dollars
            f-1     | no           | 0.48          | 0.52
            """,
        ),
        (
            {**without(FIXED_POINT, "fill_id"), "trade_id": "t-7"},
            """
            fill_id | ticker
            t-7     | KXHIGHNY-X
            """,
        ),
        (
            {**without(FIXED_POINT, "trade_id", "ticker"), "market_ticker": "KXHIGHNY-Y"},
            """
            fill_id | ticker
            f-1     | KXHIGHNY-Y
            """,
        ),
        (
            {**FIXED_POINT, "client_order_id": "mm_xb_1"},
            """
            fill_id | client_order_id
            f-1     | mm_xb_1
            """,
        ),
        (
            {**FIXED_POINT, "client_order_id": ""},
            """
            fill_id | client_order_id
            f-1     | -
            """,
        ),
        (
            without(FIXED_POINT, "created_time"),
            """
            fill_id | filled_at
            f-1     | 14:30
            """,
        ),
        (
            {**FIXED_POINT, "exchange_index": 2},
            """
            fill_id | exchange_index
            f-1     | 2
            """,
        ),
    ],
    ids=lambda case: None if isinstance(case, str) else ",".join(sorted(case))[:40],
)
def test_every_generation_folds_into_one_shape(store, record, picture):
    tell(store, "kalshi_fills", {"fills": [record]})
    expect(table(store, "parsed.fills"), picture)
    assert reasons(store, "fills") == []


@pytest.mark.parametrize(
    ("action", "side", "outcome_side", "price_dollars"),
    [
        ("buy", "yes", "yes", "0.30"),
        ("buy", "no", "no", "0.70"),
        ("sell", "yes", "no", "0.70"),
        ("sell", "no", "yes", "0.30"),
    ],
)
def test_a_legacy_sell_is_the_buy_of_the_other_side(
    store, action, side, outcome_side, price_dollars
):
    tell(store, "kalshi_fills", {"fills": [{**CENTS, "action": action, "side": side}]})
    expect(
        table(store, "parsed.fills"),
        f"""
        outcome_side   | price_dollars   | yes_price_dollars
        {outcome_side} | {price_dollars} | 0.30
        """,
    )


@pytest.mark.parametrize(
    ("action", "side", "outcome_side", "price_dollars"),
    [
        ("sell", "yes", "no", "0.9999"),
        ("sell", "no", "yes", "0.0001"),
        ("buy", "no", "no", "0.9999"),
        ("buy", "yes", "yes", "0.0001"),
    ],
)
def test_a_sell_of_the_fixed_point_shape_is_a_buy_too_to_the_hundredth_of_a_cent(
    store, action, side, outcome_side, price_dollars
):
    record = {**FIXED_POINT, "action": action, "side": side, "count_fp": "0.01"}
    record["fee_cost"] = "0.0001"
    record |= {"yes_price_dollars": "0.0001", "no_price_dollars": "0.9999"}
    # Beside them the cents of that time, of which a hundredth of a cent is none.
    tell(store, "kalshi_fills", {"fills": [{**record, "yes_price": 0, "no_price": 100}]})
    expect(
        table(store, "parsed.fills"),
        f"""
        outcome_side   | price_dollars   | yes_price_dollars | contracts
        {outcome_side} | {price_dollars} | 0.0001            | 0.01
        """,
    )
    assert reasons(store, "fills") == []


def test_ids_that_differ_in_case_are_different_fills(store):
    ids = ("f-1", "F-1", "f-1")
    tell(store, "kalshi_fills", {"fills": [{**FIXED_POINT, "fill_id": one} for one in ids]})
    assert sorted(table(store, "parsed.fills")["fill_id"]) == ["F-1", "f-1"]


@pytest.mark.parametrize(
    ("name", "sent", "column", "kept"),
    [
        ("count_fp", "0.50", "contracts", "0.50"),
        ("count_fp", "0.5000", "contracts", "0.50"),
        ("count_fp", 2, "contracts", "2"),
        ("yes_price_dollars", "0.0950", "yes_price_dollars", "0.095"),
        ("yes_price_dollars", "0.123456000", "yes_price_dollars", "0.123456"),
        ("fee_cost", "0.0000010", "fee_dollars", "0.000001"),
    ],
)
def test_amounts_stay_exact_and_trailing_zeros_are_harmless(store, name, sent, column, kept):
    record = {**without(FIXED_POINT, "no_price_dollars"), name: sent}
    tell(store, "kalshi_fills", {"fills": [record]})
    expect(table(store, "parsed.fills"), f"{column}\n{kept}")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"created_time": "garbage"}, "created_time is garbage"),
        ({"created_time": "2026-06-10T14:30:00"}, "created_time is 2026-06-10T14:30:00"),
        ({"created_time": "0001-01-01T00:00:00Z"}, "created_time is 0001-01-01T00:00:00Z"),
        ({"count_fp": "inf"}, "count_fp is inf"),
        ({"count_fp": "0.505"}, "count_fp is 0.505"),
        ({"count_fp": "-1.00"}, "count_fp is -1.00"),
        ({"count_fp": "0.00"}, "count_fp is 0.00"),
        ({"count_fp": "1e3"}, "count_fp is 1e3"),
        ({"count_fp": 1e300}, "count_fp is 1e+300"),
        ({"count_fp": "5000000000"}, "count_fp is 5000000000"),
        ({"count_fp": ""}, "count_fp is "),
        ({"count_fp": None}, "count_fp is missing"),
        ({"yes_price_dollars": None}, "yes_price_dollars is missing"),
        ({"yes_price_dollars": "0.5200001"}, "yes_price_dollars is 0.5200001"),
        ({"yes_price_dollars": "1.0000"}, "yes_price_dollars is 1.0000"),
        ({"yes_price_dollars": "0"}, "yes_price_dollars is 0"),
        ({"yes_price_dollars": "nan", "yes_price": 52}, "yes_price_dollars is nan"),
        ({"yes_price": 55}, "yes_price is 55 beside 0.5200"),
        ({"no_price_dollars": "0.4700"}, "no_price_dollars is 0.4700"),
        ({"side": None}, "outcome_side is missing"),
        ({"outcome_side": "maybe"}, "outcome_side is maybe"),
        ({"outcome_side": "yes", "book_side": "ask"}, "book_side is ask beside yes"),
        ({"ticker": {"a": 1}}, 'ticker is {"a":1}'),
        ({"fill_id": [1]}, "fill_id is [1]"),
        ({"order_id": True, "is_taker": 1}, "is_taker is 1"),
        ({"fee_cost": "-0.01"}, "fee_cost is -0.01"),
        ({"exchange_index": "first"}, "exchange_index is first"),
    ],
    ids=str,
)
def test_one_unreadable_record_is_one_reject_and_the_others_land(store, change, reason):
    first, second = sample("kalshi_fills")["fills"]
    tell(store, "kalshi_fills", {"fills": [first, {**FIXED_POINT, **change}, second]})
    assert set(table(store, "parsed.fills")["fill_id"]) == {"fill-1", "fill-2"}
    ((position, words),) = reasons(store, "fills")
    assert position == 1
    assert reason in words
    kept = store.frame("select record from parsed.rejects")["record"][0]
    assert '"fill_id"' in kept


@pytest.mark.parametrize("name", ["fee_cost", "order_id"])
def test_a_fill_that_does_not_tell_its_fee_or_order_is_kept_and_said(store, name):
    tell(store, "kalshi_fills", {"fills": [without(FIXED_POINT, name)]})
    assert table(store, "parsed.fills").height == 1
    assert reasons(store, "fills") == [(0, f"{name} is missing")]


def test_the_same_page_three_times_is_one_row(store):
    page = {"fills": [FIXED_POINT]}
    seen, rows_before, added = [], 0, []
    for hour in ("12:00", "13:00", "14:00"):
        tell(store, "kalshi_fills", page, received_at=hour)
        found = table(store, "parsed.fills")["received_at"].to_list()
        added.append(len(found) - rows_before)
        rows_before = len(found)
        seen.append(found)
    assert added == [1, 0, 0]
    assert seen == [[datetime(2026, 6, 10, 12, tzinfo=UTC)]] * 3


def test_the_order_of_landing_does_not_change_the_book(store):
    pages = [
        ({"fills": [{**FIXED_POINT, "fill_id": f"f-{number}"}]}, f"1{number}:00")
        for number in (3, 1, 2, 1)
    ]
    for page, hour in pages:
        tell(store, "kalshi_fills", page, received_at=hour)
    expect(
        table(store, "parsed.fills"),
        """
        fill_id | received_at
        f-1     | 11:00
        f-2     | 12:00
        f-3     | 13:00
        """,
    )
    assert store.rebuild(["parsed"], write=False).rows_changed == 0


def test_an_answer_that_is_not_200_is_not_read(store):
    tell(store, "kalshi_fills", {"fills": [FIXED_POINT]}, status_code=503)
    assert table(store, "parsed.fills").is_empty()
    assert reasons(store, "fills") == []
