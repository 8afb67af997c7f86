"""feed_stale: a feed that answers with what is too old to be its newest."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given, land


def stale(store, as_of):
    return store.audit_rows("feed_stale", at(as_of))


@pytest.mark.parametrize(
    ("answered_at", "as_of", "fires"),
    [
        ("13:06:00", "13:06", False),
        ("13:06:01", "13:07", True),
        ("13:06:01", "13:12:01", True),
        ("13:06:01", "13:12:02", False),
    ],
    ids=["an hour and three cadences", "a second more", "just asked", "silent, not stale"],
)
def test_reports_are_stale_after_an_hour_and_three_cadences_while_the_service_answers(
    store, answered_at, as_of, fires
):
    given(store, "parsed.observations", "station_id | observed_at\n KNYC | 11:51\n KMDW | 12:00")
    land(store, "metar", [], received_at=answered_at)
    found = [(one.subject, one.severity) for one in stale(store, as_of)]
    assert found == ([("metar.obsTime", "halt")] if fires else [])


@pytest.mark.parametrize(("told", "fires"), [("12:02", False), ("12:01:59", True)])
def test_portfolio_answers_are_stale_when_their_own_time_lags_three_cadences(store, told, fires):
    picture = f"as_of_at | received_at\n {told} | 12:05"
    given(store, "parsed.user_data_timestamps", picture)
    land(store, "kalshi_user_data_timestamp", {}, received_at="12:05")
    found = [(one.subject, one.severity) for one in stale(store, "12:05")]
    subject = "kalshi_user_data_timestamp.as_of_time"
    assert found == ([(subject, "warning")] if fires else [])


def test_a_feed_that_was_never_read_is_not_stale(store):
    land(store, "metar", [], received_at="12:00")
    assert stale(store, "12:00") == []
