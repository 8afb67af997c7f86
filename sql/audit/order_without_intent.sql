-- finding: the order list shows an order that bears an id of ours, and we never meant it
-- healthy: no rows
-- seen:    only two of the predecessor's six order paths wrote down what they posted, and those
--          after the answer: an order accepted after a time-out was nobody's from then on
with foreign_orders as (
    select
        orders.order_id, orders.client_order_id, orders.contracts, orders.ticker,
        orders.created_at, orders.landed_seq,
        split_part(orders.client_order_id, '_', 1) as code
    from parsed.orders as orders
    anti join posted.intents as intents on intents.client_order_id = orders.client_order_id
    where regexp_full_match(orders.client_order_id, '[a-z]+_[a-z2-7]{26}')
        and not orders.is_imported
        and orders.created_at > $as_of::timestamptz - interval 7 day
        -- What an earlier file of this account had posted is adopted, not foreign.
        and orders.created_at > (select account.created_at from ref.account as account)
)

select
    strategies.strategy_id as subject,
    -- Another program posts with our ids, or this file is an older copy: limits no longer hold.
    'halt' as severity,
    format(
        '{} orders without an intent since {}; the newest is {} of {} contracts on {}',
        count(*), min(created_at)::varchar, arg_max(order_id, created_at),
        arg_max(contracts, created_at)::varchar, arg_max(ticker, created_at)
    ) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = max(foreign_orders.landed_seq)
    ) as sample_request_id
from foreign_orders
inner join ref.strategies as strategies on strategies.code = foreign_orders.code
group by strategies.strategy_id
