-- finding: our clock and the exchange's are more than ten seconds apart, by its newest answer
-- healthy: no rows
-- seen:    the exchange refuses requests stamped half a minute behind (header_timestamp_expired,
--          measured 2026-06-11), and quote ages and closes are judged by our clock alone
with newest as (
    select
        arg_max(as_of_at, landed_seq) as as_of_at,
        max(received_at) as received_at,
        max(landed_seq) as landed_seq,
        epoch(arg_max(as_of_at, landed_seq)) - epoch(arg_max(received_at, landed_seq)) as ahead
    from parsed.user_data_timestamps
    where received_at > $as_of::timestamptz - interval 1 hour
)

select
    'kalshi_user_data_timestamp' as subject,
    -- What the exchange has still to come by our clock cannot be its delay.
    if(ahead > 10, 'halt', 'warning') as severity,
    format('the exchange said {} when our clock said {}: {} by {} seconds',
        as_of_at::varchar, received_at::varchar,
        if(ahead > 0, 'ours is behind', 'ours is ahead, or its answers are late'),
        round(abs(ahead), 1)) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = newest.landed_seq
    ) as sample_request_id
from newest
where ahead > 10 or ahead < -60
