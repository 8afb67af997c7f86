-- finding: records that could not be read, by feed, table and reason
-- healthy: no rows
-- seen:    18 fills were dropped unseen when their format changed (2026-03), and one bad time or
--          count lost the predecessor a whole page, every minute anew
with newest as (
    select feed, max(received_at) as received_at
    from landed.requests
    group by feed
),
rejects as (
    select
        rejects.*,
        -- The class of a reason is its text without the values in it.
        regexp_replace(
            regexp_replace(rejects.reason, '''[^'']*''|"[^"]*"', '…', 'g'),
            '[-+]?[0-9][0-9.eE]*', 'n', 'g'
        ) as class
    from parsed.rejects as rejects
    inner join newest on newest.feed = rejects.feed
    -- The last week of each feed.
    where rejects.received_at > newest.received_at - interval 7 day
)
select
    feed || '.' || noun || ': ' || class as subject,
    'warning' as severity,
    format(
        '{} records of {} requests since {}; the newest: {}',
        count(*),
        count(distinct request_id),
        min(received_at)::varchar,
        arg_max(reason, landed_seq)
    ) as detail,
    arg_max(request_id, landed_seq) as sample_request_id
from rejects
group by feed, noun, class
