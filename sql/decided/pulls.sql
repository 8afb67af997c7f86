-- purpose:     The newest complete pull of each feed; a feed without one lately is absent.
-- grain:       feed
-- inputs:      landed.pulls_since, parsed.rejects, ref.feeds
-- output:      Pulls, a frame that is never kept
-- parameters:  $since, $as_of (received_at, UTC)
-- idempotency: reads only
select
    pulls.feed,
    any_value(feeds.cadence_seconds) as cadence_seconds,
    arg_max(pulls.requested_at, pulls.received_at) as requested_at,
    max(pulls.received_at) as received_at,
from landed.pulls_since($since) as pulls
inner join ref.feeds as feeds on feeds.feed = pulls.feed
where feeds.cadence_seconds is not null
    and pulls.is_complete
    and pulls.received_at <= $as_of
    -- A position that nobody could read is a position that nobody knows.
    and not list_has_any(pulls.request_ids, coalesce(
        (select list(request_id) from parsed.rejects
            where noun = 'positions' and received_at >= $since), []
    ))
group by pulls.feed
order by pulls.feed
