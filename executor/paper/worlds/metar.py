"""Hourly station reports in the shape that aviationweather.gov serves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from executor.paper.worlds.cities import City

# A report reaches the public a minute or two after the thermometer was read.
RECEIPT_DELAY = timedelta(minutes=2)

_SPREAD_C = 6.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What one thermometer showed at its hourly report: whole °F, as the station rounds."""

    city: City
    observed_at: datetime
    temperature_f: int


def report_moments(city: City, until: datetime, hours: float) -> list[datetime]:
    """When the reports of the last `hours` were made, newest first, as known at `until`."""
    newest = until - RECEIPT_DELAY
    moment = newest.replace(minute=city.metar_minute, second=0, microsecond=0)
    if moment > newest:
        moment -= timedelta(hours=1)
    moments = []
    while moment > until - timedelta(hours=hours):
        moments.append(moment)
        moment -= timedelta(hours=1)
    return moments


def metar_report(reading: Reading, *, is_reconstructed: bool = False) -> dict[str, Any]:
    """One record of the METAR feed, °C to a tenth.

    The six-hour and day groups stay null, so that the hourly readings are all that the
    afternoon tells. What was reconstructed says so in its remarks and in a key of its own.
    """
    city = reading.city
    temperature_c = _celsius(reading.temperature_f)
    dew_point_c = round(temperature_c - _SPREAD_C, 1)
    remarks = f"RMK AO2 T{_tenths(temperature_c)}{_tenths(dew_point_c)}"
    report: dict[str, Any] = {
        "icaoId": city.station_id,
        "receiptTime": _zulu(reading.observed_at + RECEIPT_DELAY),
        "obsTime": int(reading.observed_at.timestamp()),
        "reportTime": _zulu(_rounded_hour(reading.observed_at)),
        "temp": temperature_c,
        "dewp": dew_point_c,
        "wdir": 0,
        "wspd": 0,
        "visib": "10+",
        "altim": 1016.0,
        "maxT": None,
        "minT": None,
        "maxT24": None,
        "minT24": None,
        "metarType": "METAR",
        "rawOb": (
            f"METAR {city.station_id} {reading.observed_at:%d%H%M}Z AUTO 00000KT 10SM CLR "
            f"{_whole(temperature_c)}/{_whole(dew_point_c)} A3000 {remarks}"
        ),
        "lat": city.latitude,
        "lon": city.longitude,
        "elev": city.elevation_m,
        "name": city.name,
        "clouds": [{"cover": "CLR", "base": None}],
    }
    if is_reconstructed:
        report["rawOb"] += " RMK RECONSTRUCTED"
        report["reconstructed"] = True
    return report


def _celsius(temperature_f: int) -> float:
    return round((temperature_f - 32) / 1.8, 1)


def _tenths(temperature_c: float) -> str:
    return f"{'1' if temperature_c < 0 else '0'}{abs(round(temperature_c * 10)):03d}"


def _whole(temperature_c: float) -> str:
    whole_c = round(temperature_c)
    return f"M{-whole_c:02d}" if whole_c < 0 else f"{whole_c:02d}"


def _rounded_hour(moment: datetime) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour + timedelta(hours=1) if moment.minute >= 30 else hour  # noqa: PLR2004


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
