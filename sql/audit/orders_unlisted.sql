-- finding: orders that the exchange accepted are not in its complete lists of a minute later
-- healthy: no rows
-- seen:    the drift drill of 2026-11-25: a list of orders that is old, or lacks its newest page,
--          lets a second order rest beside the first and hides the cash that both hold
with lists as (
    select max(requested_at) as requested_at, arg_max(pull_id, requested_at) as pull_id
    from landed.pulls
    where feed = 'kalshi_orders' and is_complete
),
accepted as (
    select states.*
    from posted.states as states
    where states.kind = 'create' and states.outcome_order_id is not null
        and states.intended_at > $as_of::timestamptz - interval 1 day
        and states.intended_at < (select requested_at from lists) - interval 60 second
)
select
    'kalshi_orders' as subject,
    'halt' as severity,
    format('{} accepted orders are not in the list of {}, the oldest {} of {}', count(*),
        (select requested_at::varchar from lists),
        arg_min(accepted.outcome_order_id, accepted.intended_at),
        min(accepted.intended_at)::varchar) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.pull_id = (select pull_id from lists)
    ) as sample_request_id
from accepted
anti join parsed.orders as orders on orders.order_id = accepted.outcome_order_id
having count(*) > 0
