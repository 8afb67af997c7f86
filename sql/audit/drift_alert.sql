-- finding: a fill that is nobody's, or only inferred to be ours, beside a decision of ours that
--          was posted for the same market and side from 600 s before it to 60 s after it
-- healthy: no rows
-- seen:    fills without client_order_id since 2026-05-10: 9 posted decisions, 0 attributed fills
with fills as (
    select fills.*
    from ledger.attribution as attribution
    inner join parsed.fills as fills on fills.fill_id = attribution.fill_id
    where attribution.evidence = 'none' or attribution.is_inferred
),
decisions as (
    select decision_id, strategy_id, ticker, outcome_side, decided_at
    from decided.decisions
    where verdict = 'post'
),
latest as (
    select
        fills.*,
        arg_max(decisions.decision_id, decisions.decided_at) as decision_id,
        arg_max(decisions.strategy_id, decisions.decided_at) as strategy_id,
        max(decisions.decided_at) as decided_at
    from fills
    inner join decisions
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
        'DRIFT ALERT {} {}: nobody''s fill of {}, but {} posted decision {} at {}, in {}',
        ticker, outcome_side, filled_at::varchar, strategy_id, decision_id, decided_at::varchar,
        'the window [-600 s, +60 s]'
    ) as detail,
    requests.request_id as sample_request_id
from latest
left join landed.requests as requests on requests.landed_seq = latest.landed_seq
