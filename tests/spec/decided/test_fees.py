"""Expected fees: what a fill that takes costs, in each era of rounding."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kwx_core.contracts.ref import Fees
from kwx_core.decided.fees import taker_fees
from kwx_core.store import Store
from tests.spec.drawn import at, frame

ERAS = [
    ("2026-01-05T12:00", "10", "0.50", "0.18"),
    ("2026-01-05T12:00", "10", "0.20", "0.12"),
    ("2026-01-05T12:00", "10", "0.05", "0.04"),
    ("2026-01-05T12:00", "1", "0.50", "0.02"),
    ("2026-01-05T12:00", "1000", "0.50", "17.50"),
    ("2026-06-10T12:00", "1", "0.52", "0.0175"),
    ("2026-06-10T12:00", "1", "0.99", "0.0007"),
    ("2026-10-10T12:00", "1", "0.52", "0.0175"),
]


@pytest.mark.parametrize(("moment", "contracts", "price", "fee"), ERAS)
def test_a_fill_that_takes_costs_its_share_rounded_up(
    store: Store, moment: str, contracts: str, price: str, fee: str
) -> None:
    taker = taker_fees(store.read(Fees), ["KXHIGHNY"], at(moment))["KXHIGHNY"]
    assert taker.of(Decimal(contracts), Decimal(price)) == Decimal(fee)


def test_the_share_of_one_contract_is_never_rounded_down(store: Store) -> None:
    taker = taker_fees(store.read(Fees), ["KXHIGHNY"], at("2026-01-05T12:00"))["KXHIGHNY"]
    assert taker.each(Decimal(3), Decimal("0.50")) == Decimal("0.02")
    assert taker.each(Decimal(7), Decimal("0.50")) == Decimal("0.018572")


def test_a_series_own_fee_beats_the_one_for_all() -> None:
    fees = frame(
        "ref.fees",
        """
        series_ticker | effective_from   | multiplier | taker_rate | maker_rate | rounding
        *             | 2026-05-28T00:00 | 1          | 0.07       | 0          | micro_up
        KXHIGHNY      | 2025-01-01T00:00 | 0          | 0.07       | 0          | micro_up
        KXHIGHLAX     | 2026-07-01T00:00 | 2          | 0.07       | 0          | micro_up
        """,
    )
    found = taker_fees(fees, ["KXHIGHNY", "KXHIGHLAX", "KXHIGHMIA"], at("2026-06-10T12:00"))
    assert [fee.rate for fee in found.values()] == [0, Decimal("0.07"), Decimal("0.07")]


def test_before_the_first_row_nothing_is_known(store: Store) -> None:
    assert taker_fees(store.read(Fees), ["KXHIGHNY"], at("2020-01-01T00:00")) == {"KXHIGHNY": None}
