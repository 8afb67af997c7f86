-- purpose:     Say where the account stands: permissions, cash, findings, observations.
-- grain:       item
-- inputs:      decided.permissions, ledger.cash_proof, audit.findings, parsed.observations
-- output:      a report
-- parameters:  none
-- idempotency: reads only
with permissions as (
    select
        strategy_id,
        family,
        arg_max(state, set_at) filter (where state in ('armed', 'disarmed', 'blocked')) as arm,
        arg_max(until_at, set_at) filter (where state = 'armed') as until_at,
        arg_max(state, set_at) filter (where state in ('blocked', 'unblocked')) as block,
        arg_max(state, set_at) filter (where state in ('halted', 'resumed')) as halt
    from decided.permissions
    group by strategy_id, family
),

proof as (
    select *
    from ledger.cash_proof
    qualify row_number() over (partition by exchange_index order by received_at desc) = 1
)

select
    'armed=' || strategy_id || ':' || family as item,
    'until ' || strftime(until_at, '%Y-%m-%d %H:%M') as value
from permissions
where arm = 'armed'
union all
select
    'blocked=' || strategy_id || ':' || family as item,
    'by a person' as value
from permissions
where block = 'blocked'
union all
select
    'halted' as item,
    strategy_id || ':' || family as value
from permissions
where halt = 'halted'
union all
select
    'cash ' || exchange_index as item,
    reported_balance_dollars || ' reported, ' || unexplained_dollars || ' unexplained at '
    || strftime(received_at, '%Y-%m-%d %H:%M:%S') as value
from proof
union all
select
    'finding ' || severity as item,
    count(*) || case when severity = 'info' then '' else ' open' end as value
from audit.findings
where resolved_at is null and acknowledged_at is null
group by severity
union all
select
    'observed ' || station_id as item,
    strftime(max(observed_at), '%Y-%m-%d %H:%M') as value
from parsed.observations
group by station_id
