from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import pytest

from executor.weather.sansio import guidance_request, metar_request, metar_requests
from executor.wire import RequestRefusedError
from tests.shared import shared


@dataclass(frozen=True)
class Position:
    latitude: float
    longitude: float


NEW_YORK, MIDWAY = Position(40.7790, -73.9692), Position(41.7842, -87.7553)
DAY, NEXT_DAY = date(2026, 10, 15), date(2026, 10, 16)


def test_reports_are_asked_for_all_stations_at_once_as_json():
    request = metar_request(["KNYC", "KMDW"], 6)
    assert (request.method, request.host, request.path) == (
        "GET",
        "aviationweather",
        "/api/data/metar",
    )
    assert request.query == {"ids": "KNYC,KMDW", "hours": "6", "format": "json"}


@pytest.mark.parametrize(
    ("station_ids", "hours"),
    [([], 6), (["KNYC"], 0), (["knyc"], 6), (["KNYC,KMDW"], 6), (["KNYC"] * 24, 24), (["KNY"], 6)],
)
def test_a_report_request_that_would_be_refused_or_cut_is_not_built(station_ids, hours):
    with pytest.raises(RequestRefusedError):
        metar_request(station_ids, hours)


@pytest.mark.parametrize(("hours", "parts"), [(2, 1), (8, 1), (24, 3), (36, 5)])
def test_many_stations_are_asked_in_parts_that_the_row_limit_allows(hours, parts):
    station_ids = [f"K{number:03}" for number in range(24)]
    requests = metar_requests(station_ids, hours)
    asked = [one for request in requests for one in request.query["ids"].split(",")]
    assert (len(requests), asked) == (parts, station_ids)


def test_guidance_is_asked_for_many_stations_in_one_call_in_fahrenheit_and_utc():
    request = guidance_request([NEW_YORK, MIDWAY], "ecmwf_ifs025", DAY, NEXT_DAY)
    assert (request.host, request.path) == ("open_meteo_previous_runs", "/v1/forecast")
    assert request.query == {
        "latitude": "40.7790,41.7842",
        "longitude": "-73.9692,-87.7553",
        "hourly": "temperature_2m_previous_day1,temperature_2m_previous_day2",
        "models": "ecmwf_ifs025",
        "start_date": "2026-10-15",
        "end_date": "2026-10-16",
        "temperature_unit": "fahrenheit",
        "timezone": "GMT",
    }


def test_the_variables_asked_for_are_the_ones_the_recorded_body_has():
    path = shared("payloads", "weather", "open_meteo_previous_runs_KNYC_ecmwf.json")
    hourly = json.loads(path.read_text())["hourly"]
    asked = guidance_request([NEW_YORK], "ecmwf_ifs025", DAY, DAY).query["hourly"].split(",")
    assert set(asked) <= set(hourly)


def test_lead_nought_is_the_newest_run():
    request = guidance_request([NEW_YORK], "ecmwf_ifs025", DAY, DAY, lead_days=(0, 1))
    assert request.query["hourly"] == "temperature_2m,temperature_2m_previous_day1"


@pytest.mark.parametrize(
    ("stations", "model", "start_date", "end_date", "lead_days"),
    [
        ([], "ecmwf_ifs025", DAY, DAY, (1,)),
        ([NEW_YORK], "", DAY, DAY, (1,)),
        ([NEW_YORK], "a,b", DAY, DAY, (1,)),
        ([NEW_YORK], "ecmwf_ifs025", NEXT_DAY, DAY, (1,)),
        ([NEW_YORK], "ecmwf_ifs025", DAY, DAY, ()),
        ([NEW_YORK], "ecmwf_ifs025", DAY, DAY, (8,)),
        ([NEW_YORK], "ecmwf_ifs025", DAY, DAY, (-1,)),
    ],
)
def test_guidance_nobody_has_is_not_asked_for(stations, model, start_date, end_date, lead_days):
    with pytest.raises(RequestRefusedError):
        guidance_request(stations, model, start_date, end_date, lead_days)
