-- purpose:     Say gate by gate why the last decision on a market came out as it did.
-- grain:       ticker, gate
-- inputs:      decided.decisions, decided.gates
-- output:      a report
-- parameters:  none
-- idempotency: reads only
select
    latest.ticker,
    latest.decided_at,
    latest.outcome_side,
    latest.verdict,
    latest.reason,
    latest.yes_probability,
    latest.price_dollars,
    latest.edge_dollars,
    gates.position,
    gates.gate,
    gates.value,
    gates.threshold,
    gates.passed
from (
    select *
    from decided.decisions
    qualify row_number() over (partition by ticker order by decided_at desc, decision_id) = 1
) as latest
inner join decided.gates as gates on gates.decision_id = latest.decision_id
