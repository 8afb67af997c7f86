"""decision_off_forecast: money follows what was believed."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given


def off(store, decided="post | 12:00 | 0.3", believed="live | 11:58 | 0.3", as_of="13:00"):
    given(
        store,
        "decided.decisions",
        f"ticker | verdict | decided_at | yes_probability\n A | {decided}",
    )
    if believed:
        given(
            store,
            "forecast.fair_values",
            f"ticker | variant | as_of | yes_probability\n A | {believed}",
        )
    rows = store.audit_rows("decision_off_forecast", at(as_of))
    return [(one.subject, one.severity) for one in rows]


def test_a_decision_on_the_last_belief_is_silent(store):
    assert off(store) == []


@pytest.mark.parametrize(
    "believed",
    ["", "live | 11:58 | 0.7", "live | 12:01 | 0.3", "running_high | 11:58 | 0.3"],
)
def test_an_inverted_a_later_another_or_no_belief_halts(store, believed):
    assert off(store, believed=believed) == [("cross_bracket A", "halt")]


@pytest.mark.parametrize("verdict", ["shadow", "pass"])
def test_what_cost_no_money_is_silent(store, verdict):
    assert off(store, f"{verdict} | 12:00 | 0.7") == []


def test_a_day_later_it_is_history(store):
    assert off(store, believed="", as_of="+1d 12:00") == []
