"""forecast_below_observed: what the reports have passed is over."""

from __future__ import annotations

import pytest

from kwx_core import pipeline
from tests.spec.drawn import at, given
from tests.spec.walk import EVENT, guidance, ladder, policy, reports


def below(store, pmf, bound_f="72", variant="live", as_of="12:30"):
    given(store, "forecast.evidence", f"as_of | bound_f\n 12:00 | {bound_f}")
    given(
        store,
        "forecast.daily_extremes",
        f"as_of | variant | first_f | pmf\n 12:00 | {variant} | 69 | {pmf}",
    )
    rows = store.audit_rows("forecast_below_observed", at(as_of))
    return [(one.subject, one.severity) for one in rows]


def test_what_is_believed_after_a_report_is_silent(store):
    ladder(store)
    guidance(store, 66.0)
    reports(store, ("17:51", 72))
    pipeline.believe(store, policy(), at("18:00"))
    assert store.audit_rows("forecast_below_observed", at("18:00")) == []


@pytest.mark.parametrize(
    ("pmf", "bound_f"),
    [
        # 69, 70, 71, 72: one degree is left to corrections.
        ("[0.0, 0.0, 0.1, 0.9]", "72"),
        ("[0.5, 0.5, 0.0, 0.0]", "70"),
        ("[0.5, 0.5, 0.0, 0.0]", "60"),
        ("[0.5, 0.5, 0.0, 0.0]", "-"),
    ],
)
def test_chances_from_the_degree_below_on_are_silent(store, pmf, bound_f):
    assert below(store, pmf, bound_f) == []


@pytest.mark.parametrize("pmf", ["[0.0, 0.01, 0.0, 0.99]", "[0.00001, 0.0, 0.0, 0.99999]"])
def test_a_chance_of_what_is_over_halts(store, pmf):
    assert below(store, pmf) == [(EVENT, "halt")]


def test_a_variant_that_only_reads_the_reports_may_be_wide(store):
    assert below(store, "[0.5, 0.5, 0.0, 0.0]", variant="running_high") == []


def test_an_hour_later_it_is_history(store):
    assert below(store, "[0.5, 0.5, 0.0, 0.0]", as_of="13:00") == []
