-- purpose:     The newest complete pull of each feed; a feed without one lately is absent.
-- grain:       feed
-- inputs:      landed.requests, parsed.rejects, ref.feeds
-- output:      Pulls, a frame that is never kept
-- parameters:  $since, $as_of (received_at, UTC)
-- idempotency: reads only
with
-- A position that nobody could read is a position that nobody knows.
unread as (
    select distinct request_id
    from parsed.rejects
    where noun = 'positions' and received_at >= $since
),

-- The same rule as landed.pulls, over the last polls only: a year of polls is not read each tick.
pulls as (
    select
        requests.feed,
        min(requests.requested_at) as requested_at,
        max(requests.received_at) as received_at,
    from landed.requests as requests
    left join unread on unread.request_id = requests.request_id
    where requests.received_at >= $since and requests.received_at <= $as_of
    group by requests.feed, requests.endpoint, requests.request, requests.pull_id
    having
        bool_or(requests.is_last_page and requests.status_code = 200)
        and bool_and(coalesce(requests.status_code = 200, false) and unread.request_id is null)
        and count(distinct requests.page) = max(requests.page) + 1
)

select
    pulls.feed,
    any_value(feeds.cadence_seconds) as cadence_seconds,
    arg_max(pulls.requested_at, pulls.received_at) as requested_at,
    max(pulls.received_at) as received_at,
from pulls
inner join ref.feeds as feeds on feeds.feed = pulls.feed
where feeds.cadence_seconds is not null
group by pulls.feed
order by pulls.feed
