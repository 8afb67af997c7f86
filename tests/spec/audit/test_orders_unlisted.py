"""orders_unlisted: what was accepted must be in the list of a minute later."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given, land


@pytest.fixture
def accepted(store):
    given(store, "posted.intents", "intent_id | kind | intended_at\n i1 | create | 12:00")
    given(
        store,
        "posted.outcomes",
        "intent_id | observed_at | state | order_id\n i1 | 12:00 | accepted | o1",
    )
    return store


@pytest.mark.parametrize(
    ("asked_at", "listed", "fires"),
    [
        ("12:01:00", "o2", False),
        ("12:01:01", "o2", True),
        ("12:01:01", "o1", False),
    ],
)
def test_an_accepted_order_that_a_later_list_lacks_halts(accepted, asked_at, listed, fires):
    given(accepted, "parsed.orders", f"order_id\n {listed}")
    body = {"orders": [], "cursor": ""}
    land(accepted, "kalshi_orders", body, requested_at=at(asked_at), received_at=asked_at)
    found = accepted.audit_rows("orders_unlisted", at("12:10"))
    assert [(one.subject, one.severity) for one in found] == (
        [("kalshi_orders", "halt")] if fires else []
    )


def test_a_list_that_did_not_come_whole_says_nothing(accepted):
    land(
        accepted, "kalshi_orders", {"orders": [], "cursor": "c"}, requested_at=at("12:05"),
        received_at="12:05", is_last_page=False,
    )  # fmt: skip
    assert accepted.audit_rows("orders_unlisted", at("12:10")) == []
