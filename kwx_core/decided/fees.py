"""Expected fees: what a fill that takes is going to cost, exact to the rounding of its era."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import datetime

    from kwx_core.contracts.base import Frame
    from kwx_core.contracts.ref import Fees

_ANY_SERIES = "*"
_STEP_DOLLARS = {
    "cent_up": Decimal("0.01"),
    "centicent_up": Decimal("0.0001"),
    "micro_up": Decimal("0.000001"),
}


@dataclass(frozen=True)
class TakerFee:
    """How one series charges a fill that takes: rate * contracts * P * (1 - P), rounded up."""

    rate: Decimal
    step_dollars: Decimal

    def of(self, contracts: Decimal, price_dollars: Decimal) -> Decimal:
        """The fee in dollars of one fill at a price between 0 and 1 dollar."""
        exact = self.rate * contracts * price_dollars * (1 - price_dollars)
        steps = (exact / self.step_dollars).to_integral_value(rounding=ROUND_CEILING)
        return steps * self.step_dollars

    def each(self, contracts: Decimal, price_dollars: Decimal) -> Decimal:
        """The share of that fee which one contract carries, rounded up to a millionth."""
        share = self.of(contracts, price_dollars) / contracts
        return share.quantize(_STEP_DOLLARS["micro_up"], rounding=ROUND_CEILING)


def taker_fees(
    fees: Frame[Fees], families: list[str], as_of: datetime
) -> dict[str, TakerFee | None]:
    """The taker fee in force for each series; None where nothing is known, which blocks.

    A series' own row beats the one for all series, whichever is the newer.
    """
    known = fees.filter(pl.col("effective_from") <= as_of).sort("effective_from")
    newest = {row["series_ticker"]: row for row in known.iter_rows(named=True)}
    return {family: _fee(newest.get(family) or newest.get(_ANY_SERIES)) for family in families}


def _fee(row: dict[str, object] | None) -> TakerFee | None:
    if row is None or row["rounding"] not in _STEP_DOLLARS:
        return None
    rate = Decimal(str(row["taker_rate"])) * Decimal(str(row["multiplier"]))
    return TakerFee(rate, _STEP_DOLLARS[str(row["rounding"])])
