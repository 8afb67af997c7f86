"""drift_alert: a fill of nobody's beside a decision that we posted."""

from __future__ import annotations

import pytest

from tests.spec.drawn import at, given

T = "KXHIGHNY-26JUN10-B72.5"


def alerts(store):
    store.derive("attribution")
    return store.audit_rows("drift_alert", at("+1d 00:00"))


def decided(store, decided_at, side="yes", verdict="post", ticker=T):
    given(
        store,
        "decided.decisions",
        f"decision_id | ticker | outcome_side | verdict | decided_at\n"
        f"d1 | {ticker} | {side} | {verdict} | {decided_at}",
    )


@pytest.mark.parametrize(
    ("decided_at", "fires"),
    [
        ("11:59:00", True),
        ("12:01:00", True),
        ("12:01:00.000001", False),
        ("12:01:01", False),
        ("11:50:00", True),
        ("11:49:59.999999", False),
        ("10:00:00", False),
    ],
)
def test_the_window_is_ten_minutes_before_the_fill_to_a_minute_after_it(store, decided_at, fires):
    given(store, "parsed.fills", f"fill_id | ticker | order_id | filled_at\n f1 | {T} | o2 | 12:00")
    decided(store, decided_at)
    assert [one.subject for one in alerts(store)] == (["f1"] if fires else [])


def test_the_alert_is_a_warning_that_says_what_where_and_when(store):
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00")
    decided(store, "11:59")
    (alert,) = alerts(store)
    assert alert.severity == "warning"
    for said in ("DRIFT ALERT", T, "yes", "d1", "cross_bracket", "[-600 s, +60 s]"):
        assert said in alert.detail


@pytest.mark.parametrize(
    ("side", "verdict", "ticker"),
    [("no", "post", T), ("yes", "shadow", T), ("yes", "pass", T), ("yes", "post", "OTHER")],
)
def test_another_side_or_market_or_a_decision_not_posted_is_silent(store, side, verdict, ticker):
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00")
    decided(store, "11:59", side, verdict, ticker)
    assert alerts(store) == []


@pytest.mark.parametrize("strategy", ["cross_bracket", "manual"])
def test_a_fill_that_is_known_to_be_somebodys_is_silent(store, strategy):
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00")
    given(store, "posted.corrections", f"fill_id | strategy_id\n f1 | {strategy}")
    decided(store, "11:59")
    assert alerts(store) == []


def test_an_inferred_fill_is_not_known_and_fires(store):
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00")
    given(
        store,
        "ledger.attribution",
        f"fill_id | ticker | evidence | is_inferred | filled_at\n f1|{T}|decision|true|12:00",
    )
    decided(store, "11:59")
    assert len(store.audit_rows("drift_alert", at("13:00"))) == 1


def test_many_decisions_and_many_looks_are_one_alert_a_fill(store):
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00")
    given(
        store,
        "decided.decisions",
        f"decision_id | ticker | decided_at\n d1|{T}|11:55\n d2|{T}|11:58\n d3|{T}|11:57",
    )
    alerts(store)
    (alert,) = alerts(store)
    assert "d2" in alert.detail
    store.audit(at("13:00"), "run-1")
    store.audit(at("13:01"), "run-2")
    seen = store.frame("select * from audit.observations where finding = 'drift_alert'")
    assert seen.height == 1


@pytest.mark.parametrize(("decided_at", "fires"), [("11:59", True), ("12:01:01", False)])
def test_a_decision_of_the_predecessor_was_posted_too(store, decided_at, fires):
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00")
    given(
        store,
        "parsed.imported_decisions",
        f"decision_id | ticker | decided_at\n d1 | {T} | {decided_at}",
    )
    assert [one.subject for one in alerts(store)] == (["f1"] if fires else [])


def test_a_shadow_decision_of_the_predecessor_is_silent(store):
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00")
    given(
        store,
        "parsed.imported_decisions",
        f"decision_id | ticker | verdict | decided_at\n d1 | {T} | shadow | 11:59",
    )
    assert alerts(store) == []


def test_a_fill_of_another_order_beside_a_decision_that_was_accepted_is_nobodys_and_fires(store):
    decided(store, "12:00")
    given(store, "posted.intents", "intent_id | decision_id | kind\n i1 | d1 | create")
    given(
        store,
        "posted.outcomes",
        "intent_id | observed_at | state | order_id\n i1 | 12:00:01 | accepted | o1",
    )
    given(store, "parsed.fills", f"fill_id|ticker|order_id|filled_at\n f1|{T}|o2|12:00:30")
    (alert,) = alerts(store)
    assert "nobody's" in alert.detail
    found = store.frame("select strategy_id, evidence from ledger.attribution").rows()
    assert found == [("manual", "none")]


def test_an_alert_of_an_inferred_fill_says_whose_it_is_taken_for(store):
    given(store, "parsed.fills", f"fill_id | ticker | contracts | filled_at\n f1 | {T} | 1 | 12:00")
    given(
        store,
        "decided.decisions",
        f"decision_id | ticker | contracts | decided_at\n d1 | {T} | 1 | 12:00:30",
    )
    (alert,) = alerts(store)
    assert "only inferred to be of cross_bracket" in alert.detail


def test_an_alert_that_breaks_leaves_the_fill_in_the_books(store):
    given(store, "parsed.fills", f"fill_id | ticker | filled_at\n f1 | {T} | 12:00")
    store.derive("attribution")
    store._con.execute("drop view ledger.posted_decisions cascade")
    broken = store.audit_rows("drift_alert", at("13:00"))
    assert [one.finding for one in broken] == ["audit_broken"]
    assert store.frame("select fill_id from ledger.attribution").rows() == [("f1",)]
