-- purpose:     Say what was filled by the predecessor's books, where whole cents were kept.
-- grain:       fill_id
-- inputs:      landed.payloads
-- output:      parsed.fills
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; a fill that the exchange tells of itself is left to it
with pages as (
    select
        landed_seq,
        received_at,
        try(from_json(body, '{"rows":[{"trade_id":"VARCHAR","order_id":"VARCHAR",
            "client_order_id":"VARCHAR","ticker":"VARCHAR","side":"VARCHAR","action":"VARCHAR",
            "contracts":"VARCHAR","yes_price_cents":"VARCHAR","no_price_cents":"VARCHAR",
            "is_taker":"VARCHAR","fee_cents":"VARCHAR","fill_ts_unix":"VARCHAR"}]}')).rows as rows,
        if(rows is null, coalesce(body_complaint(body, body_bytes),
            'the body has no list of rows'), null) as page_reason,
    from landed.payloads
    where feed = 'predecessor_fills' and status_code = 200
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
readings as (
    select
        *,
        -- Its side and action are the exchange's of that time: a sell buys the other side.
        bought_outcome(null, null, sent.action, sent.side) as outcome_side,
        exact_cents(sent.yes_price_cents) as yes_price_dollars,
        exact_contracts(sent.contracts) as contracts,
        exact_cents(sent.fee_cents) as fee_dollars,
        float_epoch(sent.fill_ts_unix) as filled_at,
    from records
),
judged as (
    select
        *,
        case
            when position < 0 then page_reason
            when sent is null then 'the record is no object'
            else nullif(concat_ws('; ',
                if(is_identifier(sent.trade_id), null, complaint('trade_id', sent.trade_id)),
                if(is_ticker(sent.ticker), null, complaint('ticker', sent.ticker)),
                if(outcome_side is null, complaint('side',
                    concat_ws(' ', sent.action, sent.side)), null),
                if(yes_price_dollars > 0 and yes_price_dollars < 1, null,
                    complaint('yes_price_cents', sent.yes_price_cents)),
                if(exact_cents(sent.no_price_cents) + yes_price_dollars = 1, null,
                    complaint('no_price_cents', sent.no_price_cents)),
                if(contracts > 0 and contracts < 1e9, null,
                    complaint('contracts', sent.contracts)),
                if(fee_dollars >= 0, null, complaint('fee_cents', sent.fee_cents)),
                if(sent.is_taker in ('0', '1'), null, complaint('is_taker', sent.is_taker)),
                if(filled_at is null, complaint('fill_ts_unix', sent.fill_ts_unix), null)
            ), '')
        end as refusal,
    from readings
)
select
    sent.trade_id as fill_id,
    nullif(sent.order_id, '') as order_id,
    nullif(sent.client_order_id, '') as client_order_id,
    sent.ticker as ticker,
    outcome_side,
    if(outcome_side = 'yes', yes_price_dollars, 1 - yes_price_dollars)::decimal(18,6)
        as price_dollars,
    yes_price_dollars,
    contracts,
    fee_dollars,
    sent.is_taker = '1' as is_taker,
    0 as exchange_index,
    filled_at,
    true as is_imported,
    received_at,
    landed_seq,
    position,
    left(refusal, 500) as reject_reason,
    refusal is null as is_kept,
from judged
