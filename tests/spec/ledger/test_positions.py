"""ledger.positions: what each book holds."""

from __future__ import annotations

from tests.spec.drawn import at, expect, given, table


def test_each_book_holds_its_own_contracts_and_pairs_within_itself(store):
    given(
        store,
        "parsed.fills",
        """
        fill_id|ticker|client_order_id|outcome_side|contracts|price_dollars|fee_dollars|filled_at
        f1 | A | mm_xb_1 | no | 2 | .75 | .02 | 12:00
        f2 | A | mm_xb_exit_1 | yes | 1 | .12 | .01 | 13:00
        f3 | A | - | yes | 5 | .10 | .05 | 14:00
        f4 | B | mm_xb_1 | yes | .50 | .0950 | .000001 | 15:00
        """,
    )
    store.derive("attribution")
    store.derive("positions")
    expect(
        table(store, "ledger.positions"),
        """
        book_id|ticker|yes_contracts|no_contracts|netted_contracts|cost_dollars|fee_dollars|last_filled_at
        cross_bracket | A | 1 | 2 | 1 | 1.62 | .03 | 13:00
        manual | A | 5 | 0 | 0 | .50 | .05 | 14:00
        cross_bracket | B | .50 | 0 | 0 | .0475 | .000001 | 15:00
        """,
    )


def test_a_fill_that_changes_hands_leaves_no_row_behind(store):
    given(store, "parsed.fills", "fill_id | ticker | filled_at\n f1 | A | 12:00\n f2 | A | 13:00")
    store.derive_all()
    given(store, "posted.corrections", "fill_id | strategy_id\n f1 | exit\n f2 | exit")
    window = (at("12:00"), at("14:00"))
    store.derive("attribution", window)
    store.derive("positions", window)
    expect(table(store, "ledger.positions"), "book_id | ticker | yes_contracts\n exit | A | 2")
