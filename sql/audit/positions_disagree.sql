-- finding: a position that the exchange reports is not the net of our own fills ten seconds earlier
-- healthy: no rows
-- seen:    18 fills dropped when their format changed (2026-03) left positions that nobody noticed:
--          the predecessor compared its books with a table that nobody wrote
select
    checks.ticker as subject,
    -- A market that is over can no longer be traded on a wrong position.
    case when checks.is_unsettled then 'halt' else 'warning' end as severity,
    format(
        'kalshi_positions said {} contracts at {}, kalshi_fills come to {}',
        checks.reported_contracts::varchar,
        checks.received_at::varchar,
        checks.own_contracts::varchar
    ) as detail,
    null::varchar as sample_request_id
from ledger.position_checks as checks
left join ledger.settlements as settlements on settlements.ticker = checks.ticker
where not checks.is_agreed
    and (checks.is_unsettled or settlements.state = 'incomplete')
    -- A positions feed that drifts contradicts nothing; field_drift has told the cause.
    and not exists (from audit.position_drifts)
