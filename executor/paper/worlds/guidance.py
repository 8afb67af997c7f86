"""What weather models said: hourly temperatures in the shape of Open-Meteo's previous runs."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.paper.worlds.cities import City
    from executor.paper.worlds.diurnal import Floats

# Error of a day's high by lead in whole days, °F: about 2 on the day itself, 3 a day ahead.
# Each lead keeps the error of the shorter one and adds its own, so errors of one day agree.
ERROR_SD_F = (1.8, 3.0, 3.7)

# Half of the variance is a model's own, half is shared by all models; cities share weather.
_SHARED_BY_MODELS = 0.5
_SHARED_BY_CITIES = 0.4

_AFTERNOON = timedelta(hours=15)
_LONGEST_DAYS = len(ERROR_SD_F) - 1

VARIABLES = ("temperature_2m_previous_day1", "temperature_2m_previous_day2")


@dataclass(frozen=True)
class Errors:
    """Errors of guidance, °F, of shape (lead in days, climate day, city)."""

    cities: tuple[City, ...]
    first_date: date
    errors_f: Floats

    def at(self, city: City, moments: list[datetime], leads_days: Floats) -> Floats:
        """Errors at given instants and leads: a day's own in its afternoon, gliding at night."""
        start = city.midnight(self.first_date) + _AFTERNOON
        days = np.array([(moment - start) / timedelta(days=1) for moment in moments])
        column = self.errors_f[:, :, self.cities.index(city)]
        by_lead = np.stack([np.interp(days, np.arange(column.shape[1]), row) for row in column])
        shorter = np.clip(np.floor(leads_days).astype(int), 0, len(column) - 2)
        weight = leads_days - shorter
        here = np.arange(len(moments))
        errors_f: Floats = (
            by_lead[shorter, here] * (1 - weight) + by_lead[shorter + 1, here] * weight
        )
        return errors_f


def guidance_errors(
    cities: tuple[City, ...], first_date: date, days: int, model: str, seed: int
) -> Errors:
    """Draw a model's errors for `days` climate days; the same seed and model err alike."""
    shared = _draws(np.random.default_rng([seed, 1]), days, len(cities))
    own = _draws(np.random.default_rng([seed, 2, zlib.crc32(model.encode())]), days, len(cities))
    unit = np.sqrt(_SHARED_BY_MODELS) * shared + np.sqrt(1.0 - _SHARED_BY_MODELS) * own
    variances = np.diff(np.square(ERROR_SD_F), prepend=0.0)
    steps_f = np.sqrt(variances)[:, None, None] * unit
    return Errors(cities, first_date, np.cumsum(steps_f, axis=0))


def _draws(rng: np.random.Generator, days: int, cities: int) -> Floats:
    """Unit errors of shape (lead, day, city), a part of each common to all cities."""
    common = rng.standard_normal((len(ERROR_SD_F), days, 1))
    alone = rng.standard_normal((len(ERROR_SD_F), days, cities))
    draws: Floats = np.sqrt(_SHARED_BY_CITIES) * common + np.sqrt(1.0 - _SHARED_BY_CITIES) * alone
    return draws


def hours_between(start_date: date, end_date: date) -> list[datetime]:
    """Every full hour (UTC) of the dates, both included."""
    start = datetime.combine(start_date, time(), UTC)
    count = 24 * ((end_date - start_date).days + 1)
    return [start + timedelta(hours=hour) for hour in range(count)]


def lead_days(variable: str) -> int:
    """The lead that a variable's name means, in days; the plain name is the newest run.

    Raises:
        ValueError: for a variable or a lead that this world does not forecast.
    """
    name, _, lead = variable.partition("_previous_day")
    if name != "temperature_2m" or (lead and not lead.isdigit()):
        raise ValueError(f"no guidance for {variable!r}: ask for temperature_2m[_previous_dayN]")
    days = int(lead or 0)
    if days > _LONGEST_DAYS:
        raise ValueError(f"guidance reaches back {_LONGEST_DAYS} days, not {days}")
    return days


@dataclass(frozen=True)
class Model:
    """A weather model: the course it forecasts well, °F at given instants, and its errors."""

    course: Callable[[City, list[datetime]], Floats]
    errors: Errors

    def hourly(
        self, city: City, moments: list[datetime], variable: str, now: datetime
    ) -> list[float | None]:
        """Temperatures (°F, a tenth) of one variable; null where no such run can exist yet.

        Raises:
            ValueError: for a variable that this world does not forecast.
        """
        lead = lead_days(variable)
        ahead = np.array([(moment - now) / timedelta(days=1) for moment in moments])
        leads = np.full(len(moments), float(lead)) if lead else np.clip(ahead, 0.0, _LONGEST_DAYS)
        values_f = self.course(city, moments) + self.errors.at(city, moments, leads)
        is_known = np.isfinite(values_f) & (ahead <= (lead or _LONGEST_DAYS))
        rounded = np.round(values_f, 1).tolist()
        return [value if known else None for value, known in zip(rounded, is_known, strict=True)]


def guidance_body(
    city: City,
    moments: list[datetime],
    values: dict[str, list[float | None]],
    *,
    is_reconstructed: bool,
) -> dict[str, Any]:
    """One location's answer: GMT hours and °F for every variable that was asked for."""
    body: dict[str, Any] = {
        "latitude": round(city.latitude, 2),
        "longitude": round(city.longitude, 2),
        "generationtime_ms": 1.0,
        "utc_offset_seconds": 0,
        "timezone": "GMT",
        "timezone_abbreviation": "GMT",
        "elevation": float(city.elevation_m),
        "hourly_units": {"time": "iso8601", **dict.fromkeys(values, "°F")},
        "hourly": {"time": [moment.strftime("%Y-%m-%dT%H:%M") for moment in moments], **values},
    }
    if is_reconstructed:
        body["reconstructed"] = True
    return body
