-- purpose:     Say what became of every intent, newest first.
-- grain:       intent_id
-- inputs:      posted.states, parsed.orders
-- output:      a report
-- parameters:  none
-- idempotency: reads only
select
    states.intended_at,
    states.kind,
    states.strategy_id,
    states.ticker,
    states.outcome_side,
    states.price_dollars,
    states.contracts,
    states.state,
    states.code,
    orders.status,
    orders.filled_contracts,
    orders.remaining_contracts,
    states.client_order_id
from posted.states as states
left join parsed.orders as orders on orders.client_order_id = states.client_order_id
order by states.intended_at desc, states.intent_id
limit 500
