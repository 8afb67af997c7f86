"""A small exchange from a description in JSON, for a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from executor.paper.clock import SimulatedClock, SystemClock
from executor.paper.exchange import Exchange
from executor.paper.listing import Event, Market, OrderRequest, Refusal, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from executor.paper.clock import Clock

LIQUIDITY_ACCOUNT = "liquidity"
LIQUIDITY_DOLLARS = Decimal(1_000_000)
DURATIONS = ("read_model_lag", "stale_cancel_window", "live_window", "order_window")


def opened(state: Mapping[str, Any]) -> Exchange:
    """Open an exchange as described.

    Keys, all optional: `clock` (RFC 3339, or `system`), `settings` (fields of Settings,
    durations in seconds), `accounts` (see `open_account`),
    `events` (see `event`), `liquidity` (`ticker`, `side`, `price`, `count`).

    Raises:
        ValueError: a value is not what it should be, or standing liquidity is refused.
    """
    clock = _clock(state.get("clock", "system"))
    exchange = Exchange(clock, settings(state.get("settings", {})))
    for row in state.get("accounts", []):
        open_account(exchange, row)
    for row in state.get("events", [_default_event(clock.now())]):
        exchange.list_event(event(row))
    exchange.open_account(LIQUIDITY_ACCOUNT, None, None, LIQUIDITY_DOLLARS)
    for row in state.get("liquidity", []):
        answer = exchange.place(LIQUIDITY_ACCOUNT, request(row))
        match answer:
            case Refusal(code=code):
                raise ValueError(f"standing liquidity was refused: {code}")
    return exchange


def open_account(exchange: Exchange, row: Mapping[str, Any]) -> None:
    """Open the account of a row: `account_id`, `balance`, `key_id`, `public_key_file`, `scopes`."""
    file = row.get("public_key_file")
    pem = Path(file).read_bytes() if file else None
    balance = Decimal(str(row.get("balance", "100")))
    exchange.open_account(
        row["account_id"],
        pem,
        row.get("key_id"),
        balance,
        scopes=row.get("scopes", ("read", "write")),
    )


def settings(row: Mapping[str, Any]) -> Settings:
    """Settings from a row; durations are seconds."""
    timed: dict[str, Any] = {
        k: timedelta(seconds=float(v)) if k in DURATIONS else v for k, v in row.items()
    }
    return Settings(**timed)


def event(row: Mapping[str, Any]) -> Event:
    """An event from a row with the names of Event; times RFC 3339, numbers as strings."""
    markets = [_market(m) for m in row["markets"]]
    plain = {k: v for k, v in row.items() if k not in ("markets", "fee_multiplier")}
    multiplier = Decimal(str(row.get("fee_multiplier", 1)))
    return Event(markets=markets, fee_multiplier=multiplier, **plain)


def request(row: Mapping[str, Any]) -> OrderRequest:
    """An order from a row with the names of OrderRequest; numbers as strings."""
    changed: dict[str, Any] = {
        "count": Decimal(str(row["count"])),
        "price": Decimal(str(row["price"])),
    }
    if row.get("expires_at") is not None:
        changed["expires_at"] = moment(row["expires_at"])
    return OrderRequest(**(dict(row) | changed))


def moment(text: str) -> datetime:
    """A moment from RFC 3339."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _clock(text: str) -> Clock:
    return SystemClock() if text == "system" else SimulatedClock(moment(text))


def _market(row: Mapping[str, Any]) -> Market:
    times = ("open_at", "close_at", "expected_expiration_at")
    changed: dict[str, Any] = {name: moment(row[name]) for name in times}
    if "price_step" in row:
        changed["price_step"] = Decimal(str(row["price_step"]))
    return Market(**(dict(row) | changed))


def _default_event(now: datetime) -> dict[str, Any]:
    """One ladder of six markets that trades now and closes in a day."""
    day = now + timedelta(days=1)
    name = f"KXHIGHNY-{day:%y%b%d}".upper()
    ladder: list[tuple[str, str, int | None, int | None, str]] = [
        ("T63", "less", None, 63, "62° or below"),
        *(
            (f"B{low}.5", "between", low, low + 1, f"{low}° to {low + 1}°")
            for low in range(63, 71, 2)
        ),
        ("T70", "greater", 70, None, "71° or above"),
    ]
    shared: dict[str, Any] = {
        "event_ticker": name,
        "open_at": (now - timedelta(hours=1)).isoformat(),
        "close_at": day.isoformat(),
        "expected_expiration_at": (day + timedelta(hours=14)).isoformat(),
    }
    markets = [
        shared
        | {
            "ticker": f"{name}-{suffix}",
            "strike_type": kind,
            "floor_strike": floor,
            "cap_strike": cap,
            "yes_sub_title": sub_title,
            "rules_primary": f"Resolves to Yes if New York's highest temperature is {sub_title}.",
        }
        for suffix, kind, floor, cap, sub_title in ladder
    ]
    title = "Highest temperature in New York?"
    return {"event_ticker": name, "series_ticker": "KXHIGHNY", "title": title, "markets": markets}
