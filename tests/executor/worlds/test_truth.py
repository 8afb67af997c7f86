from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from executor.paper.worlds.cities import CHICAGO, LOS_ANGELES, NEW_YORK, SIMULATED_CITIES
from executor.paper.worlds.diurnal import DAY_MINUTES, half_up
from executor.paper.worlds.truth import true_temperatures

FIRST = date(2026, 4, 1)
DAYS = 300


@pytest.fixture(scope="module")
def truths():
    return true_temperatures(SIMULATED_CITIES, FIRST, DAYS, np.random.default_rng(11))


@pytest.mark.parametrize(
    ("temperature_f", "whole_f"),
    [(71.5, 72), (71.49, 71), (-0.5, 0), (-0.51, -1), (-1.5, -1), (0.0, 0)],
)
def test_a_half_degree_goes_up_below_zero_too(temperature_f, whole_f):
    assert half_up(np.array([temperature_f]))[0] == whole_f


@pytest.mark.parametrize(
    ("city", "at", "climate_date"),
    [
        # In June clocks stand an hour ahead of standard time: 00:30 by the clock is yesterday.
        (NEW_YORK, datetime(2026, 6, 11, 4, 30, tzinfo=UTC), date(2026, 6, 10)),
        (NEW_YORK, datetime(2026, 6, 11, 4, 59, tzinfo=UTC), date(2026, 6, 10)),
        (NEW_YORK, datetime(2026, 6, 11, 5, 0, tzinfo=UTC), date(2026, 6, 11)),
        (NEW_YORK, datetime(2026, 1, 11, 5, 0, tzinfo=UTC), date(2026, 1, 11)),
        (CHICAGO, datetime(2026, 6, 11, 5, 59, tzinfo=UTC), date(2026, 6, 10)),
        (LOS_ANGELES, datetime(2026, 6, 11, 7, 59, tzinfo=UTC), date(2026, 6, 10)),
        (LOS_ANGELES, datetime(2026, 6, 11, 8, 0, tzinfo=UTC), date(2026, 6, 11)),
    ],
)
def test_a_climate_day_runs_by_standard_time_all_the_year(city, at, climate_date):
    assert city.climate_date(at) == climate_date
    midnight = city.midnight(climate_date)
    assert midnight <= at < midnight + timedelta(days=1)


def test_the_official_high_is_the_highest_minute_of_the_standard_day(truths):
    truth = truths["KMDW"]
    for day in range(20):
        climate_date = FIRST + timedelta(days=day)
        midnight = CHICAGO.midnight(climate_date)
        minutes = [truth.at(midnight + timedelta(minutes=m)) for m in range(DAY_MINUTES)]
        assert truth.official_high_f(climate_date) == max(minutes)


def test_the_hourly_maximum_under_reads_the_official_high_as_often_as_in_life(truths):
    missed = Counter()
    for truth in truths.values():
        for day in range(DAYS):
            climate_date = FIRST + timedelta(days=day)
            reported_f = truth.running_high_f(
                climate_date, truth.city.midnight(climate_date + timedelta(days=1))
            )
            missed[truth.official_high_f(climate_date) - reported_f] += 1
    shares = {excess: count / missed.total() for excess, count in sorted(missed.items())}
    assert min(missed) == 0
    assert shares[0] == pytest.approx(0.33, abs=0.05)
    assert shares[1] == pytest.approx(0.51, abs=0.05)
    assert shares[2] == pytest.approx(0.13, abs=0.04)


def test_the_running_high_rises_with_the_reports_and_not_before(truths):
    truth, day = truths["KNYC"], FIRST + timedelta(days=3)
    midnight = NEW_YORK.midnight(day)
    assert truth.running_high_f(day, midnight + timedelta(minutes=50)) is None
    highs = [truth.running_high_f(day, midnight + timedelta(hours=h)) for h in range(1, 25)]
    reports = [truth.at(midnight + timedelta(hours=h, minutes=51)) for h in range(24)]
    assert highs == [max(reports[: h + 1]) for h in range(24)]


def test_the_same_seed_gives_the_same_weather_and_another_seed_another():
    first, again, other = (
        true_temperatures(SIMULATED_CITIES, FIRST, 5, np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    assert (first["KAUS"].whole_f == again["KAUS"].whole_f).all()
    assert (first["KAUS"].whole_f != other["KAUS"].whole_f).any()


def test_days_resemble_the_day_before_and_neighbours_share_their_weather(truths):
    days = [FIRST + timedelta(days=day) for day in range(DAYS)]
    anomalies = {
        name: np.array([truth.official_high_f(day) for day in days])
        - truth.city.mean_high_f
        - truth.city.season_f
        * np.cos(2 * np.pi * (np.array([d.timetuple().tm_yday for d in days]) - 201) / 365.25)
        for name, truth in truths.items()
    }
    york = anomalies["KNYC"]
    assert 0.3 < np.corrcoef(york[1:], york[:-1])[0, 1] < 0.85
    near = np.corrcoef(york, anomalies["KPHL"])[0, 1]
    far = np.corrcoef(york, anomalies["KLAX"])[0, 1]
    assert near > 0.6
    assert near > far
