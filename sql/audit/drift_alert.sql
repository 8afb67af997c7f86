-- finding: a fill that is nobody's, or only inferred to be ours, beside a decision of ours that
--          was posted for the same market and side from 600 s before it to 60 s after it
-- healthy: no rows
-- seen:    fills without client_order_id since 2026-05-10: 9 posted decisions, 0 attributed fills
with fills as (
    select
        fills.*,
        if(is_inferred, 'only inferred to be of ' || strategy_id, 'nobody''s') as whose
    from ledger.attribution as attribution
    inner join parsed.fills as fills on fills.fill_id = attribution.fill_id
    where attribution.evidence = 'none' or attribution.is_inferred
),
latest as (
    select
        fills.*,
        max({'at': decided_at, 'id': decision_id, 'of': strategy_id}) as decided
    from fills
    inner join ledger.posted_decisions as decisions
        on decisions.ticker = fills.ticker
        and decisions.outcome_side = fills.outcome_side
        and decisions.decided_at >= fills.filled_at - interval 600 second
        and decisions.decided_at <= fills.filled_at + interval 60 second
    group by all
)
select
    latest.fill_id as subject,
    'warning' as severity,
    format(
        'DRIFT ALERT {} {}: the fill of {} is {}, but {} posted decision {} at {}, in {}',
        ticker, outcome_side, filled_at::varchar, whose, (decided).of, (decided).id,
        (decided).at::varchar, 'the window [-600 s, +60 s]'
    ) as detail,
    requests.request_id as sample_request_id
from latest
left join landed.requests as requests on requests.landed_seq = latest.landed_seq
