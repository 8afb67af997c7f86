"""The day of the drill: played once, kept one tick before its end, restored for every case."""

from __future__ import annotations

import copy
import json
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from executor.demo.stage import ACCOUNT_ID, Stage, staged
from executor.dispatch import carry_out
from executor.drill.wire import Kept, Wire
from executor.loop import tick
from executor.paper.listing import OrderRequest
from executor.paper.listing import Settings as PaperSettings
from executor.paper.worlds.cities import CHICAGO, NEW_YORK
from executor.paper.worlds.simulated import SimulatedWorld
from executor.reply import Said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from starlette.types import ASGIApp

    from executor.paper.clock import SimulatedClock
    from executor.paper.exchange import Exchange
    from executor.paper.listing import TransferKind

# Under this seed orders leave in both ticks of the drill, so that a halt can be seen in either.
SEED = 2
FIRST_DATE = date(2026, 11, 10)
CITIES = (NEW_YORK, CHICAGO)
STRATEGY = "cross_bracket"
PAPER = PaperSettings(stale_cancel_window=timedelta(0))
# (day, hour, minute) in UTC. Each day's markets settle at noon of the next; the third day's do so
# between the snapshot and the first tick of the drill. The last guidance before that tick is three
# hours old by then, so that every feed answers in it.
PLAYED = (
    (0, 16, 0), (0, 20, 0), (1, 3, 0), (1, 12, 8), (1, 16, 0), (1, 20, 0), (2, 3, 0), (2, 12, 8),
    (2, 14, 0), (2, 16, 0), (2, 18, 0), (2, 20, 0), (2, 22, 0), (3, 3, 0), (3, 8, 58), (3, 11, 54),
)  # fmt: skip
ARMED_HOURS = (14, 16)
OTHER_SHARD = 1
# Money that comes and goes after these ticks; the last two are news to the first tick.
TRANSFERS: dict[tuple[int, int], tuple[TransferKind, Decimal]] = {
    (0, 20): ("deposit", Decimal(40)), (1, 16): ("withdrawal", Decimal(15)),
    (3, 8): ("withdrawal", Decimal(5)), (3, 11): ("deposit", Decimal(25)),
}  # fmt: skip
# Dollars to another shard, after that tick; the second is news to the first tick of the drill.
SHARD_MOVES = {(1, 20): Decimal(6), (3, 11): Decimal(4)}
FIRST_TICK = (3, 12, 2)
BETWEEN_TICKS = timedelta(seconds=310)
# A day on which every hour trades and many orders leave, so that there is much to get wrong.
RULES = {
    "feeds.watched_families": json.dumps([city.series_ticker for city in CITIES]),
    "entry.post_peak": '{ "*" = { always_from_hour = 0 } }',
    "entry.conviction_probability": "0.55",
    "entry.log_edge_dollars": '"0.01"',
    "entry.live_edge_dollars": '"0.01"',
    "entry.day_exposure_dollars": '"60.00"',
}


@dataclass(frozen=True)
class Snapshot:
    """One tick before: the closed database, and the living exchange with its world and clock."""

    database: Path
    exchange: Exchange
    world: SimulatedWorld
    clock: SimulatedClock
    key: Ed25519PrivateKey
    kept: Kept

    def restored(self) -> tuple[Exchange, SimulatedWorld, SimulatedClock]:
        """The exchange, its world and its clock anew; what never changes is shared."""
        shared = [account.key for account in self.exchange.floor.accounts.values()]
        memo: dict[int, object] = {id(one): one for one in shared}
        memo[id(self.exchange.lock)] = threading.RLock()
        return copy.deepcopy((self.exchange, self.world, self.clock), memo)


def moment(day: int, hour: int, minute: int) -> datetime:
    """A moment of the played days."""
    start = datetime(FIRST_DATE.year, FIRST_DATE.month, FIRST_DATE.day, tzinfo=UTC)
    return start + timedelta(days=day, hours=hour, minutes=minute)


async def played(database: Path, feeds: Mapping[str, str]) -> Snapshot:
    """Play the days up to the snapshot: orders, fills, settlements, a position unsettled."""
    kept, wires = Kept(), []
    first = moment(*PLAYED[0])

    def around(inner: ASGIApp) -> ASGIApp:
        wires.append(Wire(inner, feeds, kept, clocks[0]))
        return wires[0]

    clocks: list[SimulatedClock] = []

    def make_world(exchange: Exchange, clock: SimulatedClock) -> SimulatedWorld:
        clocks.append(clock)
        return SimulatedWorld(
            exchange, clock, seed=SEED, first_date=FIRST_DATE, days=5, cities=CITIES
        )

    async with staged(
        database, first, make_world, _local_policy(), PAPER, is_composite=False, around=around
    ) as stage:
        stage.world.start()
        for day, hour, minute in PLAYED:
            at = moment(day, hour, minute)
            stage.world.step(at)
            if hour in ARMED_HOURS:
                _arm(stage)
            await tick(stage.service)
            if (day, hour) in TRANSFERS:
                stage.exchange.transfer(ACCOUNT_ID, *TRANSFERS[day, hour])
            if (day, hour) in SHARD_MOVES:
                stage.exchange.move_to_shard(ACCOUNT_ID, SHARD_MOVES[day, hour], OTHER_SHARD)
        _rest(stage.exchange)
        assert isinstance(stage.world, SimulatedWorld)
        return Snapshot(database, stage.exchange, stage.world, stage.clock, stage.key, kept)


def _rest(exchange: Exchange) -> None:
    """The person bids far below the market: an order that rests, and the cash that it holds."""
    bids = {
        ticker: bid
        for ticker, listing in exchange.floor.listings.items()
        if listing.status == "active" and (bid := exchange.best(ticker)[0])
    }
    dearest = max(bids, key=lambda ticker: (bids[ticker], ticker))
    exchange.place(ACCOUNT_ID, OrderRequest(dearest, "bid", Decimal(3), Decimal("0.02")))


def _local_policy() -> str:
    return "\n".join(
        f'[{name}]\nvalue = {value}\nreason = "the drill\'s day"\ndate = 2026-11-25\n'
        for name, value in RULES.items()
    )


def _arm(stage: Stage) -> None:
    world = stage.service.world
    for city in CITIES:
        said = {"family": city.series_ticker, "lasting": "24h", "strategy": STRATEGY}
        words = f"kwx arm {city.series_ticker} --strategy {STRATEGY} --for 24h"
        carry_out(
            stage.store, world.settings, Said("arm", said | {"reason": "the drill"}, words),
            world.now, is_serving=True,
        )  # fmt: skip
