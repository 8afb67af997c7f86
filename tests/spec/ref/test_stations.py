"""Where each city is measured."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.spec.ref.rows import column, rows


def station(station_id):
    (found,) = [row for row in rows("stations") if row["station_id"] == station_id]
    return found


def test_there_are_24_stations_each_known_once_by_each_name():
    for key in ("station_id", "cli_id", "city"):
        assert len(set(column("stations", key))) == 24
    assert len(rows("stations")) == 24
    assert all(all(row.values()) for row in rows("stations"))


@pytest.mark.parametrize(
    ("station_id", "city", "latitude", "longitude"),
    [
        ("KMDW", "Chicago", 41.786, -87.752),
        ("KHOU", "Houston", 29.645, -95.277),
        ("KNYC", "New York", 40.779, -73.969),
        ("KDEN", "Denver", 39.860, -104.674),
        ("KLAX", "Los Angeles", 33.943, -118.408),
    ],
)
def test_a_city_is_measured_where_the_exchange_settles_it(station_id, city, latitude, longitude):
    found = station(station_id)
    assert found["city"].startswith(city)
    assert float(found["latitude"]) == pytest.approx(latitude, abs=0.001)
    assert float(found["longitude"]) == pytest.approx(longitude, abs=0.001)


def test_a_station_is_named_after_its_climate_report():
    assert all(row["station_id"] == f"K{row['cli_id']}" for row in rows("stations"))


@pytest.mark.parametrize("row", rows("stations"), ids=lambda row: row["station_id"])
def test_the_standard_offset_is_that_of_the_zone_in_winter(row):
    winter = datetime(2026, 1, 15, 12, tzinfo=ZoneInfo(row["iana_zone"]))
    assert winter.dst() == timedelta(0)
    assert winter.utcoffset() == timedelta(hours=int(row["standard_offset_hours"]))


def test_phoenix_and_louisville_keep_zones_of_their_own():
    assert station("KPHX")["iana_zone"] == "America/Phoenix"
    assert station("KSDF")["iana_zone"] == "America/Kentucky/Louisville"


def test_every_station_lies_in_the_contiguous_states():
    for row in rows("stations"):
        assert 24 < float(row["latitude"]) < 50
        assert -125 < float(row["longitude"]) < -66
        assert 0 < int(row["elevation_m"]) < 2000
