-- finding: orders that we meant to send, and whose fate nobody knows after 120 s
-- healthy: no rows
-- seen:    the predecessor sent first and wrote down afterwards: an order accepted after a lost
--          answer stayed unknown for good, and its fills were tagged manual (2026-05-10 to 05-12)
select
    strategy_id || ' ' || ticker as subject,
    -- A recovery runs every tick: a quarter of an hour means that it does not work.
    case
        when min(intended_at) < $as_of::timestamptz - interval 900 second then 'halt'
        else 'warning'
    end as severity,
    format(
        '{} intents without a final word, the oldest {} of {}',
        count(*), arg_min(intent_id, intended_at), min(intended_at)::varchar
    ) as detail,
    null::varchar as sample_request_id
from posted.states
where state = 'unknown' and intended_at < $as_of::timestamptz - interval 120 second
group by strategy_id, ticker
