"""The plays: what is planned for a simulated month, and for a recorded fortnight."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from executor.asking import asked
from executor.demo.checks import Planted
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
# One answer to an order is lost, and one order reaches the exchange twice.
ANSWER_FAULTS = (
    AnswerFault("create", "lose", nth=frozenset({5})),
    AnswerFault("create", "double", nth=frozenset({12})),
)
STRATEGY = "cross_bracket"
FAMILIES = ("KXHIGHNY", "KXHIGHCHI", "KXHIGHMIA", "KXHIGHAUS", "KXHIGHLAX", "KXHIGHPHIL")
RECORDED_FAMILIES = ("KXHIGHNY", "KXHIGHCHI", "KXHIGHMIA", "KXHIGHAUS")
RECORDED_MINUTES = 15
# TOML values: the real market is sharp once the peak is past, and its reconstructed book lasts a
# quarter of an hour; a fortnight that waited for the peak would prove little.
RECORDED_POLICY = {
    "entry.post_peak": ('{ "*" = { always_from_hour = 11 } }', "from the late morning on"),
    "entry.order_lifetime_seconds": ("900", "the reconstructed book lasts as long"),
}
COMPOSITE = PaperSettings(fills_carry_client_order_id=True, stale_cancel_window=timedelta(0))


# What a month with drifts must find, and nothing else.
PLANTED = (
    Planted("field_drift", "kalshi_fills.client_order_id"),
    Planted("settlement_disagrees", "kalshi_settlements.revenue"),
    # Only if some winner was among the settlements of every page before.
    Planted("field_drift", "kalshi_settlements.revenue", is_certain=False),
)
# What a recorded span may find because it happened: Chicago closed an hour early until 2025-02-20,
# winners came without strikes from 2025-01-16 to 02-09.
OF_THE_RECORD = (
    Planted("rules_changed", "", is_certain=False),
    Planted("close_off_midnight", "", is_certain=False),
    Planted("strikes_missing", "", is_certain=False),
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
    answer_faults: tuple[AnswerFault, ...] = ()
    overrides: dict[str, tuple[str, str]] = field(default_factory=dict)
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
        answer_faults=ANSWER_FAULTS,
    )


def recorded(folder: Path, first_date: date, days: int) -> Play:
    """A recorded span: the exchange's own markets and trades on a fast clock."""
    often = [(hour, minute) for hour in range(16, 24) for minute in range(0, 60, RECORDED_MINUTES)]
    times = [(14, 0), (15, 0), *often, *((hour, 0) for hour in range(24, 29)), (32, 0)]
    return Play(
        first_date,
        days,
        RECORDED_FAMILIES,
        lambda exchange, clock: RecordedWorld(
            exchange, clock, folder=folder, first_date=first_date, days=days
        ),
        tuple(_moments(first_date, days, times)),
        forgotten_day=None,
        has_drifts=False,
        overrides=RECORDED_POLICY,
    )


def _moments(first: date, days: int, times: list[tuple[int, int]]) -> Iterator[datetime]:
    for day in range(days):
        for hour, minute in times:
            yield _at(first + timedelta(days=day), hour) + timedelta(minutes=minute)
    # One more look in the evening of the day after the last: everything has settled by then.
    yield _at(first + timedelta(days=days), 18)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour)


async def perform(play: Play, database: Path, on_tick: Callable[[int, int], None]) -> Ending:
    """Play it to the end and look at what is left."""
    async with staged(
        database, play.moments[0], play.make_world, _local_policy(play), play.paper
    ) as stage:
        if play.has_drifts:
            _plant(play, stage)
        for fault in play.answer_faults:
            stage.faults.add(replace(fault))
        stage.world.start()
        for number, moment in enumerate(play.moments, start=1):
            stage.store.seal(moment)
            await asyncio.to_thread(stage.world.step, moment)
            await _operate(play, stage, moment)
            await tick(stage.service)
            on_tick(number, len(play.moments))
        stage.store.audit(stage.clock.now(), stage.service.run_id)
        statement = stage.exchange.account(ACCOUNT_ID)
        return ending(stage.store, statement, stage.clock.now(), _marks(play))


def _local_policy(play: Play) -> str:
    """Overrides as somebody writes them who trades a few cities."""
    watched = {"feeds.watched_families": (json.dumps(play.families), "the cities listed here")}
    return "\n".join(
        f'[{name}]\nvalue = {value}\nreason = "{reason}"\ndate = 2026-11-25\n'
        for name, (value, reason) in {**watched, **play.overrides}.items()
    )


def _marks(play: Play) -> dict[str, datetime]:
    forgotten = play.day_starts_at(FORGOTTEN_DAY)
    return {
        "forgotten_from": forgotten,
        "forgotten_until": forgotten + timedelta(days=1),
        "first_drift": play.day_starts_at(FILLS_LOSE_ID_DAY),
        "second_drift": play.day_starts_at(REVENUE_ZERO_DAY),
    }


def _plant(play: Play, stage: Stage) -> None:
    """The two drifts that the predecessor met."""
    stage.faults.add(
        FieldFault(
            "fills", "client_order_id", "vanish", since=play.day_starts_at(FILLS_LOSE_ID_DAY)
        )
    )
    stage.faults.add(
        FieldFault("settlements", "revenue", "zero", since=play.day_starts_at(REVENUE_ZERO_DAY))
    )


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
