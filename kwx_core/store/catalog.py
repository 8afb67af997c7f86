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
    "payments": "latest",
    "transfers": "latest",
    "shard_moves": "latest",
    "positions": "first",
    "balances": "first",
    "user_data_timestamps": "first",
    "field_pages": "latest",
    "imported_fills": "first",
    "imported_orders": "latest",
    "imported_settlements": "latest",
    "imported_markets": "latest",
    "imported_decisions": "latest",
    "predecessor_books": "latest",
}

# What the predecessor told of the same things goes into the same books, by makers of its own.
_SHARED = {
    "imported_fills": "fills",
    "imported_orders": "orders",
    "imported_settlements": "settlements",
    "imported_markets": "markets",
}

# What the first receipt of these leaves out is taken from the first that tells it: a WebSocket
# frame carries the client id, which the same fill asked for later does not (since 2026-03-30).
COMPLETED = ("fills",)

# Each receipt is a row of its own: the time is part of the grain.
RECEIPTS = ("quotes", "book_levels", "positions", "balances", "user_data_timestamps")

# What these say depends on the body alone, not on when or how it was asked for; a test compares.
BODY_ALONE = (
    "trades", "orders", "fills", "settlements", "payments", "transfers", "shard_moves",
)  # fmt: skip

# Which feeds a noun reads (none named = every one); a test compares this with the noun's file.
FEEDS = {
    "markets": ("kalshi_event", "kalshi_historical_markets", "kalshi_markets"),
    "quotes": ("kalshi_event", "kalshi_markets"),
    "book_levels": ("kalshi_orderbook",),
    "trades": ("kalshi_historical_trades", "kalshi_trades", "kalshi_ws"),
    "observations": ("metar",),
    "guidance": ("open_meteo",),
    "orders": ("kalshi_historical_orders", "kalshi_orders"),
    "fills": ("kalshi_fills", "kalshi_historical_fills", "kalshi_ws"),
    "settlements": ("kalshi_settlements",),
    "payments": ("kalshi_settlements",),
    "transfers": ("kalshi_deposits", "kalshi_withdrawals"),
    "shard_moves": ("kalshi_intra_exchange_instance_transfers",),
    "positions": ("kalshi_positions",),
    "balances": ("kalshi_balance",),
    "user_data_timestamps": ("kalshi_user_data_timestamp",),
    "field_pages": (),
    "imported_fills": ("predecessor_fills",),
    "imported_orders": ("predecessor_orders",),
    "imported_settlements": ("predecessor_settlements",),
    "imported_markets": ("predecessor_decisions", "predecessor_market_snapshots"),
    "imported_decisions": ("predecessor_decisions",),
    "predecessor_books": ("predecessor_fills", "predecessor_settlements"),
}

# In the order of dependence, each with the column whose window is replaced.
BOOKS = {
    "fee_checks": "filled_at",
    "attribution": "filled_at",
    "lots": "last_filled_at",
    "positions": "last_filled_at",
    "settlements": "settled_at",
    "pnl_by_strategy": "last_filled_at",
    "pnl": "last_filled_at",
    "cash": "flowed_at",
    "cash_proof": "received_at",
}

# A book whose rows may change their grain: what its SELECT says of one of these, it says whole.
WHOLES = {"lots": "ticker"}

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
PARSED = tuple(dict.fromkeys(f"parsed.{_SHARED.get(noun, noun)}" for noun in NOUNS))
TABLE_OF = {table.contract: table for table in TABLES.values()}

# What a rebuild makes, row for row; how far it has been read is no book of its own.
BOOK_TABLES = tuple(
    name
    for name in TABLES
    if name.split(".", maxsplit=1)[0] in REBUILT_STAGES and name != "parsed.progress"
)
SEALS = "audit.seals"
# Facts: sealed day by day, in the order in which they landed. Elsewhere that is the rowid, which
# stands still because no fact is ever deleted.
LANDING_ORDER = {"landed.requests": "landed_seq", "landed.bodies": "body_seq"}
FACTS = tuple(
    name
    for name in TABLES
    if name.split(".", maxsplit=1)[0] in {"landed", "forecast", "decided", "posted", "audit"}
    and name != SEALS
)


def parsed_table(noun: str) -> Table:
    """The table that a maker under `sql/parsed` fills."""
    return TABLES[f"parsed.{_SHARED.get(noun, noun)}"]
