-- finding: the founding channel or its shadow has no row on a day that had reports
-- healthy: no rows
-- seen:    2026-05 (the predecessor's shadow was to match the live row one to one; nobody looked)
with
evidence as (
    select station_id, climate_date, measure, as_of,
    from forecast.evidence
    where as_of > $as_of::timestamptz - interval 1 day and as_of <= $as_of
        and measure = 'high' and running_extreme_f is not null
),

expected as (
    select evidence.*, pairs.source_id, pairs.variant,
    from evidence
    cross join (values ('metar', 'live'), ('metar_running_only', 'running_high'))
        as pairs(source_id, variant)
),

missing as (
    select expected.*
    from expected
    anti join forecast.channels as channels
        on
            channels.station_id = expected.station_id
            and channels.climate_date = expected.climate_date
            and channels.measure = expected.measure
            and channels.as_of = expected.as_of
            and channels.source_id = expected.source_id
            and channels.variant = expected.variant
)

select
    station_id || '.' || source_id as subject,
    'warning' as severity,
    count(*) || ' rows missing, last for ' || max(climate_date) as detail,
    null::varchar as sample_request_id,
from missing
group by station_id, source_id
