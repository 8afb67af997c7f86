-- purpose:     Intents that the order list can still say something about, and cancels with them.
-- grain:       intent_id
-- inputs:      posted.states
-- output:      States, a frame that is never kept
-- parameters:  none
-- idempotency: reads only
select
    intent_id,
    strategy_id,
    kind,
    client_order_id,
    order_id,
    ticker,
    outcome_side,
    price_dollars,
    contracts,
    time_in_force,
    close_at,
    intended_at,
    state,
    outcome_order_id,
    observed_at,
from posted.states
where state in ('unknown', 'never_landed', 'landed_after_all') or kind = 'cancel'
