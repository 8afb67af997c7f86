-- purpose:     Say what each book won or lost on each market: an entry and its hedge are one.
-- grain:       book_id, ticker
-- inputs:      ledger.pnl_by_strategy, ledger.attribution, ledger.settlements
-- output:      ledger.pnl
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
)

select
    strategies.book_id,
    strategies.ticker,
    min(strategies.family) as family,
    sum(strategies.payout_dollars)::decimal(18,6) as payout_dollars,
    sum(strategies.cost_dollars)::decimal(18,6) as cost_dollars,
    sum(strategies.fee_dollars)::decimal(18,6) as fee_dollars,
    sum(strategies.profit_dollars)::decimal(18,6) as profit_dollars,
    min(strategies.state) as state,
    max(strategies.last_filled_at) as last_filled_at
from ledger.pnl_by_strategy as strategies
inner join told on told.ticker = strategies.ticker
group by strategies.book_id, strategies.ticker
