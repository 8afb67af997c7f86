"""settlement_overdue: what we hold is settled a day after its close."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given


def overdue(store, as_of, *, result="-", fills="f1 | A | yes | 2"):
    given(store, "parsed.markets", f"ticker | close_at | market_result\n A | 12:00 | {result}")
    given(store, "parsed.fills", f"fill_id | ticker | outcome_side | contracts\n {fills}")
    store.derive_all()
    rows = store.audit_rows("settlement_overdue", at(as_of))
    return [(one.subject, one.severity) for one in rows]


@pytest.mark.parametrize(
    ("as_of", "expected"), [("+2d 00:00", []), ("+2d 00:00:01", [("A", "warning")])]
)
def test_a_market_that_we_hold_is_overdue_a_day_and_a_half_after_its_close(store, as_of, expected):
    assert overdue(store, as_of) == expected


def test_a_market_with_a_result_is_silent(store):
    assert overdue(store, "+5d 00:00", result="no") == []


def test_pairs_have_paid_already(store):
    assert overdue(store, "+5d 00:00", fills="f1 | A | yes | 2\n f2 | A | no | 2") == []


def test_a_market_that_nobody_holds_is_silent(store):
    assert overdue(store, "+5d 00:00", fills="f1 | OTHER | yes | 2") == []
