-- finding: two orders of one id, or two of one strategy that rest on the same side of a market
-- healthy: no rows
-- seen:    an entry of the predecessor that had not filled was posted again every five minutes; ids
--          made when asked let a repeated request of other programs open a second position
with ours as (
    select order_id, client_order_id, ticker, outcome_side, status, landed_seq,
        split_part(client_order_id, '_', 1) as code,
        -- One page, or the next of the same pull: both rested when it was asked.
        epoch(received_at)::bigint // 5 as listing
    from parsed.orders
    where regexp_full_match(client_order_id, '[a-z]+_[a-z2-7]{26}')
        and not is_imported
        and received_at > $as_of::timestamptz - interval 1 day
),

doubled as (
    select client_order_id || ' ' || min(ticker) as subject, count(*) as orders,
        'bear one id' as words, max(landed_seq) as landed_seq
    from ours
    group by client_order_id
    having count(*) > 1
    union all
    select code || ' ' || ticker || ' ' || outcome_side as subject, count(*) as orders,
        'rest at once' as words, max(landed_seq) as landed_seq
    from ours
    where status = 'resting'
    group by code, ticker, outcome_side, listing
    having count(distinct client_order_id) > 1
)

select subject, 'halt' as severity, format('{} orders {}', max(orders), any_value(words)) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = max(doubled.landed_seq)
    ) as sample_request_id
from doubled
group by subject
