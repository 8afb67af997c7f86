"""What a fill costs besides its price."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from executor.paper.fees import ERAS, fill_fee, model_fee, rounding
from tests.executor.paper.customers import event, exchange, placed

D = Decimal
RATE = {"taker": D("0.07"), "maker": D("0.0175")}


def fee(role, count, price, era):
    steps = ERAS[era]
    paid = D(count) * D(price)
    return fill_fee(model_fee(RATE[role], D(price), D(count), steps), paid, D(0), steps)[0]


@pytest.mark.parametrize(
    ("role", "count", "price", "era", "expect"),
    [
        ("taker", "10", "0.50", "cent", "0.18"),
        ("taker", "10", "0.20", "cent", "0.12"),
        ("taker", "10", "0.05", "cent", "0.04"),
        ("taker", "1", "0.50", "cent", "0.02"),
        ("taker", "1000", "0.50", "cent", "17.50"),
        ("maker", "10", "0.50", "cent", "0.05"),
        ("maker", "100", "0.50", "cent", "0.44"),
        ("maker", "100", "0.20", "cent", "0.28"),
        ("taker", "1", "0.52", "ten_thousandth", "0.0175"),
        ("taker", "1", "0.99", "ten_thousandth", "0.0007"),
        ("taker", "1", "0.52", "millionth", "0.0175"),
        ("taker", "1", "0.99", "millionth", "0.0007"),
    ],
)
def test_a_single_fill_costs_what_the_table_says(role, count, price, era, expect):
    assert fee(role, count, price, era) == D(expect)


def test_an_order_gives_back_the_dust_that_its_fills_collected():
    steps, carried, fees = ERAS["millionth"], D(0), []
    for _ in range(5):
        model = model_fee(RATE["taker"], D("0.52"), D(1), steps)
        cost, carried = fill_fee(model, D("0.52"), carried, steps)
        fees.append(cost)
    # 0.017472 is owed each time: four times 0.028 cents of dust make one step to give back.
    assert fees == [D("0.0175")] * 3 + [D("0.0174"), D("0.0175")]
    assert carried == sum(fees) - 5 * D("0.017472")


@pytest.mark.parametrize(
    ("at", "era"),
    [
        (datetime(2026, 5, 27, 23, 59, tzinfo=UTC), "cent"),
        (datetime(2026, 5, 28, tzinfo=UTC), "ten_thousandth"),
        (datetime(2026, 9, 1, tzinfo=UTC), "millionth"),
    ],
)
def test_the_era_follows_the_date_unless_it_is_named(at, era):
    assert rounding("dated", at) == ERAS[era]
    assert rounding("cent", at) == ERAS["cent"]


@pytest.mark.parametrize(
    ("fee_type", "multiplier", "maker", "taker"),
    [
        ("quadratic", "1", "0", "0.175"),
        ("quadratic", "2", "0", "0.35"),
        ("quadratic_with_maker_fees", "1", "0.0438", "0.175"),
        ("quadratic_with_combo_maker_fees", "1", "0.0875", "0.175"),
    ],
)
def test_maker_and_taker_pay_by_the_fee_type_of_the_event(fee_type, multiplier, maker, taker):
    opened = exchange(listed=event(fee_type=fee_type, fee_multiplier=D(multiplier)))
    placed(opened, "crowd", "ask", "10", "0.50")
    placed(opened, "us", "bid", "10", "0.50")
    assert opened.account("crowd").fills[0].fee_dollars == D(maker)
    assert opened.account("us").fills[0].fee_dollars == D(taker)
    assert opened.account("us").total_balance_dollars == 100 - 5 - D(taker)
