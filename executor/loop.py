"""The tick: from asking the world to knowing where we stand, each step its own commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from executor import adopt, feeds, telling
from executor.recover import needed
from executor.submit import submit
from kwx_core import pipeline

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from structlog.typing import FilteringBoundLogger

    from executor.world import World
    from kwx_core.policy import Policy
    from kwx_core.store import Store
    from kwx_core.store.audits import Seen


@dataclass
class Service:
    """What a tick works with, and what others may ask about it."""

    world: World
    store: Store
    policy: Policy
    run_id: str
    log: FilteringBoundLogger
    is_observing: bool = False
    on_findings: Callable[[list[Seen]], None] = lambda _: None
    is_audit_due: Callable[[datetime], bool] = lambda _: True
    last_tick_at: datetime | None = None
    adopted_at: datetime | None = None
    ticks: int = 0
    open_findings: list[Seen] = field(default_factory=list)

    @property
    def is_environment_armed(self) -> bool:
        """Paper and demo money may trade; live money only where this process was told so."""
        is_live = self.store.account.environment == "live"
        return not self.is_observing and (not is_live or self.world.settings.is_live)


async def tick(service: Service) -> None:
    """Walk once. No transaction is held across a network call."""
    store, policy, world, log = service.store, service.policy, service.world, service.log
    service.adopted_at = await adopt.adopt(world, store, policy, log, service.adopted_at)
    log.info("landed", polls=store.land(await feeds.fetch(world, store, policy, needed(store))))
    read_at = world.now()
    log.info("parsed", **{n: c.kept for n, c in pipeline.parse(store).items() if c.kept})
    log.info("recovered", outcomes=pipeline.recover(store, policy, read_at))
    log.info("accounted", **pipeline.account(store, policy, read_at))
    if service.is_audit_due(read_at):
        _audit(service, read_at)
    belief = pipeline.believe(store, policy, read_at)
    log.info("believed", events=belief.daily_extremes["event_ticker"].n_unique())
    run = pipeline.Run(service.run_id, service.is_environment_armed)
    judged = pipeline.judge(store, policy, belief, read_at, run)
    wished = pipeline.wishes(judged, policy)
    books = await feeds.order_books(world, wished)
    log.info("asked", books=store.land(books))
    if wished:
        as_of = world.now()  # read once more, after the last body has landed
        unread = sum(counts.rejected for counts in pipeline.parse(store).values())
        if unread or any(book.status_code != feeds.OK for book in books):
            _audit(service, as_of)  # a book that nobody can read is told before anything is sent
        judged = pipeline.judge(store, policy, belief, as_of, run)
    decisions = pipeline.decide(store, policy, judged)
    log.info("decided", **telling.decided(decisions))
    if not service.is_observing:
        await _post(service, judged.situation.as_of)
    service.last_tick_at, service.ticks = world.now(), service.ticks + 1


async def _post(service: Service, as_of: datetime) -> None:
    """Commit the intents, then send them; each answer is committed alone, at once."""
    store, world = service.store, service.world
    intents = pipeline.intend(store, service.policy, as_of)
    async for outcome in submit(intents, world.kalshi, service.policy, world.is_halted, world.now):
        store.record(outcome)
        said = outcome.row(0, named=True)
        service.log.info("posted", **{k: said[k] for k in ("intent_id", "state", "code")})


def _audit(service: Service, as_of: datetime) -> None:
    """Audit before deciding: a field that vanished halts entries in the same tick."""
    known = {(one.finding, one.subject) for one in service.open_findings}
    service.open_findings = service.store.audit(as_of, service.run_id)
    fresh = [one for one in service.open_findings if (one.finding, one.subject) not in known]
    for one in fresh:
        say = service.log.info if one.severity == "info" else service.log.warning
        say("finding", finding=one.finding, subject=one.subject, detail=one.detail)
    service.on_findings([one for one in fresh if one.severity != "info"])


async def resolve(service: Service) -> None:
    """One last look for what became of the orders under way."""
    store, world = service.store, service.world
    if needed(store):
        store.land(await feeds.fetch(world, store, service.policy, needed(store)))
        pipeline.parse(store)
        pipeline.recover(store, service.policy, world.now())
