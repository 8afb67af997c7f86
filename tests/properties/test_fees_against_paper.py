"""The dated rules ask for every fee that the paper exchange charges, in a world of each era."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from executor.paper import statements
from tests.executor.paper.customers import FREE, T, event, exchange, market, order
from tests.spec.drawn import land

# A price step of a tenth of a cent and hundredths of contracts leave dust in every balance.
PRICES = [Decimal(mills) / 1000 for mills in (37, 285, 331, 470, 523, 901)]
COUNTS = ("0.07", "0.33", "1", "1.50", "4", "11.11")


def traded(started_at, fee_type, fee_era, seed):
    """What the account was told after a hundred orders of both sides, half of them its own."""
    chance = random.Random(seed)  # noqa: S311 - a seeded customer, no secret
    times = {
        "open_at": started_at - timedelta(hours=1),
        "close_at": started_at + timedelta(days=1),
        "expected_expiration_at": started_at + timedelta(days=2),
        "price_step": Decimal("0.001"),
    }
    listed = replace(event(fee_type=fee_type), markets=[market(T, **times)])
    opened = exchange(replace(FREE, fee_era=fee_era), start=started_at, listed=listed)
    for _ in range(100):
        opened.clock.advance(opened.clock.now() + timedelta(seconds=chance.choice((0, 7))))
        wanted = order(chance.choice(("bid", "ask")), chance.choice(COUNTS), chance.choice(PRICES))
        opened.place(chance.choice(("us", "crowd")), wanted)
    return [statements.fill(row, opened.settings) for row in opened.account("us").fills]


def checked(store, fills):
    land(store, "kalshi_fills", {"fills": fills, "cursor": ""})
    store.parse()
    assert store.frame("select * from parsed.rejects").is_empty()
    store.derive("fee_checks")
    return store.frame("select * from ledger.fee_checks order by filled_at, fill_id")


ERAS = [
    ("2026-03-10", "dated"),
    ("2026-06-10", "dated"),
    ("2026-11-10", "dated"),
    ("2026-08-25", "ten_thousandth"),
    ("2026-08-25", "millionth"),
    ("2026-09-25", "ten_thousandth"),
    ("2026-09-25", "millionth"),
    # Trading goes on while the day of the policy begins.
    ("2026-08-31T23:58:00", "dated"),
    ("2026-05-27T23:58:00", "dated"),
]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("fee_type", ["quadratic", "quadratic_with_maker_fees"])
@pytest.mark.parametrize(("day", "fee_era"), ERAS)
def test_every_fee_that_the_exchange_charges_is_asked_for(store, day, fee_era, fee_type, seed):
    if fee_type != "quadratic":
        store._con.execute("update ref.fees set maker_rate = 0.0175")
    started_at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    fills = traded(started_at, fee_type, fee_era, seed)
    found = checked(store, fills)
    assert found.height == len(fills) > 20
    assert any(fill["is_taker"] for fill in fills)
    assert not all(fill["is_taker"] for fill in fills)
    odd = found.filter(~found["is_agreed"].fill_null(value=False))
    assert odd.is_empty(), odd


@pytest.mark.parametrize(
    ("day", "fee_era"), [("2026-11-10", "ten_thousandth"), ("2026-06-10", "cent")]
)
def test_a_world_of_another_era_disagrees(store, day, fee_era):
    started_at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    found = checked(store, traded(started_at, "quadratic", fee_era, 0))
    assert not found["is_agreed"].all()
    findings = store.audit_rows("fee_disagrees", started_at + timedelta(days=1))
    assert {one.subject.split()[-1] for one in findings} <= {day}
    assert findings
