-- finding: a market that we hold closed a day and a half ago, and nobody told us its result
-- healthy: no rows
-- seen:    the predecessor asked for the last 200 settlements and never for the next page: what
--          settled while it was down for long never reached its books
select
    settlements.ticker as subject,
    'warning' as severity,
    format(
        '{} YES and {} NO that cost {} dollars wait since the close at {}',
        settlements.yes_contracts::varchar,
        settlements.no_contracts::varchar,
        settlements.cost_dollars::decimal(18,2)::varchar,
        markets.close_at::varchar
    ) as detail,
    (
        select min(requests.request_id) from landed.requests as requests
        where requests.landed_seq = markets.landed_seq
    ) as sample_request_id
from ledger.settlements as settlements
inner join parsed.markets as markets on markets.ticker = settlements.ticker
where settlements.state = 'pending'
    -- Pairs have paid their dollar already, whatever the result.
    and settlements.yes_contracts <> settlements.no_contracts
    -- Reports come seven hours after the close; a disputed one is told within the next day.
    and markets.close_at < $as_of::timestamptz - interval 36 hour
