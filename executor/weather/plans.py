"""Which weather to ask for: enough METAR hours for the running day, guidance for the next days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from executor.weather.sansio import guidance_request, metar_requests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import polars as pl

    from executor.wire import Request
    from kwx_core.store import Store

# The running high needs the whole climate day, which begins up to a day before now.
METAR_HOURS_LIMIT = 48
# An answer may lack the newest reports; the next one asks for them again.
METAR_MARGIN_HOURS = 3
SECONDS_PER_HOUR = 3600


@dataclass(frozen=True)
class _Place:
    latitude: float
    longitude: float


def metar(store: Store, series: pl.DataFrame, at: datetime) -> list[Request]:
    """Ask the stations of the traded series for their reports since the last answer."""
    stations = series["station_id"].unique(maintain_order=True).to_list()
    return metar_requests(stations, _hours(store, at)) if stations else []


def _hours(store: Store, at: datetime) -> int:
    rows = store.frame(
        "select max(received_at) as last_at from landed.requests "
        "where feed = 'metar' and status_code = 200 and received_at > $since",
        since=at - timedelta(hours=METAR_HOURS_LIMIT),
    )
    last_at = rows["last_at"][0]
    if last_at is None:
        return METAR_HOURS_LIMIT
    missing = int((at - last_at).total_seconds() // SECONDS_PER_HOUR)
    return min(METAR_HOURS_LIMIT, missing + METAR_MARGIN_HOURS)


def guidance(store: Store, series: pl.DataFrame, at: datetime) -> Iterator[tuple[Request, str]]:
    """Ask every guidance source for the days whose ladders are open; with what to remember."""
    stations = series.unique("station_id", maintain_order=True)
    if stations.is_empty():
        return
    names = ",".join(stations["station_id"])
    places = list(map(_Place, stations["latitude"], stations["longitude"]))
    first, last = (at - timedelta(days=1)).date(), (at + timedelta(days=3)).date()
    sources = store.frame(
        "select source_id, run_family from ref.sources where channel = 'guidance' order by 1"
    )
    for source_id, model in sources.rows():
        request = guidance_request(places, model, first, last)
        yield request, f"source_id={source_id};stations={names}"
