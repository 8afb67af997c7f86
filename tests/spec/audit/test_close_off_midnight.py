"""close_off_midnight: a day ends at local standard midnight, summer or not."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given


def off(store, close_at, station_id="KNYC", as_of="12:00"):
    given(store, "parsed.markets", f"station_id | close_at\n {station_id} | {close_at}")
    rows = store.audit_rows("close_off_midnight", at(as_of))
    return [(one.subject, one.severity) for one in rows]


@pytest.mark.parametrize(
    ("station_id", "close_at"),
    [
        ("KNYC", "+1d 05:00"),
        ("KNYC", "+1d 04:59"),
        ("KNYC", "+1d 04:58"),
        ("KMDW", "+1d 06:00"),
        ("KLAX", "+1d 08:00"),
        ("KNYC", "-"),
    ],
)
def test_standard_midnight_of_the_station_is_silent(store, station_id, close_at):
    assert off(store, close_at, station_id) == []


@pytest.mark.parametrize(
    ("close_at", "severity"),
    [
        ("+1d 04:57:59", "info"),
        ("+1d 04:00", "info"),
        ("+1d 07:00", "info"),
        ("+1d 02:59", "warning"),
        ("05:00", "warning"),
        ("+2d 05:00", "warning"),
    ],
)
def test_an_hour_is_told_and_more_than_two_is_another_day(store, close_at, severity):
    assert off(store, close_at) == [("KXHIGHNY", severity)]


def test_an_event_of_last_week_is_history(store):
    assert off(store, "+1d 04:00", as_of="+7d 12:00") == []
