-- purpose:     What the account has on each market that trades: held, resting, unknown, lost.
-- grain:       ticker
-- inputs:      parsed.fills, parsed.markets, parsed.orders, parsed.positions, posted.states
-- output:      Holdings, a frame that is never kept
-- parameters:  $since, $until (receipt of the newest complete positions pull, UTC), $as_of (UTC)
-- idempotency: reads only
with
markets as (
    select ticker from parsed.markets where close_at > $as_of
),

reported as (
    select ticker, sum(contracts) as contracts,
    from parsed.positions
    where received_at >= $since and received_at <= $until
    group by ticker
),

filled as (
    select
        ticker,
        sum(case outcome_side when 'yes' then contracts else -contracts end) as contracts,
    from parsed.fills
    group by ticker
),

listed as (
    select ticker, sum(remaining_contracts) as contracts,
    from parsed.orders
    where status = 'resting'
    group by ticker
),

intents as (
    select
        states.ticker,
        -- Accepted, but not in the order list yet: it rests until the list says otherwise.
        sum(states.contracts) filter (
            where states.state in ('accepted', 'landed_after_all') and orders.order_id is null
        ) as unlisted_contracts,
        count(*) filter (where states.state = 'unknown') as unknown_intents,
        count(*) filter (
            where states.state = 'never_landed' and states.outcome_side = 'yes'
        ) as never_landed_yes,
        count(*) filter (
            where states.state = 'never_landed' and states.outcome_side = 'no'
        ) as never_landed_no,
    from posted.states as states
    left join parsed.orders as orders on orders.order_id = states.outcome_order_id
    where states.kind = 'create'
    group by states.ticker
)

select
    markets.ticker,
    -- The larger of the two words: fills may be ahead of the exchange's list, or behind it.
    greatest(
        abs(coalesce(reported.contracts, 0)), abs(coalesce(filled.contracts, 0))
    )::decimal(18, 2) as held_contracts,
    (
        coalesce(listed.contracts, 0) + coalesce(intents.unlisted_contracts, 0)
    )::decimal(18, 2) as resting_contracts,
    coalesce(intents.unknown_intents, 0)::bigint as unknown_intents,
    coalesce(intents.never_landed_yes, 0)::bigint as never_landed_yes,
    coalesce(intents.never_landed_no, 0)::bigint as never_landed_no,
from markets
left join reported on reported.ticker = markets.ticker
left join filled on filled.ticker = markets.ticker
left join listed on listed.ticker = markets.ticker
left join intents on intents.ticker = markets.ticker
where
    coalesce(reported.ticker, filled.ticker, listed.ticker, intents.ticker) is not null
order by markets.ticker
