-- finding: fills that no evidence gives to a strategy; a person's own trades are among them
-- healthy: no rows
-- seen:    34 weather fills tagged manual between 2026-05-10 and 05-12, 31 of which were ours
with unattributed as (
    select
        fills.ticker,
        fills.filled_at::date as filled_date,
        fills.contracts,
        fills.landed_seq,
        orders.order_id is not null as is_listed
    from ledger.attribution as attribution
    inner join parsed.fills as fills on fills.fill_id = attribution.fill_id
    left join parsed.orders as orders on orders.order_id = fills.order_id
    -- The last week of trading, so that a year of a person's trades stays quiet.
    where attribution.evidence = 'none' and fills.filled_at > (
        select max(newest.filled_at) - interval 7 day from ledger.attribution as newest
    )
)
select
    ticker || ' ' || filled_date as subject,
    'info' as severity,
    format(
        '{} fills of {} contracts are nobody''s; the order list shows the order of {} of them',
        count(*), sum(contracts)::varchar, count(*) filter (where is_listed)
    ) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = min(unattributed.landed_seq)
    ) as sample_request_id
from unattributed
group by ticker, filled_date
