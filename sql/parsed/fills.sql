-- purpose:     Say what was filled, whatever generation of the format the exchange said it in.
-- grain:       fill_id
-- inputs:      landed.payloads
-- output:      parsed.fills
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the first receipt stays, completed by what others tell
with pages as (
    select
        landed_seq,
        received_at,
        try(from_json(body, replace('{"fills":[F],"type":"VARCHAR","msg":F}', 'F', '{
            "fill_id":"VARCHAR","trade_id":"VARCHAR","order_id":"VARCHAR",
            "client_order_id":"VARCHAR","ticker":"VARCHAR","market_ticker":"VARCHAR",
            "outcome_side":"VARCHAR","book_side":"VARCHAR","side":"VARCHAR","action":"VARCHAR",
            "yes_price_dollars":"VARCHAR","yes_price_fixed":"VARCHAR","yes_price":"JSON",
            "no_price_dollars":"VARCHAR","count_fp":"VARCHAR","count":"VARCHAR",
            "fee_cost":"VARCHAR","is_taker":"VARCHAR","exchange_index":"VARCHAR",
            "created_time":"VARCHAR","ts":"VARCHAR","ts_ms":"VARCHAR"}'))) as answer,
        -- A WebSocket frame tells one fill or something else, of which there is no fill to tell.
        if(feed <> 'kalshi_ws', (answer).fills,
            if((answer).type = 'fill', [(answer).msg], if((answer).type <> '', [], null))) as fills,
        if(fills is null, coalesce(body_complaint(body, body_bytes), 'the body '
            || if(feed <> 'kalshi_ws', 'has no list of fills', 'is a frame without a type')), null)
            as page_reason,
    from landed.payloads
    where feed in ('kalshi_fills', 'kalshi_historical_fills', 'kalshi_ws') and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        page_reason,
        unnest(fills) as sent,
        unnest(coalesce(range(len(fills)), [-1]))::integer as position,
    from pages
),
readings as (
    select
        *,
        coalesce(sent.fill_id, sent.trade_id) as fill_id,
        coalesce(sent.ticker, sent.market_ticker) as ticker,
        bought_outcome(sent.outcome_side, sent.book_side, sent.action, sent.side) as outcome_side,
        -- The key without suffix is the price only where no other was sent.
        coalesce(sent.yes_price_dollars, sent.yes_price_fixed) as price_word,
        exact_dollars(price_word) as string_price,
        cents_or_dollars(sent.yes_price) as cents_price,
        exact_dollars(sent.no_price_dollars) as no_price,
        coalesce(sent.count_fp, sent.count) as count_word,
        exact_contracts(count_word) as contracts,
        exact_dollars(sent.fee_cost) as fee_dollars,
        case sent.is_taker when 'true' then true when 'false' then false end as is_taker,
        exchange_shard(sent.exchange_index) as exchange_index,
        coalesce(sent.created_time, sent.ts_ms, sent.ts) as time_word,
        if(sent.created_time is null, exact_epoch(time_word), exact_moment(time_word)) as filled_at,
    from records
),
judged as (
    select
        *,
        if(price_word is null, cents_price, string_price) as yes_price_dollars,
        case
            when position < 0 then page_reason
            when sent is null then 'the record is no object'
            else nullif(concat_ws('; ',
                if(is_identifier(fill_id), null, complaint('fill_id', fill_id)),
                if(is_ticker(ticker), null, complaint('ticker', ticker)),
                if(sent.order_id is null or is_identifier(sent.order_id), null,
                    complaint('order_id', sent.order_id)),
                if(coalesce(sent.client_order_id, '') = '' or is_identifier(sent.client_order_id),
                    null, complaint('client_order_id', sent.client_order_id)),
                if(outcome_side in ('yes', 'no'), null, complaint('outcome_side', outcome_side)),
                if(sent.book_side <> if(outcome_side = 'yes', 'bid', 'ask'),
                    complaint('book_side', sent.book_side || ' beside ' || outcome_side), null),
                if(yes_price_dollars > 0 and yes_price_dollars < 1, null,
                    complaint('yes_price_dollars', coalesce(price_word, unquoted(sent.yes_price)))),
                if(abs(string_price - cents_price) >= 0.01, complaint('yes_price',
                    unquoted(sent.yes_price) || ' beside ' || price_word), null),
                if(sent.no_price_dollars is null or no_price + yes_price_dollars = 1, null,
                    complaint('no_price_dollars', sent.no_price_dollars)),
                if(contracts > 0 and contracts < 1e9, null, complaint('count_fp', count_word)),
                -- No fee comes near a tenth of a dollar a contract: above it are cents.
                if(sent.fee_cost is null
                    or fee_dollars between 0 and 0.01 + 0.1 * coalesce(contracts, 1e9), null,
                    complaint('fee_cost', sent.fee_cost)),
                if(sent.is_taker is null or is_taker is not null, null,
                    complaint('is_taker', sent.is_taker)),
                if(exchange_index is null, complaint('exchange_index', sent.exchange_index), null),
                if(filled_at is null, complaint('created_time', time_word), null)
            ), '')
        end as refusal,
    from readings
)
select
    fill_id,
    sent.order_id as order_id,
    nullif(sent.client_order_id, '') as client_order_id,
    ticker,
    outcome_side,
    if(outcome_side = 'yes', yes_price_dollars, 1 - yes_price_dollars)::decimal(18,6)
        as price_dollars,
    yes_price_dollars,
    contracts,
    fee_dollars,
    is_taker,
    exchange_index,
    filled_at,
    false as is_imported,
    received_at,
    landed_seq,
    position,
    -- A fixed-point fill without its fee or its order is in the books, and said to be so.
    coalesce(refusal, nullif(concat_ws('; ',
        if(sent.count_fp is not null and sent.fee_cost is null, 'fee_cost is missing', null),
        if(sent.order_id is null, 'order_id is missing', null)), '')) as reject_reason,
    refusal is null as is_kept,
from judged
