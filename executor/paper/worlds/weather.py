"""The weather services of a world: station reports and guidance, as known at a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from executor.paper.worlds.cities import City, nearest_city
from executor.paper.worlds.guidance import (
    Model,
    guidance_body,
    guidance_errors,
    hours_between,
)
from executor.paper.worlds.metar import Reading, metar_report, report_moments

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from executor.paper.worlds.diurnal import Floats


@dataclass
class Weather:
    """What can be asked about the weather.

    `shown_f` gives the whole °F that a station shows at an instant, None where that is not
    known; `course` gives what a perfect model would forecast, °F at instants. Errors of
    models are drawn for `days` climate days from `first_date`.
    """

    cities: tuple[City, ...]
    shown_f: Callable[[City, datetime], int | None]
    course: Callable[[City, list[datetime]], Floats]
    first_date: date
    days: int
    seed: int
    is_reconstructed: bool = False
    _models: dict[str, Model] = field(default_factory=dict)

    def metar(self, station_ids: list[str], hours: float, now: datetime) -> list[dict[str, Any]]:
        """Reports of the last hours, newest first a station; an unknown station has none."""
        cities = {city.station_id: city for city in self.cities}
        asked = [cities[name] for name in station_ids if name in cities]
        readings = [
            Reading(city, moment, shown_f)
            for city in asked
            for moment in report_moments(city, now, hours)
            if (shown_f := self.shown_f(city, moment)) is not None
        ]
        return [metar_report(each, is_reconstructed=self.is_reconstructed) for each in readings]

    def guidance(
        self,
        points: list[tuple[float, float]],
        model: str,
        dates: tuple[date, date],
        variables: tuple[str, ...],
        now: datetime,
    ) -> list[dict[str, Any]] | dict[str, Any]:
        """Hourly guidance for (latitude, longitude) points and dates, both dates included.

        Raises:
            ValueError: for a variable that the world does not forecast.
        """
        moments = hours_between(*dates)
        bodies = []
        for point in points:
            city = nearest_city(self.cities, *point)
            values = {v: self.model(model).hourly(city, moments, v, now) for v in variables}
            body = guidance_body(city, moments, values, is_reconstructed=self.is_reconstructed)
            bodies.append(body)
        return bodies[0] if len(bodies) == 1 else bodies

    def model(self, name: str) -> Model:
        """A model by its name; every name has errors of its own, and always the same."""
        if name not in self._models:
            errors = guidance_errors(self.cities, self.first_date, self.days, name, self.seed)
            self._models[name] = Model(self.course, errors)
        return self._models[name]
