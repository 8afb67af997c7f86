-- purpose:     Pulls of the whole order list or its archive; complete where every record was read.
-- grain:       pull_id
-- inputs:      landed.pulls_since, parsed.rejects
-- output:      OrderPulls, a frame that is never kept
-- parameters:  $since (received_at, UTC)
-- idempotency: reads only
select
    feed,
    pull_id,
    requested_at,
    is_complete and not list_has_any(request_ids, coalesce(
        (select list(request_id) from parsed.rejects
            where noun = 'orders' and received_at >= $since), []
    )) as is_complete,
from landed.pulls_since($since)
where feed in ('kalshi_orders', 'kalshi_historical_orders')
    -- A pull of one market would say so here: it proves nothing about the others.
    and request is null
