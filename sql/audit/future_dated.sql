-- finding: a fill, a settlement or a weather report dated later than it was received
-- healthy: no rows
-- seen:    the predecessor asked for fills since the newest time that it had: one fill of a wrong
--          time hid all that came after it
with dated as (
    select 'fills' as noun, ticker as what, filled_at as said_at, received_at, landed_seq
    from parsed.fills
    where received_at > $as_of::timestamptz - interval 1 day and filled_at > received_at
    union all
    select 'settlements' as noun, ticker as what, settled_at as said_at, received_at, landed_seq
    from parsed.settlements
    where received_at > $as_of::timestamptz - interval 1 day and settled_at > received_at
    union all
    select 'observations' as noun, station_id as what, observed_at as said_at, received_at,
        landed_seq
    from parsed.observations
    where received_at > $as_of::timestamptz - interval 1 day and observed_at > received_at
)

select
    noun as subject,
    'warning' as severity,
    format('{} came before their time; {} is dated {} and came at {}',
        count(*), arg_max(what, said_at), max(said_at)::varchar,
        arg_max(received_at, said_at)::varchar) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = max(dated.landed_seq)
    ) as sample_request_id
from dated
-- Clocks are never the same to the second; reports are stamped in whole minutes.
where said_at > received_at + to_seconds(if(noun = 'observations', 600, 10))
group by noun
