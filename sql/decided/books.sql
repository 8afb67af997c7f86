-- purpose:     The top of each order book that was landed lately.
-- grain:       ticker
-- inputs:      parsed.book_levels
-- output:      Books, a frame that is never kept
-- parameters:  $since, $as_of (quoted_at, UTC)
-- idempotency: reads only
with
levels as (
    select *
    from parsed.book_levels
    where quoted_at >= $since and quoted_at <= $as_of and contracts > 0
    qualify quoted_at = max(quoted_at) over (partition by ticker)
)

select
    ticker,
    any_value(quoted_at) as quoted_at,
    max(price_dollars) filter (where book_side = 'bid') as bid_dollars,
    arg_max(contracts, price_dollars) filter (where book_side = 'bid') as bid_contracts,
    min(price_dollars) filter (where book_side = 'ask') as ask_dollars,
    arg_min(contracts, price_dollars) filter (where book_side = 'ask') as ask_contracts,
from levels
group by ticker
order by ticker
