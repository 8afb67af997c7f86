"""parsed.user_data_timestamps: how new the portfolio answers are."""

from __future__ import annotations

import pytest

from tests.spec.drawn import expect, table
from tests.spec.parsed.bodies import reasons, sample, tell

FEED = "kalshi_user_data_timestamp"


def test_the_moment_is_kept_beside_its_receipt(store):
    tell(store, FEED, sample(FEED))
    expect(
        table(store, "parsed.user_data_timestamps"), "as_of_at | received_at\n11:59:58.5 | 12:00"
    )
    assert reasons(store, "user_data_timestamps") == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "as_of_time is missing"),
        ({"as_of_time": None}, "as_of_time is missing"),
        ({"as_of_time": "now"}, "as_of_time is now"),
        ({"as_of_time": 1781101800}, "as_of_time is 1781101800"),
        ({"as_of_time": "infinity"}, "as_of_time is infinity"),
    ],
    ids=str,
)
def test_an_unreadable_moment_is_a_reject(store, body, reason):
    tell(store, FEED, body)
    assert table(store, "parsed.user_data_timestamps").is_empty()
    assert reasons(store, "user_data_timestamps") == [(0, reason)]
