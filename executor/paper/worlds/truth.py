"""What the thermometers of the simulated world really show, minute by minute."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import lfilter

from executor.paper.worlds.diurnal import DAY_MINUTES, Floats, diurnal_curve, half_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from executor.paper.worlds.cities import City

# Weather of one day resembles the next, and cities a few hundred kilometres apart share it.
_DAY_CORRELATION = 0.65
_DAY_SD_F = 4.5
_SHARED_DISTANCE_DEGREES = 9.0
_SPAN_SD_F = 2.0
_WARMEST_DAY_OF_YEAR = 201

# Clouds wander over hours, gusts over minutes. The gusts are sized so that the official high
# exceeds the highest hourly report by 0, 1, 2 °F about as often as was measured in life.
_CLOUD_SD_F, _CLOUD_MINUTES = 0.8, 150.0
_GUST_SD_F, _GUST_MINUTES = 0.92, 18.0
_GUST_SPREAD = 0.4
_NIGHT_GUST_SHARE = 0.35
_AVERAGED_MINUTES = 5
_HOUR_MINUTES = 60


@dataclass(frozen=True)
class Truth:
    """One city's thermometer. Index 0 is the first minute of `first_date`, standard time.

    `whole_f` holds the running average of every minute in whole °F. `course_f` is the smooth
    course without clouds and gusts, raised so that its hourly maxima are right on average:
    what a perfect forecast model, tuned to the station, would know.
    """

    city: City
    first_date: date
    whole_f: NDArray[np.int64]
    course_f: Floats

    def official_high_f(self, climate_date: date) -> int:
        """The highest running average of a climate day, as the climate report will say it."""
        start = self._day(climate_date) * DAY_MINUTES
        return int(self.whole_f[start : start + DAY_MINUTES].max())

    def expected_high_f(self, climate_date: date) -> float:
        """The highest hour of a day's smooth course."""
        start = self._day(climate_date) * DAY_MINUTES
        return float(self.course_f[start : start + DAY_MINUTES : _HOUR_MINUTES].max())

    def at(self, moment: datetime) -> int | None:
        """The whole °F that the station shows at an instant; None outside the days."""
        minute = self._minute(moment)
        return int(self.whole_f[minute]) if 0 <= minute < len(self.whole_f) else None

    def course_at(self, moments: list[datetime]) -> Floats:
        """The smooth course, °F, at given instants; not a number where it is not known."""
        minutes = np.array([self._minute(moment) for moment in moments])
        is_known = (minutes >= 0) & (minutes < len(self.course_f))
        return np.where(is_known, self.course_f[np.where(is_known, minutes, 0)], np.nan)

    def running_high_f(self, climate_date: date, known_until: datetime) -> int | None:
        """The highest hourly report of a climate day made by an instant, or None before any."""
        start = self._day(climate_date) * DAY_MINUTES
        end = min(start + DAY_MINUTES, self._minute(known_until) + 1)
        reports_f = self.whole_f[start + self.city.metar_minute : end : _HOUR_MINUTES]
        return int(reports_f.max()) if end > start and len(reports_f) else None

    def _minute(self, moment: datetime) -> int:
        return (moment - self.city.midnight(self.first_date)) // timedelta(minutes=1)

    def _day(self, climate_date: date) -> int:
        return (climate_date - self.first_date).days


def true_temperatures(
    cities: tuple[City, ...], first_date: date, days: int, rng: np.random.Generator
) -> dict[str, Truth]:
    """Draw the weather of all cities.

    Returns:
        A thermometer for each station id, covering `days` climate days from `first_date`.
    """
    anomalies_f = _anomalies(cities, days, rng)
    return {
        city.station_id: _truth(city, first_date, anomalies_f[:, column], rng)
        for column, city in enumerate(cities)
    }


def _anomalies(cities: tuple[City, ...], days: int, rng: np.random.Generator) -> Floats:
    points = np.array([(city.latitude, city.longitude) for city in cities])
    distances = np.linalg.norm(points[:, None, :] - points[None, :, :], axis=2)
    shared = np.linalg.cholesky(np.exp(-distances / _SHARED_DISTANCE_DEGREES))
    shocks = rng.standard_normal((days, len(cities))) @ shared.T
    return _DAY_SD_F * _remembering(shocks, _DAY_CORRELATION)


def _truth(city: City, first_date: date, anomalies_f: Floats, rng: np.random.Generator) -> Truth:
    days = len(anomalies_f)
    highs_f = _seasonal_highs(city, first_date, days) + anomalies_f
    lows_f = highs_f - city.span_f + _SPAN_SD_F * rng.standard_normal(days)
    peaks = np.clip(900.0 + 45.0 * rng.standard_normal(days), 720.0, 1050.0)
    minutes = np.arange(days * DAY_MINUTES, dtype=np.float64)
    course_f = diurnal_curve(minutes, highs_f, lows_f, peaks)
    sky_f = course_f + _clouds_and_gusts(minutes, rng)
    kernel = np.full(_AVERAGED_MINUTES, 1.0 / _AVERAGED_MINUTES)
    # Padding with the first minute keeps the average of the past only, and of full length.
    padded_f = np.concatenate([np.full(_AVERAGED_MINUTES - 1, sky_f[0]), sky_f])
    whole_f = half_up(np.convolve(padded_f, kernel, mode="valid"))
    official_f = whole_f.reshape(days, DAY_MINUTES).max(axis=1)
    hourly_f = course_f.reshape(days, DAY_MINUTES)[:, ::_HOUR_MINUTES].max(axis=1)
    return Truth(city, first_date, whole_f, course_f + (official_f - hourly_f).mean())


def _seasonal_highs(city: City, first_date: date, days: int) -> Floats:
    day_of_year = first_date.timetuple().tm_yday + np.arange(days)
    season = np.cos(2.0 * math.pi * (day_of_year - _WARMEST_DAY_OF_YEAR) / 365.25)
    highs_f: Floats = city.mean_high_f + city.season_f * season
    return highs_f


def _clouds_and_gusts(minutes: Floats, rng: np.random.Generator) -> Floats:
    clouds = _remembering(rng.standard_normal(len(minutes)), math.exp(-1.0 / _CLOUD_MINUTES))
    gusts = _remembering(rng.standard_normal(len(minutes)), math.exp(-1.0 / _GUST_MINUTES))
    noon = np.cos(2.0 * math.pi * (minutes % DAY_MINUTES - 810.0) / DAY_MINUTES)
    daylight = _NIGHT_GUST_SHARE + (1.0 - _NIGHT_GUST_SHARE) * np.clip(noon, 0.0, None)
    # Some days are gustier than others, which is what makes a surprise of two degrees or more.
    days = np.exp(_GUST_SPREAD * rng.standard_normal(len(minutes) // DAY_MINUTES))
    sizes_f = _GUST_SD_F * np.repeat(days, DAY_MINUTES) * daylight
    noise_f: Floats = _CLOUD_SD_F * clouds + sizes_f * gusts
    return noise_f


def _remembering(shocks: Floats, memory: float) -> Floats:
    """An autoregressive series of unit variance along the first axis."""
    series: Floats = lfilter([math.sqrt(1.0 - memory**2)], [1.0, -memory], shocks, axis=0)
    return series
