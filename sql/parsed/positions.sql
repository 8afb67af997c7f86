-- purpose:     Say what the exchange says we hold, and whether the pull that said it was complete.
-- grain:       ticker, exchange_index, received_at
-- inputs:      landed.payloads, landed.pulls
-- output:      parsed.positions
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the same inputs give the same rows
with pages as (
    select
        payloads.landed_seq,
        payloads.received_at,
        row(payloads.endpoint, payloads.request, payloads.pull_id) as pull,
        coalesce(pulls.is_complete, false) as is_complete,
        try(from_json(body, '{"market_positions":[{"ticker":"VARCHAR","exchange_index":"VARCHAR",
            "position_fp":"VARCHAR","position":"VARCHAR","market_exposure_dollars":"VARCHAR",
            "realized_pnl_dollars":"VARCHAR","fees_paid_dollars":"VARCHAR"}]}'
        )).market_positions as holdings,
        if(holdings is null, coalesce(body_complaint(body, body_bytes),
            'the body has no list of market_positions'), null) as page_reason,
    from landed.payloads as payloads
    left join landed.pulls as pulls
        on pulls.feed = payloads.feed
        and pulls.endpoint = payloads.endpoint
        and pulls.request is not distinct from payloads.request
        and pulls.pull_id = payloads.pull_id
    where payloads.feed = 'kalshi_positions' and payloads.status_code = 200
        and payloads.landed_seq >= $since_seq and payloads.landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        pull,
        is_complete,
        page_reason,
        unnest(holdings) as sent,
        unnest(coalesce(range(len(holdings)), [-1]))::integer as position,
    from pages
),
readings as (
    select
        *,
        exchange_shard(sent.exchange_index) as exchange_index,
        coalesce(sent.position_fp, sent.position) as held,
        exact_contracts(held) as contracts,
        exact_dollars(sent.market_exposure_dollars) as exposure_dollars,
        exact_dollars(sent.realized_pnl_dollars) as realized_profit_dollars,
        exact_dollars(sent.fees_paid_dollars) as fee_dollars,
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
                if(exchange_index is null, complaint('exchange_index', sent.exchange_index), null),
                if(abs(contracts) < 1e9, null, complaint('position_fp', held)),
                if(exposure_dollars is null,
                    'market_exposure_dollars is ' || left(sent.market_exposure_dollars, 60), null),
                if(realized_profit_dollars is null,
                    'realized_pnl_dollars is ' || left(sent.realized_pnl_dollars, 60), null),
                if(sent.fees_paid_dollars is null or fee_dollars >= 0, null,
                    complaint('fees_paid_dollars', sent.fees_paid_dollars))
            ), '')
        end as reject_reason,
    from readings
)
select
    sent.ticker as ticker,
    exchange_index,
    contracts,
    exposure_dollars,
    realized_profit_dollars,
    fee_dollars,
    is_complete,
    received_at,
    landed_seq,
    position,
    reject_reason,
    -- A page that came twice in a pull tells nothing twice.
    reject_reason is null and row_number() over (
        partition by pull, sent.ticker, exchange_index, reject_reason is null
        order by landed_seq desc, position desc
    ) = 1 as is_kept,
from judged
