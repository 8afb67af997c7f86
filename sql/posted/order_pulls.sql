-- purpose:     Pulls of the whole order list or its archive; complete where every record was read.
-- grain:       pull_id
-- inputs:      landed.requests, parsed.rejects
-- output:      OrderPulls, a frame that is never kept
-- parameters:  $since (requested_at, UTC)
-- idempotency: reads only
with
-- The same rule as landed.pulls, over the last polls only: a year of polls is not read each tick.
pages as (
    select
        requests.feed,
        requests.pull_id,
        requests.page,
        requests.is_last_page,
        requests.requested_at,
        coalesce(requests.status_code = 200, false) as is_answered,
        rejects.request_id is not null as is_rejected,
    from landed.requests as requests
    left join (
        select distinct request_id from parsed.rejects where noun = 'orders'
    ) as rejects on rejects.request_id = requests.request_id
    where requests.feed in ('kalshi_orders', 'kalshi_historical_orders')
        -- A pull of one market would say so here: it proves nothing about the others.
        and requests.request is null
        and requests.requested_at >= $since
)
select
    feed,
    pull_id,
    min(requested_at) as requested_at,
    bool_or(is_last_page) and bool_and(is_answered and not is_rejected)
        and count(distinct page) = max(page) + 1 as is_complete,
from pages
group by feed, pull_id
