"""What has left the live lists: where the line runs, and what lies behind it.

The exchange moves its line once a day; both sides of it together are the whole history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from executor.paper.book import OrderState
    from executor.paper.calls import Call
    from executor.paper.floor import Listing
    from executor.paper.listing import AccountFill


def live_line(call: Call) -> datetime:
    """Fills before it, and markets settled before it, are archived."""
    return _line(call, call.exchange.settings.live_window)


def order_line(call: Call) -> datetime:
    """Orders cancelled or executed before it are archived; what rests is always live."""
    return _line(call, call.exchange.settings.order_window)


def is_archived_order(call: Call, state: OrderState) -> bool:
    """Whether an order has left the list."""
    return state.status != "resting" and state.updated_at < order_line(call)


def is_archived_fill(call: Call, row: AccountFill) -> bool:
    """Whether a fill has left the list."""
    return row.filled_at < live_line(call)


def is_archived_market(call: Call, listing: Listing) -> bool:
    """Whether a market has left the list."""
    return listing.settled_at is not None and listing.settled_at < live_line(call)


def _line(call: Call, window: timedelta) -> datetime:
    at = call.as_of - window
    # The recorded lines are midnights (2026-09).
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
