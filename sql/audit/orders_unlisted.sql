-- finding: orders that the exchange accepted are not in its complete lists of a minute later
-- healthy: no rows
-- seen:    the drift drill of 2026-11-25: a list of orders that is old, or lacks its newest page,
--          lets a second order rest beside the first and hides the cash that both hold
with lists as (
    select max(requested_at) as requested_at, arg_max(request_ids[1], requested_at) as request_id
    from landed.pulls_since($as_of::timestamptz - interval 1 day)
    where feed = 'kalshi_orders' and is_complete
)
select
    'kalshi_orders' as subject,
    'halt' as severity,
    format('{} accepted orders are not in the list of {}, the oldest {} of {}', count(*),
        any_value(lists.requested_at)::varchar,
        arg_min(states.outcome_order_id, states.intended_at),
        min(states.intended_at)::varchar) as detail,
    any_value(lists.request_id) as sample_request_id
from posted.states as states
inner join lists on states.intended_at < lists.requested_at - interval 60 second
anti join parsed.orders as orders on orders.order_id = states.outcome_order_id
where states.kind = 'create' and states.outcome_order_id is not null
    and states.intended_at > $as_of::timestamptz - interval 1 day
having count(*) > 0
