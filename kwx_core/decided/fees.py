"""Expected fees: what a fill that takes is going to cost, exact to the rounding of its era."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from kwx_core.contracts.base import Frame
    from kwx_core.contracts.ref import Fees

_MILLIONTH = Decimal("0.000001")
# The steps of a fee, and of a balance where the exchange floors it (since 2026-05-28).
_STEPS_DOLLARS = {
    "cent_up": (Decimal("0.01"), None),
    "centicent_up": (Decimal("0.0001"), Decimal("0.0001")),
    "micro_up": (_MILLIONTH, Decimal("0.0001")),
}


@dataclass(frozen=True)
class TakerFee:
    """How a market charges a fill that takes: rate * contracts * P * (1 - P), rounded up."""

    rate: Decimal
    step_dollars: Decimal
    balance_step_dollars: Decimal | None

    def of(self, contracts: Decimal, price_dollars: Decimal) -> Decimal:
        """The fee in dollars of an order that is filled at once at a price between 0 and 1 dollar.

        What leaves the balance besides the cost: the dust of a balance that is floored, too.
        `sql/ledger/fee_checks.sql` asks the same of each fill afterwards.
        """
        exact = self.rate * contracts * price_dollars * (1 - price_dollars)
        fee = _up(exact, self.step_dollars)
        if self.balance_step_dollars is None:
            return fee
        cost = contracts * price_dollars
        return _up(cost + fee, self.balance_step_dollars) - cost

    def each(self, contracts: Decimal, price_dollars: Decimal) -> Decimal:
        """The share of that fee which one contract carries, rounded up to a millionth."""
        share = self.of(contracts, price_dollars) / contracts
        return share.quantize(_MILLIONTH, rounding=ROUND_CEILING)


def taker_fees(
    fees: Frame[Fees], tickers: Iterable[str], as_of: datetime
) -> dict[str, TakerFee | None]:
    """The taker fee in force for each ticker; None where nothing is known, which blocks.

    The rule of a market beats that of its event, an event's its series', a series' the one for
    all, whichever is the newer. The newest of them that names a rounding says how to round.
    """
    is_in_force = (pl.col("effective_from") <= as_of) & (
        pl.col("effective_until").is_null() | (pl.col("effective_until") > as_of)
    )
    rules = fees.filter(is_in_force).rows(named=True)
    return {
        ticker: _fee([rule for rule in rules if _covers(rule["series_ticker"], ticker)])
        for ticker in dict.fromkeys(tickers)
    }


def _covers(scope: str, ticker: str) -> bool:
    return scope == "*" or f"{ticker}-".startswith(f"{scope}-")


def _fee(rules: list[dict[str, Any]]) -> TakerFee | None:
    roundings = [rule for rule in rules if rule["rounding"] in _STEPS_DOLLARS]
    if not roundings:
        return None
    closest = max(rules, key=lambda rule: (_closeness(rule), rule["effective_from"]))
    newest = max(roundings, key=lambda rule: (rule["effective_from"], _closeness(rule)))
    return TakerFee(
        closest["taker_rate"] * closest["multiplier"], *_STEPS_DOLLARS[newest["rounding"]]
    )


def _closeness(rule: dict[str, Any]) -> int:
    return 0 if rule["series_ticker"] == "*" else len(rule["series_ticker"])


def _up(amount: Decimal, step: Decimal) -> Decimal:
    return (amount / step).to_integral_value(rounding=ROUND_CEILING) * step
