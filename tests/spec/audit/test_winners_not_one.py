"""winners_not_one: one market of a settled event wins."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given
from tests.spec.walk import EVENT


def found(store, *results, as_of="+1d 12:00", last="72 | -"):
    lines = ["ticker | lower_f | upper_f | bounds_evidence | market_result"]
    for bounds, result in zip(("- | 69", "70 | 71", last), results, strict=True):
        lines.append(f"M{len(lines)} | {bounds} | strikes | {result}")
    given(store, "parsed.markets", "\n".join(lines))
    rows = store.audit_rows("winners_not_one", at(as_of))
    return [(one.subject, one.severity, one.detail) for one in rows]


@pytest.mark.parametrize("results", [("no", "yes", "no"), ("-", "-", "-"), ("no", "no", "-")])
def test_one_winner_or_results_that_are_still_to_come_are_silent(store, results):
    assert found(store, *results) == []


@pytest.mark.parametrize("results", [("void", "void", "void"), ("no", "no", "scalar")])
def test_an_event_that_nobody_won_by_its_rules_is_silent(store, results):
    assert found(store, *results) == []


def test_two_winners_are_found_before_the_rest_is_told(store):
    assert found(store, "yes", "yes", "-") == [(EVENT, "warning", "2 of 3 markets won")]


def test_a_whole_ladder_of_losers_is_found_and_a_part_of_one_is_not(store):
    assert found(store, "no", "no", "no") == [(EVENT, "warning", "0 of 3 markets won")]


def test_losers_without_the_upper_tail_prove_nothing(store):
    assert found(store, "no", "no", "no", last="72 | 73") == []


def test_a_month_later_it_is_history(store):
    assert found(store, "yes", "yes", "no", as_of="+31d 12:00") == []
