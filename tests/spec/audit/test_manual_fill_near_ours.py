"""manual_fill_near_ours: a person trades where we do."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given

T = "KXHIGHNY-26JUN10-B72.5"
ID = "xb_abcdefghijklmnopqrstuvw234"


def near(store):
    store.derive("attribution")
    return store.audit_rows("manual_fill_near_ours", at("+1d 00:00"))


@pytest.mark.parametrize("side", ["yes", "no"])
def test_a_posted_decision_for_either_side_is_near(store, side):
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00")
    given(
        store,
        "decided.decisions",
        f"decision_id | ticker | outcome_side | decided_at\n d1 | {T} | {side} | 11:55",
    )
    (found,) = near(store)
    assert (found.subject, found.severity) == ("f1", "info")


@pytest.mark.parametrize(
    ("order", "is_near"),
    [
        ("resting | 09:00 | 09:00", True),
        ("canceled | 09:00 | 13:00", True),
        ("canceled | 09:00 | 11:00", False),
        ("resting | 12:30 | 12:30", False),
    ],
)
def test_an_order_of_ours_is_near_while_it_rests(store, order, is_near):
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00")
    given(
        store,
        "parsed.orders",
        f"order_id | ticker | client_order_id | status | created_at | updated_at\n"
        f"o1 | {T} | {ID} | {order}",
    )
    assert bool(near(store)) == is_near


def test_a_persons_own_resting_order_is_not_ours(store):
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00")
    given(
        store,
        "parsed.orders",
        f"order_id | ticker | client_order_id | status | created_at\n o1|{T}|person|resting|09:00",
    )
    assert near(store) == []
