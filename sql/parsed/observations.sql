-- purpose:     Say what the stations measured, in the whole °F that a report can stand for.
-- grain:       station_id, observed_at, kind, raw_sha256
-- inputs:      landed.payloads
-- output:      parsed.observations
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the first receipt of a report stays
with pages as (
    select
        landed_seq,
        received_at,
        try(from_json(body, '[{"icaoId":"VARCHAR","obsTime":"VARCHAR","rawOb":"VARCHAR",
            "temp":"VARCHAR","reconstructed":"VARCHAR"}]')) as reports,
        if(reports is null, coalesce(body_complaint(body, body_bytes),
            'the body is not a list of reports'), null) as page_reason,
    from landed.payloads
    where feed = 'metar' and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        page_reason,
        unnest(reports) as report,
        unnest(coalesce(range(len(reports)), [-1]))::integer as position,
    from pages
),
-- reportTime is rounded to the hour and never read; a report names only its day of the month,
-- which is the latest such day that is not a day after its receipt.
moments as (
    select
        *,
        report.rawob as raw,
        regexp_extract(raw, '\b([0-3]\d[0-2]\d[0-5]\d)Z\b', 1) as stamp,
        to_timestamp(try_cast(regexp_extract(report.obstime, '^\d{9,10}$') as bigint)) as told_at,
        list_max(list_filter([
            try_strptime(strftime(around, '%Y%m') || stamp || '+00', '%Y%m%d%H%M%z') for around in
            [received_at - to_days(day(received_at)::int), received_at, received_at + to_days(1)]
        ], moment -> moment <= received_at + to_days(1))) as stamped_at,
        if(report.obstime is null, stamped_at, told_at) as observed_at,
    from records
),
-- Tenths of °C: the T group, else the record's own number where it has a tenth.
temperatures as (
    select
        *,
        regexp_extract(raw, '\bRMK\b.*\bT([01])(\d{3})(?:[01]\d{3})?\b', ['sign', 'tenths'])
            as remark,
        regexp_extract(raw, '\s(M?\d\d)/(?:M?\d\d|//)?(?:\s|$)', 1) as body_c,
        try_cast(regexp_extract(report.temp, '^-?\d{1,3}(\.\d)?0*$') as decimal(18,1)) as told_c,
    from moments
),
decoded as (
    select
        *,
        coalesce(
            if(remark.sign = '1', -1, 1) * try_cast(remark.tenths as integer),
            if(told_c <> trunc(told_c), (told_c * 10)::integer, null)
        ) as tenths_c,
        coalesce(told_c, try_cast(replace(body_c, 'M', '-') as decimal(18,1))) as whole_c,
        round(tenths_c * 0.18 + 32)::integer as nearest_f,
        -- A sensor's whole °F, written in tenths of °C, is within half a tenth of them.
        coalesce(abs(9 * tenths_c - 50 * (nearest_f - 32)) <= 4, false) as is_exact,
    from temperatures
),
readings as (
    select
        *,
        case
            when position < 0 then page_reason
            when report is null then 'the record is no object'
            else nullif(concat_ws('; ',
                if(regexp_full_match(report.icaoid, '[A-Z][A-Z0-9]{3}'), null,
                    complaint('icaoId', report.icaoid)),
                if(length(trim(raw)) > 0 and raw[1] not in ('{', '['), null,
                    complaint('rawOb', raw)),
                if(report.reconstructed not in ('true', 'false'),
                    complaint('reconstructed', report.reconstructed), null),
                if(year(observed_at) >= 2000, null, complaint('obsTime', report.obstime)),
                if(observed_at > received_at + to_days(1), 'obsTime is after the receipt', null),
                if(stamp <> '' and strftime(observed_at, '%d%H%M') <> stamp,
                    'obsTime is not the ' || stamp || 'Z of the report', null),
                if(coalesce(tenths_c, whole_c) is null or told_c is null
                    and report.temp is not null, complaint('temp', report.temp), null),
                if(abs(tenths_c / 10 - whole_c) > 1,
                    'temp is ' || whole_c || ', but the T group ' || tenths_c / 10, null),
                if(coalesce(tenths_c / 10, whole_c) not between -60 and 60,
                    'temp is ' || coalesce(tenths_c / 10, whole_c), null)
            ), '')
        end as reject_reason,
    from decoded
)
select
    report.icaoid as station_id,
    observed_at,
    if(is_exact, 'point', 'interval') as kind,
    -- A whole °C stands for one or two whole °F, the others for those around them.
    case
        when is_exact then nearest_f
        when tenths_c is not null then floor(tenths_c * 0.18 + 32)
        else ceil((whole_c - 0.5) * 1.8 + 32)
    end::integer as lower_f,
    case
        when is_exact then nearest_f
        when tenths_c is not null then ceil(tenths_c * 0.18 + 32)
        else floor((whole_c + 0.5) * 1.8 + 32)
    end::integer as upper_f,
    null::varchar as measure,
    null::timestamptz as window_start_at,
    null::timestamptz as window_end_at,
    raw,
    sha256(raw) as raw_sha256,
    contains(raw, 'RECONSTRUCTED') or coalesce(report.reconstructed, 'false') <> 'false'
        as is_reconstructed,
    received_at,
    landed_seq,
    position,
    reject_reason,
    reject_reason is null as is_kept,
from readings
