-- purpose:     Say what each book has bought of each market, and what of it has paired.
-- grain:       book_id, ticker
-- inputs:      ledger.fills, ledger.attribution
-- output:      ledger.positions
-- parameters:  $since, $until (last_filled_at, UTC, half-open; every book of a market that traded)
-- idempotency: replaces the window and the markets that traded in it; same inputs, same rows
with traded as (
    select distinct ticker
    from ledger.attribution
    where filled_at >= $since and filled_at < $until
),

books as (
    select
        attribution.book_id,
        fills.ticker,
        sum(fills.yes_contracts) as yes_contracts,
        sum(fills.no_contracts) as no_contracts,
        sum(fills.cost_dollars) as cost_dollars,
        sum(fills.fee_dollars) as fee_dollars,
        max(fills.filled_at) as last_filled_at
    from ledger.fills as fills
    inner join ledger.attribution as attribution on attribution.fill_id = fills.fill_id
    inner join traded on traded.ticker = fills.ticker
    group by attribution.book_id, fills.ticker
)

select
    book_id,
    ticker,
    yes_contracts::decimal(18,2) as yes_contracts,
    no_contracts::decimal(18,2) as no_contracts,
    least(yes_contracts, no_contracts)::decimal(18,2) as netted_contracts,
    cost_dollars::decimal(18,6) as cost_dollars,
    fee_dollars::decimal(18,6) as fee_dollars,
    last_filled_at
from books
