"""The cities of the two worlds: seven stations, with the climate that the simulation needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class City:
    """One settlement station.

    Coordinates in degrees, elevation in metres, offset in hours from UTC to local standard
    time. The climate figures are round normals: mean yearly high, half of the yearly swing,
    and the usual span between a day's low and its high, all in °F.
    """

    series_ticker: str
    station_id: str
    climate_id: str
    name: str
    latitude: float
    longitude: float
    elevation_m: int
    standard_offset_hours: int
    metar_minute: int
    mean_high_f: float
    season_f: float
    span_f: float

    def midnight(self, climate_date: date) -> datetime:
        """The instant (UTC) at which a climate day starts: midnight of local standard time."""
        return datetime.combine(climate_date, time(), UTC) - self._offset

    def climate_date(self, at: datetime) -> date:
        """The climate day of an instant; standard time all the year, whatever clocks show."""
        return (at + self._offset).date()

    @property
    def _offset(self) -> timedelta:
        return timedelta(hours=self.standard_offset_hours)


NEW_YORK = City(
    "KXHIGHNY", "KNYC", "NYC", "New York City", 40.779, -73.9693, 43, -5, 51, 63.0, 23.0, 15.0
)
CHICAGO = City(
    "KXHIGHCHI", "KMDW", "MDW", "Chicago Midway", 41.786, -87.7524, 189, -6, 53, 60.0, 26.0, 17.0
)
MIAMI = City("KXHIGHMIA", "KMIA", "MIA", "Miami", 25.796, -80.2898, 2, -5, 53, 84.5, 7.0, 13.0)
AUSTIN = City("KXHIGHAUS", "KAUS", "AUS", "Austin", 30.1975, -97.662, 165, -6, 53, 80.5, 17.0, 21.0)
LOS_ANGELES = City(
    "KXHIGHLAX", "KLAX", "LAX", "Los Angeles", 33.9425, -118.408, 38, -8, 53, 71.0, 5.0, 12.0
)
DENVER = City(
    "KXHIGHDEN", "KDEN", "DEN", "Denver", 39.86, -104.6738, 1655, -7, 53, 65.0, 22.0, 27.0
)
PHILADELPHIA = City(
    "KXHIGHPHIL", "KPHL", "PHL", "Philadelphia", 39.8719, -75.2411, 11, -5, 54, 65.0, 23.0, 17.0
)

CITIES = (NEW_YORK, CHICAGO, MIAMI, AUSTIN, LOS_ANGELES, DENVER, PHILADELPHIA)

# Philadelphia stands in for Denver, which policy blocks for every strategy: six cities can trade.
SIMULATED_CITIES = (NEW_YORK, CHICAGO, MIAMI, AUSTIN, LOS_ANGELES, PHILADELPHIA)

# The five cities of the recorded tape.
RECORDED_CITIES = (NEW_YORK, CHICAGO, MIAMI, AUSTIN, DENVER)


def nearest_city(cities: tuple[City, ...], latitude: float, longitude: float) -> City:
    """The city that a point on the map means, as a grid snaps to its nearest cell."""
    return min(cities, key=lambda c: (c.latitude - latitude) ** 2 + (c.longitude - longitude) ** 2)
