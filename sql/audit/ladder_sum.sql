-- finding: the fair values of a ladder do not sum to one
-- healthy: no rows
-- seen:    the predecessor's ladders summed to 0.50 to 0.71: conviction for a bracket was out of
--          reach, and its strategy sold whatever it looked at
with sums as (
    select event_ticker, variant, as_of,
        sum(yes_probability) as total,
        count(*) as markets
    from forecast.fair_values
    where as_of > $as_of::timestamptz - interval 1 hour and as_of <= $as_of
    group by event_ticker, variant, as_of
)

select
    event_ticker || ' ' || variant as subject,
    'halt' as severity,
    format('{} of its forecasts since {} are off; the newest gives {} over {} markets',
        count(*), min(as_of)::varchar, round(arg_max(total, as_of), 6), arg_max(markets, as_of))
        as detail,
    null::varchar as sample_request_id
from sums
-- Anything that is not a number is off as well.
where not coalesce(abs(total - 1) <= 1e-9, false)
group by event_ticker, variant
