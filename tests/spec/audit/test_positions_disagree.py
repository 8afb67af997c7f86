"""positions_disagree: the exchange's position beside the net of our fills."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given, land


def disagreeing(store):
    store.derive_all()
    return store.audit_rows("positions_disagree", at("+2d 00:00"))


@pytest.mark.parametrize(
    ("contracts", "received_at", "fires"),
    [
        ("2", "20:00", False),
        ("-2", "20:00", True),
        ("0", "20:00", True),
        ("0", "19:00:10", True),
        ("0", "19:00:09", False),
        ("2", "19:00:09", False),
    ],
)
def test_a_position_that_is_not_the_net_of_the_fills_halts(store, contracts, received_at, fires):
    given(store, "parsed.fills", "fill_id | ticker | contracts | filled_at\n f1 | A | 2 | 19:00")
    given(
        store,
        "parsed.positions",
        f"ticker | contracts | received_at\n A | {contracts} | {received_at}",
    )
    found = [(one.subject, one.severity) for one in disagreeing(store)]
    assert found == ([("A", "halt")] if fires else [])


def test_a_position_without_any_fill_of_ours_halts(store):
    given(store, "parsed.positions", "ticker | contracts | received_at\n A | 1 | 20:00")
    assert [one.subject for one in disagreeing(store)] == ["A"]


def test_a_complete_pull_without_a_market_that_we_hold_halts(store):
    given(store, "parsed.fills", "fill_id | ticker | filled_at\n f1 | A | 19:00")
    land(store, "kalshi_positions", {"market_positions": []}, received_at="20:00")
    assert [one.subject for one in disagreeing(store)] == ["A"]


def test_a_position_newer_than_the_newest_list_of_fills_waits(store):
    given(store, "parsed.positions", "ticker | contracts | received_at\n A | 1 | 20:00")
    land(store, "kalshi_fills", {"fills": []}, received_at="19:59")
    assert disagreeing(store) == []


def test_a_market_that_is_over_only_warns(store):
    given(store, "parsed.fills", "fill_id | ticker | filled_at\n f1 | A | 19:00")
    given(store, "parsed.markets", "ticker | market_result | settled_at\n A | yes | +1d 12:00")
    given(store, "parsed.positions", "ticker | contracts | received_at\n A | 7 | 20:00")
    assert [one.severity for one in disagreeing(store)] == ["warning"]


def test_while_the_positions_feed_drifts_its_field_drift_is_the_finding(store):
    given(store, "parsed.positions", "ticker | contracts | received_at\n A | 1 | 20:00")
    given(
        store,
        "audit.observations",
        "finding | subject | severity | state\n"
        "field_drift | kalshi_positions.position_fp | halt | open",
    )
    assert disagreeing(store) == []
