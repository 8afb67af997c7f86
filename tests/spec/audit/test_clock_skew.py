"""clock_skew: the exchange's clock and ours tell the same time."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given


def skew(store, *answers, as_of="12:30"):
    given(store, "parsed.user_data_timestamps", "\n".join(["as_of_at | received_at | landed_seq",
                                                           *answers]))  # fmt: skip
    rows = store.audit_rows("clock_skew", at(as_of))
    return [(one.subject, one.severity) for one in rows]


@pytest.mark.parametrize("said", ["12:00:00", "12:00:10", "11:59:00"])
def test_a_clock_within_seconds_and_an_answer_within_a_minute_are_silent(store, said):
    assert skew(store, f"{said} | 12:00:00 | 1") == []


@pytest.mark.parametrize(("said", "severity"), [("12:00:10.1", "halt"), ("11:58:59.9", "warning")])
def test_a_clock_behind_halts_and_one_ahead_or_a_late_answer_warns(store, said, severity):
    assert skew(store, f"{said} | 12:00:00 | 1") == [("kalshi_user_data_timestamp", severity)]


def test_only_the_newest_answer_of_the_last_hour_counts(store):
    assert skew(store, "12:05 | 12:00 | 1", "12:01 | 12:01 | 2") == []
    assert skew(store, "13:05 | 12:59 | 3", as_of="14:00") == []
