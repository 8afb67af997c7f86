"""ledger.cash_proof: our balance beside the one that the exchange reports."""

from __future__ import annotations

import pytest

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
        kind       | transfer_id | amount_dollars | status  | exchange_index | finalized_at
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


def test_a_deposit_that_went_back_explains_the_readings_in_between_and_after(store):
    given(store, "parsed.balances", SHARDS)
    given(
        store,
        "parsed.transfers",
        """
        kind    |transfer_id|amount_dollars|status|finalized_at|received_at|exchange_index
        deposit | d1          | 20             | pending  | -            | 10:30      | 0
        deposit | d1          | 20             | applied  | 11:30        | 12:30      | 0
        deposit | d1          | 20             | returned | 13:30        | 14:00      | 0
        """,
    )
    store.derive_all()
    expect(
        table(store, "ledger.cash"),
        """
        flow_id             | flowed_at | kind    | amount_dollars
        opening:0           | 10:00     | opening | 100
        opening:1           | 10:00     | opening | 5
        deposit:d1          | 11:30     | deposit | 20
        deposit:d1:returned | 13:30     | deposit | -20
        """,
    )
    expect(table(store, "ledger.cash_proof").filter(exchange_index=0), EXPLAINED)


@pytest.mark.parametrize("told", ["-", "11:30"])
def test_where_no_later_moment_is_told_it_went_back_after_it_was_last_said_to_be_there(store, told):
    given(store, "parsed.balances", SHARDS)
    given(
        store,
        "parsed.transfers",
        f"""
        kind    |transfer_id|amount_dollars|status|finalized_at|received_at|exchange_index
        deposit | d1          | 20             | applied  | 11:30        | 12:59      | 0
        deposit | d1          | 20             | returned | {told}       | 14:00      | 0
        """,
    )
    store.derive_all()
    found = table(store, "ledger.cash").filter(flow_id="deposit:d1:returned")
    expect(found, "flowed_at | amount_dollars\n 12:59 | -20")
    expect(table(store, "ledger.cash_proof").filter(exchange_index=0), EXPLAINED)


@pytest.mark.parametrize(
    ("states", "amounts"),
    [
        # Never there, so never gone.
        ("returned | 11:30 | 12:30", []),
        ("failed   | 11:30 | 12:30", []),
        # Said to be there again, after it was said to be gone.
        ("returned | 11:30 | 12:30\n applied | 11:00 | 13:30", [20]),
        ("applied | 11:00 | 12:30\n failed | 13:00 | 13:30", [20, -20]),
        # Nobody knows that word: what was there stays there, and a reject says it.
        ("applied | 11:00 | 12:30\n clearing | 13:00 | 13:30", [20]),
        # Applied, but nobody knows when.
        ("applied | - | 12:30\n returned | 13:00 | 13:30", []),
    ],
)
def test_only_what_counted_goes_back_and_only_by_a_later_word(store, states, amounts):
    lines = "".join(f"\n deposit | d1 | 20 | {line.strip()}" for line in states.splitlines())
    head = "kind | transfer_id | amount_dollars | status | finalized_at | received_at"
    given(store, "parsed.transfers", head + lines)
    store.derive_all()
    flows = table(store, "ledger.cash").sort("flowed_at")
    assert flows["amount_dollars"].to_list() == amounts


SHARDS = """
    exchange_index | balance_dollars | received_at
    0              | 100             | 10:00
    1              | 5               | 10:00
    0              | 120             | 12:00
    0              | 100             | 13:30
"""
EXPLAINED = """
    received_at | unexplained_dollars
    10:00       | 0
    12:00       | 0
    13:30       | 0
"""


def test_what_one_shard_loses_to_another_is_one_movement_of_both(store):
    given(
        store,
        "parsed.balances",
        """
        exchange_index | balance_dollars | received_at
        0              | 100             | 10:00
        1              | 5               | 10:00
        0              | 80              | 12:00
        1              | 25              | 12:00
        0              | 80              | 14:00
        1              | 15              | 14:00
        """,
    )
    given(
        store,
        "parsed.shard_moves",
        """
        transfer_id|source_exchange_index|destination_exchange_index|amount_dollars|status|moved_at
        m1 | 0 | 1 | 20 | complete | 11:00
        m2 | 1 | - | 10 | complete | 13:00
        m3 | 0 | 1 | 7  | pending  | -
        m4 | 0 | 0 | 3  | complete | 13:00
        """,
    )
    store.derive_all()
    expect(
        table(store, "ledger.cash"),
        """
        flow_id           | flowed_at | exchange_index | kind       | amount_dollars
        opening:0         | 10:00     | 0              | opening    | 100
        opening:1         | 10:00     | 1              | opening    | 5
        shard_move:m1:out | 11:00     | 0              | shard_move | -20
        shard_move:m1:in  | 11:00     | 1              | shard_move | 20
        shard_move:m2:out | 13:00     | 1              | shard_move | -10
        shard_move:m4:out | 13:00     | 0              | shard_move | -3
        shard_move:m4:in  | 13:00     | 0              | shard_move | 3
        """,
    )
    proof = table(store, "ledger.cash_proof")
    assert proof.height == 6
    assert proof.filter(proof["unexplained_dollars"] != 0).is_empty()


def test_a_move_that_is_listed_late_explains_both_shards_in_place(store):
    window = (at("00:00"), at("+1d 00:00"))
    given(
        store,
        "parsed.balances",
        """
        exchange_index | balance_dollars | received_at
        0 | 100 | 10:00
        1 | 5   | 10:00
        0 | 80  | 12:00
        1 | 25  | 12:00
        """,
    )
    store.derive_changed(window)
    assert sorted(table(store, "ledger.cash_proof")["unexplained_dollars"]) == [-20, 0, 0, 20]
    given(
        store,
        "parsed.shard_moves",
        """
        transfer_id|source_exchange_index|destination_exchange_index|amount_dollars|status|moved_at
        m1 | 0 | 1 | 20 | complete | 11:00
        """,
    )
    store.derive_changed(window)
    assert set(table(store, "ledger.cash_proof")["unexplained_dollars"]) == {0}
