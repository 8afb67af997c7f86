-- purpose:     The newest guidance of each source for each climate day from yesterday on.
-- grain:       station_id, climate_date, measure, source_id
-- inputs:      parsed.guidance
-- output:      Outlooks, a frame that is never kept
-- parameters:  $since, $as_of (climate_date from $since on; received by $as_of, UTC)
-- idempotency: reads only
select
    station_id,
    climate_date,
    measure,
    source_id,
    issued_at,
    value_f,
    sd_f,
from parsed.guidance
where
    climate_date >= $since::timestamptz::date
    and issued_at <= $as_of
    and received_at <= $as_of
qualify row_number() over (
    partition by station_id, climate_date, measure, source_id
    order by issued_at desc, received_at desc
) = 1
order by station_id, climate_date, measure, source_id
