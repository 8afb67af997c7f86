"""What a child does before it dies: real ticks, the commands of a person, the making of a file."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import structlog

from executor import loop
from executor.dispatch import carry_out
from executor.kalshi.client import KalshiClient
from executor.kalshi.signing import load_key
from executor.reply import Said
from executor.settings import settings
from executor.weather.client import WeatherClient
from executor.weather.sansio import GUIDANCE_HOST, METAR_HOST
from executor.wire import Pace
from executor.world import World
from kwx_core import pipeline
from kwx_core.contracts.decided import Decisions
from kwx_core.policy import load_policy
from kwx_core.resources import text
from kwx_core.store import Store, database, frames
from kwx_core.store.database import Account
from tests.spec.drawn import frame

if TYPE_CHECKING:
    from collections.abc import Callable

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("critical"))
PACE = Pace(1e9, 1e9)  # the exchange's clock stands still: waiting for tokens would move it
TICK = timedelta(seconds=61)


@dataclass
class Exchange:
    """The levers of the exchange in the other process, and its clock."""

    url: str
    at: datetime

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, verify=False)  # noqa: S501 - loopback, no TLS

    def pull(self, lever: str, **row: Any) -> dict[str, Any]:
        answer = self.http.post(f"/paper/control/{lever}", json=row)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by
        self.pull("clock", to=self.at.isoformat())

    async def sleep(self, seconds: float) -> None:
        self.advance(timedelta(seconds=seconds))


def init(said: dict[str, Any]) -> None:
    """kwx init."""
    Store.create(Path(said["database"]), Account("paper", "killed"), _at(said)).close()


def prepare(said: dict[str, Any]) -> None:
    """One city, so that a tick is short."""
    init(said)
    with Store.open(Path(said["database"])) as store:
        store._con.execute(
            "update ref.series set is_active = false where series_ticker <> 'KXHIGHNY'"
        )


def migrate(said: dict[str, Any]) -> None:
    """kwx init with a migration that this database has not seen."""
    step = (999, "999_spec.sql", "create table ref.spec (number integer)")
    database._migrations = lambda: [step]
    init(said)


def command(said: dict[str, Any]) -> None:
    """A command that writes, as a person gives it."""
    found = settings({}, Path(said["database"]))
    with Store.open(found.database) as store:
        carry_out(store, found, Said(said["name"], said["arguments"], "kwx"), lambda: _at(said))


def derive(said: dict[str, Any]) -> None:
    """One book alone, and then all of them, as after a setting that has come and gone."""
    with Store.open(Path(said["database"])) as store:
        store.expect_collateral_return(datetime(2026, 10, 5, tzinfo=UTC))
        store.expect_collateral_return(None)
        store.derive("attribution")
        store.derive_all()


def seal(said: dict[str, Any]) -> None:
    """The facts of a day that has ended; a child that dies leaves them to the next."""
    with Store.open(Path(said["database"])) as store:
        last = store.frame("select max(sealed_at) as at from audit.seals").item()
        store.seal((last or _at(said)) + timedelta(days=1))


def declare(said: dict[str, Any]) -> None:
    """An account's own row of reference data."""
    with Store.open(Path(said["database"])) as store:
        store.declare("sources", store.frame("select * from ref.sources limit 1"))


def walk(said: dict[str, Any]) -> dict[str, Any]:
    """Real ticks, each with the faults and the wishes that it is told."""
    exchange = Exchange(said["url"], _at(said))
    with Store.open(Path(said["database"])) as store:
        asyncio.run(_walk(store, exchange, said))
        return {
            "unknown": store.frame("select * from posted.states where state = 'unknown'").height,
            "findings": store.frame("select finding from audit.findings").rows(),
        }


async def _walk(store: Store, exchange: Exchange, said: dict[str, Any]) -> None:
    found = settings({}, Path(said["database"]))
    now, sleep = exchange.now, exchange.sleep
    paces = {"read_pace": PACE, "write_pace": PACE}
    key = load_key(Path(said["key_file"]))
    kalshi = KalshiClient(exchange.url, key_id="ours", key=key, now=now, sleep=sleep, **paces)
    # The exchange answers 404 to what it does not know, as a weather service out of order would.
    hosts = {METAR_HOST: exchange.url, GUIDANCE_HOST: exchange.url}
    weather = WeatherClient(hosts, now=now, sleep=sleep, pace=PACE)
    policy = load_policy(text("data", "policy.toml"))
    async with aclosing(World(kalshi, weather, now, sleep, found)) as world:
        service = loop.Service(world, store, policy, "run-1", structlog.get_logger())
        for step in said["ticks"]:
            for lever, row in step.get("levers", []):
                exchange.pull(lever, **row)
            pipeline.decisions = _seeded(step.get("wishes", []), exchange)
            await loop.tick(service)
            exchange.advance(TICK)


def _append_in_a_transaction(append: Callable[..., int]) -> Callable[..., int]:
    """Facts that commit by themselves would do so at no point."""

    def appended(con: Any, contract: Any, rows: Any) -> int:
        first, second = (con.execute("select txid_current()").fetchall() for _ in range(2))
        assert first == second, f"{contract.__name__} is written outside a transaction"
        return append(con, contract, rows)

    return appended


def _seeded(wishes: list[str], exchange: Exchange) -> Callable[..., Any]:
    """Decisions as a strategy would make them of a clear sky; everything after them is real."""

    def decisions(*_: object) -> Any:
        at = exchange.now().isoformat()
        head = "decision_id | decided_at | ticker | outcome_side | price_dollars | contracts\n"
        rows = [f"{at}-{number} | {at} | {wish}" for number, wish in enumerate(wishes)]
        return Decisions.validate(frame("decided.decisions", head + "\n".join(rows)))

    return decisions


def _at(said: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(said["at"])


frames.append = _append_in_a_transaction(frames.append)
KINDS = (init, prepare, migrate, command, derive, declare, seal, walk)
MODES = {each.__name__: each for each in KINDS}
