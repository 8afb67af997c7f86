-- purpose:     Say what each market's best bid and ask were, on change or once in 300 seconds.
-- grain:       ticker, quoted_at
-- inputs:      landed.payloads, parsed.quotes
-- output:      parsed.quotes
-- parameters:  $since_seq, $until_seq (landed_seq, half-open), $since_at (its oldest receipt, UTC)
-- idempotency: replaces the window; its first polls are compared with the last quotes before it
with pages as (
    select
        landed_seq,
        received_at,
        try(from_json(body, replace('{"markets":[M],"event":{"markets":[M]}}', 'M', '{
            "ticker":"VARCHAR","status":"VARCHAR","yes_bid_dollars":"VARCHAR",
            "yes_bid_size_fp":"VARCHAR","yes_bid":"JSON","yes_ask_dollars":"VARCHAR",
            "yes_ask_size_fp":"VARCHAR","yes_ask":"JSON","last_price_dollars":"VARCHAR",
            "last_price":"JSON","volume_fp":"VARCHAR","volume":"VARCHAR"}'))) as answer,
        coalesce((answer).markets, (answer).event.markets) as markets,
    from landed.payloads
    where feed in ('kalshi_markets', 'kalshi_event') and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        unnest(markets) as sent,
        unnest(range(len(markets)))::integer as position,
    from pages
),
-- parsed.markets says what is wrong with bodies and with records that name no market.
readings as (
    select
        *,
        if(sent.yes_bid_dollars is null, cents_or_dollars(sent.yes_bid),
            exact_dollars(sent.yes_bid_dollars)) as bid,
        if(sent.yes_ask_dollars is null, cents_or_dollars(sent.yes_ask),
            exact_dollars(sent.yes_ask_dollars)) as ask,
        if(sent.last_price_dollars is null, cents_or_dollars(sent.last_price),
            exact_dollars(sent.last_price_dollars)) as last_price,
        exact_contracts(sent.yes_bid_size_fp) as bid_size,
        exact_contracts(sent.yes_ask_size_fp) as ask_size,
        coalesce(sent.volume_fp, sent.volume) as volume_word,
        exact_contracts(volume_word) as volume,
    from records
    where is_ticker(sent.ticker) and regexp_full_match(sent.status, '[a-z_]+')
),
judged as (
    select
        *,
        nullif(concat_ws('; ',
            if(bid between 0 and 1, null, complaint('yes_bid_dollars',
                coalesce(sent.yes_bid_dollars, unquoted(sent.yes_bid)))),
            if(ask between 0 and 1, null, complaint('yes_ask_dollars',
                coalesce(sent.yes_ask_dollars, unquoted(sent.yes_ask)))),
            -- Sizes came on 2026-02-25; where cents were sent without them, price alone decides.
            if(bid_size is null and (sent.yes_bid_size_fp is not null or sent.yes_bid is null),
                complaint('yes_bid_size_fp', sent.yes_bid_size_fp), null),
            if(ask_size is null and (sent.yes_ask_size_fp is not null or sent.yes_ask is null),
                complaint('yes_ask_size_fp', sent.yes_ask_size_fp), null),
            if((last_price between 0 and 1) is not true, 'last_price_dollars is '
                || coalesce(sent.last_price_dollars, unquoted(sent.last_price)), null),
            if((volume >= 0) is not true, 'volume_fp is ' || volume_word, null)
        ), '') as reject_reason,
        bid > 0 and bid < 1 and coalesce(bid_size > 0, true) as is_bid,
        ask > 0 and ask < 1 and coalesce(ask_size > 0, true) as is_asked,
    from readings
),
polls as (
    select
        sent.ticker as ticker,
        received_at as quoted_at,
        if(is_bid, bid, null) as yes_bid_dollars,
        if(is_bid, bid_size, null) as yes_bid_contracts,
        if(is_asked, ask, null) as yes_ask_dollars,
        if(is_asked, ask_size, null) as yes_ask_contracts,
        nullif(last_price, 0) as last_price_dollars,
        volume as volume_contracts,
        sent.status as status,
        received_at, landed_seq, position, reject_reason,
    from judged
),
-- A quote of an earlier bucket cannot make a poll redundant, so no older one is looked up.
known as (
    select quotes.*, null as reject_reason,
    from parsed.quotes as quotes
    where quotes.landed_seq < $since_seq
        and quotes.quoted_at >= $since_at::timestamptz - interval 300 seconds
),
compared as (
    select
        *,
        row(yes_bid_dollars, yes_bid_contracts, yes_ask_dollars, yes_ask_contracts,
            last_price_dollars, volume_contracts, status, epoch(quoted_at)::bigint // 300) as shown,
        lag(shown) over (partition by ticker order by quoted_at, landed_seq, position) as before,
    from (select * from polls where reject_reason is null union all by name select * from known)
)
select
    ticker, quoted_at, yes_bid_dollars, yes_bid_contracts, yes_ask_dollars, yes_ask_contracts,
    last_price_dollars, volume_contracts, status, received_at, landed_seq, position,
    null::varchar as reject_reason, before is null or shown is distinct from before as is_kept,
from compared
where landed_seq >= $since_seq
union all by name
select *, false as is_kept,
from polls
where reject_reason is not null
