-- purpose:     Money at stake per strategy on the days that trade: filled, resting and unknown.
-- grain:       a fill, or an intent's contracts that have not come back as fills
-- inputs:      ledger.attribution, parsed.fills, parsed.markets, parsed.orders, posted.states
-- output:      Exposures, a frame that is never kept
-- parameters:  $as_of (UTC)
-- idempotency: reads only
with
-- The east closes before the west: a day's money counts until its last market has closed.
markets as (
    select ticker, climate_date,
    from parsed.markets
    where climate_date in (
        select open_markets.climate_date
        from parsed.markets as open_markets
        where open_markets.close_at > $as_of
    )
),

intents as (
    select states.*,
    from posted.states as states
    inner join markets on markets.ticker = states.ticker
    where states.kind = 'create'
),

-- A fill that landed in this tick has no attribution yet, but its order is known to be ours.
fills as (
    select
        coalesce(by_order.strategy_id, by_client.strategy_id, known.strategy_id) as strategy_id,
        coalesce(by_order.intent_id, by_client.intent_id, known.intent_id) as intent_id,
        fills.ticker,
        fills.price_dollars,
        fills.contracts,
        fills.fee_dollars,
    from parsed.fills as fills
    inner join markets on markets.ticker = fills.ticker
    left join intents as by_order on by_order.outcome_order_id = fills.order_id
    left join intents as by_client on by_client.client_order_id = fills.client_order_id
    left join ledger.attribution as known on known.fill_id = fills.fill_id
),

came_back as (
    select intent_id, sum(contracts) as contracts,
    from fills
    group by intent_id
),

open_intents as (
    select
        intents.strategy_id,
        intents.ticker,
        intents.price_dollars,
        case
            when intents.state in ('rejected', 'never_landed') then 0
            when orders.order_id is not null then
                orders.filled_contracts
                + case orders.status when 'resting' then orders.remaining_contracts else 0 end
            when intents.state = 'cancelled' then 0
            else intents.contracts
        end - coalesce(came_back.contracts, 0) as contracts,
    from intents
    left join parsed.orders as orders
        on
            orders.order_id = intents.outcome_order_id
            or (
                intents.outcome_order_id is null
                and orders.client_order_id = intents.client_order_id
            )
    left join came_back on came_back.intent_id = intents.intent_id
),

stakes as (
    select strategy_id, ticker, price_dollars, contracts, fee_dollars,
    from fills
    where strategy_id is not null
    union all
    select strategy_id, ticker, price_dollars, contracts, null,
    from open_intents
    where contracts > 0
)

select
    stakes.strategy_id,
    stakes.ticker,
    markets.climate_date,
    stakes.price_dollars,
    stakes.contracts::decimal(18, 2) as contracts,
    stakes.fee_dollars,
from stakes
inner join markets on markets.ticker = stakes.ticker
order by stakes.strategy_id, markets.climate_date, stakes.price_dollars, stakes.contracts
