"""ledger.fee_checks: every fill's fee beside the one that the dated rules ask for."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from kwx_core.contracts.ref import Fees
from kwx_core.decided.fees import taker_fees
from tests.spec.drawn import at, expect, given, table

D = Decimal
CENT, CENTICENT, MICRO = "2026-02-10", "2026-06-10", "2026-10-10"
MAKERS = """
    series_ticker | effective_from   | fee_type                        | multiplier | taker_rate | maker_rate | rounding
    KXMAKER       | 2026-01-01T00:00 | quadratic_with_maker_fees       | 1          | .07        | .0175      | -
    KXCOMBO       | 2026-01-01T00:00 | quadratic_with_combo_maker_fees | 1          | .07        | .035       | -
    KXHALF        | 2026-01-01T00:00 | quadratic                       | .5         | .07        | 0          | -
"""  # noqa: E501 - a drawn row


def checked(store):
    store.derive("fee_checks")
    return table(store, "ledger.fee_checks")


WORTH = """
    filled_at        | ticker     | is_taker | contracts    | price_dollars | fee_dollars
    2026-02-10T12:00 | KXHIGHNY-A | true     | 10           | .50           | .18
    2026-02-10T12:00 | KXHIGHNY-A | true     | 10           | .20           | .12
    2026-02-10T12:00 | KXHIGHNY-A | true     | 10           | .05           | .04
    2026-02-10T12:00 | KXHIGHNY-A | true     | 1            | .50           | .02
    2026-02-10T12:00 | KXHIGHNY-A | true     | 1000         | .50           | 17.50
    2026-02-10T12:00 | KXHIGHNY-A | true     | 100          | .50           | 1.75
    2026-02-10T12:00 | KXHIGHNY-A | true     | 5            | .30           | .08
    2026-02-10T12:00 | KXHIGHNY-A | false    | 100          | .50           | 0
    2026-02-10T12:00 | KXMAKER-A  | false    | 1            | .50           | .01
    2026-02-10T12:00 | KXMAKER-A  | false    | 10           | .50           | .05
    2026-02-10T12:00 | KXMAKER-A  | false    | 100          | .50           | .44
    2026-02-10T12:00 | KXMAKER-A  | false    | 100          | .20           | .28
    2026-02-10T12:00 | KXMAKER-A  | false    | 1000         | .50           | 4.38
    2026-02-10T12:00 | KXCOMBO-A  | false    | 100          | .50           | .88
    2026-02-10T12:00 | KXHALF-A   | true     | 10           | .50           | .09
    2026-05-27T23:59 | KXHIGHNY-A | true     | 1            | .52           | .02
    2026-05-28T00:00 | KXHIGHNY-A | true     | 1            | .52           | .0175
    2026-06-10T12:00 | KXHIGHNY-A | true     | 1            | .52           | .0175
    2026-06-10T12:00 | KXHIGHNY-A | true     | 1            | .99           | .0007
    2026-10-10T12:00 | KXHIGHNY-A | true     | 1            | .52           | .0175
    2026-10-10T12:00 | KXHIGHNY-A | true     | 1            | .99           | .0007
    2026-10-10T12:00 | KXHIGHNY-A | true     | 0.03         | .3301         | .000497
    2026-10-10T12:00 | KXHIGHNY-A | true     | 999999999.99 | .50           | 17499999.9999
    2001-01-01T12:00 | KXHIGHNY-A | true     | 1            | .50           | .02
"""


def test_a_fill_costs_what_its_day_series_and_role_ask_for(store):
    # A wrong date, as in the last line, does not leave a fill without a fee.
    given(store, "ref.fees", MAKERS)
    given(store, "parsed.fills", WORTH)
    found = checked(store)
    odd = found.filter(~found["is_agreed"] | (found["difference_dollars"] != 0))
    assert found.height == 24
    assert odd.is_empty(), odd


def test_rule_and_era_are_named_and_what_nobody_told_is_not_compared(store):
    given(store, "ref.fees", MAKERS)
    given(
        store,
        "parsed.fills",
        """
        fill_id | ticker     | is_taker | filled_at        | fee_dollars
        f1      | KXHIGHNY-A | true     | 2026-02-10T12:00 | -
        f2      | KXMAKER-A  | false    | 2026-06-10T12:00 | .0044
        f3      | KXMAKER-A  | -        | 2026-10-10T12:00 | .0200
        """,
    )
    expect(
        checked(store),
        """
        fill_id|rule                            | era          | model_fee_dollars | difference_dollars | is_agreed
        f1     |taker quadratic                 | cent_up      | .02               | -                  | -
        f2     |maker quadratic_with_maker_fees | centicent_up | .0044             | 0                  | true
        f3     |untold quadratic_with_maker_fees| micro_up     | .0175             | .0025              | -
        """,  # noqa: E501 - a drawn row
    )


def test_an_override_and_a_waiver_end_when_their_rows_do(store):
    given(
        store,
        "ref.fees",
        """
        series_ticker        | effective_from   | effective_until  | fee_type  | multiplier | taker_rate | maker_rate | rounding
        KXHIGHNY-26JUN10     | 2026-06-09T00:00 | 2026-06-11T00:00 | quadratic | 2          | .07        | 0          | -
        KXHIGHNY-26JUN10-T70 | 2026-06-10T00:00 | 2026-06-10T12:00 | waived    | 0          | .07        | 0          | -
        """,  # noqa: E501 - a drawn row
    )
    given(
        store,
        "parsed.fills",
        """
        fill_id | ticker                | price_dollars | is_taker | filled_at        | fee_dollars
        before  | KXHIGHNY-26JUN10-T70  | .50           | true     | 2026-06-08T23:59 | .0175
        event   | KXHIGHNY-26JUN10-T70  | .50           | true     | 2026-06-09T00:00 | .0350
        waived  | KXHIGHNY-26JUN10-T70  | .50           | true     | 2026-06-10T11:59 | 0
        again   | KXHIGHNY-26JUN10-T70  | .50           | true     | 2026-06-10T12:00 | .0350
        beside  | KXHIGHNY-26JUN10-T7   | .50           | true     | 2026-06-10T11:59 | .0350
        other   | KXHIGHNY-26JUN101-T70 | .50           | true     | 2026-06-10T11:59 | .0175
        ended   | KXHIGHNY-26JUN10-T70  | .50           | true     | 2026-06-11T00:00 | .0175
        """,
    )
    assert checked(store)["is_agreed"].to_list() == [True] * 7


def test_an_order_is_given_back_the_dust_of_its_fills_and_no_other_order_s(store):
    # 0.017472 is owed for each: four times 0.000028 of dust are one step to give back.
    given(
        store,
        "parsed.fills",
        """
        fill_id | order_id | price_dollars | is_taker | filled_at        | fee_dollars
        a1      | a        | .52           | true     | 2026-10-10T12:01 | .0175
        a2      | a        | .52           | true     | 2026-10-10T12:02 | .0175
        a3      | a        | .52           | true     | 2026-10-10T12:03 | .0175
        a4      | a        | .52           | true     | 2026-10-10T12:04 | .0174
        a5      | a        | .52           | true     | 2026-10-10T12:05 | .0175
        b1      | b        | .52           | true     | 2026-10-10T12:02 | .0175
        c1      | -        | .52           | true     | 2026-10-10T12:02 | .0175
        c2      | -        | .52           | true     | 2026-10-10T12:03 | .0175
        """,
    )
    assert checked(store)["is_agreed"].to_list() == [True] * 8


def test_fills_of_one_moment_have_to_agree_in_sum(store):
    given(
        store,
        "parsed.fills",
        """
        fill_id | order_id | price_dollars | is_taker | filled_at        | fee_dollars
        a1      | a        | .52           | true     | 2026-10-10T12:01 | .0174
        a2      | a        | .52           | true     | 2026-10-10T12:01 | .0175
        a3      | a        | .52           | true     | 2026-10-10T12:01 | .0175
        a4      | a        | .52           | true     | 2026-10-10T12:01 | .0175
        b1      | b        | .52           | true     | 2026-10-10T12:01 | .0174
        b2      | b        | .52           | true     | 2026-10-10T12:01 | .0175
        """,
    )
    found = checked(store).sort("fill_id")
    assert found["is_agreed"].to_list() == [True] * 4 + [False, True]


def test_a_maker_who_pays_nothing_pays_the_dust_of_the_balance(store):
    given(
        store,
        "parsed.fills",
        """
        fill_id | contracts | price_dollars | is_taker | filled_at        | fee_dollars
        f1      | 0.33      | .095          | false    | 2026-10-10T12:00 | .00005
        """,
    )
    assert checked(store)["is_agreed"].to_list() == [True]


@pytest.mark.parametrize("day", [CENT, CENTICENT, MICRO])
def test_what_a_decision_expects_is_what_the_ledger_asks_for(store, day):
    given(store, "ref.fees", MAKERS)
    cells = list(
        itertools.product(
            ("KXHIGHNY-A", "KXHALF-A"),
            ("1", "2", "7", "0.01", "0.33", "12.5", "1000"),
            [f"{cents / 1000:.3f}" for cents in range(5, 1000, 37)] + [".01", ".50", ".99"],
        )
    )
    rows = [
        f"f{n} | {ticker} | {contracts} | {price} | true | {day}T12:00 | -"
        for n, (ticker, contracts, price) in enumerate(cells)
    ]
    names = "fill_id | ticker | contracts | price_dollars | is_taker | filled_at | fee_dollars"
    given(store, "parsed.fills", "\n".join([names, *rows]))
    fees = taker_fees(store.read(Fees), [cell[0] for cell in cells], at(f"{day}T12:00"))
    asked = dict(checked(store).select("fill_id", "model_fee_dollars").iter_rows())
    expected = {
        f"f{n}": fees[ticker].of(D(contracts), D(price))
        for n, (ticker, contracts, price) in enumerate(cells)
    }
    assert len(asked) > 400
    assert asked == expected
