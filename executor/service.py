"""kwx run and kwx tick: the world is put together, the loop runs, everything is closed in order."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from executor import control, dispatch, loop, runs
from executor.asking import is_listening
from executor.findings import teller
from executor.kalshi.client import KalshiClient
from executor.kalshi.signing import load_key
from executor.settings import Settings, policy
from executor.weather.client import WeatherClient
from executor.weather.sansio import GUIDANCE_HOST, METAR_HOST
from executor.web.pages import server
from executor.wire import Pace
from executor.world import World
from kwx_core import pipeline
from kwx_core.errors import DatabaseLocked, StoreError, UsageError
from kwx_core.store import Store

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from kwx_core.policy import Policy

# The fastest feeds are asked once a minute; ticking faster would only repeat decisions.
CADENCE_SECONDS = 60.0
# Even a tick that takes longer leaves people a moment for their commands.
SHORTEST_PAUSE_SECONDS = 0.1
# A command that reads the file lets go of it within 30 seconds.
READER_PATIENCE_SECONDS = 60.0
READER_PAUSE_SECONDS = 1.0


def logger() -> FilteringBoundLogger:
    """JSON lines on stderr, one event a line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    made: FilteringBoundLogger = structlog.get_logger()
    return made


def world(found: Settings, environment: str, rules: Policy) -> World:
    """The real one: the account's exchange, the public weather services, the system's clock.

    Raises:
        UsageError: no key is named. KeyFileError: the key file is not fit.
    """
    if not found.key_id or not found.key_file:
        raise UsageError("no key: set KWX_KEY_ID and KWX_KEY_FILE (a file with mode 0600)")
    now, sleep = lambda: datetime.now(UTC), asyncio.sleep
    kalshi = KalshiClient(
        found.exchange_url(environment),
        key_id=found.key_id,
        key=load_key(found.key_file),
        now=now,
        sleep=sleep,
        read_pace=pace(rules, rules.exchange.read_tokens_per_second),
        write_pace=pace(rules, rules.exchange.write_tokens_per_second),
        timeout_seconds=rules.exchange.request_timeout_seconds,
    )
    hosts = {METAR_HOST: found.weather_url, GUIDANCE_HOST: found.guidance_url}
    return World(kalshi, WeatherClient(hosts, now=now, sleep=sleep), now, sleep, found)


def pace(rules: Policy, refill: float) -> Pace:
    """How fast the exchange may be asked, by policy."""
    return Pace(refill * rules.exchange.bucket_seconds, refill)


def walk(found: Settings, words: str, *, is_once: bool, is_observing: bool) -> None:
    """Open the database, then tick once or until a signal says stop.

    Raises:
        KwxError: it could not start.
    """
    with _opened(found) as store:
        dispatch.require_account(store, found)
        asyncio.run(_walk(store, found, words, is_once=is_once, is_observing=is_observing))


def _opened(found: Settings) -> Store:
    """Open the file; a reader who holds it for a moment is waited for and named.

    Raises:
        UsageError: another service runs. DatabaseLocked: the reader does not let go.
    """
    if is_listening(found.socket):
        raise UsageError(f"a service is running already; it listens on {found.socket}")
    deadline = time.monotonic() + READER_PATIENCE_SECONDS
    while True:
        try:
            return Store.open(found.database)
        except DatabaseLocked as error:
            if time.monotonic() > deadline:
                raise
            sys.stderr.write(json.dumps({"event": "waiting for a reader", "error": str(error)}))
            sys.stderr.write("\n")
            time.sleep(READER_PAUSE_SECONDS)


async def _walk(
    store: Store, found: Settings, words: str, *, is_once: bool, is_observing: bool
) -> None:
    rules = policy(found)
    outside = world(found, store.account.environment, rules)
    log = logger()
    run_id = runs.record(store, words, outside.now())
    pipeline.admit(store, rules, outside.now())
    service = loop.Service(outside, store, rules, run_id, log, is_observing, teller(found, log))
    try:
        async with control.listening(store, found, outside.now):
            if is_once:
                store.seal(outside.now())
                await loop.tick(service)
            else:
                await _serve(service, found)
    finally:
        await outside.aclose()


async def _serve(service: loop.Service, found: Settings) -> None:
    stop = asyncio.Event()
    running = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(name, stop.set)
    web = server(service, CADENCE_SECONDS, found.http_port)
    pages = asyncio.create_task(web.serve())
    try:
        await _run(service, stop)
    finally:
        web.should_exit = True
        await pages


async def _run(service: loop.Service, stop: asyncio.Event) -> None:
    """Tick at the cadence until told to stop; what is under way is finished and resolved.

    A tick that fails is logged and the next one tries again: nothing is half-written, since
    each step is a commit of its own. A broken contract is a bug, and stops the service.
    """
    now = service.world.now
    while not stop.is_set():
        started = now()
        try:
            # Before anything of a new day lands, so that a seal is of whole days.
            service.store.seal(started)
            await loop.tick(service)
        except (OSError, StoreError) as error:
            service.log.exception("tick failed", error=str(error))
        left = CADENCE_SECONDS - (now() - started).total_seconds()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), timeout=max(left, SHORTEST_PAUSE_SECONDS))
    await loop.resolve(service)
    service.log.info("stopped", ticks=service.ticks)
