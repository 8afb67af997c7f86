"""The stage: a paper exchange behind HTTP on loopback, a fresh database, and one clock for all."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from executor import control, runs
from executor.kalshi.client import KalshiClient
from executor.loop import Service
from executor.paper.clock import SimulatedClock
from executor.paper.exchange import Exchange
from executor.paper.faults import Faults
from executor.paper.http import app
from executor.paper.server import serve
from executor.paper.worlds.routes import weather_routes
from executor.service import pace
from executor.settings import Settings, policy, settings
from executor.weather.client import WeatherClient
from executor.weather.sansio import GUIDANCE_HOST, METAR_HOST
from executor.wire import Pace
from executor.world import World
from kwx_core.contracts.ref import Fields
from kwx_core.store import Store
from kwx_core.store.database import Account

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime
    from pathlib import Path

    from starlette.types import ASGIApp

    from executor.paper.listing import Settings as PaperSettings
    from executor.paper.worlds.world import World as PaperWorld

ACCOUNT_ID = "kwx"
KEY_ID = "demo"
OPENING_DOLLARS = Decimal("250.00")
# The world's services are polite to themselves: one request a second on the simulated clock.
WEATHER_PACE = Pace(1, 1)
LOOK = timedelta(milliseconds=5)


@dataclass(frozen=True)
class Stage:
    """Everything that a play needs."""

    clock: SimulatedClock
    exchange: Exchange
    faults: Faults
    world: PaperWorld
    service: Service
    key: Ed25519PrivateKey

    @property
    def store(self) -> Store:
        """The database under test."""
        return self.service.store


@asynccontextmanager
async def staged(
    database: Path,
    starts_at: datetime,
    make_world: Callable[[Exchange, SimulatedClock], PaperWorld],
    local_policy: str,
    paper: PaperSettings,
    *,
    is_composite: bool = True,
    around: Callable[[ASGIApp], ASGIApp] = lambda inner: inner,
) -> AsyncIterator[Stage]:
    """Set everything up, and take it down again; `around` wraps the wire.

    A composite exchange still sends what the real one has lost, and is audited once a day.
    """
    clock = SimulatedClock(starts_at)
    exchange = Exchange(clock, paper)
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    exchange.open_account(ACCOUNT_ID, public, KEY_ID, OPENING_DOLLARS)
    faults = Faults()
    world = make_world(exchange, clock)

    found = settings({"KWX_HTTP_PORT": "0"}, database)
    database.parent.mkdir(parents=True, exist_ok=True)
    (database.parent / "policy.local.toml").write_text(local_policy, encoding="utf-8")
    with serve(around(app(exchange, faults, weather_routes(world)))) as server:
        outside = reached(server.url, clock, key, found)
        with Store.create(database, Account("paper", "demo"), starts_at) as store:
            if is_composite:
                store.declare("fields", _composite_fields())
            run_id = runs.record(store, "kwx demo", starts_at)
            service = Service(outside, store, policy(found), run_id, quiet())
            if is_composite:
                service.is_audit_due = _is_midnight
            async with control.listening(store, found, outside.now):
                yield Stage(clock, exchange, faults, world, service, key)
        await outside.aclose()


def reached(url: str, clock: SimulatedClock, key: Ed25519PrivateKey, found: Settings) -> World:
    """The world at one address, seen through the real clients on a simulated clock."""

    def now() -> datetime:
        """Looking at the clock takes a moment, as the network does; no two answers share one."""
        clock.advance(clock.now() + LOOK)
        return clock.now()

    async def sleep(seconds: float) -> None:
        clock.advance(clock.now() + timedelta(seconds=seconds))

    rules = policy(found)
    kalshi = KalshiClient(
        url, key_id=KEY_ID, key=key, now=now, sleep=sleep,
        read_pace=pace(rules, rules.exchange.read_tokens_per_second),
        write_pace=pace(rules, rules.exchange.write_tokens_per_second),
    )  # fmt: skip
    hosts = {METAR_HOST: url, GUIDANCE_HOST: url}
    weather = WeatherClient(hosts, now=now, sleep=sleep, pace=WEATHER_PACE)
    return World(kalshi, weather, now, sleep, found)


def _composite_fields() -> pl.DataFrame:
    """This exchange still sends two fields that the real one has lost, so losing them is news."""
    rows = [
        ("kalshi_fills", "client_order_id", "string|null"),
        ("kalshi_settlements", "revenue", "integer"),
    ]
    said = {"presence": "optional", "source": "the composite generation of the demo"}
    kinds = {name: column.dtype.type for name, column in Fields.to_schema().columns.items()}
    return pl.DataFrame(
        [{"feed": feed, "field": field, "type": kind, **said} for feed, field, kind in rows],
        schema=kinds,
    )


def _is_midnight(at: datetime) -> bool:
    """A month in two minutes audits once a day; the service itself audits every tick."""
    return at.hour == 0


def quiet() -> structlog.typing.FilteringBoundLogger:
    """The loop's log is the same as the service's, but nobody reads a month of it."""
    made: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.ReturnLogger(), processors=[structlog.processors.JSONRenderer()]
    )
    return made
