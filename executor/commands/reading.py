"""Questions: they change nothing, and run on a cursor of their own beside the loop."""

from __future__ import annotations

from typing import Any

import polars as pl

from executor.reply import Context, Reply, plain, reply
from kwx_core.errors import UsageError
from kwx_core.store.queries import select


def sql(context: Context, said: dict[str, Any]) -> Reply:
    """One reading statement of a person's own."""
    return reply(context.store.query(said["query"]))


def positions(context: Context, _: dict[str, Any]) -> Reply:
    """What each book holds of markets that have not settled."""
    return reply(context.store.query(select("report", "positions")))


def orders(context: Context, _: dict[str, Any]) -> Reply:
    """Every intent of the last two weeks with its last word, newest first."""
    return reply(context.store.query(select("report", "orders")))


def why(context: Context, said: dict[str, Any]) -> Reply:
    """Every gate of the last decision on a market, in order."""
    ticker = str(said["ticker"])
    found = context.store.query(
        select("report", "why") + f"\nwhere latest.ticker = '{ticker.replace(chr(39), '')}'"
        "\norder by gates.position"
    )
    if found.is_empty():
        raise UsageError(f"no decision on {ticker!r}")
    return reply(found)


def trace(context: Context, said: dict[str, Any]) -> Reply:
    """Everything that a fill came of, step by step; a step without a row says so."""
    fill_id = str(said["fill_id"])
    quoted = "'" + fill_id.replace("'", "''") + "'"
    found = context.store.query(select("report", "trace").replace("$fill_id", quoted))
    if found.filter(place=1)["value"].is_null().all():
        raise UsageError(f"no fill {fill_id!r} is in the books; kwx sql 'from parsed.fills'")
    return reply(found.drop("place"))


def status(context: Context, _: dict[str, Any]) -> Reply:
    """Mode, permissions, cash proof, open findings, last observation a station."""
    account = context.store.account
    rows = context.store.query(select("report", "status"))
    blocked = [
        f"{family} ({strategy})"
        for strategy, families in sorted(context.policy.permissions.blocked_families.items())
        for family in families
    ]
    head = [
        ("mode", _mode(context)),
        ("account", f"{account.environment} {account.account}"),
        ("policy", context.policy.policy_id),
        ("blocked by policy", ", ".join(blocked) or "nothing"),
    ]
    told = head + [(item, plain(value)) for item, value in rows.rows()]
    return reply(pl.DataFrame(told, schema=["item", "value"], orient="row"))


def _mode(context: Context) -> str:
    """Live needs three things at once; anything less is said as what it is."""
    if context.settings.kill_file.exists():
        return "halted"
    if context.store.account.environment != "live":
        return context.store.account.environment
    return "live" if context.settings.is_live else "shadow (KWX_LIVE is not yes)"
