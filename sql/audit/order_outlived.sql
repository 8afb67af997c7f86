-- finding: an order of ours that still rests after it expired, or after its market closed
-- healthy: no rows
-- seen:    the predecessor sent no expiry and pruned only its own prefix after two hours; a gate
--          that failed while it quoted left the quotes in the book
with outlived as (
    select
        intents.strategy_id, orders.ticker, orders.order_id, orders.contracts, orders.landed_seq,
        orders.received_at,
        least(intents.expires_at, intents.close_at) as ends_at
    from posted.intents as intents
    inner join parsed.orders as orders on orders.client_order_id = intents.client_order_id
    where intents.kind = 'create'
        and orders.status = 'resting'
        and orders.received_at > $as_of::timestamptz - interval 1 day
        and orders.received_at > ends_at + interval 60 second
)

select
    strategy_id || ' ' || ticker as subject,
    -- The exchange keeps no expiry: each further order would stay as well.
    'halt' as severity,
    format(
        '{} orders of {} contracts were listed as resting at {}; {} was to end at {}',
        count(*), sum(contracts)::varchar, max(received_at)::varchar,
        arg_min(order_id, ends_at), min(ends_at)::varchar
    ) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = max(outlived.landed_seq)
    ) as sample_request_id
from outlived
group by strategy_id, ticker
