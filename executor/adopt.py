"""Taking over an account in flight: all of its past, once, and again after a long gap.

The regular pulls look `feeds.HISTORY` back. What is older is asked for from the beginning when
nothing of it is known, and when no whole answer came for so long that something may have passed
unseen: first the exchange's live partition, then its archive, into which rows move meanwhile, so
that none is missed between the two. A pull that broke off is owed until one comes to its end.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from executor import feeds
from executor.kalshi import sansio
from kwx_core import pipeline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from structlog.typing import FilteringBoundLogger

    from executor.world import World
    from kwx_core.policy import Policy
    from kwx_core.store import Store

LIVE = {
    "kalshi_orders": "/portfolio/orders",
    "kalshi_fills": "/portfolio/fills",
    "kalshi_settlements": "/portfolio/settlements",
}
# Settlements have no archive: theirs is one list from the beginning (openapi 2026-10).
ARCHIVES = {
    "kalshi_historical_orders": "/historical/orders",
    "kalshi_historical_fills": "/historical/fills",
}
# These say no more for being asked whole, but the books begin with the first reading: it has to be
# there when they are derived from their beginning, and after all that moved money before it.
MONEY = {
    "kalshi_deposits": "/portfolio/deposits",
    "kalshi_withdrawals": "/portfolio/withdrawals",
    "kalshi_intra_exchange_instance_transfers": "/portfolio/intra_exchange_instance_transfers",
    "kalshi_balance": "/portfolio/balance",
}
# Two million rows; a pull that is longer than this is landed as incomplete, and said to be owed.
PAGES_LIMIT = 2000
# A gap is noticed within this time, which is far less than the regular pulls look back.
RECHECKED_AFTER = timedelta(days=1)
# A whole answer must be younger than the regular pulls look back, by a margin for what lags.
LONGEST_GAP = feeds.HISTORY - timedelta(days=1)
TICKERS_A_REQUEST = 50


async def adopt(
    world: World, store: Store, policy: Policy, log: FilteringBoundLogger, was_at: datetime | None
) -> datetime | None:
    """Land what is owed of the past, and derive the books from their beginning.

    Looked at once a process and once a day; while something is owed, each tick. `was_at` and what
    comes back are the moment at which nothing was owed any more; None while something is.
    """
    at = world.now()
    if was_at is not None and at - was_at < RECHECKED_AFTER:
        return was_at
    owed = _owed(store, at)
    polls = 0
    for endpoints in (LIVE, ARCHIVES):
        wanted = {feed: path for feed, path in endpoints.items() if feed in owed}
        polls += store.land(await feeds.pull(world, _whole(wanted)))
    if owed:
        for feed, path in MONEY.items():
            polls += store.land(await feeds.pull(world, [feeds.kalshi(feed, path, {})]))
    pipeline.parse(store)
    polls += store.land(await feeds.pull(world, _results(store, at)))
    if polls:
        pipeline.parse(store)
        pipeline.account_ever(store, policy)
    left = _owed(store, world.now())
    log.info("adopted", asked=sorted(owed), polls=polls, owed=sorted(left))
    return None if left else at


def _whole(endpoints: dict[str, str]) -> Iterator[feeds.Plan]:
    """From the beginning, without a filter."""
    for feed, path in endpoints.items():
        yield feeds.kalshi(feed, path, {"limit": sansio.PAGE_LIMIT}, PAGES_LIMIT)


def _results(store: Store, at: datetime) -> Iterator[feeds.Plan]:
    """Markets that we traded and of which nobody has told the end, live and archived."""
    rows = store.frame(_UNTOLD, at=at, since=at - feeds.HISTORY)
    tickers = rows["ticker"].to_list()
    for first in range(0, len(tickers), TICKERS_A_REQUEST):
        some = ",".join(tickers[first : first + TICKERS_A_REQUEST])
        query = {"limit": sansio.PAGE_LIMIT, "tickers": some}
        yield feeds.kalshi("kalshi_markets", "/markets", query)
        yield feeds.kalshi("kalshi_historical_markets", "/historical/markets", query)


def _owed(store: Store, at: datetime) -> frozenset[str]:
    """Feeds of which no whole pull has come to its end since their last gap."""
    values = {"at": at, "since": at - feeds.HISTORY, "lately": at - RECHECKED_AFTER}
    return frozenset(store.frame(_OWED, window=LONGEST_GAP, **values)["feed"])


_OWED = f"""
with wanted as (
    from (values
        ('kalshi_orders', 'kalshi_orders'), ('kalshi_fills', 'kalshi_fills'),
        ('kalshi_settlements', 'kalshi_settlements'),
        ('kalshi_historical_orders', 'kalshi_orders'),
        ('kalshi_historical_fills', 'kalshi_fills')
    ) as pairs (feed, live)
),
-- Pages are asked for one after the other until one fails: the last one stands for the whole pull.
-- A file that somebody landed is no pull: it says nothing of what it leaves out.
pulls as (
    select feed, requested_at, endpoint not like '%min_ts=%' as is_whole
    from landed.requests
    where is_last_page and status_code = 200 and request is null
        and endpoint like '{sansio.ROOT}/%' and feed in (select feed from wanted)
),
-- Day by day, since a year has half a million pulls of each; now is a moment, too.
days as (
    select feed, min(requested_at) as began_at, max(requested_at) as ended_at
    from (
        select feed, requested_at from pulls
        union all
        select distinct live, $at from wanted
    )
    group by feed, requested_at::date
),
gaps as (
    select feed, max(began_at) filter (where is_gap) as ended_at
    from (
        select feed, began_at, began_at - lag(ended_at) over (
            partition by feed order by began_at
        ) > $window as is_gap
        from days
    )
    group by feed
)
select wanted.feed
from wanted
inner join gaps on gaps.feed = wanted.live
left join pulls
    on pulls.feed = wanted.feed and pulls.is_whole
    and pulls.requested_at >= coalesce(gaps.ended_at, '-infinity')
group by wanted.feed
having count(pulls.feed) = 0
union
-- An order that nobody answered for and that the list would no longer show: the archive knows.
select 'kalshi_historical_orders'
where exists (
    from posted.states where state = 'unknown' and kind = 'create' and intended_at < $since
) and not exists (
    from pulls where feed = 'kalshi_historical_orders' and requested_at > $lately
)
"""
_UNTOLD = """
select distinct fills.ticker
from parsed.fills as fills
left join parsed.markets as markets on markets.ticker = fills.ticker
where markets.ticker is null
    -- What closed lately is asked for by its series.
    or (markets.market_result is null and markets.close_at <= $since)
order by fills.ticker
"""
