"""What every world behind the paper exchange can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import date, datetime


class World(Protocol):
    """Weather, other traders and the calendar around one paper exchange.

    `reconstructed` names the feeds whose bodies were not recorded but made up from the
    record; nothing learned from them may be scored.
    """

    @property
    def reconstructed(self) -> frozenset[str]:
        """Names of feeds, such as `metar` and `open_meteo`."""

    def start(self) -> None:
        """List and quote what is open at the clock's first moment."""

    def step(self, until: datetime) -> None:
        """Let everything happen that happens up to `until`, each thing at its own moment.

        The clock follows; afterwards it shows `until`.
        """

    def metar(self, station_ids: list[str], hours: float) -> list[dict[str, Any]]:
        """Station reports of the last hours as known now, newest first (aviationweather.gov)."""

    def guidance(
        self,
        latitudes: list[float],
        longitudes: list[float],
        model: str,
        start_date: date,
        end_date: date,
        *,
        variables: tuple[str, ...] = ...,
    ) -> list[dict[str, Any]] | dict[str, Any]:
        """Hourly guidance as known now: one object for one point, a list for several.

        Raises:
            ValueError: for a variable that the world does not forecast.
        """
