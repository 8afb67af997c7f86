-- purpose:     The observations that can belong to a climate day still traded.
-- grain:       station_id, observed_at, kind, lower_f, upper_f
-- inputs:      parsed.observations
-- output:      Readings, a frame that is never kept
-- parameters:  $since, $as_of (observed_at, UTC; received by then, too)
-- idempotency: reads only
select
    station_id,
    observed_at,
    kind,
    lower_f,
    upper_f,
    measure,
    window_start_at,
    window_end_at,
    bool_and(is_reconstructed) as is_reconstructed,
from parsed.observations
where observed_at >= $since and observed_at <= $as_of and received_at <= $as_of
group by
    station_id, observed_at, kind, lower_f, upper_f, measure, window_start_at, window_end_at
order by station_id, observed_at, kind, lower_f, upper_f
