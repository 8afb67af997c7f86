-- finding: records that could not be read, by feed, table and reason; most of an answer at once
--          is another format, and halts
-- healthy: no rows
-- seen:    18 fills were dropped unseen when their format changed (2026-03), and one bad time or
--          count lost the predecessor a whole page, every minute anew
with newest as (
    select feed, max(received_at) as received_at
    from landed.requests
    group by feed
),
rejects as (
    select rejects.*,
        -- The class of a reason is its text without the values in it.
        regexp_replace(regexp_replace(rejects.reason, '''[^'']*''|"[^"]*"', '…', 'g'),
            '[-+]?[0-9][0-9.eE]*', 'n', 'g') as class,
        feeds.record_path,
        rejects.received_at
            > newest.received_at - to_seconds(coalesce(feeds.cadence_seconds, 60)) as is_newest
    from parsed.rejects as rejects
    inner join newest on newest.feed = rejects.feed
    inner join ref.feeds as feeds on feeds.feed = rejects.feed
    -- The last week of each feed.
    where rejects.received_at > newest.received_at - interval 7 day
),
answers as (
    select asked.feed, sum(greatest(1, try(json_array_length(body, record_path)))) as records
    from (select distinct feed, request_id, record_path from rejects where is_newest) as asked
    inner join landed.payloads as payloads on payloads.request_id = asked.request_id
    group by asked.feed
)
select feed || '.' || noun || ': ' || class as subject,
    case when 2 * count(*) filter (where is_newest) >= any_value(records) then 'halt'
        else 'warning' end as severity,
    format('{} records of {} requests since {}; the newest: {}', count(*),
        count(distinct request_id), min(received_at)::varchar, arg_max(reason, landed_seq))
        as detail,
    arg_max(request_id, landed_seq) as sample_request_id
from rejects
left join answers using (feed)
group by feed, noun, class
