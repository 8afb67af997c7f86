"""An account that traded before kwx came: its past is asked for to the end, and respected."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from executor import loop
from executor.demo.stage import quiet
from executor.kalshi import sansio
from executor.kalshi.client import KalshiClient
from executor.paper.exchange import Exchange
from executor.paper.faults import AnswerFault, Faults
from executor.paper.http import app
from executor.paper.listing import Settings as PaperSettings
from executor.paper.server import serve
from executor.settings import policy, settings
from executor.weather.client import WeatherClient
from executor.weather.sansio import GUIDANCE_HOST, METAR_HOST
from executor.wire import Pace
from executor.world import World
from kwx_core.contracts.unstored import Holdings
from kwx_core.store import Store
from kwx_core.store.database import Account
from kwx_core.store.queries import select
from tests.executor.paper.customers import (
    NOON,
    T,
    event,
    exchange,
    market,
    placed,
    rsa_key,
)
from tests.spec.drawn import expect

D = Decimal
PAPER = PaperSettings(is_rate_limited=False)
NOW = NOON + timedelta(days=120)
LATER = "KXHIGHNY-27FEB02"
T2 = f"{LATER}-B65.5"
HISTORY = ("kalshi_historical_orders", "kalshi_historical_fills")


class Observed:
    """A service over a paper exchange, both on the exchange's clock."""

    def __init__(self, on: Exchange, url: str, database: Path, *, is_observing: bool) -> None:
        self.exchange, self.url = on, url
        self.settings = settings({"KWX_HTTP_PORT": "0"}, database)
        self.store = Store.create(database, Account("paper", "spec"), self.now())
        self.service = loop.Service(
            self.world(), self.store, policy(self.settings), "spec", quiet(), is_observing
        )

    def world(self) -> World:
        kalshi = KalshiClient(
            self.url, key_id="ours", key=rsa_key(), now=self.now, sleep=self.sleep
        )
        hosts = {METAR_HOST: self.url, GUIDANCE_HOST: self.url}
        weather = WeatherClient(hosts, now=self.now, sleep=self.sleep, pace=Pace(100, 100))
        return World(kalshi, weather, self.now, self.sleep, self.settings)

    def now(self) -> datetime:
        clock = self.exchange.clock
        clock.advance(clock.now() + timedelta(milliseconds=5))
        return clock.now()

    async def sleep(self, seconds: float) -> None:
        clock = self.exchange.clock
        clock.advance(clock.now() + timedelta(seconds=seconds))

    def tick(self, times: int = 1) -> None:
        asyncio.run(self._ticked(times))

    async def _ticked(self, times: int) -> None:
        # Connections belong to the event loop that made them.
        self.service.world = self.world()
        for _ in range(times):
            await loop.tick(self.service)
            await self.sleep(60)
        await self.service.world.aclose()

    def pulls(self, *feeds: str) -> list[tuple[str, bool]]:
        rows = self.store.frame(
            "select feed, is_complete from landed.pulls "
            "where feed in (select unnest($feeds::varchar[])) order by requested_at",
            feeds=list(feeds),
        )
        return rows.rows()


@contextmanager
def service(on: Exchange, folder: Path, faults: Faults | None = None, *, is_observing: bool = True):
    """A process of kwx: another one over the same folder finds what the last one left."""
    with serve(app(on, faults or Faults())) as server:
        made = Observed(on, server.url, folder / "kwx.duckdb", is_observing=is_observing)
        try:
            yield made
        finally:
            made.store.close()


def in_flight(**choices) -> Exchange:
    """An account with a past: fills, a cancelled order, a payout, a deposit; and an order resting.

    Four months ago three YES at .40 were bought by hand, and paid. Today one contract of another
    ladder was bought at .30, and two more are bid for at .10.
    """
    opened = exchange(PAPER, **choices)
    placed(opened, "crowd", "ask", "3", "0.40")
    for _ in range(3):
        placed(opened, "us", "bid", "1", "0.40")
    opened.cancel("us", placed(opened, "us", "bid", "1", "0.10").order_id)
    opened.clock.advance(NOON + timedelta(hours=18))
    opened.determine(T, "yes", "66.00")
    opened.settle(T)
    opened.clock.advance(NOON + timedelta(days=30))
    opened.transfer("us", "deposit", D(25))
    opened.clock.advance(NOW - timedelta(hours=1))
    later = [
        market(
            f"{LATER}-{name}", LATER, open_at=NOW - timedelta(hours=2),
            close_at=NOW + timedelta(hours=17), expected_expiration_at=NOW + timedelta(hours=31),
        )
        for name in ("B65.5", "B67.5")
    ]  # fmt: skip
    listed = event(event_ticker=LATER)
    listed.markets[:] = later
    opened.list_event(listed)
    placed(opened, "crowd", "ask", "1", "0.30", ticker=T2)
    placed(opened, "us", "bid", "1", "0.30", ticker=T2)
    placed(opened, "us", "bid", "2", "0.10", ticker=T2)
    opened.clock.advance(NOW)
    return opened


def test_the_past_is_asked_for_to_its_end_and_is_in_the_books_as_a_persons(tmp_path, monkeypatch):
    # Small pages, so that the end is not on the first.
    monkeypatch.setattr(sansio, "PAGE_LIMIT", 2)
    with service(in_flight(), tmp_path) as kwx:
        kwx.tick(2)
        assert kwx.pulls(*HISTORY) == [(HISTORY[0], True), (HISTORY[1], True)]
        assert (
            kwx.store.frame(
                "select count(*) as n from landed.requests where feed = 'kalshi_historical_fills'"
            )["n"].item()
            == 2
        )
        expect(
            kwx.store.frame("select ticker, strategy_id, evidence from ledger.attribution"),
            f"""
            ticker | strategy_id | evidence
            {T}    | manual      | none
            {T}    | manual      | none
            {T}    | manual      | none
            {T2}   | manual      | none
            """,
        )
        expect(
            kwx.store.frame("select ticker, state, payout_dollars from ledger.settlements"),
            f"ticker | state | payout_dollars\n{T} | settled | 3\n{T2} | pending | -",
        )
        statuses = kwx.store.frame("select status, count(*) as n from parsed.orders group by 1")
        assert dict(statuses.iter_rows()) == {"executed": 4, "canceled": 1, "resting": 1}


def test_the_markets_of_the_past_are_known_with_their_results(tmp_path):
    with service(in_flight(), tmp_path) as kwx:
        kwx.tick()
        known = kwx.store.frame("select market_result from parsed.markets where ticker = $t", t=T)
        assert known["market_result"].to_list() == ["yes"]
        assert ("kalshi_historical_markets", True) in kwx.pulls("kalshi_historical_markets")


def test_every_cent_is_explained_from_the_first_reading_on(tmp_path):
    opened = in_flight()
    with service(opened, tmp_path) as kwx:
        kwx.tick()
        placed(opened, "crowd", "ask", "1", "0.20", ticker=T2)
        placed(opened, "us", "bid", "1", "0.20", ticker=T2)
        opened.cancel_all("us")
        kwx.tick(3)
        proof = kwx.store.frame("select unexplained_dollars from ledger.cash_proof")
        assert proof.height == 4
        assert set(proof["unexplained_dollars"]) == {D(0)}
        reported = kwx.store.frame(
            "select arg_max(balance_dollars, received_at) as balance from parsed.balances"
        )
        assert reported["balance"].item() == opened.account("us").available_balance_dollars


def test_what_rests_there_already_counts_as_resting_whoever_placed_it(tmp_path):
    opened = in_flight()
    with service(opened, tmp_path) as kwx:
        kwx.tick()
        assert holding(kwx) == (D(1), D(2))
        opened.cancel_all("us")
        kwx.tick()
        assert holding(kwx) == (D(1), D(0))


def holding(kwx: Observed) -> tuple[Decimal, Decimal]:
    """Contracts held and resting on the market that trades."""
    # The tick that has just ended asked a minute ago.
    now = kwx.now()
    span = {"since": now - timedelta(seconds=90), "until": now, "as_of": now}
    rows = kwx.store.read(Holdings, select("decided", "holdings"), **span)
    [found] = rows.select("ticker", "held_contracts", "resting_contracts").rows()
    assert found[0] == T2
    return found[1], found[2]


def test_what_is_known_is_not_asked_for_again(tmp_path):
    opened = in_flight()
    with service(opened, tmp_path) as kwx:
        kwx.tick(3)
    opened.clock.advance(NOW + timedelta(days=12))
    with service(opened, tmp_path) as kwx:
        kwx.tick(2)
        assert len(kwx.pulls(*HISTORY)) == 2


def test_after_a_gap_longer_than_the_lists_are_read_back_all_is_asked_for_again(tmp_path):
    opened = in_flight()
    with service(opened, tmp_path) as kwx:
        kwx.tick(2)
    placed(opened, "crowd", "ask", "1", "0.25", ticker=T2)
    placed(opened, "us", "bid", "1", "0.25", ticker=T2)
    opened.clock.advance(NOW + timedelta(days=16))
    with service(opened, tmp_path) as kwx:
        kwx.tick(2)
        assert len(kwx.pulls(*HISTORY)) == 4
        fills = kwx.store.frame("select count(*) as n from ledger.attribution")
        assert fills["n"].item() == 5


@pytest.mark.parametrize("endpoint", ["historical_fills", "historical_orders"])
def test_a_pull_of_the_past_that_breaks_off_is_owed_until_one_comes_to_its_end(tmp_path, endpoint):
    faults = Faults()
    broken = AnswerFault(endpoint, "gateway", until=NOW + timedelta(minutes=2))
    faults.add(broken)
    feed = f"kalshi_{endpoint}"
    with service(in_flight(), tmp_path, faults) as kwx:
        kwx.tick(5)
        ends = [is_complete for _, is_complete in kwx.pulls(feed)]
        assert ends[0] is False
        assert ends.count(True) == 1
        assert ends[-1] is True


def test_an_observer_with_a_key_that_may_only_read_sends_nothing_and_proves_all(tmp_path):
    opened = in_flight(scopes=("read",))
    before = opened.account("us").orders_by_status
    with service(opened, tmp_path) as kwx:
        kwx.tick(3)
        assert kwx.store.frame("from posted.intents").is_empty()
        proof = kwx.store.frame("select unexplained_dollars from ledger.cash_proof")
        assert set(proof["unexplained_dollars"]) == {D(0)}
        refused = kwx.store.frame("select distinct status_code from landed.requests "
                                  "where feed like 'kalshi%'")  # fmt: skip
        assert refused["status_code"].to_list() == [200]
    assert opened.account("us").orders_by_status == before
