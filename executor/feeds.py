"""What to ask the world, and when: plans for the feeds that are due, pulled page by page."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from executor.kalshi import sansio
from executor.kalshi.answers import next_cursor
from executor.weather.plans import guidance, metar
from kwx_core.store import Landing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    import polars as pl

    from executor.wire import Answer, Request
    from executor.world import World
    from kwx_core.policy import Policy
    from kwx_core.store import Store

# A pull that never ends is a fault of the cursor; what came so far is landed as incomplete.
PAGES_LIMIT = 100
# What was settled and filled is asked for this far back; what is older is known.
HISTORY = timedelta(days=14)
# One body is all there is. Positions and settlements may leave the cursor out (openapi 2026-10).
UNPAGED = {
    "kalshi_balance", "kalshi_user_data_timestamp", "kalshi_orderbook", "kalshi_positions",
    "kalshi_settlements", "kalshi_deposits", "kalshi_withdrawals",
    "kalshi_intra_exchange_instance_transfers", "metar", "open_meteo",
}  # fmt: skip
OK = 200


@dataclass(frozen=True)
class Plan:
    """One pull: the request of its first page, and what the body will not say."""

    feed: str
    request: Request
    said: str | None = None
    pages_limit: int = PAGES_LIMIT


async def fetch(
    world: World, store: Store, policy: Policy, forced: frozenset[str] = frozenset()
) -> list[Landing]:
    """Pull every feed that is due, and those that are forced; answers in order of asking."""
    at = world.now()
    due = _due(store, at) | forced
    plans = [plan for plan in _plans(store, policy, at) if plan.feed in due]
    return await pull(world, plans)


async def order_books(world: World, tickers: Iterable[str]) -> list[Landing]:
    """Pull the order books of the markets that are wished for."""
    plans = [
        Plan("kalshi_orderbook", sansio.page(f"{sansio.ROOT}/markets/{t}/orderbook"), t)
        for t in tickers
    ]
    return await pull(world, plans)


async def pull(world: World, plans: Iterable[Plan]) -> list[Landing]:
    """All pages of all plans."""
    pulled = await asyncio.gather(*(_pages(world, plan) for plan in plans))
    return [landing for pages in pulled for landing in pages]


def _due(store: Store, at: datetime) -> frozenset[str]:
    rows = store.frame(
        """
        select feeds.feed
        from ref.feeds as feeds
        left join landed.requests as requests
            on requests.feed = feeds.feed
            and requests.requested_at > $at - to_seconds(feeds.cadence_seconds)
        where feeds.cadence_seconds is not null
        group by feeds.feed
        having count(requests.request_id) = 0
        """,
        at=at,
    )["feed"]
    return frozenset(rows)


def _plans(store: Store, policy: Policy, at: datetime) -> Iterator[Plan]:
    series = _traded(store, policy)
    whole = {"limit": sansio.PAGE_LIMIT}
    late = {**whole, "min_ts": int((at - HISTORY).timestamp())}
    for ticker in series["series_ticker"]:
        trading = {**whole, "series_ticker": ticker, "status": "open"}
        yield kalshi("kalshi_markets", "/markets", trading)
    for ticker, closed_at in _awaited(store, at):
        settled = {"status": "settled", "min_settled_ts": int(closed_at.timestamp())}
        yield kalshi("kalshi_markets", "/markets", {**whole, "series_ticker": ticker, **settled})
    yield kalshi("kalshi_user_data_timestamp", "/exchange/user_data_timestamp", {})
    for noun, said in (
        ("orders", whole), ("fills", late), ("settlements", late), ("positions", whole),
        ("balance", {}), ("deposits", {}), ("withdrawals", {}),
        ("intra_exchange_instance_transfers", {}),
    ):  # fmt: skip
        yield kalshi(f"kalshi_{noun}", f"/portfolio/{noun}", said)
    for request in metar(store, series, at):
        yield Plan("metar", request)
    for request, told in guidance(store, series, at):
        yield Plan("open_meteo", request, told)


def _awaited(store: Store, at: datetime) -> list[tuple[str, datetime]]:
    """Series of which a market has closed without a known result, and since when it has."""
    return store.frame(
        """
        select series_ticker, min(close_at) as closed_at from parsed.markets
        where close_at <= $at and close_at > $since and settled_at is null
        group by series_ticker
        order by series_ticker
        """,
        at=at,
        since=at - HISTORY,
    ).rows()


def kalshi(feed: str, path: str, query: Mapping[str, object], pages: int = PAGES_LIMIT) -> Plan:
    """A pull from the exchange's API; path below its root."""
    return Plan(feed, sansio.page(f"{sansio.ROOT}{path}", query), pages_limit=pages)


def _traded(store: Store, policy: Policy) -> pl.DataFrame:
    rows = store.frame(
        """
        select series.series_ticker, series.measure, stations.*
        from ref.series as series
        inner join ref.stations as stations on stations.station_id = series.station_id
        where series.is_active
        order by series.series_ticker
        """
    )
    watched = [policy.feeds.is_watched(ticker) for ticker in rows["series_ticker"]]
    return rows.filter(rows["measure"].is_in(policy.entry.traded_measures), watched)


async def _pages(world: World, plan: Plan) -> list[Landing]:
    """Ask for page after page until the exchange says that nothing follows, or fails."""
    client = world.kalshi if plan.request.host == "kalshi" else world.weather
    landings: list[Landing] = []
    request, seen = plan.request, {""}
    pull_id = _pull_id(plan, world.now())
    while len(landings) < plan.pages_limit:
        answer = await client.fetch(request)
        cursor = next_cursor(answer.body) if answer.error is None else None
        landings.append(_landing(plan, pull_id, answer, (len(landings), cursor)))
        if not cursor or cursor in seen or answer.status != OK:
            break
        seen.add(cursor)
        request = sansio.page(plan.request.path, dict(plan.request.query), cursor)
    return landings


def _endpoint(plan: Plan) -> str:
    query = "&".join(f"{name}={value}" for name, value in sorted(plan.request.query.items()))
    return f"{plan.request.path}?{query}" if query else plan.request.path


def _pull_id(plan: Plan, at: datetime) -> str:
    asked = f"{plan.feed}|{_endpoint(plan)}|{at.isoformat()}"
    return hashlib.sha256(asked.encode()).hexdigest()[:20]


def _landing(plan: Plan, pull_id: str, answer: Answer, place: tuple[int, str | None]) -> Landing:
    page, cursor = place
    return Landing(
        feed=plan.feed,
        endpoint=_endpoint(plan),
        request=plan.said,
        pull_id=pull_id,
        page=page,
        is_last_page=cursor == "" or (cursor is None and plan.feed in UNPAGED),
        status_code=answer.status,
        requested_at=answer.requested_at,
        received_at=answer.received_at,
        body=None if answer.error else answer.body,
    )
