"""Weather made up from the record: what the tape says of a day is only its settled high."""

from __future__ import annotations

import zlib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from executor.paper.worlds.cities import RECORDED_CITIES, City
from executor.paper.worlds.diurnal import DAY_MINUTES, Floats, diurnal_curve, half_up
from executor.paper.worlds.weather import Weather

if TYPE_CHECKING:
    from numpy.typing import NDArray

# How often the highest hourly report lies 0, 1, 2, 3 °F below the settled value, as measured.
_UNDER_READING = (0.33, 0.51, 0.13, 0.03)
_SPAN_SD_F = 2.0
# A day peaks at one of these hours of standard time; its reports in the hour's own minute.
_PEAK_HOURS = (11, 12, 13, 14, 15)
_PEAK_CHANCES = (0.10, 0.20, 0.30, 0.25, 0.15)
_HOUR_MINUTES = 60


def reconstructed_weather(
    highs_f: dict[str, dict[date, int]], first_date: date, days: int, seed: int
) -> Weather:
    """Station reports and guidance for `days` climate days, from settled highs (°F) a series.

    A day's course is a diurnal curve. The curve of the reports peaks a seeded 0 to 3 °F below
    the settled high; that of the models peaks at the settled high, so that guidance is the
    recorded value plus the model's error. Days without a record take the nearest one's high.
    """
    dates = [first_date + timedelta(days=day) for day in range(days)]
    courses = {
        city.station_id: _Course(city, _nearest(highs_f[city.series_ticker], dates), dates, seed)
        for city in RECORDED_CITIES
    }

    def shown_f(city: City, moment: datetime) -> int | None:
        return courses[city.station_id].shown_f(moment)

    def course(city: City, moments: list[datetime]) -> Floats:
        return courses[city.station_id].forecast_f(moments)

    return Weather(RECORDED_CITIES, shown_f, course, first_date, days, seed, is_reconstructed=True)


class _Course:
    """The two curves of one city, by minute of standard time."""

    def __init__(self, city: City, highs_f: Floats, dates: list[date], seed: int) -> None:
        rng = np.random.default_rng([seed, 8, zlib.crc32(city.station_id.encode())])
        lows_f = highs_f - city.span_f + _SPAN_SD_F * rng.standard_normal(len(highs_f))
        missed_f = rng.choice(len(_UNDER_READING), size=len(highs_f), p=_UNDER_READING)
        peaks = _HOUR_MINUTES * rng.choice(_PEAK_HOURS, size=len(highs_f), p=_PEAK_CHANCES)
        self._start = city.midnight(dates[0])
        self._reported_f = half_up(_capped(highs_f - missed_f, lows_f, peaks + city.metar_minute))
        self._forecast_f = _capped(highs_f, lows_f, peaks)

    def shown_f(self, moment: datetime) -> int | None:
        """Whole °F of the reports' curve; None outside the days."""
        minute = (moment - self._start) // timedelta(minutes=1)
        return int(self._reported_f[minute]) if 0 <= minute < len(self._reported_f) else None

    def forecast_f(self, moments: list[datetime]) -> Floats:
        """°F of the models' curve; not a number outside the days."""
        minutes = np.array([(each - self._start) // timedelta(minutes=1) for each in moments])
        is_known = (minutes >= 0) & (minutes < len(self._forecast_f))
        return np.where(is_known, self._forecast_f[np.where(is_known, minutes, 0)], np.nan)


def _capped(highs_f: Floats, lows_f: Floats, peaks: NDArray[np.int64]) -> Floats:
    """A curve that no neighbouring day carries above the day's own high."""
    minutes = np.arange(len(highs_f) * DAY_MINUTES, dtype=np.float64)
    lows_f = np.minimum(lows_f, highs_f - 1.0)
    curve_f = diurnal_curve(minutes, highs_f, lows_f, peaks.astype(np.float64))
    return np.minimum(curve_f, np.repeat(highs_f, DAY_MINUTES))


def _nearest(highs_f: dict[date, int], dates: list[date]) -> Floats:
    recorded = np.array([day.toordinal() for day in highs_f])
    settled_f = np.array(list(highs_f.values()), dtype=np.float64)
    wanted = np.array([day.toordinal() for day in dates])
    nearest: Floats = settled_f[np.abs(recorded[None, :] - wanted[:, None]).argmin(axis=1)]
    return nearest
