"""One fill told several times, by frames, lists and archives, is one row that knows it all."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.spec.drawn import at, expect, given, table
from tests.spec.parsed.bodies import reasons, sample, tell

MINE = "xb_aaaaaaaaaaaaaaaaaaaaaaaaaa"
FRAME = sample("kalshi_ws")
FILL = sample("kalshi_fills")["fills"][0]
# As the list told it before 2026-03-12: cents, the client id, neither fee nor order.
CENTS = {
    "trade_id": "fill-1", "ticker": FILL["ticker"], "side": "yes", "action": "buy",
    "count": 1, "yes_price": 30, "client_order_id": MINE, "created_time": "2026-06-10T14:30:00.5Z",
}  # fmt: skip
ARCHIVED = sample("kalshi_historical_fills")["fills"][0]
RECORDS = {"frame": FRAME["msg"], "list": FILL, "cents": CENTS, "archive": ARCHIVED}
FEEDS = {"frame": "kalshi_ws", "archive": "kalshi_historical_fills"}
WHOLE = f"""
    fill_id | order_id | client_order_id | outcome_side | price_dollars | fee_dollars | is_taker
    fill-1  | order-1  | {MINE}          | yes          | 0.30          | 0.0147      | true
    """


def receive(store, name, hour, **changes):
    record = {**RECORDS[name], **changes}
    body = {**FRAME, "msg": record} if name == "frame" else {"fills": [record]}
    tell(store, FEEDS.get(name, "kalshi_fills"), body, received_at=hour)


def test_a_frame_is_a_fill_with_its_client_id(store):
    receive(store, "frame", "14:31")
    expect(table(store, "parsed.fills"), WHOLE)
    expect(
        table(store, "parsed.fills"),
        """
        ticker                 | yes_price_dollars | contracts | exchange_index | filled_at
        KXHIGHNY-26JUN10-B72.5 | 0.30              | 1.00      | 0              | 14:30:00.5
        """,
    )
    assert reasons(store, "fills") == []


@pytest.mark.parametrize("names", [("list", "frame"), ("cents", "list"), tuple(RECORDS)], ids=str)
def test_tellings_of_one_fill_are_one_row_in_any_order_of_receipt_and_of_landing(store, names):
    orders = [*itertools.permutations(names)]
    # All of a pair's; of four tellings every 23rd of 576, which visits each order of either.
    cases = [*itertools.product(orders, orders)][:: 23 if len(names) > 2 else 1]
    for number, (received, landed) in enumerate(cases):
        hours = dict(zip(received, ("15:00", "16:00", "17:00", "18:00"), strict=False))
        for name in landed:
            ids = {"fill_id": f"f{number}", "trade_id": f"f{number}"}
            receive(store, name, hours[name], **ids)
    fills = table(store, "parsed.fills")
    assert fills["fill_id"].n_unique() == fills.height == len(cases)
    assert set(fills["received_at"]) == {at("15:00")}
    told = fills.select("order_id", "client_order_id", "price_dollars", "fee_dollars", "is_taker")
    assert set(told.rows()) == {("order-1", MINE, Decimal("0.3"), Decimal("0.0147"), True)}
    assert store.rebuild(["parsed"], write=False).rows_changed == 0


def test_what_the_first_receipt_tells_is_never_replaced(store):
    receive(store, "list", "15:00")
    receive(store, "list", "16:00", fee_cost="1.470000", order_id="order-9", is_taker=False)
    receive(store, "cents", "17:00", client_order_id="mm_xb_1")
    receive(store, "frame", "18:00")
    expect(
        table(store, "parsed.fills"),
        """
        order_id | client_order_id | fee_dollars | is_taker | received_at
        order-1  | mm_xb_1         | 0.0147      | true     | 15:00
        """,
    )


@pytest.mark.parametrize("landed", [*itertools.permutations(("15:00", "16:00", "17:00"))], ids=str)
def test_of_one_window_the_first_that_tells_a_gap_fills_it(store, landed):
    told = {
        "15:00": ("list", {}),
        "16:00": ("cents", {"client_order_id": "mm_xb_1"}),
        "17:00": ("cents", {"client_order_id": "mm_xb_2"}),
    }
    for hour in landed:
        name, changes = told[hour]
        receive(store, name, hour, **changes)
    store.rebuild(["parsed"], write=True)
    expect(table(store, "parsed.fills"), "client_order_id | received_at\nmm_xb_1 | 15:00")


@pytest.mark.parametrize("window", [("14:00", "15:30"), ("15:30", "17:00"), ("18:00", "19:00")])
def test_rebuilding_a_part_of_the_time_loses_nothing_told_at_another(store, window):
    receive(store, "list", "15:00")
    receive(store, "frame", "16:00")
    receive(store, "archive", "18:30")
    span = (at(window[0]), at(window[1]))
    assert store.rebuild(["parsed"], span, write=True).rows_changed == 0
    expect(table(store, "parsed.fills"), WHOLE)


@pytest.mark.parametrize("order", [("frame", "list"), ("list", "frame")], ids=str)
def test_a_fill_is_ours_by_the_frame_whatever_the_list_leaves_out(store, order):
    given(
        store,
        "posted.intents",
        f"""
        intent_id | client_order_id | strategy_id   | ticker
        i1        | {MINE}          | cross_bracket | KXHIGHNY-26JUN10-B72.5
        """,
    )
    for name, hour in zip(order, ("15:00", "16:00"), strict=True):
        receive(store, name, hour)
    store.derive("attribution")
    expect(
        table(store, "ledger.attribution"),
        """
        fill_id | strategy_id   | evidence        | intent_id
        fill-1  | cross_bracket | client_order_id | i1
        """,
    )


def test_an_archived_fill_in_its_own_key_names_is_read_in_dollars(store):
    tell(store, "kalshi_historical_fills", sample("kalshi_historical_fills"))
    expect(
        table(store, "parsed.fills"),
        """
        fill_id | outcome_side | price_dollars | yes_price_dollars | contracts | fee_dollars
        fill-1  | yes          | 0.30          | 0.30              | 1.00      | 0.0147
        fill-2  | no           | 0.96          | 0.04              | 0.50      | 0.00
        """,
    )
    assert reasons(store, "fills") == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        # A number in a key without suffix is whole cents, a text is dollars; all else is neither.
        ({"yes_price": 0.3}, "yes_price_dollars is 0.3"),
        ({"yes_price": "30"}, "yes_price_dollars is 30"),
        ({"yes_price": 3000}, "yes_price_dollars is 3000"),
        ({"yes_price": None}, "yes_price_dollars is missing"),
        ({"yes_price": ["0.30"]}, 'yes_price_dollars is ["0.30"]'),
    ],
    ids=str,
)
def test_a_price_of_unknown_unit_is_a_reject(store, change, reason):
    tell(store, "kalshi_historical_fills", {"fills": [{**ARCHIVED, **change}]})
    assert table(store, "parsed.fills").is_empty()
    assert reasons(store, "fills") == [(0, reason)]


@pytest.mark.parametrize(
    "frame",
    [
        {"id": 1, "type": "subscribed", "msg": {"channel": "fill", "sid": 13}},
        {"id": 2, "type": "error", "msg": {"code": 6, "msg": "Already subscribed"}},
        {"type": "orderbook_delta", "sid": 1, "seq": 2, "msg": {"market_ticker": "T"}},
        {"id": 3, "sid": 1, "seq": 9, "type": "ok"},
    ],
    ids=lambda frame: frame["type"],
)
def test_a_frame_of_something_else_tells_no_fill_and_is_no_reject(store, frame):
    tell(store, "kalshi_ws", frame)
    assert table(store, "parsed.fills").is_empty()
    assert store.frame("select * from parsed.rejects").is_empty()


@pytest.mark.parametrize(
    ("msg", "reason"),
    [
        ({**FRAME["msg"], "ts_ms": None}, None),
        ({**FRAME["msg"], "ts_ms": None, "ts": None}, "created_time is missing"),
        ({**FRAME["msg"], "ts_ms": "soon"}, "created_time is soon"),
        ({**FRAME["msg"], "market_ticker": None}, "ticker is missing"),
        ({**FRAME["msg"], "count_fp": "inf"}, "count_fp is inf"),
        (None, "the record is no object"),
    ],
    ids=str,
)
def test_a_frame_that_tells_a_fill_badly_is_one_reject(store, msg, reason):
    tell(store, "kalshi_ws", {"type": "fill", "sid": 13, "msg": msg})
    assert reasons(store, "fills") == ([(0, reason)] if reason else [])
    assert table(store, "parsed.fills").height == (0 if reason else 1)


def test_seconds_alone_tell_when_a_frame_s_fill_was(store):
    msg = {**FRAME["msg"], "ts_ms": None}
    tell(store, "kalshi_ws", {"type": "fill", "msg": msg})
    filled_at = table(store, "parsed.fills")["filled_at"].to_list()
    assert filled_at == [datetime(2026, 6, 10, 14, 30, tzinfo=UTC)]
