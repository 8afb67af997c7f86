-- purpose:     Say what the predecessor decided, and which order its notes name.
-- grain:       decision_id
-- inputs:      landed.payloads
-- output:      parsed.imported_decisions
-- parameters:  $since_seq, $until_seq (landed_seq, half-open)
-- idempotency: replaces the window; the latest receipt of a decision stays
with pages as (
    select
        landed_seq,
        received_at,
        try(from_json(body, '{"rows":[{"id":"VARCHAR","ts_decision_unix":"VARCHAR",
            "ticker":"VARCHAR","decision_type":"VARCHAR","decision_outcome":"VARCHAR",
            "side":"VARCHAR","price_cents":"VARCHAR","contracts":"VARCHAR",
            "ensemble_p_yes":"VARCHAR","notes":"VARCHAR"}]}')).rows as rows,
        if(rows is null, coalesce(body_complaint(body, body_bytes),
            'the body has no list of rows'), null) as page_reason,
    from landed.payloads
    where feed = 'predecessor_decisions' and status_code = 200
        and landed_seq >= $since_seq and landed_seq < $until_seq
),
records as (
    select
        landed_seq,
        received_at,
        page_reason,
        unnest(rows) as sent,
        unnest(coalesce(range(len(rows)), [-1]))::integer as position,
    from pages
),
readings as (
    select
        *,
        float_epoch(sent.ts_decision_unix) as decided_at,
        case
            when sent.decision_type in ('mm_quote', 'weather_quoter_shadow') then 'mm_quote'
            when sent.decision_type in ('safe_compounder_live', 'safe_compounder_shadow')
                then 'safe_compounder'
            when sent.decision_type in ('cross_bracket_live', 'cross_bracket_shadow')
                then 'cross_bracket'
            when sent.decision_type in
                ('directional_live', 'directional_shadow', 'directional_shadow_backfill')
                then 'directional'
        end as strategy_id,
        case
            when sent.decision_type like '%\_shadow%' escape '\'
                or sent.decision_outcome in ('shadow_only', 'synthesized') then 'shadow'
            -- A decision that was filled had been posted.
            when sent.decision_outcome in ('posted', 'filled') then 'post'
            when sent.decision_outcome = 'discarded' then 'pass'
        end as verdict,
        try_cast(sent.ensemble_p_yes as double) as yes_probability,
        exact_cents(sent.price_cents) as price_dollars,
        exact_contracts(sent.contracts) as contracts,
        -- Live decisions name their order in the notes since 2026-05-03.
        nullif(regexp_extract(sent.notes, '(?:^|;)\s*order_id=([^;\s]+)', 1), '') as order_id,
    from records
),
judged as (
    select
        *,
        case
            when position < 0 then page_reason
            when sent is null then 'the record is no object'
            else nullif(concat_ws('; ',
                if(regexp_full_match(sent.id, '\d{1,18}'), null, complaint('id', sent.id)),
                if(decided_at is null,
                    complaint('ts_decision_unix', sent.ts_decision_unix), null),
                if(is_ticker(sent.ticker), null, complaint('ticker', sent.ticker)),
                if(strategy_id is null, complaint('decision_type', sent.decision_type), null),
                if(verdict is null, complaint('decision_outcome', sent.decision_outcome), null),
                if(sent.side is null or sent.side in ('yes', 'no'), null,
                    complaint('side', sent.side)),
                if(yes_probability between 0 and 1, null,
                    complaint('ensemble_p_yes', sent.ensemble_p_yes)),
                if(sent.price_cents is null or price_dollars between 0 and 1, null,
                    complaint('price_cents', sent.price_cents)),
                if(sent.contracts is null or contracts between 0 and 1e9, null,
                    complaint('contracts', sent.contracts))
            ), '')
        end as refusal,
    from readings
)
select
    'predecessor:' || lpad(sent.id, 12, '0') as decision_id,
    decided_at,
    strategy_id,
    sent.ticker as ticker,
    sent.side as outcome_side,
    yes_probability,
    price_dollars,
    contracts,
    verdict,
    if(verdict = 'post', order_id, null) as order_id,
    received_at,
    landed_seq,
    position,
    left(refusal, 500) as reject_reason,
    refusal is null as is_kept,
from judged
