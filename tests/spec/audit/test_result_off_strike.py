"""result_off_strike: a result is what the bounds say of the value."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given


def found(store, row, as_of="+1d 12:00"):
    head = "lower_f | upper_f | market_result | expiration_value_f | bounds_evidence"
    given(store, "parsed.markets", f"{head}\n {row}")
    rows = store.audit_rows("result_off_strike", at(as_of))
    return [(one.subject, one.severity) for one in rows]


@pytest.mark.parametrize(
    "row",
    [
        "72 | 73 | yes | 73 | strikes",
        "72 | 73 | yes | 71.5 | strikes",
        "72 | 73 | no | 74 | strikes",
        "- | 69 | yes | 69 | strikes",
        "74 | - | no | 73 | strikes",
        "- | -3 | yes | -3 | strikes",
        # Nothing to compare.
        "72 | 73 | - | 73 | strikes",
        "72 | 73 | no | - | strikes",
        "72 | 73 | scalar | 73 | strikes",
        "- | - | no | 73 | -",
    ],
)
def test_a_result_that_follows_from_the_value_is_silent(store, row):
    assert found(store, row) == []


@pytest.mark.parametrize(
    "row",
    [
        "72 | 73 | no | 73 | strikes",
        "72 | 73 | yes | 74 | strikes",
        "- | 69 | yes | 70 | subtitle",
        "74 | - | no | 74 | rules",
    ],
)
def test_a_result_that_contradicts_the_value_is_found(store, row):
    assert found(store, row) == [("KXHIGHNY", "warning")]


def test_a_month_later_it_is_history(store):
    assert found(store, "72 | 73 | no | 73 | strikes", "+31d 12:00") == []
