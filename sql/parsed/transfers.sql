-- purpose:     Say what money came into the account and left it otherwise than by trading.
-- grain:       kind, transfer_id, status
-- inputs:      landed.payloads
-- output:      parsed.transfers
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the latest receipt of each state of a transfer stays
with pages as (
    select
        landed_seq,
        received_at,
        if(feed <> 'kalshi_withdrawals', 'deposit', 'withdrawal') as kind,
        try(from_json(body, replace('{"deposits":[T],"withdrawals":[T]}', 'T', '{"id":"VARCHAR",
            "status":"VARCHAR","amount_cents":"VARCHAR","fee_cents":"VARCHAR",
            "finalized_ts":"VARCHAR","exchange_index":"VARCHAR"}'))) as answer,
        if(kind = 'deposit', (answer).deposits, (answer).withdrawals) as transfers,
        if(transfers is null, coalesce(body_complaint(body, body_bytes),
            'the body has no list of ' || kind || 's'), null) as page_reason,
    from landed.payloads
    where feed in ('kalshi_deposits', 'kalshi_withdrawals') and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        kind,
        page_reason,
        unnest(transfers) as sent,
        unnest(coalesce(range(len(transfers)), [-1]))::integer as position,
    from pages
),
readings as (
    select
        *,
        -- Whole cents: an amount with a fraction may be in dollars, and is none.
        exact_cents(regexp_extract(sent.amount_cents, '^-?\d{1,12}$')) as amount_dollars,
        exact_cents(regexp_extract(sent.fee_cents, '^-?\d{1,12}$')) as fee_dollars,
        exchange_shard(sent.exchange_index) as exchange_index,
        exact_epoch(sent.finalized_ts) as finalized_at,
    from records
),
judged as (
    select
        *,
        case
            when position < 0 then page_reason
            when sent is null then 'the record is no object'
            else nullif(concat_ws('; ',
                if(is_identifier(sent.id), null, complaint('id', sent.id)),
                if(is_identifier(sent.status), null, complaint('status', sent.status)),
                if(amount_dollars > 0, null, complaint('amount_cents', sent.amount_cents)),
                if(sent.fee_cents is null or fee_dollars >= 0, null,
                    complaint('fee_cents', sent.fee_cents)),
                if(exchange_index is null, complaint('exchange_index', sent.exchange_index), null),
                if(sent.finalized_ts is not null and finalized_at is null,
                    complaint('finalized_ts', sent.finalized_ts), null)
            ), '')
        end as refusal,
    from readings
)
select
    sent.id as transfer_id,
    kind,
    amount_dollars,
    fee_dollars,
    sent.status as status,
    exchange_index,
    -- Only what is applied is in the balance. When a status is new or the moment is not told, the
    -- row says what there is, the money does not count, and a reject says so.
    finalized_at,
    received_at,
    landed_seq,
    position,
    coalesce(refusal, case
        when sent.status not in ('pending', 'applied', 'failed', 'returned')
            then complaint('status', sent.status)
        when sent.status = 'applied' and finalized_at is null then 'finalized_ts is missing'
    end) as reject_reason,
    refusal is null as is_kept,
from judged
