"""ledger.marks: what an open position would fetch now, or null where nobody knows."""

from __future__ import annotations

import pytest

from kwx_core.store.queries import select
from tests.spec.drawn import expect, given

FILLS = """
    fill_id|ticker|client_order_id|outcome_side|contracts|price_dollars|fee_dollars|filled_at
    f1 | A | mm_xb_1 | no  | 3   | .75 | .06 | 12:00
    f2 | A | mm_xb_2 | yes | 1   | .12 | .01 | 13:00
    f3 | A | -       | yes | .50 | .30 | .01 | 13:00
    f4 | B | mm_xb_3 | yes | 2   | .20 | .02 | 13:00
    f5 | B | mm_xb_3 | no  | 2   | .70 | .02 | 13:00
"""
QUOTE = (
    "ticker|quoted_at|yes_bid_dollars|yes_bid_contracts|yes_ask_dollars|yes_ask_contracts|status\n"
)


def marks(store, quotes: str):
    given(store, "parsed.fills", FILLS)
    given(store, "parsed.quotes", QUOTE + quotes)
    store.derive_all()
    return store.frame("select * from ledger.marks")


def test_what_has_not_paired_is_worth_the_bid_of_its_own_side(store):
    expect(
        marks(store, "A|14:00 | .20|5 | .23|9 | active\n A|13:30 | .90|1 | .95|1 | active"),
        """
        book_id       | contracts | cost_dollars | bid_dollars | worth_dollars | open_profit_dollars
        cross_bracket | 2         | 1.50         | .77         | 1.54          | 0
        manual        | .50       | .15          | .20         | .10           | -.06
        """,
    )


@pytest.mark.parametrize(
    "newest",
    [
        "A | 14:00 | - | - | - | - | active",
        "A | 14:00 | .20 | 5 | .23 | 9 | closed",
    ],
)
def test_without_a_bid_or_after_trading_the_worth_is_unknown_and_never_zero(store, newest):
    expect(
        marks(store, f"A | 13:30 | .20 | 5 | .23 | 9 | active\n{newest}"),
        """
        book_id       | outcome_side | bid_dollars | worth_dollars | open_profit_dollars | quoted_at
        cross_bracket | no           | -           | -             | -                   | 14:00
        manual        | yes          | -           | -             | -                   | 14:00
        """,
    )


def test_a_market_that_nobody_quoted_is_held_at_an_unknown_price(store):
    found = marks(store, "B | 14:00 | .20 | 5 | .23 | 9 | active")
    expect(found, "ticker | book_id | worth_dollars\n A | cross_bracket | -\n A | manual | -")


def test_a_market_with_a_result_is_marked_no_more(store):
    given(store, "parsed.markets", "ticker | market_result | settled_at\n A | no | 15:00")
    assert marks(store, "A | 14:00 | .20 | 5 | .23 | 9 | active").is_empty()


def test_the_positions_that_a_person_reads_carry_their_marks(store):
    marks(store, "A | 14:00 | .20 | 5 | .23 | 9 | active")
    expect(
        store.frame(select("report", "positions")),
        """
        book_id       | ticker | net_contracts | bid_dollars | worth_dollars | open_profit_dollars
        cross_bracket | A      | -2            | .77         | 1.54          | 0
        cross_bracket | B      | 0             | -           | -             | -
        manual        | A      | .50           | .20         | .10           | -.06
        """,
    )
