"""One case: two ticks from the snapshot on, and what was to be seen after each."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from executor.demo.stage import ACCOUNT_ID, quiet, reached
from executor.drill.judge import Seen, seen
from executor.drill.wire import Wire
from executor.loop import Service, tick
from executor.paper.faults import Faults
from executor.paper.http import app
from executor.paper.server import serve
from executor.paper.worlds.routes import weather_routes
from executor.settings import policy, settings
from kwx_core.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from executor.drill.mutations import Case
    from executor.drill.stage import Snapshot


class Switch:
    """The application that is served now: a server outlives many cases."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the case that runs."""
        assert self.app is not None
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class Played:
    """What was seen after each tick, and what each feed answered, body by body."""

    ticks: list[Seen]
    heard: dict[str, list[bytes]]


@dataclass(frozen=True)
class Rehearsal:
    """A server and a snapshot, from which any number of cases can be played."""

    snapshot: Snapshot
    feeds: Mapping[str, str]
    folder: Path
    switch: Switch
    url: str

    def played(
        self, case: Case | None, moments: Sequence[datetime], *, is_held: bool = False
    ) -> Played:
        """Tick at each moment, with the case or without any; held, nothing leaves in the first."""
        return asyncio.run(self._played(case, moments, is_held=is_held))

    async def _played(
        self, case: Case | None, moments: Sequence[datetime], *, is_held: bool
    ) -> Played:
        exchange, world, clock = self.snapshot.restored()
        inner = app(exchange, Faults(), weather_routes(world))
        kept = self.snapshot.kept.copied()
        self.switch.app = Wire(inner, self.feeds, kept, clock, case)
        found = settings({"KWX_HTTP_PORT": "0"}, self.folder / "case.duckdb")
        shutil.copy(self.snapshot.database, found.database)
        outside = reached(self.url, clock, self.snapshot.key, found)
        told = []
        with Store.open(found.database) as store:
            service = Service(outside, store, policy(found), "drill", quiet())
            for at in moments:
                world.step(at)
                # What lasts a second is not waited for: a slower answer shows the same book.
                world.fade()
                service.is_observing = is_held and at == moments[0]
                await tick(service)
                told.append(seen(service, at))
                # The person changes his mind: an order that rested is gone in the next tick.
                exchange.cancel_all(ACCOUNT_ID)
        await outside.aclose()
        return Played(told, kept.heard)


@contextmanager
def rehearsed(snapshot: Snapshot, feeds: Mapping[str, str], folder: Path) -> Iterator[Rehearsal]:
    """Serve on loopback while the context lasts; cases are played in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(snapshot.database.parent / "policy.local.toml", folder)
    switch = Switch()
    with serve(switch) as server:
        yield Rehearsal(snapshot, feeds, folder, switch, server.url)
