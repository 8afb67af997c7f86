"""parsed.guidance: a model's highest and lowest °F of each climate day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.spec.drawn import at, expect, table
from tests.spec.parsed.bodies import reasons, sample, tell

REQUEST = "source_id=open_meteo_ecmwf;stations="
DAY1 = "temperature_2m_previous_day1"


def place(hours=48, unit="°F", offset_seconds=0, name=DAY1, **changes):
    """Each hour of GMT from 2026-06-10 on is a degree warmer, from 40."""
    times = [f"2026-06-{10 + hour // 24}T{hour % 24:02d}:00" for hour in range(hours)]
    values = [40 + hour for hour in range(hours)]
    return {
        "utc_offset_seconds": offset_seconds,
        "hourly_units": {name: unit} if unit else {},
        "hourly": {"time": times, name: values},
        **changes,
    }


def test_a_climate_day_is_standard_time_and_whole_or_absent(store):
    tell(store, "open_meteo", place(), request=REQUEST + "KNYC")
    expect(
        table(store, "parsed.guidance"),
        """
        station_id | climate_date | measure | source_id        | issued_at | value_f | sd_f
        KNYC       | 2026-06-10   | high    | open_meteo_ecmwf | -1d 12:00 | 68      | -
        KNYC       | 2026-06-10   | low     | open_meteo_ecmwf | -1d 12:00 | 45      | -
        """,
    )
    assert reasons(store, "guidance") == []


def test_every_place_is_the_station_named_in_its_turn_and_celsius_is_turned_over(store):
    celsius = place(unit="°C")
    celsius["hourly"][DAY1] = [20.5] * 48
    tell(store, "open_meteo", [place(), celsius], request=REQUEST + "KLAX,KMDW")
    expect(
        table(store, "parsed.guidance"),
        """
        station_id | climate_date | measure | value_f | position
        KLAX       | 2026-06-10   | high    | 71      | 0
        KLAX       | 2026-06-10   | low     | 48      | 0
        KMDW       | 2026-06-10   | high    | 68.9    | 1
        KMDW       | 2026-06-10   | low     | 68.9    | 1
        """,
    )


def test_a_place_that_cannot_be_read_is_a_reject_and_the_other_lands(store):
    tell(store, "open_meteo", [place(), place(unit="°C")], request=REQUEST + "KLAX,KMDW")
    assert set(table(store, "parsed.guidance")["station_id"]) == {"KLAX"}
    assert reasons(store, "guidance") == [(1, f"hourly.{DAY1} is 87")]


def test_hours_of_another_offset_are_the_same_instants(store):
    shifted = place(offset_seconds=-5 * 3600)
    tell(store, "open_meteo", shifted, request=REQUEST + "KNYC")
    expect(
        table(store, "parsed.guidance").filter(measure="high"),
        "climate_date | value_f\n2026-06-10 | 63\n2026-06-11 | 87",
    )


def test_leads_are_rows_of_their_own_issued_no_later_than_their_runs(store):
    body = sample("open_meteo")
    tell(store, "open_meteo", body, received_at="+5d 12:00")
    expect(
        table(store, "parsed.guidance").filter(measure="high"),
        """
        climate_date | issued_at | value_f | received_at
        2026-06-10   | 05:00     | 72      | +5d 12:00
        2026-06-10   | -1d 05:00 | 73.5    | +5d 12:00
        """,
    )
    tell(store, "open_meteo", body, received_at="+6d 12:00")
    assert table(store, "parsed.guidance").height == 4


def test_the_newest_run_is_issued_at_its_receipt(store):
    tell(store, "open_meteo", place(name="temperature_2m"), request=REQUEST + "KNYC")
    assert set(table(store, "parsed.guidance")["issued_at"]) == {at("12:00")}


@pytest.mark.parametrize(
    ("request_said", "body", "is_reconstructed"),
    [
        (REQUEST + "KNYC", place(), False),
        (REQUEST + "KNYC;reconstructed", place(), True),
        (REQUEST + "KNYC", place(reconstructed=True), True),
    ],
    ids=["recorded", "in the request", "in the body"],
)
def test_what_was_reconstructed_says_so(store, request_said, body, is_reconstructed):
    tell(store, "open_meteo", body, request=request_said)
    assert set(table(store, "parsed.guidance")["is_reconstructed"]) == {is_reconstructed}


def test_the_unit_may_stand_in_the_request_where_the_body_has_none(store):
    tell(store, "open_meteo", place(unit=None), request=REQUEST + "KNYC;unit=°F")
    assert table(store, "parsed.guidance").height == 2


def test_a_day_with_a_missing_hour_has_no_row(store):
    body = place(hours=72)
    body["hourly"][DAY1][10] = None
    tell(store, "open_meteo", body, request=REQUEST + "KNYC")
    assert set(table(store, "parsed.guidance")["climate_date"]) == {date(2026, 6, 11)}
    assert reasons(store, "guidance") == []


def changed(**hourly):
    body = place()
    return {**body, "hourly": {**body["hourly"], **hourly}}


@pytest.mark.parametrize(
    ("request_said", "body", "reason"),
    [
        (None, place(), "the request names no known source_id"),
        ("source_id=tea_leaves;stations=KNYC", place(), "the request names no known source_id"),
        (REQUEST + "KXXX", place(), "the request names no known station"),
        (REQUEST + "KNYC,KMDW", place(), "the request names not as many stations"),
        (REQUEST + "KNYC", place(unit="K"), f"hourly_units.{DAY1} is K"),
        (REQUEST + "KNYC", place(unit=None), f"hourly_units.{DAY1} is missing"),
        (REQUEST + "KNYC", place(offset_seconds="east"), "utc_offset_seconds is east"),
        (REQUEST + "KNYC", place(hourly=None), "hourly.time is missing"),
        (REQUEST + "KNYC", place(hourly=[]), "hourly.temperature_2m is missing"),
        (REQUEST + "KNYC", changed(**{DAY1: [1] * 47}), f"hourly.time beside {DAY1} is missing"),
        (REQUEST + "KNYC", changed(**{DAY1: ["x"] * 48}), f"hourly.{DAY1} is x"),
        (REQUEST + "KNYC", changed(**{DAY1: [1e9] * 48}), f"hourly.{DAY1} is 1000000000.0"),
        (REQUEST + "KNYC", changed(**{DAY1: [None] * 48}), "no hour has a value"),
        (REQUEST + "KNYC", changed(time=["noon"] * 48), f"hourly.time beside {DAY1} is noon"),
        (REQUEST + "KNYC", [None], "the record is no object"),
        (REQUEST + "KNYC", {"error": True}, "utc_offset_seconds is missing"),
    ],
    ids=str,
)
def test_a_place_half_read_would_be_a_wrong_extreme_and_is_a_reject(
    store, request_said, body, reason
):
    tell(store, "open_meteo", body, request=request_said)
    assert table(store, "parsed.guidance").is_empty()
    ((position, words),) = reasons(store, "guidance")
    assert position == 0
    assert reason in words
