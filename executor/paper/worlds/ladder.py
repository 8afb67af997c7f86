"""The six markets of a city's day, as the exchange lists them in October 2026."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from executor.paper.listing import Event, Market

if TYPE_CHECKING:
    from executor.paper.worlds.cities import City

# 14:00Z on the day before the climate day.
_LISTED_BEFORE_UTC_MIDNIGHT = timedelta(hours=10)
_EXPECTED_AFTER_UTC_MIDNIGHT = timedelta(days=1, hours=19)
_SETTLEMENT_TIMER_SECONDS = 300
_PRICE_STEP_DOLLARS = Decimal("0.01")

# A ladder spans eight degrees between its tails: four brackets of two.
_BETWEEN_COUNT, _BETWEEN_DEGREES = 4, 2
_INNER_DEGREES = _BETWEEN_COUNT * _BETWEEN_DEGREES


@dataclass(frozen=True, slots=True)
class Bracket:
    """The whole degrees that a market pays on: both ends included, none = open."""

    strike_type: str
    lowest_f: int | None
    highest_f: int | None

    def holds(self, high_f: int) -> bool:
        """Whether an official high lies inside."""
        above = self.lowest_f is None or high_f >= self.lowest_f
        return above and (self.highest_f is None or high_f <= self.highest_f)


def brackets(lowest_between_f: int) -> list[Bracket]:
    """Six brackets that tile the whole degrees, the four inner ones from the given degree."""
    top_f = lowest_between_f + _INNER_DEGREES
    inner = range(lowest_between_f, top_f, _BETWEEN_DEGREES)
    return [
        Bracket("less", None, lowest_between_f - 1),
        *(Bracket("between", floor, floor + _BETWEEN_DEGREES - 1) for floor in inner),
        Bracket("greater", top_f, None),
    ]


def event_ticker(city: City, climate_date: date) -> str:
    """The exchange's name of a city's day, as in KXHIGHNY-26JUN10."""
    return f"{city.series_ticker}-{climate_date:%y%b%d}".upper()


def listed_at(climate_date: date) -> datetime:
    """When trading of a climate day opens (UTC)."""
    return _utc_midnight(climate_date) - _LISTED_BEFORE_UTC_MIDNIGHT


def ladder(city: City, climate_date: date, lowest_between_f: int) -> Event:
    """The event of one climate day with its six markets, ready to be listed."""
    ticker = event_ticker(city, climate_date)
    return Event(
        event_ticker=ticker,
        series_ticker=city.series_ticker,
        title=f"High of {city.name} on {_long(climate_date)}?",
        markets=[_market(city, climate_date, each) for each in brackets(lowest_between_f)],
        fee_type="quadratic",
        fee_multiplier=Decimal(1),
    )


def market_ticker(event: str, bracket: Bracket) -> str:
    """A market's name: B and the bracket's middle, or T and the strike of a tail."""
    match bracket:
        case Bracket("between", int(lowest), _):
            return f"{event}-B{lowest}.5"
        case Bracket("less", _, int(highest)):
            return f"{event}-T{highest + 1}"
        case Bracket("greater", int(lowest), _):
            return f"{event}-T{lowest - 1}"
    raise ValueError(f"no market for {bracket}")


def _market(city: City, climate_date: date, bracket: Bracket) -> Market:
    event = event_ticker(city, climate_date)
    floor_f, cap_f = _strikes(bracket)
    return Market(
        ticker=market_ticker(event, bracket),
        event_ticker=event,
        strike_type=bracket.strike_type,
        floor_strike=floor_f,
        cap_strike=cap_f,
        yes_sub_title=_subtitle(bracket),
        rules_primary=(
            f"This market resolves to Yes if the maximum temperature recorded at {city.name} "
            f"(CLI{city.climate_id}) for {_long(climate_date)}, is {_condition(bracket)} "
            "fahrenheit according to The Weather Company, and otherwise to No."
        ),
        open_at=listed_at(climate_date),
        close_at=city.midnight(climate_date + timedelta(days=1)),
        expected_expiration_at=_utc_midnight(climate_date) + _EXPECTED_AFTER_UTC_MIDNIGHT,
        settlement_timer_seconds=_SETTLEMENT_TIMER_SECONDS,
        price_step=_PRICE_STEP_DOLLARS,
    )


def _strikes(bracket: Bracket) -> tuple[int | None, int | None]:
    """Tails name the last degree outside, inner brackets their own two."""
    match bracket:
        case Bracket("less", _, int(highest)):
            return None, highest + 1
        case Bracket("greater", int(lowest), _):
            return lowest - 1, None
        case _:
            return bracket.lowest_f, bracket.highest_f


def _subtitle(bracket: Bracket) -> str:
    match bracket:
        case Bracket("less", _, highest):
            return f"{highest}° or below"
        case Bracket("greater", lowest, _):
            return f"{lowest}° or above"
        case _:
            return f"{bracket.lowest_f}° to {bracket.highest_f}°"


def _condition(bracket: Bracket) -> str:
    floor_f, cap_f = _strikes(bracket)
    match bracket.strike_type:
        case "less":
            return f"less than {cap_f}°"
        case "greater":
            return f"greater than {floor_f}°"
        case _:
            return f"between {floor_f}-{cap_f}°"


def _utc_midnight(day: date) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")


def _long(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
