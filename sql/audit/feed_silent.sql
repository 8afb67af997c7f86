-- finding: a feed that the executor asks has not answered properly for three of its cadences
-- healthy: no rows
-- seen:    forecast snapshots of 33 markets were lost in 22 silent hours on 2026-04-25, and a dead
--          METAR poller armed the strategy, since stability only grew with the clock
with asked as (
    select
        feed,
        max(received_at) filter (where status_code = 200) as answered_at,
        arg_max(coalesce(status_code, 0), landed_seq) as status_code,
        arg_max(request_id, landed_seq) as request_id,
        count(*) as polls
    from landed.requests
    where requested_at > $as_of::timestamptz - interval 1 day and requested_at <= $as_of
    group by feed
)

select
    asked.feed as subject,
    'warning' as severity,
    format('{} of its last day''s {} polls, {}; last proper answer {}',
        if(asked.status_code = 0, 'no answer to the last', 'status '
            || asked.status_code || ' to the last'),
        asked.polls,
        coalesce(left(payloads.body, 120), 'without a body'),
        coalesce(asked.answered_at::varchar, 'none')) as detail,
    asked.request_id as sample_request_id
from asked
inner join ref.feeds as feeds on feeds.feed = asked.feed
left join landed.payloads as payloads on payloads.request_id = asked.request_id
where asked.status_code <> 200
    and feeds.cadence_seconds is not null
    and coalesce(asked.answered_at, '-infinity')
        < $as_of::timestamptz - to_seconds(3 * feeds.cadence_seconds)
