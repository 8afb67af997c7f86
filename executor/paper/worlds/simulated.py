"""A simulated world: weather, models, market makers and a person, all drawn from one seed."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from executor.paper.worlds.belief import Outlook
from executor.paper.worlds.cities import SIMULATED_CITIES, City
from executor.paper.worlds.desk import Desk
from executor.paper.worlds.guidance import ERROR_SD_F, VARIABLES
from executor.paper.worlds.hand import Hand
from executor.paper.worlds.ladder import brackets, ladder, listed_at
from executor.paper.worlds.metar import RECEIPT_DELAY
from executor.paper.worlds.person import trades_by_hand
from executor.paper.worlds.truth import Truth, true_temperatures
from executor.paper.worlds.weather import Weather

if TYPE_CHECKING:
    from executor.paper.clock import SimulatedClock
    from executor.paper.exchange import Exchange
    from executor.paper.listing import Event, Result
    from executor.paper.worlds.diurnal import Floats

# The thermometers run a few days before and after, so that nobody meets an edge.
_MARGIN_DAYS = 5

# The first official report comes in the morning after; the exchange settles five minutes later.
_DETERMINED_AFTER_LISTING = timedelta(days=1, hours=21, minutes=55)
_SETTLED_AFTER_LISTING = timedelta(days=1, hours=22)

# The makers follow a model of their own and doubt it a little more than they should.
_MAKERS_MODEL = "makers"
_MAKERS_DOUBT_F = 0.8
_AFTERNOON = timedelta(hours=15)
_HALF_LADDER_F = 4

_Due = tuple[datetime, Callable[[], None]]


class SimulatedWorld:
    """Some days of some cities, the same for the same seed whatever is traded in it."""

    reconstructed: frozenset[str] = frozenset()

    def __init__(
        self,
        exchange: Exchange,
        clock: SimulatedClock,
        *,
        seed: int,
        first_date: date,
        days: int,
        cities: tuple[City, ...] = SIMULATED_CITIES,
        account_id: str = "kwx",
    ) -> None:
        self._exchange, self._clock, self._seed = exchange, clock, seed
        self.cities = cities
        # Ladders of the day after the last one are listed too, as in life.
        self.climate_dates = [first_date + timedelta(days=day) for day in range(days + 1)]
        first_known, known_days = first_date - timedelta(days=_MARGIN_DAYS), days + 2 * _MARGIN_DAYS
        self._truths = true_temperatures(
            cities, first_known, known_days, np.random.default_rng([seed, 0])
        )
        self.weather = Weather(cities, self._shown_f, self._course, first_known, known_days, seed)
        self._desk = Desk(exchange, self._outlook, seed)
        self._hand = Hand(exchange, account_id, self._desk.open_tickers)
        self._due = self._calendar()

    def start(self) -> None:
        """Open the makers' account, then list and quote what is open at the clock's moment."""
        self._desk.open()
        self.step(self._clock.now())

    def step(self, until: datetime) -> None:
        """Let everything happen up to `until`, each thing at its own moment; then quote anew."""
        while self._due and self._due[0][0] <= until:
            moment, act = self._due.pop(0)
            self._reach(moment)
            act()
        self._reach(until)
        self._desk.quote(until)

    def fade(self) -> None:
        """Take the fleeting quotes away at once, as if their second had passed."""
        self._desk.fade()

    def truth(self, station_id: str) -> Truth:
        """The thermometer of a station, for whoever wants to know what really was."""
        return self._truths[station_id]

    def metar(self, station_ids: list[str], hours: float) -> list[dict[str, Any]]:
        """Station reports of the last hours as known now, newest first a station."""
        return self.weather.metar(station_ids, hours, self._clock.now())

    def guidance(
        self,
        latitudes: list[float],
        longitudes: list[float],
        model: str,
        start_date: date,
        end_date: date,
        *,
        variables: tuple[str, ...] = VARIABLES,
    ) -> list[dict[str, Any]] | dict[str, Any]:
        """Hourly guidance (°F, GMT) as known now, of the city nearest to each point.

        Raises:
            ValueError: for a variable that the world does not forecast, or uneven lists.
        """
        points = list(zip(latitudes, longitudes, strict=True))
        dates = (start_date, end_date)
        return self.weather.guidance(points, model, dates, variables, self._clock.now())

    def _shown_f(self, city: City, moment: datetime) -> int | None:
        return self._truths[city.station_id].at(moment)

    def _course(self, city: City, moments: list[datetime]) -> Floats:
        return self._truths[city.station_id].course_at(moments)

    def _outlook(self, city: City, climate_date: date, now: datetime) -> Outlook:
        """What the makers know: their model's high of the day, and the reports so far."""
        truth, midnight = self._truths[city.station_id], city.midnight(climate_date)
        afternoon = midnight + _AFTERNOON
        lead_days = min(max((afternoon - now) / timedelta(days=1), 0.0), len(ERROR_SD_F) - 1.0)
        errors = self.weather.model(_MAKERS_MODEL).errors
        error_f = errors.at(city, [afternoon], np.array([lead_days]))[0]
        sd_f = float(np.interp(lead_days, np.arange(len(ERROR_SD_F)), ERROR_SD_F))
        return Outlook(
            forecast_f=truth.expected_high_f(climate_date) + float(error_f),
            sd_f=math.hypot(sd_f, _MAKERS_DOUBT_F),
            running_high_f=truth.running_high_f(climate_date, now - RECEIPT_DELAY),
            standard_hour=(now - midnight) / timedelta(hours=1),
        )

    def _reach(self, moment: datetime) -> None:
        """Move the clock, unless whoever drives the world has moved it already."""
        if moment > self._clock.now():
            self._clock.advance(moment)
        self._exchange.advance()

    def _calendar(self) -> list[_Due]:
        """All that will happen whatever is quoted, in order of time."""
        lives = [self._life(city, day) for day in self.climate_dates for city in self.cities]
        whims = trades_by_hand(self.climate_dates[:-1], np.random.default_rng([self._seed, 6]))
        by_hand: list[_Due] = [(each.at, partial(self._hand.trade, each)) for each in whims]
        return sorted([*(due for life in lives for due in life), *by_hand], key=lambda due: due[0])

    def _life(self, city: City, climate_date: date) -> list[_Due]:
        """An event from its listing to its settlement; none if it closed before the start."""
        if city.midnight(climate_date + timedelta(days=1)) <= self._clock.now():
            return []
        listing_at = listed_at(climate_date)
        lowest_f = self._lowest_between_f(city, climate_date, listing_at)
        event = ladder(city, climate_date, lowest_f)
        high_f = self._truths[city.station_id].official_high_f(climate_date)
        return [
            (listing_at, partial(self._list, event, city, climate_date, lowest_f)),
            (
                listing_at + _DETERMINED_AFTER_LISTING,
                partial(self._determine, event, lowest_f, high_f),
            ),
            (listing_at + _SETTLED_AFTER_LISTING, partial(self._settle, event)),
        ]

    def _lowest_between_f(self, city: City, climate_date: date, listing_at: datetime) -> int:
        """Ladders stand around the forecast of the day before, on odd or even degrees."""
        forecast_f = self._outlook(city, climate_date, listing_at).forecast_f
        shift = zlib.crc32(f"{self._seed} {city.station_id} {climate_date}".encode()) % 2
        return round(forecast_f) - _HALF_LADDER_F + shift

    def _list(self, event: Event, city: City, climate_date: date, lowest_f: int) -> None:
        self._exchange.list_event(event)
        self._desk.take_up(city, climate_date, lowest_f)

    def _determine(self, event: Event, lowest_f: int, high_f: int) -> None:
        for market, bracket in zip(event.markets, brackets(lowest_f), strict=True):
            result: Result = "yes" if bracket.holds(high_f) else "no"
            self._exchange.determine(market.ticker, result, f"{high_f}.00")

    def _settle(self, event: Event) -> None:
        for market in event.markets:
            self._exchange.settle(market.ticker)
