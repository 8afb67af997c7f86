"""What a fill costs, by era, before the balance is floored."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

import pytest

from tests.spec.ref.rows import rows

STEP_DOLLARS = {
    "cent_up": Decimal("0.01"),
    "centicent_up": Decimal("0.0001"),
    "micro_up": Decimal("0.000001"),
}


def taker_fee(day, contracts, price):
    era = max((row for row in rows("fees") if row["effective_from"] <= day), key=_start)
    exact = Decimal(era["multiplier"]) * Decimal(era["taker_rate"]) * contracts
    exact *= Decimal(price) * (1 - Decimal(price))
    step = STEP_DOLLARS[era["rounding"]]
    return (exact / step).to_integral_value(ROUND_CEILING) * step


def _start(row):
    return row["effective_from"]


@pytest.mark.parametrize(
    ("day", "contracts", "price", "expect"),
    [
        ("2026-05-01", 10, "0.50", "0.18"),
        ("2026-05-01", 10, "0.20", "0.12"),
        ("2026-05-01", 10, "0.05", "0.04"),
        ("2026-05-01", 1, "0.50", "0.02"),
        ("2026-05-01", 1000, "0.50", "17.50"),
        ("2026-06-11", 1, "0.52", "0.0175"),
        ("2026-06-11", 1, "0.99", "0.0007"),
        ("2026-10-09", 1, "0.52", "0.017472"),
        ("2026-10-09", 1, "0.99", "0.000693"),
    ],
)
def test_a_taker_fee_is_that_of_its_era(day, contracts, price, expect):
    assert taker_fee(day, contracts, price) == Decimal(expect)


def test_the_three_eras_hold_for_all_series_and_makers_of_weather_pay_nothing():
    assert [(row["series_ticker"], row["effective_from"][:10]) for row in rows("fees")] == [
        ("*", "2021-07-01"),
        ("*", "2026-05-28"),
        ("*", "2026-09-01"),
    ]
    for row in rows("fees"):
        assert (row["fee_type"], Decimal(row["maker_rate"])) == ("quadratic", 0)
        assert row["source"]
