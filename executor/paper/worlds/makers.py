"""Market makers of the simulated world: from a probability to quotes with noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from executor.paper.listing import Side
    from executor.paper.worlds.diurnal import Floats

_CENT = Decimal("0.01")
_LOWEST_DOLLARS, _HIGHEST_DOLLARS = Decimal("0.01"), Decimal("0.99")

# A mood lasts over some quotes and colours the whole ladder; a whim is one market's own.
_MOOD_MEMORY = 0.8
_MOOD_SD_F = 0.8
_WHIM_MEMORY = 0.6
_WHIM_SD = 0.6
# Nobody quotes a bracket as dead: a part of the belief is spread evenly over the ladder.
_SPREAD_EVENLY = 0.15

_HALF_SPREADS_DOLLARS = (0.01, 0.015, 0.02)
_WHOLE_SIZES = (3, 5, 10, 25, 60, 120)
_FRACTIONS = (Decimal("0.40"), Decimal("0.25"), Decimal("0.75"))

# Shares of the quotes that look better than they are: gone at once, or mostly gone at once.
_FLEETING_SHARE = 0.08
_SLICED_SHARE = 0.10
_FRACTIONAL_SHARE = 0.06
_RETREAT_CENTS = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """One resting order to be: dollars of the YES leg, contracts, and whether it lasts."""

    side: Side
    price_dollars: Decimal
    contracts: Decimal
    is_fleeting: bool = False


@dataclass(frozen=True, slots=True)
class Temper:
    """How an event's makers err at the moment: °F for the ladder, log-odds for each market."""

    mood_f: float
    whims: Floats


def first_temper(markets: int, rng: np.random.Generator) -> Temper:
    """The temper in which an event is first quoted."""
    return Temper(_MOOD_SD_F * rng.standard_normal(), _WHIM_SD * rng.standard_normal(markets))


def next_temper(temper: Temper, rng: np.random.Generator) -> Temper:
    """The temper at the next quote: mostly the last one."""
    mood_shock = _MOOD_SD_F * math.sqrt(1.0 - _MOOD_MEMORY**2) * rng.standard_normal()
    whim_shocks = rng.standard_normal(len(temper.whims))
    whims = _WHIM_MEMORY * temper.whims + _WHIM_SD * math.sqrt(1.0 - _WHIM_MEMORY**2) * whim_shocks
    return Temper(_MOOD_MEMORY * temper.mood_f + mood_shock, whims)


def asked_probabilities(probabilities: list[float], temper: Temper) -> Floats:
    """What the makers quote around: their belief, spread and bent by their whims."""
    even = _SPREAD_EVENLY / len(probabilities)
    spread = (1.0 - _SPREAD_EVENLY) * np.array(probabilities) + even
    odds = np.log(spread / (1.0 - spread)) + temper.whims
    asked: Floats = 1.0 / (1.0 + np.exp(-odds))
    return asked


def quotes(probability: float, rng: np.random.Generator) -> list[Quote]:
    """Both sides of one market, best first; a side without room between 0 and 1 stays empty."""
    half = _HALF_SPREADS_DOLLARS[rng.integers(len(_HALF_SPREADS_DOLLARS))]
    bid = _to_cents(probability - half, ROUND_FLOOR)
    ask = max(_to_cents(probability + half, ROUND_CEILING), bid + _CENT)
    both = [*_side("bid", bid, rng), *_side("ask", ask, rng)]
    return [each for each in both if _LOWEST_DOLLARS <= each.price_dollars <= _HIGHEST_DOLLARS]


def _side(side: Side, price_dollars: Decimal, rng: np.random.Generator) -> list[Quote]:
    """One side's orders. The number of draws never depends on what was drawn."""
    look = rng.random()
    contracts = Decimal(_WHOLE_SIZES[rng.integers(len(_WHOLE_SIZES))])
    fraction = _FRACTIONS[rng.integers(len(_FRACTIONS))]
    worse = price_dollars - _CENT * _RETREAT_CENTS * (1 if side == "bid" else -1)
    if look < _FLEETING_SHARE:
        return [
            Quote(side, price_dollars, contracts, is_fleeting=True),
            Quote(side, worse, contracts),
        ]
    if look < _FLEETING_SHARE + _SLICED_SHARE:
        sliced = Quote(side, price_dollars, contracts - fraction, is_fleeting=True)
        return [Quote(side, price_dollars, fraction), sliced, Quote(side, worse, contracts)]
    if look < _FLEETING_SHARE + _SLICED_SHARE + _FRACTIONAL_SHARE:
        return [Quote(side, price_dollars, fraction), Quote(side, worse, contracts)]
    return [Quote(side, price_dollars, contracts)]


def _to_cents(dollars: float, rounding: str) -> Decimal:
    return Decimal(repr(round(dollars, 6))).quantize(_CENT, rounding=rounding)
