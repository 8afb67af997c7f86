"""The post-peak rule: from which standard hour a family's high counts as reached."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kwx_core.store import Store
from tests.spec.drawn import at
from tests.spec.walk import decisions, gate, guidance, ladder, quotes, reports

STATIONS = {
    "KXHIGHNY": ("KNYC", 5),
    "KXHIGHLAX": ("KLAX", 8),
    "KXHIGHAUS": ("KAUS", 6),
    "KXHIGHMIA": ("KMIA", 5),
    "KXHIGHDEN": ("KDEN", 7),
    "KXHIGHCHI": ("KMDW", 6),
    "KXHIGHPHIL": ("KPHL", 5),
}
RULE = [
    # family, standard hour, hours since the running high rose, passed
    ("KXHIGHNY", 17.0, 0.5, True),
    ("KXHIGHNY", 16.9, 2.9, False),
    ("KXHIGHNY", 15.0, 3.0, True),
    ("KXHIGHNY", 14.9, 5.0, False),
    ("KXHIGHLAX", 14.0, 0.5, True),
    ("KXHIGHLAX", 13.0, 2.0, True),
    ("KXHIGHLAX", 13.5, 1.9, False),
    ("KXHIGHAUS", 16.0, 0.2, True),
    ("KXHIGHAUS", 15.0, 1.0, True),
    ("KXHIGHAUS", 15.0, 0.9, False),
    ("KXHIGHMIA", 16.0, 0.2, True),
    ("KXHIGHMIA", 13.0, 3.0, True),
    ("KXHIGHMIA", 13.0, 2.9, False),
    ("KXHIGHDEN", 16.0, 0.2, True),
    ("KXHIGHDEN", 15.0, 1.0, True),
    ("KXHIGHDEN", 14.9, 2.0, False),
    ("KXHIGHCHI", 17.0, 0.2, True),
    ("KXHIGHCHI", 15.0, 2.0, True),
    ("KXHIGHCHI", 15.0, 1.9, False),
    ("KXHIGHPHIL", 18.0, 0.2, True),
    ("KXHIGHPHIL", 17.9, 9.0, False),
]


@pytest.mark.parametrize(("family", "hour", "stable_hours", "passed"), RULE)
def test_the_peak_has_passed_by_the_family_s_own_hours(
    store: Store, family: str, hour: float, stable_hours: float, passed: bool
) -> None:
    station, offset = STATIONS[family]
    moment = at("00:00") + timedelta(hours=offset + hour)
    rose_at = moment - timedelta(hours=stable_hours)
    event = f"{family}-26JUN10"
    ladder(store, event, station_id=station, close_at="+1d 09:00")
    guidance(store, 74.0, station_id=station)
    seen = [((rose_at - timedelta(hours=2)).isoformat(), 70), (rose_at.isoformat(), 72)]
    if stable_hours > 0.2:
        seen.append(((moment - timedelta(minutes=6)).isoformat(), 72))
    reports(store, *seen, station_id=station)
    quotes(store, moment.isoformat(), ("B74.5", "0.40", "0.45"), event=event)
    row = decisions(store, moment.isoformat()).row(0, named=True)
    assert gate(row, "post_peak")["passed"] is passed
    assert gate(row, "post_peak")["value"] == pytest.approx(hour)


@pytest.mark.parametrize(("observed_at", "age_passed"), [("22:30", True), ("22:29:59", False)])
def test_silence_of_more_than_half_an_hour_never_passes(
    store: Store, observed_at: str, age_passed: bool
) -> None:
    ladder(store)
    guidance(store, 74.0)
    reports(store, (observed_at, 72))
    quotes(store, "23:00", ("B74.5", "0.40", "0.45"))
    row = decisions(store, "23:00").row(0, named=True)
    assert gate(row, "observation_age")["passed"] is age_passed


def test_without_any_report_nothing_is_known_of_the_peak(store: Store) -> None:
    ladder(store)
    guidance(store, 74.0)
    quotes(store, "23:00", ("B74.5", "0.40", "0.45"))
    row = decisions(store, "23:00").row(0, named=True)
    assert gate(row, "post_peak")["passed"] is None
    assert gate(row, "observation_age")["passed"] is None


@pytest.mark.parametrize(
    ("moment", "passed"),
    [("04:59", False), ("05:00", True), ("+1d 04:30", True), ("+1d 04:30:01", False)],
)
def test_hours_run_to_the_exchange_s_close(store: Store, moment: str, passed: bool) -> None:
    ladder(store)
    guidance(store, 74.0)
    row = decisions(store, moment).row(0, named=True)
    assert gate(row, "hours_to_close")["passed"] is passed
