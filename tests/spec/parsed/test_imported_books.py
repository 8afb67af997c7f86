"""parsed.fills, orders, settlements and markets, where the predecessor's books fill them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.spec.drawn import expect, given, land, table
from tests.spec.parsed.bodies import reasons
from tests.spec.parsed.predecessor import DECISION, FILL, ORDER, SETTLEMENT, SNAPSHOT, T, tell


def test_a_fill_keeps_its_cents_exactly_and_its_time_to_the_microsecond(store):
    tell(store, "fills", FILL)
    expect(
        table(store, "parsed.fills"),
        f"""
        fill_id|order_id|client_order_id|ticker|outcome_side|price_dollars|yes_price_dollars|is_imported
        f1     | o1     | -             | {T}  | no         | .72         | .28             | true
        """,
    )
    expect(
        table(store, "parsed.fills"),
        "contracts | fee_dollars | is_taker | exchange_index | filled_at\n"
        "2 | .03 | true | 0 | 2026-05-10T20:06:04.398416",
    )


@pytest.mark.parametrize(
    ("side", "action", "outcome_side", "price"),
    [
        ("yes", "buy", "yes", "0.28"),
        ("no", "buy", "no", "0.72"),
        ("yes", "sell", "no", "0.72"),
        ("no", "sell", "yes", "0.28"),
    ],
)
def test_a_sell_of_a_side_is_the_buy_of_the_other(store, side, action, outcome_side, price):
    tell(store, "fills", {**FILL, "side": side, "action": action})
    found = table(store, "parsed.fills").row(0, named=True)
    assert (found["outcome_side"], found["price_dollars"]) == (outcome_side, Decimal(price))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"trade_id": ""}, "trade_id"),
        ({"ticker": None}, "ticker"),
        ({"side": "maybe"}, "side"),
        ({"yes_price_cents": 0, "no_price_cents": 0}, "yes_price_cents is 0"),
        ({"no_price_cents": 71}, "no_price_cents is 71"),
        ({"contracts": 0}, "contracts is 0"),
        ({"contracts": "Infinity"}, "contracts is Infinity"),
        ({"fee_cents": -1}, "fee_cents is -1"),
        ({"is_taker": 2}, "is_taker is 2"),
        ({"fill_ts_unix": None}, "fill_ts_unix is missing"),
        ({"fill_ts_unix": "inf"}, "fill_ts_unix is inf"),
    ],
)
def test_a_fill_that_cannot_be_read_is_a_reject_and_its_neighbour_lands(store, wrong, reason):
    tell(store, "fills", {**FILL, **wrong}, {**FILL, "trade_id": "f2"})
    assert table(store, "parsed.fills")["fill_id"].to_list() == ["f2"]
    ((position, said),) = reasons(store, "imported_fills")
    assert position == 0
    assert reason in said


@pytest.mark.parametrize("is_first", [True, False])
def test_the_exchanges_own_word_beats_the_predecessors_whichever_comes_first(store, is_first):
    own = {
        "fill_id": "f1", "order_id": "o1", "ticker": T, "outcome_side": "no",
        "count_fp": "2.00", "yes_price_dollars": "0.2810", "no_price_dollars": "0.7190",
        "fee_cost": "0.0283", "created_time": "2026-05-10T20:06:04.398416Z",
    }  # fmt: skip

    def exchange():
        received_at = "2026-05-10T20:00:00" if is_first else "+1d 12:00"
        land(store, "kalshi_fills", {"cursor": "", "fills": [own]}, received_at=received_at)
        store.parse()

    if is_first:
        exchange()
    tell(store, "fills", FILL)
    if not is_first:
        exchange()
    expect(
        table(store, "parsed.fills"),
        "fill_id | yes_price_dollars | fee_dollars | is_imported\n f1 | .281 | .0283 | false",
    )
    live = table(store, "parsed.fills")
    store.rebuild(["parsed"], write=True)
    assert table(store, "parsed.fills").equals(live)


def test_an_order_says_that_it_was_posted_and_not_what_became_of_it(store):
    tell(store, "orders", ORDER, {**ORDER, "order_id": "o2", "action": "sell"})
    expect(
        table(store, "parsed.orders"),
        """
        order_id|outcome_side|price_dollars|contracts|status|filled_contracts|created_at|is_imported
        o1      | no         | .73         | 2       | posted | -            | -        | true
        o2      | yes        | .27         | 2       | posted | -            | -        | true
        """,
    )
    assert table(store, "parsed.orders")["client_order_id"][0] == ORDER["client_order_id"]


def test_an_order_without_a_price_is_a_reject(store):
    tell(store, "orders", {**ORDER, "price_cents": None})
    assert reasons(store, "imported_orders") == [(0, "price_cents is missing")]


def test_a_settlement_keeps_the_profit_and_no_result_whatever_it_says_of_winning(store):
    tell(store, "settlements", {**SETTLEMENT, "won": 1})
    expect(
        table(store, "parsed.settlements"),
        "ticker|market_result|profit_reported_dollars|revenue_reported_dollars|settled_at\n"
        f"{T} | - | -1.47 | - | -",
    )


def test_a_repaired_settlement_is_a_later_version_of_the_same(store):
    tell(store, "settlements", SETTLEMENT)
    tell(store, "settlements", {**SETTLEMENT, "profit_cents": 53})
    expect(table(store, "parsed.settlements"), f"ticker|profit_reported_dollars\n {T} | .53")


def test_a_result_comes_from_the_decisions_or_the_snapshots_and_never_from_won_yes(store):
    tell(
        store,
        "decisions",
        {**DECISION, "won_yes": 1},
        {**DECISION, "ticker": "KXHIGHNY-26MAY10-T80", "settlement_result": "no", "won_yes": 1,
         "ts_settle_unix": 1778677200.0},
    )  # fmt: skip
    tell(store, "market_snapshots", {**SNAPSHOT, "result": "yes"})
    expect(
        table(store, "parsed.markets"),
        f"""
        ticker               | event_ticker     | series_ticker | market_result | settled_at
        KXHIGHNY-26MAY10-T80 | KXHIGHNY-26MAY10 | KXHIGHNY      | no            | 2026-05-13T13:00
        {T}                  | KXHIGHNY-26MAY10 | KXHIGHNY      | yes           | 2026-05-11T05:00
        """,
    )


def test_a_snapshot_without_a_result_says_nothing_and_a_strange_one_is_a_reject(store):
    tell(store, "market_snapshots", {**SNAPSHOT, "result": ""}, {**SNAPSHOT, "result": None})
    tell(store, "market_snapshots", {**SNAPSHOT, "result": "perhaps"}, received_at="13:00")
    assert table(store, "parsed.markets").is_empty()
    assert reasons(store, "imported_markets") == [(0, "result is perhaps")]


def test_a_market_that_the_exchange_listed_keeps_its_bounds(store):
    given(
        store,
        "parsed.markets",
        f"ticker | lower_f | upper_f | received_at\n {T} | 72 | 73 | 2026-05-10T20:00:00",
    )
    tell(store, "market_snapshots", SNAPSHOT)
    expect(table(store, "parsed.markets"), f"ticker | lower_f | upper_f\n {T} | 72 | 73")


@pytest.mark.parametrize("feed", ["fills", "orders", "settlements", "decisions"])
def test_a_body_that_is_no_page_of_rows_is_one_reject(store, feed):
    land(store, f"predecessor_{feed}", b'{"rows": 7}')
    land(store, f"predecessor_{feed}", b"\xff\xfe", received_at="13:00")
    store.parse()
    said = [reason for _, reason in reasons(store, f"imported_{feed}")]
    assert said == ["the body has no list of rows", "the body is not UTF-8 text"]


def test_deriving_parsed_again_changes_nothing(store):
    tell(store, "fills", FILL)
    tell(store, "orders", ORDER)
    tell(store, "settlements", SETTLEMENT)
    tell(store, "decisions", {**DECISION, "settlement_result": "no"})
    tell(store, "market_snapshots", SNAPSHOT)
    assert store.rebuild(["parsed"], write=False).rows_changed == 0
