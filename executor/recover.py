"""Which feeds must be asked now, so that an order nobody answered for does not stay unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kwx_core.store import Store

# The order list decides; fills may contradict it; the timestamp says how new the list is.
FEEDS = frozenset({"kalshi_user_data_timestamp", "kalshi_orders", "kalshi_fills"})


def needed(store: Store) -> frozenset[str]:
    """What to pull at once: all while an intent is unknown, as one without a word is."""
    unknown = store.frame("select 1 from posted.states where state = 'unknown' limit 1")
    return frozenset() if unknown.is_empty() else FEEDS
