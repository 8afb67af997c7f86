-- purpose:     Say which orders the predecessor placed; what became of them it never kept.
-- grain:       order_id
-- inputs:      landed.payloads
-- output:      parsed.orders
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the latest receipt of an order stays
with pages as (
    select
        landed_seq,
        received_at,
        try(from_json(body, '{"rows":[{"order_id":"VARCHAR","client_order_id":"VARCHAR",
            "ticker":"VARCHAR","side":"VARCHAR","action":"VARCHAR","count":"VARCHAR",
            "price_cents":"VARCHAR"}]}')).rows as rows,
        if(rows is null, coalesce(body_complaint(body, body_bytes),
            'the body has no list of rows'), null) as page_reason,
    from landed.payloads
    where feed = 'predecessor_orders' and status_code = 200
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
        bought_outcome(null, null, sent.action, sent.side) as outcome_side,
        exact_cents(sent.price_cents) as side_price,
        exact_contracts(sent.count) as contracts,
    from records
),
judged as (
    select
        *,
        case
            when position < 0 then page_reason
            when sent is null then 'the record is no object'
            else nullif(concat_ws('; ',
                if(is_identifier(sent.order_id), null, complaint('order_id', sent.order_id)),
                if(is_ticker(sent.ticker), null, complaint('ticker', sent.ticker)),
                if(outcome_side is null, complaint('side',
                    concat_ws(' ', sent.action, sent.side)), null),
                if(side_price > 0 and side_price < 1, null,
                    complaint('price_cents', sent.price_cents)),
                if(contracts > 0 and contracts < 1e9, null, complaint('count', sent.count))
            ), '')
        end as refusal,
    from readings
)
select
    sent.order_id as order_id,
    nullif(sent.client_order_id, '') as client_order_id,
    sent.ticker as ticker,
    outcome_side,
    'posted' as status,
    -- Its price is of the side it names; a sell of that side buys the other at the rest.
    if(sent.action = 'sell', 1 - side_price, side_price)::decimal(18,6) as price_dollars,
    contracts,
    null::decimal(18,2) as filled_contracts,
    null::decimal(18,2) as remaining_contracts,
    0 as exchange_index,
    -- When the exchange created it was not kept: an order without that reserves no cash.
    null::timestamptz as created_at,
    null::timestamptz as updated_at,
    true as is_imported,
    received_at,
    landed_seq,
    position,
    left(refusal, 500) as reject_reason,
    refusal is null as is_kept,
from judged
