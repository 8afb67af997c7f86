-- finding: an event that still trades whose markets do not win on each whole degree exactly once
-- healthy: no rows
-- seen:    the predecessor read brackets of two degrees as one wide and its tails half a degree
--          off: the six outcomes of a ladder summed to 0.50 to 0.71, every bracket looked like a NO
with rungs as (
    select event_ticker, lower_f, upper_f, bounds_evidence, landed_seq, close_at,
        row_number() over rising > 1 and bounds_evidence is not null as has_lower,
        lag(upper_f) over rising as below_f
    from parsed.markets
    where station_id is not null
        and climate_date >= ($as_of::timestamptz - interval 36 hour)::date
    window rising as (
        partition by event_ticker, bounds_evidence is null
        order by lower_f nulls first, upper_f, ticker
    )
),

events as (
    select
        event_ticker,
        max(landed_seq) as landed_seq,
        count(*) as markets,
        count(*) filter (where bounds_evidence is null) as unread,
        count(*) filter (where has_lower and lower_f > below_f + 1)
        + (count(lower_f) = count(*))::integer + (count(upper_f) = count(*))::integer as gaps,
        count(*) filter (where has_lower and coalesce(lower_f <= below_f, true)) as twice
    from rungs
    group by event_ticker
    having max(close_at) > $as_of
)

select
    event_ticker as subject,
    'warning' as severity,
    format('{} markets with {} gaps, {} overlaps and {} of unknown bounds: no forecast, no entry',
        markets, gaps, twice, unread) as detail,
    (from landed.requests as requests select min(request_id)
        where requests.landed_seq = events.landed_seq) as sample_request_id
from events
where gaps > 0 or twice > 0 or unread > 0
