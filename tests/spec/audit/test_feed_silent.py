"""feed_silent: a feed that is asked and does not answer is seen by the clock alone."""

from __future__ import annotations

import pytest

from kwx_core.store import Store
from tests.spec.drawn import at, land

# Positions are asked every 60 s; three cadences are three minutes.
CASES = {
    "answers": ([("12:00", 200), ("12:01", 200)], "12:01", False),
    "fails once after an answer": ([("12:00", 200), ("12:01", 502)], "12:01", False),
    "fails for three cadences": ([("12:00", 200), ("12:04", 502)], "12:04", True),
    "never answered": ([("12:00", 401)], "12:00", True),
    "recovered": ([("12:00", 200), ("12:04", 502), ("12:05", 200)], "12:05", False),
    "is not asked any more": ([("12:00", 401)], "+2d 12:00", False),
}


@pytest.mark.parametrize(("polls", "as_of", "fires"), CASES.values(), ids=CASES)
def test_a_feed_is_silent_when_it_has_failed_for_three_cadences(
    store: Store, polls: list, as_of: str, *, fires: bool
) -> None:
    for minute, status in polls:
        land(store, "kalshi_positions", {"market_positions": []}, received_at=minute,
             status_code=status)  # fmt: skip
    found = store.audit_rows("feed_silent", at(as_of))
    assert [one.subject for one in found] == (["kalshi_positions"] if fires else [])


def test_the_finding_tells_the_status_and_the_body(store: Store) -> None:
    land(store, "kalshi_positions", {"error": "too many requests"}, status_code=429)
    [one] = store.audit_rows("feed_silent", at("12:00"))
    assert "status 429" in one.detail
    assert "too many requests" in one.detail
    assert one.sample_request_id


def test_a_feed_that_nobody_asks_by_itself_is_not_missed(store: Store) -> None:
    land(store, "kalshi_event", {}, status_code=500)
    assert store.audit_rows("feed_silent", at("12:00")) == []
