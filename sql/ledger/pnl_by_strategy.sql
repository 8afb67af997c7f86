-- purpose:     Say what each strategy won or lost on each market, from its own contracts.
-- grain:       strategy_id, ticker
-- inputs:      ledger.fills, ledger.attribution, ledger.settlements, parsed.markets
-- output:      ledger.pnl_by_strategy
-- parameters:  $since, $until (last_filled_at, UTC, half-open; markets settled in it or open too)
-- idempotency: replaces the window and the markets that traded, settled or are open in it
with told as (
    select ticker
    from ledger.settlements
    where settled_at is null or (settled_at >= $since and settled_at < $until)
    union
    select ticker
    from ledger.attribution
    where filled_at >= $since and filled_at < $until
),

held as (
    select
        attribution.strategy_id,
        attribution.book_id,
        fills.ticker,
        sum(fills.yes_contracts)::decimal(18,2) as yes_contracts,
        sum(fills.no_contracts)::decimal(18,2) as no_contracts,
        sum(fills.cost_dollars)::decimal(18,6) as cost_dollars,
        sum(fills.fee_dollars)::decimal(18,6) as fee_dollars,
        max(fills.filled_at) as last_filled_at
    from ledger.fills as fills
    inner join ledger.attribution as attribution on attribution.fill_id = fills.fill_id
    inner join told on told.ticker = fills.ticker
    group by attribution.strategy_id, attribution.book_id, fills.ticker
),

paid as (
    select
        held.*,
        coalesce(markets.series_ticker, split_part(held.ticker, '-', 1)) as family,
        -- A winning contract pays its dollar whatever it was netted with, and by whom.
        (
            held.yes_contracts * settlements.yes_value_dollars
            + held.no_contracts * (1 - settlements.yes_value_dollars)
        )::decimal(18,6) as payout_dollars,
        coalesce(settlements.state, 'pending') as state
    from held
    left join ledger.settlements as settlements on settlements.ticker = held.ticker
    left join parsed.markets as markets on markets.ticker = held.ticker
)

select
    strategy_id,
    book_id,
    ticker,
    family,
    yes_contracts,
    no_contracts,
    payout_dollars,
    cost_dollars,
    fee_dollars,
    payout_dollars - cost_dollars - fee_dollars as profit_dollars,
    state,
    last_filled_at
from paid
