-- purpose:     Say how new the portfolio answers are: the exchange's read model lags its engine.
-- grain:       received_at
-- inputs:      landed.payloads
-- output:      parsed.user_data_timestamps
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the same inputs give the same rows
with readings as (
    select
        landed_seq,
        received_at,
        coalesce(try(json_type(body)) = 'OBJECT', false) as is_object,
        try(from_json(body, '{"as_of_time":"VARCHAR"}')).as_of_time as as_of_time,
        exact_moment(as_of_time) as as_of_at,
        if(is_object, 0, -1) as position,
        case
            when not is_object then coalesce(body_complaint(body, body_bytes),
                'the body is not an object')
            when as_of_at is null then complaint('as_of_time', as_of_time)
        end as reject_reason,
    from landed.payloads
    where feed = 'kalshi_user_data_timestamp' and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
)
select
    as_of_at,
    received_at,
    landed_seq,
    position,
    reject_reason,
    reject_reason is null as is_kept,
from readings
