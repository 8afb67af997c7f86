"""The desk of the market makers: one account that keeps every open market quoted."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from executor.paper.listing import Ack, OrderRequest
from executor.paper.worlds.belief import Outlook, bracket_probabilities
from executor.paper.worlds.ladder import Bracket, brackets, event_ticker, market_ticker
from executor.paper.worlds.makers import (
    Quote,
    Temper,
    asked_probabilities,
    first_temper,
    next_temper,
    quotes,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.paper.exchange import Exchange
    from executor.paper.worlds.cities import City

ACCOUNT_ID = "makers"
_BALANCE_DOLLARS = Decimal(100_000_000)

# What looks better than it is lasts one second: it is polled, and gone when an order comes.
FLEETING = timedelta(seconds=1)


@dataclass(slots=True)
class Ladder:
    """An event that is quoted, with the state of its makers' minds.

    Each event has its own stream of chance, so that nothing which happens on one ladder
    moves another.
    """

    city: City
    climate_date: date
    brackets: list[Bracket]
    tickers: list[str]
    close_at: datetime
    rng: np.random.Generator
    temper: Temper


@dataclass
class Desk:
    """Quotes every open ladder around what it believes, from what anyone may know."""

    exchange: Exchange
    outlook: Callable[[City, date, datetime], Outlook]
    seed: int
    ladders: dict[str, Ladder] = field(default_factory=dict)
    _fleeting: list[str] = field(default_factory=list)

    def open(self) -> None:
        """Open the account, with more money than it can lose."""
        self.exchange.open_account(ACCOUNT_ID, None, None, _BALANCE_DOLLARS)

    def take_up(self, city: City, climate_date: date, lowest_between_f: int) -> None:
        """Begin to quote an event that was just listed."""
        ticker = event_ticker(city, climate_date)
        ladder = brackets(lowest_between_f)
        rng = np.random.default_rng([self.seed, 5, zlib.crc32(ticker.encode())])
        self.ladders[ticker] = Ladder(
            city=city,
            climate_date=climate_date,
            brackets=ladder,
            tickers=[market_ticker(ticker, each) for each in ladder],
            close_at=city.midnight(climate_date + timedelta(days=1)),
            rng=rng,
            temper=first_temper(len(ladder), rng),
        )

    def open_tickers(self) -> list[str]:
        """Every market that is quoted, in the order of listing."""
        return [ticker for ladder in self.ladders.values() for ticker in ladder.tickers]

    def quote(self, now: datetime) -> None:
        """Replace every quote; forget the ladders that have closed."""
        self.ladders = {t: each for t, each in self.ladders.items() if each.close_at > now}
        self.exchange.cancel_all(ACCOUNT_ID)
        self._fleeting.clear()
        for ladder in self.ladders.values():
            self._quote(ladder, now)

    def fade(self) -> None:
        """Take away what was not meant to last; what was traded meanwhile is gone anyhow."""
        for order_id in self._fleeting:
            self.exchange.cancel(ACCOUNT_ID, order_id)
        self._fleeting.clear()

    def _quote(self, ladder: Ladder, now: datetime) -> None:
        ladder.temper = next_temper(ladder.temper, ladder.rng)
        outlook = self.outlook(ladder.city, ladder.climate_date, now)
        moody = replace(outlook, forecast_f=outlook.forecast_f + ladder.temper.mood_f)
        believed = bracket_probabilities(moody, ladder.brackets)
        asked = asked_probabilities(believed, ladder.temper)
        for ticker, probability in zip(ladder.tickers, asked, strict=True):
            for each in quotes(float(probability), ladder.rng):
                self._place(ticker, each, now)

    def _place(self, ticker: str, quote: Quote, now: datetime) -> None:
        """A refusal (trading is paused) leaves the market without this quote until the next."""
        request = OrderRequest(
            ticker=ticker,
            side=quote.side,
            count=quote.contracts,
            price=quote.price_dollars,
            expires_at=now + FLEETING if quote.is_fleeting else None,
        )
        answer = self.exchange.place(ACCOUNT_ID, request)
        if quote.is_fleeting and isinstance(answer, Ack):
            self._fleeting.append(answer.order_id)
