-- purpose:     The newest distribution kept of each event and variant, of the last minutes.
-- grain:       event_ticker, variant
-- inputs:      forecast.daily_extremes
-- output:      LastExtremes, a frame that is never kept
-- parameters:  $since, $as_of (as_of, UTC; after $since)
-- idempotency: reads only
select
    event_ticker,
    variant,
    arg_max(first_f, as_of) as first_f,
    arg_max(pmf, as_of) as pmf,
from forecast.daily_extremes
where as_of > $since and as_of <= $as_of
group by event_ticker, variant
order by event_ticker, variant
