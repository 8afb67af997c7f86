-- purpose:     Say which strategy each fill belongs to, on the strongest evidence there is now.
-- grain:       fill_id
-- inputs:      parsed.fills, parsed.orders, parsed.predecessor_books, posted.corrections,
--              posted.intents, decided.admissions, ledger.order_owners, ledger.explanations,
--              ref.strategies, ref.prefixes
-- output:      ledger.attribution
-- parameters:  $since, $until (filled_at, UTC, half-open)
-- idempotency: replaces the window; nothing is stamped, so late evidence repairs early fills
with fills as (
    select
        fills.fill_id,
        fills.order_id,
        nullif(fills.client_order_id, '') as client_order_id,
        orders.client_order_id as listed_client_order_id,
        orders.order_id is not null or coalesce(fills.client_order_id, '') <> '' as is_order_known,
        fills.ticker,
        fills.outcome_side,
        fills.price_dollars,
        fills.filled_at
    from parsed.fills as fills
    left join parsed.orders as orders on orders.order_id = fills.order_id
    -- Twelve hours more, for the entries that a hedge at the window's edge may belong to.
    where fills.filled_at >= $since::timestamptz - interval 12 hour and fills.filled_at < $until
),

intents as (
    select
        client_order_id,
        min(intent_id) as intent_id,
        arg_min(strategy_id, intent_id) as strategy_id
    from posted.intents
    where kind = 'create'
    group by client_order_id
),

barred as (
    select evidence from decided.admissions group by evidence
    having not arg_max(is_admitted, set_at)
),

evidence as (
    select
        fill_id,
        1 as rank,
        0 as strength,
        'correction' as evidence,
        arg_max(strategy_id, made_at) as strategy_id,
        null::varchar as intent_id
    from posted.corrections
    group by fill_id
    union all
    -- Absent from REST fills since 2026-03-30; WebSocket frames and old bodies still say it.
    select fills.fill_id, 2, 0, 'client_order_id', intents.strategy_id, intents.intent_id
    from fills
    inner join intents on intents.client_order_id = fills.client_order_id
    union all
    select fills.fill_id, case owners.evidence when 'order_id' then 3 else 4 end, 0,
        owners.evidence, owners.strategy_id, owners.intent_id
    from fills
    inner join ledger.order_owners as owners on owners.order_id = fills.order_id
    union all
    -- Our intents are lost and the order list too, but the fill itself echoes an id of our shape.
    select fills.fill_id, 5, 0, 'client_order_id', strategies.strategy_id, null
    from fills
    inner join ref.strategies as strategies
        on strategies.code = split_part(fills.client_order_id, '_', 1)
        and regexp_full_match(fills.client_order_id, '[a-z]+_[a-z2-7]{26}')
    union all
    -- Ids of the predecessor: the longest prefix wins, and case matters.
    select fills.fill_id, 6, length(prefixes.prefix), 'prefix', prefixes.strategy_id, null
    from fills
    inner join ref.prefixes as prefixes
        on starts_with(
            coalesce(fills.client_order_id, fills.listed_client_order_id), prefixes.prefix
        )
    union all
    select explanations.fill_id, 7, 0, 'decision', explanations.strategy_id, null
    from ledger.explanations as explanations
    where 'decision' not in (from barred)
),

strongest as (
    select fill_id, evidence, strategy_id, intent_id
    from evidence
    qualify row_number() over (partition by fill_id order by rank, strength desc) = 1
),

-- Imported history only: a cheap YES soon after a NO of cross_bracket locked its gain.
hedges as (
    select distinct hedge.fill_id, 'hedge_pattern' as evidence, 'cross_bracket_exit' as strategy_id
    from fills as hedge
    inner join parsed.predecessor_books as books
        on books.row_key = hedge.fill_id and books.table_name = 'ledger.attribution'
    inner join fills as entry
        on entry.ticker = hedge.ticker and entry.outcome_side = 'no'
        and hedge.filled_at between entry.filled_at + interval 100 millisecond
            and entry.filled_at + interval 12 hour
    inner join strongest as owner
        on owner.fill_id = entry.fill_id and owner.strategy_id = 'cross_bracket'
    where hedge.outcome_side = 'yes' and hedge.price_dollars <= 0.15
        and not hedge.is_order_known and 'hedge_pattern' not in (from barred)
)

select
    fills.fill_id,
    coalesce(strongest.strategy_id, hedges.strategy_id, 'manual') as strategy_id,
    coalesce(strategies.book_id, strongest.strategy_id, 'manual') as book_id,
    coalesce(strongest.evidence, hedges.evidence, 'none') as evidence,
    strongest.intent_id,
    coalesce(strongest.evidence, hedges.evidence, '') in ('decision', 'hedge_pattern')
        as is_inferred,
    fills.ticker,
    fills.filled_at
from fills
left join strongest on strongest.fill_id = fills.fill_id
left join hedges on hedges.fill_id = fills.fill_id
left join ref.strategies as strategies
    on strategies.strategy_id = coalesce(strongest.strategy_id, hedges.strategy_id, 'manual')
where fills.filled_at >= $since
