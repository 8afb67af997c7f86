"""The money watchlist: twenty things that went wrong once, each a spec, or said to be impossible.

The numbers are those of the founding watchlist, so that a reader can tick them off.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from decimal import Decimal

import duckdb
import pytest

from kwx_core import pipeline
from kwx_core.contracts.decided import Policies
from kwx_core.decided.decisions import STRATEGIES
from kwx_core.store import Store
from kwx_core.store.database import Account
from tests.shared import ROOT
from tests.spec.drawn import at, expect, given, land, table
from tests.spec.walk import (
    ARMED,
    EVENT,
    arm,
    book,
    decisions,
    feeds,
    gate,
    guidance,
    ladder,
    policy,
    quotes,
    reports,
)

B74 = f"{EVENT}-B74.5"
_OPEN = "import sys, pathlib, kwx_core.store as s; s.Store.open(pathlib.Path(sys.argv[1]))"
NOW = "22:01"
# What changes under the code is asked by these names: clock, tables, environment, network.
CHANGING = {"now", "at", "as_of", "time", "environ", "store", "con", "frame", "rows", "http"}
# What cannot happen here, and why; the test of that number proves the reason.
IMPOSSIBLE = {
    14: "kwx quotes no two sides: no strategy makes a market, so there is no spread to be too thin",
    15: "kwx sells nothing before settlement: a hedge is a purchase whose fee is in its profit",
    16: "nothing is cached by time: what is known is a row with its moment",
}


def world(store: Store) -> None:
    """All is well, and NO of 74-75 is wished for."""
    ladder(store)
    guidance(store, 74.0)
    reports(store, ("19:51", 72), ("20:51", 72), ("21:51", 71))
    quotes(store, "22:00", ("B72.5", "0.60", "0.65"), ("B74.5", "0.40", "0.45"))
    feeds(store, "22:00")
    book(store, "22:00", ("B74.5", "bid", "0.40", "5"))
    arm(store, "21:00")


def bought(store: Store, *fills: str, result: str = "no", reported: str = "") -> dict:
    """The settlement of one market: fills are `side | contracts | price | fee`."""
    lines = [f"f{number} | {B74} | {each}" for number, each in enumerate(fills)]
    head = "fill_id | ticker | outcome_side | contracts | price_dollars | fee_dollars"
    given(store, "parsed.fills", "\n".join([head, *lines]))
    given(store, "parsed.markets", f"ticker|market_result|settled_at\n{B74}|{result}|+1d 12:00")
    if reported:
        given(store, "parsed.settlements", f"ticker | {reported.format(B74)}")
    store.derive_all()
    return table(store, "ledger.settlements").row(0, named=True)


def test_01_every_client_id_has_a_registered_code_no_dot_and_is_short_and_unique(store: Store):
    world(store)
    assert decisions(store, NOW)["verdict"].to_list().count("post") == 1
    head = "decision_id | decided_at | ticker | price_dollars"
    lines = [f"d{number} | {NOW} | {B74} | 0.{number}" for number in range(10, 99)]
    given(store, "decided.decisions", "\n".join([head, *lines]))
    ids = pipeline.intend(store, policy(), at(NOW))["client_order_id"].to_list()
    codes = {each for each in store.frame("select code from ref.strategies")["code"] if each}
    assert len(set(ids)) == len(ids) == 90
    for each in ids:
        assert each.split("_")[0] in codes
        assert re.fullmatch(r"[a-z0-9_]{1,64}", each)


def test_02_what_is_to_be_sent_has_been_written_first_with_its_strategy(store: Store):
    world(store)
    decisions(store, NOW)
    handed_out = pipeline.intend(store, policy(), at(NOW))
    written = table(store, "posted.intents")
    assert handed_out["client_order_id"].to_list() == written["client_order_id"].to_list()
    assert written["strategy_id"].to_list() == ["cross_bracket"]
    senders = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "executor").rglob("*.py")
        if "post_order(" in path.read_text() and "def post_order" not in path.read_text()
    }
    assert senders == {"executor/submit.py"}


@pytest.mark.parametrize("result", ["yes", "no"])
def test_03_closing_a_short_realises_the_difference_whatever_the_result(store: Store, result: str):
    """Two YES sold at .40 are two NO at .60; bought back at .25 they gain .15 each."""
    row = bought(store, "no | 2 | .60 | 0", "yes | 2 | .25 | 0", result=result)
    assert row["profit_dollars"] == Decimal("0.30")


@pytest.mark.parametrize(
    ("price", "fee", "profit", "is_win"),
    [(".98", ".02", "0", False), (".98", ".03", "-.01", False), (".98", ".01", ".01", True)],
)
def test_04_profit_is_after_fees_and_a_win_is_a_profit(store, price, fee, profit, is_win):
    row = bought(store, f"no | 1 | {price} | {fee}")
    assert (row["profit_dollars"], row["is_win"]) == (Decimal(profit), is_win)


@pytest.mark.parametrize("revenue", ["0", "1", "99999"])
def test_05_the_reported_revenue_changes_no_profit(store: Store, revenue: str):
    said = "market_result | revenue_reported_dollars\n{} | no | " + revenue
    row = bought(store, "no | 1 | .75 | .02", "yes | 1 | .12 | .01", reported=said)
    assert (row["payout_dollars"], row["profit_dollars"]) == (Decimal(1), Decimal("0.10"))


def test_06_an_exit_that_was_only_sent_leaves_the_position_where_it_is(store: Store):
    given(store, "parsed.fills", f"fill_id | ticker | outcome_side\nf1 | {B74} | no")
    store.derive_all()
    held = table(store, "ledger.positions")
    given(store, "posted.intents", f"intent_id | ticker | outcome_side\nexit | {B74} | yes")
    given(store, "posted.outcomes", "intent_id | state | order_id\nexit | accepted | o9")
    store.derive_all()
    assert table(store, "ledger.positions").equals(held)
    assert held["netted_contracts"].to_list() == [Decimal(0)]


@pytest.mark.parametrize(
    ("field", "value", "dollars"),
    [
        ("yes_price_dollars", "0.0100", "0.01"),
        ("yes_price", 1, "0.01"),
        ("yes_price", 99, "0.99"),
        ("yes_price_dollars", "0.9900", "0.99"),
    ],
)
def test_07_money_is_read_by_the_name_of_its_field_never_by_its_size(store, field, value, dollars):
    sent = {
        "fill_id": "f1", "order_id": "o1", "ticker": B74, "side": "yes", "action": "buy",
        "count": 1, "created_time": "2026-02-01T12:00:00Z", field: value,
    }  # fmt: skip
    land(store, "kalshi_fills", {"fills": [sent]})
    store.parse()
    assert table(store, "parsed.fills")["price_dollars"].to_list() == [Decimal(dollars)]


def test_08_a_missing_price_is_null_in_a_quote_and_a_reject_in_a_fill(store: Store):
    world(store)
    quotes(store, "22:00:30", ("B74.5", "-", "-"))
    row = decisions(store, NOW).filter(ticker=B74).row(0, named=True)
    assert (row["price_dollars"], row["reason"]) == (None, "quote_present")
    land(store, "kalshi_fills", {"fills": [{"fill_id": "f1", "ticker": B74, "count_fp": "1.00"}]})
    assert store.parse("fills")["fills"].kept == 0
    [reason] = table(store, "parsed.rejects").filter(position=0)["reason"]
    assert "yes_price_dollars" in reason


@pytest.mark.parametrize("state", ["unknown", "rejected"])
def test_09_a_cancel_that_failed_leaves_the_order_at_stake(store: Store, state: str):
    world(store)
    given(
        store,
        "posted.intents",
        f"intent_id | kind | ticker | outcome_side\n"
        f"made | create | {B74} | no\nend | cancel | {B74} | no",
    )
    given(
        store,
        "posted.outcomes",
        f"intent_id | state | order_id | observed_at\n"
        f"made | accepted | o1 | 21:30\nend | {state} | o1 | 21:40",
    )
    row = decisions(store, NOW).filter(ticker=B74).row(0, named=True)
    assert (row["verdict"], row["reason"]) == ("shadow", "not_resting")


def test_10_where_exposure_cannot_be_read_nothing_is_ordered(store: Store):
    world(store)
    belief = pipeline.believe(store, policy(), at(NOW))
    store._con.execute("drop view ledger.fills cascade")
    store._con.execute("drop table parsed.fills")
    with pytest.raises(duckdb.Error):
        pipeline.judge(store, policy(), belief, at(NOW), ARMED)
    assert pipeline.intend(store, policy(), at(NOW)).is_empty()


def test_11_a_market_whose_direction_nothing_says_is_refused_not_guessed(store: Store):
    market = {
        "ticker": f"{EVENT}-T77", "event_ticker": EVENT, "market_type": "binary",
        "status": "active", "result": "", "yes_sub_title": "warm", "rules_primary": "",
        "open_time": "2026-06-09T14:00:00Z", "close_time": "2026-06-11T05:00:00Z",
    }  # fmt: skip
    land(store, "kalshi_markets", {"markets": [market]})
    store.parse()
    row = table(store, "parsed.markets").row(0, named=True)
    assert (row["lower_f"], row["upper_f"], row["bounds_evidence"]) == (None, None, None)
    assert table(store, "parsed.rejects").height >= 1
    assert pipeline.believe(store, policy(), at("12:00")).fair_values.is_empty()


def test_12_a_probability_is_of_yes_whichever_side_is_bought(store: Store):
    world(store)
    row = decisions(store, NOW).filter(ticker=B74).row(0, named=True)
    worth = store.frame(
        "select yes_probability from forecast.fair_values where ticker = $ticker "
        "and variant = 'live'", ticker=B74,
    ).item()  # fmt: skip
    assert row["outcome_side"] == "no"
    assert row["yes_probability"] == worth == pytest.approx(0.234, abs=0.001)
    assert gate(row, "conviction")["value"] == pytest.approx(1 - worth)


def test_13_of_one_model_run_only_one_source_is_read(store: Store):
    families = store.frame(
        "select run_family, count(*) as sources from ref.sources "
        "where channel = 'guidance' group by run_family"
    )
    assert families["sources"].to_list() == [1] * families.height


def test_14_no_strategy_quotes_two_sides():
    """Impossible, as IMPOSSIBLE says."""
    assert [each.__name__ for each in STRATEGIES] == ["cross_bracket"]


def test_15_a_hedge_pays_its_fee_out_of_the_profit_it_shows(store: Store):
    """Impossible otherwise, as IMPOSSIBLE says."""
    row = bought(store, "no | 1 | .75 | .02", "yes | 1 | .12 | .01")
    assert row["profit_dollars"] == 1 - Decimal(".75") - Decimal(".12") - Decimal(".03")


def test_16_nothing_is_kept_by_time_outside_the_tables():
    """Impossible, as IMPOSSIBLE says: what is memoised depends on its arguments alone."""
    found = {}
    for path in [*(ROOT / "kwx_core").rglob("*.py"), *(ROOT / "executor").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            kept_by = [each for each in map(ast.unparse, node.decorator_list) if "cache" in each]
            if kept_by:
                named = {word for each in ast.walk(node) for word in _words(each)}
                found[node.name] = (kept_by, named & CHANGING)
    assert found
    assert set(map(str, found.values())) == {"(['cache'], set())"}


def _words(node: ast.AST) -> set[str]:
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word):
            return {word}
    return set()


def test_17_a_day_beyond_the_guidance_has_no_forecast_and_no_decision(store: Store):
    later = EVENT.replace("JUN10", "JUN20")
    ladder(store, later, climate_date="2026-06-20", close_at="2026-06-21T05:00:00")
    guidance(store, 74.0)
    assert decisions(store, NOW).is_empty()
    assert pipeline.believe(store, policy(), at(NOW)).daily_extremes.is_empty()


def test_18_one_module_writes_tables_and_a_second_process_cannot(tmp_path):
    writers = {
        path.parent.relative_to(ROOT).as_posix()
        for part in ("kwx_core", "executor")
        for path in (ROOT / part).rglob("*.py")
        if re.search(r"(?i)\b(insert|merge) into (landed|parsed|posted|ledger)\.", path.read_text())
    }
    assert writers == {"kwx_core/store"}
    path = tmp_path / "kwx.duckdb"
    with Store.create(path, Account("paper", "spec"), at("00:00")):
        other = subprocess.run(
            [sys.executable, "-c", _OPEN, str(path)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
    assert other.returncode != 0
    assert "DatabaseLocked" in other.stderr


def test_19_where_a_required_field_is_missing_the_body_is_kept_and_somebody_is_told(store: Store):
    sent = {"fill_id": "f1", "order_id": "o1", "ticker": B74, "yes_price_dollars": "0.4000",
            "outcome_side": "yes", "created_time": "2026-06-10T12:00:00Z"}  # fmt: skip
    land(store, "kalshi_fills", {"fills": [sent]})
    store.parse()
    assert "0.4000" in store.frame("select body from landed.payloads").item()
    expect(table(store, "parsed.rejects"), "noun | feed\nfills | kalshi_fills")
    told = {one.finding for one in store.audit(at("12:01"), "spec")}
    assert {"rejected_records", "field_drift"} <= told


def test_20_a_threshold_is_defined_once_and_a_restart_changes_none(store: Store):
    rules = policy()
    world(store)
    for moment in ("22:01", "22:02"):
        pipeline.believe(store, policy(), at(moment))
    assert store.read(Policies)["policy_id"].to_list() == [rules.policy_id]
    entries = re.findall(r"^\[([a-z_.]+)\]", rules.text, re.MULTILINE)
    assert len(entries) == len(set(entries)) > 50
