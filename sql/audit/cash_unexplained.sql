-- finding: a balance that the exchange reports is not the opening plus every flow that we know
-- healthy: no rows
-- seen:    the predecessor never compared its books with the balance, and 2 wrong days and 14 wrong
--          settlements were found by hand on 2026-05-12
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
    select proof.*, max(received_at) over (partition by exchange_index) as newest_at
    from ledger.cash_proof as proof
    where received_at <= $as_of - interval 10 second
        and received_at <= coalesce((select until_at from told), 'infinity')
        -- A flow within the seconds around a reading may be in it or not.
        and not exists (
            from ledger.cash as cash
            where cash.exchange_index = proof.exchange_index
                and cash.flowed_at > proof.received_at - interval 10 second
                and cash.flowed_at <= proof.received_at + interval 1 second
        )
)
select
    exchange_index::varchar as subject,
    'warning' as severity,
    format('{} dollars are unexplained at {}, {} readings of the day since {}',
        arg_max(unexplained_dollars, received_at)::varchar, max(received_at)::varchar, count(*),
        min(received_at)::varchar) as detail,
    null::varchar as sample_request_id
from readings
where abs(unexplained_dollars) > 0.0001 and received_at > newest_at - interval 1 day
group by exchange_index
