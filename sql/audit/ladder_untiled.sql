-- finding: an event that still trades whose markets do not win on each whole degree exactly once
-- healthy: no rows
-- seen:    the predecessor read brackets of 2 °F as 1 °F wide and its tails half a degree off: the
--          six outcomes of a ladder summed to 0.50 to 0.71, and every bracket looked like a NO
with rungs as (
    select event_ticker, climate_date, lower_f, upper_f, bounds_evidence, landed_seq, close_at,
        row_number() over rising as step,
        lag(upper_f) over rising as below_f
    from parsed.markets
    where station_id is not null
        -- An event of today or later, and half a day for a close that comes late.
        and climate_date >= ($as_of::timestamptz - interval 36 hour)::date
    window rising as (partition by event_ticker order by lower_f nulls first, upper_f, ticker)
),

events as (
    select
        event_ticker,
        max(landed_seq) as landed_seq,
        count(*) as markets,
        count(*) filter (where bounds_evidence is null) as unread,
        count(*) filter (where step > 1 and lower_f > below_f + 1)
        + (count(lower_f) = count(*))::integer + (count(upper_f) = count(*))::integer as gaps,
        count(*) filter (
            where step > 1 and (lower_f is null or below_f is null or lower_f <= below_f)
        ) as overlaps
    from rungs
    group by event_ticker
    having max(close_at) > $as_of
)

select
    event_ticker as subject,
    'warning' as severity,
    format('{} markets with {} gaps, {} overlaps and {} of unknown bounds: no forecast, no entry',
        markets, gaps, overlaps, unread) as detail,
    (from landed.requests as requests select min(request_id)
        where requests.landed_seq = events.landed_seq) as sample_request_id
from events
where gaps > 0 or overlaps > 0 or unread > 0
