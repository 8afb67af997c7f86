-- purpose:     Findings that stop trading: severe, open and acknowledged by nobody.
-- grain:       finding, subject
-- inputs:      audit.findings, ref.feeds
-- output:      Halts, a frame that is never kept
-- parameters:  $as_of (UTC)
-- idempotency: reads only
select
    findings.finding,
    findings.subject,
    -- New rules stop their own series only.
    if(findings.finding = 'rules_changed', split_part(findings.subject, ' ', 1), null) as family,
from audit.findings as findings
where
    findings.severity = 'halt'
    and findings.resolved_at is null
    and findings.acknowledged_at is null
    and findings.first_seen_at <= $as_of
    -- Drift of a feed that nobody asks for by himself says nothing about what we trade on.
    and (
        findings.finding <> 'field_drift'
        or split_part(findings.subject, '.', 1) not in (
            select feeds.feed from ref.feeds as feeds where feeds.cadence_seconds is null
        )
    )
order by findings.finding, findings.subject
