"""A recorded world: the exchange's own markets and trades of some days, on a fast clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from executor.paper.listing import OrderRequest, Side
from executor.paper.worlds.cities import RECORDED_CITIES
from executor.paper.worlds.guidance import VARIABLES
from executor.paper.worlds.reconstruction import reconstructed_weather
from executor.paper.worlds.tape import Print, RecordedEvent, read_tape

if TYPE_CHECKING:
    from pathlib import Path

    from executor.paper.clock import SimulatedClock
    from executor.paper.exchange import Exchange

# Quotes stand in its name; they are shown and meet nobody.
TAPE_ACCOUNT_ID = "tape"
_BALANCE_DOLLARS = Decimal(100_000_000)

# The record has no book: each trade stands for one a cent to either side of it, for a while.
_CENT = Decimal("0.01")
_SHOWN_FOR = timedelta(minutes=15)
_MARGIN_DAYS = 5

_Due = tuple[datetime, Callable[[], None]]


class RecordedWorld:
    """Days that happened. Only recorded trades fill orders; the quotes are for show."""

    reconstructed: frozenset[str] = frozenset(
        {"metar", "open_meteo", "kalshi_orderbook", "kalshi_markets"}
    )

    def __init__(
        self,
        exchange: Exchange,
        clock: SimulatedClock,
        *,
        folder: Path,
        first_date: date,
        days: int,
        seed: int = 0,
    ) -> None:
        self._exchange, self._clock = exchange, clock
        self.cities = RECORDED_CITIES
        self.tape = read_tape(folder, first_date, days)
        first_known = first_date - timedelta(days=_MARGIN_DAYS)
        self.weather = reconstructed_weather(
            self.tape.highs_f, first_known, days + 2 * _MARGIN_DAYS, seed
        )
        # What had closed before the clock starts is neither listed nor printed.
        self._events = [each for each in self.tape.events if _last_close(each) > clock.now()]
        listed = {ticker for each in self._events for ticker in each.results}
        self._due = deque(self._calendar())
        self._prints = deque(each for each in self.tape.prints if each.ticker in listed)
        self._last: dict[str, Print] = {}

    def start(self) -> None:
        """List what is open at the clock's moment; what had traded before is only seen."""
        self._exchange.open_account(TAPE_ACCOUNT_ID, None, None, _BALANCE_DOLLARS, is_outsider=True)
        self.step(self._clock.now())

    def step(self, until: datetime) -> None:
        """Let everything happen up to `until`, each thing at its own moment; then show quotes."""
        while (moment := self._next()) is not None and moment <= until:
            self._reach(moment)
            if self._due and self._due[0][0] == moment:
                self._due.popleft()[1]()
            else:
                self._print(self._prints.popleft())
        self._reach(until)
        self._show(until)

    def metar(self, station_ids: list[str], hours: float) -> list[dict[str, Any]]:
        """Reconstructed station reports, marked so, newest first a station."""
        return self.weather.metar(station_ids, hours, self._clock.now())

    def guidance(
        self,
        latitudes: list[float],
        longitudes: list[float],
        model: str,
        start_date: date,
        end_date: date,
        *,
        variables: tuple[str, ...] = VARIABLES,
    ) -> list[dict[str, Any]] | dict[str, Any]:
        """Reconstructed hourly guidance (°F, GMT), marked so, of the city nearest to each point.

        Raises:
            ValueError: for a variable that the world does not forecast, or uneven lists.
        """
        points = list(zip(latitudes, longitudes, strict=True))
        dates = (start_date, end_date)
        return self.weather.guidance(points, model, dates, variables, self._clock.now())

    def _calendar(self) -> list[_Due]:
        lives = [self._life(recorded) for recorded in self._events]
        return sorted((due for life in lives for due in life), key=lambda due: due[0])

    def _life(self, recorded: RecordedEvent) -> list[_Due]:
        """From listing to settlement, at the recorded times."""
        markets = recorded.event.markets
        settled_at = max(market.expected_expiration_at for market in markets)
        timer = timedelta(seconds=max(market.settlement_timer_seconds for market in markets))
        return [
            (
                min(market.open_at for market in markets),
                partial(self._exchange.list_event, recorded.event),
            ),
            (settled_at - timer, partial(self._determine, recorded)),
            (settled_at, partial(self._settle, recorded)),
        ]

    def _next(self) -> datetime | None:
        moments = [self._due[0][0]] if self._due else []
        if self._prints:
            moments.append(self._prints[0].traded_at)
        return min(moments, default=None)

    def _reach(self, moment: datetime) -> None:
        """Move the clock, unless whoever drives the world has moved it already."""
        if moment > self._clock.now():
            self._clock.advance(moment)
        self._exchange.advance()

    def _print(self, trade: Print) -> None:
        self._last[trade.ticker] = trade
        self._exchange.print_trade(
            trade.ticker,
            trade.yes_price_dollars,
            trade.contracts,
            trade.taker_outcome_side,
            trade.traded_at,
            trade_id=trade.trade_id,
        )

    def _show(self, now: datetime) -> None:
        """Stand a quote a cent to either side of each recent trade, with that trade's size."""
        self._exchange.cancel_all(TAPE_ACCOUNT_ID)
        recent = [last for last in self._last.values() if last.traded_at + _SHOWN_FOR > now]
        self._last = {last.ticker: last for last in recent}
        for last in recent:
            self._quote(last, "bid", last.yes_price_dollars - _CENT)
            self._quote(last, "ask", last.yes_price_dollars + _CENT)

    def _quote(self, last: Print, side: Side, price_dollars: Decimal) -> None:
        """Prices of nothing or a whole dollar, and closed markets, are refused: no quote then."""
        request = OrderRequest(
            ticker=last.ticker,
            side=side,
            count=last.contracts,
            price=price_dollars,
            expires_at=last.traded_at + _SHOWN_FOR,
        )
        self._exchange.place(TAPE_ACCOUNT_ID, request)

    def _determine(self, recorded: RecordedEvent) -> None:
        for ticker, result in recorded.results.items():
            self._exchange.determine(ticker, result, recorded.expiration_value)

    def _settle(self, recorded: RecordedEvent) -> None:
        for ticker in recorded.results:
            self._exchange.settle(ticker)


def _last_close(recorded: RecordedEvent) -> datetime:
    return max(market.close_at for market in recorded.event.markets)
