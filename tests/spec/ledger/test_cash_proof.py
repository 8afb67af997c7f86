"""ledger.cash_proof: our balance beside the one that the exchange reports."""

from __future__ import annotations

from tests.spec.drawn import at, expect, given, table

READINGS = """
    exchange_index | balance_dollars | received_at
    0              | 100             | 10:00
    0              | 96              | 12:00
    0              | 95.50           | 13:00
    1              | 5               | 13:00
"""


def test_every_reading_stands_beside_what_the_flows_add_up_to(store):
    given(store, "parsed.balances", READINGS)
    given(
        store,
        "parsed.fills",
        """
        fill_id | contracts | price_dollars | fee_dollars | filled_at | exchange_index
        f1      | 10        | .39           | .10         | 12:00     | 0
        """,
    )
    store.derive_all()
    expect(
        table(store, "ledger.cash_proof"),
        """
        exchange_index|received_at|reported_balance_dollars|derived_balance_dollars|unexplained_dollars
        0              | 10:00       | 100                      | 100                     | 0
        0              | 12:00       | 96                       | 96                      | 0
        0              | 13:00       | 95.50                    | 96                      | -.50
        1              | 13:00       | 5                        | 5                       | 0
        """,
    )


def test_a_movement_that_is_explained_late_is_explained_in_place(store):
    given(store, "parsed.balances", READINGS)
    store.derive_all()
    expect(
        table(store, "ledger.cash_proof"),
        """
        exchange_index | received_at | unexplained_dollars
        0              | 10:00       | 0
        0              | 12:00       | -4
        0              | 13:00       | -4.50
        1              | 13:00       | 0
        """,
    )
    given(
        store,
        "parsed.fills",
        """
        fill_id | contracts | price_dollars | filled_at | exchange_index
        f1      | 10        | .40           | 11:59:59  | 0
        f2      | 1         | .50           | 12:30     | 0
        """,
    )
    store.derive_all((at("11:00"), at("+1d 00:00")))
    expect(
        table(store, "ledger.cash_proof"),
        """
        exchange_index | received_at | unexplained_dollars
        0              | 10:00       | 0
        0              | 12:00       | 0
        0              | 13:00       | 0
        1              | 13:00       | 0
        """,
    )


def test_a_deposit_that_is_listed_later_explains_the_same_readings_in_place(store):
    given(store, "parsed.balances", READINGS)
    store.derive_all()
    given(
        store,
        "parsed.transfers",
        """
        kind       | transfer_id | amount_dollars | status  | exchange_index | moved_at
        withdrawal | w1          | 4              | applied | 0              | 11:00
        withdrawal | w2          | .50            | applied | 0              | 12:30
        withdrawal | w3          | 7              | pending | 0              | -
        """,
    )
    store.derive_all((at("11:00"), at("+1d 00:00")))
    expect(
        table(store, "ledger.cash_proof"),
        """
        exchange_index | received_at | unexplained_dollars
        0              | 10:00       | 0
        0              | 12:00       | 0
        0              | 13:00       | 0
        1              | 13:00       | 0
        """,
    )
