"""ledger.pnl_by_strategy: what each strategy won or lost, its hedges apart."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, given, table

T = "KXHIGHNY-26JUN10-B72.5"
FILLS = f"""
    fill_id | ticker | client_order_id | outcome_side | contracts | price_dollars | fee_dollars
    f1      | {T}    | mm_xb_1         | no           | 1         | .75           | .02
    f2      | {T}    | mm_xb_exit_1    | yes          | 1         | .12           | .01
    f3      | {T}    | -               | yes          | 2         | .30           | .02
"""


@pytest.mark.parametrize(
    ("result", "value", "profits"),
    [
        ("no", "-", (".23", "-.13", "-.62")),
        ("yes", "-", ("-.77", ".87", "1.38")),
        ("scalar", ".40", ("-.17", ".27", ".18")),
    ],
)
def test_a_winning_contract_pays_its_strategy_whatever_it_was_netted_with(
    store, result, value, profits
):
    given(store, "parsed.fills", FILLS)
    given(
        store,
        "parsed.markets",
        f"ticker | series_ticker | market_result | settlement_value_dollars | settled_at\n"
        f"{T} | KXHIGHNY | {result} | {value} | +1d 12:00",
    )
    store.derive_all()
    expect(
        table(store, "ledger.pnl_by_strategy"),
        f"""
        strategy_id        | book_id       | family   | yes_contracts|no_contracts | profit_dollars
        cross_bracket      | cross_bracket | KXHIGHNY | 0             | 1            | {profits[0]}
        cross_bracket_exit | cross_bracket | KXHIGHNY | 1             | 0            | {profits[1]}
        manual             | manual        | KXHIGHNY | 2             | 0            | {profits[2]}
        """,
    )


def test_a_market_that_nobody_listed_has_the_family_that_its_ticker_says(store):
    given(store, "parsed.fills", FILLS)
    store.derive_all()
    found = table(store, "ledger.pnl_by_strategy")
    assert set(found["family"]) == {"KXHIGHNY"}
    assert set(found["state"]) == {"pending"}
    assert found["profit_dollars"].null_count() == 3
