"""parsed.observations: what the stations measured, in whole °F that a report can stand for."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, sample, tell

RAW = "METAR KNYC 101051Z AUTO 00000KT 10SM CLR"


def report(raw, **keys):
    return {"icaoId": "KNYC", "rawOb": raw, "reportTime": "2026-06-10T23:00:00.000Z", **keys}


def test_tenths_that_are_images_of_a_whole_degree_are_points(store):
    tell(store, "metar", sample("metar"))
    expect(
        table(store, "parsed.observations"),
        """
        station_id | observed_at | kind  | lower_f | upper_f | is_reconstructed
        KNYC       | 10:51       | point | 71      | 71      | false
        KMDW       | 10:53       | point | 66      | 66      | false
        """,
    )
    assert reasons(store, "observations") == []


@pytest.mark.parametrize(
    ("words", "temp", "expected"),
    [
        ("19/12 RMK AO2 T01890122", 18.9, "point | 66 | 66"),
        ("02/M01 RMK AO2 T00251010", 2.5, "interval | 36 | 37"),
        ("M05/M10 RMK AO2 T10501100", -5, "point | 23 | 23"),
        ("M00/M10 RMK AO2 T10061100", -0.6, "point | 31 | 31"),
        ("30/17 RMK AO2 SLP153 T03000172 56012 $", 30, "point | 86 | 86"),
        ("19/12", 18.9, "point | 66 | 66"),
        ("20/12", 20, "interval | 68 | 68"),
        ("21/12", 21, "interval | 69 | 70"),
        ("22/12", 22, "interval | 71 | 72"),
        ("23/12", None, "interval | 73 | 74"),
        ("24/12", 24.0, "interval | 75 | 76"),
        ("M01/M05", None, "interval | 30 | 31"),
    ],
)
def test_a_report_stands_for_one_or_two_degrees(store, words, temp, expected):
    tell(store, "metar", [report(f"{RAW} {words}", temp=temp)])
    expect(table(store, "parsed.observations"), f"kind | lower_f | upper_f\n{expected}")


def test_the_t_group_gives_back_every_whole_degree(store):
    def tenths(value_f):
        value = round((value_f - 32) * 50 / 9)
        return f"T{'1' if value < 0 else '0'}{abs(value):03d}0000", value / 10

    values = range(-60, 131)
    reports = []
    for value_f in values:
        group, celsius = tenths(value_f)
        whole = f"{'M' if celsius < 0 else ''}{abs(round(celsius)):02d}/00"
        reports.append(report(f"{RAW} {whole} RMK AO2 {group}", temp=celsius))
    tell(store, "metar", reports)
    found = store.frame("select lower_f, upper_f, kind from parsed.observations order by position")
    assert found.rows() == [(value_f, value_f, "point") for value_f in values]


@pytest.mark.parametrize(
    ("keys", "raw", "received_at", "observed_at"),
    [
        ({"obsTime": 1781088660}, "KNYC 101051Z 21/12", "12:00", "10:51"),
        ({}, "KNYC 101051Z 21/12", "12:00", "10:51"),
        ({}, "KNYC 092353Z 21/12", "00:10", "-1d 23:53"),
        ({}, "KNYC 312353Z 21/12", "2026-06-01T00:10", "2026-05-31T23:53"),
        ({}, "KNYC 110010Z 21/12", "23:59", "+1d 00:10"),
        ({}, "KNYC 010005Z 21/12", "2026-05-31T23:59", "2026-06-01T00:05"),
    ],
)
def test_the_time_is_the_observation_s_own(store, keys, raw, received_at, observed_at):
    tell(store, "metar", [report(raw, temp=21, **keys)], received_at=received_at)
    expect(table(store, "parsed.observations"), f"observed_at\n{observed_at}")


def test_what_was_reconstructed_says_so(store):
    text = f"{RAW} 21/12 RMK AO2 T02110122"
    tell(store, "metar", [report(f"{text} RMK RECONSTRUCTED"), report(text, reconstructed=True)])
    assert table(store, "parsed.observations")["is_reconstructed"].to_list() == [True, True]


def test_the_first_receipt_of_a_report_stays_and_a_correction_is_another_report(store):
    tell(store, "metar", [report(f"{RAW} 21/12")], received_at="11:00")
    tell(store, "metar", [report(f"{RAW} 21/12")], received_at="12:00")
    tell(store, "metar", [report(f"{RAW} 22/12 COR")], received_at="13:00")
    expect(
        table(store, "parsed.observations"),
        """
        observed_at | lower_f | received_at
        10:51       | 69      | 11:00
        10:51       | 71      | 13:00
        """,
    )


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (report(f"{RAW} M/M RMK AO2", temp=None), "temp is missing"),
        (report(f"{RAW} 21/12", temp="M"), "temp is M"),
        (report(f"{RAW} 21/12", temp="inf"), "temp is inf"),
        (report(f"{RAW} 99/12", temp=99), "temp is 99.0"),
        (report(f"{RAW} 21/12 RMK AO2 T00210122", temp=21), "temp is 21.0, but the T group 2.1"),
        (report("no time 21/12"), "obsTime is missing"),
        (report(f"{RAW} 21/12", obsTime="noon"), "obsTime is noon"),
        (report(f"{RAW} 21/12", obsTime=1781088660000), "obsTime is 1781088660000"),
        (report(f"{RAW} 21/12", obsTime=1781092260), "obsTime is not the 101051Z of the report"),
        (report("KNYC 101051Z 21/12", icaoId=None), "icaoId is missing"),
        (report("KNYC 101051Z 21/12", icaoId=[1]), "icaoId is [1]"),
        (report(None, temp=21, obsTime=1781088660), "rawOb is missing"),
        (report({"a": 1}, temp=21, obsTime=1781088660), 'rawOb is {"a":1}'),
        (None, "the record is no object"),
    ],
    ids=str,
)
def test_a_report_that_cannot_be_read_is_a_reject_and_the_other_lands(store, record, reason):
    tell(store, "metar", [record, report(f"{RAW} 21/12 RMK AO2 T02110122")])
    expect(table(store, "parsed.observations"), "position\n1")
    assert reasons(store, "observations") == [(0, reason)]
