-- purpose:     The markets of every event that still trades, with the clock of its station.
-- grain:       ticker
-- inputs:      parsed.markets, ref.stations
-- output:      Listings, a frame that is never kept
-- parameters:  $as_of (UTC)
-- idempotency: reads only
with
open_events as (
    select distinct event_ticker
    from parsed.markets
    where close_at > $as_of and climate_date is not null
)

select
    markets.ticker,
    markets.event_ticker,
    markets.series_ticker,
    markets.station_id,
    markets.measure,
    markets.climate_date,
    markets.lower_f,
    markets.upper_f,
    markets.bounds_evidence,
    markets.close_at,
    stations.standard_offset_hours,
from parsed.markets as markets
inner join open_events on open_events.event_ticker = markets.event_ticker
inner join ref.stations as stations on stations.station_id = markets.station_id
-- Without a known close a market cannot be judged: its event no longer tiles, no opinion.
where markets.close_at is not null
order by markets.ticker
