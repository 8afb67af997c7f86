"""What is left at the end of a play: the books beside the exchange's own account."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from executor.paper.listing import AccountFill, AccountStatement
    from kwx_core.store import Store

MANUAL = "manual"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Ending:
    """Everything that the report shows and the checks judge."""

    ended_at: datetime
    books: pl.DataFrame  # a row a book and city: orders, fills, payout, cost, fees, profit
    proof: pl.DataFrame  # readings, the largest and the last unexplained dollars
    findings: pl.DataFrame  # open ones and closed ones
    attribution: dict[str, str]  # fill → strategy, ours
    witnessed: dict[str, str]  # fill → strategy, by the exchange's own ids
    profits: dict[str, Decimal]  # settled ticker → profit, ours
    witnessed_profits: dict[str, Decimal]  # settled ticker → profit, the exchange's
    balance: tuple[Decimal, Decimal]  # the last reading, and the exchange's own
    by_hand: frozenset[str]  # market and day of what a person traded, by the exchange's own ids
    winners: dict[str, str]  # event → the market that paid, ours
    activity: dict[str, int]


def ending(
    store: Store, statement: AccountStatement, ended_at: datetime, marks: dict[str, datetime]
) -> Ending:
    """Read the database and the exchange's own account; `marks` are moments to count from."""
    attribution = store.frame("select fill_id, strategy_id from ledger.attribution order by 1")
    settled = store.frame(
        "select ticker, profit_dollars from ledger.settlements where state = 'settled' order by 1"
    )
    codes = dict(store.frame("select code, strategy_id from ref.strategies").iter_rows())
    return Ending(
        ended_at=ended_at,
        books=store.frame(_BOOKS),
        proof=store.frame(_PROOF),
        findings=store.frame(_FINDINGS),
        attribution=dict(attribution.iter_rows()),
        witnessed={fill.fill_id: _owner(fill, codes) for fill in statement.fills},
        profits=dict(settled.iter_rows()),
        witnessed_profits=dict(statement.profit_by_ticker_dollars),
        balance=(_last_balance(store), statement.available_balance_dollars),
        by_hand=frozenset(
            f"{fill.ticker} {fill.filled_at:%Y-%m-%d}"
            for fill in statement.fills
            if _owner(fill, codes) == MANUAL
        ),
        winners=dict(store.frame(_WINNERS).iter_rows()),
        activity=dict(store.frame(_ACTIVITY, **marks).iter_rows()),
    )


def _owner(fill: AccountFill, codes: dict[str, str]) -> str:
    """Whose fill it is by the id that the exchange itself keeps, whatever its answers say."""
    code = (fill.client_order_id or "").split("_")[0]
    return codes.get(code, MANUAL)


def _last_balance(store: Store) -> Decimal:
    rows = store.frame(
        "select balance_dollars from parsed.balances order by received_at desc limit 1"
    )
    return Decimal(rows["balance_dollars"][0]) if rows.height else ZERO


# A city is a series; orders are intents that the exchange took.
_BOOKS = """
with orders as (
    select
        strategies.book_id,
        split_part(states.ticker, '-', 1) as family,
        count(*) as orders
    from posted.states as states
    inner join ref.strategies as strategies on strategies.strategy_id = states.strategy_id
    where states.kind = 'create' and states.outcome_order_id is not null
    group by 1, 2
),

fills as (
    select
        attribution.book_id,
        split_part(attribution.ticker, '-', 1) as family,
        count(*) as fills
    from ledger.attribution as attribution
    group by 1, 2
),

money as (
    select
        book_id,
        family,
        sum(payout_dollars) as payout,
        sum(cost_dollars) as cost,
        sum(fee_dollars) as fees,
        sum(profit_dollars) as profit
    from ledger.pnl
    group by 1, 2
)

select
    money.book_id as book,
    coalesce(split_part(stations.city, ' (', 1), money.family) as city,
    coalesce(orders.orders, 0) as orders,
    coalesce(fills.fills, 0) as fills,
    money.payout,
    money.cost,
    money.fees,
    money.profit
from money
left join orders on orders.book_id = money.book_id and orders.family = money.family
left join fills on fills.book_id = money.book_id and fills.family = money.family
left join ref.series as series on series.series_ticker = money.family
left join ref.stations as stations on stations.station_id = series.station_id
order by 1, 2
"""
_PROOF = """
select
    exchange_index as shard,
    count(*) as readings,
    max(abs(unexplained_dollars)) as largest_unexplained,
    arg_max(reported_balance_dollars, received_at) as reported,
    arg_max(derived_balance_dollars, received_at) as derived,
    arg_max(unexplained_dollars, received_at) as unexplained
from ledger.cash_proof
group by exchange_index
"""
_FINDINGS = """
select finding, subject, severity, first_seen_at, last_seen_at, resolved_at, detail
from audit.findings
order by severity <> 'halt', severity <> 'warning', finding, subject
"""
_WINNERS = """
select event_ticker, min(ticker) as ticker
from parsed.markets where market_result = 'yes' group by event_ticker order by event_ticker
"""
_ACTIVITY = """
with orders as (
    select * from posted.states where kind = 'create' and outcome_order_id is not null
),

fills as (
    select fills.*, attribution.strategy_id
    from parsed.fills as fills
    inner join ledger.attribution as attribution on attribution.fill_id = fills.fill_id
)

select 'orders' as what, count(*) as n from orders
union all
select 'orders on the forgotten day', count(*) from orders
where intended_at >= $forgotten_from and intended_at < $forgotten_until
union all
select 'fills', count(*) from fills where strategy_id <> 'manual'
union all
select 'fills after the first drift', count(*) from fills
where strategy_id <> 'manual' and filled_at >= $first_drift
union all
select 'partial fills', count(*)
from fills
inner join parsed.orders as orders on orders.order_id = fills.order_id
where fills.strategy_id <> 'manual' and fills.contracts < orders.contracts
union all
select 'fills by hand', count(*) from fills where strategy_id = 'manual'
union all
select 'decisions', count(*) from decided.decisions
union all
select 'lost answers', count(distinct intent_id)
from posted.outcomes where state = 'unknown' and code is null
union all
select 'duplicates', count(distinct intent_id)
from posted.outcomes where code = 'order_already_exists'
union all
select 'pairs', count(*) from ledger.settlements where yes_contracts > 0 and no_contracts > 0
union all
select 'won', count(*) from ledger.settlements where is_win
union all
select 'lost', count(*) from ledger.settlements where not is_win
union all
select 'settled after the second drift', count(*) from ledger.settlements
where state = 'settled' and settled_at >= $second_drift
union all
select 'won after the second drift', count(*) from ledger.settlements
where is_win and settled_at >= $second_drift
union all
select 'lost after the second drift', count(*) from ledger.settlements
where not is_win and settled_at >= $second_drift
"""
