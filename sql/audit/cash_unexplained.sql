-- finding: a balance that the exchange reports is not the opening plus every flow that we know
-- healthy: no rows
-- seen:    the predecessor never compared its books with the balance: 14 wrong settlements were
--          found by hand on 2026-05-12
with told as (
    -- A reading newer than the newest list of what moves cash waits for the next list.
    select min(newest_at) as until_at
    from (
        select max(received_at) as newest_at from landed.requests
        where status_code = 200 and is_last_page
            and feed in ('kalshi_fills', 'kalshi_orders', 'kalshi_settlements')
        group by feed
    )
),
readings as (
    select * from ledger.cash_proof
    where received_at <= $as_of::timestamptz - interval 10 second
        and received_at <= coalesce((select until_at from told), 'infinity')
        and received_at > (select max(received_at) - interval 1 day from ledger.cash_proof)
),
judged as (
    select readings.*
    from readings
    -- A flow within the seconds around a reading may be in it or not.
    anti join ledger.cash as cash
        on cash.exchange_index = readings.exchange_index
        and cash.flowed_at > readings.received_at - interval 10 second
        and cash.flowed_at <= readings.received_at + interval 1 second
)
select
    exchange_index::varchar as subject,
    'warning' as severity,
    format('{} dollars of kalshi_balance are unexplained at {}, {} readings of the day since {}',
        arg_max(unexplained_dollars, received_at)::varchar, max(received_at)::varchar, count(*),
        min(received_at)::varchar) as detail,
    null::varchar as sample_request_id
from judged
where abs(unexplained_dollars) > 0.0001
group by exchange_index
