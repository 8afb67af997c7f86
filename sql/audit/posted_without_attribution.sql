-- finding: by the order list our orders filled more contracts than our books give to the strategy
-- healthy: no rows
-- seen:    the founding day, 2026-05-10: 9 posted decisions, 0 attributed fills
with attributed as (
    select order_id, strategy_id, evidence, sum(contracts) as contracts
    from ledger.attribution as attribution
    inner join parsed.fills as fills on fills.fill_id = attribution.fill_id
    group by all
),
orders as (
    select
        owners.strategy_id,
        orders.order_id,
        orders.filled_contracts,
        coalesce(orders.created_at, orders.received_at)::date as placed_date,
        -- What a person has corrected is explained, whosoever it is now.
        coalesce(sum(attributed.contracts) filter (
            where attributed.strategy_id = owners.strategy_id or attributed.evidence = 'correction'
        ), 0) as contracts
    from parsed.orders as orders
    inner join ledger.order_owners as owners on owners.order_id = orders.order_id
    left join attributed on attributed.order_id = orders.order_id
    -- The list of fills may lag behind the list of orders for a while.
    where coalesce(orders.updated_at, orders.received_at)
        < $as_of::timestamptz - interval 600 second
    group by all
)
select
    strategy_id || ' ' || placed_date as subject,
    'warning' as severity,
    format('orders filled {} contracts, {} of them are attributed; the first order is {}',
        sum(filled_contracts)::varchar, sum(contracts)::varchar, min(order_id)) as detail,
    null::varchar as sample_request_id
from orders
where filled_contracts > contracts
group by strategy_id, placed_date
