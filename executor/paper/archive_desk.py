"""Answers from the archive: the same objects as in the live lists, behind the line.

A last page says `null` here, where the live lists say an empty string (recorded 2026-09).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor.paper import archive, portfolio_desk, public_desk, refusals, wire
from executor.paper.calls import Answer
from executor.paper.paging import RefusedError

if TYPE_CHECKING:
    from executor.paper.calls import Call


def cutoff(call: Call) -> Answer:
    """Where the archive ends and the live lists begin."""
    live = wire.moment(archive.live_line(call))
    body: dict[str, object] = {
        "market_positions_last_updated_ts": live,
        "market_settled_ts": live,
        "orders_updated_ts": wire.moment(archive.order_line(call)),
        "trades_created_ts": live,
    }
    return Answer(200, body)


def fills(call: Call) -> Answer:
    """A page of archived fills, newest first."""
    return _ended(portfolio_desk.fills(call, is_archived=True))


def orders(call: Call) -> Answer:
    """A page of archived orders, newest first."""
    return _ended(portfolio_desk.orders(call, is_archived=True))


def markets(call: Call) -> Answer:
    """A page of archived markets, newest listing first."""
    return _ended(public_desk.markets(call, is_archived=True))


def market(call: Call) -> Answer:
    """One archived market."""
    listing = call.exchange.floor.listings.get(call.path["ticker"])
    if listing is None or not archive.is_archived_market(call, listing):
        raise RefusedError(refusals.MARKET_NOT_FOUND)
    return public_desk.market(call)


def _ended(answer: Answer) -> Answer:
    return Answer(answer.status, answer.body | {"cursor": answer.body["cursor"] or None})
