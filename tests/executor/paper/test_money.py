"""Where the dollars go: fees, reserves, pairs, payouts. Nothing appears, nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from executor.paper.listing import Settings
from tests.executor.paper.customers import (
    FREE,
    NOON,
    OTHER,
    T,
    customer,
    event,
    exchange,
    order,
    placed,
)

D = Decimal


def balances(opened, account="us"):
    statement = opened.account(account)
    return statement.total_balance_dollars, statement.available_balance_dollars


@pytest.mark.parametrize(
    ("fee_type", "side", "price", "available"),
    [
        ("quadratic", "bid", "0.40", "96"),
        ("quadratic", "ask", "0.40", "94"),
        ("quadratic_with_maker_fees", "bid", "0.40", "95.958"),
    ],
)
def test_a_resting_order_reserves_its_worst_cost_and_a_makers_fee(fee_type, side, price, available):
    opened = exchange(listed=event(fee_type=fee_type))
    ack = placed(opened, "us", side, "10", price)
    assert balances(opened) == (D(100), D(available))
    opened.cancel("us", ack.order_id)
    assert balances(opened) == (D(100), D(100))


def test_a_partial_fill_reserves_only_the_rest():
    opened = exchange()
    placed(opened, "us", "bid", "10", "0.40")
    placed(opened, "crowd", "ask", "4", "0.40")
    assert balances(opened) == (D("98.40"), D("96.00"))


def test_the_reserve_can_be_left_out_of_the_reported_balance():
    lenient = Settings(is_rate_limited=False, reserve_resting=False)
    for chosen, expect in ((FREE, "96.0000"), (lenient, "100.0000")):
        with customer(exchange(chosen)) as us:
            us.post(count="10", price="0.40")
            assert us.get("/portfolio/balance")["balance_dollars"] == expect


def test_a_pair_pays_its_dollar_when_it_forms():
    opened = exchange()
    placed(opened, "us", "bid", "10", "0.40")
    placed(opened, "crowd", "ask", "10", "0.40")
    assert balances(opened)[0] == 96
    placed(opened, "us", "ask", "4", "0.55")
    placed(opened, "crowd", "bid", "4", "0.55")
    # Four NO at 0.45 cost 1.80 and complete four pairs.
    assert balances(opened)[0] == 96 - D("1.80") + 4


@pytest.mark.parametrize(
    ("trades", "result", "value", "payout", "profit"),
    [
        ([("no", 1, ".75"), ("yes", 1, ".12")], "no", None, "0.00", ".13"),
        ([("no", 1, ".75"), ("yes", 1, ".12")], "yes", None, "0.00", ".13"),
        ([("yes", 1, ".86"), ("no", 2, ".16")], "yes", None, "0.00", "-.18"),
        ([("yes", 1, ".86"), ("no", 2, ".16")], "no", None, "1.00", ".82"),
        ([("no", 1, ".75")], "no", None, "1.00", ".25"),
        ([("yes", 1, ".25")], "no", None, "0.00", "-.25"),
        ([("yes", 10, ".40")], "yes", None, "10.00", "6.00"),
        ([("yes", 10, ".40")], "no", None, "0.00", "-4.00"),
        ([("yes", 10, ".40")], "scalar", ".50", "5.00", "1.00"),
        ([("no", 10, ".40")], "scalar", ".30", "7.00", "3.00"),
        ([("yes", 2, ".40"), ("no", 2, ".50")], "yes", None, "0.00", ".20"),
    ],
)
def test_a_market_pays_the_residual_and_tells_gross_counts(trades, result, value, payout, profit):
    opened = exchange()
    for outcome, count, price in trades:
        yes = D(price) if outcome == "yes" else 1 - D(price)
        ours, theirs = ("bid", "ask") if outcome == "yes" else ("ask", "bid")
        placed(opened, "us", ours, count, yes)
        placed(opened, "crowd", theirs, count, yes)
    opened.determine(T, result, "66.00", None if value is None else D(value))
    opened.settle(T)
    [row] = opened.account("us").settlements
    assert (row.payout_dollars, opened.account("us").profit_by_ticker_dollars[T]) == (
        D(payout),
        D(profit),
    )
    assert balances(opened)[0] == 100 + D(profit)
    gross = sum(count for outcome, count, _ in trades if outcome == "no")
    assert row.no_contracts == gross


def test_a_settlement_on_the_wire_tells_gross_figures_and_revenue_in_cents():
    with customer(exchange()) as us:
        for ours, theirs, count, price in (("bid", "ask", 5, ".40"), ("ask", "bid", 2, ".55")):
            placed(us.exchange, "us", ours, count, price)
            placed(us.exchange, "crowd", theirs, count, price)
        us.exchange.determine(T, "yes", "66.00")
        us.exchange.settle(T)
        [row] = us.get("/portfolio/settlements")["settlements"]
        assert us.get("/portfolio/positions")["market_positions"] == []
        [settled] = us.get("/portfolio/positions?settlement_status=settled")["market_positions"]
    assert row["revenue"] == 300
    assert (row["yes_count_fp"], row["yes_total_cost_dollars"]) == ("5.00", "2.000000")
    assert (row["no_count_fp"], row["no_total_cost_dollars"]) == ("2.00", "0.900000")
    assert (row["market_result"], row["value"], row["fee_cost"]) == ("yes", 100, "0.000000")
    assert settled["realized_pnl_dollars"] == "2.100000"


def test_nothing_is_settled_twice_or_before_it_is_determined():
    opened = exchange()
    with pytest.raises(ValueError, match="not determined"):
        opened.settle(T)
    with pytest.raises(ValueError, match="scalar"):
        opened.determine(T, "scalar", "")
    opened.determine(T, "yes", "66.00")
    opened.settle(T)
    with pytest.raises(ValueError, match="not determined"):
        opened.settle(T)
    with pytest.raises(ValueError, match="paid already"):
        opened.determine(T, "no", "66.00")


def test_collateral_return_pays_all_but_the_largest_no_leg_at_once():
    generous = Settings(is_rate_limited=False, collateral_return=True)
    for chosen, held in ((FREE, "96.20"), (generous, "99.20")):
        opened = exchange(chosen)
        for ticker, count, price in ((T, 3, "0.40"), (OTHER, 5, "0.60")):
            placed(opened, "us", "ask", count, price, ticker=ticker)
            placed(opened, "crowd", "bid", count, price, ticker=ticker)
        assert balances(opened)[0] == D(held)
        for ticker, result in ((T, "yes"), (OTHER, "no")):
            opened.determine(ticker, result, "66.00")
            opened.settle(ticker)
        assert balances(opened)[0] == D("96.20") + 5


orders = st.tuples(
    st.sampled_from(["us", "crowd"]),
    st.sampled_from(["bid", "ask"]),
    st.integers(1, 2000),
    st.integers(1, 99),
    st.sampled_from([T, OTHER]),
    st.sampled_from(["good_till_canceled", "immediate_or_cancel", "fill_or_kill"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(orders, max_size=40), st.booleans(), st.sampled_from(["yes", "no"]))
def test_every_dollar_is_accounted_for(placements, is_returned, result):
    opened = exchange(Settings(is_rate_limited=False, collateral_return=is_returned))
    for account, side, hundredths, cents, ticker, force in placements:
        count, price = str(D(hundredths) / 100), str(D(cents) / 100)
        opened.place(account, order(side, count, price, ticker=ticker, time_in_force=force))
        assert min(balances(opened)) >= 0
    opened.clock.advance(NOON + timedelta(days=1))
    for ticker in (T, OTHER):
        opened.determine(ticker, result if ticker == T else "no", "66.00")
        opened.settle(ticker)
    statements = [opened.account(name) for name in ("us", "crowd")]
    fees = sum(fill.fee_dollars for s in statements for fill in s.fills)
    assert sum(s.total_balance_dollars for s in statements) == 10_100 - fees
    for statement in statements:
        assert statement.total_balance_dollars == statement.available_balance_dollars
    profit = sum(statements[0].profit_by_ticker_dollars.values())
    assert statements[0].total_balance_dollars == 100 + profit
    traded = {
        o: sum(f.contracts for s in statements for f in s.fills if f.outcome_side == o)
        for o in ("yes", "no")
    }
    assert traded["yes"] == traded["no"]
