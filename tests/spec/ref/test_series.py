"""Which station settles each series, and by which measure."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest

from tests.shared import shared
from tests.spec.ref.rows import column, rows


def active():
    return [row for row in rows("series") if row["is_active"] == "true"]


def test_every_station_has_one_active_series_of_each_measure():
    counts = Counter((row["station_id"], row["measure"]) for row in active())
    wanted = {(station, m) for station in column("stations", "station_id") for m in ("high", "low")}
    assert set(counts) == wanted
    assert set(counts.values()) == {1}


def test_a_series_is_known_once_and_belongs_to_a_known_station():
    tickers = column("series", "series_ticker")
    assert len(set(tickers)) == len(tickers)
    assert set(column("series", "station_id")) <= set(column("stations", "station_id"))
    assert set(column("series", "is_active")) == {"true", "false"}
    assert all(column("series", "source"))


def test_the_measure_is_that_of_the_ticker():
    for row in rows("series"):
        assert row["measure"].upper() in row["series_ticker"]


@pytest.mark.parametrize(
    ("series_ticker", "station_id", "is_active"),
    [
        ("KXHIGHNY", "KNYC", "true"),
        ("KXLOWTNYC", "KNYC", "true"),
        ("KXHIGHCHI", "KMDW", "true"),
        ("KXHIGHTHOU", "KHOU", "true"),
        ("KXHIGHTDAL", "KDFW", "true"),
        ("HIGHNY", "KNYC", "false"),
        ("HIGHCHI", "KMDW", "false"),
        ("HIGHMIA", "KMIA", "false"),
        ("HIGHAUS", "KAUS", "false"),
    ],
)
def test_a_series_settles_at_its_station(series_ticker, station_id, is_active):
    (found,) = [row for row in rows("series") if row["series_ticker"] == series_ticker]
    assert (found["station_id"], found["is_active"]) == (station_id, is_active)


def test_every_recorded_event_belongs_to_a_known_series():
    path = shared("data", "kalshi", "markets_2024-08_2025-02.parquet")
    events = pl.read_parquet(path, columns=["event_ticker"]).to_series().unique()
    assert {event.rsplit("-", 1)[0] for event in events} <= set(column("series", "series_ticker"))
