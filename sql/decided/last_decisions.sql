-- purpose:     The newest decision of each market and strategy, of the last minutes.
-- grain:       strategy_id, ticker
-- inputs:      decided.decisions
-- output:      LastDecisions, a frame that is never kept
-- parameters:  $since, $as_of (decided_at, UTC; after $since)
-- idempotency: reads only
select
    strategy_id,
    ticker,
    max(decided_at) as decided_at,
    arg_max_null(outcome_side, decided_at) as outcome_side,
    arg_max_null(price_dollars, decided_at) as price_dollars,
    arg_max(yes_probability, decided_at) as yes_probability,
    arg_max(mean_f, decided_at) as mean_f,
    arg_max_null(market_probability, decided_at) as market_probability,
from decided.decisions
where decided_at > $since and decided_at <= $as_of
group by strategy_id, ticker
order by strategy_id, ticker
