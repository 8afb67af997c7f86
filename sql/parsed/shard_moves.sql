-- purpose:     Say what money moved between the shards of the account, and to margin trading.
-- grain:       transfer_id
-- inputs:      landed.payloads
-- output:      parsed.shard_moves
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the latest receipt of a move stays
with pages as (
    select
        landed_seq,
        received_at,
        try(from_json(body, '{"transfers":[{"transfer_id":"VARCHAR","source":"VARCHAR",
            "destination":"VARCHAR","source_exchange_shard":"VARCHAR",
            "destination_exchange_shard":"VARCHAR","amount":"JSON","status":"VARCHAR",
            "created_ts":"VARCHAR"}]}')).transfers as transfers,
        if(transfers is null, coalesce(body_complaint(body, body_bytes),
            'the body has no list of transfers'), null) as page_reason,
    from landed.payloads
    where feed = 'kalshi_intra_exchange_instance_transfers' and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        page_reason,
        unnest(transfers) as sent,
        unnest(coalesce(range(len(transfers)), [-1]))::integer as position,
    from pages
),
readings as (
    select
        *,
        -- Dollars, as a text; the request of the same move has hundredths of a cent, as a number.
        if(starts_with(sent.amount::varchar, '"'), exact_dollars(unquoted(sent.amount)), null)
            as amount_dollars,
        -- Both are named since 2026-08-24, and always: without a number there is no shard 0 here.
        if(sent.source_exchange_shard is null, null, exchange_shard(sent.source_exchange_shard))
            as source_shard,
        if(sent.destination_exchange_shard is null, null,
            exchange_shard(sent.destination_exchange_shard)) as destination_shard,
        exact_epoch(sent.created_ts) as created_at,
    from records
),
judged as (
    select
        *,
        case
            when position < 0 then page_reason
            when sent is null then 'the record is no object'
            else nullif(concat_ws('; ',
                if(is_identifier(sent.transfer_id), null,
                    complaint('transfer_id', sent.transfer_id)),
                if(is_identifier(sent.status), null, complaint('status', sent.status)),
                if(amount_dollars > 0, null, complaint('amount', sent.amount::varchar)),
                if(sent.source in ('event_contract', 'margined'), null,
                    complaint('source', sent.source)),
                if(sent.destination in ('event_contract', 'margined'), null,
                    complaint('destination', sent.destination)),
                if(source_shard is null,
                    complaint('source_exchange_shard', sent.source_exchange_shard), null),
                if(destination_shard is null,
                    complaint('destination_exchange_shard', sent.destination_exchange_shard), null),
                if(created_at is null, complaint('created_ts', sent.created_ts), null)
            ), '')
        end as refusal,
    from readings
)
select
    sent.transfer_id as transfer_id,
    -- The balance is that of event contracts: what is set aside as margin is outside of it.
    if(sent.source = 'event_contract', source_shard, null) as source_exchange_index,
    if(sent.destination = 'event_contract', destination_shard, null) as destination_exchange_index,
    amount_dollars,
    sent.status as status,
    -- No other moment is told (OpenAPI 2026-10); a move takes seconds and is one movement then.
    if(sent.status = 'complete', created_at, null) as moved_at,
    received_at,
    landed_seq,
    position,
    coalesce(refusal, if(sent.status not in ('pending', 'complete'),
        complaint('status', sent.status), null)) as reject_reason,
    refusal is null as is_kept,
from judged
