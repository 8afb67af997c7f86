-- purpose:     Keep every moment at which a market was paid for: results may be corrected.
-- grain:       ticker, settled_at
-- inputs:      landed.payloads
-- output:      parsed.payments
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the latest word on each moment stays
with pages as (
    select
        landed_seq,
        received_at,
        try(from_json(body, '{"settlements":[{"ticker":"VARCHAR","market_result":"VARCHAR",
            "value":"JSON","settled_time":"VARCHAR"}]}')).settlements as settlements,
    from landed.payloads
    where feed = 'kalshi_settlements' and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        unnest(settlements) as sent,
        unnest(range(len(settlements)))::integer as position,
    from pages
),
readings as (
    select
        *,
        exact_moment(sent.settled_time) as settled_at,
        cents_or_dollars(sent.value) as settlement_value,
    from records
)
select
    sent.ticker as ticker,
    settled_at,
    sent.market_result as market_result,
    if(settlement_value between 0 and 1, settlement_value, null) as settlement_value_dollars,
    received_at,
    landed_seq,
    position,
    -- What cannot be read here is complained of where the settlement itself is read.
    null::varchar as reject_reason,
    is_ticker(sent.ticker) and settled_at is not null
    and coalesce(sent.market_result in ('yes', 'no', 'scalar', 'void'), false) as is_kept,
from readings
