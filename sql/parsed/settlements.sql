-- purpose:     Say what the exchange told of each settled market; its money is kept, never used.
-- grain:       ticker
-- inputs:      landed.payloads
-- output:      parsed.settlements
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the latest receipt of a settlement stays
with pages as (
    select
        landed_seq,
        received_at,
        try(from_json(body, '{"settlements":[{"ticker":"VARCHAR","event_ticker":"VARCHAR",
            "market_result":"VARCHAR","value":"JSON","settled_time":"VARCHAR",
            "exchange_index":"VARCHAR","revenue":"JSON","yes_count_fp":"VARCHAR",
            "no_count_fp":"VARCHAR","yes_count":"VARCHAR","no_count":"VARCHAR",
            "yes_total_cost_dollars":"VARCHAR","no_total_cost_dollars":"VARCHAR",
            "yes_total_cost":"JSON","no_total_cost":"JSON","fee_cost":"VARCHAR"}]}'
        )).settlements as settlements,
        if(settlements is null, coalesce(body_complaint(body, body_bytes),
            'the body has no list of settlements'), null) as page_reason,
    from landed.payloads
    where feed = 'kalshi_settlements' and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        page_reason,
        unnest(settlements) as sent,
        unnest(coalesce(range(len(settlements)), [-1]))::integer as position,
    from pages
),
-- Counts and costs came as integers until 2026-04-02; what was sent is read as what it was.
readings as (
    select
        *,
        coalesce(sent.yes_count_fp, sent.yes_count) as yes_word,
        coalesce(sent.no_count_fp, sent.no_count) as no_word,
        coalesce(sent.yes_total_cost_dollars, unquoted(sent.yes_total_cost)) as yes_cost_word,
        coalesce(sent.no_total_cost_dollars, unquoted(sent.no_total_cost)) as no_cost_word,
        if(sent.market_result in ('', 'yes', 'no', 'scalar', 'void'), sent.market_result, null)
            as market_result,
        if(cents_or_dollars(sent.value) between 0 and 1, cents_or_dollars(sent.value), null)
            as settlement_value,
        exact_moment(sent.settled_time) as settled_at,
        exchange_shard(sent.exchange_index) as exchange_index,
        cents_or_dollars(sent.revenue) as revenue,
        exact_contracts(yes_word) as yes_contracts,
        exact_contracts(no_word) as no_contracts,
        if(sent.yes_total_cost_dollars is null, cents_or_dollars(sent.yes_total_cost),
            exact_dollars(sent.yes_total_cost_dollars)) as yes_cost,
        if(sent.no_total_cost_dollars is null, cents_or_dollars(sent.no_total_cost),
            exact_dollars(sent.no_total_cost_dollars)) as no_cost,
        exact_dollars(sent.fee_cost) as fee,
    from records
),
judged as (
    select
        *,
        case
            when position < 0 then page_reason
            when sent is null then 'the record is no object'
            else nullif(concat_ws('; ',
                if(is_ticker(sent.ticker), null, complaint('ticker', sent.ticker)),
                if(sent.event_ticker is null or is_ticker(sent.event_ticker), null,
                    complaint('event_ticker', sent.event_ticker)),
                if(exchange_index is null, complaint('exchange_index', sent.exchange_index), null),
                if(yes_contracts < 0, complaint('yes_count_fp', yes_word), null),
                if(no_contracts < 0, complaint('no_count_fp', no_word), null),
                if(yes_cost < 0, complaint('yes_total_cost_dollars', yes_cost_word), null),
                if(no_cost < 0, complaint('no_total_cost_dollars', no_cost_word), null),
                if(fee < 0, complaint('fee_cost', sent.fee_cost), null)
            ), '')
        end as refusal,
        -- What cannot be read here is null in a row that stays: without a result the market is
        -- pending, and the reported money is only compared.
        nullif(concat_ws('; ',
            if(market_result is null, complaint('market_result', sent.market_result), null),
            if(sent.event_ticker is null, 'event_ticker is missing', null),
            if(settled_at is null, complaint('settled_time', sent.settled_time), null),
            if(settlement_value is null, 'value is ' || unquoted(sent.value), null),
            if(settlement_value <> case market_result when 'yes' then 1 when 'no' then 0 end,
                'value is ' || unquoted(sent.value) || ' beside ' || market_result, null),
            if(revenue is null, 'revenue is ' || unquoted(sent.revenue), null),
            if(yes_contracts is null, 'yes_count_fp is ' || yes_word, null),
            if(no_contracts is null, 'no_count_fp is ' || no_word, null),
            if(yes_cost is null, 'yes_total_cost_dollars is ' || yes_cost_word, null),
            if(no_cost is null, 'no_total_cost_dollars is ' || no_cost_word, null),
            if(fee is null, 'fee_cost is ' || sent.fee_cost, null)
        ), '') as remark,
    from readings
)
select
    sent.ticker as ticker,
    sent.event_ticker as event_ticker,
    nullif(market_result, '') as market_result,
    settlement_value as settlement_value_dollars,
    settled_at,
    exchange_index,
    revenue as revenue_reported_dollars,
    yes_contracts as yes_contracts_reported,
    no_contracts as no_contracts_reported,
    yes_cost as yes_cost_reported_dollars,
    no_cost as no_cost_reported_dollars,
    fee as fee_reported_dollars,
    null::decimal(18,6) as profit_reported_dollars,
    false as is_imported,
    received_at,
    landed_seq,
    position,
    left(coalesce(refusal, remark), 500) as reject_reason,
    refusal is null as is_kept,
from judged
