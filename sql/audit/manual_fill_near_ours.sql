-- finding: a fill that is nobody's, or only inferred to be ours, near a decision that we posted for
--          either side of its market, or while an order of ours rested there
-- healthy: no rows
-- seen:    hedge exits of the other side and orders that rested for longer than 600 s, to which the
--          predecessor's alert was blind in 2026-05
with fills as (
    select fills.fill_id, fills.ticker, fills.outcome_side, fills.filled_at, fills.landed_seq
    from ledger.attribution as attribution
    inner join parsed.fills as fills on fills.fill_id = attribution.fill_id
    -- The last week of trading.
    where (attribution.evidence = 'none' or attribution.is_inferred) and fills.filled_at > (
        select max(newest.filled_at) - interval 7 day from ledger.attribution as newest
    )
),
ours as (
    select ticker, decided_at - interval 60 second as since_at,
        decided_at + interval 600 second as until_at, 'decision ' || decision_id as ours
    from ledger.posted_decisions
    union all
    select ticker, created_at, case when status = 'resting' then 'infinity' else updated_at end,
        'order ' || orders.order_id
    from parsed.orders as orders
    inner join ledger.order_owners as owners on owners.order_id = orders.order_id
)
select
    fills.fill_id as subject,
    'info' as severity,
    format('{} {}: the fill of {} is nobody''s, near {}', fills.ticker, min(fills.outcome_side),
        min(fills.filled_at)::varchar, min(ours.ours)) as detail,
    min(requests.request_id) as sample_request_id
from fills
inner join ours on ours.ticker = fills.ticker
    and fills.filled_at between ours.since_at and ours.until_at
left join landed.requests as requests on requests.landed_seq = fills.landed_seq
group by fills.fill_id, fills.ticker
