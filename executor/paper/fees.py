"""What a fill costs besides its price, in each era of rounding."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

TAKER_RATE = Decimal("0.07")
MAKER_RATES = {
    "quadratic": Decimal(0),
    "quadratic_with_maker_fees": Decimal("0.0175"),
    "quadratic_with_combo_maker_fees": Decimal("0.035"),
}


class Rounding(NamedTuple):
    """The steps, in dollars, to which a fee is kept and a balance, where it is floored."""

    fee_step: Decimal
    balance_step: Decimal | None


ERAS = {
    "cent": Rounding(Decimal("0.01"), None),
    "ten_thousandth": Rounding(Decimal("0.0001"), Decimal("0.0001")),
    "millionth": Rounding(Decimal("0.000001"), Decimal("0.0001")),
}
# Until 2026-05-28 a fill cost a whole cent, up. Since then the balance is floored, and an order is
# given back what that took from it. The finer fee appeared unannounced some time
# between 2026-08-22 and 2026-10-08; the first of September stands for that day.
TEN_THOUSANDTH_FROM = datetime(2026, 5, 28, tzinfo=UTC)
MILLIONTH_FROM = datetime(2026, 9, 1, tzinfo=UTC)


class Tariff(NamedTuple):
    """The fee rules of one event."""

    fee_type: str
    multiplier: Decimal

    def rate(self, *, is_taker: bool) -> Decimal:
        """Dollars per contract and p(1 - p)."""
        return self.multiplier * (TAKER_RATE if is_taker else MAKER_RATES[self.fee_type])


def rounding(era: str, at: datetime) -> Rounding:
    """The rounding in force: of the era named, or of the date where the era is `dated`."""
    if era != "dated":
        return ERAS[era]
    if at < TEN_THOUSANDTH_FROM:
        return ERAS["cent"]
    return ERAS["ten_thousandth" if at < MILLIONTH_FROM else "millionth"]


def model_fee(rate: Decimal, price: Decimal, contracts: Decimal, steps: Rounding) -> Decimal:
    """The fee before the balance is aligned, rounded up to the era's fee step."""
    if not rate:
        return Decimal(0)
    return _ceiling(rate * contracts * price * (1 - price), steps.fee_step)


def fill_fee(
    fee: Decimal, paid: Decimal, carried: Decimal, steps: Rounding
) -> tuple[Decimal, Decimal]:
    """What leaves the balance for one fill besides `paid`, and what the order carries on.

    The balance is floored to its step, the dust of that is a rounding fee, and the order
    collects the dust of all its fills and gives whole steps of it back.
    """
    if steps.balance_step is None:
        return fee, carried
    aligned = _floor(-paid - fee, steps.balance_step)
    dust = -paid - fee - aligned
    collected = carried + dust
    rebate = min(_floor(collected, steps.balance_step), _floor(fee + dust, steps.balance_step))
    return fee + dust - rebate, collected - rebate


def _ceiling(amount: Decimal, step: Decimal) -> Decimal:
    return amount.quantize(step, ROUND_CEILING)


def _floor(amount: Decimal, step: Decimal) -> Decimal:
    return amount.quantize(step, ROUND_FLOOR)
