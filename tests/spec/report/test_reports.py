"""sql/report: what a person reads."""

from __future__ import annotations

import pytest

from kwx_core.store.queries import select
from tests.spec.drawn import at, expect, given

T = "KXHIGHNY-26JUN10-B72.5"


@pytest.fixture
def traded(store):
    given(
        store,
        "parsed.fills",
        f"""
        fill_id|ticker|order_id|client_order_id|outcome_side|price_dollars|fee_dollars|filled_at
        f1 | {T} | o1 | mm_xb_1 | no | .75 | .02 | 12:00
        f2 | {T} | o2 | mm_xb_exit_1 | yes | .12 | .01 | 13:00
        f3 | {T} | o3 | - | yes | .30 | .02 | 14:00
        """,
    )
    given(
        store,
        "parsed.orders",
        f"""
        order_id | ticker                | client_order_id
        o9       | KXHIGHMIA-26JUN10-T90 | xb_abcdefghijklmnopqrstuvw234
        o3       | {T}                   | person
        """,
    )
    given(store, "parsed.markets", f"ticker | market_result | settled_at\n {T} | no | +1d 12:00")
    store.derive_all()
    return store


def test_book_pnl_tells_each_book_and_family_also_where_nothing_was_filled(traded):
    expect(
        traded.frame(select("report", "book_pnl")),
        """
        book_id | family | orders | fills | pending | payout_dollars | cost_dollars | profit_dollars
        cross_bracket | KXHIGHMIA | 1      | 0     | 0       | -              | -            | -
        cross_bracket | KXHIGHNY  | 0      | 2     | 0       | 1              | .87          | .10
        manual        | KXHIGHNY  | 1      | 1     | 0       | 0              | .30          | -.32
        """,
    )


def test_fill_history_tells_what_came_of_each_fill(traded):
    whole = {"since": "-infinity", "until": "infinity"}
    expect(
        traded.frame(select("report", "fill_history"), **whole),
        """
        fill_id | strategy_id        | evidence | fee_dollars | market_result | profit_dollars
        f1      | cross_bracket      | prefix   | .02         | no            | .23
        f2      | cross_bracket_exit | prefix   | .01         | no            | -.13
        f3      | manual             | none     | .02         | no            | -.32
        """,
    )


def test_repairs_are_what_the_predecessor_said_otherwise_until_it_is_written_down(traded):
    given(
        traded,
        "parsed.predecessor_books",
        f"""
        table_name         | row_key | column_name    | reported_value
        ledger.attribution | f1      | strategy_id    | manual
        ledger.attribution | f3      | strategy_id    | manual
        ledger.attribution | f9      | strategy_id    | manual
        ledger.settlements | {T}     | profit_dollars | -0.900000
        """,
    )
    query = select("report", "repairs")

    def repairs(since="1970-01-01"):
        return traded.frame(query, since=at(since), until=at("9999-01-01"))

    told = f"""
        table_name         | row_key | old_value | new_value
        ledger.attribution | f1      | manual    | cross_bracket
        ledger.settlements | {T}     | -0.900000 | -0.220000
        """
    expect(repairs(), told)
    assert repairs("2026-06-10T12:00:01")["row_key"].to_list() == [T]
    given(
        traded,
        "audit.changes",
        """
        table_name         | row_key | column_name | old_value | new_value
        ledger.attribution | f1      | strategy_id | manual    | cross_bracket
        """,
    )
    assert repairs()["row_key"].to_list() == [T]


def test_a_trace_walks_from_the_fill_to_the_payout_and_says_what_is_not_there(traded):
    found = traded.frame(select("report", "trace"), fill_id="f1")
    told = {(row["step"], row["field"]): row["value"] for row in found.rows(named=True)}
    assert told["fill", "price_dollars"] == "0.75"
    assert told["attribution", "evidence"] == "prefix"
    assert told["settlement", "market_result"] == "no"
    missing = {step for step, field in told if field == "not found"}
    assert {"order", "intent", "decision", "gate", "forecast"} <= missing


def test_a_trace_reaches_the_decision_its_gates_and_the_belief_before_it(traded):
    given(
        traded,
        "decided.decisions",
        "decision_id | decided_at | ticker | gates\n d1 | 11:00 | A | "
        '[{"gate": "armed", "position": 1, "value": 0.5, "threshold": 0.0, "passed": true}]',
    )
    given(
        traded,
        "posted.intents",
        "intent_id | client_order_id | decision_id | ticker\n i1 | xb_1 | d1 | A",
    )
    given(
        traded, "parsed.fills", "fill_id | client_order_id | ticker | filled_at\n f9|xb_1|A|11:30"
    )
    given(
        traded,
        "forecast.fair_values",
        "ticker | as_of | yes_probability\n A | 10:59 | .25\n A | 11:01 | .75",
    )
    traded.derive_all()
    found = traded.frame(select("report", "trace"), fill_id="f9")
    told = {(row["step"], row["field"]): row["value"] for row in found.rows(named=True)}
    assert told["intent", "intent_id"] == "i1"
    assert told["decision", "decision_id"] == "d1"
    assert told["gate", "armed"] == "0.5 against 0.0: passed"
    assert told["fair value", "yes_probability"] == "0.25"
