"""Which tables there are, what each promises, and how its rows come in."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from importlib import import_module

from kwx_core.contracts.base import Contract, grain

STAGES = ("ref", "landed", "parsed", "forecast", "decided", "posted", "ledger", "audit")

# Loaded from data/<noun>.csv at every init.
REFERENCE = (
    "stations", "series", "strategies", "prefixes", "feeds", "fields", "sources", "fees",
)  # fmt: skip

# A record that comes twice is the same fact (first) or a newer version of it (latest).
NOUNS = {
    "markets": "latest",
    "quotes": "first",
    "book_levels": "first",
    "trades": "first",
    "observations": "first",
    "guidance": "first",
    "orders": "latest",
    "fills": "first",
    "settlements": "latest",
    "positions": "first",
    "balances": "first",
    "user_data_timestamps": "first",
}

# Each receipt is a row of its own: the time is part of the grain.
RECEIPTS = ("quotes", "book_levels", "positions", "balances", "user_data_timestamps")

# What these say depends on the body alone, not on when or how it was asked for; a test compares.
BODY_ALONE = ("trades", "orders", "fills", "settlements")

# Which feeds a noun reads; a test compares this with the noun's file.
FEEDS = {
    "markets": ("kalshi_event", "kalshi_markets"),
    "quotes": ("kalshi_event", "kalshi_markets"),
    "book_levels": ("kalshi_orderbook",),
    "trades": ("kalshi_trades",),
    "observations": ("metar",),
    "guidance": ("open_meteo",),
    "orders": ("kalshi_orders",),
    "fills": ("kalshi_fills",),
    "settlements": ("kalshi_settlements",),
    "positions": ("kalshi_positions",),
    "balances": ("kalshi_balance",),
    "user_data_timestamps": ("kalshi_user_data_timestamp",),
}

# In the order of dependence, each with the column whose window is replaced.
BOOKS = {
    "fee_checks": "filled_at",
    "attribution": "filled_at",
    "positions": "last_filled_at",
    "settlements": "settled_at",
    "pnl_by_strategy": "last_filled_at",
    "pnl": "last_filled_at",
    "cash": "flowed_at",
    "cash_proof": "received_at",
}

# Both can be dropped and made again.
REBUILT_STAGES = ("parsed", "ledger")


@dataclass(frozen=True)
class Table:
    """A stored table: its qualified name, its contract, its grain."""

    name: str
    contract: type[Contract]
    grain: tuple[str, ...]


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _tables() -> dict[str, Table]:
    found = {}
    for stage in STAGES:
        module = import_module(f"kwx_core.contracts.{stage}")
        for name, member in inspect.getmembers(module, inspect.isclass):
            if issubclass(member, Contract) and member is not Contract:
                table = f"{stage}.{_snake(name)}"
                found[table] = Table(table, member, grain(member))
    return found


TABLES = _tables()
TABLE_OF = {table.contract: table for table in TABLES.values()}
