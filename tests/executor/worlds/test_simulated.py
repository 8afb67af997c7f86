from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from executor.paper.listing import OrderRequest
from executor.paper.worlds.belief import Outlook, bracket_probabilities
from executor.paper.worlds.desk import ACCOUNT_ID
from executor.paper.worlds.ladder import brackets
from executor.paper.worlds.person import trades_by_hand
from tests.executor.worlds.driving import FIRST_DATE, OURS, drive, simulated

DAYS = 8


@pytest.fixture(scope="module")
def lived():
    world = simulated(seed=3, days=DAYS)
    drive(world, DAYS)
    return world


def quoted(world) -> dict[str, tuple[Decimal | None, ...]]:
    return {ticker: world._exchange.best(ticker) for ticker in world._desk.open_tickers()}


def test_both_days_ladders_of_every_city_are_open_in_the_afternoon():
    world = simulated()
    world.step(datetime(2026, 6, 10, 20, tzinfo=UTC))
    assert len(world._desk.ladders) == 12
    assert len(world._desk.open_tickers()) == 72


def test_each_ladder_is_listed_at_14z_and_gone_after_standard_midnight():
    world = simulated()
    tomorrow = "KXHIGHNY-26JUN11"
    world.step(datetime(2026, 6, 10, 13, 59, tzinfo=UTC))
    assert tomorrow not in world._desk.ladders
    world.step(datetime(2026, 6, 10, 14, 0, tzinfo=UTC))
    assert tomorrow in world._desk.ladders
    world.step(datetime(2026, 6, 12, 4, 59, tzinfo=UTC))
    assert tomorrow in world._desk.ladders
    world.step(datetime(2026, 6, 12, 5, 0, tzinfo=UTC))
    assert tomorrow not in world._desk.ladders


def test_every_market_is_quoted_and_bids_stay_below_asks():
    world = simulated()
    world.step(datetime(2026, 6, 10, 20, tzinfo=UTC))
    quotes = quoted(world)
    both = [(bid, ask) for bid, _, ask, _ in quotes.values() if bid is not None and ask is not None]
    assert len(both) > 45, "only what is nearly certain lacks a side"
    assert all(bid is not None or ask is not None for bid, _, ask, _ in quotes.values())
    assert all(0 < bid < ask < 1 for bid, ask in both)


def test_the_same_seed_gives_the_same_quotes_and_another_seed_others():
    moments = [datetime(2026, 6, 10, hour, tzinfo=UTC) for hour in (12, 16, 20)]
    runs = []
    for seed in (7, 7, 8):
        world = simulated(seed=seed)
        for moment in moments:
            world.step(moment)
        runs.append((quoted(world), world.metar(["KNYC", "KPHL"], 20)))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_what_we_trade_changes_neither_weather_nor_quotes():
    """A person's hedges follow our positions, so the days compared are without them."""
    trading, watching = simulated(seed=3, days=DAYS), simulated(seed=3, days=DAYS)
    for world in (trading, watching):
        world._due = [due for due in world._due if "trade" not in str(due[1])]
    drive(trading, 3)
    drive(watching, 3, is_trading=False)
    assert trading._exchange.account(OURS).fills
    assert not watching._exchange.account(OURS).fills
    assert quoted(trading) == quoted(watching)
    assert trading.metar(["KAUS"], 48) == watching.metar(["KAUS"], 48)


def test_it_does_not_matter_who_moves_the_clock():
    """A driver may move the clock first; what then falls due still happens."""
    led, driven = simulated(seed=3), simulated(seed=3)
    for hour in range(1, 60):
        moment = datetime(2026, 6, 10, tzinfo=UTC) + timedelta(hours=hour)
        led.step(moment)
        driven._clock.advance(moment)
        driven._exchange.advance()
        driven.step(moment)
        assert led._clock.now() == driven._clock.now() == moment
    assert quoted(led) == quoted(driven)


def test_every_settled_market_pays_on_the_official_high(lived):
    listings = lived._exchange.floor.listings
    for city in lived.cities:
        for day in lived.climate_dates[:-1]:
            high_f = lived.truth(city.station_id).official_high_f(day)
            name = f"{city.series_ticker}-{day:%y%b%d}".upper()
            event = [row for row in listings.values() if row.market.event_ticker == name]
            assert len(event) == 6
            assert {row.expiration_value for row in event} == {f"{high_f}.00"}
            assert {row.status for row in event} == {"finalized"}
            for row in event:
                floor_f, cap_f = row.market.floor_strike, row.market.cap_strike
                match row.market.strike_type:
                    case "less":
                        is_won = high_f < cap_f
                    case "greater":
                        is_won = high_f > floor_f
                    case _:
                        is_won = floor_f <= high_f <= cap_f
                assert row.result == ("yes" if is_won else "no")
            assert [row.result for row in event].count("yes") == 1


def test_a_week_holds_enough_that_is_mispriced_and_the_traps_of_a_book(lived):
    account = lived._exchange.account(OURS)
    orders = lived._exchange.floor.accounts[OURS].orders.values()
    ours = [order for order in orders if order.request.time_in_force == "good_till_canceled"]
    assert len(ours) >= 30
    assert len(account.fills) >= 20
    by_order = {order.order_id: [] for order in ours}
    for fill in account.fills:
        by_order.setdefault(fill.order_id, []).append(fill.contracts)
    assert any(contracts and contracts[0] < 1 for contracts in by_order.values())
    mine = {order.order_id for order in ours}
    assert any(not fill.is_taker for fill in account.fills if fill.order_id in mine)
    profits = account.profit_by_ticker_dollars.values()
    assert any(profit > 0 for profit in profits)
    assert any(profit < 0 for profit in profits)


def test_a_person_trades_by_hand_on_our_account(lived):
    orders = lived._exchange.floor.accounts[OURS].orders.values()
    by_hand = [order for order in orders if order.request.time_in_force != "good_till_canceled"]
    assert any(order.filled for order in by_hand)
    settlements = lived._exchange.account(OURS).settlements
    assert any(settlement.netted_dollars > 0 for settlement in settlements)
    for order in by_hand:
        assert 20 <= order.created_at.minute < 45, "a person keeps away from the full hour"


def test_a_persons_whims_are_known_from_the_seed_alone():
    days = [FIRST_DATE + timedelta(days=day) for day in range(40)]
    first, again = (trades_by_hand(days, np.random.default_rng(4)) for _ in range(2))
    assert first == again
    assert first == sorted(first, key=lambda trade: trade.at)
    assert any(trade.is_pair for trade in first)
    assert any(not trade.is_pair for trade in first)
    assert {trade.client_order_id is None for trade in first} == {True, False}


def test_fleeting_quotes_are_polled_and_gone_a_second_later():
    for is_told in (True, False):
        world = simulated(seed=5)
        world.step(datetime(2026, 6, 10, 20, tzinfo=UTC))
        before = quoted(world)
        if is_told:
            world.fade()
        else:
            world._clock.advance(world._clock.now() + timedelta(seconds=1))
            world._exchange.advance()
        after = quoted(world)
        worse = [t for t in before if after[t] != before[t]]
        assert 5 <= len(worse) <= 50
        assert all(
            after[t][2] is None or before[t][2] is None or after[t][2] >= before[t][2]
            for t in worse
        )


def test_an_order_below_the_market_rests_until_the_makers_come_down_to_it():
    world = simulated(seed=5)
    moment = datetime(2026, 6, 10, 15, tzinfo=UTC)
    world.step(moment)
    tickers = world._desk.open_tickers()
    asks = {ticker: world._exchange.best(ticker)[2] for ticker in tickers}
    for ticker, ask in asks.items():
        if ask is not None and Decimal("0.10") < ask < Decimal("0.90"):
            price = ask - Decimal("0.04")
            world._exchange.place(OURS, OrderRequest(ticker, "bid", Decimal(1), price))
    assert not [f for f in world._exchange.account(OURS).fills if f.is_taker]
    for hour in range(1, 8):
        world.step(moment + timedelta(hours=hour))
    makers = [f for f in world._exchange.account(OURS).fills if not f.is_taker]
    assert makers


@pytest.mark.parametrize(
    ("running_high_f", "standard_hour"),
    [(None, -6.0), (None, 0.5), (70, 8.0), (75, 12.0), (78, 15.0), (81, 18.0), (81, 23.9)],
)
def test_the_makers_probabilities_sum_to_one_and_rule_out_what_was_passed(
    running_high_f, standard_hour
):
    outlook = Outlook(79.0, 3.0, running_high_f, standard_hour)
    probabilities = bracket_probabilities(outlook, brackets(75))
    assert sum(probabilities) == pytest.approx(1.0)
    assert min(probabilities) >= 0
    if running_high_f is not None:
        passed = [
            p
            for p, bracket in zip(probabilities, brackets(75), strict=True)
            if bracket.highest_f is not None and bracket.highest_f < running_high_f
        ]
        assert all(p == pytest.approx(0.0, abs=1e-12) for p in passed)


def test_the_makers_learn_from_the_reports():
    outlook = Outlook(79.0, 3.0, 71, 17.0)
    cool = bracket_probabilities(outlook, brackets(75))
    warm = bracket_probabilities(replace(outlook, running_high_f=82), brackets(75))
    assert cool[0] > 0.9
    assert warm[0] < 0.01
    assert warm[4] + warm[5] > 0.98


def test_the_makers_never_run_out_of_money(lived):
    assert lived._exchange.account(ACCOUNT_ID).available_balance_dollars > 10_000_000
