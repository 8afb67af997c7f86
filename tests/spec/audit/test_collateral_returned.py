"""collateral_returned: whether NO legs of one event give cost back is policy's word and a fact."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given

NO_LEGS = """
    fill_id|ticker|outcome_side|contracts|price_dollars|filled_at|exchange_index
    f1 | KXHIGHNY-26JUN10-B70.5 | no | 3 | .80 | 12:00 | 0
    f2 | KXHIGHNY-26JUN10-T77   | no | 5 | .90 | 12:10 | 0
    f3 | KXHIGHMIA-26JUN10-T90  | no | 4 | .70 | 12:20 | 0
"""
# They cost 2.40 + 4.50 + 2.80; collateral return gives the smaller leg of New York back, 3.00.
KEPT, RETURNED = "90.30", "93.30"


def found(store, balance, *, is_expected):
    given(
        store,
        "parsed.balances",
        f"exchange_index | balance_dollars | received_at\n 0|100|10:00\n 0|{balance}|14:00",
    )
    given(store, "parsed.fills", NO_LEGS)
    store.expect_collateral_return(at("09:00") if is_expected else None)
    store.derive_all()
    return store.audit_rows("collateral_returned", at("15:00"))


def test_what_the_exchange_gives_back_against_policy_is_found(store):
    [one] = found(store, RETURNED, is_expected=False)
    assert (one.subject, one.severity) == ("0", "warning")
    assert "NO legs got back what they are certain to win" in one.detail


def test_what_policy_counts_on_and_the_exchange_keeps_is_found(store):
    [one] = found(store, KEPT, is_expected=True)
    assert "-3.000000" in one.detail
    assert "did not get back" in one.detail


@pytest.mark.parametrize(("balance", "is_expected"), [(KEPT, False), (RETURNED, True)])
def test_an_exchange_that_does_as_policy_says_is_silent(store, balance, is_expected):
    assert found(store, balance, is_expected=is_expected) == []


@pytest.mark.parametrize("is_expected", [True, False])
def test_another_difference_is_not_called_collateral(store, is_expected):
    assert found(store, "91.00", is_expected=is_expected) == []
    assert len(store.audit_rows("cash_unexplained", at("15:00"))) == 1


def test_legs_of_a_market_that_has_paid_are_nobody_s_collateral(store):
    given(
        store,
        "parsed.markets",
        "ticker | market_result | settled_at\n KXHIGHNY-26JUN10-B70.5 | yes | 13:00",
    )
    assert found(store, RETURNED, is_expected=False) == []
