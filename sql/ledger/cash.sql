-- purpose:     List every movement of the balance that we can explain, with the balance after it.
-- grain:       flow_id
-- inputs:      ledger.movements, parsed.balances
-- output:      ledger.cash
-- parameters:  $since, $until (flowed_at, UTC, half-open)
-- idempotency: replaces the window; the running balance looks at all history
with flows as (
    select
        rank,
        kind || ':' || cause as flow_id,
        flowed_at,
        exchange_index,
        kind,
        ticker,
        amount_dollars
    from ledger.movements
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
