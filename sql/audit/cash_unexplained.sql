-- finding: a reported balance is not the opening plus every flow that we know; the newest one
--          halts, and so does one of the last ten minutes
-- healthy: no rows
-- seen:    the predecessor never compared its books with the balance: 14 wrong settlements were
--          found by hand on 2026-05-12
with told as (
    select feed, max(received_at) as newest_at
    from landed.pulls_since($as_of::timestamptz - interval 1 day)
    where is_complete and feed in ('kalshi_fills', 'kalshi_orders', 'kalshi_settlements',
        'kalshi_deposits', 'kalshi_withdrawals', 'kalshi_intra_exchange_instance_transfers')
    group by feed
),
readings as (
    select *, received_at = max(received_at) over (partition by exchange_index) as is_newest
    from ledger.cash_proof
    -- A reading newer than the newest list of what moves cash waits for the next, three minutes.
    where received_at <= greatest($as_of::timestamptz - interval 3 minute,
            (select min(newest_at) + interval 10 second from told)) or not exists (from told)
    qualify received_at <= $as_of
        and received_at > max(received_at) over () - interval 1 day
),
judged as (
    select readings.* from readings
    -- A flow within the seconds around a reading may be in it or not.
    left join ledger.cash as cash
        on cash.exchange_index = readings.exchange_index
        and cash.flowed_at > readings.received_at - interval 10 second
        and cash.flowed_at <= readings.received_at + interval 10 second
    group by all
    having abs(unexplained_dollars) > 0.0001 + coalesce(sum(abs(amount_dollars)), 0)
)
select exchange_index::varchar as subject,
    if(bool_or(is_newest or received_at > $as_of::timestamptz - interval 10 minute), 'halt',
        'warning') as severity,
    format('{} dollars of kalshi_balance at {} are in no kalshi_orders, kalshi_fills, '
        || 'kalshi_settlements, kalshi_deposits, kalshi_withdrawals or '
        || 'kalshi_intra_exchange_instance_transfers: {} readings since {}',
        arg_max(unexplained_dollars, received_at)::varchar, max(received_at)::varchar, count(*),
        min(received_at)::varchar) as detail,
    null::varchar as sample_request_id from judged group by exchange_index
