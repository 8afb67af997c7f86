"""parsed.predecessor_books: the old value of each repair, in the terms of our books."""

from __future__ import annotations

from tests.spec.drawn import expect, table
from tests.spec.parsed.predecessor import FILL, SETTLEMENT, T, tell


def test_it_keeps_whose_each_fill_was_and_what_profit_was_booked(store):
    tell(store, "fills", FILL, {**FILL, "trade_id": "f2", "source": "cross_bracket"})
    tell(store, "settlements", SETTLEMENT)
    expect(
        table(store, "parsed.predecessor_books"),
        f"""
        table_name         | row_key | column_name    | reported_value
        ledger.attribution | f1      | strategy_id    | manual
        ledger.attribution | f2      | strategy_id    | cross_bracket
        ledger.settlements | {T}     | profit_dollars | -1.470000
        """,
    )


def test_what_cannot_be_read_is_left_out(store):
    tell(store, "fills", {**FILL, "trade_id": None}, {**FILL, "source": None})
    tell(store, "settlements", {**SETTLEMENT, "profit_cents": "much"}, {"ticker": None})
    assert table(store, "parsed.predecessor_books").is_empty()


def test_the_latest_receipt_of_a_value_stays(store):
    tell(store, "fills", FILL)
    tell(store, "fills", {**FILL, "source": "cross_bracket"}, received_at="13:00")
    expect(table(store, "parsed.predecessor_books"), "row_key|reported_value\n f1|cross_bracket")
