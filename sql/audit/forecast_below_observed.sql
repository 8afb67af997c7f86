-- finding: the traded forecast gives a chance to a high that the reports have already passed
-- healthy: no rows
-- seen:    the predecessor never cut its distribution at the observed high: it priced degrees that
--          were over, and gave tomorrow's market the running high of today
with beliefs as (
    select
        extremes.event_ticker, extremes.as_of, evidence.bound_f,
        -- A degree below is left to reports that are corrected afterwards.
        coalesce(list_sum(extremes.pmf[:evidence.bound_f - 1 - extremes.first_f]), 0) as lost
    from forecast.daily_extremes as extremes
    inner join forecast.evidence as evidence
        on evidence.station_id = extremes.station_id
        and evidence.climate_date = extremes.climate_date
        and evidence.measure = extremes.measure
        and evidence.as_of = extremes.as_of
    where extremes.as_of > $as_of::timestamptz - interval 1 hour
        and extremes.as_of <= $as_of
        and extremes.variant = 'live'
        and extremes.measure = 'high'
        and evidence.bound_f - 1 > extremes.first_f
)

select
    event_ticker as subject,
    'halt' as severity,
    format('at {} it gave {} to less than {} °F, and {} °F was observed',
        max(as_of)::varchar, round(arg_max(lost, as_of), 6),
        arg_max(bound_f, as_of) - 1, arg_max(bound_f, as_of)) as detail,
    null::varchar as sample_request_id
from beliefs
where lost > 1e-6
group by event_ticker
