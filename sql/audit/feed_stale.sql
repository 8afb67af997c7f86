-- finding: a feed answers, and what it says of its own time is older than it can be: reports more
-- than an hour and three cadences old, or portfolio answers three cadences behind
-- healthy: no rows
-- seen:    the drift drill of 2026-11-25: a service that goes on giving its last answer looks
--          healthy to whoever only asks whether it answers
with contents as (
    select 'metar' as feed, 'obsTime' as field, max(observed_at) as newest_at,
        interval 1 hour as reported_every, 'halt' as severity
    from parsed.observations
    where observed_at > $as_of::timestamptz - interval 2 day
    union all
    select 'kalshi_user_data_timestamp', 'as_of_time', max(as_of_at), interval 0 hour, 'warning'
    from parsed.user_data_timestamps
    where received_at > $as_of::timestamptz - interval 2 day
),
answers as (
    select feed, max(received_at) as answered_at, arg_max(request_id, landed_seq) as request_id
    from landed.requests
    where status_code = 200 and received_at <= $as_of
        and received_at > $as_of::timestamptz - interval 2 day
    group by feed
)
select
    contents.feed || '.' || contents.field as subject,
    contents.severity,
    format('answers, last at {}, and tells of nothing newer than {}',
        answers.answered_at::varchar, contents.newest_at::varchar) as detail,
    answers.request_id as sample_request_id
from contents
inner join ref.feeds as feeds on feeds.feed = contents.feed
inner join answers on answers.feed = contents.feed
-- Silence is another finding.
where answers.answered_at >= $as_of::timestamptz - to_seconds(3 * feeds.cadence_seconds)
    and contents.newest_at
        < answers.answered_at - contents.reported_every - to_seconds(3 * feeds.cadence_seconds)
