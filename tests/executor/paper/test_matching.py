"""Who trades with whom, how much and at which price."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from executor.paper.listing import Ack, Refusal
from tests.executor.paper.customers import NOON, OTHER, T, exchange, order, placed, refused

D = Decimal


def fills(opened, account="us"):
    return [
        (f.outcome_side, str(f.price_dollars), str(f.contracts), f.is_taker)
        for f in opened.account(account).fills
    ]


def test_a_trade_takes_the_price_of_the_order_that_was_there_first():
    opened = exchange()
    placed(opened, "crowd", "ask", "1", "0.52")
    ack = placed(opened, "us", "bid", "1", "0.99")
    assert (ack.average_fill_price, fills(opened)) == (D("0.52"), [("yes", "0.52", "1", True)])
    assert fills(opened, "crowd") == [("no", "0.48", "1", False)]


def test_a_seller_of_yes_is_a_buyer_of_no():
    opened = exchange()
    placed(opened, "crowd", "bid", "2", "0.30")
    placed(opened, "us", "ask", "2", "0.25")
    assert fills(opened) == [("no", "0.70", "2", True)]


def test_the_better_price_trades_first_and_then_the_earlier_order():
    opened = exchange()
    late = placed(opened, "crowd", "ask", "1", "0.53")
    first = placed(opened, "crowd", "ask", "2", "0.52")
    second = placed(opened, "crowd", "ask", "2", "0.52")
    placed(opened, "us", "bid", "3", "0.60")
    assert [f.order_id for f in opened.account("crowd").fills] == [
        first.order_id,
        second.order_id,
    ]
    assert opened.best(T) == (None, None, D("0.52"), D(1))
    placed(opened, "us", "bid", "2", "0.60")
    assert opened.account("crowd").fills[-1].order_id == late.order_id


def test_what_is_left_of_a_taker_rests_at_its_limit():
    opened = exchange()
    placed(opened, "crowd", "ask", "1", "0.52")
    ack = placed(opened, "us", "bid", "3", "0.55")
    assert (ack.fill_count, ack.remaining_count) == (D(1), D(2))
    assert opened.best(T) == (D("0.55"), D(2), None, None)


def test_books_of_two_markets_do_not_meet():
    opened = exchange()
    placed(opened, "crowd", "ask", "1", "0.52", ticker=OTHER)
    assert placed(opened, "us", "bid", "1", "0.60").fill_count == 0


def test_an_order_that_would_meet_its_owner_is_cancelled_and_the_resting_one_stays():
    opened = exchange()
    placed(opened, "crowd", "bid", "1", "0.49")
    placed(opened, "us", "bid", "1", "0.48")
    ack = placed(opened, "us", "ask", "5", "0.48")
    assert (ack.fill_count, ack.remaining_count) == (D(1), D(0))
    assert opened.best(T)[:2] == (D("0.48"), D(1))


def test_in_maker_mode_the_resting_order_goes_and_matching_goes_on():
    opened = exchange()
    placed(opened, "us", "bid", "1", "0.48")
    placed(opened, "crowd", "bid", "1", "0.47")
    ack = placed(opened, "us", "ask", "1", "0.47", self_trade_prevention_type="maker")
    assert ack.average_fill_price == D("0.47")
    assert opened.best(T) == (None, None, None, None)
    assert opened.account("us").orders_by_status == {"canceled": 1, "executed": 1}


@pytest.mark.parametrize(("mode", "expect"), [("taker_at_cross", Refusal), ("maker", Ack)])
def test_fill_or_kill_counts_only_what_it_may_trade_with(mode, expect):
    opened = exchange()
    placed(opened, "us", "ask", "1", "0.50")
    placed(opened, "crowd", "ask", "2", "0.51")
    kill = {"time_in_force": "fill_or_kill", "self_trade_prevention_type": mode}
    answer = opened.place("us", order("bid", "2", "0.60", **kill))
    assert isinstance(answer, expect)


@pytest.mark.parametrize(("held", "expect"), [("0", "0"), ("2", "2"), ("7", "5")])
def test_reduce_only_closes_what_is_held_and_opens_nothing(held, expect):
    opened = exchange()
    if D(held):
        placed(opened, "crowd", "ask", held, "0.40")
        placed(opened, "us", "bid", held, "0.40")
    placed(opened, "crowd", "bid", "9", "0.45")
    ack = placed(
        opened,
        "us",
        "ask",
        "5",
        "0.45",
        reduce_only=True,
        time_in_force="immediate_or_cancel",
    )
    assert (ack.fill_count, ack.remaining_count) == (D(expect), D(0))


def test_an_order_expires_at_its_time_and_gives_its_reserve_back():
    opened = exchange()
    placed(opened, "us", "bid", "10", "0.40", expires_at=NOON + timedelta(minutes=5))
    opened.clock.advance(NOON + timedelta(minutes=5) - timedelta(seconds=1))
    opened.advance()
    assert opened.account("us").available_balance_dollars == 96
    opened.clock.advance(NOON + timedelta(minutes=5))
    opened.advance()
    assert opened.account("us").available_balance_dollars == 100
    assert opened.best(T) == (None, None, None, None)


@pytest.mark.parametrize(
    ("side", "limit", "price", "taker", "expect"),
    [
        ("bid", "0.40", "0.41", "no", "0"),
        ("bid", "0.40", "0.40", "no", "2"),
        ("bid", "0.40", "0.39", "no", "2"),
        ("bid", "0.40", "0.40", "yes", "0"),
        ("bid", "0.40", "0.39", "yes", "2"),
        ("ask", "0.40", "0.39", "yes", "0"),
        ("ask", "0.40", "0.40", "yes", "2"),
        ("ask", "0.40", "0.41", "yes", "2"),
        ("ask", "0.40", "0.40", "no", "0"),
        ("ask", "0.40", "0.41", "no", "2"),
    ],
)
def test_a_printed_trade_fills_what_it_went_through(side, limit, price, taker, expect):
    opened = exchange()
    placed(opened, "us", side, "5", limit)
    assert opened.print_trade(T, D(price), D(2), taker, NOON) == D(expect)
    filled = sum(f.contracts for f in opened.account("us").fills)
    assert filled == D(expect)
    assert all(not f.is_taker for f in opened.account("us").fills)


def test_a_printed_trade_never_fills_more_than_it_traded():
    opened = exchange()
    placed(opened, "us", "bid", "3", "0.40")
    placed(opened, "us", "bid", "3", "0.41")
    assert opened.print_trade(T, D("0.40"), D(4), "no", NOON) == 4
    assert [(f.yes_price_dollars, f.contracts) for f in opened.account("us").fills] == [
        (D("0.41"), D(3)),
        (D("0.40"), D(1)),
    ]


def test_a_printed_trade_cannot_fill_an_order_that_came_after_it():
    opened = exchange()
    placed(opened, "us", "bid", "3", "0.40")
    assert opened.print_trade(T, D("0.30"), D(4), "no", NOON - timedelta(seconds=1)) == 0


def test_an_outsiders_order_is_shown_and_meets_nobody():
    opened = exchange()
    opened.open_account("tape", None, None, D(1000), is_outsider=True)
    placed(opened, "tape", "ask", "4", "0.52")
    kill = {"time_in_force": "fill_or_kill"}
    assert refused(opened, "us", "bid", "1", "0.60", **kill)[0] == 409
    assert placed(opened, "us", "bid", "1", "0.60", post_only=True).remaining_count == 1
    assert opened.best(T) == (D("0.60"), D(1), D("0.52"), D(4))
    placed(opened, "tape", "ask", "4", "0.55")
    assert opened.account("us").fills == []
    assert opened.print_trade(T, D("0.52"), D(4), "no", NOON) == 1
    assert len(opened.cancel_all("tape")) == 2


def test_the_same_history_gives_the_same_ids():
    first, second = exchange(), exchange()
    assert placed(first, "us", "bid", "1", "0.4") == placed(second, "us", "bid", "1", "0.4")
