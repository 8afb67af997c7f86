"""ledger.cash: every movement of the balance, in the order in which it happened."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, expect, given, table

BALANCE = "exchange_index | balance_dollars | received_at\n 0 | 100 | 10:00"


def flows(store):
    store.derive_all()
    return table(store, "ledger.cash")


def test_a_bought_market_is_paid_for_and_settles(store):
    given(store, "parsed.balances", BALANCE)
    given(
        store,
        "parsed.fills",
        """
        fill_id|ticker|outcome_side|contracts|price_dollars|fee_dollars|filled_at|exchange_index
        f1      | A      | no           | 3         | .75           | .02         | 12:00     | 0
        f2      | A      | yes          | 1         | .12           | 0           | 13:00     | 0
        """,
    )
    given(store, "parsed.markets", "ticker | market_result | settled_at\n A | no | +1d 12:00")
    expect(
        flows(store),
        """
        flow_id        | flowed_at | kind       | ticker | amount_dollars | balance_dollars
        opening:0      | 10:00     | opening    | -      | 100            | 100
        fill:f1        | 12:00     | fill       | A      | -2.25          | 97.75
        fee:f1         | 12:00     | fee        | A      | -.02           | 97.73
        fill:f2        | 13:00     | fill       | A      | -.12           | 97.61
        netting:f2     | 13:00     | netting    | A      | 1              | 98.61
        settlement:A:0 | +1d 12:00 | settlement | A      | 2              | 100.61
        """,
    )


def test_pairs_return_their_dollar_to_whoever_completes_them_first_in_first_out(store):
    given(store, "parsed.balances", BALANCE)
    given(
        store,
        "parsed.fills",
        """
        fill_id|ticker|outcome_side|contracts|price_dollars|filled_at|exchange_index|client_order_id
        f1 | A | no | 2 | .50 | 12:00 | 0 | mm_xb_1
        f2      | A      | yes          | 5         | .50           | 13:00     | 0              | -
        f3 | A | no | 1 | .50 | 14:00 | 0 | mm_xb_1
        f4 | A | no | 4 | .50 | 15:00 | 0 | mm_xb_1
        f5      | B      | yes          | 1         | .50           | 15:00     | 0              | -
        """,
    )
    found = flows(store)
    expect(
        found.filter(found["kind"] == "netting"),
        """
        flow_id    | amount_dollars
        netting:f2 | 2
        netting:f3 | 1
        netting:f4 | 2
        """,
    )


@pytest.mark.parametrize(
    ("order", "fills", "expected"),
    [
        (
            "o1 | resting | .40 | 10 | 12:00 | 12:00",
            "",
            "reserve:o1 | 12:00 | -4",
        ),
        (
            "o1 | resting | .40 | 10 | 12:00 | 12:05",
            "f1 | o1 | 4 | .40 | 12:05",
            "reserve:o1 | 12:00 | -4\n release:f1 | 12:05 | 1.60",
        ),
        (
            "o1 | executed | .40 | 10 | 12:00 | 12:00",
            "f1 | o1 | 10 | .38 | 12:00",
            "",
        ),
        (
            "o1 | canceled | .40 | 10 | 12:00 | 14:00",
            "f1 | o1 | 3 | .38 | 12:00\n f2 | o1 | 2 | .40 | 13:00",
            "reserve:o1 | 12:00 | -2.80\n release:f2 | 13:00 | .80\n release:o1 | 14:00 | 2",
        ),
        (
            "o1 | canceled | .40 | 10 | 12:00 | 12:00",
            "",
            "reserve:o1 | 12:00 | -4\n release:o1 | 12:00 | 4",
        ),
        (
            "o1 | executed | .40 | 10 | 12:00 | 13:00",
            "f1 | o1 | 10 | .40 | 13:00",
            "reserve:o1 | 12:00 | -4\n release:f1 | 13:00 | 4",
        ),
        (
            "o1 | canceled | .40 | 10 | - | 14:00",
            "",
            "",
        ),
        # More filled than ordered cannot be; what was never reserved is never released.
        (
            "o1 | executed | .40 | 1 | 12:00 | 13:00",
            "f1 | o1 | 1 | .40 | 12:30\n f2 | o1 | 1 | .40 | 13:00",
            "reserve:o1 | 12:00 | -.40\n release:f1 | 12:30 | .40",
        ),
    ],
)
def test_a_resting_order_reserves_its_cost_until_it_fills_or_ends(store, order, fills, expected):
    given(store, "parsed.balances", BALANCE)
    given(
        store,
        "parsed.orders",
        f"order_id | status | price_dollars | contracts | created_at | updated_at\n{order}",
    )
    if fills:
        given(
            store,
            "parsed.fills",
            f"fill_id | order_id | contracts | price_dollars | filled_at\n{fills}",
        )
    found = flows(store)
    expect(
        found.filter(found["kind"].is_in(["reserve", "release"])),
        f"flow_id | flowed_at | amount_dollars\n{expected}",
    )


def test_where_makers_pay_a_resting_order_reserves_their_fee_too(store):
    given(
        store,
        "ref.fees",
        """
        series_ticker | effective_from | fee_type | multiplier | maker_rate | rounding
        KXMAKER | 2026-01-01T00:00 | quadratic_with_maker_fees | 1 | .0175 | cent_up
        """,
    )
    given(store, "parsed.balances", BALANCE)
    given(
        store,
        "parsed.orders",
        """
        order_id | ticker    | status   | price_dollars | contracts | created_at | updated_at
        o1       | KXMAKER-A | canceled | .20           | 100       | 12:00      | 13:00
        """,
    )
    expect(
        flows(store),
        """
        kind    | amount_dollars
        opening | 100
        reserve | -20.28
        release | 20.28
        """,
    )


def test_the_opening_stands_before_the_first_flow_and_meets_the_first_reading(store):
    given(
        store,
        "parsed.balances",
        """
        exchange_index | balance_dollars | received_at
        0              | 90              | 12:00
        0              | 80              | 14:00
        1              | 7               | 11:00
        """,
    )
    given(
        store,
        "parsed.fills",
        """
        fill_id | contracts | price_dollars | filled_at | exchange_index
        f1      | 10        | .40           | 09:00     | 0
        f2      | 10        | .50           | 13:00     | 0
        """,
    )
    expect(
        flows(store),
        """
        flow_id   | flowed_at | exchange_index | amount_dollars | balance_dollars
        opening:0 | 09:00     | 0              | 94             | 94
        fill:f1   | 09:00     | 0              | -4             | 90
        fill:f2   | 13:00     | 0              | -5             | 85
        opening:1 | 11:00     | 1              | 7              | 7
        """,
    )


def test_a_window_holds_its_own_flows_and_balances_that_know_all_history(store):
    given(store, "parsed.balances", BALANCE)
    given(
        store,
        "parsed.fills",
        """
        fill_id | contracts | price_dollars | filled_at | exchange_index
        f1      | 10        | .40           | 12:00     | 0
        f2      | 10        | .50           | +1d 12:00 | 0
        """,
    )
    store.derive("cash", (at("+1d 00:00"), at("+2d 00:00")))
    expect(table(store, "ledger.cash"), "flow_id | balance_dollars\n fill:f2 | 91")


def test_a_scalar_market_settles_each_side_at_its_share(store):
    given(store, "parsed.balances", BALANCE)
    given(store, "parsed.fills", "fill_id | ticker | outcome_side | exchange_index\n f1|A|no|0")
    given(
        store,
        "parsed.markets",
        "ticker | market_result | settlement_value_dollars | settled_at\n A | scalar | .30 | 15:00",
    )
    found = flows(store)
    expect(found.filter(found["kind"] == "settlement"), "amount_dollars\n .70")


def test_a_pending_market_moves_no_cash(store):
    given(store, "parsed.balances", BALANCE)
    given(store, "parsed.fills", "fill_id | ticker | exchange_index\n f1|A|0\n f2|B|0")
    given(
        store,
        "parsed.markets",
        "ticker | market_result | settled_at\n A | - | 15:00\n B | yes | -",
    )
    expect(flows(store), "kind\n opening\n fill\n fill")


TRANSFER = (
    "kind | transfer_id | amount_dollars | fee_dollars | status | exchange_index | finalized_at\n"
)


def test_money_that_comes_and_goes_counts_when_it_moves_and_on_its_own_shard(store):
    given(store, "parsed.balances", BALANCE + "\n 1 | 7 | 10:00")
    given(
        store,
        "parsed.transfers",
        TRANSFER
        + """
        deposit    | t1 | 50    | 1.00 | applied  | 0 | 12:00
        withdrawal | t1 | 30.25 | -    | applied  | 0 | 13:00
        deposit    | t2 | 5     | -    | applied  | 1 | 12:00
        deposit    | t3 | 9     | -    | pending  | 0 | -
        withdrawal | t4 | 9     | -    | returned | 0 | -
        """,
    )
    expect(
        flows(store),
        """
        flow_id       | flowed_at | exchange_index | kind       | amount_dollars | balance_dollars
        opening:0     | 10:00     | 0              | opening    | 100            | 100
        deposit:t1    | 12:00     | 0              | deposit    | 50             | 150
        withdrawal:t1 | 13:00     | 0              | withdrawal | -30.25         | 119.75
        opening:1     | 10:00     | 1              | opening    | 7              | 7
        deposit:t2    | 12:00     | 1              | deposit    | 5              | 12
        """,
    )


LADDER = """
    fill_id|ticker|outcome_side|contracts|price_dollars|filled_at|exchange_index
    f1 | KXHIGHNY-26JUN10-B70.5 | no  | 3 | .80 | 12:00 | 0
    f2 | KXHIGHNY-26JUN10-T77   | no  | 5 | .90 | 13:00 | 0
    f3 | KXHIGHNY-26JUN10-B70.5 | yes | 1 | .30 | 14:00 | 0
    f4 | KXHIGHMIA-26JUN10-T90  | no  | 4 | .70 | 14:00 | 0
    f5 | KXHIGHNY-26JUN10-B72.5 | no  | 1 | .60 | 15:00 | 0
    f6 | KXHIGHNY-26JUN10-B72.5 | no  | 2 | .60 | 15:00 | 1
    f7 | KXOTHER-26JUN10-A      | no  | 1 | .60 | 15:00 | 0
    f8 | KXOTHER-26JUN10-B      | no  | 1 | .60 | 15:00 | 0
"""
ENDED = """
    ticker | market_result | settled_at
    KXHIGHNY-26JUN10-B70.5 | yes | +1d 12:00
    KXHIGHNY-26JUN10-T77   | no  | +1d 12:00
    KXHIGHNY-26JUN10-B72.5 | no  | +1d 12:01
"""


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (
            "11:00",
            """
            f2                       | 13:00     | 3
            f3                       | 14:00     | -1
            f5                       | 15:00     | 1
            KXHIGHNY-26JUN10-B70.5:0 | +1d 12:00 | -2
            KXHIGHNY-26JUN10-T77:0   | +1d 12:00 | -1
            """,
        ),
        # What was held when the account got it comes back then, in as many steps as made it.
        (
            "14:30",
            """
            f2                       | 14:30     | 3
            f3                       | 14:30     | -1
            f5                       | 15:00     | 1
            KXHIGHNY-26JUN10-B70.5:0 | +1d 12:00 | -2
            KXHIGHNY-26JUN10-T77:0   | +1d 12:00 | -1
            """,
        ),
        (None, ""),
    ],
)
def test_with_collateral_return_all_no_legs_of_a_ladder_but_the_largest_come_back(
    store, since, expected
):
    given(store, "parsed.balances", BALANCE)
    given(store, "parsed.fills", LADDER)
    given(store, "parsed.markets", ENDED)
    store.expect_collateral_return(at(since) if since else None)
    found = flows(store)
    returned = found.filter(found["kind"] == "collateral_return")
    lines = [f"collateral_return:{line.strip()}" for line in expected.strip().splitlines()]
    expect(returned, "\n".join(["flow_id | flowed_at | amount_dollars", *lines]))
    assert returned["amount_dollars"].sum() == 0


def test_a_policy_that_changes_its_mind_derives_the_books_anew(store):
    given(store, "parsed.balances", BALANCE)
    given(store, "parsed.fills", LADDER)
    window = (at("00:00"), at("+2d 00:00"))
    store.derive_changed(window)
    store.expect_collateral_return(None)
    assert set(store.derive_changed(window)) == {"cash_proof"}
    store.expect_collateral_return(at("00:00"))
    assert store.derive_changed(window)["cash"] > 0


PAID = "ticker | market_result | settlement_value_dollars | settled_at | received_at\n"
CORRECTED = {
    # The words on one market, in the order of their moments; the last one is what is paid now.
    "once": ("yes | - | 15:00", "settlement:A:0 | 15:00 | 3"),
    "to the other side": (
        "yes | - | 15:00\n no | - | 20:00",
        "settlement:A:0 | 15:00 | 3\n settlement:A:0:2 | 20:00 | -3",
    ),
    "to a share and back": (
        "yes | - | 15:00\n scalar | .30 | 20:00\n yes | - | +1d 20:00",
        """
        settlement:A:0   | 15:00     | 3
        settlement:A:0:2 | 20:00     | -2.10
        settlement:A:0:3 | +1d 20:00 | 2.10
        """,
    ),
    # The same payment told with another moment: the later word on it counts.
    "the moment alone": ("yes | - | 15:00\n yes | - | 15:30", "settlement:A:0 | 15:30 | 3"),
    "the moment, then the side": (
        "yes | - | 15:00\n yes | - | 15:30\n no | - | 20:00",
        "settlement:A:0 | 15:30 | 3\n settlement:A:0:2 | 20:00 | -3",
    ),
    # What a void market pays is not known before it is told.
    "from an untold value": (
        "void | - | 15:00\n yes | - | 20:00",
        "settlement:A:0 | 20:00 | 3",
    ),
}


@pytest.mark.parametrize("name", CORRECTED)
def test_a_corrected_result_moves_the_difference_and_leaves_what_was_paid(store, name):
    words, expected = CORRECTED[name]
    given(store, "parsed.balances", BALANCE)
    given(
        store,
        "parsed.fills",
        """
        fill_id | ticker | outcome_side | contracts | price_dollars | filled_at | exchange_index
        f1      | A      | yes          | 4         | .50           | 12:00     | 0
        f2      | A      | no           | 1         | .50           | 12:30     | 0
        """,
    )
    rows = [f"A | {line.strip()} | +2d 12:00" for line in words.splitlines()]
    given(store, "parsed.payments", PAID + "\n".join(rows))
    given(store, "parsed.settlements", PAID + rows[-1])
    found = flows(store)
    expect(
        found.filter(found["kind"] == "settlement"),
        f"flow_id | flowed_at | amount_dollars\n{expected}",
    )


def test_a_result_corrected_late_leaves_the_readings_in_between_explained(store):
    given(
        store,
        "parsed.balances",
        """
        exchange_index | balance_dollars | received_at
        0              | 100             | 10:00
        0              | 99              | 16:00
        0              | 98              | 21:00
        """,
    )
    fill = "fill_id | ticker | outcome_side | contracts | price_dollars | filled_at\n"
    given(store, "parsed.fills", fill + "f1 | A | yes | 2 | 1.00 | 12:00")
    window = (at("00:00"), at("+1d 12:00"))
    head = "ticker | market_result | settlement_value_dollars | settled_at\n"
    given(store, "parsed.settlements", head + "A | scalar | .50 | 15:00")
    given(store, "parsed.payments", head + "A | scalar | .50 | 15:00")
    store.derive_changed(window)
    store._con.execute(
        "update parsed.settlements set market_result = 'no', settlement_value_dollars = 0, "
        "settled_at = settled_at + interval 5 hour"
    )
    given(store, "parsed.payments", head + "A | no | 0 | 20:00")
    store.derive_changed(window)
    proof = table(store, "ledger.cash_proof")
    expect(proof, "received_at|unexplained_dollars\n 10:00 | 0\n 16:00 | 0\n 21:00 | 0")
