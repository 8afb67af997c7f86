-- purpose:     List every fill with whose it is, on what evidence, and what came of it.
-- grain:       fill_id
-- inputs:      parsed.fills, ledger.fills, ledger.attribution, ledger.settlements
-- output:      filled_at, ticker, outcome_side, price_dollars, contracts, fee_dollars,
--              strategy_id, book_id, evidence, market_result, profit_dollars, order_id, fill_id
-- parameters:  $since, $until (filled_at, UTC, half-open)
-- idempotency: reads only
select
    fills.filled_at,
    fills.ticker,
    fills.outcome_side,
    fills.price_dollars,
    fills.contracts,
    money.fee_dollars,
    attribution.strategy_id,
    attribution.book_id,
    attribution.evidence,
    settlements.market_result,
    (
        money.yes_contracts * settlements.yes_value_dollars
        + money.no_contracts * (1 - settlements.yes_value_dollars)
        - money.cost_dollars
        - money.fee_dollars
    )::decimal(18,6) as profit_dollars,
    fills.order_id,
    fills.fill_id
from parsed.fills as fills
inner join ledger.fills as money on money.fill_id = fills.fill_id
left join ledger.attribution as attribution on attribution.fill_id = fills.fill_id
left join ledger.settlements as settlements on settlements.ticker = fills.ticker
where fills.filled_at >= $since and fills.filled_at < $until
order by fills.filled_at, fills.fill_id
