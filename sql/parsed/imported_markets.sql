-- purpose:     Say what became of the markets that the predecessor saw settle, and nothing else.
-- grain:       ticker
-- inputs:      landed.payloads
-- output:      parsed.markets
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the latest receipt of a market stays
with pages as (
    select
        landed_seq,
        received_at,
        feed,
        try(from_json(body, '{"rows":[{"ticker":"VARCHAR","event_ticker":"VARCHAR",
            "market_id":"VARCHAR","result":"VARCHAR","settlement_result":"VARCHAR",
            "close_time":"VARCHAR","ts":"VARCHAR","ts_settle_unix":"VARCHAR"}]}')).rows as rows,
    from landed.payloads
    where feed in ('predecessor_decisions', 'predecessor_market_snapshots') and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        feed,
        unnest(rows) as sent,
        unnest(range(len(rows)))::integer as position,
    from pages
),
readings as (
    select
        *,
        -- Of its columns only these two tell of YES; "won_yes" says that its own side won.
        coalesce(sent.settlement_result, sent.result) as result,
        coalesce(sent.event_ticker, regexp_extract(sent.ticker, '^(.+)-[BT][^-]*$', 1))
            as event_ticker,
        float_epoch(sent.close_time) as close_at,
        -- A snapshot tells when it was taken; the market settled between its close and then.
        coalesce(float_epoch(sent.ts_settle_unix), close_at, float_epoch(sent.ts)) as settled_at,
    from records
    where sent is not null
)
select
    sent.ticker as ticker,
    coalesce(nullif(event_ticker, ''), sent.ticker) as event_ticker,
    split_part(sent.ticker, '-', 1) as series_ticker,
    null::varchar as station_id,
    null::varchar as measure,
    null::date as climate_date,
    null::varchar as strike_type,
    null::decimal(18,6) as floor_strike,
    null::decimal(18,6) as cap_strike,
    null::integer as lower_f,
    null::integer as upper_f,
    null::varchar as bounds_evidence,
    'finalized' as status,
    result as market_result,
    null::decimal(18,6) as settlement_value_dollars,
    null::double as expiration_value_f,
    null::timestamptz as open_at,
    close_at,
    settled_at,
    null::varchar as rules_template_sha256,
    true as is_imported,
    null::varchar as settlement_source,
    null::integer as settlement_timer_seconds,
    received_at,
    landed_seq,
    position,
    if(result in ('yes', 'no'), null, complaint('result', result)) as reject_reason,
    reject_reason is null as is_kept,
from readings
-- Most of what it saw had not settled yet: that is no complaint, and says nothing of a result.
where result <> '' and is_ticker(sent.ticker)
