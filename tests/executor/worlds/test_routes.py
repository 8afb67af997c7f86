from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from executor.paper.worlds.routes import weather_routes
from tests.executor.worlds.driving import simulated

FORECAST = {
    "latitude": "40.7790,41.7860",
    "longitude": "-73.9693,-87.7524",
    "hourly": "temperature_2m_previous_day1,temperature_2m_previous_day2",
    "models": "ecmwf_ifs025",
    "start_date": "2026-06-09",
    "end_date": "2026-06-11",
    "temperature_unit": "fahrenheit",
    "timezone": "GMT",
}


@pytest.fixture(scope="module")
def world():
    made = simulated()
    made.step(datetime(2026, 6, 10, 20, tzinfo=UTC))
    return made


def asked(world, path: str, query: dict[str, str]) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=Starlette(routes=weather_routes(world)))
        async with httpx.AsyncClient(transport=transport, base_url="http://world") as client:
            return await client.get(path, params=query)

    return asyncio.run(ask())


def test_reports_of_the_asked_stations_and_hours_are_served_as_an_array(world):
    answer = asked(world, "/api/data/metar", {"ids": "KNYC,KMIA", "hours": "3", "format": "json"})
    assert answer.status_code == 200
    assert answer.json() == world.metar(["KNYC", "KMIA"], 3)
    assert len(answer.json()) == 6
    oldest = min(report["obsTime"] for report in answer.json())
    assert oldest > (datetime(2026, 6, 10, 20, tzinfo=UTC) - timedelta(hours=3)).timestamp()
    assert "x-reconstructed" not in answer.headers


def test_guidance_is_served_in_the_order_of_the_points(world):
    answer = asked(world, "/v1/forecast", FORECAST)
    assert answer.status_code == 200
    assert answer.json() == world.guidance(
        [40.779, 41.786], [-73.9693, -87.7524], "ecmwf_ifs025", date(2026, 6, 9), date(2026, 6, 11)
    )
    assert [len(body["hourly"]["time"]) for body in answer.json()] == [72, 72]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/api/data/metar", {}),
        ("/api/data/metar", {"ids": "KNYC", "hours": "many"}),
        ("/v1/forecast", {}),
        ("/v1/forecast", FORECAST | {"temperature_unit": "celsius"}),
        ("/v1/forecast", FORECAST | {"timezone": "America/New_York"}),
        ("/v1/forecast", FORECAST | {"hourly": "rain"}),
        ("/v1/forecast", FORECAST | {"start_date": "soon"}),
        ("/v1/forecast", FORECAST | {"latitude": "40.7"}),
    ],
)
def test_a_request_that_makes_no_sense_is_told_so(world, path, query):
    answer = asked(world, path, query)
    assert answer.status_code == 400
    assert answer.json()["error"]
