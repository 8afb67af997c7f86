-- finding: a market that does not close at the local standard midnight which ends its day
-- healthy: no rows
-- seen:    New York closed at midnight by the clock, an hour early in summer, until 2025-05 and
--          Chicago an hour early until 2025-02-20; the predecessor computed the close and was wrong
with closes as (
    select
        markets.series_ticker, markets.event_ticker, markets.close_at, markets.landed_seq,
        -- Seconds from the midnight that ends the day; :59 of the minute before is midnight too.
        epoch(markets.close_at) - epoch(markets.climate_date + 1)
        + 3600 * stations.standard_offset_hours as off_seconds
    from parsed.markets as markets
    inner join ref.stations as stations on stations.station_id = markets.station_id
    where markets.climate_date >= ($as_of::timestamptz - interval 36 hour)::date
        and not markets.is_imported
)

select
    series_ticker as subject,
    -- An hour is a matter of summer time; more is another day than the one we forecast.
    if(max(abs(off_seconds)) > 7200, 'warning', 'info') as severity,
    format('{} events, the newest {} closes at {}, {} minutes from the midnight of its day',
        count(distinct event_ticker), arg_max(event_ticker, landed_seq),
        arg_max(close_at, landed_seq)::varchar,
        round(arg_max(off_seconds, landed_seq) / 60)::integer) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = max(closes.landed_seq)
    ) as sample_request_id
from closes
where abs(off_seconds) > 120
group by series_ticker
