-- purpose:     The newest quote of each market that trades, and when it was last seen to hold.
-- grain:       ticker
-- inputs:      parsed.markets, parsed.quotes
-- output:      Prices, a frame that is never kept
-- parameters:  $since, $as_of (quoted_at, UTC)
-- idempotency: reads only
select
    quotes.ticker,
    -- An unchanged quote is kept once in a few minutes; the market list confirms it in between.
    greatest(max(quotes.quoted_at), any_value(markets.received_at)) as confirmed_at,
    arg_max_null(quotes.yes_bid_dollars, quotes.quoted_at) as yes_bid_dollars,
    arg_max_null(quotes.yes_ask_dollars, quotes.quoted_at) as yes_ask_dollars,
from parsed.quotes as quotes
inner join parsed.markets as markets on markets.ticker = quotes.ticker
where
    quotes.quoted_at >= $since
    and quotes.quoted_at <= $as_of
    and markets.close_at > $as_of
group by quotes.ticker
order by quotes.ticker
