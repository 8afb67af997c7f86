-- purpose:     Say what the exchange shows of our account's orders, in their latest version.
-- grain:       order_id
-- inputs:      landed.payloads
-- output:      parsed.orders
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the latest receipt of an order stays
with pages as (
    select
        landed_seq,
        received_at,
        try(from_json(body, '{"orders":[{"order_id":"VARCHAR","client_order_id":"VARCHAR",
            "ticker":"VARCHAR","outcome_side":"VARCHAR","book_side":"VARCHAR","side":"VARCHAR",
            "action":"VARCHAR","status":"VARCHAR","yes_price_dollars":"VARCHAR",
            "yes_price":"JSON","no_price_dollars":"VARCHAR","initial_count_fp":"VARCHAR",
            "fill_count_fp":"VARCHAR","remaining_count_fp":"VARCHAR","initial_count":"VARCHAR",
            "fill_count":"VARCHAR","remaining_count":"VARCHAR","exchange_index":"VARCHAR",
            "created_time":"VARCHAR","last_update_time":"VARCHAR"}]}'
        )).orders as orders,
        if(orders is null, coalesce(body_complaint(body, body_bytes),
            'the body has no list of orders'), null) as page_reason,
    from landed.payloads
    where feed in ('kalshi_orders', 'kalshi_historical_orders') and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        page_reason,
        unnest(orders) as sent,
        unnest(coalesce(range(len(orders)), [-1]))::integer as position,
    from pages
),
readings as (
    select
        *,
        bought_outcome(sent.outcome_side, sent.book_side, sent.action, sent.side) as outcome_side,
        if(sent.yes_price_dollars is null, cents_or_dollars(sent.yes_price),
            exact_dollars(sent.yes_price_dollars)) as yes_price,
        exact_dollars(sent.no_price_dollars) as no_price,
        coalesce(sent.initial_count_fp, sent.initial_count) as ordered,
        coalesce(sent.fill_count_fp, sent.fill_count) as filled,
        coalesce(sent.remaining_count_fp, sent.remaining_count) as remaining,
        exact_contracts(ordered) as contracts,
        exact_contracts(filled) as filled_contracts,
        exact_contracts(remaining) as remaining_contracts,
        exchange_shard(sent.exchange_index) as exchange_index,
        exact_moment(sent.created_time) as created_at,
        exact_moment(sent.last_update_time) as updated_at,
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
                if(coalesce(sent.client_order_id, '') = '' or is_identifier(sent.client_order_id),
                    null, complaint('client_order_id', sent.client_order_id)),
                if(outcome_side in ('yes', 'no'), null, complaint('outcome_side', outcome_side)),
                if(sent.book_side <> if(outcome_side = 'yes', 'bid', 'ask'),
                    complaint('book_side', sent.book_side || ' beside ' || outcome_side), null),
                -- A status that nobody knows may still rest: it must not pass for a dead order.
                if(sent.status in ('resting', 'canceled', 'executed'), null,
                    complaint('status', sent.status)),
                if(yes_price > 0 and yes_price < 1, null, complaint('yes_price_dollars',
                    coalesce(sent.yes_price_dollars, unquoted(sent.yes_price)))),
                if(sent.no_price_dollars is null or no_price + yes_price = 1, null,
                    complaint('no_price_dollars', sent.no_price_dollars)),
                if(contracts > 0 and contracts < 1e9, null,
                    complaint('initial_count_fp', ordered)),
                if(filled_contracts between 0 and contracts, null,
                    complaint('fill_count_fp', filled)),
                if(remaining_contracts between 0 and contracts, null,
                    complaint('remaining_count_fp', remaining)),
                if(exchange_index is null, complaint('exchange_index', sent.exchange_index), null),
                if(sent.created_time is not null and created_at is null,
                    complaint('created_time', sent.created_time), null),
                if(sent.last_update_time is not null and updated_at is null,
                    complaint('last_update_time', sent.last_update_time), null)
            ), '')
        end as refusal,
    from readings
)
select
    sent.order_id as order_id,
    nullif(sent.client_order_id, '') as client_order_id,
    sent.ticker as ticker,
    outcome_side,
    sent.status as status,
    if(outcome_side = 'yes', yes_price, 1 - yes_price)::decimal(18,6) as price_dollars,
    contracts,
    filled_contracts,
    remaining_contracts,
    exchange_index,
    created_at,
    updated_at,
    false as is_imported,
    received_at,
    landed_seq,
    position,
    -- An order that says nothing of its client id or its time is in the books all the same.
    coalesce(refusal, nullif(concat_ws('; ',
        if(sent.client_order_id is null, 'client_order_id is missing', null),
        if(sent.created_time is null, 'created_time is missing', null)), '')) as reject_reason,
    refusal is null as is_kept,
from judged
