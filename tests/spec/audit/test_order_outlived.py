"""order_outlived: an order of ours ends when it was to end."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given


def outlived(store, received_at, *, status="resting", ends="13:00 | +1d 05:00", as_of="20:00"):
    given(
        store,
        "posted.intents",
        f"intent_id | client_order_id | ticker | expires_at | close_at\n i1 | one | A | {ends}",
    )
    given(
        store,
        "parsed.orders",
        "order_id | client_order_id | ticker | status | received_at\n"
        f"o1 | one | A | {status} | {received_at}",
    )
    rows = store.audit_rows("order_outlived", at(as_of))
    return [(one.subject, one.severity) for one in rows]


@pytest.mark.parametrize(
    ("received_at", "ends"),
    [
        ("13:01:00", "13:00 | +1d 05:00"),
        ("19:00", "- | +1d 05:00"),
        ("19:00", "- | -"),
    ],
)
def test_an_order_that_was_last_seen_in_its_time_is_silent(store, received_at, ends):
    assert outlived(store, received_at, ends=ends) == []


def test_an_order_that_is_over_is_silent(store):
    assert outlived(store, "14:00", status="canceled") == []


@pytest.mark.parametrize("ends", ["13:00 | +1d 05:00", "- | 13:00", "18:00 | 13:00"])
def test_an_order_that_rests_a_minute_after_its_end_halts(store, ends):
    assert outlived(store, "13:01:01", ends=ends) == [("cross_bracket A", "halt")]


def test_what_was_listed_a_day_ago_is_history(store):
    assert outlived(store, "14:00", as_of="+1d 14:00") == []
