from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from executor.paper.worlds.cities import NEW_YORK, SIMULATED_CITIES
from executor.paper.worlds.guidance import guidance_errors, lead_days
from tests.executor.worlds.driving import FIRST_DATE, simulated

DAYS = 900


@pytest.fixture(scope="module")
def errors_f():
    return guidance_errors(SIMULATED_CITIES, date(2026, 1, 1), DAYS, "ecmwf_ifs025", 5).errors_f


@pytest.fixture(scope="module")
def world():
    return simulated(days=60)


def daily_errors_f(world, variable: str, model: str) -> np.ndarray:
    """Highest forecast hour of each past climate day less its official high, all cities."""
    days = [FIRST_DATE + timedelta(days=day) for day in range(60)]
    later = datetime(2026, 9, 1, tzinfo=UTC)
    errors = []
    for city in world.cities:
        for day in days:
            hours = [city.midnight(day) + timedelta(hours=hour) for hour in range(24)]
            hourly = world.weather.model(model).hourly(city, hours, variable, later)
            errors.append(max(hourly) - world.truth(city.station_id).official_high_f(day))
    return np.array(errors)


@pytest.mark.parametrize(("lead", "sd_f"), [(0, 1.8), (1, 3.0), (2, 3.7)])
def test_errors_shrink_with_the_lead(errors_f, lead, sd_f):
    assert errors_f[lead].std() == pytest.approx(sd_f, rel=0.08)


def test_errors_agree_between_cities_between_leads_and_between_models(errors_f):
    other = guidance_errors(SIMULATED_CITIES, date(2026, 1, 1), DAYS, "gfs_seamless", 5).errors_f
    cities = np.corrcoef(errors_f[1, :, 0], errors_f[1, :, 4])[0, 1]
    leads = np.corrcoef(errors_f[1, :, 0], errors_f[2, :, 0])[0, 1]
    models = np.corrcoef(errors_f[1, :, 0], other[1, :, 0])[0, 1]
    assert 0.25 < cities < 0.55
    assert 0.7 < leads < 0.9
    assert 0.35 < models < 0.65


def test_a_day_ahead_the_forecast_high_misses_by_about_three_degrees_and_no_bias(world):
    errors = daily_errors_f(world, "temperature_2m_previous_day1", "ecmwf_ifs025")
    assert abs(errors.mean()) < 1.0
    assert 2.4 < errors.std() < 4.0


def test_no_run_tells_what_it_cannot_have_known_yet(world):
    now = datetime(2026, 6, 10, 0, 0, tzinfo=UTC)
    assert world._clock.now() == now
    body = world.guidance(
        [NEW_YORK.latitude], [NEW_YORK.longitude], "ecmwf_ifs025", FIRST_DATE, date(2026, 6, 12)
    )
    hours = [datetime.fromisoformat(f"{text}+00:00") for text in body["hourly"]["time"]]
    assert len(hours) == 72
    for variable, days in (
        ("temperature_2m_previous_day1", 1),
        ("temperature_2m_previous_day2", 2),
    ):
        for hour, value in zip(hours, body["hourly"][variable], strict=True):
            assert (value is not None) == (hour <= now + timedelta(days=days))


def test_one_point_is_answered_by_an_object_and_several_by_a_list(world):
    near_york = (NEW_YORK.latitude + 0.1, NEW_YORK.longitude - 0.1)
    one = world.guidance([near_york[0]], [near_york[1]], "m", FIRST_DATE, FIRST_DATE)
    two = world.guidance([near_york[0], 25.8], [near_york[1], -80.3], "m", FIRST_DATE, FIRST_DATE)
    assert one == two[0]
    assert (one["latitude"], one["longitude"]) == (40.78, -73.97)
    assert (two[1]["latitude"], two[1]["longitude"]) == (25.8, -80.29)
    assert one["utc_offset_seconds"] == 0
    assert "reconstructed" not in one


@pytest.mark.parametrize(
    ("variable", "lead"),
    [
        ("temperature_2m", 0),
        ("temperature_2m_previous_day1", 1),
        ("temperature_2m_previous_day2", 2),
        ("temperature_2m_previous_day3", None),
        ("temperature_2m_previous_dayx", None),
        ("rain", None),
    ],
)
def test_only_temperatures_of_known_leads_are_forecast(variable, lead):
    if lead is None:
        with pytest.raises(ValueError, match="guidance"):
            lead_days(variable)
    else:
        assert lead_days(variable) == lead
