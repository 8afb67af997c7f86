from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from executor.paper.worlds.cities import CHICAGO, NEW_YORK
from executor.paper.worlds.metar import Reading, metar_report, report_moments
from tests.executor.worlds.driving import simulated

AT = datetime(2026, 6, 10, 18, 51, tzinfo=UTC)


@pytest.mark.parametrize(
    ("temperature_f", "temp", "whole", "group"),
    [
        (82, 27.8, "28/22", "T02780218"),
        (66, 18.9, "19/13", "T01890129"),
        (32, 0.0, "00/M06", "T00001060"),
        (31, -0.6, "M01/M07", "T10061066"),
        (-4, -20.0, "M20/M26", "T12001260"),
        (100, 37.8, "38/32", "T03780318"),
    ],
)
def test_a_report_gives_a_whole_degree_fahrenheit_in_tenths_of_celsius(
    temperature_f, temp, whole, group
):
    report = metar_report(Reading(NEW_YORK, AT, temperature_f))
    assert report["temp"] == temp
    assert report["rawOb"] == (
        f"METAR KNYC 101851Z AUTO 00000KT 10SM CLR {whole} A3000 RMK AO2 {group}"
    )


@pytest.mark.parametrize("temperature_f", range(-60, 131))
def test_the_reported_celsius_decodes_to_the_degree_it_came_from(temperature_f):
    report = metar_report(Reading(NEW_YORK, AT, temperature_f))
    assert round(report["temp"] * 1.8 + 32) == temperature_f


def test_a_report_says_when_it_was_made_known_and_for_which_hour():
    report = metar_report(Reading(NEW_YORK, AT, 82))
    assert report["icaoId"] == "KNYC"
    assert report["obsTime"] == int(AT.timestamp())
    assert report["receiptTime"] == "2026-06-10T18:53:00.000Z"
    assert report["reportTime"] == "2026-06-10T19:00:00.000Z"
    assert report["maxT"] is None
    assert "reconstructed" not in report


def test_a_reconstructed_report_says_so_in_its_remarks():
    report = metar_report(Reading(NEW_YORK, AT, 82), is_reconstructed=True)
    assert report["rawOb"].endswith(" RMK RECONSTRUCTED")
    assert report["reconstructed"] is True


@pytest.mark.parametrize(
    ("until", "hours", "newest", "count"),
    [
        ("19:00", 3, "18:53", 3),
        ("18:55", 1, "18:53", 1),
        ("18:54", 1, "17:53", 0),  # not received yet, and the one before is too old
        ("18:54", 2, "17:53", 1),
    ],
)
def test_a_report_is_known_two_minutes_after_it_was_made(until, hours, newest, count):
    now = datetime.fromisoformat(f"2026-06-10T{until}:00+00:00")
    moments = report_moments(CHICAGO, now, hours)
    assert len(moments) == count
    if count:
        assert moments[0] == datetime.fromisoformat(f"2026-06-10T{newest}:00+00:00")
        assert moments == sorted(moments, reverse=True)
        assert {later - earlier for later, earlier in itertools.pairwise(moments)} <= {
            timedelta(hours=1)
        }


def test_reports_from_before_the_world_began_do_not_exist():
    world = simulated()
    reports = world.metar(["KNYC"], 1000)
    first = min(report["obsTime"] for report in reports)
    assert datetime.fromtimestamp(first, UTC) == datetime(2026, 6, 5, 5, 51, tzinfo=UTC)
