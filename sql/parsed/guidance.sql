-- purpose:     Say what a weather model gave as the highest and lowest °F of each climate day.
-- grain:       station_id, climate_date, measure, source_id, issued_at
-- inputs:      landed.payloads, ref.sources, ref.stations
-- output:      parsed.guidance
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the first receipt of a value stays
with pages as (
    select landed_seq, received_at,
        -- The request says what the body does not: source_id=…;stations=KNYC,KMDW, and where
        -- the body has no hourly_units unit=°F, and reconstructed where it is.
        regexp_extract(request, '(?:^|;)source_id=([^;]*)', 1) as source_id,
        string_split(regexp_extract(request, '(?:^|;)stations=([^;]*)', 1), ',') as station_ids,
        nullif(regexp_extract(request, '(?:^|;)unit=([^;]*)', 1), '') as unit_asked,
        regexp_matches(coalesce(request, ''), '(?:^|;)reconstructed(?:;|$)') as is_made,
        -- One place is an object, several are a list of them.
        try(from_json(if(starts_with(ltrim(body), '{'), '[' || body || ']', body), '[{
            "utc_offset_seconds":"VARCHAR","reconstructed":"VARCHAR",
            "hourly":"MAP(VARCHAR, VARCHAR[])","hourly_units":"MAP(VARCHAR, VARCHAR)"}]'
        )) as places,
        if(places is null, coalesce(body_complaint(body, body_bytes),
            'the body is no place and no list of places'), null) as page_reason,
    from landed.payloads
    where feed = 'open_meteo' and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select *, unnest(places) as place,
        unnest(coalesce(range(len(places)), [-1]))::integer as position,
    from pages
),
named as (
    select records.*, stations.station_id, stations.standard_offset_hours,
        is_made or coalesce(place.reconstructed, 'false') <> 'false' as is_reconstructed,
        try_cast(regexp_extract(place.utc_offset_seconds, '^-?\d{1,5}$') as integer)
            as offset_seconds,
        place.hourly['time'] as hours,
        -- temperature_2m is the newest run; _previous_dayN is what was said N days earlier.
        list_filter(map_entries(place.hourly),
            one -> regexp_full_match(one.key, 'temperature_2m(_previous_day\d)?')) as series,
        case
            when position < 0 then page_reason
            when place is null then 'the record is no object'
            else nullif(concat_ws('; ',
                if(sources.source_id is null, 'the request names no known source_id', null),
                if(len(places) = len(station_ids), null, 'the request names not as many stations'),
                if(stations.station_id is null, 'the request names no known station', null),
                if(offset_seconds is null,
                    complaint('utc_offset_seconds', place.utc_offset_seconds), null),
                if(place.reconstructed not in ('true', 'false'),
                    complaint('reconstructed', place.reconstructed), null),
                if(len(hours) > 0, null, 'hourly.time is missing'),
                if(len(series) > 0, null, 'hourly.temperature_2m is missing')
            ), '')
        end as reason,
    from records
    left join ref.sources as sources on sources.source_id = records.source_id
    left join ref.stations as stations
        on stations.station_id = records.station_ids[records.position + 1]
),
variables as (
    select *, unnest(series) as one from named where reason is null
),
readings as (
    select *, len(one.value) = len(hours) as is_paired,
        unnest(if(is_paired, hours, [null])) as hour_word,
        unnest(if(is_paired, one.value, [null])) as value_word,
        coalesce(try_cast(one.key[-1] as integer), 0) as lead_days,
        coalesce(place.hourly_units[one.key], unit_asked) as unit,
    from variables
),
values_f as (
    select *,
        try_cast(hour_word || ':00Z' as timestamptz) - to_seconds(offset_seconds) as hour_at,
        try_cast(regexp_extract(value_word, '^-?\d{1,3}(\.\d{1,6})?$') as double) as said,
        case unit when '°F' then said when '°C' then said * 1.8 + 32 end as value_f,
    from readings
),
judged as (
    select *, (hour_at at time zone 'UTC' + to_hours(standard_offset_hours))::date as climate_date,
        case
            when unit is null or unit not in ('°F', '°C')
                then complaint('hourly_units.' || one.key, unit)
            when hour_at is null then complaint('hourly.time beside ' || one.key, hour_word)
            when value_word is not null and (value_f between -100 and 150) is not true
                then complaint('hourly.' || one.key, value_word)
        end as fault,
        -- A place half read would be a wrong extreme; one without a value is a silent feed.
        coalesce(max(fault) over place, if(count(value_f) over place = 0,
            'no hour has a value', null)) as place_fault,
    from values_f
    window place as (partition by landed_seq, position)
),
-- The climate day is local standard time; a day without one of its hours has no extreme. Runs
-- carry no time: none is later than the receipt or the day's end, less the days of lead.
days as (
    select received_at, landed_seq, position, station_id, source_id, is_reconstructed, climate_date,
        least(received_at, (climate_date + interval 1 day - to_hours(standard_offset_hours))
            at time zone 'UTC') - to_days(lead_days) as issued_at,
        unnest(['high', 'low']) as measure,
        unnest([max(value_f), min(value_f)]) as value_f,
    from judged
    where place_fault is null
    group by all
    having count(distinct hour_at) filter (where value_f is not null) = 24
)
select
    station_id, climate_date, measure, source_id, issued_at, value_f, null::double as sd_f,
    is_reconstructed, received_at, landed_seq, position,
    null::varchar as reject_reason, true as is_kept,
from days
union all by name
select received_at, landed_seq, position, reason as reject_reason, false as is_kept,
from named where reason is not null
union all by name
select received_at, landed_seq, position, max(place_fault) as reject_reason, false as is_kept,
from judged where place_fault is not null group by received_at, landed_seq, position
