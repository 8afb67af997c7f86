-- purpose:     List every movement of the balance that we can explain, with the balance after it.
-- grain:       flow_id
-- inputs:      ledger.fills, ledger.reserves, ledger.settlements, parsed.balances
-- output:      ledger.cash
-- parameters:  $since, $until (flowed_at, UTC, half-open)
-- idempotency: replaces the window; the running balance looks at all history
with fills as (
    select
        fills.*,
        sum(fills.yes_contracts) over earlier as yes_so_far,
        sum(fills.no_contracts) over earlier as no_so_far
    from ledger.fills as fills
    window earlier as (
        partition by fills.exchange_index, fills.ticker order by fills.filled_at, fills.fill_id
    )
),

residuals as (
    select
        fills.exchange_index,
        fills.ticker,
        settlements.settled_at,
        settlements.yes_value_dollars,
        sum(fills.yes_contracts) as yes_contracts,
        sum(fills.no_contracts) as no_contracts
    from fills
    inner join ledger.settlements as settlements on settlements.ticker = fills.ticker
    where settlements.yes_value_dollars is not null and settlements.settled_at is not null
    group by all
),

movements as (
    -- Cast one by one: a union of decimals keeps the coarsest scale (DuckDB 1.5).
    select
        1 as rank, kind, cause, flowed_at, exchange_index, ticker,
        amount_dollars::decimal(18,6) as amount_dollars
    from ledger.reserves
    union all
    select 2, 'fill', fill_id, filled_at, exchange_index, ticker, -cost_dollars::decimal(18,6)
    from fills
    union all
    select 3, 'fee', fill_id, filled_at, exchange_index, ticker, -fee_dollars
    from fills
    union all
    -- The exchange pairs first in, first out, whoever's the fills are, and pays a pair at once.
    select
        4, 'netting', fill_id, filled_at, exchange_index, ticker,
        (
            least(yes_so_far, no_so_far)
            - least(yes_so_far - yes_contracts, no_so_far - no_contracts)
        )::decimal(18,6)
    from fills
    union all
    select
        5, 'settlement', ticker || ':' || exchange_index, settled_at, exchange_index, ticker,
        -- The exchange pays a scalar market in whole cents.
        round(
            yes_contracts * yes_value_dollars + no_contracts * (1 - yes_value_dollars)
            - least(yes_contracts, no_contracts), 2
        )::decimal(18,6)
    from residuals
),

flows as (
    select
        rank,
        kind || ':' || cause as flow_id,
        flowed_at,
        exchange_index,
        kind,
        ticker,
        amount_dollars
    from movements
    where amount_dollars <> 0
),

readings as (
    select
        exchange_index,
        min(received_at) as received_at,
        arg_min(balance_dollars, received_at) as balance_dollars
    from parsed.balances
    group by exchange_index
),

-- What we had before the first flow that we know of, so that the first reading is met.
openings as (
    select
        0 as rank,
        'opening:' || readings.exchange_index as flow_id,
        least(readings.received_at, min(flows.flowed_at)) as flowed_at,
        readings.exchange_index,
        'opening' as kind, null::varchar as ticker,
        readings.balance_dollars - coalesce(sum(flows.amount_dollars) filter (
            where flows.flowed_at <= readings.received_at
        ), 0) as amount_dollars
    from readings
    left join flows on flows.exchange_index = readings.exchange_index
    group by readings.exchange_index, readings.received_at, readings.balance_dollars
),

balances as (
    select
        *,
        sum(amount_dollars) over (
            partition by exchange_index order by flowed_at, rank, flow_id
        )::decimal(18,6) as balance_dollars
    from (from openings union all from flows)
)

select
    flow_id,
    flowed_at,
    exchange_index,
    kind,
    ticker,
    amount_dollars::decimal(18,6) as amount_dollars,
    balance_dollars
from balances
where flowed_at >= $since and flowed_at < $until
