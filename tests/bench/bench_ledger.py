"""Rebuilding the whole ledger: beside its SQL run bare, its plain joins, and a row-by-row loop.

    python -m tests.bench.bench_ledger [millions of fills, 10 unless said]

Per 10 fills there are 2 orders, 5 decisions and 3 settlements; fills share markets, orders and
intents as an account's do. Goals: the rebuild at most 1.5 times the bare SQL; no statement slower
than three times the plain join it contains; at most 8 GiB; per row at least 8 times (attribution)
and 50 times (settlement) a loop over SQLite; ten times the rows at most eleven times the time.
Ratios are of one run.
"""

from __future__ import annotations

import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from kwx_core.store import Store
from kwx_core.store.catalog import BOOKS
from kwx_core.store.database import Account
from kwx_core.store.queries import bound, select
from kwx_core.store.store import EVER

START = datetime(2026, 6, 1, tzinfo=UTC)
MILLION = 1_000_000
LOOPED_MARKETS = 50_000

# One market in three has a settlement row too; every market has its result in the listing.
WORLD = """
insert into posted.intents by name
select 'i' || i as intent_id, 'xb_' || lpad(i::varchar, 26, '2') as client_order_id,
    'd' || i as decision_id, 'cross_bracket' as strategy_id, 'create' as kind,
    'KXHIGHNY-M' || (i % $markets) as ticker, if(i % 2 = 0, 'yes', 'no') as outcome_side,
    0.40 as price_dollars, 5 as contracts, 'good_till_canceled' as time_in_force,
    false as post_only, $start + to_seconds(i) as intended_at
from range($orders // 2) as numbers(i);
insert into posted.outcomes by name
select 'i' || i as intent_id, $start + to_seconds(i + 1) as observed_at, 'accepted' as state,
    'o' || i as order_id, 'response' as evidence
from range($orders // 4) as numbers(i);
insert into parsed.orders by name
select 'o' || i as order_id, 'xb_' || lpad(i::varchar, 26, '2') as client_order_id,
    'KXHIGHNY-M' || (i % $markets) as ticker, if(i % 2 = 0, 'yes', 'no') as outcome_side,
    'executed' as status, 0.40 as price_dollars, 5 as contracts, 5 as filled_contracts,
    0 as remaining_contracts, 0 as exchange_index, $start + to_seconds(i) as created_at,
    $start + to_seconds(i) as received_at, false as is_imported, i as landed_seq, 0 as position
from range($orders) as numbers(i);
insert into parsed.fills by name
select 'f' || i as fill_id,
    -- A tenth is of orders that nobody knows: a person's, or legacy ids.
    if(i % 10 = 0, 'p' || i, 'o' || (i % $orders)) as order_id,
    if(i % 20 = 0, 'mm_xb_' || i, null) as client_order_id,
    'KXHIGHNY-M' || (i % $orders % $markets) as ticker,
    if(i % $orders % 2 = 0, 'yes', 'no') as outcome_side,
    0.40 as price_dollars, if(i % $orders % 2 = 0, 0.40, 0.60) as yes_price_dollars,
    1 as contracts, 0.0168 as fee_dollars, true as is_taker, 0 as exchange_index,
    $start + to_seconds(i // 2) as filled_at, $start + to_seconds(i // 2) as received_at,
    false as is_imported, i as landed_seq, 0 as position
from range($fills) as numbers(i);
insert into decided.decisions by name
select 'd' || i as decision_id, $start + to_seconds(i) as decided_at, 'bench' as run_id,
    'cross_bracket' as strategy_id, 'KXHIGHNY' as family, 'KXHIGHNY-E' as event_ticker,
    'KXHIGHNY-M' || (i % $markets) as ticker, if(i % 2 = 0, 'yes', 'no') as outcome_side,
    0.7 as yes_probability, 0.40 as price_dollars, 0.1 as edge_dollars, 1 as contracts,
    if(i % 10 = 0, 'post', 'pass') as verdict, 'clear' as reason, 'live' as variant,
    72.0 as mean_f, 2.0 as sd_f, 2.0 as sd_before_floor_f, 2.0 as floor_f,
    17.0 as standard_hour, 5.0 as hours_to_close, 'bench' as policy_id, [] as gates
from range($decisions) as numbers(i);
insert into parsed.markets by name
select 'KXHIGHNY-M' || i as ticker, 'KXHIGHNY-E' as event_ticker, 'KXHIGHNY' as series_ticker,
    'finalized' as status, if(i % 2 = 0, 'yes', 'no') as market_result,
    1 - i % 2 as settlement_value_dollars, $ended as settled_at,
    false as is_imported, $ended as received_at, i as landed_seq, 0 as position
from range($markets) as numbers(i);
insert into parsed.settlements by name
select ticker, event_ticker, market_result, settlement_value_dollars, settled_at,
    0 as exchange_index, is_imported, received_at, landed_seq, position
from parsed.markets;
insert into parsed.balances by name
select 0 as exchange_index, 1000 as balance_dollars, 0 as portfolio_value_dollars,
    $start - interval 1 hour as received_at, 0 as landed_seq, 0 as position
"""

# What each book must join or group at the least, over all its rows.
PLAIN = {
    "attribution": """
        select fills.fill_id, orders.client_order_id, intents.strategy_id
        from parsed.fills as fills
        left join parsed.orders as orders on orders.order_id = fills.order_id
        left join posted.intents as intents
            on intents.client_order_id = coalesce(fills.client_order_id, orders.client_order_id)
    """,
    "settlements": """
        select fills.ticker, markets.market_result, reported.market_result as told,
            sum(fills.contracts) as contracts,
            sum(fills.price_dollars::decimal(38,6) * fills.contracts) as cost_dollars
        from parsed.fills as fills
        left join parsed.markets as markets on markets.ticker = fills.ticker
        left join parsed.settlements as reported on reported.ticker = fills.ticker
        group by all
    """,
}


def world(store: Store, millions: float) -> None:
    """Fill parsed and posted with an account's history of that many fills."""
    fills = int(millions * MILLION)
    sizes = {
        "fills": fills, "orders": fills // 5, "decisions": fills // 2, "markets": 3 * fills // 10,
        "start": START, "ended": datetime(2027, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    for statement in WORLD.strip().split(";\n"):
        store._con.execute(statement, bound(statement, sizes))


def timed(action: Callable[[], object]) -> float:
    """Seconds of wall-clock time."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def bare(store: Store) -> dict[str, float]:
    """Seconds of each ledger file's own text, into empty tables, in order."""
    seconds = {}
    for noun in BOOKS:
        query = select("ledger", noun)
        values = bound(query, {"since": EVER[0], "until": EVER[1]})
        text = f"insert into ledger.{noun} by name {query}"
        seconds[noun] = timed(lambda t=text, v=values: store._con.execute(t, v))
    return seconds


def emptied(store: Store) -> None:
    for noun in BOOKS:
        store._con.execute(f"delete from ledger.{noun}")
    store._con.execute("checkpoint")


def plain(store: Store, noun: str) -> float:
    return timed(lambda: store._con.execute(f"create or replace temp table bare as {PLAIN[noun]}"))


def looped(store: Store, folder: Path) -> tuple[float, float]:
    """Seconds a row of a loop over SQLite (indexed, WAL, one transaction): fill, market."""
    lite = sqlite3.connect(folder / "loop.sqlite", isolation_level=None)
    lite.execute("pragma journal_mode = wal")
    wanted = {
        "fills": "select fills.fill_id, fills.order_id, fills.client_order_id, fills.ticker,"
        " fills.outcome_side, fills.price_dollars::varchar as price_dollars,"
        " fills.contracts::varchar as contracts, fills.fee_dollars::varchar as fee_dollars"
        " from parsed.fills as fills inner join parsed.markets as markets"
        f" on markets.ticker = fills.ticker where markets.landed_seq < {LOOPED_MARKETS}",
        "orders": "select order_id, client_order_id from parsed.orders",
        "intents": "select client_order_id, strategy_id, intent_id from posted.intents",
        "markets": "select ticker, market_result from parsed.markets",
    }
    for name, query in wanted.items():
        frame = store.frame(query)
        columns = ", ".join(frame.columns)
        lite.execute(f"create table {name} ({columns})")
        lite.execute("begin")
        holes = ", ".join("?" * frame.width)
        lite.executemany(f"insert into {name} values ({holes})", frame.rows())
        lite.execute("commit")
        lite.execute(f"create index {name}_key on {name} ({frame.columns[0]})")
    lite.execute("create index fills_ticker on fills (ticker)")
    lite.execute("create index fills_order on fills (order_id)")
    lite.execute("create table attribution (fill_id primary key, strategy_id, intent_id)")
    lite.execute("create table settled (ticker primary key, payout, cost, fee)")
    fills = lite.execute("select fill_id, order_id, client_order_id from fills").fetchall()
    tickers = lite.execute("select distinct ticker from fills").fetchall()
    attribution = timed(lambda: _attribute_by_row(lite, fills)) / len(fills)
    return attribution, timed(lambda: _settle_by_row(lite, tickers)) / len(tickers)


def _attribute_by_row(lite: sqlite3.Connection, fills: list[tuple[str, str, str | None]]) -> None:
    lite.execute("begin")
    for fill_id, order_id, echoed in fills:
        said = echoed
        if said is None:
            row = lite.execute(
                "select client_order_id from orders where order_id = ?", (order_id,)
            ).fetchone()
            said = row[0] if row else None
        known = lite.execute(
            "select strategy_id, intent_id from intents where client_order_id = ?", (said,)
        ).fetchone()
        strategy, intent = known or (
            "cross_bracket" if said and said.startswith("mm_xb_") else "manual",
            None,
        )
        lite.execute("insert into attribution values (?, ?, ?)", (fill_id, strategy, intent))
    lite.execute("commit")


def _settle_by_row(lite: sqlite3.Connection, tickers: list[tuple[str]]) -> None:
    lite.execute("begin")
    for (ticker,) in tickers:
        result = lite.execute(
            "select market_result from markets where ticker = ?", (ticker,)
        ).fetchone()[0]
        payout = cost = fee = Decimal(0)
        for side, price, contracts, charged in lite.execute(
            "select outcome_side, price_dollars, contracts, fee_dollars from fills"
            " where ticker = ?",
            (ticker,),
        ).fetchall():
            payout += Decimal(contracts) if side == result else Decimal(0)
            cost += Decimal(price) * Decimal(contracts)
            fee += Decimal(charged)
        lite.execute(
            "insert into settled values (?, ?, ?, ?)", (ticker, str(payout), str(cost), str(fee))
        )
    lite.execute("commit")


def measured(millions: float) -> float:
    """Print one size; seconds of its bare SQL."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.create(Path(folder) / "kwx.duckdb", Account("paper", "bench"), START) as store,
    ):
        print(
            f"\n{millions:g} million fills: made in {timed(lambda: world(store, millions)):.0f} s"
        )
        alone = bare(store)
        for noun, seconds in alone.items():
            print(f"  {noun:16} {seconds:7.2f} s bare")
        for noun in PLAIN:
            joined = plain(store, noun)
            print(f"  {noun:16} {alone[noun] / joined:7.2f} times its plain join (goal <= 3)")
        whole = sum(alone.values())
        same = timed(lambda: store.rebuild(["ledger"], write=True))
        print(f"  rebuild, nothing moves  {same / whole:.2f} times the bare SQL (goal <= 1.5)")
        emptied(store)
        first = timed(lambda: store.rebuild(["ledger"], write=True))
        print(f"  rebuild, from nothing   {first / whole:.2f} times the bare SQL (goal <= 1.5)")
        by_fill, by_market = looped(store, Path(folder))
        fills, markets = (
            store.frame(f"select count(*) from {name}").item()
            for name in ("ledger.attribution", "ledger.settlements")
        )
        print(f"  attribution {by_fill * fills / alone['attribution']:.0f} times a loop (goal 8)")
        print(f"  settlement {by_market * markets / alone['settlements']:.0f} times (goal 50)")
    return whole


def main() -> None:
    """Print the size asked for and a tenth of it, and how the time grows."""
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    small, large = measured(millions / 10), measured(millions)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"\nten times the rows: {large / small:.1f} times the time (goal <= 11)")
    print(f"peak memory of the process: {peak:.1f} GiB (goal <= 8)")


if __name__ == "__main__":
    main()
