-- purpose:     Say what others traded in public, in whichever generation of the format.
-- grain:       trade_id
-- inputs:      landed.payloads
-- output:      parsed.trades
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the first receipt of a trade stays
with pages as (
    select
        landed_seq,
        received_at,
        try(from_json(body, replace('{"trades":[T],"type":"VARCHAR","msg":T}', 'T', '{
            "trade_id":"VARCHAR","ticker":"VARCHAR","market_ticker":"VARCHAR",
            "created_time":"VARCHAR","ts_ms":"VARCHAR","ts":"VARCHAR",
            "yes_price_dollars":"VARCHAR","yes_price":"JSON","count_fp":"VARCHAR",
            "count":"VARCHAR","taker_outcome_side":"VARCHAR","taker_book_side":"VARCHAR",
            "taker_side":"VARCHAR"}'))) as answer,
        -- parsed.fills says what is wrong with a WebSocket frame as a whole.
        if(feed <> 'kalshi_ws', (answer).trades, if((answer).type = 'trade', [(answer).msg], []))
            as trades,
        if(trades is null, coalesce(body_complaint(body, body_bytes),
            'the body has no list of trades'), null) as page_reason,
    from landed.payloads
    where feed in ('kalshi_trades', 'kalshi_historical_trades', 'kalshi_ws') and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        page_reason,
        unnest(trades) as sent,
        unnest(coalesce(range(len(trades)), [-1]))::integer as position,
    from pages
),
readings as (
    select
        *,
        coalesce(sent.ticker, sent.market_ticker) as ticker,
        coalesce(sent.created_time, sent.ts_ms, sent.ts) as time_word,
        if(sent.created_time is null, exact_epoch(time_word), exact_moment(time_word)) as traded_at,
        if(sent.yes_price_dollars is null, cents_or_dollars(sent.yes_price),
            exact_dollars(sent.yes_price_dollars)) as yes_price,
        coalesce(sent.count_fp, sent.count) as count_word,
        exact_contracts(count_word) as contracts,
        -- taker_side, no longer promised since 2026-07-10, named the outcome that was bought.
        coalesce(
            sent.taker_outcome_side,
            case sent.taker_book_side when 'bid' then 'yes' when 'ask' then 'no' end,
            sent.taker_side
        ) as taker_outcome_side,
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
                if(is_ticker(ticker), null, complaint('ticker', ticker)),
                if(traded_at is null, complaint('created_time', time_word), null),
                if(yes_price > 0 and yes_price < 1, null, complaint('yes_price_dollars',
                    coalesce(sent.yes_price_dollars, unquoted(sent.yes_price)))),
                if(contracts > 0 and contracts < 1e9, null, complaint('count_fp', count_word)),
                if(taker_outcome_side in ('yes', 'no'), null,
                    complaint('taker_outcome_side', taker_outcome_side))
            ), '')
        end as reject_reason,
    from readings
)
select
    sent.trade_id as trade_id,
    ticker,
    traded_at,
    yes_price as yes_price_dollars,
    contracts,
    taker_outcome_side,
    received_at,
    landed_seq,
    position,
    reject_reason,
    reject_reason is null as is_kept,
from judged
