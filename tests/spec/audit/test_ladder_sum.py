"""ladder_sum: exactly one market of a ladder wins."""

from __future__ import annotations

import pytest

from kwx_core import pipeline
from tests.spec.drawn import at, given
from tests.spec.walk import EVENT, guidance, ladder, policy, reports


def summed(store, *values, as_of="12:30"):
    lines = [f"M{number} | {value} | 12:00" for number, value in enumerate(values)]
    given(store, "forecast.fair_values", "\n".join(["ticker | yes_probability | as_of", *lines]))
    rows = store.audit_rows("ladder_sum", at(as_of))
    return [(one.subject, one.severity) for one in rows]


def test_what_is_believed_of_a_ladder_sums_to_one(store):
    ladder(store)
    guidance(store, 74.0)
    reports(store, ("17:51", 72))
    pipeline.believe(store, policy(), at("18:00"))
    assert store.audit_rows("ladder_sum", at("18:00")) == []


def test_a_rounding_in_the_last_digit_is_silent(store):
    assert summed(store, "0.3", "0.7000000001") == []


@pytest.mark.parametrize("values", [("0.3", "0.21"), ("0.3", "0.70000001"), ("1", "1")])
def test_a_ladder_that_sums_to_anything_else_halts(store, values):
    assert summed(store, *values) == [(f"{EVENT} live", "halt")]


def test_an_hour_later_it_is_history(store):
    assert summed(store, "0.3", "0.21", as_of="13:00") == []
