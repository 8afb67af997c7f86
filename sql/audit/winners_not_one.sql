-- finding: a settled event of which two markets won, or none
-- healthy: no rows
-- seen:    the predecessor kept a settlement's first word for good and booked a result that it did
--          not know as a total loss: an event in which everything lost was never looked at
with events as (
    select
        event_ticker,
        count(*) as markets,
        count(*) filter (where market_result = 'yes') as winners,
        count(*) filter (where market_result = 'no') as losers,
        -- Only a ladder that is listed to both its ends must have a winner among its markets.
        count(*) > count(lower_f) and count(*) > count(upper_f) as is_whole,
        max(landed_seq) as landed_seq
    from parsed.markets
    where bounds_evidence is not null
        and climate_date >= ($as_of::timestamptz - interval 30 day)::date
        and not is_imported
    group by event_ticker
)

select
    event_ticker as subject,
    'warning' as severity,
    format('{} of {} markets won', winners, markets) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = events.landed_seq
    ) as sample_request_id
from events
where winners > 1 or (is_whole and losers = markets)
