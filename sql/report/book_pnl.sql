-- purpose:     Tell a person what each book did in each family: orders, fills, money, profit.
-- grain:       book_id, family
-- inputs:      ledger.pnl, ledger.attribution, ledger.order_owners, parsed.orders, ref.strategies
-- output:      book_id, family, orders, fills, markets, pending, payout_dollars, cost_dollars,
--              fee_dollars, profit_dollars
-- parameters:  none
-- idempotency: reads only
with orders as (
    select
        coalesce(strategies.book_id, 'manual') as book_id,
        split_part(orders.ticker, '-', 1) as family,
        count(*) as orders
    from parsed.orders as orders
    left join ledger.order_owners as owners on owners.order_id = orders.order_id
    left join ref.strategies as strategies on strategies.strategy_id = owners.strategy_id
    group by all
),

fills as (
    select book_id, split_part(ticker, '-', 1) as family, count(*) as fills
    from ledger.attribution
    group by all
),

profits as (
    select
        book_id,
        family,
        count(*) as markets,
        count(*) filter (where state = 'pending') as pending,
        sum(payout_dollars)::decimal(18,6) as payout_dollars,
        sum(cost_dollars)::decimal(18,6) as cost_dollars,
        sum(fee_dollars)::decimal(18,6) as fee_dollars,
        sum(profit_dollars)::decimal(18,6) as profit_dollars
    from ledger.pnl
    group by all
)

select
    coalesce(profits.book_id, orders.book_id) as book_id,
    coalesce(profits.family, orders.family) as family,
    coalesce(orders.orders, 0) as orders,
    coalesce(fills.fills, 0) as fills,
    coalesce(profits.markets, 0) as markets,
    coalesce(profits.pending, 0) as pending,
    profits.payout_dollars,
    profits.cost_dollars,
    profits.fee_dollars,
    profits.profit_dollars
from profits
full join orders on orders.book_id = profits.book_id and orders.family = profits.family
left join fills on fills.book_id = profits.book_id and fills.family = profits.family
order by all
