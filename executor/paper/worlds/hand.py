"""The hand that carries out what the person who shares our account has in mind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from executor.paper.listing import OrderRequest, Side

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.paper.exchange import Exchange
    from executor.paper.worlds.person import ByHand

# Nobody clicks on what is nearly certain.
_CHEAPEST_DOLLARS, _DEAREST_DOLLARS = Decimal("0.05"), Decimal("0.95")


@dataclass
class Hand:
    """Trades at the market, on the account that the program trades on too."""

    exchange: Exchange
    account_id: str
    open_tickers: Callable[[], list[str]]

    def trade(self, trade: ByHand) -> None:
        """Do what was meant, or nothing where the market does not offer it."""
        if trade.is_pair:
            self._pair(trade)
        else:
            self._whim(trade)

    def _whim(self, trade: ByHand) -> None:
        offers = [
            (ticker, price)
            for ticker in self.open_tickers()
            if (price := self._offered(ticker, trade.side)) is not None
            and _CHEAPEST_DOLLARS <= price <= _DEAREST_DOLLARS
        ]
        if offers:
            ticker, price = offers[int(trade.choice * len(offers))]
            self._take(trade, ticker, trade.side, price, Decimal(trade.contracts))

    def _pair(self, trade: ByHand) -> None:
        """Buy the opposite of something held, so that a pair is worth its dollar at once."""
        held = sorted(self._held_contracts().items())
        if not held:
            return
        ticker, contracts = held[int(trade.choice * len(held))]
        side: Side = "ask" if contracts > 0 else "bid"
        price = self._offered(ticker, side)
        if price is not None:
            self._take(trade, ticker, side, price, min(abs(contracts), Decimal(trade.contracts)))

    def _held_contracts(self) -> dict[str, Decimal]:
        """Signed contracts of the open markets in which the account holds something."""
        held: dict[str, Decimal] = defaultdict(Decimal)
        is_open = set(self.open_tickers())
        for fill in self.exchange.account(self.account_id).fills:
            if fill.ticker in is_open:
                held[fill.ticker] += fill.contracts * (1 if fill.book_side == "bid" else -1)
        return {ticker: contracts for ticker, contracts in held.items() if contracts}

    def _offered(self, ticker: str, side: Side) -> Decimal | None:
        """The YES price at which the other side stands."""
        bid, _, ask, _ = self.exchange.best(ticker)
        return ask if side == "bid" else bid

    def _take(
        self, trade: ByHand, ticker: str, side: Side, price: Decimal, contracts: Decimal
    ) -> None:
        """What is not there at once is not waited for. A refusal is the person's own affair."""
        self.exchange.place(
            self.account_id,
            OrderRequest(
                ticker=ticker,
                side=side,
                count=contracts,
                price=price,
                time_in_force="immediate_or_cancel",
                client_order_id=trade.client_order_id,
            ),
        )
