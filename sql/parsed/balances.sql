-- purpose:     Say what the exchange says we can spend, shard by shard.
-- grain:       exchange_index, received_at
-- inputs:      landed.payloads
-- output:      parsed.balances
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the same inputs give the same rows
with pages as (
    select
        landed_seq,
        received_at,
        try(from_json(body, '{"balance_dollars":"VARCHAR","balance":"VARCHAR",
            "portfolio_value":"VARCHAR",
            "balance_breakdown":[{"exchange_index":"VARCHAR","balance":"VARCHAR"}]}')) as sent,
        coalesce(try(json_type(body)) = 'OBJECT', false) as is_object,
        if(is_object, null, coalesce(body_complaint(body, body_bytes),
            'the body is not an object')) as page_reason,
    from landed.payloads
    where feed = 'kalshi_balance' and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
-- One shard is the whole account, to the decimal; several are told apart (since 2026-08-24).
shards as (
    select
        *,
        coalesce(len(sent.balance_breakdown) > 1, false) as is_sharded,
        unnest(if(is_sharded, sent.balance_breakdown, [sent.balance_breakdown[1]])) as shard,
        if(is_object, 0, -1) as position,
    from pages
),
readings as (
    select
        *,
        if(is_sharded and shard.exchange_index is null, null, exchange_shard(shard.exchange_index))
            as exchange_index,
        if(is_sharded, shard.balance, coalesce(sent.balance_dollars, sent.balance))
            as balance_word,
        if(not is_sharded and sent.balance_dollars is null, exact_cents(sent.balance),
            exact_dollars(balance_word)) as balance_dollars,
        exact_cents(sent.portfolio_value) as portfolio_value_dollars,
    from shards
),
judged as (
    select
        *,
        if(position < 0, page_reason, nullif(concat_ws('; ',
            if(exchange_index is null, complaint('exchange_index', shard.exchange_index), null),
            if(balance_dollars is null, complaint('balance_dollars', balance_word), null),
            if(not is_sharded and abs(balance_dollars - exact_cents(sent.balance)) >= 0.01,
                complaint('balance_dollars', balance_word || ' beside balance ' || sent.balance),
                null),
            if(portfolio_value_dollars is null,
                'portfolio_value is ' || left(sent.portfolio_value, 60), null)), '')) as refusal,
        -- The proof needs all shards of an answer or none.
        bool_or(refusal is not null) over (partition by landed_seq) as is_refused,
    from readings
)
select
    exchange_index,
    balance_dollars,
    portfolio_value_dollars,
    received_at,
    landed_seq,
    position,
    -- The cents are truncated: kept, and said to be so.
    coalesce(refusal, if(position = 0 and sent.balance_dollars is null,
        'balance_dollars is missing', null)) as reject_reason,
    not is_refused as is_kept,
from judged
