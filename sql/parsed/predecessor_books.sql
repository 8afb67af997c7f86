-- purpose:     Say what the predecessor's books said, in our terms: whose fill, what profit.
-- grain:       table_name, row_key, column_name
-- inputs:      landed.payloads
-- output:      parsed.predecessor_books
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the latest receipt of a value stays
with pages as (
    select
        landed_seq,
        received_at,
        feed,
        try(from_json(body, '{"rows":[{"trade_id":"VARCHAR","source":"VARCHAR",
            "ticker":"VARCHAR","profit_cents":"VARCHAR"}]}')).rows as rows,
    from landed.payloads
    where feed in ('predecessor_fills', 'predecessor_settlements') and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        feed,
        unnest(rows) as sent,
        unnest(range(len(rows)))::integer as position,
    from pages
),
-- What cannot be read is a reject of imported_fills or imported_settlements already.
told as (
    select
        landed_seq,
        received_at,
        position,
        'ledger.attribution' as table_name,
        sent.trade_id as row_key,
        'strategy_id' as column_name,
        sent.source as reported_value,
    from records
    where feed = 'predecessor_fills' and is_identifier(sent.trade_id)
    union all
    select
        landed_seq,
        received_at,
        position,
        'ledger.settlements',
        sent.ticker,
        'profit_dollars',
        exact_cents(sent.profit_cents)::varchar,
    from records
    where feed = 'predecessor_settlements' and is_ticker(sent.ticker)
)
select
    table_name,
    row_key,
    column_name,
    reported_value,
    received_at,
    landed_seq,
    position,
    null::varchar as reject_reason,
    true as is_kept,
from told
where reported_value is not null
