"""The plays: what is planned for a simulated month, and for a recorded fortnight."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from executor.asking import asked
from executor.demo.ending import Ending, ending
from executor.demo.stage import ACCOUNT_ID, Stage, staged
from executor.loop import tick
from executor.paper.faults import AnswerFault, FieldFault
from executor.paper.listing import Settings as PaperSettings
from executor.paper.worlds.recorded import RecordedWorld
from executor.paper.worlds.simulated import SimulatedWorld
from executor.reply import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from executor.demo.checks import Planted
    from executor.paper.clock import SimulatedClock
    from executor.paper.exchange import Exchange
    from executor.paper.worlds.world import World

SEED = 20260510
FIRST_DATE = date(2026, 6, 1)
DAYS = 30
# Hourly while the cities' day lasts (09 to 21 in New York), six-hourly in the night.
HOURS_UTC = (14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 32)
OPERATOR_HOUR_UTC = 14
# The operator forgets to arm on this day, counted from one; nothing may be posted then.
FORGOTTEN_DAY = 7
FILLS_LOSE_ID_DAY = 10
REVENUE_ZERO_DAY = 15
STRATEGY = "cross_bracket"
FAMILIES = ("KXHIGHNY", "KXHIGHCHI", "KXHIGHMIA", "KXHIGHAUS", "KXHIGHLAX", "KXHIGHPHIL")
# The recorded market is sharp late in the day and its reconstructed book lasts a quarter.
RECORDED_FAMILIES = ("KXHIGHNY", "KXHIGHCHI", "KXHIGHMIA", "KXHIGHAUS")
RECORDED_MINUTES = 15
COMPOSITE = PaperSettings(fills_carry_client_order_id=True, stale_cancel_window=timedelta(0))


# What a month with drifts must find, and nothing else.
PLANTED = (
    Planted("field_drift", "kalshi_fills.client_order_id"),
    Planted("settlement_disagrees", "kalshi_settlements.revenue"),
)


@dataclass(frozen=True)
class Play:
    """A span of days with its ticks, who arms what, and what is planted."""

    first_date: date
    days: int
    families: tuple[str, ...]
    make_world: Callable[[Exchange, SimulatedClock], World]
    moments: tuple[datetime, ...]
    forgotten_day: int | None
    has_drifts: bool
    paper: PaperSettings = COMPOSITE

    def day_starts_at(self, day: int) -> datetime:
        """When the operator comes, on the day counted from one."""
        return _at(self.first_date, OPERATOR_HOUR_UTC) + timedelta(days=day - 1)


def simulated(*, seed: int = SEED, days: int = DAYS, has_drifts: bool = True) -> Play:
    """A simulated month of six cities."""
    return Play(
        FIRST_DATE,
        days,
        FAMILIES,
        lambda exchange, clock: SimulatedWorld(
            exchange, clock, seed=seed, first_date=FIRST_DATE, days=days
        ),
        tuple(_moments(FIRST_DATE, days, [(hour, 0) for hour in HOURS_UTC])),
        FORGOTTEN_DAY,
        has_drifts,
    )


def recorded(folder: Path, first_date: date, days: int) -> Play:
    """A recorded span: the exchange's own markets and trades on a fast clock."""
    quarters = [
        (hour, minute) for hour in range(14, 29) for minute in range(0, 60, RECORDED_MINUTES)
    ]
    return Play(
        first_date,
        days,
        RECORDED_FAMILIES,
        lambda exchange, clock: RecordedWorld(
            exchange, clock, folder=folder, first_date=first_date, days=days
        ),
        tuple(_moments(first_date, days, [*quarters, (32, 0)])),
        forgotten_day=None,
        has_drifts=False,
    )


def _moments(first: date, days: int, times: list[tuple[int, int]]) -> Iterator[datetime]:
    for day in range(days):
        for hour, minute in times:
            yield _at(first + timedelta(days=day), hour) + timedelta(minutes=minute)
    # One more look at noon of the day after the last: everything has settled by then.
    yield _at(first + timedelta(days=days), 13)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour)


async def perform(play: Play, database: Path, on_tick: Callable[[int, int], None]) -> Ending:
    """Play it to the end and look at what is left."""
    async with staged(
        database, play.moments[0], play.make_world, play.families, play.paper
    ) as stage:
        if play.has_drifts:
            _plant(play, stage)
        stage.world.start()
        for number, moment in enumerate(play.moments, start=1):
            await asyncio.to_thread(stage.world.step, moment)
            await _operate(play, stage, moment)
            await tick(stage.service)
            on_tick(number, len(play.moments))
        stage.store.audit(stage.clock.now(), stage.service.run_id)
        statement = stage.exchange.account(ACCOUNT_ID)
        return ending(stage.store, statement, stage.clock.now(), _marks(play))


def _marks(play: Play) -> dict[str, datetime]:
    forgotten = play.day_starts_at(FORGOTTEN_DAY)
    return {
        "forgotten_from": forgotten,
        "forgotten_until": forgotten + timedelta(days=1),
        "first_drift": play.day_starts_at(FILLS_LOSE_ID_DAY),
        "second_drift": play.day_starts_at(REVENUE_ZERO_DAY),
    }


def _plant(play: Play, stage: Stage) -> None:
    """The drifts that the predecessor met, and a lost and a doubled answer."""
    for fault in (
        FieldFault(
            "fills", "client_order_id", "vanish", since=play.day_starts_at(FILLS_LOSE_ID_DAY)
        ),
        FieldFault("settlements", "revenue", "zero", since=play.day_starts_at(REVENUE_ZERO_DAY)),
    ):
        stage.faults.add(fault)
    stage.faults.add(AnswerFault("create", "lose", nth=frozenset({5})))
    stage.faults.add(AnswerFault("create", "double", nth=frozenset({12})))


async def _operate(play: Play, stage: Stage, moment: datetime) -> None:
    """The operator arms every family by the socket each morning, and forgets once."""
    days = [
        day for day in range(1, play.days + 1)
        if play.day_starts_at(day) == moment and day != play.forgotten_day
    ]  # fmt: skip
    for family in play.families if days else ():
        arguments = {
            "family": family,
            "lasting": "24h",
            "reason": "the morning round",
            "strategy": STRATEGY,
        }
        said = Said("arm", arguments, f"kwx arm {family} --strategy {STRATEGY} --for 24h")
        await asyncio.to_thread(asked, stage.service.world.settings.socket, said)
