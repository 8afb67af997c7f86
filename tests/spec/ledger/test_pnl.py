"""ledger.pnl: a book is a strategy with its hedges."""

from __future__ import annotations

from tests.spec.drawn import at, expect, given, table

T = "KXHIGHNY-26JUN10-B72.5"
HEDGED = f"""
    fill_id | ticker | client_order_id | outcome_side | contracts | price_dollars | fee_dollars
    f1      | {T}    | mm_xb_1         | no           | 1         | .75           | .02
    f2      | {T}    | mm_xb_exit_1    | yes          | 1         | .12           | .01
    f3      | {T}    | -               | yes          | 1         | .30           | .02
"""


def test_a_hedge_shows_its_gain_in_the_book_that_it_shares_with_its_entry(store):
    given(store, "parsed.fills", HEDGED)
    given(
        store,
        "parsed.markets",
        f"ticker | series_ticker | market_result | settled_at\n{T}|KXHIGHNY|no|+1d 12:00",
    )
    store.derive_all()
    expect(
        table(store, "ledger.pnl"),
        f"""
        book_id       | ticker | family   | payout_dollars | cost_dollars | profit_dollars | state
        cross_bracket | {T}    | KXHIGHNY | 1.00           | .87          | .10            | settled
        manual        | {T}    | KXHIGHNY | 0              | .30          | -.32           | settled
        """,
    )


def test_profit_is_null_while_the_result_is_unknown(store):
    given(store, "parsed.fills", HEDGED)
    store.derive_all()
    expect(
        table(store, "ledger.pnl"),
        """
        book_id       | family   | payout_dollars | cost_dollars | profit_dollars | state
        cross_bracket | KXHIGHNY | -              | .87          | -              | pending
        manual        | KXHIGHNY | -              | .30          | -              | pending
        """,
    )


def test_what_our_fills_miss_is_incomplete_in_every_book(store):
    given(store, "parsed.fills", HEDGED)
    given(store, "parsed.markets", f"ticker | market_result | settled_at\n {T} | no | +1d 12:00")
    given(store, "parsed.positions", f"ticker | contracts | received_at\n {T} | 7 | 20:00")
    store.derive_all()
    expect(
        table(store, "ledger.pnl"),
        """
        book_id       | profit_dollars | state
        cross_bracket | .10            | incomplete
        manual        | -.32           | incomplete
        """,
    )


def test_a_market_that_settles_after_its_last_fill_is_told_anew_when_it_settles(store):
    given(store, "parsed.fills", HEDGED)
    given(store, "parsed.markets", f"ticker | market_result | settled_at\n {T} | - | -")
    store.derive_all()
    given(
        store, "parsed.settlements", f"ticker | market_result | settled_at\n {T} | no | +9d 12:00"
    )
    store.derive_all((at("+9d 00:00"), at("+9d 23:00")))
    expect(
        table(store, "ledger.pnl"),
        "book_id | profit_dollars\n cross_bracket | .10\n manual | -.32",
    )
