-- purpose:     Put our balance beside each one that the exchange reports, and name the difference.
-- grain:       exchange_index, received_at
-- inputs:      ledger.cash, parsed.balances
-- output:      ledger.cash_proof
-- parameters:  $since, $until (received_at, UTC, half-open)
-- idempotency: replaces the window; a movement explained late is explained in place
with moments as (
    select
        exchange_index,
        flowed_at,
        sum(sum(amount_dollars)) over (
            partition by exchange_index order by flowed_at
        ) as balance_dollars
    from ledger.cash
    group by exchange_index, flowed_at
),

readings as (
    select exchange_index, received_at, balance_dollars
    from parsed.balances
    where received_at >= $since and received_at < $until
)

select
    readings.exchange_index,
    readings.received_at,
    readings.balance_dollars as reported_balance_dollars,
    moments.balance_dollars::decimal(18,6) as derived_balance_dollars,
    (readings.balance_dollars - moments.balance_dollars)::decimal(18,6) as unexplained_dollars
from readings
asof inner join moments
    on moments.exchange_index = readings.exchange_index
    and moments.flowed_at <= readings.received_at
