"""What the market makers of the simulated world believe about a day's high."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from executor.paper.worlds.ladder import Bracket

# The makers know that hourly reports under-read, but think it happens less than it does:
# chances that the official high exceeds the highest report by 0, 1, 2, 3 °F. In life it is
# about a third, a half, an eighth and a fiftieth, and this gap is what a better belief earns.
_UNDER_READING = (0.60, 0.30, 0.07, 0.03)

_WARMING_STARTS_HOUR, _WARMING_ENDS_HOUR = 9.0, 16.0
_SETTLED_SHARE = 0.2
_SMALLEST_SD_F = 0.5
_REACH_F = 25


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of one day: a forecast (°F), its spread, and the highest report so far.

    `standard_hour` counts from the day's own midnight and is negative before it.
    """

    forecast_f: float
    sd_f: float
    running_high_f: int | None
    standard_hour: float


def bracket_probabilities(outlook: Outlook, ladder: list[Bracket]) -> list[float]:
    """A probability for each bracket; they sum to one over a ladder that tiles the degrees."""
    centre = round(max(outlook.forecast_f, outlook.running_high_f or -math.inf))
    degrees = range(centre - _REACH_F, centre + _REACH_F)
    below = [_probability_at_most(outlook, degree) for degree in degrees]
    below[-1] = 1.0
    mass = {
        degree: below[index] - (below[index - 1] if index else 0.0)
        for index, degree in enumerate(degrees)
    }
    return [sum(p for degree, p in mass.items() if each.holds(degree)) for each in ladder]


def _probability_at_most(outlook: Outlook, degree: int) -> float:
    """The high is the larger of what is still to come and what was reported too low."""
    to_come = _normal_share(degree + 0.5, *_to_come(outlook))
    if outlook.running_high_f is None:
        return to_come
    excess = degree - outlook.running_high_f
    return to_come * sum(_UNDER_READING[: max(0, excess + 1)])


def _to_come(outlook: Outlook) -> tuple[float, float]:
    """Mean and spread of the rest of the day: the forecast gives way as the sun goes down."""
    if outlook.running_high_f is None:
        return outlook.forecast_f, outlook.sd_f
    span = _WARMING_ENDS_HOUR - _WARMING_STARTS_HOUR
    share = min(1.0, max(0.0, (_WARMING_ENDS_HOUR - outlook.standard_hour) / span))
    mean_f = outlook.running_high_f + (outlook.forecast_f - outlook.running_high_f) * share
    sd_f = outlook.sd_f * (_SETTLED_SHARE + (1.0 - _SETTLED_SHARE) * share)
    return mean_f, max(_SMALLEST_SD_F, sd_f)


def _normal_share(value: float, mean: float, sd: float) -> float:
    return 0.5 * math.erfc((mean - value) / (sd * math.sqrt(2.0)))
