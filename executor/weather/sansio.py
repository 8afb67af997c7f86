"""The weather services without I/O: which request brings which bodies.

Sources: aviationweather.gov/data/api (METAR) and open-meteo.com/en/docs/previous-runs-api.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from executor.wire import Request, RequestRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

# Keys of the weather client's base URLs.
METAR_HOST = "aviationweather"
GUIDANCE_HOST = "open_meteo_previous_runs"
# The service cuts an answer at 400 rows without saying so. A station files one routine report
# an hour and, in bad weather, about as many specials.
METAR_ROW_LIMIT = 400
METAR_ROWS_PER_HOUR = 2
STATION_ID = re.compile(r"[A-Z0-9]{4}")
MODEL = re.compile(r"[a-z0-9_]+")
# Model runs of up to a week ago are kept, one column a day.
LEAD_DAYS_LIMIT = 7


class Place(Protocol):
    """Anything with a position: a row of ref.stations, for one."""

    @property
    def latitude(self) -> float:
        """Degrees north."""

    @property
    def longitude(self) -> float:
        """Degrees east."""


def metar_request(station_ids: Sequence[str], hours: int) -> Request:
    """Ask for the reports of some stations over the last `hours`.

    Raises RequestRefusedError if the answer could exceed what the service gives at once;
    `metar_requests` asks in parts.
    """
    if not station_ids or hours < 1:
        raise RequestRefusedError("a METAR request needs a station and an hour at least")
    for station_id in station_ids:
        if not STATION_ID.fullmatch(station_id):
            raise RequestRefusedError(f"{station_id!r} is no ICAO station id")
    if len(station_ids) > _stations_at_once(hours):
        raise RequestRefusedError(
            f"{len(station_ids)} stations over {hours} h could exceed {METAR_ROW_LIMIT} rows"
        )
    query = {"ids": ",".join(station_ids), "hours": str(hours), "format": "json"}
    return Request("GET", "/api/data/metar", query=query, cost_tokens=1, host=METAR_HOST)


def metar_requests(station_ids: Sequence[str], hours: int) -> list[Request]:
    """Ask for any number of stations in as many requests as the row limit needs."""
    size = _stations_at_once(hours)
    parts = [station_ids[first : first + size] for first in range(0, len(station_ids), size)]
    return [metar_request(part, hours) for part in parts]


def guidance_request(
    stations: Sequence[Place],
    model: str,
    start_date: date,
    end_date: date,
    lead_days: Sequence[int] = (1, 2),
) -> Request:
    """Ask what a model said N days before each hour: °F, hourly, UTC, days inclusive.

    The answer is one object for one station and a list, in the order of `stations`, for
    more; its coordinates are the grid's, not the stations'. Lead 0 is the newest run, and
    is hindsight for any day that is over.
    """
    if not stations or not MODEL.fullmatch(model) or start_date > end_date:
        raise RequestRefusedError("guidance needs a station, a model and days in order")
    if not lead_days or not all(0 <= lead <= LEAD_DAYS_LIMIT for lead in lead_days):
        raise RequestRefusedError(f"lead days lie in 0..{LEAD_DAYS_LIMIT}, not {lead_days}")
    query = {
        "latitude": ",".join(f"{station.latitude:.4f}" for station in stations),
        "longitude": ",".join(f"{station.longitude:.4f}" for station in stations),
        "hourly": ",".join(_variable(lead) for lead in lead_days),
        "models": model,
        "start_date": start_date.isoformat(),
        "end_date": end_date.isoformat(),
        "temperature_unit": "fahrenheit",
        "timezone": "GMT",
    }
    return Request("GET", "/v1/forecast", query=query, cost_tokens=1, host=GUIDANCE_HOST)


def _stations_at_once(hours: int) -> int:
    return max(1, METAR_ROW_LIMIT // (METAR_ROWS_PER_HOUR * max(1, hours)))


def _variable(lead: int) -> str:
    return f"temperature_2m_previous_day{lead}" if lead else "temperature_2m"
