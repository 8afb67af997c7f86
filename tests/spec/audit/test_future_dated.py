"""future_dated: nothing is told before it happened."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given


def dated(store, table, column, moment, as_of="13:00"):
    given(store, table, f"{column} | received_at\n {moment} | 12:00")
    rows = store.audit_rows("future_dated", at(as_of))
    return [(one.subject, one.severity) for one in rows]


CASES = [
    ("parsed.fills", "filled_at", "12:00:10", "12:00:10.1"),
    ("parsed.settlements", "settled_at", "12:00:10", "12:00:10.1"),
    ("parsed.observations", "observed_at", "12:10", "12:10:01"),
]


@pytest.mark.parametrize(("table", "column", "moment", "_later"), CASES)
def test_clocks_that_differ_by_seconds_and_reports_by_minutes_are_silent(
    store, table, column, moment, _later
):
    assert dated(store, table, column, moment) == []


@pytest.mark.parametrize(("table", "column", "_moment", "later"), CASES)
def test_what_is_dated_later_than_it_came_is_found(store, table, column, _moment, later):
    assert dated(store, table, column, later) == [(table.removeprefix("parsed."), "warning")]


def test_a_day_later_it_is_history(store):
    assert dated(store, "parsed.fills", "filled_at", "12:05", as_of="+1d 12:00") == []
