-- purpose:     Say what rests in the order book, level by level, all in YES prices.
-- grain:       ticker, quoted_at, book_side, price_dollars
-- inputs:      landed.payloads
-- output:      parsed.book_levels
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the same inputs give the same rows
with pages as (
    select
        landed_seq,
        received_at,
        -- A book does not say whose it is: the request does, or the path that was asked.
        coalesce(
            nullif(regexp_extract(request, '(?:^|[;&?])(?:ticker=)?([A-Z][\w.-]+)$', 1), ''),
            nullif(regexp_extract(endpoint, '/markets/([A-Z][\w.-]+)/orderbook$', 1), '')
        ) as ticker,
        if(json_valid(body), body::json, null) as answer,
        -- Until 2026-03-12 the book was called orderbook and its prices were cents.
        coalesce(answer -> '$.orderbook_fp', answer -> '$.orderbook') as book,
        (answer -> '$.orderbook_fp') is null as is_cents,
        body_complaint(body, body_bytes) as complaint,
    from landed.payloads
    where feed = 'kalshi_orderbook' and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
sides as (
    select
        *,
        if(is_cents, book -> '$.yes', book -> '$.yes_dollars') as yes_bids,
        if(is_cents, book -> '$.no', book -> '$.no_dollars') as no_bids,
        case
            when complaint is not null then complaint
            when coalesce(json_type(book), '') <> 'OBJECT' then 'the body has no orderbook_fp'
            else nullif(concat_ws('; ',
                if(ticker is null, 'the request does not say which ticker', null),
                if(json_type(yes_bids) in ('ARRAY', 'NULL'), null,
                    complaint('yes_dollars', yes_bids::varchar)),
                if(json_type(no_bids) in ('ARRAY', 'NULL'), null,
                    complaint('no_dollars', no_bids::varchar))
            ), '')
        end as page_reason,
    from pages
),
lists as (
    select
        *,
        if(page_reason is null, coalesce(from_json(yes_bids, '[["VARCHAR"]]'), []), []) as yes_list,
        if(page_reason is null, coalesce(from_json(no_bids, '[["VARCHAR"]]'), []), []) as no_list,
        if(page_reason is null, list_concat(yes_list, no_list), [null]) as bids,
    from sides
),
levels as (
    select
        *,
        unnest(bids) as level,
        unnest(if(page_reason is null, range(len(bids)), [-1]))::integer as position,
    from lists
),
-- Both lists are bids, and a bid for NO at p is an offer of YES at 1 - p.
readings as (
    select
        *,
        if(position < len(yes_list), 'bid', 'ask') as book_side,
        if(book_side = 'bid', 'yes_dollars', 'no_dollars') as side,
        if(is_cents, exact_cents(level[1]), exact_dollars(level[1])) as bid,
        if(book_side = 'bid', bid, 1 - bid)::decimal(18,6) as price_dollars,
        exact_contracts(level[2]) as contracts,
        case
            when position < 0 then page_reason
            when len(level) is distinct from 2 then side || ' level is not a price and a count'
            else nullif(concat_ws('; ',
                if(bid > 0 and bid < 1, null, complaint(side || ' price', level[1])),
                if(contracts > 0, null, complaint(side || ' count', level[2]))
            ), '')
        end as reject_reason,
    from levels
)
select
    ticker,
    received_at as quoted_at,
    book_side,
    price_dollars,
    contracts,
    received_at,
    landed_seq,
    position,
    -- A book without one of its levels would be another book.
    reject_reason, not bool_or(reject_reason is not null) over (partition by landed_seq) as is_kept,
from readings
