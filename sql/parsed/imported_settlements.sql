-- purpose:     Say what the predecessor booked for each settled market; only its profit is kept.
-- grain:       ticker
-- inputs:      landed.payloads
-- output:      parsed.settlements
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the latest receipt of a settlement stays
with pages as (
    select
        landed_seq,
        received_at,
        -- Its "won" says that its side won, never that YES did, and no result stands beside it.
        try(from_json(body, '{"rows":[{"ticker":"VARCHAR","profit_cents":"VARCHAR"}]}')).rows
            as rows,
        if(rows is null, coalesce(body_complaint(body, body_bytes),
            'the body has no list of rows'), null) as page_reason,
    from landed.payloads
    where feed = 'predecessor_settlements' and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        page_reason,
        unnest(rows) as sent,
        unnest(coalesce(range(len(rows)), [-1]))::integer as position,
    from pages
),
judged as (
    select
        *,
        exact_cents(sent.profit_cents) as profit_dollars,
        case
            when position < 0 then page_reason
            when sent is null then 'the record is no object'
            else nullif(concat_ws('; ',
                if(is_ticker(sent.ticker), null, complaint('ticker', sent.ticker)),
                if(profit_dollars is null, complaint('profit_cents', sent.profit_cents), null)
            ), '')
        end as refusal,
    from records
)
select
    sent.ticker as ticker,
    null::varchar as event_ticker,
    null::varchar as market_result,
    null::decimal(18,6) as settlement_value_dollars,
    -- Its time is that of the writing down, not of the settlement.
    null::timestamptz as settled_at,
    0 as exchange_index,
    -- Its revenue, counts and price are its own arithmetic, not the exchange's word.
    null::decimal(18,6) as revenue_reported_dollars,
    null::decimal(18,2) as yes_contracts_reported,
    null::decimal(18,2) as no_contracts_reported,
    null::decimal(18,6) as yes_cost_reported_dollars,
    null::decimal(18,6) as no_cost_reported_dollars,
    null::decimal(18,6) as fee_reported_dollars,
    profit_dollars as profit_reported_dollars,
    true as is_imported,
    received_at,
    landed_seq,
    position,
    left(refusal, 500) as reject_reason,
    refusal is null as is_kept,
from judged
